"""Who gets the next turn, at which server, and what waiting requests are told when there is none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from huimou.errors import EndpointError
from huimou.llm.balancing.adaptive_limit import AdaptiveLimit, Finished
from huimou.llm.balancing.dispatcher import Dispatcher
from huimou.llm.balancing.upstream import Outcome, Upstream
from huimou.settings import Endpoint
from waiting import until

ONE, TWO = "http://one:1/v1", "http://two:2/v1"
GOOD = Outcome(Finished(10, 1.0), is_there=True, serves=True)
GONE = Outcome(is_there=False, why=EndpointError("cannot reach it", "start it"))


def upstream(url: str = ONE, most: int = 1) -> Upstream:
    """A server that may have so many calls."""
    return Upstream(Endpoint("openai", url, "m"), AdaptiveLimit(most, most))


@dataclass
class Clock:
    """Time that is set by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass
class Asker:
    """A thread that waits for a turn, takes it, and keeps it until it is told to end."""

    dispatcher: Dispatcher
    report: str = ""
    outcome: Outcome = GOOD
    log: list[str] = field(default_factory=list)
    got: str = ""
    error: EndpointError | None = None

    def __post_init__(self) -> None:
        """Start to wait."""
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            with self.dispatcher.turn(self.report) as turn:
                self.got = turn.upstream.endpoint.base_url
                self.log.append(self.report)
                self.ending.wait(5)
                turn.outcome = self.outcome
        except EndpointError as error:
            self.error = error

    def end(self) -> None:
        """Give the turn back."""
        self.ending.set()
        self.thread.join(5)
        assert not self.thread.is_alive()


@contextmanager
def asking(dispatcher: Dispatcher, *reports: str, log: list[str] | None = None) -> Iterator[list[Asker]]:
    """One asker after another, each waiting or served before the next comes."""
    askers: list[Asker] = []
    for report in reports:
        asker = Asker(dispatcher, report, log=[] if log is None else log)
        askers.append(asker)
        until(lambda: _seen(dispatcher) >= len(askers))
    yield askers
    for asker in askers:
        asker.end()


def _seen(dispatcher: Dispatcher) -> int:
    return dispatcher.waiting + sum(server.in_flight for server in dispatcher.servers())


def test_least_outstanding_for_its_limit() -> None:
    """A server that may have four gets two of three; the fourth and fifth fill it up."""
    dispatcher = Dispatcher([upstream(ONE, 2), upstream(TWO, 4)])
    with asking(dispatcher, *"abcdef") as askers:
        until(lambda: all(asker.got for asker in askers))
        assert [asker.got for asker in askers[:3]] == [ONE, TWO, TWO]
        assert [(server.in_flight, server.limit) for server in dispatcher.servers()] == [(2, 2), (4, 4)]
    assert [server.in_flight for server in dispatcher.servers()] == [0, 0]


def test_early_reports_go_first() -> None:
    """Whoever waits longest within a report; reports in the order in which they were first seen."""
    dispatcher, log = Dispatcher([upstream()]), []
    with asking(dispatcher, "first", "second", "second", "first", "third", "first", log=log) as askers:
        for asker in askers[:1]:
            asker.end()
        until(lambda: len(log) == 2)
        for asker in askers:
            asker.ending.set()
    assert log == ["first", "first", "first", "second", "second", "third"]


def test_a_failed_request_goes_elsewhere() -> None:
    """The server to avoid is taken only if no other is ready."""
    dispatcher = Dispatcher([upstream(ONE, 2), upstream(TWO, 1)])
    with dispatcher.turn(avoid={ONE}) as turn:
        assert turn.upstream.endpoint.base_url == TWO
    assert dispatcher.holds({ONE})
    failed = {ONE, TWO}
    assert not dispatcher.holds(failed)
    assert failed == set()
    with Dispatcher([upstream(ONE)]).turn(avoid={ONE}) as turn:
        assert turn.upstream.endpoint.base_url == ONE


def test_retry_after_is_of_one_server() -> None:
    """It rests as long as it asked to; the other is asked meanwhile."""
    clock = Clock()
    dispatcher = Dispatcher([upstream(ONE, 9), upstream(TWO, 9)], clock=clock)
    with dispatcher.turn() as turn:
        turn.outcome = Outcome(Finished(0, 0.1, 429, 30.0), is_there=True, why=EndpointError("slow down"), serves=True)
        first = turn.upstream.endpoint.base_url
    for later, places in ((129.9, {TWO}), (130.0, {ONE, TWO})):
        clock.now = later
        with dispatcher.turn() as one, dispatcher.turn() as two:
            assert {turn.upstream.endpoint.base_url for turn in (one, two)} == places
    assert first == ONE


def test_a_rest_beyond_the_budget_is_not_waited_for() -> None:
    """Whoever comes next is told at once what the server asked for."""
    dispatcher = Dispatcher([upstream(ONE)], budget=60)
    with dispatcher.turn() as turn:
        turn.outcome = Outcome(Finished(0, 0.1, 429, 300.0), is_there=True, why=EndpointError("slow down"), serves=True)
    with pytest.raises(EndpointError, match=r"one:1/v1 asks to wait 300 seconds: run again after"), dispatcher.turn():
        pass


def test_gone_is_waited_for_and_then_said() -> None:
    """After three failures one request at a time tries; beyond patience everybody is told, in one line."""
    clock, said = Clock(), []
    dispatcher = Dispatcher([upstream(ONE, 4)], patience=60, clock=clock, note=said.append)
    with dispatcher.turn() as turn:
        turn.outcome = GOOD
    for _ in range(3):
        with dispatcher.turn() as turn:
            turn.outcome = GONE
    assert said == [f"{ONE} does not answer; it is set aside and tried again"]
    clock.now += 1
    with dispatcher.turn() as turn:
        assert turn.trying
        assert dispatcher.servers()[0].state == "half-open"
        turn.outcome = GONE
    clock.now += 59.5
    with dispatcher.turn() as turn:
        turn.outcome = GONE
    with pytest.raises(EndpointError, match="cannot reach it, for 60 seconds: start it"), dispatcher.turn():
        pass
    clock.now += 100
    with dispatcher.turn() as turn:
        turn.outcome = GOOD
    assert said[1:] == [f"{ONE} answers again"]
    with dispatcher.turn() as turn:
        assert not turn.trying


def test_no_patience_fails_at_once() -> None:
    """Nought means that nobody waits."""
    dispatcher = Dispatcher([upstream(ONE), upstream(TWO)], patience=0)
    for _ in range(6):
        with dispatcher.turn() as turn:
            turn.outcome = GONE
    with pytest.raises(EndpointError, match="none of the 2 model servers http://one:1/v1, http://two:2/v1 can be used"):
        dispatcher.turn().__enter__()


def test_a_server_that_is_back_is_as_able_as_before() -> None:
    """503 while it loads is no crowd: the limit is what it was."""
    clock = Clock()
    dispatcher = Dispatcher([upstream(ONE, 8)], clock=clock)
    loading = Outcome(Finished(0, 0.1, 503), is_there=False, why=EndpointError("loading"))
    for outcome in (GOOD, loading, loading, loading):
        with dispatcher.turn() as turn:
            turn.outcome = outcome
    assert (dispatcher.servers()[0].limit, dispatcher.servers()[0].state) == (5, "open")
    clock.now += 1
    with dispatcher.turn() as turn:
        turn.outcome = GOOD
    assert (dispatcher.servers()[0].limit, dispatcher.servers()[0].state) == (8, "closed")


def test_stop_wakes_everyone() -> None:
    """Who waits is told, who comes later too; who has a turn keeps it."""
    dispatcher = Dispatcher([upstream()])
    with asking(dispatcher, "a", "a", "b") as askers:
        dispatcher.stop()
        until(lambda: askers[1].error and askers[2].error)
        assert askers[0].error is None
        with pytest.raises(EndpointError, match="run the same command again"), dispatcher.turn():
            pass


def test_an_interrupted_wait_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in a thread that waits: it is out of the queue, and the turn goes to the next."""
    dispatcher = Dispatcher([upstream()])

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with dispatcher.turn():
        with monkeypatch.context() as patched:
            patched.setattr(threading.Event, "wait", interrupted)
            with pytest.raises(KeyboardInterrupt), dispatcher.turn():
                pass
        assert dispatcher.waiting == 0
    with dispatcher.turn():
        assert dispatcher.servers()[0].in_flight == 1
    assert dispatcher.servers()[0].in_flight == 0


def test_many_threads_never_exceed_the_limits() -> None:
    """Whatever the interleaving, no server has more than it may, nobody is forgotten."""
    dispatcher = Dispatcher([upstream(ONE, 2), upstream(TWO, 3)])
    most, done, lock = {ONE: 0, TWO: 0}, [], threading.Lock()

    def work(number: int) -> None:
        for _ in range(20):
            with dispatcher.turn(str(number)) as turn:
                with lock:
                    most[turn.upstream.endpoint.base_url] = max(
                        most[turn.upstream.endpoint.base_url], turn.upstream.outstanding
                    )
                turn.outcome = GOOD
        done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(done) == 16
    assert most[ONE] <= 2
    assert most[TWO] <= 3
