"""A server's key in text that it sent: hidden before anything else sees the text, in whatever way it is written.

Servers quote the key that they refuse, whole or its beginning, in a URL, in JSON, or broken over lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

MASK = "***"
_SHORTEST = 4  # characters of a key that is a secret at all
_BEGINNING = 6  # characters from the start of the key that give it away, where an error is told
_PART = 8  # characters from anywhere in it
_ANSWER_PART = 12  # in an answer, which must not be changed for a chance likeness
# One character as written: plain, or an escape of JSON, of a URL or of HTML.
_WRITTEN = re.compile(r"\\u[0-9a-f]{4}|\\.|%[0-9a-f]{2}|&#x?[0-9a-f]{1,6};|&[a-z]{2,6};|.", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_BREAKS = {r"\n": "\n", r"\r": "\n", r"\t": "\n", r"\f": "\n", r"\b": "\n"}
_GAP = r"(?:\s|\\[nrtfb])*"


@dataclass(frozen=True, slots=True)
class KeyMask:
    """Hides a key.

    Args:
        key: of a server; empty or very short where there is no secret.

    """

    key: str = field(repr=False)

    def hide(self, text: str) -> str:
        """Words of a server without the key, its beginning and any part that is long enough to help."""
        return self._replace(text, _BEGINNING, _PART) if len(self.key) >= _SHORTEST else text

    def hide_in_answer(self, data: bytes) -> bytes:
        """A model's answer without the key or a long part of it; nearly always the very same bytes."""
        if len(self.key) < _ANSWER_PART or not _build_pattern(self.key[:_ANSWER_PART]).search(data):
            return data
        text = data.decode(errors="surrogateescape")
        return self._replace(text, _ANSWER_PART, _ANSWER_PART).encode(errors="surrogateescape")

    def _replace(self, text: str, beginning: int, part: int) -> str:
        shown, end = [], 0
        for start, stop in self._find_runs(text, beginning, part):
            shown += [text[end:start], MASK]
            end = stop
        return "".join([*shown, text[end:]])

    def _find_runs(self, text: str, beginning: int, part: int) -> Iterator[tuple[int, int]]:
        """Where in the text runs of the key's characters stand."""
        read, places = _read_characters(text)
        marked: set[int] = set()
        for key in {self.key.lower(), _read_characters(self.key)[0]}:  # what looks like an escape may be a part of it
            marked |= _mark_beginnings(read, key, min(beginning, len(key))) | _mark_parts(read, key, part)
        run: list[int] = []
        for index in sorted(marked):
            if run and index != run[-1] + 1:
                yield places[run[0]][0], places[run[-1]][1]
                run = []
            run.append(index)
        if run:
            yield places[run[0]][0], places[run[-1]][1]


def _read_characters(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The characters that a text means, without space and case, and where each is written."""
    read, places = [], []
    for found in _WRITTEN.finditer(text):
        meant = _read_character(found.group())
        if len(meant) == 1 and not _BETWEEN.match(meant):
            read.append(meant)
            places.append(found.span())
    return "".join(read), places


def _read_character(written: str) -> str:
    if len(written) == 1:
        return written.lower() if written.isascii() else written
    if written[0] == "\\":
        plain = chr(int(written[-4:], 16)) if len(written) > 2 else _BREAKS.get(written, written[1])
    else:
        plain = unquote(written) if written[0] == "%" else html.unescape(written)
    return plain.lower() if plain.isascii() else plain


def _mark_beginnings(read: str, key: str, least: int) -> set[int]:
    marked: set[int] = set()
    at = read.find(key[:least])
    while at >= 0:
        length = least
        while length < len(key) and read[at + length : at + length + 1] == key[length]:
            length += 1
        marked.update(range(at, at + length))
        at = read.find(key[:least], at + 1)
    return marked


def _mark_parts(read: str, key: str, length: int) -> set[int]:
    parts = {key[start : start + length] for start in range(len(key) - length + 1)}
    if not parts:
        return set()
    starts = (at for at in range(len(read) - length + 1) if read[at : at + length] in parts)
    return {index for at in starts for index in range(at, at + length)}


def _build_pattern(beginning: str) -> re.Pattern[bytes]:
    """What finds the beginning of a key as it may be written in JSON or a URL, broken over lines or not."""
    written = (
        rf"(?:\\?{re.escape(char)}|%{ord(char):02x}|\\u{ord(char):04x}|&#{ord(char)};|&#x{ord(char):x};)"
        for char in beginning
    )
    return re.compile(_GAP.join(written).encode(), re.IGNORECASE)
