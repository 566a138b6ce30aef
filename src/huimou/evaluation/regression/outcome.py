"""The outcome of the gate as values, which lines, page and JUnit file are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from huimou.evaluation.changes.changes import Change, MeasureChange, find_measure_changes

GateProblemKind = Literal[
    "stale", "missing", "half_used", "unused", "stranger", "limit", "no_accepted", "other_bytes", "whole", "verdict"
]


@dataclass(frozen=True, slots=True)
class GateProblem:
    """What is wrong beside what changed in digests.

    Args:
        kind: of problem, by which a page names it.
        line: the whole of it in one line of English, as a terminal shows it.
        count: how many recordings it is about; 0 where it is about none.
        named: what a page shows behind the kind's name: identifiers, versions, numbers.
        part: of a request, for which its recording is stale; empty where it is not or that is unknown.

    """

    kind: GateProblemKind
    line: str
    count: int = 0
    named: str = ""
    part: str = ""

    def __str__(self) -> str:
        """The line."""
        return self.line


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """The outcome of one report.

    Args:
        name: the stem of its file, as its digest and its recordings are named.
        file: the report's path as it was given.
        problems: recordings stale, missing, never asked for or half used; measures below their floor.
        changes: differences of its digest from the accepted one.
        measures: measures of its digest, as `scores.list_measures` names them; empty where it has no annotation.
        accepted_measures: measures of the accepted digest.
        recordings: number of recordings in each state (fresh, stale, missing, orphan …).
        seconds: wall time that it took.
        error: why it could not be compared, in one line.

    """

    name: str
    file: str
    problems: tuple[GateProblem, ...]
    changes: tuple[Change, ...]
    measures: Mapping[str, float]
    accepted_measures: Mapping[str, float]
    recordings: Mapping[str, int]
    seconds: float
    error: str | None = None

    @property
    def moved(self) -> tuple[MeasureChange, ...]:
        """The measures that differ from those of the accepted digest; empty where one of both has none."""
        if not (self.accepted_measures and self.measures):
            return ()
        return find_measure_changes(self.accepted_measures, self.measures)

    @property
    def passed(self) -> bool:
        """Whether the digest is the accepted one and there is no problem."""
        return not (self.problems or self.changes or self.error)


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """The outcome of all reports; `problems` belong to no single report, `seconds` is the wall time of all."""

    reports: tuple[ReportOutcome, ...]
    problems: tuple[GateProblem, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether there are reports, all of them passed, and there is no other problem."""
        return bool(self.reports) and not self.problems and all(report.passed for report in self.reports)
