"""Intervals and agreement against what is published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.evaluation.blind_reading.statistics import compute_agreement, compute_kappa, compute_wilson_interval


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_of_newcombe(hits: int, total: int, low: float, high: float) -> None:
    """Newcombe 1998, table I, method 3."""
    assert compute_wilson_interval(hits, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_an_interval_holds_its_share(counts: tuple[int, int]) -> None:
    """Within 0 and 1, and the mirror image for the rest."""
    hits, total = counts
    low, high = compute_wilson_interval(hits, total)
    assert 0 <= low <= hits / total <= high <= 1
    assert compute_wilson_interval(total - hits, total) == pytest.approx((1 - high, 1 - low))


def pairs(table: list[list[int]]) -> list[tuple[str, str]]:
    """Pairs of answers from a table of counts, a row an answer of the first reader."""
    return [(str(i), str(j)) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]


def test_kappa_is_that_of_fleiss() -> None:
    """Fleiss, Levin and Paik 2003, table 18.1: two raters on 100 subjects, 0.89 raw, kappa 0.68."""
    found = pairs([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert compute_agreement(found) == pytest.approx(0.89)
    assert compute_kappa(found) == pytest.approx(0.676, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [([[20, 5], [10, 15]], 0.4), ([[5, 5], [5, 5]], 0.0), ([[7, 0], [0, 3]], 1.0), ([[0, 5], [5, 0]], -1.0)],
)
def test_kappa_between_chance_and_agreement(table: list[list[int]], kappa: float) -> None:
    """1 where all is the same, 0 where it is as by chance, -1 where nothing is."""
    assert compute_kappa(pairs(table)) == pytest.approx(kappa)


def test_kappa_needs_two_answers() -> None:
    """Where both always say the same one thing, chance explains everything."""
    assert compute_kappa(pairs([[9]])) is None
