"""One report at a time is read, segmented, checked or rendered; the others wait for answers, or for their turn.

Python runs one thread at a time. With many reports at work, those that carry questions would stand in one line with
all of them, each holding the line for 5 ms, while the server's slots are idle.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_desk = threading.Lock()
_here = threading.local()


@contextmanager
def at_desk() -> Iterator[None]:
    """Wait for the turn to work, and have it until the end; within itself it is the same turn."""
    if getattr(_here, "sits", False):
        yield
        return
    with _desk:
        _here.sits = True
        try:
            yield
        finally:
            _here.sits = False


@contextmanager
def away() -> Iterator[None]:
    """Leave the turn to others for as long as there is only waiting; nothing where this thread has none."""
    if not getattr(_here, "sits", False):
        yield
        return
    _here.sits = False
    _desk.release()
    try:
        yield
    finally:
        _desk.acquire()
        _here.sits = True
