"""Signals that ask a process to end, on every system that has them: the first is obeyed in order, a second at once.

`docker stop` and service managers send SIGTERM, a terminal that is closed SIGHUP, its user SIGINT (Ctrl-C) or SIGQUIT.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")  # not every system has each of them
ENDING = tuple(signal.Signals[name] for name in _NAMES if hasattr(signal, name))
_BASE = 128  # what shells add to the number of the signal that ended a command
_AT_ONCE = b"ended at once; run the same command again to go on\n"
_SHOW_CURSOR = b"\x1b[?25h"  # a display of bars had hidden it


class EndedBySignal(KeyboardInterrupt):
    """A signal asked the process to end, as Ctrl-C does; `number` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def get_signal(error: KeyboardInterrupt) -> int:
    """Number of the signal that an interrupt came of: that of Ctrl-C unless it says otherwise."""
    return error.number if isinstance(error, EndedBySignal) else int(signal.SIGINT)


def get_exit_status(number: int) -> int:
    """The exit status of a command that a signal has ended, as shells word it: 130 for Ctrl-C, 143 for SIGTERM."""
    return _BASE + number


def _interrupt(number: int) -> None:
    raise EndedBySignal(number)


@contextmanager
def keep_handlers() -> Iterator[None]:
    """Whatever a library does about these signals while it is open is undone."""
    is_main = threading.current_thread() is threading.main_thread()
    before = {number: handler for number in ENDING if is_main and (handler := signal.getsignal(number)) is not None}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def obey_signals(begin_end: Callable[[int], None] = _interrupt) -> Iterator[None]:
    """While it is open the first signal that asks the process to end calls `begin_end`; a second ends it at once.

    A signal that is ignored already (as nohup does it) stays so. In other threads than the main one it does nothing.

    Args:
        begin_end: gets the number of the signal; left alone it raises `EndedBySignal`.

    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def receive(number: int, _: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            _end_at_once(number)
        begin_end(number)

    with keep_handlers():
        for number in ENDING:
            if signal.getsignal(number) not in {None, signal.SIG_IGN}:
                signal.signal(number, receive)
        yield


def ignore_signals() -> None:
    """Leave it to another process when this one ends."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _end_at_once(number: int) -> None:
    """End without any clean-up: what is done is on the disk, and the system drops every lock."""
    with suppress(OSError, ValueError):
        os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + _AT_ONCE)
    os._exit(get_exit_status(number))
