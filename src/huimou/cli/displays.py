"""What shows the events of a command that works long: bars on a terminal, lines elsewhere, and lines in a log."""

from __future__ import annotations

import contextlib
import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from rich.console import Console
from rich.text import Text

from huimou.batch.events import Emit, Event, Warned
from huimou.cli.consoles import FileConsole, LogConsole
from huimou.cli.option_groups import ProgressOptions
from huimou.errors import HuimouError
from huimou.language.text import to_one_line

_BEAT = 60.0  # seconds between two lines where no bar is shown


@contextlib.contextmanager
def repeat_regularly(act: Callable[[], None], every: float) -> Iterator[None]:
    """Call `act` every so many seconds while the context lasts, and not once more."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(every):
            act()

    thread = threading.Thread(target=repeat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class WarningLines:
    """Prints warnings and nothing else."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, event: Event) -> None:
        """Print a warning; anything else is passed over."""
        if isinstance(event, Warned):
            self._console.print(Text(to_one_line(event.line)), soft_wrap=True)


@contextlib.contextmanager
def open_displays(progress: ProgressOptions, build: BuildLines, bars: OpenBars) -> Iterator[Emit]:
    """A display of events on stderr, and in the log where there is one.

    Args:
        progress: how much is said.
        build: makes the lines of the log, and of stderr where that is no terminal.
        bars: opens what is shown on a terminal.

    Raises:
        UsageError: the log cannot be written.

    """
    with _open_log(progress, build) as log, _open_display(progress, build, bars) as display:
        yield display if log is None else _show_on_both(display, log)


def _show_on_both(one: Emit, other: Emit) -> Emit:
    """What tells each event to both."""

    def show(event: Event) -> None:
        one(event)
        other(event)

    return show


class EventLines(Protocol):
    """Prints lines for events, and between them how far it is."""

    def show(self, event: Event) -> None:
        """Take in one event."""

    def beating(self, every: float) -> contextlib.AbstractContextManager[None]:
        """Print how far it is every so many seconds while the context lasts."""


class BuildLines(Protocol):
    """Makes the lines for a console."""

    def __call__(self, console: Console, *, verbose: bool) -> EventLines:
        """The lines that are printed on this console."""


class OpenBars(Protocol):
    """Opens bars on a console."""

    def __call__(self, console: Console, *, verbose: bool) -> contextlib.AbstractContextManager[Emit]:
        """What shows events there while the context lasts."""


@contextlib.contextmanager
def _open_log(progress: ProgressOptions, build: BuildLines) -> Iterator[Emit | None]:
    """Lines in the log, the last of which says how it ended; None where there is no log.

    Raises:
        UsageError: the log cannot be written.

    """
    if progress.log is None:
        yield None
        return
    console = FileConsole(progress.log)
    lines = build(console, verbose=progress.verbose)
    try:
        console.print(Text(f"begin: huimou {to_one_line(shlex.join(sys.argv[1:]))}"), soft_wrap=True)
        with lines.beating(_BEAT):
            yield lines.show
        console.print(Text("end"))
    except KeyboardInterrupt:
        console.print(Text("interrupted"))
        raise
    except HuimouError as error:
        console.print(Text(to_one_line(f"error: {error}")), soft_wrap=True)
        raise
    finally:
        console.close()


@contextlib.contextmanager
def _open_display(progress: ProgressOptions, build: BuildLines, bars: OpenBars) -> Iterator[Emit]:
    console = LogConsole()
    if progress.quiet:
        yield WarningLines(console).show
    elif not sys.stderr.isatty():
        lines = build(console, verbose=progress.verbose)
        with lines.beating(_BEAT):
            yield lines.show
    else:
        with bars(console, verbose=progress.verbose) as show:
            yield show
