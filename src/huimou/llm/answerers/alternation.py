"""Live requests of two sides in alternation, without the server's prompt cache, so that the sides can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Condition
from typing import Any, Literal

from huimou.errors import EndpointError
from huimou.llm.answerers.wire import Answerer, WireAnswer, WireRequest

SideName = Literal["before", "after"]
OTHER: dict[SideName, SideName] = {"before": "after", "after": "before"}
TakeTurn = Callable[[], AbstractContextManager[None]]
# llama.cpp reuses the prompt that it has; its documentation says that this can change the answer.
_UNCACHED: Mapping[str, Mapping[str, Any]] = {
    "llama.cpp": {"cache_prompt": False},
    "builtin": {"cache_prompt": False},
}


def find_cache_switch(kind: str) -> Mapping[str, Any]:
    """What a kind of server must be sent to compute each prompt afresh; nothing for those that have no such switch."""
    return _UNCACHED.get(kind, {})


class AlternatingAnswerer:
    """Sends a request, with all its retries, when it is its turn.

    It sits below what answers without the server, so that only what is asked of it takes turns.
    """

    def __init__(self, inner: Answerer, take_turn: TakeTurn) -> None:
        self._inner = inner
        self._take_turn = take_turn

    def answer(self, request: WireRequest) -> WireAnswer:
        """Wait for the turn, send, and end the turn with the answer."""
        with self._take_turn():
            return self._inner.answer(request)


class Alternation:
    """Lets the calls of two sides start in strict alternation, at most `most` of both under way.

    A side that has left leaves the way free. Whoever's turn it is either calls or leaves, so nobody waits for ever.
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
        """Both sides work, nobody has called yet, and `first` calls first."""
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
            self._changed.wait_for(lambda: self._stopped is not None or self._may_start(side))
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
        """The side has no more to ask."""
        with self._changed:
            self._working.discard(side)
            self._changed.notify_all()

    def stop(self, reason: BaseException) -> None:
        """Let nobody through any more; the first reason stands."""
        with self._changed:
            self._stopped = self._stopped or reason
            self._changed.notify_all()

    @property
    def stopped(self) -> BaseException | None:
        """Why nobody is let through, if so."""
        return self._stopped

    def _may_start(self, side: SideName) -> bool:
        if self._under_way >= self._most:
            return False
        if OTHER[side] not in self._working:
            return True
        ahead = self._started[side] - self._started[OTHER[side]]
        return ahead < (1 if side == self._first else 0)
