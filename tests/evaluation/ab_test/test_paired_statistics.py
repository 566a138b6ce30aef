"""Paired statistics against independent computations and against data whose truth is known."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from huimou.errors import UsageError
from huimou.evaluation.ab_test.paired_statistics import (
    Judgement,
    Measure,
    Pair,
    apply_holm,
    estimate_clustered_error,
    judge_measures,
)

RECALL = Measure("recall", "recall", "higher", 0.05)
VALID = Measure("valid", "valid at first", "higher", 0.05, whole=True)
MADE_UP = Measure("made_up", "made-up numbers", "lower", 0.05, no_rise=True)
TOKENS = Measure("tokens", "tokens", "lower", 0.05, relative=True)
SECONDS = Measure("seconds", "seconds", "lower", 0.1, relative=True, least=0.05)
LENGTH = Measure("length", "length", "neither", 0.05)
UNEVEN = (8, 14, 20, 30, 48)


def pairs_of(differences: Sequence[Sequence[float]], before: float = 0.5) -> list[Pair]:
    """Pairs with these differences, a list for each report."""
    return [
        Pair(f"report {report}", f"{report}.{unit}", before, before + difference)
        for report, several in enumerate(differences)
        for unit, difference in enumerate(several)
    ]


def one(measure: Measure, pairs: Sequence[Pair]) -> Judgement:
    """The judgement of one measure alone."""
    (judged,) = judge_measures({measure: pairs})
    return judged


def clustered(rng: np.random.Generator, sizes: Sequence[int], shift: float, alike: float = 0.3) -> list[Pair]:
    """Differences of unit variance around `shift`; `alike` is the share of the variance that a report's units have."""
    return pairs_of(
        [shift + math.sqrt(alike) * rng.normal() + math.sqrt(1 - alike) * rng.normal(size=size) for size in sizes]
    )


def test_even_reports_are_a_t_test_of_their_means() -> None:
    """With as many units in each report, p, interval and freedom are those of the textbook test on report means."""
    rng = np.random.default_rng(3)
    pairs = clustered(rng, [9] * 5, 0.4)
    judged = one(RECALL, pairs)
    means = [np.mean([p.difference for p in pairs if p.report == f"report {n}"]) for n in range(5)]
    textbook = stats.ttest_1samp(means, 0.0)
    interval = textbook.confidence_interval(0.95)
    assert judged.freedom == pytest.approx(4)
    assert judged.p == pytest.approx(textbook.pvalue)
    assert (judged.low, judged.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_even_reports_have_the_published_clustered_error() -> None:
    """Miller's double sum over the pairs of units of a report, with the finite-cluster correction."""
    pairs = clustered(np.random.default_rng(4), [12] * 4, 0.0)
    values = np.array([p.difference for p in pairs])
    names = np.array([p.report for p in pairs])
    total = sum(
        np.outer(values[names == name] - values.mean(), values[names == name] - values.mean()).sum()
        for name in set(names)
    )
    assert estimate_clustered_error(pairs)[0] == pytest.approx(math.sqrt(total * 4 / 3) / len(pairs))


def test_uneven_reports_have_the_freedom_of_bell_and_mccaffrey() -> None:
    """The closed form is Satterthwaite's of the quadratic form, computed here with matrices unit by unit."""
    pairs = clustered(np.random.default_rng(5), UNEVEN, 0.0)
    units = sum(UNEVEN)
    residual = np.eye(units) - np.ones((units, units)) / units
    rows, start = [], 0
    for size in UNEVEN:
        row = np.zeros(units)
        row[start : start + size] = 1 / math.sqrt(1 - size / units)
        rows.append(row @ residual / units)
        start += size
    form = np.array(rows) @ np.array(rows).T
    error, freedom = estimate_clustered_error(pairs)
    assert freedom == pytest.approx(np.trace(form) ** 2 / np.trace(form @ form))
    values = np.array([p.difference for p in pairs])
    assert error == pytest.approx(math.sqrt(((np.array(rows) @ values) ** 2).sum()))


@pytest.mark.parametrize("sizes", [(12,) * 5, UNEVEN, (10, 30, 90)])
def test_the_interval_holds_the_truth_in_95_of_100(sizes: tuple[int, ...]) -> None:
    """On made-up reports whose units are alike, even and uneven; 0.009 is the simulation's own standard error."""
    rng = np.random.default_rng(6)
    covered = [
        (judged.low or 0) <= 0.2 <= (judged.high or 0)
        for judged in (one(RECALL, clustered(rng, sizes, 0.2)) for _ in range(600))
    ]
    assert 0.925 <= np.mean(covered) <= 0.98


def test_nothing_is_found_where_nothing_is() -> None:
    """Six measures without an effect: in at least 93 of 100 comparisons none is called better or worse."""
    rng = np.random.default_rng(7)
    measures = [replace(RECALL, key=f"m{n}") for n in range(6)]
    calm = [
        not {j.verdict for j in judge_measures({m: clustered(rng, UNEVEN, 0.0) for m in measures})}
        & {"improved", "worse"}
        for _ in range(300)
    ]
    assert np.mean(calm) >= 0.93


@pytest.mark.parametrize(("shift", "verdict"), [(0.9, "improved"), (-0.9, "worse")])
def test_a_planted_effect_is_found(shift: float, verdict: str) -> None:
    """A large effect in eight reports among other measures without one."""
    rng = np.random.default_rng(8)
    other = replace(RECALL, key="other")
    found = [
        {
            j.measure.key: j.verdict
            for j in judge_measures(
                {RECALL: clustered(rng, [15] * 8, shift, 0.1), other: clustered(rng, [15] * 8, 0.0)}
            )
        }
        for _ in range(60)
    ]
    assert np.mean([verdicts["recall"] == verdict for verdicts in found]) >= 0.95


def test_the_detectable_difference_is_found_in_80_of_100() -> None:
    """A true difference of that size, alone in its family: the power is what was claimed."""
    rng = np.random.default_rng(9)
    error = math.sqrt((0.1 + 0.9 / 20) / 8)
    size = error * (stats.t.ppf(0.975, 7) + stats.t.ppf(0.8, 7))
    found = [one(RECALL, clustered(rng, [20] * 8, size, 0.1)).verdict == "improved" for _ in range(500)]
    assert 0.74 <= np.mean(found) <= 0.86
    claimed = [one(RECALL, clustered(rng, [20] * 8, 0.0, 0.1)).detectable or 0 for _ in range(100)]
    assert np.mean(claimed) == pytest.approx(size, rel=0.1)


def test_few_reports_are_paired_by_unit_and_say_so() -> None:
    """One report: the t test of its units, and the word that it speaks for itself only."""
    values = list(np.random.default_rng(10).normal(0.3, 0.2, 12))
    judged = one(RECALL, pairs_of([values]))
    assert judged.p == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue)
    assert judged.freedom == 11
    assert judged.verdict == "improved"
    assert "these reports only" in judged.note


@pytest.mark.parametrize("measure", [RECALL, VALID, MADE_UP, TOKENS])
def test_one_unit_says_too_little(measure: Measure) -> None:
    """One pair has no interval; a rise of made-up numbers is worse all the same."""
    judged = one(measure, [Pair("r", "u", 0.0, 0.0)])
    assert judged.verdict == "too few data"
    assert (judged.error, judged.low, judged.p, judged.detectable) == (None,) * 4
    assert one(MADE_UP, [Pair("r", "u", 0.0, 1.0)]).verdict == "worse"
    assert judge_measures({measure: []}) == ()


def test_nothing_differs() -> None:
    """All equal: no evidence, except where too few units could show anything."""
    many = one(RECALL, pairs_of([[0.0] * 4] * 5))
    assert (many.verdict, many.difference, many.p, many.note) == ("no evidence", 0.0, 1.0, "no unit differs")
    assert one(RECALL, pairs_of([[0.0] * 2])).verdict == "too few data"
    few, enough = one(VALID, pairs_of([[0.0] * 20] * 4)), one(VALID, pairs_of([[0.0] * 60] * 4))
    assert (few.verdict, enough.verdict) == ("too few data", "no evidence")
    # of 240 units 3.3 % must change one way so that six or more do in 80 of 100 samples
    assert enough.detectable == pytest.approx(0.0329, abs=1e-3)
    assert stats.binom.sf(5, 240, enough.detectable) == pytest.approx(0.8)


def test_every_unit_differs_by_the_same() -> None:
    """No variance: t has no meaning, the sign of so many units has."""
    judged = one(RECALL, pairs_of([[0.125] * 5] * 4))
    assert (judged.verdict, judged.error, judged.low, judged.high) == ("improved", 0.0, None, None)
    assert judged.p == pytest.approx(2 * 0.5**20)
    assert one(RECALL, pairs_of([[0.125]] * 3)).verdict == "too few data"


def test_reports_that_agree_exactly_still_have_an_interval() -> None:
    """One unit of ten in each of four reports: no variance between reports is no certainty."""
    judged = one(RECALL, pairs_of([[0.5] + [0.0] * 9] * 4))
    assert judged.low is not None
    assert judged.high is not None
    assert judged.high - judged.low > 0.05


def test_a_yes_or_no_must_pass_the_sign_test_too() -> None:
    """Five units of forty turned one way: t alone would believe it, McNemar's exact test does not."""
    pairs = pairs_of([[-1.0] * turned + [0.0] * (10 - turned) for turned in (1, 2, 1, 1)], 1.0)
    judged = one(VALID, pairs)
    assert judged.exact_p == pytest.approx(0.0625)
    assert judged.verdict == "too few data"
    assert one(RECALL, pairs).verdict == "worse"


def test_any_rise_of_made_up_numbers_is_worse() -> None:
    """Whatever the interval says; a fall is judged like everything else."""
    noise = [[0.0] * 19 + [1.0]] * 3
    rise, fall = one(MADE_UP, pairs_of(noise)), one(MADE_UP, pairs_of([[-d for d in row] for row in noise]))
    assert rise.verdict == "worse"
    assert fall.verdict != "worse"


def test_costs_must_differ_by_what_matters() -> None:
    """Two tokens more of a thousand are sure and do not matter; a hundred do; length is only reported."""
    slight = one(TOKENS, pairs_of([[2.0, 2.1, 1.9, 2.0]] * 4, 1000.0))
    heavy = one(TOKENS, pairs_of([[99.0, 101.0, 100.0]] * 4, 1000.0))
    light = one(TOKENS, pairs_of([[-99.0, -101.0, -100.0]] * 4, 1000.0))
    assert (slight.verdict, heavy.verdict, light.verdict) == ("no evidence", "worse", "improved")
    assert one(LENGTH, pairs_of([[0.2, 0.21, 0.19]] * 4)).verdict is None


def test_seconds_must_differ_by_more_than_a_busy_machine_makes() -> None:
    """Four milliseconds more of three say nothing of the server, though more than double; a tenth of seconds does."""
    quick = one(SECONDS, pairs_of([[0.004, 0.005, 0.004]] * 4, 0.003))
    slow = one(SECONDS, pairs_of([[0.6, 0.5, 0.6]] * 4, 5.0))
    assert (quick.verdict, slow.verdict) == ("no evidence", "worse")


def test_holm_by_hand() -> None:
    """0.01 and 0.012 fall at 0.05/4 and 0.05/3, 0.03 does not at 0.05/2, which ends it."""
    found, level = apply_holm({"a": 0.03, "b": 0.01, "c": 0.04, "d": 0.012}, 0.05)
    assert found == {"b", "d"}
    assert level == pytest.approx(0.025)
    assert apply_holm({}, 0.05) == (frozenset(), 0.05)
    assert apply_holm({"a": 0.04}, 0.05) == ({"a"}, 0.05)


def test_measures_that_cannot_differ_cost_nothing() -> None:
    """A recall that is the same by construction does not make the other measures harder to see."""
    moved = pairs_of([[0.1, 0.2, 0.15]] * 4)
    still = {replace(RECALL, key=f"still {n}"): pairs_of([[0.0] * 3] * 4) for n in range(10)}
    alone, among = one(RECALL, moved), judge_measures({RECALL: moved, **still})[0]
    assert alone == among


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.floats(0, 1), st.floats(0, 1)),
        min_size=1,
        max_size=30,
    )
)
def test_numbers_are_finite_and_sides_swap(rows: list[tuple[str, float, float]]) -> None:
    """No NaN or infinity whatever comes in; swapping the sides turns the difference and the verdict round."""
    pairs = [Pair(report, str(n), before, after) for n, (report, before, after) in enumerate(rows)]
    judged = one(RECALL, pairs)
    back = one(RECALL, [Pair(p.report, p.unit, p.after, p.before) for p in pairs])
    numbers = [judged.before, judged.after, judged.error, judged.low, judged.high, judged.p, judged.detectable]
    assert all(math.isfinite(number) for number in numbers if number is not None)
    assert back.difference == pytest.approx(-judged.difference, abs=1e-9)
    turned = {"improved": "worse", "worse": "improved"}
    if judged.p is not None and abs(judged.p - 0.05) > 1e-6:
        assert back.verdict == turned.get(str(judged.verdict), judged.verdict)


def test_what_is_not_a_number_is_refused() -> None:
    """A value that is not finite is a fault of the caller."""
    with pytest.raises(ValueError, match="recall"):
        judge_measures({RECALL: [Pair("r", "u", math.nan, 1.0)]})


def test_without_scipy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line and what to do."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(UsageError, match=r"huimou\[regress\]"):
        one(RECALL, pairs_of([[0.1, 0.2]]))
