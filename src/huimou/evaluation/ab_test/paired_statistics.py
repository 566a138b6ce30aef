"""Statistics of two sides measured on the same units: differences, intervals, tests, detectable differences.

The difference of a unit is its second value minus its first; units of one report are alike, so a report is a cluster.
The standard error is the clustered one of Miller 2024, "Adding Error Bars to Evals" (arXiv 2411.00640), with each
report's sum divided by sqrt(1 - its share of the units), and the t interval has the degrees of freedom of Bell and
McCaffrey 2002 (CR2; Imbens and Kolesar 2016). Where all reports have as many units both are exactly what Miller's
formula with the finite-cluster correction and reports - 1 degrees of freedom give; where they have not, that interval
holds the truth too seldom (in 87 to 93 of 100 simulated comparisons of 3 to 10 uneven reports), this one in 94 to 97.
Below three reports units are paired as if independent, which says something about these reports only.

Measures are judged together: Holm 1979 over all that have a direction and in which anything differs at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huimou.errors import UsageError

Better = Literal["higher", "lower", "neither"]
MeasureVerdict = Literal["improved", "worse", "no evidence", "too few data"]
ALPHA = 0.05
POWER = 0.8
LEAST_REPORTS = 3
_LEAST_ALIKE = 3
_NOTHING = 1e-12  # means of repeats carry rounding
THESE_ONLY = "speaks for these reports only"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and which way it is better.

    Args:
        key: stable name.
        title: name in tables.
        better: which way is good; a measure of neither way is reported without a verdict.
        matters: the smallest difference worth acting on, in the measure's unit, or a share of the first side's mean.
        relative: `matters` is such a share, and a smaller difference is neither better nor worse, however sure (costs).
        least: the smallest value that a relative `matters` may have, in the measure's unit.
        whole: each unit's value is yes (1), no (0) or a count, or the mean of such over repeats; tested by sign too.
        no_rise: any rise of the mean is worse, whatever the interval (safety).

    """

    key: str
    title: str
    better: Better
    matters: float
    relative: bool = False
    least: float = 0.0
    whole: bool = False
    no_rise: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """The values of one unit on both sides, finite; `report` is its cluster."""

    report: str
    unit: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of one measure; what cannot be computed is None, as is the verdict if no direction is better.

    `before`, `after` and `difference` are means over units; `low` and `high` the 95 % interval of the difference; `p`
    two-sided and before Holm; `exact_p` the sign test's; `detectable` the smallest true difference that would have been
    found in 80 of 100 comparisons like this one.
    """

    measure: Measure
    units: int
    reports: int
    before: float
    after: float
    difference: float
    error: float | None
    freedom: float | None
    low: float | None
    high: float | None
    p: float | None
    exact_p: float | None
    detectable: float | None
    verdict: MeasureVerdict | None
    note: str


@dataclass(frozen=True, slots=True)
class _Estimate:
    measure: Measure
    pairs: tuple[Pair, ...]
    difference: float
    error: float | None
    freedom: float | None
    p: float | None
    exact_p: float | None

    @property
    def identical(self) -> bool:
        """Whether no unit differs."""
        return all(abs(pair.difference) <= _NOTHING for pair in self.pairs)

    @property
    def reports(self) -> int:
        return len({pair.report for pair in self.pairs})


def judge_measures(
    data: Mapping[Measure, Sequence[Pair]], *, alpha: float = ALPHA, power: float = POWER
) -> tuple[Judgement, ...]:
    """One judgement for each measure that has at least one pair, in the order given.

    Args:
        data: the pairs of each measure.
        alpha: chance of one or more false findings over all measures together.
        power: of the smallest detectable difference.

    Raises:
        UsageError: scipy is not installed.
        ValueError: a value is not finite.

    """
    stats = load_statistics()
    estimates = [_estimate(measure, tuple(pairs), stats) for measure, pairs in data.items() if pairs]
    tested = {
        e.measure.key: e.p for e in estimates if e.measure.better != "neither" and e.p is not None and not e.identical
    }
    found, level = apply_holm(tested, alpha)
    return tuple(
        _judge_estimate(e, found=e.measure.key in found, levels=(level, power), stats=stats) for e in estimates
    )


def load_statistics() -> Any:
    """`scipy.stats`.

    Raises:
        UsageError: it is not installed.

    """
    try:
        from scipy import stats  # noqa: PLC0415 (optional and heavy)
    except ImportError as error:
        raise UsageError("comparing needs scipy, which is not installed", 'pip install "huimou[regress]"') from error
    return stats


def apply_holm(p_values: Mapping[str, float], alpha: float) -> tuple[frozenset[str], float]:
    """The names whose null hypothesis is rejected by Holm's step-down test, and the level of the next one.

    That is the level which the smallest of the other p values would have had to reach; if all were rejected, the last
    one's.
    """
    found: list[str] = []
    for name, p in sorted(p_values.items(), key=lambda entry: entry[1]):
        if p > alpha / (len(p_values) - len(found)):
            break
        found.append(name)
    return frozenset(found), alpha / max(1, len(p_values) - len(found))


def estimate_clustered_error(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Standard error of the mean difference with reports as clusters, and its degrees of freedom; two reports or more.

    With w the report's share of the units and s its sum of deviations from the mean, the error is
    sqrt(sum(s² / (1 - w))) / units, and the degrees of freedom are
    1 / (sum(w²) + sum over unlike reports of (w² v² / ((1 - w)(1 - v)))).
    """
    mean = _mean([pair.difference for pair in pairs])
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    for pair in pairs:
        sums[pair.report] = sums.get(pair.report, 0.0) + pair.difference - mean
        counts[pair.report] = counts.get(pair.report, 0) + 1
    shares = {report: count / len(pairs) for report, count in counts.items()}
    variance = sum(sums[report] ** 2 / (1 - share) for report, share in shares.items())
    bent = [share**2 / (1 - share) for share in shares.values()]
    unlike = sum(bent) ** 2 - sum(part**2 for part in bent)
    freedom = 1 / (sum(share**2 for share in shares.values()) + unlike)
    return math.sqrt(variance) / len(pairs), freedom


def _error(pairs: Sequence[Pair]) -> tuple[float, float]:
    """The clustered error; by units if there are too few reports or all of them agree exactly."""
    if len({pair.report for pair in pairs}) >= LEAST_REPORTS:
        error, freedom = estimate_clustered_error(pairs)
        if error > _NOTHING:
            return error, freedom
    return _unit_error(pairs)


def _unit_error(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Standard error of the mean difference of independent units, and its degrees of freedom; two units or more."""
    mean = _mean([pair.difference for pair in pairs])
    variance = sum((pair.difference - mean) ** 2 for pair in pairs) / (len(pairs) - 1)
    return math.sqrt(variance / len(pairs)), len(pairs) - 1


def _estimate(measure: Measure, pairs: tuple[Pair, ...], stats: Any) -> _Estimate:
    if not all(math.isfinite(value) for pair in pairs for value in (pair.before, pair.after)):
        raise ValueError(f"{measure.key}: a value is not finite")
    difference = _mean([pair.difference for pair in pairs])
    difference = 0.0 if abs(difference) <= _NOTHING else difference
    if len(pairs) < 2:
        return _Estimate(measure, pairs, difference, None, None, None, None)
    error, freedom = _error(pairs)
    exact = _sign_p(pairs, stats)
    if error <= _NOTHING:  # every unit differs by the same: t has no meaning, the sign has
        return _Estimate(measure, pairs, difference, 0.0, freedom, exact, exact if measure.whole else None)
    p = float(2 * stats.t.sf(abs(difference) / error, freedom))
    # t is unsure where few units differ, the sign test knows nothing of clusters: whole numbers must pass both.
    p = max(p, exact) if measure.whole else p
    return _Estimate(measure, pairs, difference, error, freedom, p, exact if measure.whole else None)


def _sign_p(pairs: Sequence[Pair], stats: Any) -> float:
    """Two-sided exact sign test over the units that differ; McNemar's where values are 0 and 1."""
    up = sum(pair.difference > _NOTHING for pair in pairs)
    down = sum(pair.difference < -_NOTHING for pair in pairs)
    return float(stats.binomtest(up, up + down).pvalue) if up + down else 1.0


def _judge_estimate(estimate: _Estimate, *, found: bool, levels: tuple[float, float], stats: Any) -> Judgement:
    measure, pairs = estimate.measure, estimate.pairs
    before = _mean([pair.before for pair in pairs])
    detectable = _detectable(estimate, levels, stats)
    verdict, note = _verdict(estimate, detectable, before, found=found)
    # Without any variance an interval would be a certainty that a few units cannot give.
    half = estimate.error * float(stats.t.ppf(1 - ALPHA / 2, estimate.freedom)) if estimate.error else None
    few = [THESE_ONLY] if estimate.reports < LEAST_REPORTS else []
    return Judgement(
        measure=measure,
        units=len(pairs),
        reports=estimate.reports,
        before=before,
        after=_mean([pair.after for pair in pairs]),
        difference=estimate.difference,
        error=estimate.error,
        freedom=estimate.freedom,
        low=None if half is None else estimate.difference - half,
        high=None if half is None else estimate.difference + half,
        p=estimate.p,
        exact_p=estimate.exact_p,
        detectable=detectable,
        verdict=verdict,
        note="; ".join([*([note] if note else []), *few]),
    )


def _detectable(estimate: _Estimate, levels: tuple[float, float], stats: Any) -> float | None:
    """(t of the level + t of the power) standard errors; for whole numbers at least what the sign test could see."""
    level, power = levels
    if estimate.error is None or (estimate.error == 0 and not estimate.measure.whole):
        return None
    t = stats.t
    seen = estimate.error * float(t.ppf(1 - level / 2, estimate.freedom) + t.ppf(power, estimate.freedom))
    if not estimate.measure.whole:
        return seen
    least = _detectable_share(len(estimate.pairs), level, power, stats)
    return None if least is None else max(seen, least)


def _detectable_share(units: int, level: float, power: float, stats: Any) -> float | None:
    """Smallest true share of units that all change one way which the sign test finds; None if no share would do."""
    needed = math.ceil(math.log2(2 / level) - _NOTHING)
    return float(stats.beta.ppf(power, needed, units - needed + 1)) if needed <= units else None


def _verdict(
    estimate: _Estimate, detectable: float | None, before: float, *, found: bool
) -> tuple[MeasureVerdict | None, str]:
    measure, difference = estimate.measure, estimate.difference
    matters = max(measure.matters * abs(before), measure.least) if measure.relative else measure.matters
    if measure.better == "neither":
        return None, "reported only"
    if measure.no_rise and difference > 0:
        return "worse", "any rise is worse"
    if found and measure.relative and abs(difference) < matters:
        return "no evidence", "surely different, but by less than matters"
    if found:
        return ("improved" if (difference > 0) == (measure.better == "higher") else "worse"), ""
    if estimate.identical and not measure.whole:
        enough = len(estimate.pairs) >= _LEAST_ALIKE
    else:
        enough = detectable is not None and detectable <= matters
    return ("no evidence" if enough else "too few data"), "no unit differs" if estimate.identical else ""


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
