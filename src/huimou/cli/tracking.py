"""Displays of work that is counted: a bar on a terminal, elsewhere a line a minute; a run of reports has its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from huimou.batch.events import Emit, Event, Noted, Warned
from huimou.cli.displays import open_displays, repeat_regularly
from huimou.cli.option_groups import ProgressOptions
from huimou.language.text import to_one_line
from huimou.model.events import PartDone, StepStarted


class StepLines:
    """Prints how far the step is that started last, now and then; a verbose one also says when each starts."""

    def __init__(self, console: Console, *, verbose: bool = False) -> None:
        self._console = console
        self._verbose = verbose
        self._step, self._parts, self._done, self._started = "", 0, 0, 0.0

    def show(self, event: Event) -> None:
        """Print what is said; count the parts of the step."""
        match event:
            case StepStarted(step, parts):
                self._step, self._parts, self._done, self._started = step, parts, 0, time.monotonic()
                if self._verbose:
                    self._print(f"{step}: {parts}")
            case PartDone():
                self._done += 1
                if self._verbose and self._done == self._parts:
                    self._print(f"{self._step}: done in {time.monotonic() - self._started:.1f} s")
            case Noted(line) | Warned(line):
                self._print(line)

    def beat(self) -> None:
        """Print how far the step is; nothing before there is one, and nothing after its end."""
        if self._done < self._parts:
            self._print(f"{self._step}: {self._done} of {self._parts}")

    @contextlib.contextmanager
    def beating(self, every: float) -> Iterator[None]:
        """Print how far the step is every so many seconds while the context lasts."""
        with repeat_regularly(self.beat, every):
            yield

    def _print(self, line: str) -> None:
        self._console.print(Text(to_one_line(line)), soft_wrap=True)


class StepBar:
    """A bar for the step that started last."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID = bars.add_task("", total=None, visible=False)

    def show(self, event: Event) -> None:
        """Move the bar; print above it what is said."""
        match event:
            case StepStarted(step, parts):
                self._bars.reset(self._task, description=step, total=parts, visible=True)
            case PartDone():
                self._bars.advance(self._task)
            case Noted(line) | Warned(line):
                self._bars.console.print(Text(to_one_line(line)), soft_wrap=True)


@contextlib.contextmanager
def open_steps(progress: ProgressOptions) -> Iterator[Emit]:
    """A display of steps on stderr, and in the log where there is one; `tell_parts` tells them.

    Raises:
        UsageError: the log cannot be written.

    """
    with open_displays(progress, StepLines, _show_bar) as emit:
        yield emit


@contextlib.contextmanager
def _show_bar(console: Console, *, verbose: bool) -> Iterator[Emit]:
    del verbose  # a bar says it all
    columns = TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        yield StepBar(bars).show
