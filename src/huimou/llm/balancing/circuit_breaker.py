"""Whether a server is there: closed while it answers, open once it is gone, half-open while one request tries it.

A server that is gone is asked by one request at a time, with pauses that double up to a bound. (M. Nygard, Release It!,
2007, "Circuit Breaker".)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

State = Literal["closed", "open", "half-open"]

_THRESHOLD = 3  # failures in a row
_FIRST_PAUSE = 0.5  # seconds
_LONGEST_PAUSE = 15.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """What the last calls to a server say of it; times in seconds of whatever clock the caller has.

    Args:
        failures: in a row.
        since: when the first of them was.
        retry_at: when it may next be tried, once open.
        pause: what follows the next failed try.
        trying: whether a request is trying it.

    """

    failures: int = 0
    since: float | None = None
    retry_at: float = 0.0
    pause: float = _FIRST_PAUSE
    trying: bool = False

    @property
    def state(self) -> State:
        """Closed, open, or half-open while a request tries it."""
        if self.failures < _THRESHOLD:
            return "closed"
        return "half-open" if self.trying else "open"

    def admits(self, now: float) -> bool:
        """Whether a request may be sent."""
        return self.state == "closed" or (self.state == "open" and now >= self.retry_at)

    def admit(self) -> Breaker:
        """A request is sent; it is a try unless the breaker is closed."""
        return self if self.state == "closed" else replace(self, trying=True)

    def record_failure(self, now: float, *, trying: bool) -> Breaker:
        """A request found nobody; only that of a try makes the pause longer, not one that was sent before."""
        since = now if self.since is None else self.since
        counted = replace(self, failures=self.failures + 1, since=since, trying=self.trying and not trying)
        if counted.state == "closed" or not (trying or self.state == "closed"):
            return counted
        return replace(counted, retry_at=now + self.pause, pause=min(_LONGEST_PAUSE, 2 * self.pause))

    def abandon_try(self) -> Breaker:
        """A try ended without saying anything of the server, as when the user interrupts."""
        return replace(self, trying=False)

    def record_answer(self) -> Breaker:
        """The server is there."""
        return self if self == _SOUND else _SOUND


_SOUND = Breaker()
