"""What is asked and what comes back, and the identity of a request.

A `Slot` is the stable address of a question, the same however its prompt is worded; the digest of the request says
whether an answer kept under that address still answers what is asked today.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel

from huimou.model.cost_category import Stage
from huimou.model.report import Usage
from huimou.store.hashing import hash_text, safe_name, to_canonical_json, to_ordered_json

T = TypeVar("T", bound=BaseModel)

_STREAMING = ("stream", "stream_options")
# What binds the answer's shape. The order of a schema's fields is the order of writing, so it is part of the identity.
SHAPE_KEYS = ("response_format", "tools", "tool_choice")
_SAMPLE = re.compile(r"\.s([2-9]|[1-9][0-9]+)$")


def request_digest(body: Mapping[str, Any]) -> str:
    """Identity of a request: everything that is sent except how the answer is streamed."""
    kept = {key: value for key, value in body.items() if key not in _STREAMING}
    shape = {key: to_ordered_json(kept.pop(key)) for key in SHAPE_KEYS if key in kept}
    return hash_text(to_canonical_json({**kept, **shape}))


@dataclass(frozen=True, slots=True)
class Slot:
    """Stable address of one question: report, kind of question, unit asked about, which answer to it.

    `sample` counts the answers that are wanted to the same words, from 1. No id of a unit ends as a sample is written.
    """

    report: str
    question: str
    unit: str
    sample: int = 1

    @property
    def path(self) -> str:
        """`report/question/unit[.s<sample>]`, each part made fit for a file name."""
        return "/".join(safe_name(part) for part in (self.report, self.question, self.unit)) + self._suffix

    @property
    def name(self) -> str:
        """`question/unit[.s<sample>]`: what the slot is called among those of its report."""
        return f"{self.question}/{self.unit}{self._suffix}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """The parts of a path as they stand in it; what a shorter path lacks is empty."""
        report, _, rest = path.partition("/")
        question, _, unit = rest.partition("/")
        found = _SAMPLE.search(unit)
        return cls(report, question, unit[: found.start()], int(found[1])) if found else cls(report, question, unit)

    @property
    def _suffix(self) -> str:
        return f".s{self.sample}" if self.sample > 1 else ""


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One request to a model.

    Args:
        slot: where its answer is kept, and which answer to these words it is.
        prompt_id: which prompt file it was made from.
        prompt_version: of that file.
        messages: (role, content) in order: the shared prefix first, worked examples as turns, the unit last.
        schema: what the answer must fit; describe its fields in the prompt, most servers do not show it to the model.
        max_tokens: bound of the answer; keep it tight.
        parts: texts that went into the messages, by name; their digests explain later why a recording is stale.
        chunking: which pieces of the report were put together, such as `sentences 45 46; 7 clauses`.
        stage: of the work that it is asked in, under which its cost is counted; no part of the request.

    """

    slot: Slot
    prompt_id: str
    prompt_version: int | str
    messages: tuple[tuple[str, str], ...]
    schema: type[T]
    max_tokens: int
    parts: Mapping[str, str]
    chunking: str = ""
    stage: Stage = "other"

    @property
    def sample(self) -> int:
        """Which answer to these words is wanted: the first is asked for at temperature 0, others with other seeds."""
        return self.slot.sample


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A value that fits the schema; `reasked` if only the second attempt did."""

    value: T
    usage: Usage
    reasked: bool


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the layers below the client know of a question.

    Args:
        path: of the slot.
        attempt: 2 is the re-ask.
        repeat: which time the same request is made, from 1; samples are other requests, and have slots of their own.
        prompt_id: as of the question, like `prompt_version`.
        prompt_version: as of the question.
        schema: name of the answer's model.
        lengths: characters of each message as the question has it; what is longer on the wire was added by instructor.
        chunking: as of the question.
        parts: the question's, in the order of their names.
        stage: as of the question.

    """

    path: str
    attempt: int
    repeat: int
    prompt_id: str
    prompt_version: int | str
    schema: str
    lengths: tuple[int, ...]
    chunking: str
    parts: tuple[tuple[str, str], ...]
    stage: Stage = "other"

    @classmethod
    def of(cls, question: Question[T], attempt: int = 1, repeat: int = 1) -> Ticket:
        """Ticket of the first or second attempt at a question."""
        return cls(
            question.slot.path,
            attempt,
            repeat,
            question.prompt_id,
            question.prompt_version,
            question.schema.__name__,
            tuple(len(content) for _, content in question.messages),
            question.chunking,
            tuple(sorted(question.parts.items())),
            question.stage,
        )

    @property
    def slot(self) -> Slot:
        """Its slot, each part as it stands in the path."""
        return Slot.parse(self.path)

    @property
    def file(self) -> str:
        """Path of the slot's recording within its folder: `<path>[.r<repeat>][.a<attempt>].json`."""
        repeat = f".r{self.repeat}" if self.repeat > 1 else ""
        attempt = f".a{self.attempt}" if self.attempt > 1 else ""
        return f"{self.path}{repeat}{attempt}.json"
