"""The lines of all pages in the order of reading, each with the part of the page that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from huimou.digest.steps.ingest.pdf.columns import FlowLine, find_gutters, order_lines
from huimou.digest.steps.ingest.pdf.glyphs import Glyph, PageGlyphs
from huimou.digest.steps.ingest.pdf.margins import find_body_size, find_margins
from huimou.digest.steps.ingest.pdf.rows import Row, Turn, build_row, find_turn, group_lines, mark_cells
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.report import PlacedLineKind

_NOTE = get_rule("reading.note_at_foot")
_SMALLER = 0.92
_LEAST_TABLE = 2


class Zone(IntEnum):
    """Parts of a page in the order in which they are read."""

    HEAD = 0
    BODY = 1
    NOTES = 2
    FOOT = 3
    BESIDE = 4


@dataclass(frozen=True, slots=True)
class ZonedRow:
    """A line with its column (0 the whole width, 1 the left, 2 the right), its kind, and its part of the page."""

    row: Row
    column: int
    kind: PlacedLineKind
    zone: Zone


@dataclass(frozen=True, slots=True)
class _TurnedPage:
    """A page turned for reading: the characters of its lines; lines that run in another direction apart."""

    number: int
    turn: Turn
    lines: Sequence[Sequence[Glyph]]
    beside: Sequence[Row]


def read_lines(pages: Sequence[PageGlyphs], glyphs: Sequence[Sequence[Glyph]]) -> list[ZonedRow]:
    """The lines of all pages; `glyphs` are the characters of each that are read."""
    turned = [_turn_page(number, *both) for number, both in enumerate(zip(pages, glyphs, strict=True), 1)]
    whole = [[build_row(line, page.number, page.turn) for line in page.lines] for page in turned]
    kinds = find_margins(whole)
    size = find_body_size(whole)
    bodies = [[line for at, line in enumerate(page.lines) if (page.number, at) not in kinds] for page in turned]
    found: list[ZonedRow] = []
    for page, rows, body, gutter in zip(turned, whole, bodies, find_gutters(bodies), strict=True):
        edges = [(row, kinds.get((page.number, at))) for at, row in enumerate(rows)]
        found += [ZonedRow(row, 0, kind, _find_edge_zone(row)) for row, kind in edges if kind]
        found += _read_body(page, order_lines(body, gutter), size)
        found += [ZonedRow(row, 0, "body", Zone.BESIDE) for row in page.beside]
    return found


def _turn_page(number: int, page: PageGlyphs, glyphs: Sequence[Glyph]) -> _TurnedPage:
    turn = find_turn(glyphs, page.width, page.height)
    own = turn.quarters if turn.quarters != 3 or not turn.is_vertical else 0
    along = [turn.to_reading(glyph) for glyph in glyphs if round(glyph.angle / 90) % 4 == own]
    beside: list[Row] = []
    for quarter in range(4):
        if quarter != own:
            other = Turn(quarter, page.width, page.height)
            across = [other.to_reading(glyph) for glyph in glyphs if round(glyph.angle / 90) % 4 == quarter]
            beside += [build_row(line, number, other) for line in group_lines(across)]
    return _TurnedPage(number, turn, group_lines(along), beside)


def _find_edge_zone(row: Row) -> Zone:
    return Zone.HEAD if row.top + row.bottom < row.turn.reading_height else Zone.FOOT


def _read_body(page: _TurnedPage, flow: Sequence[FlowLine], size: float) -> list[ZonedRow]:
    """The lines of the body of a page, column by column, tables with their cells marked, and the notes at its foot."""
    rows = _mark_tables([build_row(line.glyphs, page.number, page.turn) for line in flow])
    notes = len(rows) - _count_notes(rows, size)
    return [
        ZonedRow(row, line.column, "body", Zone.BODY if at < notes else Zone.NOTES)
        for at, (row, line) in enumerate(zip(rows, flow, strict=True))
    ]


def _mark_tables(rows: Sequence[Row]) -> list[Row]:
    marked: list[Row] = []
    for divided, run in groupby(rows, key=lambda row: bool(row.cells)):
        own = list(run)
        marked += [mark_cells(row) for row in own] if divided and len(own) >= _LEAST_TABLE else own
    return marked


def _count_notes(rows: Sequence[Row], size: float) -> int:
    """How many lines at the foot of a page are notes: smaller than the body, the first with the mark of a note."""
    small = 0
    for row in reversed(rows):
        if row.size > _SMALLER * size:
            break
        small += 1
    starts = [at for at in range(len(rows) - small, len(rows)) if _NOTE.match(fold(rows[at].text))]
    return len(rows) - starts[0] if starts and small < len(rows) else 0
