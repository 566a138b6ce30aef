"""What is drawn over the text of a page: the same characters once more, to look bold, and watermarks.

Both would put letters into the lines; the first are dropped, the second are told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from huimou.digest.steps.ingest.pdf.glyphs import Glyph

_AT_ONE_PLACE = 0.15  # of the size of the font; half the width of a character that is narrow
_SLANT = 3.0  # degrees
_PALE = 0.7  # brightness on white paper
_LARGE = 1.8  # times the size of the body
_COVERING = 0.3
_PRINTINGS = 3
_BESIDE = 1.2  # times the size of the font
_CORE = 0.2

_Style = tuple[float, tuple[int, int, int, int], float]


@dataclass(frozen=True, slots=True)
class PageMark:
    """A watermark, or words that nobody sees; the page is counted from 1."""

    text: str
    page: int
    is_unseen: bool = False


def drop_doubles(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters without those drawn again at the same place; of such the last, which lies on top, stays.

    Two equal characters side by side are two, and so are those of one ligature, which have one place.
    """
    kept: list[Glyph] = []
    places: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for glyph in glyphs:
        step = _AT_ONE_PLACE * max(glyph.size, 1.0)
        column, row = int(glyph.x0 // step), int(glyph.top // step)
        near = (
            index
            for across in (column - 1, column, column + 1)
            for down in (row - 1, row, row + 1)
            for index in places.get((glyph.char, across, down), ())
        )
        same = next((index for index in near if _is_double(kept[index], glyph)), None)
        if same is not None:
            kept[same] = glyph
            continue
        places[glyph.char, column, row].append(len(kept))
        kept.append(glyph)
    return kept


def _is_double(first: Glyph, second: Glyph) -> bool:
    across, down = abs(first.x0 - second.x0), abs(first.top - second.top)
    if first.part == second.part and across == down == 0:
        return False
    narrow = min(first.x1 - first.x0, first.bottom - first.top) / 2
    most = min(_AT_ONE_PLACE * min(first.size, second.size), narrow if first.char.isascii() else first.size)
    alike = abs(first.size - second.size) <= _AT_ONE_PLACE * first.size
    return alike and across <= most and down <= most and abs(first.angle - second.angle) < _SLANT


def split_watermarks(pages: Sequence[Sequence[Glyph]]) -> tuple[list[list[Glyph]], list[PageMark]]:
    """The characters of every page without watermarks, and the watermarks.

    A watermark is slanted; or it is pale, or large, and lies over the text; or it is pale and printed again and again.
    White words on white paper are like watermarks: what nobody sees is not read, unless it is most of the page.
    """
    body = _find_body_style(pages)
    runs = [list(_split_runs(page)) for page in pages]
    printed = Counter(place for page in runs for place in {_place_of(run) for run in page if _style_of(run[0]) != body})
    clean: list[list[Glyph]] = []
    marks: list[PageMark] = []
    for number, page in enumerate(runs, 1):
        slants = 2 * sum(len(run) for run in page if _is_slanted(run[0])) <= sum(map(len, page))
        hides = 2 * sum(len(run) for run in page if run[0].unseen) <= sum(map(len, page))
        again = Counter(_write(run) for run in page)
        index = _index_boxes(page) if any(_style_of(run[0]) != body for run in page) else {}
        left: list[Glyph] = []
        for at, run in enumerate(page):
            seen = max(printed[_place_of(run)] + 1, again[_write(run)])
            drawn = _MarkedRun(run, at, seen >= _PRINTINGS)
            first = run[0]
            if hides and first.unseen:
                marks.append(PageMark(_write(run), number, is_unseen=True))
            elif (slants and _is_slanted(first)) or (_style_of(first) != body and _is_mark(drawn, body[0], index)):
                marks.append(PageMark(_write(run), number))
            else:
                left += run
        clean.append(left)
    return clean, [mark for mark in marks if mark.text]


@dataclass(frozen=True, slots=True)
class _MarkedRun:
    """Characters drawn in one style one after another, their number on the page, and whether they are often printed."""

    glyphs: Sequence[Glyph]
    number: int
    repeated: bool


_Index = Mapping[tuple[int, int], Sequence[tuple[int, Glyph]]]
_CELL = 24


def _style_of(glyph: Glyph) -> _Style:
    return round(glyph.size, 1), glyph.color, round(glyph.angle)


def _split_runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Characters drawn one after another and beside one another in one style."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and (
            _style_of(run[-1]) != _style_of(glyph) or run[-1].unseen != glyph.unseen or not _is_beside(run[-1], glyph)
        ):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _is_beside(one: Glyph, other: Glyph) -> bool:
    across = max(one.x0, other.x0) - min(one.x1, other.x1)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down) < _BESIDE * one.size


def _find_body_style(pages: Sequence[Sequence[Glyph]]) -> _Style:
    counts = Counter(_style_of(glyph) for page in pages for glyph in page)
    return counts.most_common(1)[0][0] if counts else (0.0, (0, 0, 0, 255), 0)


def _place_of(run: Sequence[Glyph]) -> tuple[str, int, int]:
    return _write(run), round(run[0].x0 / 4), round(run[0].top / 4)


def _write(run: Sequence[Glyph]) -> str:
    return " ".join("".join(glyph.char for glyph in run).split())


def _is_slanted(glyph: Glyph) -> bool:
    beside = glyph.angle % 90
    return _SLANT < beside < 90 - _SLANT


def _is_pale(glyph: Glyph) -> bool:
    red, green, blue, opacity = glyph.color
    light = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    return 1 - opacity / 255 * (1 - light) >= _PALE


def _is_mark(run: _MarkedRun, size: float, index: _Index) -> bool:
    """Whether a run that is not in the style of the body is a watermark."""
    pale, large = _is_pale(run.glyphs[0]), run.glyphs[0].size >= _LARGE * size
    if pale and run.repeated:
        return True
    return (pale or large or run.repeated) and _covers_text(run, index)


def _index_boxes(runs: Sequence[Sequence[Glyph]]) -> _Index:
    """The characters of a page by the squares of a grid that the middles of their boxes lie in."""
    index: dict[tuple[int, int], list[tuple[int, Glyph]]] = defaultdict(list)
    for number, run in enumerate(runs):
        for glyph in run:
            for cell in _cells(glyph):
                index[cell].append((number, glyph))
    return index


def _cells(glyph: Glyph) -> Iterator[tuple[int, int]]:
    for across in range(int(glyph.x0 // _CELL), int(glyph.x1 // _CELL) + 1):
        for down in range(int(glyph.top // _CELL), int(glyph.bottom // _CELL) + 1):
            yield across, down


def _covers_text(run: _MarkedRun, index: _Index) -> bool:
    """Whether a good part of the characters of a run lie over, or under, characters of others."""
    drawn = [glyph for glyph in run.glyphs if glyph.char.strip()]
    covering = sum(
        any(number != run.number and _overlap(glyph, other) for cell in _cells(glyph) for number, other in index[cell])
        for glyph in drawn
    )
    return bool(drawn) and covering >= _COVERING * len(drawn)


def _overlap(one: Glyph, other: Glyph) -> bool:
    """Whether the cores of two boxes meet; the edges of neighbours may."""
    if not other.char.strip():
        return False
    across, down = _CORE * min(one.size, other.size), _CORE * min(one.size, other.size)
    return (
        min(one.x1, other.x1) - max(one.x0, other.x0) > across
        and min(one.bottom, other.bottom) - max(one.top, other.top) > down
    )
