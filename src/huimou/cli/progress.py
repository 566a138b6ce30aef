"""Displays of a running batch: bars on a terminal, one line a report elsewhere, a table at the end."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.table import Column
from rich.text import Text

from huimou.batch.events import (
    BatchStarted,
    Emit,
    Event,
    Noted,
    ReportFailed,
    ReportFinished,
    ReportStarted,
    ServersOpened,
    Warned,
)
from huimou.cli.displays import open_displays, repeat_regularly
from huimou.cli.option_groups import ProgressOptions
from huimou.language.text import to_one_line
from huimou.llm.balancing.upstream import Busy
from huimou.model.events import PartDone, StepStarted, TokensSpent, UnitDone, UnitsPlanned
from huimou.model.outcome import ReportResult

_BAR = 20  # columns; what stands beside it must fit into 80
_BESIDE = _BAR + 22  # with the names and counts, up to 99999/99999
_MANY_PARTS = 1000  # fewer are done before one can read what they are


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
        """An estimate, from tokens still to be spent and tokens a second; None until some are spent.

        Reports to come are thought to have as many units a byte as those begun, and each unit to cost as much.
        """
        if not (self.tokens and self.units_done and self.begun):
            return None
        units = self.units * max(self.size / self.begun, 1.0)
        return self.tokens / self.units_done * max(units - self.units_done, 0.0) / self.rate(now)


class _PaceTracker:
    """Keeps how far a batch is, from its events; safe in several threads."""

    def __init__(self) -> None:
        self._pace = Pace(time.monotonic())
        self._lock = threading.Lock()
        self._busy: Callable[[], Busy | None] = lambda: None

    def show(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case ServersOpened(busy):
                self._busy = busy
            case BatchStarted(reports):
                self._update(lambda pace: replace(pace, size=sum(report.size for report in reports)))
            case ReportStarted(report):
                self._update(lambda pace: replace(pace, begun=pace.begun + report.size))
            case UnitsPlanned(units):
                self._update(lambda pace: replace(pace, units=pace.units + units))
            case UnitDone():
                self._update(lambda pace: replace(pace, units_done=min(pace.units_done + 1, pace.units)))
            case TokensSpent(prompt, completion):
                self._update(lambda pace: replace(pace, tokens=pace.tokens + prompt + completion))

    def _update(self, step: Callable[[Pace], Pace]) -> None:
        with self._lock:
            self._pace = step(self._pace)

    def _speed(self) -> str:
        """`412 tokens/s, about 12:30 left`, as far as there is something to judge by."""
        now, pace = time.monotonic(), self._pace
        left = pace.seconds_left(now)
        remaining = [] if left is None else [f"about {_format_clock(left)} left"]
        return ", ".join([f"{pace.rate(now):.0f} tokens/s", *remaining] if pace.tokens else remaining)

    def _load(self) -> str:
        """`5 of 6 in flight, 2 retries`; nothing while no server was needed."""
        busy = self._busy()
        if busy is None:
            return ""
        said = [f"{busy.in_flight} of {busy.limit} in flight"]
        said += [f"{busy.retries} {'retry' if busy.retries == 1 else 'retries'}"] if busy.retries else []
        said += [f"{busy.away} of {busy.servers} servers away"] if busy.away else []
        return ", ".join(said)


class ProgressLines(_PaceTracker):
    """Prints one line a report, for logs, and between them now and then how far the batch is.

    A verbose one also says when a report begins and what is done with it.
    """

    def __init__(self, console: Console, *, verbose: bool = False) -> None:
        super().__init__()
        self._console = console
        self._verbose = verbose
        self._reports: int | None = None
        self._ended = 0

    def show(self, event: Event) -> None:
        """Print what is said and what became of each report; count the rest."""
        super().show(event)
        line = _describe_event(event, verbose=self._verbose)
        if line is not None:
            self._print(line)
        match event:
            case BatchStarted(reports):
                self._reports = len(reports)
            case ReportFinished(outcome) | ReportFailed(outcome):
                self._ended += 1
                self._print(f"[{self._ended}/{self._reports or 0}] {_describe_result(outcome)}")

    def _print(self, line: str) -> None:
        self._console.print(Text(to_one_line(line)), soft_wrap=True)

    def beat(self) -> None:
        """Print how far it is; nothing before the batch has started."""
        if self._reports is None:
            return
        units = f"{self._pace.units_done} of {self._pace.units} units of the reports begun"
        self._print(f"[{self._ended}/{self._reports}] " + ", ".join(filter(None, (units, self._speed(), self._load()))))

    @contextlib.contextmanager
    def beating(self, every: float) -> Iterator[None]:
        """Print how far it is every so many seconds while the context lasts, so that a log shows life."""
        with repeat_regularly(self.beat, every):
            yield


class ProgressBars(_PaceTracker):
    """Two bars on a terminal: reports, with tokens a second and time left, and units, with calls in flight.

    For a very long report there is a third one while the program is at a step of its own. Verbose ones also print what
    is done with each report.
    """

    def __init__(self, progress: Progress, *, verbose: bool = False) -> None:
        super().__init__()
        self._verbose = verbose
        self._progress = progress
        self._reports: TaskID = progress.add_task("reports", total=None, detail=self._speed)
        self._units: TaskID = progress.add_task("units", total=None, detail=self._detail, visible=False)
        self._name = ""
        self._step: TaskID = progress.add_task("", total=None, detail=lambda: self._name, visible=False)

    def show(self, event: Event) -> None:
        """Move the bars; print above them what is said and which report is not complete."""
        super().show(event)
        line = _describe_event(event, verbose=self._verbose)
        if line is not None:
            self._print(line)
        match event:
            case BatchStarted(reports):
                self._progress.update(self._reports, total=len(reports))
            case ReportStarted(report):
                self._name = to_one_line(report.name)
                self._progress.update(self._units, visible=True)
            case UnitsPlanned():
                self._progress.update(self._units, total=self._pace.units)
            case UnitDone():
                self._progress.advance(self._units)
            case StepStarted(step, parts):
                shown = parts >= _MANY_PARTS
                self._progress.update(self._step, description=step, total=parts, completed=0, visible=shown)
            case PartDone():
                self._progress.advance(self._step)
            case ReportFinished(outcome) | ReportFailed(outcome):
                self._progress.advance(self._reports)
                self._progress.update(self._step, visible=False)
                if outcome.status != "complete" or self._verbose:
                    self._print(_describe_result(outcome))

    def _print(self, line: str) -> None:
        self._progress.console.print(Text(to_one_line(line)), soft_wrap=True)

    def _detail(self) -> str:
        return ", ".join(filter(None, (self._load(), self._name)))


@contextlib.contextmanager
def open_progress(progress: ProgressOptions) -> Iterator[Emit]:
    """A display of events on stderr, and in the log where there is one.

    On stderr there are warnings alone for a quiet one, bars where it is a terminal, and lines elsewhere.

    Raises:
        UsageError: the log cannot be written.

    """
    with open_displays(progress, ProgressLines, _show_bars) as emit:
        yield emit


@contextlib.contextmanager
def _show_bars(console: Console, *, verbose: bool) -> Iterator[Emit]:
    with Progress(*build_columns(console), console=console, transient=True) as bars:
        yield ProgressBars(bars, verbose=verbose).show


def build_columns(console: Console) -> tuple[ProgressColumn, ...]:
    """The columns of a line of the display: name, bar, count, detail."""
    return TextColumn("{task.description}"), BarColumn(_BAR), MofNCompleteColumn(), _Detail(console)


class _Detail(ProgressColumn):
    """The last column: what the task's `detail` says whenever the screen is drawn, cut where the line ends.

    Left to itself the table would narrow the bars in favour of a long detail.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(Column(no_wrap=True))
        self._console = console

    def render(self, task: Task) -> Text:
        """Plain text, no markup."""
        text = Text(task.fields["detail"]())
        text.truncate(max(1, self._console.width - _BESIDE), overflow="ellipsis")
        return text


def _describe_event(event: Event, *, verbose: bool) -> str | None:
    """The line that is said of an event; a verbose display also says what others pass over."""
    match event:
        case Noted(line) | Warned(line):
            return line
        case _ if not verbose:
            return None
        case ReportStarted(report):
            return f"begin: {report.name} ({report.size:,} bytes)"
        case UnitsPlanned(units):
            return f"{units} units to be worded"
        case StepStarted(step, parts):
            return f"step: {step}, {parts} parts"
        case _:
            return None


def _describe_result(result: ReportResult) -> str:
    if result.status == "failed":
        return to_one_line(f"{result.file}: failed: {result.reason}")
    counts = (
        f"{result.items} items of the review, {result.tasks} of the plan, {result.figures} figures, "
        f"{result.uncovered} uncovered"
    )
    reason = f" ({result.reason})" if result.reason else ""
    return to_one_line(f"{result.file}: {result.status}{reason}: {counts}, {result.seconds:.1f} s")


def _format_clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
