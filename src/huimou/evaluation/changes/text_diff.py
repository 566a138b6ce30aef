"""Marking the characters that differ between two values, in runs that a person can read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from huimou.language.text import to_one_line

# A word or number of Latin letters and digits differs as a whole (400 and 4000), Chinese by the character.
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.,][0-9]+)*|\s+|.", re.DOTALL)
_LONGEST = 4000
_ALIKE = 0.3
_ISLAND = 2


@dataclass(frozen=True, slots=True)
class DiffRun:
    """A run of characters of a value; `differs` if the other side has something else or nothing there."""

    text: str
    differs: bool


def make_inert(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Both values as inert lines; if those are the same, quoted and with escapes for invisible characters."""
    shown = tuple(None if value is None else to_one_line(value) for value in (before, after))
    if shown[0] == shown[1] and before != after:
        return _escape(before), _escape(after)
    return shown[0], shown[1]


def _escape(value: str | None) -> str:
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in quoted)


def mark_differences(before: str, after: str) -> tuple[tuple[DiffRun, ...], tuple[DiffRun, ...]]:
    """The runs of both values; joined they are the values.

    A single equal token between differences is marked, too. Two values of which less than a third is equal differ as a
    whole, as do values of more than 4,000 characters, which would take long to compare.
    """
    if before == after:
        return _pieces([(before, False)]), _pieces([(after, False)])
    if max(len(before), len(after)) > _LONGEST:
        return _pieces([(before, True)]), _pieces([(after, True)])
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return _pieces([(before, True)]), _pieces([(after, True)])
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    codes = matcher.get_opcodes()
    for index, (tag, i, j, k, m) in enumerate(codes):
        between = 0 < index < len(codes) - 1
        differs = tag != "equal" or (between and j - i < _ISLAND)
        left.append(("".join(old[i:j]), differs))
        right.append(("".join(new[k:m]), differs))
    return _pieces(left), _pieces(right)


def cut_excerpt(pieces: Sequence[DiffRun], around: int, limit: int) -> str:
    """At most `limit` characters of a value, from `around` characters before its first difference on."""
    text = "".join(piece.text for piece in pieces)
    first = next((piece for piece in pieces if piece.differs), None)
    at = 0 if first is None else sum(len(piece.text) for piece in pieces[: list(pieces).index(first)])
    start = max(0, at - around) if len(text) > limit else 0
    cut = text[start : start + limit]
    return f"{'…' if start else ''}{cut}{'…' if start + len(cut) < len(text) else ''}"


def _pieces(runs: Sequence[tuple[str, bool]]) -> tuple[DiffRun, ...]:
    grouped = groupby((run for run in runs if run[0]), key=lambda run: run[1])
    return tuple(DiffRun("".join(text for text, _ in same), differs) for differs, same in grouped)
