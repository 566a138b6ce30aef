"""Rows of tables read as sentences: 「大会发言：2023年26篇，2024年31篇。」, 「召开协商会2次（完成时限：6月底前）。」.

The cells stay as they are printed; what parts them is read as words, header and number of the row are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from huimou.digest.steps.ingest.tables.columns import (
    Column,
    TableShape,
    find_unit_above,
    is_empty,
    is_figure,
    is_number,
    read_shape,
)
from huimou.digest.steps.ingest.tables.rows import Cell, TextRow, TextTable, find_tables
from huimou.language.figures import find_quantities

_TERMS = {"who": "责任单位：", "helper": "配合单位：", "when": "完成时限："}
_ONE_LINE_BETWEEN = 2  # line breaks
_TAIL = "。;；,，、 "
_PIECE = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Kept:
    """Characters of the text that a sentence keeps."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell that is a figure, what it counts with and without its period."""

    start: int
    end: int
    metric: str
    counted: str


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row of which `pieces`, words of ours and ranges of the text, make the sentence; no pieces: it is left out.

    Args:
        start: offset of the row in the text.
        end: offset behind it.
        pieces: in the order of the text.
        cells: those that are figures.
        header: ranges of the header rows whose words are in the sentence.
        is_statistics: whether it only lists figures that are no aims.
        years: that its columns name.

    """

    start: int
    end: int
    pieces: tuple[str | Kept, ...] = ()
    cells: tuple[NamedCell, ...] = ()
    header: tuple[tuple[int, int], ...] = ()
    is_statistics: bool = False
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Header:
    """The header of a table: its columns, the places and words of its rows, and where the table ends."""

    shape: TableShape
    places: tuple[tuple[int, int], ...]
    names: frozenset[tuple[str, ...]]
    end: int


def tell_rows(text: str) -> Iterator[ToldRow]:
    """Every row of every table of a text, in order; rows of what is no table are not among them."""
    before: _Header | None = None
    for table in find_tables(text):
        near = before is not None and text.count("\n", before.end, table.rows[0].start) == _ONE_LINE_BETWEEN
        shape = read_shape(table, before.shape if before and near else None)
        if shape is None:
            before = None
            yield from _tell_unnamed(table)
            continue
        own = [row for row in table.rows if row.cells][: shape.headers]
        if own or before is None:
            names = frozenset(_list_words(row) for row in own)
            before = _Header(shape, tuple((row.start, row.end) for row in own), names, 0)
        before = replace(before, end=table.rows[-1].end)
        unit = find_unit_above(table)
        for row in table.rows:
            if not row.cells or _list_words(row) in before.names:
                yield ToldRow(row.start, row.end)
            elif any(cell.text for cell in row.cells) and len(row.cells) <= len(before.shape.columns):
                yield _tell_row(row, before, unit)


def _list_words(row: TextRow) -> tuple[str, ...]:
    return tuple(cell.text for cell in row.cells)


def _tell_unnamed(table: TextTable) -> Iterator[ToldRow]:
    """Rows without a header, of names and figures: 「提案 | 325件 | 会议 | 12次」; none where others are among them."""
    body = [row for row in table.rows if row.cells]
    if not table.by_bars or not all(_is_name_and_figures(row) for row in body):
        return
    for row in table.rows:
        yield _tell_names_and_figures(row) if row.cells else ToldRow(row.start, row.end)


def _is_name_and_figures(row: TextRow) -> bool:
    first, *rest = row.cells
    return bool(first.text) and not find_quantities(first.text) and any(map(is_figure, rest)) and is_figure(rest[-1])


def _tell_names_and_figures(row: TextRow) -> ToldRow:
    sentence = _RowSentence(row)
    label = ""
    for cell in row.cells:
        if is_empty(cell):
            continue
        if is_figure(cell):
            sentence.keep(cell, "" if sentence.ends_with_name else "，")
            sentence.name(cell, label, label)
        else:
            label = cell.text if not sentence.ends_with_name else label + cell.text
            sentence.keep(cell, "" if sentence.ends_with_name else "，", is_name=True)
    return sentence.finish((), is_statistics=True, years=())


@dataclass(slots=True)
class _RowSentence:
    """The sentence of a row as it grows."""

    row: TextRow
    pieces: list[str | Kept] = field(default_factory=list)
    cells: list[NamedCell] = field(default_factory=list)
    ends_with_name: bool = False

    def keep(self, cell: Cell, before: str, *, is_name: bool = False, lists: bool = False) -> None:
        """Add a cell behind words of ours, which open no sentence with a mark; words of a list get commas."""
        words = cell.text.rstrip(_TAIL)
        if not self.pieces:
            before = before.lstrip("，；：")
        if before:
            self.pieces.append(before)
        for number, piece in enumerate(_PIECE.finditer(words) if lists else re.finditer(r"(?s).+", words)):
            self.pieces += ["、"] if number else []
            self.pieces.append(Kept(cell.start + piece.start(), cell.start + piece.end()))
        self.ends_with_name = is_name

    def say(self, words: str) -> None:
        """Add words of ours."""
        self.pieces.append(words)

    def name(self, cell: Cell, metric: str, counted: str) -> None:
        """Note what a cell that is a figure counts."""
        if metric:
            self.cells.append(NamedCell(cell.start, cell.end, metric, counted))

    def finish(
        self, header: tuple[tuple[int, int], ...], *, is_statistics: bool, years: tuple[int, ...], close: str = "。"
    ) -> ToldRow:
        """The row with its sentence; without pieces where nothing of it is kept."""
        if not any(isinstance(piece, Kept) for piece in self.pieces):
            return ToldRow(self.row.start, self.row.end)
        pieces = (*self.pieces, close)
        return ToldRow(self.row.start, self.row.end, pieces, tuple(self.cells), header, is_statistics, years)


def _tell_row(row: TextRow, header: _Header, unit: str | None) -> ToldRow:
    shape = header.shape
    filled = [
        (cell, column)
        for cell, column in zip(row.cells, shape.columns, strict=False)
        if column.kind != "serial" and not is_empty(cell)
    ]
    if shape.is_of_tasks:
        return _tell_task(row, filled, shape)
    return _tell_data(row, filled, header, unit)


def _tell_task(row: TextRow, filled: Sequence[tuple[Cell, Column]], shape: TableShape) -> ToldRow:
    """「召开协商会2次（完成时限：6月底前；责任单位：经济委）。」: the task, and in brackets its terms."""
    main = _find_main(filled)
    if main is None:
        return ToldRow(row.start, row.end)
    sentence = _RowSentence(row)
    opened = False
    for cell, column in filled:
        if column.kind in _TERMS:
            sentence.keep(cell, ("；" if opened else "（") + _TERMS[column.kind], lists=column.kind != "when")
            opened = True
            continue
        if not _belongs_to_task(cell, column, main):
            continue
        if opened:
            sentence.say("）")
        opened = False
        sentence.keep(cell, _introduce(cell, column, main))
        if is_figure(cell) and cell is not main:
            sentence.name(cell, main.text.rstrip(_TAIL), main.text.rstrip(_TAIL))
    return sentence.finish((), is_statistics=False, years=shape.years, close="）。" if opened else "。")


def _find_main(filled: Sequence[tuple[Cell, Column]]) -> Cell | None:
    """The cell that says what is to be done: below 任务, else the first that is a name, else the longest."""
    for kinds in (("task",), ("name", "goal"), ("other",)):
        found = [
            cell for cell, column in filled if column.kind in kinds and not is_figure(cell) and not is_number(cell)
        ]
        if found:
            return found[0] if kinds != ("other",) else max(found, key=lambda cell: len(cell.text))
    return None


def _belongs_to_task(cell: Cell, column: Column, main: Cell) -> bool:
    """Whether a cell is told with the task: what is left of it only classes it, unless it counts something."""
    if cell is main or find_quantities(cell.text):
        return True
    return cell.start > main.start and column.kind not in {"note", "unit"}


def _introduce(cell: Cell, column: Column, main: Cell) -> str:
    if cell is main or cell.start < main.start:
        return ""
    if column.kind == "goal":
        return "，目标"
    return "：" if column.kind == "task" else "，"


def _tell_data(
    row: TextRow,
    filled: Sequence[tuple[Cell, Column]],
    header: _Header,
    unit: str | None,
) -> ToldRow:
    """「大会发言：2023年26篇，2024年31篇，增长19.2%。」: the name of the row, then its values by their columns."""
    own_unit = next((cell.text for cell, column in filled if column.kind == "unit"), unit)
    values = [pair for pair in filled if pair[1].kind != "unit"]
    split = next((at for at, (cell, _) in enumerate(values) if is_figure(cell) or is_number(cell)), len(values))
    split = max(split, 1) if values and not (is_figure(values[0][0]) or is_number(values[0][0])) else split
    names = values[:split] if split < len(values) else values[:1]
    sentence = _RowSentence(row)
    for cell, _ in names:
        sentence.keep(cell, "")
    label = "".join(cell.text.rstrip(_TAIL) for cell, _ in names)
    for at, (cell, column) in enumerate(values[len(names) :]):
        said = column.period + column.name
        counts = is_figure(cell) or is_number(cell)
        sentence.keep(cell, ("，" if at else "：") + said + ("" if counts or not column.name else "为"))
        if is_number(cell) and (added := column.unit or own_unit):
            sentence.say(added)
        if counts:
            sentence.name(cell, f"{column.period}{label}{column.name}", f"{label}{column.name}")
    only_figures = not header.shape.find("goal", "task") and bool(sentence.cells)
    return sentence.finish(header.places, is_statistics=only_figures, years=header.shape.years)
