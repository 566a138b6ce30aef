"""Group commit: everything is done once, nothing is told done before it is, and faults reach all of the group."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from huimou.store.group_commit import GroupCommit


def test_what_comes_while_others_are_done_is_done_in_one_go() -> None:
    """The first goes alone, the rest commits once it is through."""
    groups: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def do(things: list[int]) -> None:
        begun.set()
        assert go_on.wait(5)
        groups.append(list(things))

    commits = GroupCommit(do)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(commits.add, 0)
        assert begun.wait(5)
        others = [pool.submit(commits.add, number) for number in range(1, 9)]
        while commits._open is None or len(commits._open.items) < 8:
            assert not first.done()
        assert not any(other.done() for other in others)
        go_on.set()
    assert [len(group) for group in groups] == [1, 8]
    assert sorted(number for group in groups for number in group) == list(range(9))


def test_each_is_done_once_and_before_its_add_returns() -> None:
    """From many threads at once."""
    done: set[int] = set()
    commits = GroupCommit(done.update)

    def add(number: int) -> bool:
        commits.add(number)
        return number in done

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(add, range(2000)))


def test_a_fault_reaches_all_of_its_group_and_nobody_else() -> None:
    """The next group is done as if nothing had been."""
    begun, go_on = threading.Event(), threading.Event()

    def do(things: list[str]) -> None:
        begun.set()
        assert go_on.wait(5)
        if "bad" in things:
            raise ValueError(str(len(things)))

    commits = GroupCommit(do)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(commits.add, "good")
        assert begun.wait(5)
        others = [pool.submit(commits.add, thing) for thing in ("bad", "good")]
        while commits._open is None or len(commits._open.items) < 2:
            pass
        go_on.set()
        first.result()
        raised = {id(other.exception()) for other in others}
        assert len(raised) == 2  # threads that share one make circles of causes
        for other in others:
            with pytest.raises(ValueError, match="2"):
                other.result()
    commits.add("good")
