"""Why a recording no longer answers what is asked: which part of the request changed, and how."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huimou.llm.question import Ticket
from huimou.llm.recordings.files import Recordings, StoredRecording
from huimou.llm.recordings.request_parts import RequestParts, dump_pretty, read_message
from huimou.store.hashing import to_canonical_json, to_ordered_json

_AROUND = 12
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class StaleReason:
    """One part that changed: what it is, in a few words how, and the whole of it before and now (empty if unknown)."""

    part: str
    said: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """One line."""
        return self.said


def find_reasons(tree: Recordings, kept: StoredRecording, now: RequestParts, ticket: Ticket) -> tuple[StaleReason, ...]:
    """What differs between a recorded request and today's, most telling first."""
    then = kept.entry.parts
    changed = {name for name in then.keys() | now.parts.keys() if then.get(name) != now.parts.get(name)}
    found = [*_compare_prompt(tree, kept, now, ticket, changed), *_compare_schema(tree, kept, now, changed)]
    found += _compare_unit(kept, now, changed)
    if "rules" in changed:
        before, after = then.get("rules", ""), now.parts.get("rules", "")
        how = f"your own rules changed: {before or 'none'} to {after or 'none'}"
        found.append(StaleReason("rules", how, before, after))
    if changed & {"sampling", "model"}:
        found.append(StaleReason("sampling", "sampling: " + _show_settings(kept.sampling, now.sampling)))
    if "reask" in changed:
        before, after = to_canonical_json(kept.messages[1:]), to_canonical_json(now.own[1:])
        found.append(StaleReason("reask", "the re-ask changed" + _show_difference(before, after), before, after))
    return tuple(found) or (StaleReason("request", "the request changed"),)


def _compare_prompt(
    tree: Recordings, kept: StoredRecording, now: RequestParts, ticket: Ticket, changed: set[str]
) -> list[StaleReason]:
    found = []
    entry = kept.entry
    if (entry.prompt, entry.version) != (ticket.prompt_id, ticket.prompt_version):
        names = f"prompt {entry.prompt} {entry.version} to "
        name = "" if entry.prompt == ticket.prompt_id else f"{ticket.prompt_id} "
        found.append(StaleReason("version", f"{names}{name}{ticket.prompt_version}"))
    if "prompt" in changed:
        before = tree.prompt_text(kept)
        how = "prompt text changed" + _show_difference(before, now.prompt)
        found.append(StaleReason("prompt", how, before, now.prompt))
    return found


def _compare_schema(tree: Recordings, kept: StoredRecording, now: RequestParts, changed: set[str]) -> list[StaleReason]:
    found = []
    before = tree.schema_of(kept)
    if "schema" in changed:
        shape = before.get("shape") or {}
        how = "schema changed" + _show_fields(shape, now.shape)
        found.append(StaleReason("schema", how, dump_pretty(shape) if shape else "", dump_pretty(now.shape)))
    if "added" in changed:
        then, after = _join_texts(before.get("added") or {}), _join_texts(now.added)
        how = "what instructor adds changed" + _show_difference(then, after)
        found.append(StaleReason("added", how, then, after))
    return found


def _compare_unit(kept: StoredRecording, now: RequestParts, changed: set[str]) -> list[StaleReason]:
    """Texts that went into the question; the words around them only where no text changed."""
    texts = sorted(name.removeprefix("text:") for name in changed if name.startswith("text:"))
    before, after = read_message(kept.messages[0]), read_message(now.own[0])
    what = f"{' and '.join(texts)} text changed" if texts else "the wording around the unit changed"
    found = []
    if "question" in changed:
        part = f"text:{texts[0]}" if texts else "question"
        how = _show_difference(before, after, _AROUND if texts else 0)  # what stands around it is each unit's own
        found.append(StaleReason(part, what + how, before, after))
    then, today = kept.entry.parts.get("chunking", ""), now.parts.get("chunking", "")
    if _relative_chunking(then) != _relative_chunking(today):
        found.append(StaleReason("chunking", f"chunking changed ({then or 'unknown'} is now {today or 'unknown'})"))
    return found


def _relative_chunking(chunking: str) -> str:
    """The chunking without where in the report it begins: what stands before it may have grown."""
    numbers = [int(number) for number in re.findall(r"\d+", chunking)]
    return re.sub(r"\d+", lambda found: str(int(found.group()) - numbers[0]), chunking) if numbers else chunking


def _show_difference(then: str, now: str, around: int = _AROUND) -> str:
    """The place where two texts part, each side bounded, with so many characters around it."""
    start = _count_common(then, now)
    end = min(_count_common(then[::-1], now[::-1]), min(len(then), len(now)) - start)
    shown = [
        text[max(0, start - around) : start] + text[start : len(text) - end][:_SHOWN] + text[len(text) - end :][:around]
        for text in (then, now)
    ]
    return f" ({shown[0]!r} is now {shown[1]!r})" if then else ""


def _count_common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _show_fields(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if not then:
        return ""
    before, after = _property_names(then), _property_names(now)
    told = [f"field `{name}` added" for name in sorted(after - before)]
    told += [f"field `{name}` removed" for name in sorted(before - after)]
    return ": " + ", ".join(told) if told else _show_difference(to_ordered_json(then), to_ordered_json(now))


def _property_names(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for entry in schema for name in _property_names(entry)}
    if not isinstance(schema, Mapping):
        return set()
    properties = schema.get("properties")
    own = set(properties) if isinstance(properties, Mapping) else set()
    return own | {name for value in schema.values() for name in _property_names(value)}


def _show_settings(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = [name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)]
    return ", ".join(f"{name} {_show_setting(then, name)} to {_show_setting(now, name)}" for name in names)


def _show_setting(settings: Mapping[str, Any], name: str) -> str:
    if name not in settings:
        return "absent"
    value = settings[name]
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _join_texts(added: Mapping[str, str]) -> str:
    return "\n".join(added.values())
