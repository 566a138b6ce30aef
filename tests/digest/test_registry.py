"""The registry of questions agrees with the prompt files, and the ids of units are read back as they are written."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.registry import QUESTIONS, QuestionKind
from huimou.digest.questions.units import (
    build_second_look_id,
    find_whole_unit,
    is_from_second_look,
    is_of_unit,
    name_halves,
)
from places import ROOT

PROMPTS = load_checked_prompts(ROOT / "prompts")
KINDS = pytest.mark.parametrize("kind", QUESTIONS.values(), ids=list(QUESTIONS))


def test_every_question_has_one_prompt() -> None:
    """A row for each file and a file for each row."""
    assert set(QUESTIONS) == set(PROMPTS.prompts)


@KINDS
def test_a_row_agrees_with_its_prompt(kind: QuestionKind[BaseModel]) -> None:
    """What is recorded are variables of the prompt, one of them the unit; both name the same part of the program."""
    prompt = PROMPTS[kind.id]
    assert set(kind.parts) <= set(prompt.variables)
    assert list(kind.parts.values()).count("unit") == 1
    assert kind.part == prompt.part


def test_halves_belong_to_their_unit() -> None:
    """However often a unit was halved; a unit whose number begins alike is another."""
    first, second = name_halves("review.3")
    assert {find_whole_unit(name) for name in ("review.3", first, second, *name_halves(second))} == {"review.3"}
    assert all(is_of_unit(name, "review.3") for name in ("review.3", first, *name_halves(second)))
    assert not is_of_unit("review.31", "review.3")


def test_ids_tell_where_a_unit_comes_from() -> None:
    """Groups of the second look are known."""
    assert is_from_second_look(build_second_look_id("review", 9))
    assert not is_from_second_look("review.9")
