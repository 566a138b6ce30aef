"""One thread at a time has its turn to compute; who waits for something else releases it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from huimou.llm.cpu_turn import holding_cpu, releasing_cpu


def test_one_at_a_time() -> None:
    """However many want to work."""
    inside: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        with holding_cpu():
            inside.append(number)
            most = max(most, len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(500)))
    assert most == 1


def test_who_releases_lets_others_work_and_comes_back() -> None:
    """And has the turn again afterwards, so that nobody else is inside then."""
    worked = threading.Event()
    held = threading.Event()

    def other() -> None:
        with holding_cpu():
            worked.set()

    def take() -> None:
        with holding_cpu():
            held.set()

    with holding_cpu():
        thread = threading.Thread(target=other)
        thread.start()
        assert not worked.wait(0.05)
        with releasing_cpu():
            assert worked.wait(5)
        thread.join()
        again = threading.Thread(target=take)
        again.start()
        assert not held.wait(0.05)
    assert held.wait(5)
    with releasing_cpu():  # this thread has no turn: nothing to leave
        pass


def test_a_turn_within_a_turn_is_the_same() -> None:
    """Reading may be part of a larger piece of work."""
    with holding_cpu(), holding_cpu():
        pass
    with holding_cpu():
        pass


def test_a_fault_leaves_the_turn_free() -> None:
    """In the turn and out of it."""
    with pytest.raises(ValueError, match="x"), holding_cpu():
        raise ValueError("x")
    with pytest.raises(ValueError, match="y"), holding_cpu(), releasing_cpu():
        raise ValueError("y")
    with holding_cpu():
        pass
