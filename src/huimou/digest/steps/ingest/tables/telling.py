"""Rows of tables read as sentences: 「大会发言：2023年26篇，2024年31篇。」, 「召开协商会2次（完成时限：6月底前）。」.

The cells stay as they are printed; what parts them is read as words, header and number of the row are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from huimou.digest.steps.ingest.tables.columns import (
    Column,
    TableShape,
    find_unit_above,
    is_empty,
    is_figure,
    is_number,
    read_shape,
    strip_unit,
)
from huimou.digest.steps.ingest.tables.rows import Cell, TextRow, TextTable, find_tables
from huimou.digest.steps.ingest.tables.sentence import RowSentence, ToldRow
from huimou.language.figures import find_quantities
from huimou.language.rules import get_rule

_TERMS = {"who": "责任单位：", "helper": "配合单位：", "when": "完成时限："}
_LABELS = (get_rule("plan_terms.label_of_who"), get_rule("plan_terms.label_of_when"))
_CONTENT = frozenset({"task", "goal", "plain_value", "change", "period"})
_SAYS_SOMETHING = 12  # characters
_ONE_LINE_BETWEEN = 2  # line breaks

_Pair = tuple[Cell, Column]


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
    first = row.cells[0]
    return bool(first.text) and not find_quantities(first.text) and is_figure(row.cells[-1])


def _tell_names_and_figures(row: TextRow) -> ToldRow:
    sentence = RowSentence(row)
    label, named = "", False
    for cell in (cell for cell in row.cells if not is_empty(cell)):
        counts = is_figure(cell)
        sentence.keep(cell, "" if named else "，")
        if counts:
            sentence.name(cell, label, label)
        else:
            label = label + cell.text if named else cell.text
        named = not counts
    return sentence.finish(is_statistics=True)


def _tell_row(row: TextRow, header: _Header, unit: str | None) -> ToldRow:
    filled = [
        (cell, column)
        for cell, column in zip(row.cells, header.shape.columns, strict=False)
        if column.kind != "serial" and not is_empty(cell)
    ]
    unit = next((cell.text for cell, column in filled if column.kind == "unit"), unit)
    told = [pair for pair in filled if pair[1].kind != "unit"]
    return (_tell_task if header.shape.is_of_tasks else _tell_data)(row, told, header, unit)


def _tell_task(row: TextRow, filled: Sequence[_Pair], header: _Header, unit: str | None) -> ToldRow:
    """「召开协商会2次（完成时限：6月底前；责任单位：经济委）。」: the task, and in brackets its terms."""
    main = _find_main(filled)
    if main is None:
        return ToldRow(row.start, row.end)
    sentence = RowSentence(row)
    opened = False
    for cell, column in filled:
        if term := _find_term(column):
            (sentence.keep if column.kind == "when" else sentence.keep_list)(cell, ("；" if opened else "（") + term)
            opened = True
        elif _belongs_to_task(cell, column, main):
            sentence.say("）" if opened else None)
            opened = False
            _keep_beside_task(sentence, (cell, column), main, unit)
    return sentence.finish(header.places, years=header.shape.years, close="）。" if opened else "。")


def _find_term(column: Column) -> str | None:
    """What introduces a cell that says by when or by whom: the name of its column, where that is a usual label."""
    usual = _TERMS.get(column.kind)
    known = usual and any(label.fullmatch(column.name) for label in _LABELS)
    return f"{column.name}：" if known else usual


def _find_main(filled: Sequence[_Pair]) -> Cell | None:
    """The cell that says what is to be done: below 任务, else the first that is a name, else the longest."""
    for kind in ("task", "name", "other", "goal", "class"):
        found = [cell for cell, column in filled if column.kind == kind and not _counts(cell)]
        if found:
            return found[0] if kind != "other" else max(found, key=lambda cell: len(cell.text))
    return None


def _belongs_to_task(cell: Cell, column: Column, main: Cell) -> bool:
    """Whether a cell is told with the task: others only class it, but what counts something is always told."""
    if cell is main or is_number(cell) or find_quantities(cell.text):
        return True
    return cell.start > main.start and (column.kind in _CONTENT or len(cell.text) >= _SAYS_SOMETHING)


def _keep_beside_task(sentence: RowSentence, told: _Pair, main: Cell, unit: str | None) -> None:
    cell, column = told
    if cell is main or cell.start < main.start:
        sentence.keep(cell)
    elif column.kind == "task":
        sentence.keep(cell, "：")
    elif column.kind == "goal":
        sentence.keep(cell, "，目标")
        sentence.say((column.unit or unit) if is_number(cell) else None)
    elif column.kind == "other" and not _counts(cell):
        sentence.keep(cell, "，")
    else:
        _keep_value(sentence, told, main.text.rstrip("。;,: "), unit, "，")
        return
    if cell is not main:
        sentence.name(cell, main.text.rstrip("。;,: "), main.text.rstrip("。;,: "))


def _tell_data(row: TextRow, filled: Sequence[_Pair], header: _Header, unit: str | None) -> ToldRow:
    """「大会发言：2023年26篇，2024年31篇，增长19.2%。」: the name of the row, then its values by their columns."""
    count = next((at for at, (cell, _) in enumerate(filled) if _counts(cell)), len(filled))
    names = filled[: count if count < len(filled) else 1]
    sentence = RowSentence(row)
    label, own = "", None
    for cell, _ in names:
        name, found = strip_unit(cell.text)
        sentence.keep(cell, end=cell.start + len(name))
        label, own = label + name.rstrip("。;,: "), found or own
    aims = bool(header.shape.find("goal"))
    for at, told in enumerate(filled[len(names) :]):
        _keep_value(sentence, told, label, own or unit, "，" if at else "：", aims=aims)
    only_figures = not header.shape.find("goal", "task") and bool(sentence.figures)
    return sentence.finish(header.places, is_statistics=only_figures, years=header.shape.years)


def _counts(cell: Cell) -> bool:
    return is_figure(cell) or is_number(cell)


def _keep_value(
    sentence: RowSentence, told: _Pair, label: str, unit: str | None, before: str, *, aims: bool = False
) -> None:
    """Add a value with the name of its column, and note what it counts.

    Beside aims, what was reached is told as such.
    """
    cell, column = told
    name = column.header if aims and column.kind == "plain_value" else column.name
    reached = "已达" if aims and column.kind == "period" else ""
    said = f"{column.period}{name}{reached}"
    sentence.keep(cell, before + (said if _counts(cell) or not name else f"{said}："))
    if is_number(cell):
        sentence.say(column.unit or (None if column.kind == "change" else unit))
    sentence.name(cell, f"{column.period}{label}{column.name}", f"{label}{column.name}")
