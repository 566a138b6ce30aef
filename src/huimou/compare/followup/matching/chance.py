"""How likely it is that a sentence reports on a point, and that the best of them does: logistic regression.

The weights were fitted on the judged pairs that the guide names (203 tasks of three pairs); the second line turns the
chance of the best sentence into that of the verdict, so that of the verdicts with 0.8 about eight in ten are right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from huimou.compare.followup.matching.signs import Signs


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted line: the chance is the logistic function of `start` and the signs by their weights.

    Args:
        start: what holds where there is no sign.
        signs: weight of each sign, by its name in `Signs`.
        meaning: weights of the likeness in meaning with the nearest clause, and with the whole sentence.
        verdict: start and weight of the line from the log-odds of the best sentence to those of the verdict.

    """

    start: float
    signs: Mapping[str, float]
    meaning: tuple[float, float]
    verdict: tuple[float, float]


@dataclass(frozen=True, slots=True)
class MeaningLikeness:
    """The likeness in meaning (cosine) of a point with the nearest clause of a sentence, and with the whole."""

    nearest: float
    whole: float


WITHOUT_MEANING = Weights(
    start=-8.251,
    signs=MappingProxyType(
        {
            "rarest": 3.188,
            "rarest_name": 1.566,
            "names": 0.682,
            "list_weight": -0.201,
            "listed": 0.790,
            "likeness": 2.366,
            "context": 6.776,
            "named_context": 3.075,
            "indicator": 3.670,
            "number": 3.507,
        }
    ),
    meaning=(0.0, 0.0),
    verdict=(0.6, 0.71),
)
WITH_MEANING = Weights(
    start=-54.413,
    signs=MappingProxyType(
        {
            "rarest": 1.910,
            "rarest_name": 2.395,
            "names": 0.296,
            "list_weight": 0.059,
            "listed": 0.568,
            "likeness": -0.235,
            "context": 2.745,
            "named_context": 3.359,
            "indicator": 1.922,
            "number": 2.193,
        }
    ),
    meaning=(34.827, 18.331),
    verdict=(0.6, 0.84),
)
# Beyond these the chance of the best sentence says nothing more of the verdict.
_LOWEST, _HIGHEST = 0.05, 0.97


def measure_chance(signs: Signs, meaning: MeaningLikeness | None = None) -> float:
    """The probability (0 to 1) that a sentence with these signs reports on the point."""
    weights = WITHOUT_MEANING if meaning is None else WITH_MEANING
    odds = weights.start + sum(weights.signs[name] * value for name, value in asdict(signs).items())
    if meaning is not None:
        odds += weights.meaning[0] * meaning.nearest + weights.meaning[1] * meaning.whole
    return _to_chance(odds)


def measure_verdict(best: float, *, meaning: bool) -> float:
    """The probability (0 to 1) that a point is reported on, by the chance of its best sentence."""
    start, weight = (WITH_MEANING if meaning else WITHOUT_MEANING).verdict
    kept = min(_HIGHEST, max(_LOWEST, best))
    return _to_chance(start + weight * math.log(kept / (1 - kept)))


def _to_chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
