"""The limit finds what a server can do, stays within its bounds, and learns nothing from a server that idles."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.llm.balancing.adaptive_limit import AdaptiveLimit, Finished, Load


@dataclass
class Run:
    """How a simulated load ended: the last limit, the limit after each call, and the time that it took."""

    limit: AdaptiveLimit
    limits: list[int]
    seconds: float


def simulate(limit: AdaptiveLimit, slots: int, calls: int, spread: float = 0.0, seed: int = 1) -> Run:
    """A server that works on `slots` calls at once, one second each (give or take `spread`), and queues the rest."""
    dice = random.Random(seed)  # noqa: S311
    free = [0.0] * slots  # when each slot is free
    ends: list[tuple[float, float, float]] = []
    now, sent, limits = 0.0, 0, []
    while sent < calls or ends:
        while sent < calls and len(ends) < limit.limit:
            work = 1 + dice.uniform(-spread, spread)
            end = max(now, heapq.heappop(free)) + work
            heapq.heappush(free, end)
            heapq.heappush(ends, (end, now, work))
            sent += 1
        now, began, work = heapq.heappop(ends)
        limit = limit.after(Finished(100 * work, now - began), Load(now, len(ends) + 1, calls - sent))
        limits.append(limit.limit)
    return Run(limit, limits, now)


@settings(max_examples=25)
@given(slots=st.integers(1, 60), start=st.integers(1, 64), seed=st.integers(0, 5))
def test_it_ends_near_the_slots(slots: int, start: int, seed: int) -> None:
    """Whatever it begins with: no slot is left idle for long, and at most about twice as many are sent."""
    run = simulate(AdaptiveLimit(start, 64, known=False), slots, 2500, spread=0.05, seed=seed)
    late = run.limits[1500:2300]
    assert sum(limit >= slots / 1.06 for limit in late) > 0.8 * len(late)  # a twentieth is not worth trying for
    assert sum(limit <= 2.1 * slots + 2 for limit in late) > 0.7 * len(late)


@pytest.mark.parametrize("slots", [4, 8, 16, 32])
def test_it_gets_there_soon(slots: int) -> None:
    """From four, within a number of calls that is a small multiple of the slots."""
    run = simulate(AdaptiveLimit(4, 64, known=False), slots, 2500)
    assert next(n for n, limit in enumerate(run.limits) if limit >= slots) <= 12 * slots
    assert run.seconds < 1.15 * 2500 / slots


@given(st.integers(1, 20), st.data())
def test_never_above_the_cap_nor_below_one(cap: int, data: st.DataObject) -> None:
    """Whatever the calls say."""
    limit = AdaptiveLimit(data.draw(st.integers(1, cap)), cap, known=data.draw(st.booleans()))
    now = 0.0
    for _ in range(data.draw(st.integers(0, 80))):
        now += data.draw(st.floats(0, 3))
        status = data.draw(st.sampled_from([200, 200, 200, 429, 503, 500, 404, None]))
        call = Finished(data.draw(st.floats(0, 1e4)), 1.0, status, data.draw(st.sampled_from([None, 0.0, 2.0])))
        limit = limit.after(call, Load(now, limit.limit, data.draw(st.integers(0, 3))))
        assert 1 <= limit.limit <= cap


@given(st.integers(1, 30), st.integers(1, 400))
def test_an_idle_tail_teaches_nothing(start: int, calls: int) -> None:
    """Fewer calls in flight than there may be, and nothing that waits: the limit stays, however fast they are."""
    limit = AdaptiveLimit(start, 64)
    for n in range(calls):
        limit = limit.after(Finished(100, 0.01), Load(n * 0.01, max(0, start - 1), 0))
    assert limit.limit == start


@pytest.mark.parametrize("status", [429, 503, None])
def test_a_crowd_cuts_once(status: int | None) -> None:
    """Ten calls that tell of one crowd cut by three tenths, once; after the pause another does so again."""
    limit = AdaptiveLimit(10, 64)
    for _ in range(10):
        limit = limit.after(Finished(0, 1, status), Load(100.0, 10, 5))
    assert limit.limit == 7
    assert limit.after(Finished(0, 1, status), Load(116.0, 7, 5)).limit == 4


def test_retry_after_makes_the_pause_longer() -> None:
    """Nothing is cut again, and nothing measured, before the server said that it can be asked."""
    limit = AdaptiveLimit(10, 64).after(Finished(0, 1, 429, 60.0), Load(0.0, 10, 5))
    assert limit.after(Finished(0, 1, 429), Load(59.0, 7, 5)).limit == 7
    assert limit.after(Finished(0, 1, 429), Load(61.0, 7, 5)).limit == 4


def test_other_refusals_say_nothing() -> None:
    """A request that is refused for what it is tells nothing of the crowd."""
    limit = AdaptiveLimit(10, 64)
    for status in (400, 404, 500):
        assert limit.after(Finished(0, 1, status), Load(0.0, 10, 5)) == limit


def test_slow_calls_stop_the_growth() -> None:
    """Calls that take more than a third of the timeout: more of them at once would soon be given up."""
    assert max(simulate(AdaptiveLimit(2, 64, timeout=2.5), 16, 500).limits) == 2
    assert max(simulate(AdaptiveLimit(2, 64, timeout=4.0), 16, 500).limits) >= 16


def test_it_climbs_again_after_a_cut() -> None:
    """A crowd that has passed costs some rounds."""
    limit = AdaptiveLimit(16, 16).after(Finished(0, 1, 429), Load(-20.0, 16, 5))
    assert limit.limit == 11
    assert simulate(limit, 16, 300).limits[-20] == 16
