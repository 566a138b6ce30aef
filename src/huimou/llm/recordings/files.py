"""Requests and their answers as files that a person can read and review.

FOLDER/endpoint.json                    which model answered
FOLDER/prompts/<prompt id>.md           what every question of a prompt begins with
FOLDER/schemas/<name>.json              what binds an answer, and what instructor adds for it to our messages
FOLDER/<report>/index.json              a line a slot: digests of its request and of each part, and its cost
FOLDER/<report>/<question>/<unit>.json  what was asked and what came back; .s2 is another answer to the same words, .r2
                                        a repeat, .a2 the re-ask

What changes with every recording (digests, seconds, tokens) stands apart in the index, and what many requests share
stands once, so that a one-word edit of a prompt reads as a one-word change of one file. No character of a text is
changed, and no header, key, address, id or time of day is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from huimou.errors import ReplayMiss
from huimou.llm.network.json_object import is_text
from huimou.llm.question import Slot, Ticket
from huimou.llm.recordings.request_parts import RequestParts, dump_pretty
from huimou.model.report import Usage
from huimou.store.files import write_text
from huimou.store.hashing import safe_name, short_hash

_INDEX = "index.json"
_SHARED = frozenset({"prompts", "schemas"})
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """The index line of a recording: digests of the request and of its parts, and the cost of each response."""

    digest: str
    prompt: str
    version: int | str
    parts: Mapping[str, str]
    costs: tuple[Usage, ...]


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """A recording as read: its index line, our own messages, the settings, and the responses in order."""

    entry: RecordingEntry
    schema: str
    messages: tuple[Mapping[str, Any], ...]
    sampling: Mapping[str, Any]
    responses: tuple[Mapping[str, Any], ...]
    made_by_hand: bool = False


class Recordings:
    """The recordings in a folder; safe to use from several threads. What is written is whole or not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = RLock()
        self._indexes: dict[str, dict[str, RecordingEntry]] = {}
        self._by_digest: dict[str, str] | None = None

    def reports(self) -> tuple[str, ...]:
        """Names of the report folders, in order."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(p.name for p in self.folder.iterdir() if p.is_dir() and p.name not in _SHARED))

    def files(self, report: str) -> tuple[str, ...]:
        """Paths of a report's recordings within the folder, in order."""
        found = (path for path in (self.folder / report).rglob("*.json") if path.name != _INDEX)
        return tuple(sorted(path.relative_to(self.folder).as_posix() for path in found))

    def has(self, file: str) -> bool:
        """Whether there is a recording at this path."""
        return (self.folder / file).is_file()

    def read(self, file: str) -> StoredRecording:
        """The recording at a path.

        Raises:
            ReplayMiss: it is not there or cannot be read.

        """
        found = self.find(file)
        if found is None:
            raise ReplayMiss(f"no recording {file}", "record it")
        return found

    def find(self, file: str) -> StoredRecording | None:
        """The recording at a path; None if there is none.

        Raises:
            ReplayMiss: it cannot be read.

        """
        try:
            kept = json.loads((self.folder / file).read_bytes())
            entry = self._read_index(_report_of(file))[file]
            responses = tuple(kept["responses"])
            if not responses or len(responses) != len(entry.costs):
                raise ValueError("responses and costs differ in number")
            if not all(map(_is_response, responses)):
                raise ValueError("a response is none")
            return StoredRecording(
                entry,
                kept["schema"],
                tuple(kept["messages"]),
                kept["sampling"],
                responses,
                kept.get("made_by_hand", False),
            )
        except FileNotFoundError:
            return None
        except _BROKEN as error:
            raise ReplayMiss(f"the recording {file} cannot be read", "record it anew") from error

    def find_identical(self, digest: str) -> str | None:
        """Path of a recording of this very request, of several the first."""
        with self._lock:
            if self._by_digest is None:
                self._by_digest = {}
                for report in self.reports():
                    for file, entry in sorted(self._read_index(report).items()):
                        if self.has(file):
                            self._by_digest.setdefault(entry.digest, file)
            return self._by_digest.get(digest)

    def prompt_text(self, kept: StoredRecording) -> str:
        """What the recorded request began with; empty if the shared file has moved on since."""
        text = self._read_shared(*_locate_prompt(kept.entry.prompt))
        return text if short_hash(text) == kept.entry.parts.get("prompt") else ""

    def schema_of(self, kept: StoredRecording) -> Mapping[str, Any]:
        """`shape` and `added` of the recorded request; empty where the shared file cannot be read."""
        with suppress(ValueError):
            value = json.loads(self._read_shared(*_locate_schema(kept.schema)))
            if isinstance(value, dict):
                return value
        return {}

    def write(
        self,
        request: RequestParts,
        ticket: Ticket,
        responses: Sequence[tuple[Mapping[str, Any], Usage]],
        *,
        made_by_hand: bool = False,
    ) -> None:
        """Keep a request and what came back so far, in place of what the slot held."""
        recording = {
            **({"made_by_hand": True} if made_by_hand else {}),
            "prompt": ticket.prompt_id,
            "schema": ticket.schema,
            "sampling": request.sampling,
            "messages": request.own,
            "responses": [response for response, _ in responses],
        }
        costs = tuple(cost for _, cost in responses)
        entry = RecordingEntry(request.digest, ticket.prompt_id, ticket.prompt_version, request.parts, costs)
        schema = {"shape": request.shape, **({"added": request.added} if request.added else {})}
        with self._lock:
            self._write_shared(*_locate_prompt(ticket.prompt_id), request.prompt)
            self._write_shared(*_locate_schema(ticket.schema), dump_pretty(schema))
            self._write_file(ticket.file, dump_pretty(recording), entry)

    def adopt(self, other: Recordings, file: str, as_file: str | None = None) -> None:
        """Take over a recording of another folder, with what it shares, under its own path or another.

        Raises:
            ReplayMiss: it cannot be read.

        """
        kept = other.read(file)
        text = (other.folder / file).read_text(encoding="utf-8")
        with self._lock:
            for kind, name in (_locate_prompt(kept.entry.prompt), _locate_schema(kept.schema)):
                if shared := other._read_shared(kind, name):
                    self._write_shared(kind, name, shared)
            self._write_file(as_file or file, text, kept.entry)

    def remove(self, files: Sequence[str]) -> None:
        """Drop recordings, and folders that are empty then."""
        with self._lock:
            for report in sorted({_report_of(file) for file in files}):
                index = dict(self._read_index(report))
                for file in files:
                    if file.startswith(f"{report}/"):
                        (self.folder / file).unlink(missing_ok=True)
                        index.pop(file, None)
                if index:
                    self._write_index(report, index)
                else:
                    (self.folder / report / _INDEX).unlink(missing_ok=True)
                    self._indexes.pop(report, None)
                for folder in sorted((self.folder / report).glob("*/"), reverse=True):
                    with suppress(OSError):  # not empty
                        folder.rmdir()
                with suppress(OSError):
                    (self.folder / report).rmdir()
            self._by_digest = None

    def remove_unshared(self) -> tuple[str, ...]:
        """Drop shared files that no recording refers to any more; returns their paths."""
        kept = [self.read(file) for report in self.reports() for file in self.files(report)]
        wanted = {"/".join(name) for k in kept for name in (_locate_prompt(k.entry.prompt), _locate_schema(k.schema))}
        found = [path for kind in sorted(_SHARED) for path in sorted((self.folder / kind).glob("*.*"))]
        gone = [path for path in found if path.relative_to(self.folder).as_posix() not in wanted]
        for path in gone:
            path.unlink()
        return tuple(path.relative_to(self.folder).as_posix() for path in gone)

    def _write_file(self, file: str, text: str, entry: RecordingEntry) -> None:
        report = _report_of(file)
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        self._write_index(report, {**self._read_index(report), file: entry})
        self._by_digest = None

    def _read_index(self, report: str) -> dict[str, RecordingEntry]:
        with self._lock:
            if report not in self._indexes:
                self._indexes[report] = dict(_read_entries(self.folder / report / _INDEX))
            return self._indexes[report]

    def _write_index(self, report: str, index: dict[str, RecordingEntry]) -> None:
        self._indexes[report] = index
        lines = [
            f"{_dump_compact(file)}: {_dump_compact(_entry_to_json(entry))}" for file, entry in sorted(index.items())
        ]
        write_text(self.folder / report / _INDEX, "{\n" + ",\n".join(lines) + "\n}\n")

    def _write_shared(self, kind: str, name: str, text: str) -> None:
        path = self.folder / kind / name
        if self._read_shared(kind, name) != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)

    def _read_shared(self, kind: str, name: str) -> str:
        try:
            return (self.folder / kind / name).read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return ""


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How to record.

    Args:
        into: where; a folder, or one that is open already.
        made_by_hand: mark the recordings as not made by a model.
        also: folder, relative to this one, whose recordings answer identical requests; kept with the recordings.

    """

    into: Path | Recordings
    made_by_hand: bool = False
    also: str | None = None

    @property
    def tree(self) -> Recordings:
        """Where to, opened."""
        return Recordings(self.into) if isinstance(self.into, Path) else self.into


def _is_response(value: Any) -> bool:
    """Whether a response is in one of the forms in which responses are kept."""
    if "fault" in value:
        return isinstance(value["fault"], str)
    texts = [value["body"]] if "body" in value else [value["content"], value["finish_reason"], value.get("reasoning")]
    calls = value.get("tool_calls", [])
    return (
        isinstance(value["status"], int)
        and all(text is None or is_text(text) for text in (*texts, value.get("retry_after")))
        and all(isinstance(call, dict) for call in calls)
    )


def _report_of(file: str) -> str:
    """The folder that a recording's path begins with."""
    return Slot.parse(file).report


def _locate_prompt(prompt_id: str) -> tuple[str, str]:
    return "prompts", f"{safe_name(prompt_id)}.md"


def _locate_schema(name: str) -> tuple[str, str]:
    return "schemas", f"{safe_name(name)}.json"


def _dump_compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _entry_to_json(entry: RecordingEntry) -> dict[str, Any]:
    costs = [[c.seconds, c.prompt_tokens, c.cached_tokens, c.completion_tokens] for c in entry.costs]
    return {
        "digest": entry.digest,
        "prompt": entry.prompt,
        "version": entry.version,
        "parts": entry.parts,
        "costs": costs,
    }


def _build_cost(seconds: float, prompt: int, cached: int | None, completion: int) -> Usage:
    return Usage(calls=1, seconds=seconds, prompt_tokens=prompt, cached_tokens=cached, completion_tokens=completion)


def _read_entries(path: Path) -> Iterator[tuple[str, RecordingEntry]]:
    """The lines of an index that can be read; a recording without one counts as broken."""
    with suppress(*_BROKEN):
        for file, told in json.loads(path.read_text(encoding="utf-8")).items():
            costs = tuple(_build_cost(*cost) for cost in told["costs"])
            yield file, RecordingEntry(told["digest"], told["prompt"], told["version"], told["parts"], costs)
