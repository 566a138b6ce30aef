"""Requests and their answers as files that a person can read and review; replay answers from them alone.

FOLDER/endpoint.json                    which model answered
FOLDER/prefixes/<digest>.md or .json    what many requests share: the messages before the last; the schema
FOLDER/<report>/<question>/<unit>.json  one request and what came back; .a2.json is the re-ask

No character of a text is changed, and no header, key, address, id or time of day is stored.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import httpx2

from huimou.config import Mode
from huimou.errors import EndpointError, ReplayMiss, UsageError
from huimou.files import write_text
from huimou.llm.question import SHAPE_KEYS, Ticket, canonical, digest, in_order, request_digest
from huimou.llm.tokens import EndpointFacts
from huimou.llm.transport import exchange_of, plain_response, usage_of

_MANIFEST = "endpoint.json"
_REASK_MESSAGES = 2
_AROUND = 12
_SHOWN = 40
_FAULTS: Mapping[str, type[httpx2.TransportError]] = {
    fault.__name__: fault
    for fault in (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ReadTimeout, httpx2.ReadError)
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which endpoint made a folder of recordings."""

    facts: EndpointFacts
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Request:
    """A wire body taken apart: what is shared, what is its own, and the digest of each part."""

    digest: str
    parts: dict[str, str]
    sampling: dict[str, Any]
    shape: dict[str, Any]
    prefix: list[dict[str, Any]]
    own: list[dict[str, Any]]

    @property
    def prefix_file(self) -> str:
        return f"prefixes/{self.parts['prefix'].removeprefix('sha256:')[:16]}.md"

    @property
    def shape_file(self) -> str:
        return f"prefixes/{self.parts['schema'].removeprefix('sha256:')[:16]}.json"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say which endpoint the recordings in the folder are of.

    Raises:
        UsageError: the folder holds recordings of another model or mode, or this is a CI run.

    """
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        raise UsageError("recordings are not made in CI", "record on your own machine and commit the files")
    path = folder / _MANIFEST
    if path.exists():
        kept = read_manifest(folder)
        if (kept.facts.model, kept.mode) != (manifest.facts.model, manifest.mode):
            raise UsageError(
                f"{folder} holds recordings of {kept.facts.model} in mode {kept.mode}", "record into another folder"
            )
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, _pretty({"format": 1, "mode": manifest.mode, **asdict(manifest.facts)}))


def read_manifest(folder: Path) -> Manifest:
    """Read what `write_manifest` wrote.

    Raises:
        UsageError: the folder holds no recordings.

    """
    try:
        kept = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        mode = kept.pop("mode")
        del kept["format"]
        return Manifest(EndpointFacts(**kept), mode)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{folder} holds no recordings ({_MANIFEST} is missing or broken)", "record first") from error


def recording_file(ticket: Ticket) -> str:
    """Path of a recording within its folder."""
    return f"{ticket.path}.json" if ticket.attempt == 1 else f"{ticket.path}.a{ticket.attempt}.json"


@dataclass(frozen=True, slots=True)
class Recording:
    """How to record.

    Args:
        folder: where.
        made_by_hand: mark the recordings as not made by a model.
        only_new: leave out what the ledger holds already; an identical request's recording answers for it.

    """

    folder: Path
    made_by_hand: bool = False
    only_new: bool = False


class RecordTransport(httpx2.BaseTransport):
    """Writes each answer, good or bad, to its slot's file right after the call."""

    def __init__(self, inner: httpx2.BaseTransport, recording: Recording) -> None:
        self._inner = inner
        self._folder = recording.folder
        self._made_by_hand = recording.made_by_hand

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request and keep what came back; a fault without an answer is kept by name."""
        responses = exchange_of(request).responses
        try:
            response = self._inner.handle_request(request)
        except httpx2.TransportError as error:
            responses.append({"fault": type(error).__name__ if type(error).__name__ in _FAULTS else "ReadError"})
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
        ticket = exchange.ticket
        if ticket is None:
            return
        parted = _take_apart(exchange.body, ticket)
        path = self._folder / recording_file(ticket)
        for needed in (path.parent, self._folder / "prefixes"):
            needed.mkdir(parents=True, exist_ok=True)
        self._share(parted.prefix_file, _as_markdown(parted.prefix))
        self._share(parted.shape_file, _pretty(parted.shape))
        recording = {
            "slot": ticket.path,
            "attempt": ticket.attempt,
            **({"made_by_hand": True} if self._made_by_hand else {}),
            "prompt": {"id": ticket.prompt_id, "version": ticket.prompt_version},
            "request": {
                "digest": parted.digest,
                "sampling": parted.sampling,
                "prefix": parted.prefix_file,
                "schema": parted.shape_file,
                "messages": parted.own,
            },
            "parts": parted.parts,
            "responses": exchange.responses,
        }
        write_text(path, _pretty(recording))

    def _share(self, name: str, text: str) -> None:
        if not (self._folder / name).exists():
            write_text(self._folder / name, text)


class ReplayTransport(httpx2.BaseTransport):
    """Answers from recordings; it has no way to a network.

    A slot without a recording is answered by any other slot's of the very same request: the same report in another
    dress asks mostly the same, and what was asked once need not be recorded twice.

    Raises from `handle_request`:
        ReplayMiss: there is no recording for the slot, or it is of another request; says what changed.

    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._same: dict[str, Path] | None = None
        self._indexing = Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Play the slot's answers in order; the last one stands, as it did when it was recorded."""
        exchange = exchange_of(request)
        if exchange.ticket is None:
            raise EndpointError("a request without a slot cannot be replayed")
        responses = self._find(exchange.body, exchange.ticket)
        exchange.calls = len(responses)
        exchange.seconds = sum(response.get("seconds", 0.0) for response in responses)
        last = responses[-1]
        if "fault" in last:
            raise _FAULTS[last["fault"]](f"recorded {last['fault']}")
        return plain_response(last["status"], _content(last), last.get("seconds", 0.0))

    def _find(self, body: dict[str, Any], ticket: Ticket) -> list[dict[str, Any]]:
        name = recording_file(ticket)
        try:
            path = self._folder / name
            if not path.exists():
                path = self._identical(request_digest(body)) or path
            recording = json.loads(path.read_text(encoding="utf-8"))
            responses: list[dict[str, Any]] = recording["responses"]
            same = recording["request"]["digest"] == request_digest(body) and bool(responses)
            reasons = () if same else _changes(recording, _take_apart(body, ticket), ticket, self._folder)
        except FileNotFoundError:
            raise ReplayMiss(f"no recording for {ticket.path} ({name})", "record it with --record") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReplayMiss(f"the recording of {ticket.path} ({name}) cannot be read", "record it anew") from error
        if not same:
            what = "; ".join(reasons) or "the request changed"
            raise ReplayMiss(f"the recording of {ticket.path} is stale: {what}", "record it anew with --record")
        return responses

    def _identical(self, wanted: str) -> Path | None:
        """The recording of another slot that answers this very request, of several the first by path."""
        with self._indexing:
            if self._same is None:
                self._same = {}
                for path in sorted(self._folder.glob("*/*/*.json")):
                    with suppress(OSError, ValueError, KeyError, TypeError):
                        recording = json.loads(path.read_text(encoding="utf-8"))
                        self._same.setdefault(str(recording["request"]["digest"]), path)
            return self._same.get(wanted)


def _take_apart(body: Mapping[str, Any], ticket: Ticket) -> _Request:
    messages: list[dict[str, Any]] = body["messages"]
    own = 1 if ticket.attempt == 1 else 1 + _REASK_MESSAGES
    prefix, mine = messages[:-own], messages[-own:]
    shape = {key: body[key] for key in SHAPE_KEYS if key in body}
    rest = {
        key: value for key, value in body.items() if key not in {"messages", "stream", "stream_options", *SHAPE_KEYS}
    }
    sampling = dict(sorted(rest.items()))
    parts = {
        "prefix": digest(canonical(prefix)),
        "schema": digest(in_order(shape)),
        "sampling": digest(canonical({key: value for key, value in sampling.items() if key != "model"})),
        "model": digest(canonical(sampling.get("model"))),
        "last": digest(canonical(mine[0])),
        **({"reask": digest(canonical(mine[1:]))} if mine[1:] else {}),
        **{f"text:{name}": value for name, value in ticket.parts},
    }
    return _Request(request_digest(body), parts, sampling, shape, prefix, mine)


def _changes(recording: Mapping[str, Any], now: _Request, ticket: Ticket, folder: Path) -> tuple[str, ...]:
    """What differs between the recorded request and today's, most telling first."""
    then, parts = recording["request"], recording["parts"]
    prompt = recording["prompt"]
    found: list[str] = []
    changed = {name for name in parts.keys() | now.parts.keys() if parts.get(name) != now.parts.get(name)}
    if prompt["id"] != ticket.prompt_id:
        found.append(f"prompt {prompt['id']} {prompt['version']} to {ticket.prompt_id} {ticket.prompt_version}")
    elif prompt["version"] != ticket.prompt_version:
        found.append(f"prompt {ticket.prompt_id} {prompt['version']} to {ticket.prompt_version}")
    texts = sorted(name.removeprefix("text:") for name in changed if name.startswith("text:"))
    found += [f"{name} text changed" for name in texts]
    if "prefix" in changed:
        found.append("prompt text changed" + _difference(_shared(folder, then["prefix"]), _as_markdown(now.prefix)))
    if "last" in changed:
        what = "in it" if texts else "the wording around the unit changed"
        found.append(what + _difference(_said(then["messages"][0]), _said(now.own[0])))
    if "schema" in changed:
        found.append("schema changed" + _fields(_shared(folder, then["schema"]), now.shape))
    if changed & {"sampling", "model"}:
        found.append("sampling: " + _settings(then["sampling"], now.sampling))
    if "reask" in changed:
        found.append("the re-ask changed" + _difference(canonical(then["messages"][1:]), canonical(now.own[1:])))
    return tuple(found)


def _shared(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return ""


def _said(message: Mapping[str, Any]) -> str:
    return str(message.get("content") or "")


def _difference(then: str, now: str) -> str:
    """The place where two texts part, each side bounded."""
    start = _common(then, now)
    end = min(_common(then[::-1], now[::-1]), min(len(then), len(now)) - start)
    shown = [
        text[max(0, start - _AROUND) : start]
        + text[start : len(text) - end][:_SHOWN]
        + text[len(text) - end :][:_AROUND]
        for text in (then, now)
    ]
    return f" ({shown[0]!r} is now {shown[1]!r})" if then else ""


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _fields(then: str, now: Mapping[str, Any]) -> str:
    before = _property_names(json.loads(then)) if then else set()
    after = _property_names(now)
    told = [f"field {name} added" for name in sorted(after - before)] if then else []
    told += [f"field {name} removed" for name in sorted(before - after)]
    return ": " + ", ".join(told) if told else _difference(in_order(json.loads(then or "{}")), in_order(now))


def _property_names(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for entry in schema for name in _property_names(entry)}
    if not isinstance(schema, dict):
        return set()
    properties = schema.get("properties")
    own = set(properties) if isinstance(properties, dict) else set()
    return own | {name for value in schema.values() for name in _property_names(value)}


def _settings(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = [name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)]
    return ", ".join(f"{name} {then.get(name, 'absent')} to {now.get(name, 'absent')}" for name in names)


def _as_markdown(messages: list[dict[str, Any]]) -> str:
    return "".join(f"## {message['role']}\n\n{_said(message)}\n\n" for message in messages)


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _stored(response: httpx2.Response) -> dict[str, Any]:
    """A response as kept: the parts of a completion that mean something, or else the whole body as text."""
    head = {"status": response.status_code, "seconds": response.extensions["seconds"]}
    try:
        body = response.json()
        choice = body["choices"][0]
        message = choice["message"]
        usage = usage_of(body)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {**head, "body": response.text}
    calls = [call["function"] for call in message.get("tool_calls") or []]
    return {
        **head,
        "content": message.get("content"),
        "reasoning": message.get("reasoning_content") or message.get("reasoning"),
        **({"tool_calls": [{"name": c.get("name"), "arguments": c.get("arguments")} for c in calls]} if calls else {}),
        "finish_reason": choice.get("finish_reason"),
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "cached_tokens": usage.cached_tokens,
            "completion_tokens": usage.completion_tokens,
        },
    }


def _content(stored: Mapping[str, Any]) -> bytes:
    """The body of a response again."""
    if "body" in stored:
        return str(stored["body"]).encode()
    message: dict[str, Any] = {"role": "assistant", "content": stored["content"]}
    if stored.get("reasoning"):
        message["reasoning_content"] = stored["reasoning"]
    if stored.get("tool_calls"):
        message["tool_calls"] = [{"type": "function", "function": call} for call in stored["tool_calls"]]
    usage = stored["usage"]
    body = {
        "id": "recorded",
        "object": "chat.completion",
        "created": 0,
        "model": "recorded",
        "choices": [{"index": 0, "finish_reason": stored["finish_reason"], "message": message}],
        "usage": {
            "prompt_tokens": usage["prompt_tokens"],
            "completion_tokens": usage["completion_tokens"],
            "total_tokens": usage["prompt_tokens"] + usage["completion_tokens"],
            "prompt_tokens_details": {"cached_tokens": usage["cached_tokens"]},
        },
    }
    return json.dumps(body, ensure_ascii=False).encode()
