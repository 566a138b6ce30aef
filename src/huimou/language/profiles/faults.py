"""What is wrong with the file of a profile, in one line: the table, the field, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from huimou.language.rules.own_files import find_nearest

_CUES = 'cues = { 4 = ["竞赛"] }'
# By the type of an error of pydantic; what is not here is said as pydantic says it.
_SAID = MappingProxyType(
    {
        "missing": "is missing",
        "string_type": "must be a text in quotation marks",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "list_type": 'must be a list, such as ["…", "…"]',
        "dict_type": "must be a table",
        "model_type": "must be a table",
        "string_too_short": "must not be empty",
        "too_short": "must have an entry at least",
    }
)
_KEY = "must begin with a small letter and hold only small letters, digits and _, such as city_union"
_FEW_KEYS = 10


def suggest(word: str, known: Sequence[str]) -> str:
    """What a message says of an unknown word: the nearest known one, else all if they are few."""
    near = find_nearest(word, known)
    if near:
        return f"; did you mean {near}?"
    return f"; known are {', '.join(known)}" if 0 < len(known) <= _FEW_KEYS else ""


def describe_first_error(error: ValidationError, file: Mapping[str, Any], known: Mapping[str, Sequence[str]]) -> str:
    """Table, field and fault in one line; an unknown key comes first, since another one is missing for it.

    Args:
        error: of pydantic.
        file: the tables as they stand, for the keys of domains.
        known: keys that a table may have, by its name; those of the whole file by an empty one.

    """
    found = error.errors(include_url=False)
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    place = [part for part in first["loc"] if part != "[key]"]
    said = _describe(dict(first), place, known)
    where = _describe_place(place, file)
    return f"{where}: {said}" if where else said


def _describe(fault: Mapping[str, Any], place: Sequence[int | str], known: Mapping[str, Sequence[str]]) -> str:
    kind, name, given = str(fault["type"]), str(place[-1]) if place else "", str(fault["input"])
    if len(place) > 2 and place[0] == "domain" and place[2] == "cues" and (said := _describe_cues(fault, name)):
        return said
    if kind == "extra_forbidden":
        table = next((str(part) for part in reversed(place[:-1]) if not isinstance(part, int)), "")
        return f"no such key{suggest(name, known.get(table, ()))}"
    if kind == "literal_error":
        near = find_nearest(given, known["sections"])
        return "no such role" + (f"; did you mean {near}?" if near else f"; known are {', '.join(known['sections'])}")
    if kind == "string_pattern_mismatch":
        return "must be one line" if "\n" in given else _KEY
    return _SAID.get(kind) or str(fault["msg"]).removeprefix("Value error, ")


def _describe_cues(fault: Mapping[str, Any], name: str) -> str | None:
    """What is wrong with the words of a domain by their weight, if it is not a single word."""
    if fault["loc"][-1] == "[key]":
        return f"{name} is no weight: give a whole number from 1 to 99, such as {_CUES}"
    shapes = {"dict_type": "a table of words by weight", "list_type": "a list of words"}
    shape = shapes.get(str(fault["type"]))
    return f"must be {shape}, such as {_CUES}" if shape else None


def _describe_place(place: Sequence[int | str], file: Mapping[str, Any]) -> str:
    """`domain skills: cues.4` for domain 0; the number of an entry counts from one."""
    parts, rest = [], list(place)
    if len(rest) > 1 and rest[0] == "domain" and isinstance(rest[1], int):
        parts, rest = [f"domain {_name_domain(file, rest[1])}"], rest[2:]
    words = "".join(f", entry {part + 1}" if isinstance(part, int) else f".{part}" for part in rest)
    return ": ".join([*parts, *([words.removeprefix(".").replace(", entry", " entry")] if words else [])])


def _name_domain(file: Mapping[str, Any], number: int) -> str:
    """The key of a domain, else its title, else which one it is."""
    table = file["domain"][number]
    names = [table.get(name) for name in ("key", "title")] if isinstance(table, dict) else []
    return next((name for name in names if name and isinstance(name, str)), f"number {number + 1}")
