"""Pairing: exact first, then the likest, one to one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huimou.evaluation.changes.matching import (
    Pairs,
    align_elements,
    measure_overlap,
    measure_resemblance,
    pair_elements,
)

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5)
WORDS = st.lists(st.text("甲乙丙", max_size=4), max_size=6)


def _share(one: str, other: str) -> tuple[float, ...] | None:
    shared = len(set(one) & set(other))
    return (float(shared),) if shared else None


@given(WORDS, WORDS)
def test_every_index_once(before: list[str], after: list[str]) -> None:
    """Each element is paired once or alone, and equal ones are paired with equal ones as far as they go."""
    for pairs in (pair_elements(before, after, str, _share), align_elements(before, after)):
        assert sorted([*(i for i, _ in pairs.both), *pairs.lost]) == list(range(len(before)))
        assert sorted([*(j for _, j in pairs.both), *pairs.gained]) == list(range(len(after)))
    pairs = pair_elements(before, after, str, _share)
    equal = sum(before[i] == after[j] for i, j in pairs.both)
    assert equal == sum(min(before.count(word), after.count(word)) for word in set(before))


def test_best_first_and_nearest_of_equals() -> None:
    """The likest pair goes first even where an earlier element would take its partner; equals pair by index."""
    assert pair_elements(["甲乙", "甲乙丙"], ["丙乙甲丁"], str, _share).both == ((1, 0),)
    assert pair_elements(["甲1", "甲2"], ["甲3", "甲4"], str, _share).both == ((0, 0), (1, 1))
    assert pair_elements(["甲"], ["乙"], str, _share) == Pairs((), (0,), (0,))


def test_order() -> None:
    """Whether what stayed stayed in order."""
    assert pair_elements(["a", "b", "c"], ["b", "x", "c"], str, lambda _a, _b: None).in_order
    assert not pair_elements(["a", "b"], ["b", "a"], str, lambda _a, _b: None).in_order


def test_alignment() -> None:
    """Equal runs in order; with fill, what stands between them on both sides in the same number."""
    before, after = ["a", "1", "2", "b", "3", "c"], ["a", "x", "y", "b", "z", "z", "c"]
    assert align_elements(before, after).both == ((0, 0), (3, 3), (5, 6))
    assert align_elements(before, after, fill=True) == Pairs(((0, 0), (1, 1), (2, 2), (3, 3), (5, 6)), (4,), (4, 5))


@given(SPANS, SPANS)
def test_overlap_is_that_of_the_characters(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> None:
    """As counted character by character."""
    old, new = ({n for start, end in spans for n in range(start, end)} for spans in (before, after))
    expected = len(old & new) / len(old | new) if old | new else 0.0
    assert measure_overlap(before, after) == expected


def test_resemblance() -> None:
    """The other script and width is the same; less than half in common is nothing."""
    assert measure_resemblance(["协商活动４００余场"], ["協商活動400餘場"]) == 1.0
    assert 0.5 < measure_resemblance(["开展协商活动四百余场。"], ["开展协商活动四百余场，惠民。"]) < 1.0
    assert measure_resemblance(["开展协商活动。"], ["开展协商讨论会议。"]) == 0.0
    assert measure_resemblance(["甲"], ["甲"]) == 1.0
    assert measure_resemblance([], []) == 0.0
