"""Finding candidates: which sentences of the later review may report on which point of the earlier plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huimou.compare.followup.matching.chance import MeaningLikeness, measure_chance, measure_verdict
from huimou.compare.followup.matching.meaning import Embedder, Meanings
from huimou.compare.followup.matching.points import (
    PlanPoint,
    ReviewSentence,
    list_points,
    list_review_sentences,
)
from huimou.compare.followup.matching.signs import Measuring, PointReading, SentenceReading, Signs
from huimou.compare.followup.targets import may_be_same
from huimou.model.digest import Digest

Ground = Literal["indicator", "name", "meaning", "likeness"]
_WHOLE_NAME = 0.75
_NEAR = 0.9


@dataclass(frozen=True, slots=True)
class LikelySentence:
    """A sentence that may report on a point, the probability (0 to 1) that it does, and what speaks most for it.

    `has_result` says whether it gives a figure that may be the result of one of the point's targets.
    """

    told: ReviewSentence
    chance: float
    ground: Ground
    has_result: bool


@dataclass(frozen=True, slots=True)
class PairIndex:
    """The points of an earlier plan and the sentences of a later review, read for being compared."""

    points: tuple[PlanPoint, ...]
    told: tuple[ReviewSentence, ...]
    measuring: Measuring
    readings: tuple[PointReading, ...]
    sentences: tuple[SentenceReading, ...]
    meanings: Meanings | None

    @classmethod
    def of(cls, earlier: Digest, later: Digest, embedder: Embedder | None = None) -> PairIndex:
        """The index of an earlier plan and a later review; with an embedder their meanings are compared, too."""
        points = list_points(earlier.next_year_plan.tasks)
        told = list_review_sentences(later.year_review.achievements)
        readings = tuple(PointReading(point, earlier.figures) for point in points)
        sentences = tuple(SentenceReading(one, later.figures) for one in told)
        meanings = None
        if embedder is not None:
            quotes = [*(one.evidence.quote for one in points), *(one.evidence.quote for one in told)]
            meanings = Meanings([*quotes, *(part for one in sentences for part in one.parts)], embedder)
        return cls(points, told, Measuring.of(readings, sentences), readings, sentences, meanings)

    def find_candidates(self, point: PlanPoint) -> tuple[LikelySentence, ...]:
        """The sentences that have a name or a number of the point, the likeliest first."""
        reading = self.readings[self.points.index(point)]
        found = [likely for one in self.sentences if (likely := self._weigh(reading, one))]
        return tuple(sorted(found, key=lambda one: (-one.chance, one.told.evidence.start)))

    def measure_verdict(self, candidates: tuple[LikelySentence, ...]) -> float:
        """The probability (0 to 1) that one of a point's candidates reports on it."""
        best = max((one.chance for one in candidates), default=0.0)
        return measure_verdict(best, meaning=self.meanings is not None)

    def _weigh(self, point: PointReading, told: SentenceReading) -> LikelySentence | None:
        signs = self.measuring.find_signs(point, told)
        if signs is None:
            return None
        near = _compare_meaning(point.point.evidence.quote, told, self.meanings) if self.meanings else None
        result = any(may_be_same(target, one) for target in point.point.targets for one in told.own_figures)
        return LikelySentence(told.told, measure_chance(signs, near), _find_ground(signs, near), result)


def _compare_meaning(planned: str, told: SentenceReading, meanings: Meanings) -> MeaningLikeness:
    whole = meanings.measure(planned, told.told.evidence.quote)
    return MeaningLikeness(max(whole, *(meanings.measure(planned, part) for part in told.parts)), whole)


def _find_ground(signs: Signs, meaning: MeaningLikeness | None) -> Ground:
    """What speaks most for a sentence, the surest kind first."""
    if signs.indicator:
        return "indicator"
    if signs.listed >= _WHOLE_NAME:
        return "name"
    return "meaning" if meaning and meaning.nearest >= _NEAR else "likeness"
