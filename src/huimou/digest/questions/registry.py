"""The questions that huimou asks a model, one row each: all that is known of a question beside its prompt file.

A new question is a file in `prompts/`, a row here, and the module that asks it (with `questions.asking`). Beside its
row stands the check that the worked examples of its prompt must pass: an example that drops a figure or makes up a name
teaches the model to do so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from huimou.digest.questions.answers import Judged, Summary, build_judged_model
from huimou.digest.questions.judging import judge_summary
from huimou.digest.questions.units import is_from_second_look
from huimou.language.punctuation import punctuate
from huimou.llm.question import Slot
from huimou.model.cost_category import CostPart, Stage, build_cost_part

A_co = TypeVar("A_co", bound=BaseModel, covariant=True)

Example = Mapping[str, Any]
_SENTENCE_END = re.compile(r"(?<=[。！？!?])")
_NUMBER = re.compile(r"(?:^|\s+)\d+ ")
_DIGITS = "0123456789"
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class QuestionKind(Generic[A_co]):
    """One question of the program; it is asked about many units of many reports.

    Args:
        id: of its prompt file, and the second part of its slots.
        answer: model of an answer; or what makes it for a number of shown lines, where the answer names such numbers.
        find_example_faults: what is wrong with a worked example of the prompt, one line each; KeyError where the prompt
            lacks a variable, ValidationError where the answer does not fit.
        parts: name in recordings of the text that each variable stands for; a variable without one is not recorded.
        stage: of the work, for what is paid.
        part: what asks it, as in its prompt's front matter; a digest cannot be made without the prompts of its own.

    """

    id: str
    answer: type[A_co] | Callable[[int], type[A_co]]
    find_example_faults: Callable[[Example], tuple[str, ...]]
    parts: Mapping[str, str]
    stage: Stage
    part: Literal["digest", "follow"] = "digest"

    def build_answer_model(self, shown: int) -> type[A_co]:
        """The model of an answer to a question that shows so many numbered lines."""
        return self.answer if isinstance(self.answer, type) else self.answer(shown)

    def find_answer_model(self, name: str) -> type[A_co] | None:
        """The answer model of that name (`Summary`, `Judged12`); None where this question has none of that name."""
        number = name[len(name.rstrip(_DIGITS)) :]
        if number.startswith("0") or len(number) > _MOST_DIGITS or (not number and not isinstance(self.answer, type)):
            return None
        model = self.build_answer_model(int(number or 0))
        return model if model.__name__ == name else None


def _find_summary_faults(example: Example) -> tuple[str, ...]:
    answer = Summary.model_validate(example["answer"])
    sentences = [sentence for sentence in _SENTENCE_END.split(str(example["evidence"])) if sentence.strip()]
    judgement = judge_summary(punctuate(answer.summary), sentences, "".join(sentences))
    return (*judgement.untruths, *judgement.weaknesses)


ITEM_SUMMARY: QuestionKind[Summary] = QuestionKind(
    id="item-summary",
    answer=Summary,
    find_example_faults=_find_summary_faults,
    parts={"heading": "heading", "evidence": "unit"},
    stage="wording",
)


def _find_verdict_faults(example: Example) -> tuple[str, ...]:
    build_judged_model(len(_split_numbered_list(str(example["sentences"])))).model_validate(example["answer"])
    return ()


SECOND_LOOK: QuestionKind[Judged] = QuestionKind(
    id="second-look",
    answer=build_judged_model,
    find_example_faults=_find_verdict_faults,
    parts={"sentences": "unit"},
    stage="second look",
)


FOLLOW_TASK: QuestionKind[Judged] = QuestionKind(
    id="follow-task",
    answer=build_judged_model,
    find_example_faults=_find_verdict_faults,
    parts={"task": "task", "sentences": "unit"},
    stage="other",
    part="follow",
)

QUESTIONS: Mapping[str, QuestionKind[BaseModel]] = MappingProxyType(
    {kind.id: kind for kind in (ITEM_SUMMARY, SECOND_LOOK, FOLLOW_TASK)}
)


def _split_numbered_list(text: str) -> list[str]:
    """The texts of a list that is numbered from 1."""
    return [part.strip() for part in _NUMBER.split(text) if part.strip()]


def find_stage(question: str, unit: str) -> Stage:
    """The stage of the work in which a question (by its id) about a unit is asked.

    What the second look finds is worded by the same question as everything else; the id of the unit tells.
    """
    kind = QUESTIONS.get(question)
    stage = kind.stage if kind else "other"
    return "second look" if stage == "wording" and is_from_second_look(unit) else stage


def find_cost_part(path: str) -> CostPart:
    """Part of the work that a slot (`report/question/unit`) belongs to; a path of another form is its own question."""
    slot = Slot.parse(path)
    return build_cost_part(find_stage(slot.question, slot.unit), slot.question or path)
