"""The one way to a model: `open_client(...)`, then `client.ask(question)`.

Each kind of failure has one owner: transport faults belong to `RetryTransport`, an answer that does not fit its schema
is asked for once more by instructor, and an answer that was cut or does not fit the context goes back to the caller,
who must ask about fewer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from huimou.errors import AnswerError, AnswerPending, EndpointError, UsageError
from huimou.llm.answerers.alternation import Turns, TurnTransport, uncached
from huimou.llm.answerers.collecting import Collector, CollectTransport
from huimou.llm.answerers.kept import LedgerTransport
from huimou.llm.answerers.listening import Heard, TapTransport
from huimou.llm.answerers.transport import CleanTransport, LiveTransport, RetryTransport
from huimou.llm.balancing.dispatcher import Dispatcher
from huimou.llm.balancing.routing import DispatchTransport
from huimou.llm.balancing.servers import find_servers
from huimou.llm.balancing.upstream import Busy
from huimou.llm.question import Answer, Question, T, Ticket
from huimou.llm.recordings.files import Manifest, Recording, Recordings, first_manifest, write_manifest
from huimou.llm.recordings.replay import RecordTransport, Replay, ReplayTransport
from huimou.llm.tally import Tally
from huimou.llm.tokens import EndpointFacts, count_tokens, fits, margin, prompt_guard
from huimou.model.cost_category import CostPart
from huimou.model.report import Usage
from huimou.settings import Endpoint
from huimou.store.answers import Answers, AnswerSource, AnswerStore, open_store
from huimou.store.cpu_turn import away
from huimou.store.hashing import safe_name

X = TypeVar("X")
Y = TypeVar("Y")
_BUDGET = 60.0
_FEW = 3  # with so few calls in flight the server is slow, and what is asked first is to be done first
_NOWHERE = "http://replay.invalid/v1"


class Client:
    """Asks questions of one endpoint; safe to use from several threads. Made by `open_client`.

    `dispatcher` knows how busy each server is; None where all is replayed. `before` is told of each question first.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        facts: EndpointFacts,
        transport: CleanTransport,
        tally: Tally,
        count: Callable[[str], int | None] | None = None,
        repeat: int = 1,
    ) -> None:
        self.facts = facts
        self._repeat = repeat
        self._count = count
        self._endpoint = endpoint
        self._tally = tally
        self.dispatcher: Dispatcher | None = None
        self._closing = ExitStack()
        self._stopped = threading.Event()
        self._refused: Callable[[str], None] = lambda _: None
        self.before: Callable[[Question[Any]], None] = lambda _: None
        self._pool = ThreadPoolExecutor(max_workers=_threads(endpoint.concurrency), thread_name_prefix="ask")
        timeout = httpx2.Timeout(endpoint.timeout, connect=min(10.0, endpoint.timeout), pool=None)
        http = self._closing.enter_context(httpx2.Client(transport=transport, timeout=timeout, trust_env=False))
        from huimou.llm.asking import Asking  # noqa: PLC0415 (openai and instructor take a second to import)

        self._asking = Asking(endpoint, http, timeout)

    def fits(self, question: Question[T]) -> bool:
        """Whether question and answer fit the context: by the estimate; where that says no, by the served tokenizer.

        In replay there is none: what was asked then is asked again, and the recording says how it ended.
        """
        if fits(question, self.facts) or self._count is None or self.facts.context_tokens is None:
            return self._endpoint.base_url == _NOWHERE or fits(question, self.facts)
        counted = self._count("\n".join(content for _, content in question.messages))
        room = self.facts.context_tokens - question.max_tokens - margin(len(question.messages))
        return counted is not None and counted <= room

    def each(self, ask: Callable[[X], Y], about: Iterable[X]) -> list[Y]:
        """`ask` for each of many, side by side with whatever else the client is asked; results in their order.

        The first error goes on to the caller, and what was not begun yet is not begun.
        """
        begun = [self._pool.submit(self._unless_stopped, ask, one) for one in about]
        try:
            with away():
                return [future.result() for future in begun]
        finally:
            for future in begun:
                future.cancel()

    def _unless_stopped(self, ask: Callable[[X], Y], one: X) -> Y:
        if self._stopped.is_set():
            raise EndpointError("the run was stopped", "run the same command again to go on")
        return ask(one)

    def served(self) -> dict[str, Any]:
        """How it asks, for whoever will derive its requests again: `facts`, `mode`, `extra`."""
        return {"facts": asdict(self.facts), "mode": self._endpoint.mode, "extra": dict(self._endpoint.extra)}

    def stop(self) -> None:
        """Begin no further question; those that are out are waited for."""
        self._stopped.set()
        if self.dispatcher is not None:
            self.dispatcher.stop()

    def busy(self) -> Busy | None:
        """How much the servers have to do now; None where all is replayed."""
        return None if self.dispatcher is None else Busy.of(self.dispatcher.servers())

    def paid(self) -> dict[CostPart, Usage]:
        """What was paid so far, by stage and question: kept answers cost nothing now."""
        return self._tally.paid()

    def forget(self, report: str) -> None:
        """Keep no costs of a report's slots any longer; what was paid stays."""
        self._tally.forget(safe_name(report))

    @property
    def concurrency(self) -> int:
        """How many threads may ask at once: as many as there may ever be calls in flight, over all servers.

        How many there are at a time is for the dispatcher to say; the other threads wait there.
        """
        return self._endpoint.concurrency

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, question: Question[T]) -> Answer[T]:
        """Ask once, and once more if the answer does not fit the schema.

        Raises:
            AnswerTruncated: the answer hit `max_tokens`.
            ContextOverflow: question and answer do not fit the context.
            AnswerInvalid: the second answer does not fit the schema either.
            EndpointError: the server cannot be used (ReplayMiss, PromptCut: see there).

        """
        self.before(question)
        self._tally.start(question.slot.path)
        try:
            with away():
                value, reasked = self._asking.ask(question, Ticket.of(question, repeat=self._repeat))
        except AnswerPending:
            raise
        except AnswerError:
            self._refused(question.slot.path)
            raise
        return Answer(value, self._tally.of(question.slot.path), reasked=reasked)

    def spent(self, report: str) -> Usage:
        """What all questions about a report have cost, failed ones too."""
        return self._tally.under(safe_name(report))

    def close(self) -> None:
        """Wait for the answers on the wire, then close connections and what was given to `close_with`; also twice."""
        self.stop()
        self._pool.shutdown()
        self._closing.close()

    def on_refused(self, tell: Callable[[str], None]) -> None:
        """Whom to tell the slot of a question whose answers are of no use."""
        self._refused = tell

    def close_with(self, resource: AbstractContextManager[Any]) -> None:
        """Leave a context together with the client."""
        self._closing.push(resource)


def _threads(concurrency: int) -> int:
    """Half as many again as there may be calls in flight: while an answer is checked, another question is ready."""
    return concurrency + concurrency // 2 if concurrency > _FEW else max(1, concurrency)


def open_client(  # noqa: PLR0913 (one parameter for each layer below the client)
    endpoint: Endpoint,
    *,
    record: Path | Recording | Recordings | None = None,
    replay: Path | Replay | None = None,
    ledger: Answers | Path | None = None,
    budget: float = _BUDGET,
    listen: Callable[[Heard], None] | None = None,
    repeat: int = 1,
    turns: Turns | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Client:
    """Client for an endpoint.

    Args:
        endpoint: whom to ask, one server or several with the same model; where all is replayed, model and mode come
            from the recordings and no server is needed.
        record: where to write every request and answer; the server is asked even what the ledger holds.
        replay: folder to answer from; nothing else is used unless it says that the server is to be asked.
        ledger: where paid answers are kept; a path is opened, and closed with the client.
        budget: seconds for repeating one request over transport faults.
        listen: told of every exchange; may be called from several threads.
        repeat: which time the questions are asked, from 1; a repeat has recordings of its own.
        turns: what live requests wait for; with it llama.cpp is also asked not to reuse a prompt that it has.
        note: told what the user should know about the endpoint, such as that it has not been probed, or is gone and
            waited for; may be called from several threads.

    Raises:
        UsageError: options that exclude each other, no model to choose or not the same on all servers, a ledger in use.
        EndpointError: a probe has found that nothing of the endpoint is reliable.

    """
    replaying = Replay((replay,)) if isinstance(replay, Path) else replay
    if replaying is not None and replaying.ask is None:
        if record is not None:
            raise UsageError("recording and replaying exclude each other")
        return _replaying(endpoint, replaying, listen)
    if not endpoint.base_url:
        raise UsageError("the endpoint has no base URL", "start the built-in model first, or give --base-url")
    side = httpx2.Client(trust_env=False)
    # What is compared or recorded is asked at a steady pace; what is compared, of one server.
    fixed = endpoint.kind == "builtin" or record is not None or turns is not None
    servers = find_servers(replace(endpoint, others=()) if turns is not None else endpoint, side, note, fixed=fixed)
    endpoint, facts = servers.endpoint, servers.facts
    dispatcher = Dispatcher(servers.upstreams, patience=endpoint.patience, budget=budget, note=note)
    opened = open_store(ledger) if isinstance(ledger, Path) else ledger
    network = httpx2.HTTPTransport(
        trust_env=False, limits=httpx2.Limits(max_keepalive_connections=endpoint.concurrency)
    )
    below: httpx2.BaseTransport = DispatchTransport(LiveTransport(network), dispatcher, endpoint)
    tree = None
    if record is not None:
        recording = record if isinstance(record, Recording) else Recording(record)
        tree = recording.tree
        write_manifest(tree.folder, Manifest(facts, endpoint.mode, endpoint.extra, recording.also))
        below = RecordTransport(below, tree, made_by_hand=recording.made_by_hand)
    below = RetryTransport(below, budget, holds=dispatcher.holds)
    if turns is not None:
        below = TurnTransport(below, turns, uncached(facts.kind))
    if opened is not None:
        below = LedgerTransport(below, opened if record is None else None, opened)
    if replaying is not None:
        below = ReplayTransport(replaying, below, tree)
    counter = partial(count_tokens, endpoint=endpoint, http=side) if facts.has_tokenizer else None
    client = _assemble(endpoint, facts, _tapped(below, listen), counter, repeat)
    client.dispatcher = dispatcher
    client.close_with(side)
    if opened is not None:
        client.on_refused(opened.refuse)
    if isinstance(opened, AnswerStore) and opened is not ledger:
        client.close_with(opened)
    return client


def collecting_client(endpoint: Endpoint, facts: EndpointFacts, ledger: AnswerSource, collector: Collector) -> Client:
    """Client that answers from the ledger and has what it cannot answer noted; it asks no server.

    Its requests are those of a live client with the same model, mode and extra. The ledger is not closed with it.

    Raises:
        UsageError: the endpoint names no model.

    """
    if not endpoint.model:
        raise UsageError("no model is named", "name it with --model, as the batch service or server knows it")
    return _assemble(endpoint, facts, LedgerTransport(CollectTransport(collector), ledger, None))


def _replaying(endpoint: Endpoint, replay: Replay, listen: Callable[[Heard], None] | None) -> Client:
    manifest = first_manifest(replay.folders) if replay.miss == "stop" else _manifest_if_any(replay)
    facts, mode, extra = manifest.facts, manifest.mode, manifest.extra
    recorded = replace(endpoint, base_url=_NOWHERE, api_key="", model=facts.model, mode=mode, extra=extra)
    return _assemble(recorded, manifest.facts, _tapped(ReplayTransport(replay), listen))


def _manifest_if_any(replay: Replay) -> Manifest:
    """Where misses are noted there may be nothing at all."""
    try:
        return first_manifest(replay.folders)
    except UsageError:
        return Manifest(EndpointFacts("none", "none"), "json_schema")


def _tapped(below: httpx2.BaseTransport, listen: Callable[[Heard], None] | None) -> httpx2.BaseTransport:
    return below if listen is None else TapTransport(below, listen)


def _assemble(
    endpoint: Endpoint,
    facts: EndpointFacts,
    below: httpx2.BaseTransport,
    counter: Callable[[str], int | None] | None = None,
    repeat: int = 1,
) -> Client:
    tally = Tally()
    clean = CleanTransport(below, endpoint, tally.add, prompt_guard(endpoint, counter))
    return Client(endpoint, facts, clean, tally, counter, repeat)
