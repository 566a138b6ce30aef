"""How often the model is asked for another sentence while the best one is not good enough."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is asked of the model for one item.

    Args:
        name: as the command line has it.
        answers: the most answers to one question about an item.
        enough: score of the judge from which no further answer is asked for.
        always: whether a first answer is asked for however good the program's own sentence is, and a further one
            although the last was no better than what there was.
    """

    name: str
    answers: int
    enough: float
    always: bool = False


EFFORTS = {
    one.name: one for one in (Effort("low", 1, 0), Effort("standard", 2, 0.75), Effort("high", 5, 0.95, always=True))
}
STANDARD_EFFORT = EFFORTS["standard"]
