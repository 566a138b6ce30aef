"""One thread at a time has its turn at the desk; who waits for something else leaves it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from huimou.store.cpu_turn import at_desk, away


def test_one_at_a_time() -> None:
    """However many want to work."""
    inside: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        with at_desk():
            inside.append(number)
            most = max(most, len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(500)))
    assert most == 1


def test_who_is_away_lets_others_work_and_comes_back() -> None:
    """And has the turn again afterwards, so that nobody else is inside then."""
    worked = threading.Event()
    held = threading.Event()

    def other() -> None:
        with at_desk():
            worked.set()

    def take() -> None:
        with at_desk():
            held.set()

    with at_desk():
        thread = threading.Thread(target=other)
        thread.start()
        assert not worked.wait(0.05)
        with away():
            assert worked.wait(5)
        thread.join()
        again = threading.Thread(target=take)
        again.start()
        assert not held.wait(0.05)
    assert held.wait(5)
    with away():  # this thread has no turn: nothing to leave
        pass


def test_a_turn_within_a_turn_is_the_same() -> None:
    """Reading may be part of a larger piece of work."""
    with at_desk(), at_desk():
        pass
    with at_desk():
        pass


def test_a_fault_leaves_the_desk_free() -> None:
    """At the desk and away from it."""
    with pytest.raises(ValueError, match="x"), at_desk():
        raise ValueError("x")
    with pytest.raises(ValueError, match="y"), at_desk(), away():
        raise ValueError("y")
    with at_desk():
        pass
