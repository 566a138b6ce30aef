"""How a batch shows itself: bars on a terminal, one line a report elsewhere, a table at the end."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from huimou.batch import BatchResult, Events, Planned, Silent
from huimou.journal import ReportResult
from huimou.stages.render import running

_STYLES = {"complete": "green", "partial": "yellow", "failed": "red"}


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a batch is: bytes of input in all and of the reports begun, units of those, tokens spent."""

    started: float
    size: int = 0
    begun: int = 0
    units: int = 0
    units_done: int = 0
    tokens: int = 0

    def rate(self, now: float) -> float:
        """Tokens a second since the start."""
        return self.tokens / max(now - self.started, 1e-3)

    def seconds_left(self, now: float) -> float | None:
        """Tokens still to be spent over tokens a second; None until there is something to judge by.

        Reports to come are thought to have as many units a byte as those begun, and each unit to cost as much.
        """
        if not (self.tokens and self.units_done and self.begun):
            return None
        units = self.units * max(self.size / self.begun, 1.0)
        return self.tokens / self.units_done * max(units - self.units_done, 0.0) / self.rate(now)


class Lines(Silent):
    """One line a report on stderr, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._names: tuple[str, ...] = ()
        self._ended = 0

    def batch_started(self, reports: Sequence[Planned]) -> None:
        """Remember how many there are."""
        self._names = tuple(report.name for report in reports)

    def note(self, line: str) -> None:
        """Print it."""
        self._console.print(Text(running(line)), soft_wrap=True)

    def report_finished(self, result: ReportResult) -> None:
        """Print what it came to."""
        self._ended += 1
        self._console.print(Text(f"[{self._ended}/{len(self._names)}] {_sentence(result)}"), soft_wrap=True)

    def report_failed(self, result: ReportResult) -> None:
        """Print why."""
        self.report_finished(result)


class Bars:
    """Two bars on a terminal: reports, and units of the report in hand, with tokens a second and time left."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._reports: TaskID = progress.add_task("reports", total=None, detail="")
        self._units: TaskID = progress.add_task("units", total=None, detail="", visible=False)
        self._pace = Pace(time.monotonic())
        self._lock = threading.Lock()

    def batch_started(self, reports: Sequence[Planned]) -> None:
        """Set the length of the first bar."""
        self._pace = replace(self._pace, size=sum(report.size for report in reports))
        self._progress.update(self._reports, total=len(reports))

    def note(self, line: str) -> None:
        """Print it above the bars."""
        self._progress.console.print(Text(running(line)), soft_wrap=True)

    def report_started(self, report: Planned) -> None:
        """Name it at the second bar, which counts the units of all reports begun."""
        with self._lock:
            self._pace = replace(self._pace, begun=self._pace.begun + report.size)
        self._progress.update(self._units, detail=running(report.name), visible=True)

    def units_total(self, units: int) -> None:
        """Set the length of the second bar."""
        with self._lock:
            self._pace = replace(self._pace, units=self._pace.units + units)
            total = self._pace.units
        self._progress.update(self._units, total=total)

    def unit_done(self) -> None:
        """Move the second bar."""
        with self._lock:
            self._pace = replace(self._pace, units_done=min(self._pace.units_done + 1, self._pace.units))
        self._progress.advance(self._units)
        self._show_pace()

    def tokens(self, prompt: int, completion: int) -> None:
        """Renew the rate and the time left."""
        with self._lock:
            self._pace = replace(self._pace, tokens=self._pace.tokens + prompt + completion)
        self._show_pace()

    def report_finished(self, result: ReportResult) -> None:
        """Move the first bar; say a word where the report is not complete."""
        self._progress.advance(self._reports)
        if result.status != "complete":
            self.note(_sentence(result))

    def report_failed(self, result: ReportResult) -> None:
        """Move the first bar and say why."""
        self.report_finished(result)

    def _show_pace(self) -> None:
        now = time.monotonic()
        left = self._pace.seconds_left(now)
        remaining = "" if left is None else f", about {_clock(left)} left"
        self._progress.update(self._reports, detail=f"{self._pace.rate(now):.0f} tokens/s{remaining}")


@contextlib.contextmanager
def open_events(*, quiet: bool) -> Iterator[Events]:
    """Events for this process: none, bars where stderr is a terminal, lines elsewhere."""
    console = Console(stderr=True, highlight=False)
    if quiet:
        yield Silent()
    elif not sys.stderr.isatty():
        yield Lines(console)
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Detail())
        with Progress(*columns, console=console, transient=True) as progress:
            yield Bars(progress)


class _Detail(TextColumn):
    """The last column; its text is not markup."""

    def __init__(self) -> None:
        super().__init__("{task.fields[detail]}", markup=False)


def summary(result: BatchResult, most: int | None = None) -> RenderableType:
    """Table of what became of each report; of more than `most` only those that are not complete, and the counts."""
    shown = result.reports
    if most is not None and len(shown) > most:
        shown = tuple(report for report in shown if report.status != "complete")[:most]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("report", overflow="fold")
    table.add_column("status")
    for head in ("items", "tasks", "figures", "uncovered", "seconds"):
        table.add_column(head, justify="right")
    for report in shown:
        counts = (report.items, report.tasks, report.figures, report.uncovered)
        cells = ["" if report.status == "failed" else str(count) for count in counts]
        status = Text(report.status, style=_STYLES[report.status])
        table.add_row(Text(running(report.name)), status, *cells, f"{report.seconds:.1f}")
    if len(shown) == len(result.reports):
        return table
    states = Counter(report.status for report in result.reports)
    told = ", ".join(f"{states[state]} {state}" for state in ("complete", "partial", "failed"))
    return Group(table, Text(f"{told} of {result.planned} reports; the rest is in run.json and failures.csv"))


def _sentence(result: ReportResult) -> str:
    if result.status == "failed":
        return running(f"{result.file}: failed: {result.reason}")
    counts = f"{result.items} items, {result.tasks} tasks, {result.figures} figures, {result.uncovered} uncovered"
    reason = f" ({result.reason})" if result.reason else ""
    return running(f"{result.file}: {result.status}{reason}: {counts}, {result.seconds:.1f} s")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
