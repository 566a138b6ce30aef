"""Who gets the next lease, of which server, and what waiting requests are told when there is none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from huimou.errors import EndpointError
from huimou.llm.balancing.adaptive_limit import AdaptiveLimit, Finished
from huimou.llm.balancing.balancer import Balancer, Retry
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
    """A thread that waits for a lease, takes it, and keeps it until it is told to end."""

    balancer: Balancer
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
            with self.balancer.lease(self.report) as lease:
                self.got = lease.upstream.endpoint.base_url
                self.log.append(self.report)
                self.ending.wait(5)
                lease.outcome = self.outcome
        except EndpointError as error:
            self.error = error

    def end(self) -> None:
        """Give the lease back."""
        self.ending.set()
        self.thread.join(5)
        assert not self.thread.is_alive()


@contextmanager
def asking(balancer: Balancer, *reports: str, log: list[str] | None = None) -> Iterator[list[Asker]]:
    """One asker after another, each waiting or served before the next comes."""
    askers: list[Asker] = []
    for report in reports:
        asker = Asker(balancer, report, log=[] if log is None else log)
        askers.append(asker)
        until(lambda: _seen(balancer) >= len(askers))
    yield askers
    for asker in askers:
        asker.end()


def _seen(balancer: Balancer) -> int:
    return balancer.waiting + sum(server.in_flight for server in balancer.servers())


def test_least_outstanding_for_its_limit() -> None:
    """A server that may have four gets two of three; the fourth and fifth fill it up."""
    balancer = Balancer([upstream(ONE, 2), upstream(TWO, 4)])
    with asking(balancer, *"abcdef") as askers:
        until(lambda: all(asker.got for asker in askers))
        assert [asker.got for asker in askers[:3]] == [ONE, TWO, TWO]
        assert [(server.in_flight, server.limit) for server in balancer.servers()] == [(2, 2), (4, 4)]
    assert [server.in_flight for server in balancer.servers()] == [0, 0]


def test_early_reports_go_first() -> None:
    """Whoever waits longest within a report; reports in the order in which they were first seen."""
    balancer, log = Balancer([upstream()]), []
    with asking(balancer, "first", "second", "second", "first", "third", "first", log=log) as askers:
        for asker in askers[:1]:
            asker.end()
        until(lambda: len(log) == 2)
        for asker in askers:
            asker.ending.set()
    assert log == ["first", "first", "first", "second", "second", "third"]


def test_a_failed_request_goes_elsewhere() -> None:
    """The server to avoid is taken only if no other is ready."""
    balancer = Balancer([upstream(ONE, 2), upstream(TWO, 1)])
    with balancer.lease(avoid={ONE}) as lease:
        assert lease.upstream.endpoint.base_url == TWO
    assert balancer.plan_retry(frozenset({ONE})) == Retry("elsewhere", frozenset({ONE}))
    assert balancer.plan_retry(frozenset({ONE, TWO})) == Retry("later", frozenset())
    with Balancer([upstream(ONE)]).lease(avoid={ONE}) as lease:
        assert lease.upstream.endpoint.base_url == ONE


def test_retry_after_is_of_one_server() -> None:
    """It rests as long as it asked to; the other is asked meanwhile."""
    clock = Clock()
    balancer = Balancer([upstream(ONE, 9), upstream(TWO, 9)], clock=clock)
    with balancer.lease() as lease:
        lease.outcome = Outcome(Finished(0, 0.1, 429, 30.0), is_there=True, why=EndpointError("slow down"), serves=True)
        first = lease.upstream.endpoint.base_url
    for later, places in ((129.9, {TWO}), (130.0, {ONE, TWO})):
        clock.now = later
        with balancer.lease() as one, balancer.lease() as two:
            assert {lease.upstream.endpoint.base_url for lease in (one, two)} == places
    assert first == ONE


def test_a_rest_beyond_the_budget_is_not_waited_for() -> None:
    """Whoever comes next is told at once what the server asked for."""
    balancer = Balancer([upstream(ONE)], budget=60)
    with balancer.lease() as lease:
        lease.outcome = Outcome(
            Finished(0, 0.1, 429, 300.0), is_there=True, why=EndpointError("slow down"), serves=True
        )
    with pytest.raises(EndpointError, match=r"one:1/v1 asks to wait 300 seconds: run again after"), balancer.lease():
        pass


def test_gone_is_waited_for_and_then_said() -> None:
    """After three failures one request at a time tries; beyond patience everybody is told, in one line."""
    clock, said = Clock(), []
    balancer = Balancer([upstream(ONE, 4)], patience=60, clock=clock, note=said.append)
    with balancer.lease() as lease:
        lease.outcome = GOOD
    for _ in range(3):
        with balancer.lease() as lease:
            lease.outcome = GONE
    assert said == [f"{ONE} does not answer; it is set aside and tried again"]
    clock.now += 1
    with balancer.lease() as lease:
        assert lease.trying
        assert balancer.servers()[0].state == "half-open"
        lease.outcome = GONE
    clock.now += 59.5
    with balancer.lease() as lease:
        lease.outcome = GONE
    with pytest.raises(EndpointError, match="cannot reach it, for 60 seconds: start it"), balancer.lease():
        pass
    clock.now += 100
    with balancer.lease() as lease:
        lease.outcome = GOOD
    assert said[1:] == [f"{ONE} answers again"]
    with balancer.lease() as lease:
        assert not lease.trying


def test_no_patience_fails_at_once() -> None:
    """Nought means that nobody waits."""
    balancer = Balancer([upstream(ONE), upstream(TWO)], patience=0)
    for _ in range(6):
        with balancer.lease() as lease:
            lease.outcome = GONE
    with pytest.raises(EndpointError, match="none of the 2 model servers http://one:1/v1, http://two:2/v1 can be used"):
        balancer.lease().__enter__()


def test_a_server_that_is_back_is_as_able_as_before() -> None:
    """503 while it loads is no crowd: the limit is what it was."""
    clock = Clock()
    balancer = Balancer([upstream(ONE, 8)], clock=clock)
    loading = Outcome(Finished(0, 0.1, 503), is_there=False, why=EndpointError("loading"))
    for outcome in (GOOD, loading, loading, loading):
        with balancer.lease() as lease:
            lease.outcome = outcome
    assert (balancer.servers()[0].limit, balancer.servers()[0].state) == (5, "open")
    clock.now += 1
    with balancer.lease() as lease:
        lease.outcome = GOOD
    assert (balancer.servers()[0].limit, balancer.servers()[0].state) == (8, "closed")


def test_stop_wakes_everyone() -> None:
    """Who waits is told, who comes later too; who has a lease keeps it."""
    balancer = Balancer([upstream()])
    with asking(balancer, "a", "a", "b") as askers:
        balancer.stop()
        until(lambda: askers[1].error and askers[2].error)
        assert askers[0].error is None
        with pytest.raises(EndpointError, match="run the same command again"), balancer.lease():
            pass


def test_an_interrupted_wait_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in a thread that waits: it is out of the queue, and the lease goes to the next."""
    balancer = Balancer([upstream()])

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with balancer.lease():
        with monkeypatch.context() as patched:
            patched.setattr(threading.Event, "wait", interrupted)
            with pytest.raises(KeyboardInterrupt), balancer.lease():
                pass
        assert balancer.waiting == 0
    with balancer.lease():
        assert balancer.servers()[0].in_flight == 1
    assert balancer.servers()[0].in_flight == 0


def test_many_threads_never_exceed_the_limits() -> None:
    """Whatever the interleaving, no server has more than it may, nobody is forgotten."""
    balancer = Balancer([upstream(ONE, 2), upstream(TWO, 3)])
    most, done, lock = {ONE: 0, TWO: 0}, [], threading.Lock()

    def work(number: int) -> None:
        for _ in range(20):
            with balancer.lease(str(number)) as lease:
                with lock:
                    most[lease.upstream.endpoint.base_url] = max(
                        most[lease.upstream.endpoint.base_url], lease.upstream.outstanding
                    )
                lease.outcome = GOOD
        done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(done) == 16
    assert most[ONE] <= 2
    assert most[TWO] <= 3
