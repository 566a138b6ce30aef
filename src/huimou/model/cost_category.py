"""Which stage of the work a question belongs to: the one place that knows, for bills and for counts before a run.

A stage is what `pipeline` does with a model: wording, the second look, the overview. The prompt alone does not tell,
since what the second look finds is worded by the same questions; the id of the unit does.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Stage = Literal["wording", "second look", "overview", "other"]
STAGES: tuple[Stage, ...] = ("wording", "second look", "overview", "other")
_OF_QUESTION: dict[str, Stage] = {
    "item-summary": "wording",
    "item-clauses": "wording",
    "second-look": "second look",
    "overview-sentence": "overview",
}
_SECOND_LOOK = "-look."
_PARTS = 3


class CostPart(NamedTuple):
    """A stage and one of its questions; sorts in the order of the work."""

    order: int
    question: str

    @property
    def stage(self) -> Stage:
        """Name of the stage."""
        return STAGES[self.order]


def build_second_look_id(role: str, number: int) -> str:
    """Id of the group that the second look makes of a sentence: its role and its number."""
    return f"{role}{_SECOND_LOOK}{number}"


def find_cost_part(path: str) -> CostPart:
    """Part of the work that a slot (`report/question/unit`) belongs to; a path of another form is its own question."""
    parts = path.split("/")
    if len(parts) != _PARTS:
        return CostPart(STAGES.index("other"), path)
    _, question, unit = parts
    stage = _OF_QUESTION.get(question, "other")
    return CostPart(STAGES.index("second look" if stage == "wording" and _SECOND_LOOK in unit else stage), question)
