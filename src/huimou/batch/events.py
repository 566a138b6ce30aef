"""What a batch tells about itself, as values: whoever listens gets one call for each and matches on its type.

Those of the pipeline (`model.events`) come between `ReportStarted` and `ReportFinished`, from several threads at once.
All but `ServersOpened` may be sent to another process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from huimou.batch.planning import PlannedReport
from huimou.llm.balancing.upstream import Busy
from huimou.model.events import DigestEvent
from huimou.model.outcome import ReportResult


@dataclass(frozen=True, slots=True)
class BatchStarted:
    """These reports will be worked on, in this order; those that are done already are not among them."""

    reports: tuple[PlannedReport, ...]


@dataclass(frozen=True, slots=True)
class ReportStarted:
    """The report is about to be read."""

    report: PlannedReport


@dataclass(frozen=True, slots=True)
class ReportFinished:
    """The report is written, complete or partial."""

    outcome: ReportResult


@dataclass(frozen=True, slots=True)
class ReportFailed:
    """The report has no output; `outcome.reason` says why."""

    outcome: ReportResult


@dataclass(frozen=True, slots=True)
class Noted:
    """A line that the user should know."""

    line: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A line that the user must know, also one who wants to hear of errors only."""

    line: str


@dataclass(frozen=True, slots=True)
class ServersOpened:
    """Model servers are there; `busy()` says at any time how much they have to do, None where all is replayed."""

    busy: Callable[[], Busy | None]


Event = DigestEvent | BatchStarted | ReportStarted | ReportFinished | ReportFailed | Noted | Warned | ServersOpened
Emit = Callable[[Event], None]
