"""One request until its answer stands: sent to whichever server the balancer leases, and again while that may help.

What becomes of a call that failed is decided here and in the balancer, and nowhere else:

- nothing, if the same request will not be answered later either: what came stands. `answerers.refusals` says what may
  pass (429 and the like, a broken connection) and how long one request may take in all (`RETRY_BUDGET`, 60 seconds);
- the request is sent again at once, to another server or in line for one that is back;
- or later: after a pause with full jitter, and no sooner than the server's own Retry-After asks;
- it is given up once its budget is spent: seconds of its calls and pauses, without those of waiting for a server; or
  once the balancer has left out every server.

What is sent is the same whoever is asked, so that neither store nor recordings depend on who answers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from tenacity import RetryCallState, Retrying, retry_if_result, wait_random_exponential

from huimou.errors import HuimouError
from huimou.llm.answerers.refusals import choose_wait, may_pass
from huimou.llm.answerers.wire import Answerer, WireAnswer, WireRequest, join_calls
from huimou.llm.balancing.balancer import Balancer, Lease
from huimou.llm.balancing.upstream import Outcome
from huimou.settings import Endpoint

# Told of a request and of all calls for it so far, right after each.
CallListener = Callable[[WireRequest, Sequence[WireAnswer]], None]


class Connection(Answerer, Protocol):
    """The way to one server."""

    def close(self) -> None:
        """Close what is open."""


@dataclass(slots=True)
class _Course:
    """What one request has gone through so far; `busy` are the seconds of calls that count against its budget."""

    request: WireRequest
    answers: list[WireAnswer] = field(default_factory=list)
    failed: frozenset[str] = frozenset()
    busy: float = 0.0


class RetryingAnswerer:
    """Sends each request until an answer stands or its budget is spent; then what came last is handed up.

    Args:
        balancer: who gets which server, and when.
        connect: makes the way to a server, when it is first asked.
        listener: told of every call.
        sleep: waits so many seconds.

    """

    def __init__(
        self,
        balancer: Balancer,
        connect: Callable[[Endpoint], Connection],
        listener: CallListener = lambda _request, _answers: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._balancer = balancer
        self._connect = connect
        self._listener = listener
        self._sleep = sleep
        self._connecting = threading.Lock()
        self._connections: dict[str, Connection] = {}

    def answer(self, request: WireRequest) -> WireAnswer:
        """What came of a request; that no server can be asked any more is an answer, too, with the error in it."""
        course = _Course(request)
        retrying = Retrying(
            retry=retry_if_result(may_pass),
            wait=self._choose_pause,
            stop=self._is_spent,
            sleep=self._sleep,
            retry_error_callback=_take_last,
        )
        try:
            retrying(self._call, course)
        except HuimouError as error:
            return join_calls([*course.answers, WireAnswer(None, calls=0, error=error)])
        return join_calls(course.answers)

    def close(self) -> None:
        """Close all connections; nobody waits any longer."""
        self._balancer.close()
        for connection in self._connections.values():
            connection.close()

    def _call(self, course: _Course) -> WireAnswer:
        with self._balancer.lease(course.request.ticket.slot.report, course.failed) as lease:
            connection = self._connection(lease)
            begun = time.monotonic()
            answer = connection.answer(course.request)
            lease.outcome = Outcome.of(answer, lease.endpoint)
            has_failed = lease.outcome.why is not None
            if has_failed:
                course.failed |= {lease.endpoint.base_url}
            if not (lease.trying and has_failed):  # to see that a server is still gone is a part of waiting for one
                course.busy += time.monotonic() - begun
        course.answers.append(answer)
        self._listener(course.request, tuple(course.answers))
        return answer

    def _connection(self, lease: Lease) -> Connection:
        url = lease.endpoint.base_url
        with self._connecting:
            if url not in self._connections:
                self._connections[url] = self._connect(lease.endpoint)
            return self._connections[url]

    def _choose_pause(self, state: RetryCallState) -> float:
        course: _Course = state.args[0]
        retry = self._balancer.plan_retry(course.failed)
        course.failed = retry.avoid
        return _pause(state) if retry.when == "later" else 0.0

    def _is_spent(self, state: RetryCallState) -> bool:
        course: _Course = state.args[0]
        if self._balancer.is_hopeless:
            return True
        budget = self._balancer.retry_budget(refused=course.answers[-1].fault == "ConnectError")
        return course.busy + state.idle_for + state.upcoming_sleep >= budget


_jitter = wait_random_exponential(multiplier=0.5, max=20)


def _pause(state: RetryCallState) -> float:
    """Seconds until the next call: more each time, at random, and no fewer than the server asked for."""
    return choose_wait(state.args[0].answers[-1].retry_after, _jitter(state), datetime.now(UTC))


def _take_last(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome is not None else None
