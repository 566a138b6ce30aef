"""One report at a time is read, segmented, checked or rendered; the others wait for answers, or for their turn.

Python runs one thread at a time. With many reports at work, those that carry questions would stand in one line with
all of them, each holding the line for 5 ms, while the server's slots are idle.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_turn = threading.Lock()
_here = threading.local()


@contextmanager
def holding_cpu() -> Iterator[None]:
    """Wait for the turn to compute, and have it until the end; within itself it is the same turn."""
    if getattr(_here, "holds", False):
        yield
        return
    with _turn:
        _here.holds = True
        try:
            yield
        finally:
            _here.holds = False


@contextmanager
def releasing_cpu() -> Iterator[None]:
    """Leave the turn to others for as long as there is only waiting; nothing where this thread has none."""
    if not getattr(_here, "holds", False):
        yield
        return
    _here.holds = False
    _turn.release()
    try:
        yield
    finally:
        _turn.acquire()
        _here.holds = True
