"""What is asked and what comes back, and the identity of a request.

A `Slot` is the stable address of a question, the same however its prompt is worded; the digest of the request says
whether an answer kept under that address still answers what is asked today.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote

from pydantic import BaseModel

from huimou.model import Usage

T = TypeVar("T", bound=BaseModel)

SLOT_HEADER = "x-huimou-slot"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u0085\u00a0\u2028\u2029\u3000]+')
# Names with a meaning of their own: to Windows, to the recordings folder, or as the file of a second attempt.
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d|prefixes|endpoint\.json)(?:\..*)?|.*\.a\d+")
_MAX_BYTES = 150
_STREAMING = ("stream", "stream_options")
# What binds the answer's shape. The order of a schema's fields is the order of writing, so it is part of the identity.
SHAPE_KEYS = ("response_format", "tools", "tool_choice")


def digest(data: str | bytes) -> str:
    """`sha256:` and 64 hex digits; text counts as UTF-8."""
    return "sha256:" + hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text; nothing is normalised."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def in_order(value: object) -> str:
    """JSON with keys in the order given, for schemas."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def request_digest(body: Mapping[str, Any]) -> str:
    """Identity of a request: everything that is sent except how the answer is streamed."""
    kept = {key: value for key, value in body.items() if key not in _STREAMING}
    shape = {key: in_order(kept.pop(key)) for key in SHAPE_KEYS if key in kept}
    return digest(canonical({**kept, **shape}))


def safe_name(name: str) -> str:
    """File name for a part of a slot: Chinese stays, bounded in bytes, different names never share one."""
    safe = _UNSAFE.sub("_", name).strip(". ") or "_"
    cut = safe.encode()[:_MAX_BYTES].decode(errors="ignore").rstrip(".")
    if cut == name and not _RESERVED.fullmatch(cut):
        return cut
    return f"{cut}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Slot:
    """Stable address of one question: report, kind of question, unit asked about."""

    report: str
    question: str
    unit: str

    @property
    def path(self) -> str:
        """`report/question/unit`, each part made fit for a file name."""
        return "/".join(safe_name(part) for part in (self.report, self.question, self.unit))


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One request to a model.

    Args:
        slot: where its answer is kept.
        prompt_id: which prompt file it was made from.
        prompt_version: of that file.
        messages: (role, content) in order: the shared prefix first, worked examples as turns, the unit last.
        schema: what the answer must fit; describe its fields in the prompt, most servers do not show it to the model.
        max_tokens: bound of the answer; keep it tight.
        parts: texts that went into the messages, by name; their digests explain later why a recording is stale.

    """

    slot: Slot
    prompt_id: str
    prompt_version: int | str
    messages: tuple[tuple[str, str], ...]
    schema: type[T]
    max_tokens: int
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A value that fits the schema; `reasked` if only the second attempt did."""

    value: T
    usage: Usage
    reasked: bool


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the transport layers know of a question; it travels in a header that never leaves the process."""

    path: str
    attempt: int
    prompt_id: str
    prompt_version: int | str
    parts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, question: Question[T], attempt: int) -> Ticket:
        """Ticket of the first or second attempt at a question."""
        parts = tuple((name, digest(text)) for name, text in sorted(question.parts.items()))
        return cls(question.slot.path, attempt, question.prompt_id, question.prompt_version, parts)

    @classmethod
    def from_header(cls, value: str) -> Ticket:
        """Read what `to_header` wrote."""
        path, attempt, prompt_id, prompt_version, parts = json.loads(unquote(value))
        return cls(path, attempt, prompt_id, prompt_version, tuple((name, text) for name, text in parts))

    def to_header(self) -> str:
        """ASCII form for a header."""
        return quote(canonical([self.path, self.attempt, self.prompt_id, self.prompt_version, self.parts]))
