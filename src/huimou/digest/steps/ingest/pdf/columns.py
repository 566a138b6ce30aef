"""The order in which the lines of a page are read: one column after the other where a page has two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from huimou.digest.steps.ingest.pdf.glyphs import Glyph
from huimou.digest.steps.ingest.pdf.rows import group_lines

_BIN = 2.0  # points
_MIDDLE = (0.3, 0.7)  # of the width of the text
_EMPTY = 0.2
_GUTTER, _RAGGED = 0.8, 1.6  # times the size of the font
_SIDE = 0.2
_LEAST_LINES, _LEAST_CHARS = 4, 8
_FULL_LEFT, _FULL_RIGHT = 0.5, 0.4


@dataclass(frozen=True, slots=True)
class FlowLine:
    """The characters of a line, and the column that it stands in: 0 the whole width, 1 the left, 2 the right."""

    glyphs: Sequence[Glyph]
    column: int


def find_gutters(pages: Sequence[Sequence[Sequence[Glyph]]]) -> list[float | None]:
    """Where each page, given by its lines, is divided into two columns of running text; None where it is not.

    A page with few lines is divided where the others are, if nothing stands in the way.
    """
    glyphs = [[glyph for line in lines for glyph in line if glyph.char.strip()] for lines in pages]
    found = [_find_gutter(page) for page in glyphs]
    known = [one for one in found if one is not None]
    if 2 * len(known) < len([page for page in glyphs if page]) or not known:
        return found
    usual = median(known)
    return [
        own if own is not None or not _is_free(page, usual) else usual for own, page in zip(found, glyphs, strict=True)
    ]


def _is_free(glyphs: Sequence[Glyph], gutter: float) -> bool:
    """Whether hardly any character stands at a place where a page might be divided."""
    across = sum(glyph.x0 < gutter < glyph.x1 for glyph in glyphs)
    return bool(glyphs) and 4 * across <= len(group_lines(glyphs))


def order_lines(lines: Sequence[Sequence[Glyph]], gutter: float | None) -> list[FlowLine]:
    """The lines of a page, given from top to bottom across its whole width, in the order of reading."""
    if gutter is None:
        return [FlowLine(line, 0) for line in lines]
    return list(_read_columns(lines, gutter))


def _read_columns(lines: Sequence[Sequence[Glyph]], gutter: float) -> Iterator[FlowLine]:
    for spanning, zone in groupby(lines, key=lambda line: _spans(line, gutter)):
        if spanning:
            yield from (FlowLine(line, 0) for line in zone)
            continue
        glyphs = [glyph for line in zone for glyph in line]
        for column in (1, 2):
            side = [glyph for glyph in glyphs if (_middle(glyph) < gutter) == (column == 1)]
            yield from (FlowLine(line, column) for line in group_lines(side))


def _middle(glyph: Glyph) -> float:
    return (glyph.x0 + glyph.x1) / 2


def _spans(line: Sequence[Glyph], gutter: float) -> bool:
    """Whether a line goes on across the gutter."""
    inked = [glyph for glyph in line if glyph.char.strip()]
    left = max((glyph.x1 for glyph in inked if _middle(glyph) < gutter), default=None)
    right = min((glyph.x0 for glyph in inked if _middle(glyph) >= gutter), default=None)
    if left is None or right is None:
        return False
    return right - left < _GUTTER * max(glyph.size for glyph in inked)


def _find_gutter(glyphs: Sequence[Glyph]) -> float | None:
    """Where a page is divided into two columns of running text, None if it is not.

    Hardly any character stands in the gutter, and the lines on both sides mostly reach their right edge: in a table,
    whose cells are divided by gaps too, they do not.
    """
    if len(glyphs) < 2 * _LEAST_LINES * _LEAST_CHARS:
        return None
    left, right = min(glyph.x0 for glyph in glyphs), max(glyph.x1 for glyph in glyphs)
    size = median(glyph.size for glyph in glyphs)
    gutter = _find_empty_strip(glyphs, left, right, _GUTTER * size)
    if gutter is None:
        return None
    sides = [[glyph for glyph in glyphs if (_middle(glyph) < gutter) == first] for first in (True, False)]
    if min(map(len, sides)) < _SIDE * len(glyphs):
        return None
    texts = all(_is_running_text(side, size, full) for side, full in zip(sides, (_FULL_LEFT, _FULL_RIGHT), strict=True))
    return gutter if texts else None


def _find_empty_strip(glyphs: Sequence[Glyph], left: float, right: float, least: float) -> float | None:
    """The middle of the widest strip in the middle part of a page that hardly any character stands in."""
    bins = [0] * (int((right - left) / _BIN) + 1)
    for glyph in glyphs:
        for at in range(int((glyph.x0 - left) / _BIN), int((glyph.x1 - left - 0.1) / _BIN) + 1):
            bins[min(at, len(bins) - 1)] += 1
    most = _EMPTY * median(bins)
    inner = range(int(len(bins) * _MIDDLE[0]), int(len(bins) * _MIDDLE[1]))
    strips = [list(strip) for empty, strip in groupby(inner, key=lambda at: bins[at] <= most) if empty]
    widest = max(strips, key=len, default=[])
    return left + (widest[0] + widest[-1] + 1) / 2 * _BIN if len(widest) * _BIN >= least else None


def _is_running_text(glyphs: Sequence[Glyph], size: float, least_full: float) -> bool:
    lines = [line for line in group_lines(glyphs) if len(line) >= _LEAST_CHARS]
    if len(lines) < _LEAST_LINES:
        return False
    ends = sorted(max(glyph.x1 for glyph in line) for line in lines)
    edge = ends[-1 - len(ends) // 10]
    return sum(end >= edge - _RAGGED * size for end in ends) >= least_full * len(lines)
