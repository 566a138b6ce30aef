"""Why a recording no longer answers what is asked: which part of the request changed, and how."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huimou.llm.question import Ticket
from huimou.llm.recordings.files import Kept, Recordings, pretty
from huimou.llm.recordings.request_parts import Request, said
from huimou.store.hashing import canonical_json, ordered_json

_AROUND = 12
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Reason:
    """One part that changed: what it is, in a few words how, and the whole of it before and now (empty if unknown)."""

    part: str
    said: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """One line."""
        return self.said


def reasons(tree: Recordings, kept: Kept, now: Request, ticket: Ticket) -> tuple[Reason, ...]:
    """What differs between a recorded request and today's, most telling first."""
    then = kept.entry.parts
    changed = {name for name in then.keys() | now.parts.keys() if then.get(name) != now.parts.get(name)}
    found = [*_of_prompt(tree, kept, now, ticket, changed), *_of_schema(tree, kept, now, changed)]
    found += _of_unit(kept, now, changed)
    if changed & {"sampling", "model"}:
        found.append(Reason("sampling", "sampling: " + _settings(kept.sampling, now.sampling)))
    if "reask" in changed:
        before, after = canonical_json(kept.messages[1:]), canonical_json(now.own[1:])
        found.append(Reason("reask", "the re-ask changed" + _difference(before, after), before, after))
    return tuple(found) or (Reason("request", "the request changed"),)


def _of_prompt(tree: Recordings, kept: Kept, now: Request, ticket: Ticket, changed: set[str]) -> list[Reason]:
    found = []
    entry = kept.entry
    if (entry.prompt, entry.version) != (ticket.prompt_id, ticket.prompt_version):
        names = f"prompt {entry.prompt} {entry.version} to "
        name = "" if entry.prompt == ticket.prompt_id else f"{ticket.prompt_id} "
        found.append(Reason("version", f"{names}{name}{ticket.prompt_version}"))
    if "prompt" in changed:
        before = tree.prompt_text(kept)
        how = "prompt text changed" + _difference(before, now.prompt)
        found.append(Reason("prompt", how, before, now.prompt))
    return found


def _of_schema(tree: Recordings, kept: Kept, now: Request, changed: set[str]) -> list[Reason]:
    found = []
    before = tree.schema_of(kept)
    if "schema" in changed:
        shape = before.get("shape") or {}
        how = "schema changed" + _fields(shape, now.shape)
        found.append(Reason("schema", how, pretty(shape) if shape else "", pretty(now.shape)))
    if "added" in changed:
        then, after = _joined(before.get("added") or {}), _joined(now.added)
        how = "what instructor adds changed" + _difference(then, after)
        found.append(Reason("added", how, then, after))
    return found


def _of_unit(kept: Kept, now: Request, changed: set[str]) -> list[Reason]:
    """Texts that went into the question; the words around them only where no text changed."""
    texts = sorted(name.removeprefix("text:") for name in changed if name.startswith("text:"))
    before, after = said(kept.messages[0]), said(now.own[0])
    what = f"{' and '.join(texts)} text changed" if texts else "the wording around the unit changed"
    found = []
    if "question" in changed:
        part = f"text:{texts[0]}" if texts else "question"
        found.append(Reason(part, what + _difference(before, after), before, after))
    then, today = kept.entry.parts.get("chunking", ""), now.parts.get("chunking", "")
    if _pattern(then) != _pattern(today):
        found.append(Reason("chunking", f"chunking changed ({then or 'unknown'} is now {today or 'unknown'})"))
    return found


def _pattern(chunking: str) -> str:
    """The chunking without where in the report it begins: what stands before it may have grown."""
    numbers = [int(number) for number in re.findall(r"\d+", chunking)]
    return re.sub(r"\d+", lambda found: str(int(found.group()) - numbers[0]), chunking) if numbers else chunking


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


def _fields(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if not then:
        return ""
    before, after = _property_names(then), _property_names(now)
    told = [f"field `{name}` added" for name in sorted(after - before)]
    told += [f"field `{name}` removed" for name in sorted(before - after)]
    return ": " + ", ".join(told) if told else _difference(ordered_json(then), ordered_json(now))


def _property_names(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for entry in schema for name in _property_names(entry)}
    if not isinstance(schema, Mapping):
        return set()
    properties = schema.get("properties")
    own = set(properties) if isinstance(properties, Mapping) else set()
    return own | {name for value in schema.values() for name in _property_names(value)}


def _settings(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = [name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)]
    return ", ".join(f"{name} {_short(then, name)} to {_short(now, name)}" for name in names)


def _short(settings: Mapping[str, Any], name: str) -> str:
    if name not in settings:
        return "absent"
    value = settings[name]
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _joined(added: Mapping[str, str]) -> str:
    return "\n".join(added.values())
