"""One model server as the balancer knows it: how much it may be given, whether it is there, whether it rests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from huimou.errors import HuimouError
from huimou.llm.answerers.completion import read_usage
from huimou.llm.answerers.refusals import (
    TIMEOUTS,
    explain_fault,
    explain_refusal,
    is_fault_of_server,
    is_nobody_there,
    may_pass,
    read_retry_after,
    read_words,
)
from huimou.llm.answerers.wire import OK, UNREACHED, WireAnswer
from huimou.llm.balancing.adaptive_limit import AdaptiveLimit, Finished, Load
from huimou.llm.balancing.circuit_breaker import Breaker, State
from huimou.llm.balancing.trouble import Kind, Trouble, extend_trouble
from huimou.llm.network.json_object import read_object
from huimou.settings import Endpoint

_NEVER = float("-inf")
_NOBODY_BEHIND = frozenset({502, 503, 504})
_FAULT_OF_SERVER = 500  # statuses from here on
# Reading is so much cheaper than writing on all servers that were tried; only a steady measure is needed.
_READ_PER_WRITTEN = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call says of its server.

    Args:
        call: for the limit; None where it says nothing of speed.
        is_there: whether the server was found; None where a call only broke off.
        why: the error that the call would be if it were the last.
        serves: whether it answered as a server at work does: with anything below 500.
        trouble: in which way the server failed, where that may pass.
        said: status and words of such a failure.

    """

    call: Finished | None = None
    is_there: bool | None = None
    why: HuimouError | None = None
    serves: bool = False
    trouble: Kind | None = None
    said: str = ""

    @classmethod
    def of(cls, answer: WireAnswer, endpoint: Endpoint) -> Outcome:
        """What came of one call, as far as it is about the server.

        Only a refused connection, or a gateway, says that nobody is there.
        """
        if answer.status is None:
            why = explain_fault(answer.fault, endpoint)
            if answer.fault in UNREACHED:
                return cls(is_there=False, why=why, trouble="gone", said=answer.fault)
            return cls(Finished(0.0, answer.seconds, None) if answer.fault in TIMEOUTS else None, why=why)
        if answer.status == OK:
            return cls(Finished(_count_work(answer), answer.seconds), is_there=True, serves=True)
        asked = read_retry_after(answer.retry_after, datetime.now(UTC))
        is_gone = is_nobody_there(answer)
        return cls(
            Finished(0.0, answer.seconds, answer.status, asked),
            is_there=not is_gone,
            why=explain_refusal(answer, endpoint),
            serves=answer.status < _FAULT_OF_SERVER and not is_gone,
            trouble=_judge_trouble(answer),
            said=f"status {answer.status} ({read_words(answer, endpoint)})",
        )


def _judge_trouble(answer: WireAnswer) -> Kind | None:
    if not may_pass(answer):
        return None
    if is_nobody_there(answer):
        return "gone"
    return "faulty" if is_fault_of_server(answer) else "crowded"


def _count_work(answer: WireAnswer) -> float:
    """Tokens written, and a part of those read; 1 where the server counts none."""
    usage = read_usage(read_object(answer.body) or {})
    work = usage.completion_tokens + (usage.prompt_tokens - (usage.cached_tokens or 0)) / _READ_PER_WRITTEN
    return work if work > 0 else 1.0


@dataclass(frozen=True, slots=True)
class ServerState:
    """What to show of a server: its calls in flight, how many it may have now, and at most."""

    base_url: str
    in_flight: int
    limit: int
    cap: int
    state: State
    retries: int


@dataclass(frozen=True, slots=True)
class Busy:
    """All servers together: calls in flight, how many there may be now, failed calls so far, servers, those away.

    A server that is away may have no call but the ones that were out and the one that tries whether it is back.
    """

    in_flight: int
    limit: int
    retries: int
    servers: int
    away: int

    @classmethod
    def of(cls, states: Collection[ServerState]) -> Busy:
        """The sum over servers."""
        in_flight = sum(state.in_flight for state in states)
        return cls(
            in_flight,
            max(in_flight, sum(state.limit for state in states if state.state == "closed")),
            sum(state.retries for state in states),
            len(states),
            sum(state.state != "closed" for state in states),
        )


@dataclass(slots=True)
class Upstream:
    """A server's state; whoever holds it sees to it that one thread at a time uses it. Times in seconds of one clock.

    Args:
        endpoint: of this server alone.
        limit: how many calls at once.
        breaker: whether it is there.
        outstanding: calls in flight.
        rests_until: what its last Retry-After comes to; only this server rests, and others are asked meanwhile.
        reached: whether anything ever came from it.
        served: whether it ever answered as a server at work.
        asked: calls that have ended.
        answered: how many of them with an answer.
        trouble: what its failures since the last answer come to.
        left_out: whether it is asked no more in this run.
        why: how the last failed call ended.
        retries: calls that failed, each of which is repeated here or elsewhere if that may help.
        told: statuses of failures that the user has been told of.

    """

    endpoint: Endpoint
    limit: AdaptiveLimit
    breaker: Breaker = field(default_factory=Breaker)
    outstanding: int = 0
    rests_until: float = _NEVER
    reached: bool = False
    served: bool = False
    asked: int = 0
    answered: int = 0
    trouble: Trouble | None = None
    left_out: bool = False
    why: HuimouError | None = None
    retries: int = 0
    told: frozenset[int] = frozenset()
    _sound: AdaptiveLimit | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it is taken to be there."""
        return self.breaker.state == "closed" and not self.left_out

    @property
    def away_since(self) -> float | None:
        """Since when it fails; None while it does not."""
        return self.trouble.since if self.trouble is not None else self.breaker.since

    @property
    def load(self) -> float:
        """Calls in flight by how many there may be."""
        return self.outstanding / self.limit.limit

    def is_ready(self, now: float) -> bool:
        """Whether it may be asked at all, room or not."""
        return not self.left_out and now >= self.rests_until and self.breaker.admits(now)

    def has_room(self, now: float) -> bool:
        """Whether it may be sent one more request."""
        return self.outstanding < self.limit.limit and self.is_ready(now)

    def next_chance(self, now: float) -> float | None:
        """When time alone will make it ready; None if it is, or if that hangs on a call in flight."""
        at = max(self.rests_until, _NEVER if self.is_closed else self.breaker.retry_at)
        return at if at > now and self.breaker.state != "half-open" and not self.left_out else None

    def take(self) -> bool:
        """Count a request in; returns whether it is a try."""
        self.outstanding += 1
        trying = self.breaker.state != "closed"
        self.breaker = self.breaker.admit()
        return trying

    def give_back(self, outcome: Outcome, trying: bool, now: float, waiting: int) -> None:  # noqa: FBT001
        """Count a request out and learn from it."""
        if outcome.call is not None:
            self._learn(outcome.call, Load(now, self.outstanding, waiting))
        self.outstanding -= 1
        self._count(outcome, now)
        has_failed = outcome.is_there is False or outcome.trouble == "faulty"
        if has_failed or (trying and outcome.is_there is None and outcome.why is not None):
            self._sound = self._sound or self.limit
            self.breaker = self.breaker.record_failure(now, trying=trying)
        elif outcome.is_there:
            self._recover()
        elif trying:
            self.breaker = self.breaker.abandon_try()

    def _count(self, outcome: Outcome, now: float) -> None:
        status = outcome.call.status if outcome.call is not None else None
        self.reached = self.reached or status is not None
        self.served = self.served or outcome.serves
        self.asked += 1
        self.answered += status == OK
        if outcome.why is not None:
            self.why, self.retries = outcome.why, self.retries + 1
        if outcome.trouble is not None:
            self.trouble = extend_trouble(self.trouble, outcome.trouble, outcome.said, now)
        elif outcome.is_there:
            self.trouble = None

    def describe(self) -> ServerState:
        """What to show of it."""
        limit = self.limit
        return ServerState(
            self.endpoint.base_url, self.outstanding, limit.limit, limit.cap, self.breaker.state, self.retries
        )

    def _learn(self, call: Finished, load: Load) -> None:
        if call.retry_after:
            self.rests_until = max(self.rests_until, load.now + call.retry_after)
        if self._sound is None and call.status in _NOBODY_BEHIND:
            self._sound = self.limit
        self.limit = self.limit.after(call, load)

    def _recover(self) -> None:
        """A server that was gone, or loading, is as able as before; one that was only crowded is not."""
        if self.breaker.state != "closed" and self._sound is not None:
            self.limit = replace(self._sound, cool_until=_NEVER)
        self._sound = None
        self.breaker = self.breaker.record_answer()
