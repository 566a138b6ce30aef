"""A wire body taken apart: what many requests share, what is this one's own, and a digest of each part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huimou.language.rules.rule import read_book
from huimou.llm.answerers.wire import WireRequest
from huimou.llm.question import SHAPE_KEYS
from huimou.store.hashing import short_hash, to_canonical_json, to_ordered_json

_APART = frozenset({"messages", "stream", "stream_options", *SHAPE_KEYS})


@dataclass(frozen=True, slots=True)
class RequestParts:
    """A wire body, taken apart.

    Args:
        digest: of all of it.
        parts: short digest of each part by name, and of the user's own rules; `chunking` as it is, since it is short.
        prompt: what every question of the prompt begins with, as Markdown.
        shape: what binds the answer: response format or tools.
        added: what instructor put behind our own messages, by the number of the message.
        sampling: every other setting.
        own: the unit's message, then those of a re-ask, without what instructor added.

    """

    digest: str
    parts: Mapping[str, str]
    prompt: str
    shape: Mapping[str, Any]
    added: Mapping[str, str]
    sampling: Mapping[str, Any]
    own: tuple[Mapping[str, Any], ...]


def take_apart(request: WireRequest) -> RequestParts:
    """The parts of a request's body; its ticket knows which of the text is ours."""
    body, ticket = request.body, request.ticket
    sent: list[Mapping[str, Any]] = body["messages"]
    count = len(ticket.lengths)
    pairs = [(message, read_message(message), length) for message, length in zip(sent, ticket.lengths, strict=False)]
    ours = [{**message, "content": text[:length]} for message, text, length in pairs]
    added = {str(n): text[length:] for n, (_, text, length) in enumerate(pairs, start=1) if text[length:]}
    prompt = to_markdown(ours[:-1])
    own = (*ours[-1:], *sent[count:])
    shape = {key: body[key] for key in SHAPE_KEYS if key in body}
    sampling = {key: value for key, value in sorted(body.items()) if key not in _APART}
    parts = {
        "prompt": short_hash(prompt),
        "schema": short_hash(to_ordered_json(shape)),
        "sampling": short_hash(to_canonical_json({key: value for key, value in sampling.items() if key != "model"})),
        "model": short_hash(to_canonical_json(sampling.get("model"))),
        "question": short_hash(to_canonical_json(own[:1])),
        **({"added": short_hash(to_canonical_json(added))} if added else {}),
        **({"reask": short_hash(to_canonical_json(own[1:]))} if own[1:] else {}),
        **({"chunking": ticket.chunking} if ticket.chunking else {}),
        **({"rules": rules} if (rules := read_book().digest) else {}),
        **{f"text:{name}": short_hash(text) for name, text in ticket.parts},
    }
    return RequestParts(request.digest, parts, prompt, shape, added, sampling, own)


def read_message(message: Mapping[str, Any]) -> str:
    """Text of a message, empty for none."""
    return str(message.get("content") or "")


def to_markdown(messages: list[dict[str, Any]]) -> str:
    """Messages under their roles."""
    return "".join(f"## {message['role']}\n\n{read_message(message)}\n\n" for message in messages)


def dump_pretty(value: object) -> str:
    """JSON as it is kept in files that people read."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
