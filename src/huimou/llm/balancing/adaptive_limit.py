"""How many requests a server gets at once: as many as still make it faster, found by trying.

Local servers do not say 429, they queue. So the limit follows what they get done: tokens a second, measured over whole
rounds of calls in which there was always more to do. It is doubled while that makes it nearly twice as fast, raised by
half where that gains more than a twentieth, and put back where it does not or where fewer do as well. An answer of 429
or 503 or none in time cuts it (AIMD, as TCP and promptfoo do; the rule that an idle tail must not raise it is
inspect_ai's).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

_GROWTH = 1.5
_GAIN = 1.05
_MUCH = 1.4
_CUT = 0.7
_COOLDOWN = 15.0  # seconds
_LEAST_ROUND = 8  # calls
_HOLD = 8  # rounds
_LONGEST_HOLD = 64
_SLOW_SHARE = 0.05
_TOO_MANY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Finished:
    """One call that has ended.

    Args:
        tokens: of work that it was, in any steady measure.
        seconds: that it took.
        status: of HTTP; None where no answer came in time.
        retry_after: seconds that the server asks to wait, if it does.

    """

    tokens: float
    seconds: float
    status: int | None = 200
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """The moment at which a call has ended: `now` in seconds, calls in flight with it, and requests that wait."""

    now: float
    in_flight: int
    waiting: int


@dataclass(frozen=True, slots=True)
class LimitRound:
    """Sums over the calls at one limit, after `skip` that began before it; `in_flight` is summed over them too."""

    skip: int = 0
    calls: int = 0
    slow: int = 0
    tokens: float = 0.0
    seconds: float = 0.0
    in_flight: int = 0

    @property
    def rate(self) -> float:
        """Tokens a second of all calls together.

        By Little's law (1961) it is the mean number in flight by the mean seconds of a call. Counting what ends within
        a span of time would err by a whole burst, and calls that began together end together.
        """
        return self.tokens * self.in_flight / max(self.calls * self.seconds, 1e-9)


@dataclass(frozen=True, slots=True)
class LimitTrial:
    """Another limit is being tried: where to go back to, and the tokens a second there."""

    back: int
    rate: float


@dataclass(frozen=True, slots=True)
class AdaptiveLimit:
    """A limit and what is known of it; `after` gives the next.

    Args:
        limit: requests at once, from 1 to `cap`.
        cap: never more.
        timeout: seconds after which a call is given up; once calls take a third of it, there are enough of them.
        known: the start is what the server itself told or a probe measured, so that fewer need not be tried.
        cool_until: when a crowd was last told of; until then nothing is measured and nothing cut again.
        seen: of the round that is being measured; None before it begins.
        trial: of another limit, if one is going on.
        hold: rounds to go before the next.
        next_hold: rounds after the next that gains nothing.

    """

    limit: int
    cap: int
    timeout: float = 600.0
    known: bool = True
    cool_until: float = float("-inf")
    seen: LimitRound | None = None
    trial: LimitTrial | None = None
    hold: int = 0
    next_hold: int = _HOLD

    def after(self, call: Finished, load: Load) -> AdaptiveLimit:
        """The limit once a call has ended."""
        if call.status is None or call.status in _TOO_MANY:
            return _cut_limit(self, call, load)
        if call.status != 200 or load.now < self.cool_until:
            return self
        if load.waiting == 0 and load.in_flight < self.limit:
            return replace(self, seen=None)  # what an idle server does says nothing
        before = self.seen or LimitRound(skip=max(load.in_flight, self.limit))
        seen = _count_call(before, call, load.in_flight, slow=call.seconds > self.timeout / 3)
        counted = replace(self, seen=seen)
        return _judge_round(counted, seen) if seen.calls >= max(_LEAST_ROUND, 2 * self.limit) else counted


def _count_call(seen: LimitRound, call: Finished, in_flight: int, *, slow: bool) -> LimitRound:
    if seen.skip:
        return replace(seen, skip=seen.skip - 1)
    return LimitRound(
        calls=seen.calls + 1,
        slow=seen.slow + slow,
        tokens=seen.tokens + call.tokens,
        seconds=seen.seconds + call.seconds,
        in_flight=seen.in_flight + in_flight,
    )


def _cut_limit(at: AdaptiveLimit, call: Finished, load: Load) -> AdaptiveLimit:
    """Once for all the calls that tell of the same crowd."""
    asked = call.retry_after or 0.0
    if load.now < at.cool_until:
        return replace(at, cool_until=max(at.cool_until, load.now + asked))
    limit = min(int(at.limit * _CUT), at.trial.back if at.trial else at.limit)
    until = load.now + max(_COOLDOWN, asked)
    return replace(at, limit=max(1, limit), cool_until=until, seen=None, trial=None, hold=0)


def _judge_round(at: AdaptiveLimit, seen: LimitRound) -> AdaptiveLimit:
    """At the end of a round: keep what was tried or go back, then try further or hold."""
    rate, trial = seen.rate, at.trial
    fast = seen.slow <= _SLOW_SHARE * seen.calls
    if trial is None and at.hold:
        return replace(at, hold=at.hold - 1, seen=LimitRound())
    if trial is None:
        return _raise_limit(at, rate, _GROWTH if at.known else 2, fast=fast)
    if at.limit > trial.back and rate > _GAIN * trial.rate:
        gained = replace(at, next_hold=_HOLD)
        # Nearly twice as fast with twice as many: go on. Else the bound was passed on the way.
        return _raise_limit(gained, rate, 2, fast=fast) if rate > _MUCH * trial.rate else _lower_limit(gained, rate)
    if at.limit > trial.back:
        back = replace(at, limit=trial.back)
        return _hold_limit(back) if at.known else _lower_limit(back, trial.rate)
    if rate * _GAIN >= trial.rate:
        return _lower_limit(at, trial.rate)
    return _hold_limit(replace(at, limit=trial.back))


def _raise_limit(at: AdaptiveLimit, rate: float, growth: float, *, fast: bool) -> AdaptiveLimit:
    """Try more, from here, whose rate is known."""
    to = min(at.cap, max(at.limit + 1, int(at.limit * growth)))
    if not fast or to == at.limit:
        return _hold_limit(at) if at.known else _lower_limit(at, rate)
    return _try_limit(at, to, rate)


def _lower_limit(at: AdaptiveLimit, rate: float) -> AdaptiveLimit:
    """Try fewer: they may do as well."""
    to = max(1, int(at.limit / _GROWTH))
    return _try_limit(at, to, rate) if to < at.limit else _hold_limit(at)


def _try_limit(at: AdaptiveLimit, to: int, rate: float) -> AdaptiveLimit:
    return replace(at, limit=to, trial=LimitTrial(at.limit, rate), hold=0, seen=None)


def _hold_limit(at: AdaptiveLimit) -> AdaptiveLimit:
    """Stay for some rounds, each time for more: noise must not make it wander."""
    longer = min(_LONGEST_HOLD, 2 * at.next_hold)
    return replace(at, known=True, trial=None, hold=at.next_hold, next_hold=longer, seen=None)
