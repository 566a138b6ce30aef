"""Standard output that takes nothing any more: the reader of a pipe has gone, or the disk is full."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import typer

from huimou.errors import UsageError

_READER_GONE = 141  # as of a program that SIGPIPE has ended
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))


@contextmanager
def end_where_output_ends() -> Iterator[None]:
    """Leave with an exit status, not with a traceback, where standard output takes nothing any more.

    Raises:
        UsageError: the disk that it goes to is full.
        typer.Exit: its reader has gone, which is no error.

    """
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError as error:
        drop_output()
        raise typer.Exit(_READER_GONE) from error
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        drop_output()
        hint = "make room, or send it elsewhere"
        raise UsageError(f"cannot write standard output: {error.strerror or error}", hint) from error


def drop_output() -> None:
    """Send what is still to be written to standard output nowhere, so that the end of Python does not fail on it."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
