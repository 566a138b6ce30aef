"""Consoles for tables and for what happens meanwhile, which bear that nobody reads any longer."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

from rich.console import Console

_FILE_WIDTH = 160  # columns, where tables go to a file or a pipe


class OutputConsole(Console):
    """A console on stdout; a reader that has gone is an error for the command to end with."""

    def __init__(self) -> None:
        super().__init__(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)

    def on_broken_pipe(self) -> None:
        """Leave it to the command.

        Raises:
            BrokenPipeError: always.

        """
        self.quiet = True
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class LogConsole(Console):
    """A console on stderr; once it takes nothing any more, what is said there is lost and the work goes on."""

    def __init__(self) -> None:
        super().__init__(stderr=True, highlight=False)

    def on_broken_pipe(self) -> None:
        """Say nothing any more."""
        self.quiet = True

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, where it can be printed."""
        try:
            super().print(*objects, **options)
        except OSError:
            self.quiet = True
