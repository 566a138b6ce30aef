"""Answers from recordings, and recordings from answers.

A slot's recording answers if it is of the very same request. A slot without one is answered by any other slot's of the
same request: a report with a sentence more, or in another dress, asks mostly the same. What else happens is for the
caller to say: stop, go on with what there is and note it, or ask the server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from huimou.errors import AnswerInvalid, ReplayMiss, UsageError
from huimou.language.rules.rule import read_book
from huimou.llm.answerers.completion import (
    clean_function,
    is_broken_completion,
    list_calls,
    read_completion,
    read_usage,
)
from huimou.llm.answerers.refusals import may_pass
from huimou.llm.answerers.wire import Answerer, WireAnswer, WireRequest, join_calls
from huimou.llm.network.faults import UNDECODABLE, UNUSABLE
from huimou.llm.network.json_object import is_text
from huimou.llm.question import Ticket
from huimou.llm.recordings.files import Recordings, StoredRecording
from huimou.llm.recordings.manifest import read_manifest
from huimou.llm.recordings.request_parts import take_apart
from huimou.llm.recordings.staleness import StaleReason, find_reasons
from huimou.model.report import Usage

State = Literal["fresh", "stale", "missing"]
_REPEATED_FAULTS = frozenset({"ConnectError", "ConnectTimeout", "ReadTimeout", "ReadError"})
_FAULTS = _REPEATED_FAULTS | UNUSABLE  # others are kept as the last of the repeated


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
    why: tuple[StaleReason, ...] = ()
    used: tuple[Path, str] | None = None
    asked: bool = False
    played: int = 0
    kept: int = 0


def _ignore(_: SlotState) -> None:
    """Nobody wants to know."""


def is_not_fresh(state: SlotState) -> bool:
    """Ask the server for whatever has no fresh recording."""
    return state.state != "fresh"


@dataclass(frozen=True, slots=True)
class Replay:
    """How to replay.

    Args:
        folders: looked through in order, such as a candidate before what is accepted; `also` of the first follows.
        miss: where the server is not asked: `stop` raises ReplayMiss; `note` plays a stale recording and leaves a
            missing one unanswered.
        ask: whether the server is asked, in view of what the recordings hold (as `is_not_fresh`); None asks it nothing.
        tell: told of every request; may be called from several threads.

    """

    folders: tuple[Path, ...]
    miss: Literal["stop", "note"] = "stop"
    ask: Callable[[SlotState], bool] | None = None
    tell: Callable[[SlotState], None] = field(default=_ignore)


class ReplayingAnswerer:
    """Answers from recordings; without `live` it has no way to a network.

    Raises from `answer`:
        ReplayMiss: there is no recording for the slot, or it is of another request; says what changed.
        AnswerInvalid: the same where misses are only noted and there is nothing to play.

    """

    def __init__(self, replay: Replay, live: Answerer | None = None, own: Recordings | None = None) -> None:
        self._replay = replay
        self._live = live
        # What is being recorded is read through the very object that writes it.
        self._trees = tuple(
            own if own is not None and own.folder == folder else Recordings(folder)
            for folder in _find_folders(replay.folders)
        )

    def answer(self, request: WireRequest) -> WireAnswer:
        """Play the slot's responses by the rules that the recorded run had for asking again, without their waiting."""
        state, recording = self._look_up(request)
        if self._live is not None and self._replay.ask is not None and self._replay.ask(state):
            self._replay.tell(replace(state, asked=True))
            return self._live.answer(request)
        if recording is None or (state.state == "stale" and self._replay.miss != "note"):
            self._replay.tell(state)
            raise self._explain_miss(state)
        answer = _play(recording)
        self._replay.tell(replace(state, played=answer.calls))
        return answer

    def _look_up(self, request: WireRequest) -> tuple[SlotState, StoredRecording | None]:
        ticket = request.ticket
        stale: tuple[SlotState, StoredRecording] | None = None
        for tree in self._trees:
            try:
                recording = tree.find(ticket.file)
            except ReplayMiss as error:
                broken = StaleReason("file", error.message)
                return SlotState(ticket, "missing", (broken,), (tree.folder, ticket.file)), None
            if recording is not None and recording.entry.digest == request.digest:
                return _build_fresh_state(ticket, tree, ticket.file, recording), recording
            if recording is not None and stale is None:
                why = find_reasons(tree, recording, take_apart(request), ticket)
                used, kept = (tree.folder, ticket.file), len(recording.responses)
                stale = SlotState(ticket, "stale", why, used, kept=kept), recording
        for tree in self._trees:
            other = tree.find_identical(request.digest)
            if other is not None:
                recording = tree.read(other)
                return _build_fresh_state(ticket, tree, other, recording), recording
        return stale or (SlotState(ticket, "missing"), None)

    def _explain_miss(self, state: SlotState) -> Exception:
        name = state.ticket.path
        if state.state == "missing":
            reason = str(state.why[0]) if state.why else f"no recording for {name} ({state.ticket.file})"
            reason += "; rules of your own are in force, and may ask other questions" if read_book().digest else ""
            if self._replay.miss == "note":
                return AnswerInvalid(reason)
            return ReplayMiss(reason, "record it: huimou fixtures record, or --record")
        what = "; ".join(map(str, state.why))
        return ReplayMiss(f"the recording of {name} is stale: {what}", "record it anew: huimou fixtures record stale")


class Recorder:
    """Writes each answer, good or bad, to its slot's file right after the call."""

    def __init__(self, tree: Recordings, *, made_by_hand: bool = False) -> None:
        self._tree = tree
        self._made_by_hand = made_by_hand

    def write(self, request: WireRequest, answers: Sequence[WireAnswer]) -> None:
        """Keep what came back of all calls for a request so far; a fault without an answer is kept by name."""
        responses = [_store_response(answer) for answer in answers]
        self._tree.write(take_apart(request), request.ticket, responses, made_by_hand=self._made_by_hand)


def _find_folders(folders: Sequence[Path]) -> Iterator[Path]:
    """The folders, then the one that the last names for identical requests; a candidate may not be there yet."""
    yield from folders
    try:
        also = read_manifest(folders[-1]).also
    except UsageError:
        also = None
    if also:
        yield (folders[-1] / also).resolve()


def _build_fresh_state(ticket: Ticket, tree: Recordings, file: str, recording: StoredRecording) -> SlotState:
    return SlotState(ticket, "fresh", (), (tree.folder, file), kept=len(recording.responses))


def _play(recording: StoredRecording) -> WireAnswer:
    """What came of a recorded request: by the rule of today for what is sent again, but at once.

    Where its responses end the recorded run had given up.
    """
    played: list[WireAnswer] = []
    for answer in _read_answers(recording):
        played.append(answer)
        if not may_pass(answer):
            break
    return join_calls(played)


def _read_answers(recording: StoredRecording) -> Iterator[WireAnswer]:
    """The responses of a recording in order, as they were when they came."""
    for response, cost in zip(recording.responses, recording.entry.costs, strict=True):
        if "fault" in response:
            yield WireAnswer(None, fault=response["fault"], origin="recording")
        else:
            body, after = _build_body(response, cost), response.get("retry_after")
            yield WireAnswer(response["status"], body, 1, cost.seconds, after, origin="recording")


def _store_response(answer: WireAnswer) -> tuple[dict[str, Any], Usage]:
    """A response as kept: the parts of a completion that mean something, or else the whole body as text."""
    if answer.status is None:
        return {"fault": answer.fault if answer.fault in _FAULTS else "ReadError"}, Usage(calls=1)
    after = answer.retry_after
    head = {"status": answer.status, **({"retry_after": after} if after else {})}
    body = read_completion(answer.body)
    if body is None and "\ufffd" in answer.text and is_broken_completion(answer.body):
        return {"fault": UNDECODABLE}, Usage(calls=1)  # as text it could be one again
    if body is None:
        return {**head, "body": answer.text}, Usage(calls=1, seconds=answer.seconds)
    choice = body["choices"][0]
    message = choice["message"]
    calls = [clean_function(call["function"]) for call in list_calls(message)]
    reasoning = _get_text(message, "reasoning_content") or _get_text(message, "reasoning")
    kept = {
        **head,
        "content": _get_text(message, "content"),
        **({"reasoning": reasoning} if reasoning else {}),
        **({"tool_calls": calls} if calls else {}),
        "finish_reason": _get_text(choice, "finish_reason"),
    }
    return kept, replace(read_usage(body), calls=1, seconds=answer.seconds)


def _get_text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) and is_text(value) else None


def _build_body(stored: Mapping[str, Any], cost: Usage) -> bytes:
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
