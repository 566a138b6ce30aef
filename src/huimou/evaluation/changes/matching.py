"""Pairing the elements of two lists: equal ones first, then the most alike, one to one."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeVar

from huimou.language.text import fold, merge_spans

T = TypeVar("T")
Score = tuple[float, ...]
_LIKE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Pairs:
    """Indices: `both` of pairs (before, after) in the order of before, `lost` only before, `gained` only after."""

    both: tuple[tuple[int, int], ...]
    lost: tuple[int, ...]
    gained: tuple[int, ...]

    @property
    def complete(self) -> bool:
        """Whether every element has a partner."""
        return not self.lost and not self.gained

    @property
    def in_order(self) -> bool:
        """Whether the elements of the pairs have the same order on both sides."""
        return all(one[1] < other[1] for one, other in pairwise(self.both))


def pair_elements(
    before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable], likeness: Callable[[T, T], Score | None]
) -> Pairs:
    """Pair what has the same key, then the rest by likeness, best first, one to one; None is no likeness at all.

    Of equally alike ones the nearest by index are paired. All elements without an equal are compared with each other.
    """
    same = _same([key(element) for element in before], [key(element) for element in after])
    old = [i for i in range(len(before)) if i not in same]
    taken = set(same.values())
    new = [j for j in range(len(after)) if j not in taken]
    scored = [(score, -abs(i - j), i, j) for i in old for j in new if (score := likeness(before[i], after[j]))]
    for _, _, i, j in sorted(scored, key=lambda one: (one[0], one[1], -one[2]), reverse=True):
        if i not in same and j not in taken:
            same[i] = j
            taken.add(j)
    return _pairs(same, len(before), len(after))


def align_elements(before: Sequence[Hashable], after: Sequence[Hashable], *, fill: bool = False) -> Pairs:
    """Pair equal elements of two sequences without changing their order (longest common runs, as difflib finds).

    With `fill`, unequal elements between equal ones are paired one by one if there are as many on both sides.
    """
    same: dict[int, int] = {}
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal" or (fill and j - i == m - k):
            same |= zip(range(i, j), range(k, m), strict=True)
    return _pairs(same, len(before), len(after))


def measure_overlap(before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]) -> float:
    """Characters that two sets of half-open ranges share, per character that either has (Jaccard); 0 to 1."""
    old, new = (merge_spans(sorted(span for span in spans if span[0] < span[1]), 0) for spans in (before, after))
    shared = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in old for b in new)
    covered = sum(end - start for spans in (old, new) for start, end in spans) - shared
    return shared / covered if covered else 0.0


def measure_resemblance(before: Iterable[str], after: Iterable[str]) -> float:
    """Character pairs that two sets of quotes share, per pair that either has; 0 where less than half is shared.

    Width and script are folded, so that the same report in another encoding or script is recognised.
    """
    old, new = (Counter(pair for quote in quotes for pair in _bigrams(fold(quote))) for quotes in (before, after))
    either = (old | new).total()
    share = (old & new).total() / either if either else 0.0
    return share if share >= _LIKE_ENOUGH else 0.0


def _bigrams(text: str) -> list[str]:
    return [one + other for one, other in pairwise(text)] or [text]


def _same(before: Sequence[Hashable], after: Sequence[Hashable]) -> dict[int, int]:
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for index, key in enumerate(after):
        places[key].append(index)
    return {index: places[key].popleft() for index, key in enumerate(before) if places[key]}


def _pairs(same: dict[int, int], before: int, after: int) -> Pairs:
    taken = set(same.values())
    return Pairs(
        both=tuple(sorted(same.items())),
        lost=tuple(i for i in range(before) if i not in same),
        gained=tuple(j for j in range(after) if j not in taken),
    )
