"""The one way to a model: `open_client(...)`, then `client.ask(question)`.

Each kind of failure has one owner: what a server or the network does belongs to `balancing.retrying`, an answer that
does not fit its schema is asked for once more here, and an answer that was cut or does not fit the context goes back to
the caller, who must ask about fewer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from huimou.errors import AnswerError, AnswerInvalid, AnswerPending, AnswerTruncated, EndpointError, UsageError
from huimou.llm.answer_format import MISFITS, AnswerFormat, JsonSchemaFormat
from huimou.llm.answerers.alternation import AlternatingAnswerer, TakeTurn, find_cache_switch
from huimou.llm.answerers.collecting import CollectingAnswerer, Collector
from huimou.llm.answerers.completion import CompletionReader
from huimou.llm.answerers.listening import ExchangeListener, ListeningAnswerer
from huimou.llm.answerers.refusals import RETRY_BUDGET
from huimou.llm.answerers.silent import SilentAnswerer
from huimou.llm.answerers.storing import StoringAnswerer
from huimou.llm.answerers.wire import Answerer, WireRequest
from huimou.llm.balancing.balancer import Balancer
from huimou.llm.balancing.upstream import Busy
from huimou.llm.cpu_turn import releasing_cpu
from huimou.llm.question import Answer, Question, T, Ticket
from huimou.llm.reask import list_complaints
from huimou.llm.recordings.files import Recordings, RecordSettings
from huimou.llm.recordings.manifest import Manifest, first_manifest, first_manifest_if_any, write_manifest
from huimou.llm.recordings.replay import Recorder, Replay, ReplayingAnswerer
from huimou.llm.tally import Tally
from huimou.llm.tokens import EndpointFacts, Tokenizer, build_prompt_guard, count_margin, fits_context
from huimou.model.cost_category import CostPart
from huimou.model.report import Usage
from huimou.settings import NO_MODEL, Endpoint, Mode
from huimou.store.answers import Answers, AnswerSource, AnswerStore, open_store
from huimou.store.hashing import safe_name

if TYPE_CHECKING:
    from huimou.llm.balancing.retrying import Connection, RetryingAnswerer

X = TypeVar("X")
Y = TypeVar("Y")
_NOWHERE = "http://replay.invalid/v1"  # the base URL where all is replayed
_SIDE_SECONDS = 10.0  # for one call that is no question
_FEW = 3  # with so few calls in flight the server is slow, and what is asked first is to be done first
_SEED = 7  # of the first answer
_SAMPLING = frozenset({"temperature", "seed"})
SAMPLE_TEMPERATURE = 0.7  # of further answers to the same words; the number of the sample is their seed


class Client:
    """Asks questions of one endpoint; safe to use from several threads. Made by `open_client`.

    Args:
        endpoint: model, mode and extra of its requests.
        facts: what is known of the server.
        answerer: the layers below.
        count: counts tokens with the server's tokenizer, where there is one.
        repeat: which time the questions are asked, from 1.
        balancer: knows how busy each server is; None where no server is asked.

    """

    def __init__(
        self,
        endpoint: Endpoint,
        facts: EndpointFacts,
        answerer: Answerer,
        *,
        count: Callable[[str], int | None] | None = None,
        repeat: int = 1,
        balancer: Balancer | None = None,
    ) -> None:
        self.facts = facts
        self.destinations: tuple[str, ...] = ()  # other machines that questions go to
        self.balancer = balancer
        self._endpoint = endpoint
        self._count = count
        self._repeat = repeat
        self._tally = Tally()
        self._format = _choose_format(endpoint.mode)
        self._live_format = cache(partial(_choose_format, endpoint.mode, live=True))
        self._reader = CompletionReader(answerer, endpoint, self._tally.add, build_prompt_guard(endpoint, count))
        self._closing = ExitStack()
        self._stopped = threading.Event()
        self._refused: Callable[[str], None] = lambda _: None
        self._pool = ThreadPoolExecutor(max_workers=_count_threads(endpoint.concurrency), thread_name_prefix="ask")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def concurrency(self) -> int:
        """How many threads may ask at once: as many as there may ever be calls in flight, over all servers.

        How many there are at a time is for the balancer to say; the other threads wait there.
        """
        return self._endpoint.concurrency

    def fits(self, question: Question[T]) -> bool:
        """Whether question and answer fit the context: by the estimate; where that says no, by the served tokenizer.

        In replay there is none: what was asked then is asked again, and the recording says how it ended.
        """
        if fits_context(question, self.facts) or self._count is None or self.facts.context_tokens is None:
            return self._endpoint.base_url == _NOWHERE or fits_context(question, self.facts)
        counted = self._count("\n".join(content for _, content in question.messages))
        room = self.facts.context_tokens - question.max_tokens - count_margin(len(question.messages))
        return counted is not None and counted <= room

    def each(self, ask: Callable[[X], Y], about: Iterable[X]) -> list[Y]:
        """`ask` for each of many, side by side with whatever else the client is asked; results in their order.

        The first error goes on to the caller, and what was not begun yet is not begun.
        """
        begun = [self._pool.submit(self._unless_stopped, ask, one) for one in about]
        try:
            with releasing_cpu():
                return [future.result() for future in begun]
        finally:
            for future in begun:
                future.cancel()

    def ask(self, question: Question[T]) -> Answer[T]:
        """Ask once, and once more if the answer does not fit the schema.

        Raises:
            AnswerTruncated: the answer hit `max_tokens`.
            ContextOverflow: question and answer do not fit the context.
            AnswerInvalid: the second answer does not fit the schema either.
            EndpointError: the server cannot be used (ReplayMiss, PromptCut: see there).

        """
        ticket = Ticket.of(question, repeat=self._repeat)
        self._tally.start(ticket.path)
        try:
            with releasing_cpu():
                value, reasked = self._find_value(question, ticket)
        except AnswerPending:
            raise
        except AnswerError:
            self._refused(ticket.path)
            raise
        return Answer(value, self._tally.usage_of(ticket.path), reasked=reasked)

    def describe_settings(self) -> dict[str, Any]:
        """How it asks, for whoever will derive its requests again: `facts`, `mode`, `extra`."""
        return {"facts": asdict(self.facts), "mode": self._endpoint.mode, "extra": dict(self._endpoint.extra)}

    def busy(self) -> Busy | None:
        """How much the servers have to do now; None where none is asked."""
        return None if self.balancer is None else Busy.of(self.balancer.servers())

    def usage_by_part(self) -> dict[CostPart, Usage]:
        """What was paid for so far, by stage and question: kept answers cost nothing now."""
        return self._tally.usage_by_part()

    def usage_of(self, report: str) -> Usage:
        """What all questions about a report have cost, failed ones too."""
        return self._tally.usage_of_report(safe_name(report))

    def forget(self, report: str) -> None:
        """Keep no costs of a report's slots any longer; what was paid stays."""
        self._tally.forget(safe_name(report))

    def stop(self) -> None:
        """Begin no further question; those that are out are waited for."""
        self._stopped.set()
        if self.balancer is not None:
            self.balancer.stop()

    def close(self) -> None:
        """Wait for the answers on the wire, then close what was given to `close_with`; also twice."""
        self.stop()
        self._pool.shutdown()
        self._closing.close()

    def close_with(self, resource: AbstractContextManager[Any]) -> None:
        """Leave a context together with the client."""
        self._closing.push(resource)

    def on_refused(self, tell: Callable[[str], None]) -> None:
        """Whom to tell the slot of a question whose answers are of no use."""
        self._refused = tell

    def _unless_stopped(self, ask: Callable[[X], Y], one: X) -> Y:
        if self._stopped.is_set():
            raise EndpointError("the run was stopped", "run the same command again to go on")
        return ask(one)

    def _find_value(self, question: Question[T], ticket: Ticket) -> tuple[T, bool]:
        """The value that fits the schema, and whether it took a second question."""
        body = self._format.bind(self._plain_body(question), question.schema)
        completion, reader = self._complete(body, ticket, question)
        try:
            return reader.read(completion, question.schema), False
        except MISFITS as error:
            body = reader.ask_again(body, completion, error)
        completion, reader = self._complete(body, replace(ticket, attempt=2), question)
        try:
            return reader.read(completion, question.schema), True
        except MISFITS as error:
            raise _explain_misfit(question, error) from error

    def _complete(
        self, body: Mapping[str, Any], ticket: Ticket, question: Question[T]
    ) -> tuple[dict[str, Any], AnswerFormat]:
        """The completion, and the format to read it with."""
        extra = self._endpoint.extra
        if question.sample > 1:
            extra = {key: value for key, value in extra.items() if key not in _SAMPLING}
        completion, origin = self._reader.complete(WireRequest.of(ticket, {**body, **extra}))
        if completion["choices"][0]["finish_reason"] == "length":
            raise _explain_cut(question)
        return completion, self._live_format() if origin == "server" else self._format

    def _plain_body(self, question: Question[T]) -> Mapping[str, Any]:
        return {
            "model": self._endpoint.model,
            "messages": [{"role": role, "content": content} for role, content in question.messages],
            **choose_sampling(question.sample, self._endpoint.extra),
            "max_tokens": question.max_tokens,
        }


def choose_sampling(sample: int, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Temperature and seed of a sample from 1: the first is cold, others are warm and have a seed of their own.

    A temperature that the user set in `extra` stays; at 0 all samples would be the same.
    """
    if sample == 1:
        return {"temperature": 0, "seed": _SEED}
    return {"temperature": extra.get("temperature") or SAMPLE_TEMPERATURE, "seed": sample}


def _choose_format(mode: Mode, *, live: bool = False) -> AnswerFormat:
    """The format of a mode; `live` for what a server has just answered."""
    if mode == "json_schema" and not live:
        return JsonSchemaFormat()
    from huimou.llm.asking import InstructorFormat  # noqa: PLC0415 (it takes more than a second to import)

    return InstructorFormat(mode)


def _count_threads(concurrency: int) -> int:
    """Half as many again as there may be calls in flight: while an answer is checked, another question is ready."""
    return concurrency + concurrency // 2 if concurrency > _FEW else max(1, concurrency)


def _explain_cut(question: Question[T]) -> AnswerTruncated:
    return AnswerTruncated(
        f"{question.slot.path}: the answer hit max_tokens ({question.max_tokens})", "ask about fewer sentences"
    )


def _explain_misfit(question: Question[T], error: Exception) -> AnswerInvalid:
    reasons = "；".join(list_complaints(error))
    return AnswerInvalid(f"{question.slot.path}: the answer does not fit its schema ({reasons})")


def open_client(  # noqa: PLR0913 (one parameter for each layer below the client)
    endpoint: Endpoint,
    *,
    record: Path | RecordSettings | Recordings | None = None,
    replay: Path | Replay | None = None,
    store: Answers | Path | None = None,
    budget: float = RETRY_BUDGET,
    listen: ExchangeListener | None = None,
    repeat: int = 1,
    take_turn: TakeTurn | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Client:
    """Client for an endpoint.

    Args:
        endpoint: whom to ask, one server or several with the same model; where all is replayed, model and mode come
            from the recordings and no server is needed. One of kind `none` asks nobody.
        record: where to write every request and answer; the server is asked even what the store holds.
        replay: folder to answer from; nothing else is used unless it says that the server is to be asked.
        store: where paid answers are kept; a path is opened, and closed with the client.
        budget: seconds for repeating one request after faults of the network or the server.
        listen: told of every exchange; may be called from several threads.
        repeat: which time the questions are asked, from 1; a repeat has recordings of its own.
        take_turn: what live requests wait for; with it llama.cpp is also asked not to reuse a prompt that it has.
        note: told what the user should know about the endpoint, such as that it has not been probed, or is gone and
            waited for; may be called from several threads.

    Raises:
        UsageError: options that exclude each other, no model to choose or not the same on all servers, a store in use.
        EndpointError: a probe has found that nothing of the endpoint is reliable.

    """
    if endpoint.kind == NO_MODEL:
        silent = replace(endpoint, base_url=_NOWHERE, model=NO_MODEL), EndpointFacts(NO_MODEL, NO_MODEL)
        return Client(*silent, SilentAnswerer())
    replaying = Replay((replay,)) if isinstance(replay, Path) else replay
    if replaying is not None and replaying.ask is None:
        if record is not None:
            raise UsageError("recording and replaying exclude each other")
        return _open_replay(endpoint, replaying, listen)
    if not endpoint.base_url:
        raise UsageError("the endpoint has no base URL", "start the built-in model first, or give --base-url")
    from huimou.llm.balancing.find_servers import find_servers  # noqa: PLC0415 (not where nobody is asked)
    from huimou.llm.network.transport import open_http  # noqa: PLC0415 (with it)

    side = open_http(_SIDE_SECONDS, endpoint.api_key, sends_key=False)
    # What is compared or recorded is asked at a steady pace; what is compared, of one server.
    fixed = endpoint.kind == "builtin" or record is not None or take_turn is not None
    servers = find_servers(replace(endpoint, others=()) if take_turn is not None else endpoint, side, note, fixed=fixed)
    endpoint, facts = servers.endpoint, servers.facts
    balancer = Balancer(servers.upstreams, patience=endpoint.patience, budget=budget, note=note)
    opened = open_store(store) if isinstance(store, Path) else store
    tree, recorder = _open_recorder(record, facts, endpoint)
    live = _live_layer(balancer, find_cache_switch(facts.kind) if take_turn is not None else {}, recorder)
    below: Answerer = live
    if take_turn is not None:
        below = AlternatingAnswerer(below, take_turn)
    if opened is not None:
        below = StoringAnswerer(below, opened if record is None else None, opened)
    if replaying is not None:
        below = ReplayingAnswerer(replaying, below, tree)
    counter = Tokenizer(endpoint, side, facts.kind).count if facts.has_tokenizer else None
    below = _listening_layer(below, listen)
    client = Client(endpoint, facts, below, count=counter, repeat=repeat, balancer=balancer)
    client.destinations = endpoint.list_remote()
    client.close_with(closing(live))
    client.close_with(side)
    if opened is not None:
        client.on_refused(opened.refuse)
    if isinstance(opened, AnswerStore) and opened is not store:
        client.close_with(opened)
    return client


def collecting_client(endpoint: Endpoint, facts: EndpointFacts, store: AnswerSource, collector: Collector) -> Client:
    """Client that answers from the store and has what it cannot answer noted; it asks no server.

    Its requests are those of a live client with the same model, mode and extra. The store is not closed with it.

    Raises:
        UsageError: the endpoint names no model.

    """
    if not endpoint.model:
        raise UsageError("no model is named", "name it with --model, as the batch service or server knows it")
    return Client(endpoint, facts, StoringAnswerer(CollectingAnswerer(collector), store, None))


def _open_replay(endpoint: Endpoint, replay: Replay, listen: ExchangeListener | None) -> Client:
    manifest = first_manifest(replay.folders) if replay.miss == "stop" else first_manifest_if_any(replay.folders)
    facts, mode, extra = manifest.facts, manifest.mode, manifest.extra
    recorded = replace(endpoint, base_url=_NOWHERE, api_key="", model=facts.model, mode=mode, extra=extra)
    return Client(recorded, facts, _listening_layer(ReplayingAnswerer(replay), listen))


def _open_recorder(
    record: Path | RecordSettings | Recordings | None, facts: EndpointFacts, endpoint: Endpoint
) -> tuple[Recordings | None, Recorder | None]:
    if record is None:
        return None, None
    settings = record if isinstance(record, RecordSettings) else RecordSettings(record)
    tree = settings.tree
    write_manifest(tree.folder, Manifest(facts, endpoint.mode, endpoint.extra, settings.also))
    return tree, Recorder(tree, made_by_hand=settings.made_by_hand)


def _live_layer(balancer: Balancer, extra: Mapping[str, Any], recorder: Recorder | None) -> RetryingAnswerer:
    from huimou.llm.balancing.retrying import RetryingAnswerer  # noqa: PLC0415 (with tenacity)

    def connect(server: Endpoint) -> Connection:
        from huimou.llm.asking import LiveAnswerer  # noqa: PLC0415 (openai takes a second to import)

        return LiveAnswerer(server, extra)

    if recorder is None:
        return RetryingAnswerer(balancer, connect)
    return RetryingAnswerer(balancer, connect, recorder.write)


def _listening_layer(below: Answerer, listen: ExchangeListener | None) -> Answerer:
    return below if listen is None else ListeningAnswerer(below, listen)
