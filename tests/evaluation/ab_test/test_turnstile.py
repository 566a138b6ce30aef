"""Whose turn it is, without a server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock
from typing import Any

import pytest

from huimou.errors import EndpointError
from huimou.evaluation.ab_test.turnstile import SideName, Turnstile


class Watched(Turnstile):
    """A turnstile that keeps the order in which calls start, and how many were under way at once."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.order: list[str] = []
        self.at_once = 0
        self._lock = Lock()
        self._now = 0

    def call(self, side: SideName) -> None:
        """One call that takes no time."""
        with self.turn(side):
            with self._lock:
                self._now += 1
                self.at_once = max(self.at_once, self._now)
            with self._lock:
                self._now -= 1

    def _may(self, side: Any) -> bool:
        allowed = super()._may(side)
        if allowed:
            self.order.append(side)  # under the turnstile's own lock, right before the call counts as started
        return allowed


def work(turnstile: Watched, calls: dict[SideName, int], threads: int) -> None:
    """Both sides make their calls from several threads and leave."""

    def side(name: SideName, count: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda _: turnstile.call(name), range(count)))
        turnstile.leave(name)

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda entry: side(*entry), calls.items()))


@pytest.mark.parametrize("first", ["before", "after"])
@pytest.mark.parametrize("most", [1, 3])
def test_starts_alternate_until_one_side_leaves(first: SideName, most: int) -> None:
    """Thirty calls of one and twelve of the other: strictly in turn for twenty-four, then the rest."""
    turnstile = Watched(most)
    turnstile.begin(first)
    work(turnstile, {"before": 30, "after": 12}, threads=4)
    shared = turnstile.order[:24]
    assert shared[0] == first
    assert all(one != other for one, other in pairwise(shared))
    assert len(turnstile.order) == 42
    assert turnstile.at_once <= most


def test_a_side_without_calls_holds_nobody_up() -> None:
    """The other side, whose turn it was, only leaves."""
    turnstile = Watched(2)
    turnstile.begin("after")
    work(turnstile, {"before": 3, "after": 0}, threads=2)
    assert turnstile.order == ["before"] * 3


def test_who_waits_is_let_go_when_it_stops() -> None:
    """A failure of one side ends the waiting of the other; the first reason stands."""
    turnstile = Watched(1)
    turnstile.begin("before")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(turnstile.call, "after")
        first = ValueError("first")
        turnstile.stop(first)
        turnstile.stop(ValueError("second"))
        with pytest.raises(EndpointError, match="stopped"):
            waiting.result()
    assert turnstile.stopped is first
