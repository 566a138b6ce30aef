"""Floors under the measures, with the fingerprint of what they were measured on, so that nothing gets worse unseen.

`fixtures/baseline.json` is `{fingerprint, floors: {report: {<stem>: {<measure>: n}}, mean: {<measure>: n}}}`.
For the measures named in `CEILINGS` less is better, and the number is the most that is allowed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huimou.evaluation.scores import Scores, average_measures, list_measures
from huimou.evaluation.words import WORDS

FLOORS = (
    "achievements.recall",
    "achievements.must_recall",
    "domains.agreed",
    "tasks.recall",
    "tasks.must_recall",
    "figures.recall",
    "figures.precision",
    "figures.values",
    "items.precision",
    "sections.role_accuracy",
    "meta.review_years",
    "meta.plan_year",
    "meta.region",
    "digest.by_model",
    "words.keys",
    "words.whole",
    "words.true",
    "words.short",
    "words.title",
    "words.pasteable",
    "words.overview",
    "words.marked",
)
CEILINGS = (
    "contract.breaches",
    "coverage.uncovered",
    "items.unsupported_numbers",
    "digest.length_ratio",
    "words.alarms",
    "follow.calibration",
)
_ROUNDING = 1e-9


def compute_fingerprint(seeds: Path, gold: Path) -> str:
    """SHA-256 over names and bytes of the reports and annotations that floors belong to, those of words included."""
    digest = hashlib.sha256()
    named = (path for path in seeds.iterdir() if path.is_file() and not path.name.upper().startswith("README"))
    for path in (*sorted(named), *sorted(gold.glob("*.json")), *sorted((gold / WORDS).glob("*.json"))):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_baseline(reports: Mapping[str, Scores], measured_on: str) -> dict[str, Any]:
    """The baseline that these scores just pass; `measured_on` is a fingerprint by `compute_fingerprint`."""
    floors = {name: _select_measures(list_measures(scores)) for name, scores in sorted(reports.items())}
    return {
        "fingerprint": measured_on,
        "floors": {"report": floors, "mean": _select_measures(average_measures(reports))},
    }


@dataclass(frozen=True, slots=True)
class MissedLimit:
    """A measure that is below its floor or above its ceiling; `value` is None where it is no longer measured."""

    name: str
    value: float | None
    limit: float

    @property
    def is_ceiling(self) -> bool:
        """Whether the limit is the most that is allowed, not the least that is wanted."""
        return self.name in CEILINGS

    def __str__(self) -> str:
        """One line."""
        if self.value is None:
            return f"{self.name} has no value, was {self.limit:g}"
        wanted = f"at most {self.limit:g} allowed" if self.is_ceiling else f"at least {self.limit:g} wanted"
        return f"{self.name} is {self.value:g}, {wanted}"


def check_baseline(baseline: Mapping[str, Any], reports: Mapping[str, Scores], measured_on: str) -> list[str]:
    """A line for each measure that is worse than the baseline; none if all are as good."""
    if baseline["fingerprint"] != measured_on:
        return ["the reports or annotations are not those that the baseline was measured on"]
    floors = baseline["floors"]
    worse = [f"{name}: not measured" for name in floors["report"] if name not in reports]
    for name, scores in reports.items():
        worse += [f"{name}: {line}" for line in find_below(scores, floors["report"].get(name, {}))]
    return worse + [f"mean: {line}" for line in find_missed_limits(average_measures(reports), floors["mean"])]


def pin_baseline(
    baseline: Mapping[str, Any] | None, reports: Mapping[str, Scores], measured_on: str, *, lower: bool
) -> tuple[dict[str, Any], list[str]]:
    """The baseline to keep, and a line for each floor that would become lower.

    Unless `lower` allows it, the old baseline is kept if any measure is worse, is no longer measured, or was measured
    on other reports.
    """
    new = make_baseline(reports, measured_on)
    if baseline is None:
        return new, []
    worse = check_baseline(baseline, reports, measured_on)
    return (dict(baseline), worse) if worse and not lower else (new, worse)


def find_below(scores: Scores, floors: Mapping[str, float]) -> list[MissedLimit]:
    """The measures of one report that are below their floor or above their ceiling."""
    return list(find_missed_limits(list_measures(scores), floors))


def find_missed_limits(values: Mapping[str, float], floors: Mapping[str, float]) -> Iterator[MissedLimit]:
    """The measures, by name, that are below their floor or above their ceiling, or have no value any longer."""
    for name, limit in floors.items():
        value = values.get(name)
        above = name in CEILINGS and value is not None and value > limit + _ROUNDING
        below = name not in CEILINGS and value is not None and value < limit - _ROUNDING
        if value is None or above or below:
            yield MissedLimit(name, value, limit)


def _select_measures(values: Mapping[str, float]) -> dict[str, float]:
    return {name: values[name] for name in (*FLOORS, *CEILINGS) if name in values}
