"""Consoles for tables and for what happens meanwhile, which bear that nobody reads any longer."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from huimou.errors import UsageError

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

    def __init__(self, file: TextIO | None = None) -> None:
        super().__init__(stderr=file is None, file=file, highlight=False)

    def on_broken_pipe(self) -> None:
        """Say nothing any more."""
        self.quiet = True

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, where it can be printed."""
        try:
            super().print(*objects, **options)
        except OSError:
            self.quiet = True


class FileConsole(LogConsole):
    """A console on a file that is added to; every line begins with the time at which it was said.

    Raises:
        UsageError: the file cannot be written.

    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = path.open("a", encoding="utf-8", buffering=1, errors="backslashreplace")
        except OSError as error:
            hint = "name a file that can be written with --log"
            raise UsageError(f"cannot write {path}: {error.strerror or error}", hint) from error
        super().__init__(self._opened)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print behind the time, where it can be printed."""
        super().print(Text(time.strftime("%Y-%m-%d %H:%M:%S ")), *objects, **{"sep": "", **options})

    def close(self) -> None:
        """Close the file."""
        self._opened.close()
