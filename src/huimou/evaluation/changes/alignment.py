"""Aligning two digests of one report: which item, figure and sentence of one is which of the other.

Ids and sentence numbers are given anew in every digest, so what refers to something by one is compared by what it
refers to. Where the texts differ, offsets mean nothing and quotes take their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType

from huimou.evaluation.changes.matching import (
    Pairs,
    Score,
    align_elements,
    measure_overlap,
    measure_resemblance,
    pair_elements,
)
from huimou.language.text import compact
from huimou.model.digest import Achievement, Digest, Evidence, Figure, SentenceOut, Shortcoming, Task
from huimou.model.report import ItemKind

DigestItem = Achievement | Task | Shortcoming
KINDS: tuple[ItemKind, ...] = ("achievement", "task", "shortcoming")
_NAME = 24


@dataclass(frozen=True, slots=True)
class AlignedDigest:
    """The names that one digest has for things which both digests have.

    `keys` maps ids and `numbers` sentence numbers to a name that both sides share; `alone` are the names of things that
    only this side has; `names` are for people. `placed` says whether offsets of both sides can be compared.
    """

    names: Mapping[str, str]
    keys: Mapping[str, str]
    alone: frozenset[str]
    numbers: Mapping[int, str]
    domains: Mapping[str, str]
    placed: bool

    def refers(self, ids: Iterable[str]) -> list[str]:
        """The shared names of ids, without things that only this side has: those are changes of their own."""
        return [key for key in map(self.key, ids) if key not in self.alone]

    def key(self, id_: str) -> str:
        """The shared name of an item or a figure; an unknown id is its own name."""
        return self.keys.get(id_, f"?{id_}")

    def name(self, id_: str) -> str:
        """The name of an item or a figure for people."""
        return self.names.get(id_, id_)

    def quote(self, words: str) -> str:
        """A quote in a form that both sides share: if the texts differ, without layout, in one script and width."""
        return words if self.placed else compact(words)

    def number(self, sentence: int) -> str:
        """The shared name of a sentence."""
        return self.numbers.get(sentence, f"?{sentence}")


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """Two digests, the shared names of each, and the pairs of items, figures and sentences."""

    before: Digest
    after: Digest
    old: AlignedDigest
    new: AlignedDigest
    items: Mapping[ItemKind, Pairs]
    figures: Pairs
    sentences: Pairs


def list_items(digest: Digest, kind: ItemKind) -> Sequence[DigestItem]:
    """The items of one kind, in the digest's order."""
    if kind == "task":
        return digest.next_year_plan.tasks
    return digest.year_review.achievements if kind == "achievement" else digest.year_review.shortcomings


def name_part(part: DigestItem | Figure) -> str:
    """A short name of at most 25 characters: the title, the printed figure, or the first words."""
    words = part.quote if isinstance(part, Figure) else part.summary if isinstance(part, Shortcoming) else part.title
    return shorten(words)


def shorten(words: str, limit: int = _NAME) -> str:
    """The first `limit` characters in one line, with … if there are more."""
    line = " ".join(words.split())
    return line if len(line) <= limit else line[:limit] + "…"


def is_same_text(before: Digest, after: Digest) -> bool:
    """Whether both digests are of the same text, so that their offsets can be compared."""
    return (before.source.sha256, before.source.chars) == (after.source.sha256, after.source.chars)


def align_digests(before: Digest, after: Digest) -> AlignedPair:
    """Pair the items, figures and sentences of two digests of one report."""
    placed = is_same_text(before, after)
    sentences = _sentence_pairs(before.sentences, after.sentences, placed=placed)
    figures = _figure_pairs(before.figures, after.figures, placed=placed)
    items = {kind: _item_pairs(list_items(before, kind), list_items(after, kind), placed=placed) for kind in KINDS}
    common = _common_keys(before, after, items, figures)
    numbers = _common_numbers(before.sentences, after.sentences, sentences)
    old, new = (
        AlignedDigest(
            names=MappingProxyType(_names(digest)),
            keys=MappingProxyType(keys),
            alone=frozenset(keys.values()) - frozenset(others.values()),
            numbers=MappingProxyType(known),
            domains=MappingProxyType(digest.report.domains),
            placed=placed,
        )
        for digest, keys, others, known in zip((before, after), common, common[::-1], numbers, strict=True)
    )
    return AlignedPair(before, after, old, new, MappingProxyType(items), figures, sentences)


def build_likeness(*, placed: bool) -> Callable[[Sequence[Evidence], Sequence[Evidence]], float]:
    """A function for the likeness (0 to 1) of two lists of evidence: by offsets, or by quotes where texts differ."""
    if placed:
        return lambda one, other: measure_overlap([(e.start, e.end) for e in one], [(e.start, e.end) for e in other])
    return lambda one, other: measure_resemblance([e.quote for e in one], [e.quote for e in other])


def _item_pairs(before: Sequence[DigestItem], after: Sequence[DigestItem], *, placed: bool) -> Pairs:
    like = build_likeness(placed=placed)

    def likeness(one: DigestItem, other: DigestItem) -> Score | None:
        shared, agreed = like(one.evidence, other.evidence), _measure_agreement(one, other)
        return (shared, agreed) if shared or agreed == len(_wording(one)) else None

    return pair_elements(
        before, after, lambda item: (*_wording(item), *_places(item.evidence, placed=placed)), likeness
    )


def _figure_pairs(before: Sequence[Figure], after: Sequence[Figure], *, placed: bool) -> Pairs:
    def likeness(one: Figure, other: Figure) -> Score | None:
        shared = measure_overlap([(one.start, one.end)], [(other.start, other.end)])
        return (shared, float(one.quote == other.quote)) if shared else None

    if not placed:
        return align_elements([compact(figure.quote) for figure in before], [compact(figure.quote) for figure in after])
    return pair_elements(before, after, lambda figure: (figure.start, figure.end, figure.quote), likeness)


def _sentence_pairs(before: Sequence[SentenceOut], after: Sequence[SentenceOut], *, placed: bool) -> Pairs:
    """Pairs by offsets; where texts differ by the sequence of lengths, as digests do not hold all sentences' words."""

    def likeness(one: SentenceOut, other: SentenceOut) -> Score | None:
        shared = measure_overlap([(one.start, one.end)], [(other.start, other.end)])
        return (shared,) if shared else None

    if not placed:
        return align_elements([s.end - s.start for s in before], [s.end - s.start for s in after], fill=True)
    return pair_elements(before, after, lambda sentence: (sentence.start, sentence.end), likeness)


def _wording(item: DigestItem) -> tuple[str, ...]:
    return (item.summary,) if isinstance(item, Shortcoming) else (item.title, item.summary)


def _measure_agreement(one: DigestItem, other: DigestItem) -> float:
    return sum(left == right for left, right in zip(_wording(one), _wording(other), strict=True))


def _places(evidence: Sequence[Evidence], *, placed: bool) -> list[tuple[int, int, str]]:
    return [(e.start, e.end, e.quote) if placed else (0, 0, e.quote) for e in evidence]


def _names(digest: Digest) -> dict[str, str]:
    items = chain.from_iterable(list_items(digest, kind) for kind in KINDS)
    return {part.id: name_part(part) for part in (*items, *digest.figures)}


def _common_keys(
    before: Digest, after: Digest, items: Mapping[ItemKind, Pairs], figures: Pairs
) -> tuple[dict[str, str], dict[str, str]]:
    """The shared names of ids on each side: the id in the digest after, or the one before of what is gone."""
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    lists = [(list_items(before, kind), list_items(after, kind), items[kind]) for kind in KINDS]
    for was, now, pairs in (*lists, (before.figures, after.figures, figures)):
        old |= {was[i].id: f"-{was[i].id}" for i in pairs.lost} | {was[i].id: now[j].id for i, j in pairs.both}
        new |= {part.id: part.id for part in now}
    return old, new


def _common_numbers(
    before: Sequence[SentenceOut], after: Sequence[SentenceOut], pairs: Pairs
) -> tuple[dict[int, str], dict[int, str]]:
    old = {before[i].n: f"-{before[i].n}" for i in pairs.lost} | {before[i].n: str(after[j].n) for i, j in pairs.both}
    return old, {sentence.n: str(sentence.n) for sentence in after}
