"""What speaks for a sentence reporting on a point, as numbers that `chance` weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from huimou.compare.followup.matching.points import PlanPoint, ReviewSentence, list_figures_in, split_parts
from huimou.compare.followup.matching.terms import (
    NamedPart,
    Rarity,
    Terms,
    find_named_terms,
    find_terms,
    list_named_parts,
)
from huimou.compare.followup.targets import is_same_thing
from huimou.language.text import compact
from huimou.model.digest import Figure


@dataclass(frozen=True, slots=True)
class Signs:
    """What a point and a sentence have in common.

    Args:
        rarest: rarity (0 to 1) of the rarest term that both have.
        rarest_name: that of the rarest term that names a matter.
        names: weight of all terms that name a matter and that both have, in terms that one sentence has.
        list_weight: the same of the thing in the point's list of which the sentence has most.
        listed: share (0 to 1) of the name of the best such thing, if the sentence has the beginning of the name.
        likeness: of both by the terms that name a matter (0 to 1), or of the point and one clause, whichever is more.
        context: likeness of the whole sentences by all terms (0 to 1).
        named_context: likeness of the whole sentences by the terms that name a matter (0 to 1).
        indicator: 1 if the sentence has a figure of the very indicator that the point sets a target for, else 0.
        number: 1 if both print one number with one unit, else 0.

    """

    rarest: float
    rarest_name: float
    names: float
    list_weight: float
    listed: float
    likeness: float
    context: float
    named_context: float
    indicator: float
    number: float


@dataclass(frozen=True)  # without slots, so that what is read of it again and again is kept
class PointReading:
    """What is read of a point once: its terms, the things that it lists, its numbers."""

    point: PlanPoint
    figures: Sequence[Figure]

    @cached_property
    def terms(self) -> Terms:
        """Of its own words."""
        return find_terms(self.point.evidence.quote)

    @cached_property
    def named(self) -> Terms:
        """The terms that name a matter."""
        return find_named_terms(self.point.evidence.quote)

    @cached_property
    def parts(self) -> tuple[NamedPart, ...]:
        """The things that it lists."""
        return list_named_parts(self.point.evidence.quote)

    @cached_property
    def numbers(self) -> frozenset[tuple[float, str | None]]:
        """Value and unit of its figures."""
        return _list_numbers(list_figures_in(self.point.evidence, self.figures))

    @cached_property
    def context(self) -> Terms:
        """All terms of the whole sentence."""
        return find_terms(self.point.sentence.quote)

    @cached_property
    def named_context(self) -> Terms:
        """The terms of the whole sentence that name a matter."""
        return find_named_terms(self.point.sentence.quote)


@dataclass(frozen=True)
class SentenceReading:
    """What is read of a sentence of the review once."""

    told: ReviewSentence
    figures: Sequence[Figure]

    @cached_property
    def words(self) -> str:
        """The sentence without white space, folded."""
        return compact(self.told.evidence.quote)

    @cached_property
    def terms(self) -> Terms:
        """All its terms."""
        return find_terms(self.told.evidence.quote)

    @cached_property
    def named(self) -> Terms:
        """The terms that name a matter."""
        return find_named_terms(self.told.evidence.quote)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Its clauses as printed."""
        return tuple(split_parts(self.told.evidence.quote))

    @cached_property
    def clauses(self) -> tuple[Terms, ...]:
        """The terms of the sentence and of each of its clauses that name a matter."""
        return (self.named, *map(find_named_terms, self.parts))

    @cached_property
    def own_figures(self) -> list[Figure]:
        """The figures that stand in it."""
        return list_figures_in(self.told.evidence, self.figures)

    @cached_property
    def numbers(self) -> frozenset[tuple[float, str | None]]:
        """Value and unit of its figures."""
        return _list_numbers(self.own_figures)


def _list_numbers(figures: Sequence[Figure]) -> frozenset[tuple[float, str | None]]:
    return frozenset((float(one.value), one.unit) for one in figures if one.value is not None)


@dataclass(frozen=True, slots=True)
class Measuring:
    """The rarities that a pair of reports is measured with: of all terms, and of those that name a matter."""

    terms: Rarity
    named: Rarity

    @classmethod
    def of(cls, points: Sequence[PointReading], told: Sequence[SentenceReading]) -> Measuring:
        """The rarities over all points and all sentences."""
        return cls(
            Rarity.of([*(one.terms for one in points), *(one.terms for one in told)]),
            Rarity.of([*(one.named for one in points), *(one.named for one in told)]),
        )

    def find_signs(self, point: PointReading, told: SentenceReading) -> Signs | None:
        """What speaks for the sentence; None where nothing does: no name and no number is in both."""
        shared, both = point.named & told.named, point.terms & told.terms
        indicator = any(is_same_thing(target, one) for target in point.point.targets for one in told.own_figures)
        number = not point.numbers.isdisjoint(told.numbers)
        if not shared and not indicator and not number:
            return None
        weights = [self.named.weight(part.terms & told.named) for part in point.parts]
        return Signs(
            rarest=_find_rarest(self.terms, both),
            rarest_name=_find_rarest(self.named, shared),
            names=self.named.weight(shared) / self.named.highest,
            list_weight=max(weights, default=0.0) / self.named.highest,
            listed=max(map(self._measure_part, point.parts, weights, [told.words] * len(weights)), default=0.0),
            likeness=max(self.named.measure_likeness(point.named, clause) for clause in told.clauses),
            context=self.terms.measure_likeness(point.context, told.terms),
            named_context=self.named.measure_likeness(point.named_context, told.named),
            indicator=float(indicator),
            number=float(number),
        )

    def _measure_part(self, part: NamedPart, weight: float, words: str) -> float:
        """The share of a thing's name that a sentence has; 0 if it lacks the beginning of the name."""
        return weight / self.named.weight(part.terms) if part.head and part.head in words else 0.0


def _find_rarest(rarity: Rarity, terms: Terms) -> float:
    return max((rarity.weigh_term(term) for term in terms), default=0.0) / rarity.highest
