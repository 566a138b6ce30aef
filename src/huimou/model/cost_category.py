"""What a question is asked for, as bills and counts before a run group it: a stage of the work, and the question.

Which stage a question belongs to is said where the questions are defined (`digest.questions.registry`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Stage = Literal["wording", "second look", "other"]
STAGES: tuple[Stage, ...] = ("wording", "second look", "other")


class CostPart(NamedTuple):
    """A stage and one of its questions; sorts in the order of the work."""

    order: int
    question: str

    @property
    def stage(self) -> Stage:
        """Name of the stage."""
        return STAGES[self.order]


def build_cost_part(stage: Stage, question: str) -> CostPart:
    """The part of the work that a question of this id belongs to when it is asked in this stage."""
    return CostPart(STAGES.index(stage), question)
