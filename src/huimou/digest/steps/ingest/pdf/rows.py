"""The lines of a page: which characters stand in one line, in which order, and where there is a space between them.

A page that is printed sideways, or in columns from right to left, is turned so that its lines run from left to right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from huimou.digest.steps.ingest.pdf.glyphs import Glyph
from huimou.model.report import PlacedLine, PlacedLineKind

Box = tuple[float, float, float, float]
_ONE_LINE = 0.45  # of the size of the larger font, between the middles of two characters
_LATIN_GAP, _DIGIT_GAP, _WIDE_GAP, _CELL_GAP = 0.2, 0.5, 0.9, 1.8
_MARKS = frozenset("-+*#")  # of an item or a heading, which a space follows
_MARK_GAP = 0.1
_EVEN, _LEAST_EVEN = 0.25, 3
_VERTICAL_PAIRS = 10
_RAISED, _SMALL = 0.2, 0.75
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Turn:
    """How a page is turned for reading.

    Args:
        quarters: right angles by which its lines are turned anticlockwise; of vertical lines, 3.
        width: of the page as shown, in points.
        height: of the page as shown, in points.
        is_vertical: whether its characters stand upright in lines that run downwards.

    """

    quarters: int
    width: float
    height: float
    is_vertical: bool = False

    @property
    def reading_height(self) -> float:
        """Height of the page as it is read."""
        return self.width if self.quarters % 2 else self.height

    @property
    def reading_width(self) -> float:
        """Width of the page as it is read."""
        return self.height if self.quarters % 2 else self.width

    def to_reading(self, glyph: Glyph) -> Glyph:
        """A character with its box on the turned page."""
        if self.quarters == 0:
            return glyph
        first, second = self._turn(glyph.x0, glyph.top), self._turn(glyph.x1, glyph.bottom)
        (x0, top), (x1, bottom) = map(min, first, second), map(max, first, second)
        return replace(glyph, x0=x0, top=top, x1=x1, bottom=bottom)

    def _turn(self, x: float, y: float) -> tuple[float, float]:
        turned = ((x, y), (self.height - y, x), (self.width - x, self.height - y), (y, self.width - x))
        return turned[self.quarters]

    def to_page(self, box: Box) -> Box:
        """The box on the page as it is shown."""
        first, second = self._turn_back(box[0], box[1]), self._turn_back(box[2], box[3])
        x0, x1 = sorted((first[0], second[0]))
        top, bottom = sorted((first[1], second[1]))
        return x0, top, x1, bottom

    def _turn_back(self, x: float, y: float) -> tuple[float, float]:
        turned = ((x, y), (y, self.height - x), (self.width - x, self.height - y), (self.width - y, x))
        return turned[self.quarters]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a page as it is read; lengths in points.

    Args:
        text: without the white space around it.
        edges: where each character begins, and where the last ends.
        top: upper edge.
        bottom: lower edge.
        size: of the font of most of it.
        fonts: of its first and last character.
        cells: the places in `text` of the spaces that stand for gaps as wide as those between the cells of a table.
        page: counted from 1.
        turn: of the page.

    """

    text: str
    edges: tuple[float, ...]
    top: float
    bottom: float
    size: float
    fonts: tuple[int, int]
    cells: tuple[int, ...]
    page: int
    turn: Turn

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.edges[0]

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.edges[-1]

    def print_at(self, start: int, kind: PlacedLineKind) -> PlacedLine:
        """The line at an offset of the text, with its place on the page as shown, in tenths of a point."""
        box = self.turn.to_page((self.x0, self.top, self.x1, self.bottom))
        upright = self.turn.quarters % 2 == 1
        ends = (self.turn.to_page((edge, self.top, edge, self.bottom)) for edge in self.edges)
        edges = tuple(round(end[1 if upright else 0], 1) for end in ends)
        x0, top, x1, bottom = (round(side, 1) for side in box)
        return PlacedLine(start, start + len(self.text), self.page, (x0, top, x1, bottom), edges, upright, kind)


def find_turn(glyphs: Sequence[Glyph], width: float, height: float) -> Turn:
    """How a page must be turned for reading: as most of its lines run; vertical lines are read from the right."""
    counts = Counter(round(glyph.angle / 90) % 4 for glyph in glyphs)
    quarters = counts.most_common(1)[0][0] if counts else 0
    if quarters == 0 and _runs_down(glyphs):
        return Turn(3, width, height, is_vertical=True)
    return Turn(quarters, width, height)


def _runs_down(glyphs: Sequence[Glyph]) -> bool:
    """Whether characters that stand upright follow one another downwards."""
    down = across = 0
    for before, after in pairwise(glyph for glyph in glyphs if glyph.char.strip()):
        right = (after.x0 + after.x1 - before.x0 - before.x1) / 2
        below = after.bottom - before.bottom
        down += abs(right) < 0.4 * before.size and 0.6 * before.size < below < 2.5 * before.size
        across += abs(below) < 0.3 * before.size and right > 0
    return down >= _VERTICAL_PAIRS and down > 2 * across


def group_lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The characters of a turned page by lines, from top to bottom, each from left to right; no line is blank."""
    lines: list[list[Glyph]] = []
    middle = size = 0.0
    for glyph in sorted(glyphs, key=lambda g: (g.top + g.bottom, g.x0)):
        here, own = (glyph.top + glyph.bottom) / 2, glyph.bottom - glyph.top
        if lines and here - middle < _ONE_LINE * max(size, own):
            lines[-1].append(glyph)
            if own > size:
                middle, size = here, own
        else:
            lines.append([glyph])
            middle, size = here, own
    return [sorted(line, key=lambda g: g.x0) for line in lines if any(glyph.char.strip() for glyph in line)]


def build_row(line: Sequence[Glyph], page: int, turn: Turn) -> Row:
    """The line of these characters, which stand from left to right and are not all spaces."""
    inked = [glyph for glyph in line if glyph.char.strip()]
    sizes = Counter(round(glyph.size, 1) for glyph in inked)
    size = max(sizes, key=lambda one: (sizes[one], one))
    base = median(glyph.bottom for glyph in inked if round(glyph.size, 1) == size)
    even = _find_even_gap([after.x0 - before.x1 for before, after in pairwise(inked)])
    chars: list[str] = []
    edges: list[float] = []
    cells: list[int] = []
    for before, glyph in _walk(line):
        if before is not None and _has_space(before, glyph, even, marked=set(chars) <= _MARKS):
            if glyph.x0 - before.x1 - even > _CELL_GAP * size:
                cells.append(len(edges))
            chars.append(" ")
            edges.append(before.x1)
        shown = _write_raised(before, glyph, size, base)
        chars += shown
        edges += [glyph.x0 + (glyph.x1 - glyph.x0) * part / len(shown) for part in range(len(shown))]
    return Row(
        text="".join(chars),
        edges=(*edges, inked[-1].x1),
        top=min(glyph.top for glyph in inked),
        bottom=max(glyph.bottom for glyph in inked),
        size=size,
        fonts=(inked[0].font, inked[-1].font),
        cells=tuple(cells),
        page=page,
        turn=turn,
    )


def _walk(line: Sequence[Glyph]) -> Iterator[tuple[Glyph | None, Glyph]]:
    """The characters between the first and the last that are no spaces, each with the one before it.

    Spaces that were typed stay where nothing stands over them.
    """
    first = next(at for at, glyph in enumerate(line) if glyph.char.strip())
    last = len(line) - next(at for at, glyph in enumerate(reversed(line)) if glyph.char.strip())
    before: Glyph | None = None
    for at in range(first, last):
        glyph = line[at]
        if not glyph.char.strip() and _is_covered(glyph, line[at + 1]):
            continue
        yield before, glyph
        before = glyph


def _is_covered(space: Glyph, after: Glyph) -> bool:
    return after.x0 - space.x0 < (space.x1 - space.x0) / 2


def _find_even_gap(gaps: Sequence[float]) -> float:
    """The gap that a line which is set wide has after every character, else 0."""
    usual = median(gaps) if len(gaps) >= _LEAST_EVEN else 0.0
    even = sum(abs(gap - usual) <= _EVEN * usual for gap in gaps)
    return usual if usual > 0 and 3 * even >= 2 * len(gaps) else 0.0


def _has_space(before: Glyph, glyph: Glyph, even: float, *, marked: bool) -> bool:
    """Whether the gap between two characters is a space that nobody typed.

    `even` is the gap of a line set wide; `marked` is whether there is nothing before it but the mark of an item.
    """
    if not before.char.strip() or not glyph.char.strip():
        return False
    gap, size = glyph.x0 - before.x1, max(before.size, glyph.size)
    if marked and glyph.char not in _MARKS:
        return gap > _MARK_GAP * size
    if gap <= _LATIN_GAP * size:
        return False
    first, second = before.char[-1], glyph.char[0]
    if first.isascii() and second.isascii() and (first.isalpha() or second.isalpha()):
        return True
    if first.isdigit() and second.isdigit():
        return gap > _DIGIT_GAP * size
    return gap - even > _WIDE_GAP * size


def mark_cells(row: Row) -> Row:
    """The line with ` | ` between its cells, as tables of other documents are read."""
    text, edges, last = "", [], 0
    for place in row.cells:
        start, end = row.edges[place], row.edges[place + 1]
        text += f"{row.text[last:place]} | "
        edges += [*row.edges[last : place + 1], start + (end - start) / 3, start + (end - start) * 2 / 3]
        last = place + 1
    return replace(row, text=text + row.text[last:], edges=(*edges, *row.edges[last:]), cells=row.cells)


def _write_raised(before: Glyph | None, glyph: Glyph, size: float, base: float) -> str:
    """The character; a small raised figure, the mark of a note, as a raised figure, except behind letters (m2)."""
    raised = glyph.size < _SMALL * size and base - glyph.bottom > _RAISED * size
    if raised and glyph.char.isdigit() and not (before and before.char.isascii() and before.char.isalpha()):
        return glyph.char.translate(_SUPERSCRIPTS)
    return glyph.char
