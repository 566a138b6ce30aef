"""Whose turn it is, without a server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock
from typing import Any

import pytest

from huimou.errors import EndpointError
from huimou.llm.answerers.alternation import Alternation, SideName


class Watched(Alternation):
    """A alternation that keeps the order in which calls start, and how many were under way at once."""

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

    def _may_start(self, side: Any) -> bool:
        allowed = super()._may_start(side)
        if allowed:
            self.order.append(side)  # under the alternation's own lock, right before the call counts as started
        return allowed


def work(alternation: Watched, calls: dict[SideName, int], threads: int) -> None:
    """Both sides make their calls from several threads and leave."""

    def side(name: SideName, count: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda _: alternation.call(name), range(count)))
        alternation.leave(name)

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda entry: side(*entry), calls.items()))


@pytest.mark.parametrize("first", ["before", "after"])
@pytest.mark.parametrize("most", [1, 3])
def test_starts_alternate_until_one_side_leaves(first: SideName, most: int) -> None:
    """Thirty calls of one and twelve of the other: strictly in turn for twenty-four, then the rest."""
    alternation = Watched(most)
    alternation.begin(first)
    work(alternation, {"before": 30, "after": 12}, threads=4)
    shared = alternation.order[:24]
    assert shared[0] == first
    assert all(one != other for one, other in pairwise(shared))
    assert len(alternation.order) == 42
    assert alternation.at_once <= most


def test_a_side_without_calls_holds_nobody_up() -> None:
    """The other side, whose turn it was, only leaves."""
    alternation = Watched(2)
    alternation.begin("after")
    work(alternation, {"before": 3, "after": 0}, threads=2)
    assert alternation.order == ["before"] * 3


def test_who_waits_is_let_go_when_it_stops() -> None:
    """A failure of one side ends the waiting of the other; the first reason stands."""
    alternation = Watched(1)
    alternation.begin("before")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(alternation.call, "after")
        first = ValueError("first")
        alternation.stop(first)
        alternation.stop(ValueError("second"))
        with pytest.raises(EndpointError, match="stopped"):
            waiting.result()
    assert alternation.stopped is first
