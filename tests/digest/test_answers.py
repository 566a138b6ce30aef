"""What a model server may fill in."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from huimou.digest.questions.answers import (
    Judged,
    Summary,
    build_judged_model,
)
from huimou.digest.questions.registry import (
    FOLLOW_TASK,
    ITEM_SUMMARY,
    QUESTIONS,
    SECOND_LOOK,
    QuestionKind,
)


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        (Summary, {}),
        (Summary, {"summary": "甲", "note": "乙"}),
        (Summary, {"summary": None}),
        (build_judged_model(2), {}),
        (build_judged_model(2), {"1": "有"}),
        (build_judged_model(2), {"1": "有", "2": "大概"}),
        (build_judged_model(2), {"1": "有", "2": "无", "3": "无"}),
        (build_judged_model(2), {"0": "有", "1": "有"}),
    ],
)
def test_half_answers_are_refused(schema: type[Summary], answer: dict[str, object]) -> None:
    """No field has a default, none may be added, and only numbers that were shown can be named."""
    with pytest.raises(ValidationError):
        schema.model_validate(answer)


def test_one_schema_a_count() -> None:
    """The same count gives the same model, with a name of its own: servers cache grammars by it."""
    assert build_judged_model(5) is build_judged_model(5)
    assert build_judged_model(5).__name__ != build_judged_model(6).__name__


def test_answers_cannot_change() -> None:
    """An answer is a value."""
    with pytest.raises(ValidationError):
        Summary(summary="甲").summary = "乙"  # type: ignore[misc]


def test_each_sentence_is_judged_once() -> None:
    """One required key a sentence, its number; what was answered with 有 comes back as numbers."""
    schema = build_judged_model(3)
    assert issubclass(schema, Judged)
    assert schema.model_json_schema()["required"] == ["1", "2", "3"]
    assert schema.model_validate({"1": "有", "2": "无", "3": "有"}).stated_numbers == (1, 3)


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        (ITEM_SUMMARY, Summary),
        (SECOND_LOOK, build_judged_model(12)),
        (FOLLOW_TASK, build_judged_model(3)),
    ],
)
def test_a_model_is_found_by_its_name(kind: QuestionKind[BaseModel], model: type[BaseModel]) -> None:
    """The question and the name that a request is sent with lead back to what its answer must fit."""
    found = kind.find_answer_model(model.__name__)
    assert found is model


@pytest.mark.parametrize("name", ["", "Judged", "Judged0", "Judged12345", "Kept3", "Answer", "Judged3x"])
def test_other_names_have_no_model(name: str) -> None:
    """None, whatever was written into a record."""
    assert [kind.find_answer_model(name) for kind in QUESTIONS.values()] == [None] * len(QUESTIONS)
