"""Views of a text with a way back; the text itself is never changed.

`fold` keeps every character in its place (one code point in, one out), so its offsets *are* the text's offsets.
`join_lines` drops line breaks that layout put inside a sentence, and `apply_cuts` leaves ranges out; both keep for each
character where it came from. NFKC is not used: it turns 2 characters of …… into 6 and moves every offset after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

DAMAGE = "〔原文此处有乱码〕"  # what stands in our words where nobody can read the text
_CJK = 0x2E80
_WIDTH: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x00A0: 0x20}
_FINISHED = re.compile(r"[。!?;:…][”’」』)》】*_\s]*$")
_AT_HAND = 512  # texts: a passage is compared with one thing after another
_CLAUSES_AT_HAND = 1024  # a clause is folded once for each thing that is asked about it
_PASSAGE = 1_000  # characters
_SPACES = re.compile(r"\s+")
_BREAKS = re.compile(r"[\r\n\f\v\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@cache
def _load_converter() -> OpenCC:
    return OpenCC("t2s")


class _SimplifiedTable(dict[int, int]):
    """A table for `str.translate` that is filled as characters are met."""

    def __missing__(self, code: int) -> int:
        converted: str = _load_converter().convert(chr(code)) if code >= _CJK else chr(code)
        self[code] = ord(converted) if len(converted) == 1 else code
        return self[code]


class _FoldedTable(_SimplifiedTable):
    def __missing__(self, code: int) -> int:
        self[code] = _SIMPLIFIED[_WIDTH.get(code, code)]
        return self[code]


_SIMPLIFIED, _FOLDED = _SimplifiedTable(), _FoldedTable()


def to_simplified(text: str) -> str:
    """Traditional characters to simplified, one by one, so that the length is kept (OpenCC t2s, single characters)."""
    return text.translate(_SIMPLIFIED)


def fold_width(text: str) -> str:
    """Full-width ASCII and ideographic spaces to half width; the length is kept."""
    return text.translate(_WIDTH)


def fold(text: str) -> str:
    """Comparison view: half width and simplified; `fold(text)[i]` stands for `text[i]`."""
    return _fold_again(text) if len(text) <= _PASSAGE else text.translate(_FOLDED)


@lru_cache(maxsize=_CLAUSES_AT_HAND)
def _fold_again(text: str) -> str:
    return text.translate(_FOLDED)


@lru_cache(maxsize=_AT_HAND)
def compact(text: str) -> str:
    """Comparison view without any white space; offsets are not kept."""
    return re.sub(r"\s+", "", fold(text))


def measure_traditional_share(text: str) -> float:
    """Share of the Chinese characters in `text` that simplified writing would change, 0 to 1."""
    chinese = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    return sum(_SIMPLIFIED[ord(char)] != ord(char) for char in chinese) / len(chinese) if chinese else 0.0


@dataclass(frozen=True, slots=True)
class View:
    """Text derived from a range of a source; `origin[i]` is the source offset of `text[i]`.

    `ends[i]` is where the source of `text[i]` ends; left out where every character stands for one.
    """

    text: str
    origin: tuple[int, ...]
    ends: tuple[int, ...] | None = None

    def map_back(self, start: int, end: int) -> tuple[int, int]:
        """Source range of `text[start:end]` (not empty); of words that a view has put in another order, all around."""
        first, last = self.origin[start], self.ends[end - 1] if self.ends else self.origin[end - 1] + 1
        if first < last:
            return first, last
        return min(self.origin[start:end]), max(self.ends[start:end] if self.ends else self.origin[start:end]) + (
            not self.ends
        )


@dataclass(frozen=True, slots=True)
class TextCut:
    """A range of a text that a view leaves out, and the character, if any, that the view has in its place."""

    start: int
    end: int
    put: str = ""


def view_whole(text: str) -> View:
    """The view that leaves nothing out."""
    return View(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))


def apply_cuts(view: View, cuts: Iterable[TextCut]) -> View:
    """The view with cuts (ranges of its text) carried out; of cuts that overlap only the first, longest one is."""
    chars: list[str] = []
    origin: list[int] = []
    ends: list[int] = []
    last = 0
    shown = view.ends or tuple(place + 1 for place in view.origin)
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end)):
        if cut.start < last:
            continue
        chars.append(view.text[last : cut.start] + cut.put)
        origin += [*view.origin[last : cut.start], *[view.origin[cut.start]] * len(cut.put)]
        ends += [*shown[last : cut.start], *[shown[cut.end - 1]] * len(cut.put)]
        last = cut.end
    chars.append(view.text[last:])
    return View("".join(chars), (*origin, *view.origin[last:]), (*ends, *shown[last:]))


def is_finished(folded: str) -> bool:
    """Whether a folded line ends as a sentence or a part of one does; brackets and bold marks behind do not count."""
    return _FINISHED.search(folded) is not None


def merge_spans(spans: Sequence[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """The ranges in order; those that lie no more than `gap` characters apart become one."""
    joint: list[tuple[int, int]] = []
    for start, end in spans:
        if joint and start - joint[-1][1] <= gap:
            joint[-1] = (joint[-1][0], max(end, joint[-1][1]))
        else:
            joint.append((start, end))
    return joint


def find_places(part: str, text: str) -> Iterator[int]:
    """Every offset at which a text has a part (not empty), also where two of them overlap."""
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def join_lines(text: str, start: int = 0, end: int | None = None) -> View:
    """The range without line breaks and the white space around them; a space between two Latin words stays."""
    stop = len(text) if end is None else end
    parts: list[str] = []
    kept: list[int] = []
    last = start
    for gap in _SPACES.finditer(text, start, stop):
        parts.append(text[last : gap.start()])
        kept.extend(range(last, gap.start()))
        last = gap.end()
        if not _BREAKS.search(gap.group()) or _is_between_latin(text, *gap.span(), start, stop):
            parts.append(" ")
            kept.append(gap.start())
    return View("".join([*parts, text[last:stop]]), (*kept, *range(last, stop)))


def _is_between_latin(text: str, index: int, run: int, start: int, stop: int) -> bool:
    return (
        index > start
        and run < stop
        and text[index - 1].isascii()
        and text[run].isascii()
        and (text[index - 1].isalpha() and text[run].isalpha())
    )


def to_one_line(text: str) -> str:
    """Text from outside as one inert line: layout breaks joined, control and direction characters shown as U+FFFD."""
    return _CONTROL.sub("\ufffd", _SPACES.sub(" ", join_lines(text).text)).strip()


def to_plain(text: str) -> str:
    """For showing a quote in running text: joined lines, simplified, trimmed."""
    return to_simplified(join_lines(text).text).strip()


def blank_out(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with full stops between these offsets, so that a sentence seems to end there."""
    blanked = list(text)
    for start, end in places:
        blanked[start:end] = "。" * (end - start)
    return "".join(blanked)
