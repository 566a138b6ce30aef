"""Answers from recordings, and recordings from answers.

A slot's recording answers if it is of the very same request. A slot without one is answered by any other slot's of the
same request: a report with a sentence more, or in another dress, asks mostly the same. What else happens is for the
caller to say: stop, go on with what there is and note it, or ask the server.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import httpx2

from huimou.errors import AnswerInvalid, EndpointError, ReplayMiss, UsageError
from huimou.llm.answerers.transport import Exchange, RetryTransport, exchange_of, plain_response, usage_of
from huimou.llm.question import Ticket
from huimou.llm.recordings.files import Kept, Recordings, read_manifest
from huimou.llm.recordings.request_parts import Request, take_apart
from huimou.llm.recordings.staleness import Reason, reasons
from huimou.model.report import Usage

State = Literal["fresh", "stale", "missing"]
_FAULTS: Mapping[str, type[httpx2.TransportError]] = {
    fault.__name__: fault
    for fault in (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ReadTimeout, httpx2.ReadError)
}


@dataclass(frozen=True, slots=True)
class SlotState:
    """What became of one request in replay.

    Args:
        ticket: whose request it was.
        state: `fresh` if a recording is of this very request, `stale` if the slot's is of another, else `missing`.
        why: what changed, where it is stale.
        used: folder and path of the recording that answered or would have; another slot's if that is fresh.
        asked: whether the server was asked instead.
        played: responses that were played, of `kept` that there are.
        kept: responses in the recording.

    """

    ticket: Ticket
    state: State
    why: tuple[Reason, ...] = ()
    used: tuple[Path, str] | None = None
    asked: bool = False
    played: int = 0
    kept: int = 0


def _ignore(_: SlotState) -> None:
    """Nobody wants to know."""


def not_fresh(state: SlotState) -> bool:
    """Ask the server for whatever has no fresh recording."""
    return state.state != "fresh"


@dataclass(frozen=True, slots=True)
class Replay:
    """How to replay.

    Args:
        folders: looked through in order, such as a candidate before what is accepted; `also` of the first follows.
        miss: where the server is not asked: `stop` raises ReplayMiss; `note` plays a stale recording and leaves a
            missing one unanswered.
        ask: whether the server is asked, in view of what the recordings hold (as `not_fresh`); None asks it nothing.
        tell: told of every request; may be called from several threads.

    """

    folders: tuple[Path, ...]
    miss: Literal["stop", "note"] = "stop"
    ask: Callable[[SlotState], bool] | None = None
    tell: Callable[[SlotState], None] = field(default=_ignore)


class ReplayTransport(httpx2.BaseTransport):
    """Answers from recordings; without `live` it has no way to a network.

    Raises from `handle_request`:
        ReplayMiss: there is no recording for the slot, or it is of another request; says what changed.
        AnswerInvalid: the same where misses are only noted and there is nothing to play.

    """

    def __init__(self, replay: Replay, live: httpx2.BaseTransport | None = None, own: Recordings | None = None) -> None:
        self._replay = replay
        self._live = live
        # What is being recorded is read through the very object that writes it.
        self._trees = tuple(
            own if own is not None and own.folder == folder else Recordings(folder)
            for folder in _with_also(replay.folders)
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Play the slot's responses through the retries that the recorded run had, without their waiting."""
        exchange = exchange_of(request)
        if exchange.ticket is None:
            raise EndpointError("a request without a slot cannot be replayed")
        parted = take_apart(exchange.body, exchange.ticket)
        state, kept = self._look(parted, exchange.ticket)
        if self._live is not None and self._replay.ask is not None and self._replay.ask(state):
            self._replay.tell(_asked(state))
            return self._live.handle_request(request)
        if kept is None or (state.state == "stale" and self._replay.miss != "note"):
            self._replay.tell(state)
            raise self._missed(state)
        exchange.recorded = len(kept.responses)
        try:
            return RetryTransport(_Player(kept), math.inf, sleep=_at_once).handle_request(request)
        finally:
            self._replay.tell(_played(state, exchange))

    def close(self) -> None:
        """Close the layer below."""
        if self._live is not None:
            self._live.close()

    def _look(self, parted: Request, ticket: Ticket) -> tuple[SlotState, Kept | None]:
        stale: tuple[SlotState, Kept] | None = None
        for tree in self._trees:
            if not tree.has(ticket.file):
                continue
            try:
                kept = tree.read(ticket.file)
            except ReplayMiss as error:
                broken = Reason("file", error.message)
                return SlotState(ticket, "missing", (broken,), (tree.folder, ticket.file)), None
            if kept.entry.digest == parted.digest:
                return _found(ticket, tree, ticket.file, kept), kept
            if stale is None:
                why = reasons(tree, kept, parted, ticket)
                stale = SlotState(ticket, "stale", why, (tree.folder, ticket.file), kept=len(kept.responses)), kept
        for tree in self._trees:
            other = tree.identical(parted.digest)
            if other is not None:
                kept = tree.read(other)
                return _found(ticket, tree, other, kept), kept
        return stale or (SlotState(ticket, "missing"), None)

    def _missed(self, state: SlotState) -> Exception:
        name = state.ticket.path
        if state.state == "missing":
            said = str(state.why[0]) if state.why else f"no recording for {name} ({state.ticket.file})"
            if self._replay.miss == "note":
                return AnswerInvalid(said)
            return ReplayMiss(said, "record it: huimou fixtures record, or --record")
        what = "; ".join(map(str, state.why))
        return ReplayMiss(f"the recording of {name} is stale: {what}", "record it anew: huimou fixtures record stale")


class RecordTransport(httpx2.BaseTransport):
    """Writes each answer, good or bad, to its slot's file right after the call."""

    def __init__(self, inner: httpx2.BaseTransport, tree: Recordings, *, made_by_hand: bool = False) -> None:
        self._inner = inner
        self._tree = tree
        self._made_by_hand = made_by_hand

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request and keep what came back; a fault without an answer is kept by name."""
        responses = exchange_of(request).responses
        try:
            response = self._inner.handle_request(request)
        except httpx2.TransportError as error:
            name = type(error).__name__
            responses.append(({"fault": name if name in _FAULTS else "ReadError"}, Usage(calls=1)))
            self._write(request)
            raise
        responses.append(_stored(response))
        self._write(request)
        return response

    def close(self) -> None:
        """Close the layer below."""
        self._inner.close()

    def _write(self, request: httpx2.Request) -> None:
        exchange = exchange_of(request)
        if exchange.ticket is not None:
            parted = take_apart(exchange.body, exchange.ticket)
            self._tree.write(parted, exchange.ticket, exchange.responses, made_by_hand=self._made_by_hand)


class _Player(httpx2.BaseTransport):
    """Hands out the responses of one recording in order."""

    def __init__(self, kept: Kept) -> None:
        self._responses: Iterator[tuple[Mapping[str, Any], Usage]] = iter(
            list(zip(kept.responses, kept.entry.costs, strict=True))
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The next one; a fault is raised again."""
        del request
        response, cost = next(self._responses)
        if "fault" in response:
            raise _FAULTS[response["fault"]](f"recorded {response['fault']}")
        return plain_response(response["status"], _content(response, cost), cost.seconds, response.get("retry_after"))


def _at_once(_: float) -> None:
    """What was waited for then need not be waited for again."""


def _with_also(folders: Sequence[Path]) -> Iterator[Path]:
    """The folders, then the one that the last names for identical requests; a candidate may not be there yet."""
    yield from folders
    try:
        also = read_manifest(folders[-1]).also
    except UsageError:
        also = None
    if also:
        yield (folders[-1] / also).resolve()


def _found(ticket: Ticket, tree: Recordings, file: str, kept: Kept) -> SlotState:
    return SlotState(ticket, "fresh", (), (tree.folder, file), kept=len(kept.responses))


def _asked(state: SlotState) -> SlotState:
    return replace(state, asked=True)


def _played(state: SlotState, exchange: Exchange) -> SlotState:
    return replace(state, played=exchange.calls)


def _stored(response: httpx2.Response) -> tuple[dict[str, Any], Usage]:
    """A response as kept: the parts of a completion that mean something, or else the whole body as text."""
    after = response.headers.get("retry-after")
    head = {"status": response.status_code, **({"retry_after": after} if after else {})}
    seconds = response.extensions["seconds"]
    try:
        body = response.json()
        choice = body["choices"][0]
        message = choice["message"]
        usage = usage_of(body)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {**head, "body": response.text}, Usage(calls=1, seconds=seconds)
    calls = [call["function"] for call in message.get("tool_calls") or []]
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    kept = {
        **head,
        "content": message.get("content"),
        **({"reasoning": reasoning} if reasoning else {}),
        **({"tool_calls": [{"name": c.get("name"), "arguments": c.get("arguments")} for c in calls]} if calls else {}),
        "finish_reason": choice.get("finish_reason"),
    }
    return kept, replace(usage, calls=1, seconds=seconds)


def _content(stored: Mapping[str, Any], cost: Usage) -> bytes:
    """The body of a response again."""
    if "body" in stored:
        return str(stored["body"]).encode()
    message: dict[str, Any] = {"role": "assistant", "content": stored["content"]}
    if stored.get("reasoning"):
        message["reasoning_content"] = stored["reasoning"]
    if stored.get("tool_calls"):
        message["tool_calls"] = [{"type": "function", "function": call} for call in stored["tool_calls"]]
    body = {
        "id": "recorded",
        "object": "chat.completion",
        "created": 0,
        "model": "recorded",
        "choices": [{"index": 0, "finish_reason": stored["finish_reason"], "message": message}],
        "usage": {
            "prompt_tokens": cost.prompt_tokens,
            "completion_tokens": cost.completion_tokens,
            "total_tokens": cost.prompt_tokens + cost.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": cost.cached_tokens},
        },
    }
    return json.dumps(body, ensure_ascii=False).encode()
