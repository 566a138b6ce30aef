"""The rows of a table as lines: cells parted by " | ", each in its column, whatever is merged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.language.figures import find_quantities

SEPARATOR = " | "
_NUMBERS = re.compile(r"[\d\s.,%+-]+")
_LONGEST_CELL = 300  # characters; a longer cell is a page laid out as a table
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table.

    Args:
        lines: of text.
        width: how many columns it covers.
        height: how many rows it covers.
        goes_on: whether it is part of the cell above it.
        nested: whether it holds a table of its own.

    """

    lines: tuple[str, ...]
    width: int = 1
    height: int = 1
    goes_on: bool = False
    nested: bool = False

    @property
    def text(self) -> str:
        """All its lines in one."""
        return " ".join(" ".join(self.lines).split())


def write_rows(rows: Sequence[Sequence[GridCell]]) -> Iterator[str]:
    """The lines of a table.

    A cell over several columns stands in the first of them. A cell over several rows stands in each of them, but if it
    counts something only in the first, so that nothing is counted twice. A row of one cell, and a table that only lays
    out a page, are lines of their own.
    """
    above: dict[int, tuple[GridCell, int]] = {}
    laid_out = all(len(row) == 1 and row[0].height == 1 for row in rows) or any(map(_is_layout, rows))
    for row in rows:
        above, placed = _place_cells(row, above)
        if laid_out or len(placed) == 1:
            yield from (line for cell in row if not cell.goes_on for line in cell.lines)
            continue
        texts = [placed.get(column, "") for column in range(max(placed, default=-1) + 1)]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield SEPARATOR.join(texts)


def _place_cells(
    row: Sequence[GridCell], above: dict[int, tuple[GridCell, int]]
) -> tuple[dict[int, tuple[GridCell, int]], dict[int, str]]:
    """What reaches into the next row, by column, and the texts of this row, by column."""
    below: dict[int, tuple[GridCell, int]] = {}
    texts: dict[int, str] = {}
    column = 0
    for cell in row:
        column = _carry_on(column, above, below, texts)
        kept = above[column][0] if cell.goes_on and column in above else cell
        texts[column] = _repeat_text(kept) if cell.goes_on else cell.text
        if cell.goes_on or cell.height > 1:
            below[column] = (kept, cell.height - 1)
        elif not cell.goes_on:
            below[column] = (cell, 0)
        column += max(cell.width, 1)
    _carry_on(column, above, below, texts)
    return below, texts


def _carry_on(
    column: int,
    above: dict[int, tuple[GridCell, int]],
    below: dict[int, tuple[GridCell, int]],
    texts: dict[int, str],
) -> int:
    """The first column from this one that no cell of a row above covers; what covers it is put down."""
    while column in above and above[column][1] > 0:
        cell, left = above[column]
        texts[column] = _repeat_text(cell)
        below[column] = (cell, left - 1)
        column += max(cell.width, 1)
    return column


def _repeat_text(cell: GridCell) -> str:
    return "" if find_quantities(cell.text) or _NUMBERS.fullmatch(cell.text) else cell.text


def _is_layout(row: Sequence[GridCell]) -> bool:
    return any(
        cell.nested or len(cell.text) > _LONGEST_CELL or sum(map(bool, cell.lines)) > _MOST_LINES for cell in row
    )
