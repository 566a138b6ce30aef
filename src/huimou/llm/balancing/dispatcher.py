"""Many requests over one or several servers: whose turn it is, and where it is sent.

Requests wait here, not at the servers, in the order of their reports, so that early reports finish first; each goes to
the server with the fewest outstanding for its limit. Who waits for what:

- a server's Retry-After makes that server rest, and every request keeps off it meanwhile;
- a request whose call failed goes to another server at once if one is ready that has not failed it too, else
  `RetryTransport` waits before it is sent again;
- while all servers are gone, requests wait here; one at a time is let through to try, until patience ends.

Time that a request waits here is no part of its own budget.
"""

from __future__ import annotations

import math
import threading
import time
from bisect import insort
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field

from huimou.errors import EndpointError
from huimou.llm.balancing.upstream import Outcome, ServerState, Upstream

PATIENCE = 900.0
_FIRST_CONTACT = 5.0  # seconds for servers that have never answered: the address is probably wrong
_REMEMBERED = 4096  # reports whose order is kept


@dataclass(slots=True)
class Turn:
    """A request may be sent to `upstream`; `trying` if it is to see whether that is back; `began` on the clock."""

    upstream: Upstream
    trying: bool
    began: float
    outcome: Outcome = field(default_factory=Outcome)


@dataclass(slots=True, order=True)
class _Waiter:
    rank: int
    number: int
    avoid: AbstractSet[str] = field(compare=False)
    woken: threading.Event = field(default_factory=threading.Event, compare=False)
    turn: Turn | None = field(default=None, compare=False)


class Dispatcher:
    """Gives out turns; safe to use from any number of threads.

    Args:
        upstreams: one or more servers.
        patience: seconds that requests wait while every server is gone; 0 fails at once.
        budget: seconds for repeating one request; a server that asks for a longer rest is not waited for.
        note: told, from whatever thread, that a server is set aside or back.
        clock: seconds, monotonic.

    """

    def __init__(
        self,
        upstreams: Sequence[Upstream],
        *,
        patience: float = PATIENCE,
        budget: float = math.inf,
        note: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._upstreams = tuple(upstreams)
        self._patience = patience
        self._budget = budget
        self._note = note
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[_Waiter] = []
        self._number = 0
        self._ranks: OrderedDict[str, int] = OrderedDict()
        self._stopped = False

    @contextmanager
    def turn(self, report: str = "", avoid: AbstractSet[str] = frozenset()) -> Iterator[Turn]:
        """Wait for a server with room; the turn's `outcome`, set meanwhile, is what is learnt from the call.

        Args:
            report: whose request it is; reports that were seen first go first.
            avoid: base URLs that are taken only if no other server is ready.

        Raises:
            EndpointError: all servers are gone for longer than patience, or rest for longer than the budget.

        """
        turn = self._acquire(report, avoid)
        try:
            yield turn
        finally:
            self._release(turn)

    def holds(self, failed: set[str]) -> bool:
        """Whether a request that these servers have failed may come back at once, since it waits here if it must.

        Where it may not, the caller waits, and `failed` is emptied: then all may be tried again.
        """
        with self._lock:
            now = self._clock()
            held = any(u.is_ready(now) and u.endpoint.base_url not in failed for u in self._upstreams)
            held = held or all(not u.is_closed for u in self._upstreams)
        if not held:
            failed.clear()
        return held

    def servers(self) -> tuple[ServerState, ...]:
        """What to show of each server."""
        with self._lock:
            return tuple(upstream.shown() for upstream in self._upstreams)

    @property
    def waiting(self) -> int:
        """Requests that wait for a turn."""
        with self._lock:
            return len(self._waiting)

    @property
    def cap(self) -> int:
        """Requests in flight at most, over all servers."""
        return sum(upstream.limit.cap for upstream in self._upstreams)

    def stop(self) -> None:
        """Let nobody wait any longer: whoever does, or comes later, gets EndpointError."""
        with self._lock:
            self._stopped = True
            self._wake()

    def _acquire(self, report: str, avoid: AbstractSet[str]) -> Turn:
        waiter = self._enter(report, avoid)
        try:
            while True:
                with self._lock:
                    waiter.woken.clear()
                    self._check()
                    self._hand_out()
                    if waiter.turn is not None:
                        return waiter.turn
                    self._despair()
                    pause = self._pause()
                waiter.woken.wait(pause)
                if waiter.turn is not None:
                    return waiter.turn
        except BaseException:
            self._withdraw(waiter)
            raise

    def _enter(self, report: str, avoid: AbstractSet[str]) -> _Waiter:
        with self._lock:
            self._number += 1
            rank = self._ranks.setdefault(report, self._number)
            self._ranks.move_to_end(report)
            if len(self._ranks) > _REMEMBERED:
                self._ranks.popitem(last=False)
            waiter = _Waiter(rank, self._number, avoid)
            insort(self._waiting, waiter)
        return waiter

    def _withdraw(self, waiter: _Waiter) -> None:
        if waiter.turn is not None:
            self._release(waiter.turn)
            return
        with self._lock:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _release(self, turn: Turn) -> None:
        with self._lock:
            now = self._clock()
            upstream = turn.upstream
            before = upstream.is_closed
            upstream.give_back(turn.outcome, turn.trying, now, len(self._waiting))
            self._hand_out()
            if turn.outcome.why is not None or turn.trying:
                self._wake()  # when there is hope again has changed
            said = _said(upstream, before) if upstream.served or len(self._upstreams) > 1 else ""
        if said:
            self._note(said)

    def _hand_out(self) -> None:
        """Give turns to those who wait, first come first, as far as there is room."""
        now = self._clock()
        for waiter in list(self._waiting) if any(u.has_room(now) for u in self._upstreams) else ():
            upstream = self._pick(waiter.avoid, now)
            if upstream is not None:
                self._waiting.remove(waiter)
                waiter.turn = Turn(upstream, upstream.take(), now)
                waiter.woken.set()
            elif not any(u.has_room(now) for u in self._upstreams):
                return

    def _pick(self, avoid: AbstractSet[str], now: float) -> Upstream | None:
        ready = [upstream for upstream in self._upstreams if upstream.is_ready(now)]
        wanted = [upstream for upstream in ready if upstream.endpoint.base_url not in avoid] or ready
        return min((u for u in wanted if u.has_room(now)), key=lambda u: u.load, default=None)

    def _pause(self) -> float | None:
        """Seconds until time alone may change something; None if only a call in flight can."""
        now = self._clock()
        times = [at for upstream in self._upstreams if (at := upstream.next_chance(now)) is not None]
        if (since := self._gone_since()) is not None:
            times.append(since + self._endurance())
        return max(0.0, min(times) - now) if times else None

    def _wake(self) -> None:
        for waiter in self._waiting:
            waiter.woken.set()

    def _gone_since(self) -> float | None:
        """Since when no server is there; None while one is."""
        since = [u.breaker.since for u in self._upstreams if not u.is_closed and u.breaker.since is not None]
        return max(since) if len(since) == len(self._upstreams) else None

    def _endurance(self) -> float:
        """Seconds to wait while all are gone."""
        if any(upstream.served for upstream in self._upstreams):
            return self._patience
        first = self._budget if any(upstream.reached for upstream in self._upstreams) else _FIRST_CONTACT
        return min(self._patience, self._budget, first)

    def _check(self) -> None:
        if self._stopped:
            raise EndpointError("stopped while waiting for a model server", "run the same command again to go on")

    def _despair(self) -> None:
        """Raise if there is nothing to wait for."""
        now = self._clock()
        since = self._gone_since()
        if since is not None and now - since >= self._endurance():
            raise self._gone(now - since)
        rests = [u.rests_until - now for u in self._upstreams if u.is_closed]
        if rests and min(rests) > self._budget:
            names = " and ".join(u.endpoint.base_url for u in self._upstreams if u.is_closed)
            raise EndpointError(
                f"{names} asks to wait {min(rests):.0f} seconds",
                "run again after that time, or use a server without such a limit",
            )

    def _gone(self, seconds: float) -> EndpointError:
        last = max(self._upstreams, key=lambda u: u.breaker.since or 0.0).why
        message, hint = (last.message, last.hint) if last else ("no model server can be reached", "start one")
        after = f", for {seconds:.0f} seconds" if any(u.served for u in self._upstreams) and seconds >= 1 else ""
        if len(self._upstreams) == 1:
            return EndpointError(f"{message}{after}", hint)
        names = ", ".join(upstream.endpoint.base_url for upstream in self._upstreams)
        return EndpointError(f"none of the {len(self._upstreams)} model servers {names} can be used{after}", hint)


def _said(upstream: Upstream, was_closed: bool) -> str:  # noqa: FBT001
    if was_closed == upstream.is_closed:
        return ""
    url = upstream.endpoint.base_url
    return f"{url} answers again" if upstream.is_closed else f"{url} does not answer; it is set aside and tried again"
