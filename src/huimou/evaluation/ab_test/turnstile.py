"""Alternation of two sides that call a server: neither is more than one call ahead while the other works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Literal

from huimou.errors import EndpointError

SideName = Literal["before", "after"]
OTHER: dict[SideName, SideName] = {"before": "after", "after": "before"}


class Turnstile:
    """Lets the calls of two sides start in strict alternation, at most `most` of both under way.

    Once a side has left, the other calls freely. The side whose turn it is either calls or leaves, so nobody waits
    for ever.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = Condition()
        self._first: SideName = "before"
        self._started: dict[SideName, int] = {"before": 0, "after": 0}
        self._working: set[SideName] = set()
        self._under_way = 0
        self._stopped: BaseException | None = None

    def begin(self, first: SideName) -> None:
        """Start a round: both sides work, none has called yet, and `first` calls first."""
        with self._changed:
            self._first = first
            self._started = {"before": 0, "after": 0}
            self._working = {"before", "after"}

    @contextmanager
    def turn(self, side: SideName) -> Iterator[None]:
        """Wait for the side's turn; the call is under way while the context lasts.

        Raises:
            EndpointError: the other side has failed or the user has interrupted.

        """
        with self._changed:
            self._changed.wait_for(lambda: self._stopped is not None or self._may(side))
            if self._stopped is not None:
                raise EndpointError("the comparison has stopped")
            self._started[side] += 1
            self._under_way += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def leave(self, side: SideName) -> None:
        """Note that a side has no more to ask."""
        with self._changed:
            self._working.discard(side)
            self._changed.notify_all()

    def stop(self, reason: BaseException) -> None:
        """Let no more calls start; of several reasons the first is kept."""
        with self._changed:
            self._stopped = self._stopped or reason
            self._changed.notify_all()

    @property
    def stopped(self) -> BaseException | None:
        """Why no more calls may start; None if they may."""
        return self._stopped

    def _may(self, side: SideName) -> bool:
        if self._under_way >= self._most:
            return False
        if OTHER[side] not in self._working:
            return True
        ahead = self._started[side] - self._started[OTHER[side]]
        return ahead < (1 if side == self._first else 0)
