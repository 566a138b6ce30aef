"""The cores of this machine: they do the same to many things, in this process or in others on the other cores.

Threads would not do: Python runs one at a time. Of the libraries for processes, `multiprocessing` runs a caller's
script once more that has no main guard, and those of `loky` outlive a process that is killed.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache, partial
from threading import Lock
from typing import Any, TypeVar, cast

from huimou.digest.child_process import ChildProcess, receive, send
from huimou.digest.cores.worker import CoreSetup
from huimou.language.rules.rule import read_book
from huimou.language.rules.rulebook import RuleBook
from huimou.llm.cpu_turn import releasing_cpu
from huimou.model.events import DigestEmit, ignore_event, tell_parts

X = TypeVar("X")
Y = TypeVar("Y")
Result = Callable[[], Y]

_WORKER = "huimou.digest.cores.worker"
_MOST = 4  # processes: a quarter of the work is done here one thing after another, and more would mostly wait for it
_AT_ONCE = 64  # items that a process is given: some 0.1 s of work
_TOLD = 1_000  # items from which a step is worth telling of
_TURNS = 8  # of each process at least, where there are so many items, so that all of them end together


class Cores:
    """The cores that do the work of a report that is the same for each of its items.

    Args:
        team: processes on other cores; None where the work is done in this one, each item when it is asked for.
        emit: told of a step with very many items, and of each item as it is taken.

    """

    def __init__(self, team: Team | None = None, emit: DigestEmit = ignore_event) -> None:
        self._team, self._emit = team, emit

    def begin(self, function: Callable[[X], Y], items: Iterable[X]) -> Sequence[Result[Y]]:
        """For each item a call that gives what the function makes of it, and waits for that where it must.

        Args:
            function: of a module, or a `partial` of one; what it returns depends on the item alone.
            items: they and the results can be pickled.

        """
        if self._team is None:
            return [partial(function, item) for item in items]
        return self._team.begin(function, list(items))

    def map(self, function: Callable[[X], Y], items: Iterable[X], step: str) -> Iterator[Y]:
        """What the function makes of each item, in their order; where there are processes, they begin at once.

        Args:
            function: as for `begin`.
            items: as for `begin`.
            step: what is done, one word, for whoever watches.

        """
        results = self.begin(function, items)
        told = tell_parts(self._emit, step, results) if len(results) >= _TOLD else results
        return (result() for result in told)


HERE = Cores()


@contextmanager
def open_cores(characters: int, spread_from: int, emit: DigestEmit = ignore_event) -> Iterator[Cores]:
    """The cores for a report: all that this process may use if it has so many characters and more than one.

    Reports that are read at the same time share the processes. They read with the book of rules that is in force.

    Args:
        characters: of the report.
        spread_from: characters from which other cores than this process's own are used.
        emit: told of each step with very many items.

    """
    usable = count_cores()
    if characters < spread_from or usable < 2:
        yield Cores(None, emit)
        return
    sharing = _open_sharing(os.getpid())
    team = sharing.join(read_book(), characters, min(usable, _MOST))
    try:
        yield Cores(team, emit)
    finally:
        sharing.leave(team)


def count_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Work:
    """A function that is done to many items, ready to be sent."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self.packed = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)


class Team:
    """Processes that work for the long reports of this one.

    What a process that ended did not do is done here, so that a result is never missing.

    Args:
        rules: that they read with.
        characters: of the longest report.
        size: how many there are.

    """

    def __init__(self, rules: RuleBook, characters: int, size: int) -> None:
        self.rules = rules
        self.joined = 0
        self._closed = False
        self._lock = Lock()
        told = pickle.dumps(CoreSetup(RuleBook(rules.own, rules.changes, rules.digest), characters))
        self._idle = [_CoreProcess(told) for _ in range(size)]
        self._every = tuple(self._idle)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="cores")

    def list_ids(self) -> tuple[int, ...]:
        """Ids of the processes, as the system has them."""
        return tuple(process.id for process in self._every)

    def begin(self, function: Callable[[X], Y], items: Sequence[X]) -> list[Result[Y]]:
        """For each item a call that gives what the function makes of it, and waits for that where it must."""
        work = _Work(function)
        calls: list[Result[Y]] = []
        at_once = max(1, min(_AT_ONCE, len(items) // (len(self._every) * _TURNS)))
        for first in range(0, len(items), at_once):
            some = items[first : first + at_once]
            future = self._threads.submit(self._do, work, some)
            calls += [partial(_pick, future, place) for place in range(len(some))]
        return calls

    def close(self) -> None:
        """End the processes at once; what they were doing is not wanted any more."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._every:
            process.kill()
        self._threads.shutdown()
        for process in self._every:
            process.end()

    def _do(self, work: _Work, items: Sequence[Any]) -> list[Any]:
        with self._lock:
            process = self._idle.pop() if self._idle else None
        done = process.ask(work, items) if process else None
        if process is not None and done is not None:
            with self._lock:
                self._idle.append(process)
            return done
        return [] if self._closed else [work.function(item) for item in items]


def _pick(future: Future[list[Y]], place: int) -> Y:
    """One of the results, once they are there; the turn to compute is left to others until then."""
    if not future.done():
        with releasing_cpu():
            future.result()
    return future.result()[place]


class _CoreProcess(ChildProcess):
    """One process on another core."""

    def __init__(self, told: bytes) -> None:
        super().__init__(_WORKER)
        self._work: _Work | None = None
        with suppress(OSError):
            send(self.orders, told)

    def ask(self, work: _Work, items: Sequence[Any]) -> list[Any] | None:
        """What it makes of the items; None where it ended instead."""
        given = b"" if self._work is work else work.packed
        self._work = work
        packed = pickle.dumps(items, pickle.HIGHEST_PROTOCOL)
        with suppress(OSError):
            send(self.orders, given, packed)
        answer = receive(self.replies)
        return None if answer is None else cast("list[Any]", pickle.loads(answer))  # noqa: S301 - our own process


class _Sharing:
    """The team of this process, while a long report needs it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._team: Team | None = None

    def join(self, rules: RuleBook, characters: int, size: int) -> Team | None:
        """A team that reads with these rules; None where the system starts no process."""
        with self._lock, suppress(OSError):
            if self._team is None or self._team.rules.digest != rules.digest:
                self._team = Team(rules, characters, size)
            self._team.joined += 1
            return self._team
        return None

    def leave(self, team: Team | None) -> None:
        """One report fewer needs it; without any it is closed."""
        if team is None:
            return
        with self._lock:
            team.joined -= 1
            if team.joined:
                return
            self._team = None if self._team is team else self._team
        team.close()


@cache
def _open_sharing(process_id: int) -> _Sharing:
    """The sharing of this process; one that was forked off has its own."""
    del process_id
    return _Sharing()
