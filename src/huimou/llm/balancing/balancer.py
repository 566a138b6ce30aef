"""Many requests over one or several servers: whose turn it is, which server it gets, and where a failed one goes next.

Requests wait here, not at the servers, in the order of their reports, so that early reports finish first; each gets
the server with the fewest outstanding for its limit, on a lease for one call. Who waits for what:

- a server's Retry-After makes that server rest, and every request keeps off it meanwhile;
- a request whose call failed goes elsewhere at once if another server is ready that has not failed it too;
- while all servers are gone, requests wait in line here; one at a time is let through to try, until patience ends;
- a server that never answers, or not for as long as one request may take, is left out for the rest of the run;
- else a request that failed comes back later, after a pause that `retrying` makes.

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
from typing import Literal

from huimou.errors import EndpointError
from huimou.llm.balancing.upstream import Outcome, ServerState, Upstream
from huimou.settings import Endpoint

PATIENCE = 900.0
_FIRST_CONTACT = 5.0  # seconds for servers that have never answered: the address is probably wrong
_AVOIDANCE = 1.0  # seconds that a request waits for another server than those that have failed it
_REMEMBERED = 4096  # reports whose order is kept


@dataclass(slots=True)
class Lease:
    """Leave to send one call to a server.

    Args:
        upstream: the server.
        trying: whether the call is to see if that is back.
        outcome: what is learnt from the call; set by whoever makes it.

    """

    upstream: Upstream
    trying: bool
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def endpoint(self) -> Endpoint:
        """Whom to ask."""
        return self.upstream.endpoint


@dataclass(frozen=True, slots=True)
class Retry:
    """Where a request goes whose call has failed.

    Args:
        when: `elsewhere` at once, to another server; `in line` at once, to wait for one that is back; `later`, after a
            pause.
        avoid: base URLs that are taken only if no other server is ready.

    """

    when: Literal["elsewhere", "in line", "later"]
    avoid: frozenset[str] = frozenset()


@dataclass(slots=True, order=True)
class _Waiter:
    rank: int
    number: int
    avoid: AbstractSet[str] = field(compare=False)
    avoid_until: float = field(compare=False)
    woken: threading.Event = field(default_factory=threading.Event, compare=False)
    lease: Lease | None = field(default=None, compare=False)


class Balancer:
    """Leases servers to requests; safe to use from any number of threads.

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
    def lease(self, report: str = "", avoid: AbstractSet[str] = frozenset()) -> Iterator[Lease]:
        """Wait for a server with room, and have it for one call; the lease's `outcome` is learnt from at the end.

        Args:
            report: whose request it is; reports that were seen first go first.
            avoid: base URLs that are taken only if no other server is ready, or has room within a second.

        Raises:
            EndpointError: all servers are gone for longer than patience, fail or rest for longer than the budget.

        """
        lease = self._acquire(report, avoid)
        try:
            yield lease
        finally:
            self._release(lease)

    def plan_retry(self, failed: frozenset[str]) -> Retry:
        """Where a request goes that the servers with these base URLs have failed; after a pause all may be tried."""
        with self._lock:
            now = self._clock()
            if any(u.is_ready(now) and u.endpoint.base_url not in failed for u in self._upstreams):
                return Retry("elsewhere", failed)
            if all(not u.is_closed for u in self._upstreams):
                return Retry("in line", failed)
        return Retry("later")

    @property
    def is_hopeless(self) -> bool:
        """Whether every server is left out."""
        with self._lock:
            return all(upstream.left_out for upstream in self._upstreams)

    def list_refusers(self) -> tuple[str, ...]:
        """A line for each of several servers that were asked and never answered, with what it said."""
        with self._lock:
            silent = [one for one in self._upstreams if one.asked and not one.answered and one.trouble is not None]
            return tuple(_describe_refuser(one) for one in silent) if len(self._upstreams) > 1 else ()

    def retry_budget(self, *, refused: bool) -> float:
        """Seconds for repeating a request; few where the connection was `refused` and no server has ever answered."""
        with self._lock:
            reached = any(upstream.reached for upstream in self._upstreams)
        return min(_FIRST_CONTACT, self._budget) if refused and not reached else self._budget

    def servers(self) -> tuple[ServerState, ...]:
        """What to show of each server."""
        with self._lock:
            return tuple(upstream.describe() for upstream in self._upstreams)

    @property
    def waiting(self) -> int:
        """Requests that wait for a server."""
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
            self._wake_all()

    def close(self) -> None:
        """As `stop`; tells which of several servers were asked in vain, and what they said."""
        self.stop()
        for line in self.list_refusers():
            self._note(line)

    def _acquire(self, report: str, avoid: AbstractSet[str]) -> Lease:
        waiter = self._enter(report, avoid)
        try:
            while True:
                with self._lock:
                    waiter.woken.clear()
                    self._check_stopped()
                    self._hand_out()
                    if waiter.lease is not None:
                        return waiter.lease
                    self._check_hope()
                    pause = self._next_change(waiter)
                waiter.woken.wait(pause)
                if waiter.lease is not None:
                    return waiter.lease
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
            waiter = _Waiter(rank, self._number, avoid, self._clock() + _AVOIDANCE)
            insort(self._waiting, waiter)
        return waiter

    def _withdraw(self, waiter: _Waiter) -> None:
        if waiter.lease is not None:
            self._release(waiter.lease)
            return
        with self._lock:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _release(self, lease: Lease) -> None:
        with self._lock:
            now = self._clock()
            upstream, outcome = lease.upstream, lease.outcome
            before = upstream.is_closed
            upstream.give_back(outcome, lease.trying, now, len(self._waiting))
            news = self._note_trouble(upstream, outcome, now)
            self._welcome_back(upstream, before)
            self._hand_out()
            if outcome.why is not None or lease.trying:
                self._wake_all()  # when there is hope again has changed
            if upstream.served or len(self._upstreams) > 1:
                news += _describe_change(upstream, before)
        for line in news:
            self._note(line)

    def _note_trouble(self, upstream: Upstream, outcome: Outcome, now: float) -> tuple[str, ...]:
        """Leave out a server that is hopeless; lines about that, or about what it says for the first time."""
        status = outcome.call.status if outcome.call is not None else None
        trouble = upstream.trouble
        if outcome.trouble is None or trouble is None or upstream.left_out:
            return ()
        if trouble.is_hopeless(now, self._budget, has_answered=upstream.answered > 0):
            upstream.left_out = True
            return (f"{_describe_refuser(upstream)}; it is left out",) if len(self._upstreams) > 1 else ()
        if status is None or status in upstream.told:
            return ()
        upstream.told |= {status}
        return (f"{upstream.endpoint.base_url} answers with {outcome.said}; it is asked again",)

    def _welcome_back(self, upstream: Upstream, was_closed: bool) -> None:  # noqa: FBT001
        """Let nobody who waits avoid a server any longer that is back."""
        if upstream.is_closed and not was_closed:
            for waiter in self._waiting:
                waiter.avoid = waiter.avoid - {upstream.endpoint.base_url}

    def _hand_out(self) -> None:
        """Give leases to those who wait, first come first, as far as there is room."""
        now = self._clock()
        for waiter in list(self._waiting) if any(u.has_room(now) for u in self._upstreams) else ():
            upstream = self._pick(waiter.avoid if now < waiter.avoid_until else frozenset(), now)
            if upstream is not None:
                self._waiting.remove(waiter)
                waiter.lease = Lease(upstream, upstream.take())
                waiter.woken.set()
            elif not any(u.has_room(now) for u in self._upstreams):
                return

    def _pick(self, avoid: AbstractSet[str], now: float) -> Upstream | None:
        ready = [upstream for upstream in self._upstreams if upstream.is_ready(now)]
        wanted = [upstream for upstream in ready if upstream.endpoint.base_url not in avoid] or ready
        return min((u for u in wanted if u.has_room(now)), key=lambda u: u.load, default=None)

    def _next_change(self, waiter: _Waiter) -> float | None:
        """Seconds until time alone may change something; None if only a call in flight can."""
        now = self._clock()
        times = [at for upstream in self._upstreams if (at := upstream.next_chance(now)) is not None]
        if waiter.avoid and waiter.avoid_until > now:
            times.append(waiter.avoid_until)
        if (since := self._all_gone_since()) is not None:
            times.append(since + self._endurance())
        return min(max(0.0, min(times) - now), threading.TIMEOUT_MAX) if times else None

    def _wake_all(self) -> None:
        for waiter in self._waiting:
            waiter.woken.set()

    def _list_left(self) -> list[Upstream]:
        return [upstream for upstream in self._upstreams if not upstream.left_out]

    def _all_gone_since(self) -> float | None:
        """Since when no server is there; None while one is."""
        left = self._list_left()
        since = [u.away_since for u in left if not u.is_closed and u.away_since is not None]
        return max(since) if since and len(since) == len(left) else None

    def _endurance(self) -> float:
        """Seconds to wait while all are gone."""
        return max(self._endure(upstream) for upstream in self._list_left())

    def _endure(self, upstream: Upstream) -> float:
        """Seconds to wait for one server: patience if it was at work and is gone, less if it fails or never came."""
        if upstream.trouble is not None and upstream.trouble.kind == "faulty":
            return self._budget
        if upstream.served:
            return self._patience
        return min(self._patience, self._budget, self._budget if upstream.reached else _FIRST_CONTACT)

    def _check_stopped(self) -> None:
        if self._stopped:
            raise EndpointError("stopped while waiting for a model server", "run the same command again to go on")

    def _check_hope(self) -> None:
        """Raise if there is nothing to wait for."""
        now = self._clock()
        if not self._list_left():
            raise self._explain_absence(0.0)
        since = self._all_gone_since()
        if since is not None and now - since >= self._endurance():
            raise self._explain_absence(now - since)
        rests = [u.rests_until - now for u in self._upstreams if u.is_closed]
        if rests and min(rests) > self._budget:
            names = " and ".join(u.endpoint.base_url for u in self._upstreams if u.is_closed)
            raise EndpointError(
                f"{names} asks to wait {min(rests):.0f} seconds",
                "run again after that time, or use a server without such a limit",
            )

    def _explain_absence(self, seconds: float) -> EndpointError:
        last = max(self._upstreams, key=lambda u: u.away_since or 0.0).why
        message, hint = (last.message, last.hint) if last else ("no model server can be reached", "start one")
        after = f", for {seconds:.0f} seconds" if any(u.served for u in self._upstreams) and seconds >= 1 else ""
        if len(self._upstreams) == 1:
            return EndpointError(f"{message}{after}", hint)
        names = ", ".join(upstream.endpoint.base_url for upstream in self._upstreams)
        return EndpointError(f"none of the {len(self._upstreams)} model servers {names} can be used{after}", hint)


def _describe_change(upstream: Upstream, was_closed: bool) -> tuple[str, ...]:  # noqa: FBT001
    """What the user is told of a server that went or came back; nothing where it did neither."""
    if was_closed == upstream.is_closed or upstream.left_out:
        return ()
    url = upstream.endpoint.base_url
    if upstream.is_closed:
        return (f"{url} answers again",)
    is_faulty = upstream.trouble is not None and upstream.trouble.kind == "faulty"
    return (f"{url} {'keeps failing' if is_faulty else 'does not answer'}; it is set aside and tried again",)


def _describe_refuser(upstream: Upstream) -> str:
    said = upstream.trouble.said if upstream.trouble is not None else "no reason given"
    calls = f"{upstream.answered or 'none'} of {upstream.asked} requests"
    return f"{upstream.endpoint.base_url} has answered {calls}: {said}"
