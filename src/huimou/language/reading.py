"""What `digest.steps.ingest.reading` makes of a text: the view without its damage, what was set aside, its tables."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from huimou.language.text import View
from huimou.model.report import Problem, Quantity

AsideReason = Literal[
    "page_number", "running_head", "watermark", "translation", "html_residue", "mojibake", "boilerplate", "table_header"
]


@dataclass(frozen=True, slots=True)
class Aside:
    """A range that is set aside; `text[start:end]` is the line as printed, without the white space around it."""

    start: int
    end: int
    reason: AsideReason


@dataclass(frozen=True, slots=True)
class CountedCell:
    """A table cell that is one figure.

    Args:
        start: offset in the text.
        end: offset behind its last character.
        metric: what it counts, with its period: name of the row, and of the column where that says more.
        counted: the same without the period.

    """

    start: int
    end: int
    metric: str
    counted: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table that is read as a sentence.

    Args:
        start: offset in the text.
        end: offset behind its last character.
        header: start and end of the header rows whose words the sentence uses.
        cells: those that are figures.
        is_statistics: whether it only lists figures that are no aims.
        years: named by its columns.

    """

    start: int
    end: int
    header: tuple[tuple[int, int], ...]
    cells: tuple[CountedCell, ...]
    is_statistics: bool
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CleanReading:
    """The text as it is read; lines set aside, problems and table rows have their places in the text itself."""

    view: View
    asides: tuple[Aside, ...]
    problems: tuple[Problem, ...]
    rows: tuple[TableRow, ...] = ()

    def find_row(self, start: int, end: int) -> TableRow | None:
        """The table row that a range of the text lies in."""
        index = bisect_right(self.rows, start, key=lambda row: row.start) - 1
        return self.rows[index] if index >= 0 and end <= self.rows[index].end else None

    def place_rows(self) -> Mapping[int, TableRow]:
        """The table rows, each by the offset in the view at which its sentence begins."""
        return {bisect_left(self.view.origin, row.start): row for row in self.rows}


def name_counted_cells(figures: Sequence[Quantity], reading: CleanReading) -> tuple[Quantity, ...]:
    """The figures of the view, those that are a table cell with what row and column say that they count."""
    if not reading.rows:
        return tuple(figures)
    cells = [cell for row in reading.rows for cell in row.cells]
    starts = [cell.start for cell in cells]
    named: list[Quantity] = []
    for figure in figures:
        start, end = reading.view.map_back(figure.start, figure.end)
        index = bisect_right(starts, start) - 1
        cell = cells[index] if index >= 0 and end <= cells[index].end else None
        named.append(replace(figure, metric=cell.metric, counted=cell.counted) if cell else figure)
    return tuple(named)
