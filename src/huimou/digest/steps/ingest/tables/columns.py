"""What the columns of a table hold, as its header rows say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal, get_args

from huimou.digest.steps.ingest.tables.rows import Cell, TextRow, TextTable
from huimou.language.figures import find_quantities
from huimou.language.rules import get_rule

# In the order in which they are tried; what none of them names is of the kind "other".
_Named = Literal["serial", "who", "helper", "when", "task", "goal", "plain_value", "change", "period"]
_Labelled = Literal["unit", "note", "class", "name"]
ColumnKind = _Named | _Labelled | Literal["other"]
_KINDS: tuple[_Named | _Labelled, ...] = (*get_args(_Named), *get_args(_Labelled))
_RULES = {kind: get_rule(f"tables.{kind}") for kind in _KINDS}
_NOTHING = get_rule("tables.nothing")
_NUMBER = get_rule("tables.number")
_UNIT_IN_HEADER = get_rule("tables.unit_in_header")
_BEFORE_FIGURE = get_rule("tables.before_a_figure")
_UNIT_ABOVE = get_rule("tables.unit_above")
_YEAR = re.compile(r"20\d\d")
_BARE_YEAR = re.compile(r"20\d\d(?:—20\d\d)?")
_ENDS = re.compile(r"[。;!?]")
_LONGEST_NAME = 24
_MOST_HEADERS = 3
_MOST_BEHIND = 2  # characters, as a mark or 多


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        kind: what it holds.
        name: as the header has it, without the unit; empty where it has none, or where the header only says that the
            column holds a number.
        period: the time that its numbers are of, empty where the header names none.
        unit: of its numbers, None where the header does not say.
        header: its name also where that only says that the column holds a number.

    """

    kind: ColumnKind
    name: str = ""
    period: str = ""
    unit: str | None = None
    header: str = ""


@dataclass(frozen=True, slots=True)
class TableShape:
    """The columns of a table, and how many of its rows are its header."""

    columns: tuple[Column, ...]
    headers: int

    def find(self, *kinds: ColumnKind) -> list[int]:
        """Numbers of the columns of these kinds, from 0."""
        return [index for index, column in enumerate(self.columns) if column.kind in kinds]

    @property
    def is_of_tasks(self) -> bool:
        """Whether its rows say what is to be done by when or by whom."""
        return bool(self.find("when", "who", "helper"))

    @property
    def years(self) -> tuple[int, ...]:
        """The years that its columns name."""
        return tuple(int(year) for column in self.columns for year in _YEAR.findall(column.period))


def read_shape(table: TextTable, before: TableShape | None) -> TableShape | None:
    """The columns of a table; None where it has no header that can be read.

    Args:
        table: the rows.
        before: of the table above, if only one line stands between; rows as wide as that one go on with it.

    """
    body = [row for row in table.rows if row.cells]
    headers = list(takewhile(lambda row: is_header_like(row.cells), body[:_MOST_HEADERS]))
    count = _count_headers(headers, body)
    if count:
        widths = Counter(len(row.cells) for row in body[count:])
        width = max(*(len(row.cells) for row in body[:count]), widths.most_common(1)[0][0])
        names = [_name_column([row.cells for row in body[:count]], index) for index in range(width)]
        columns = tuple(map(_read_column, names))
        if columns[0].kind == "other" and _is_of_numbers(body[count:]):
            columns = (Column("serial"), *columns[1:])
        shape = TableShape(columns, count)
        if _is_confirmed(shape, body[count:], by_bars=table.by_bars):
            return shape
    return TableShape(before.columns, 0) if before and not count and _goes_on(body, before) else None


def _goes_on(body: Sequence[TextRow], before: TableShape) -> bool:
    """Whether rows are as wide as the table above and, where that has figures, have some too."""
    wide = max((len(row.cells) for row in body), default=0)
    counted = all(any(is_figure(cell) or is_number(cell) for cell in row.cells) for row in body)
    return wide == len(before.columns) and (before.is_of_tasks or counted)


def find_unit_above(table: TextTable) -> str | None:
    """The unit of all its numbers that the line above the table names."""
    found = _UNIT_ABOVE.search(table.above)
    return found["unit"] if found and find_quantities(f"1{found['unit']}") else None


def is_empty(cell: Cell) -> bool:
    """Whether nothing is said in a cell."""
    return _NOTHING.fullmatch(cell.text) is not None


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number without a unit."""
    return _NUMBER.fullmatch(cell.text) is not None


def is_figure(cell: Cell) -> bool:
    """Whether a cell is one figure and hardly anything besides."""
    found = find_quantities(cell.text)
    if len(found) != 1 or len(cell.text) - found[0].end > _MOST_BEHIND:
        return False
    return not found[0].start or _BEFORE_FIGURE.fullmatch(cell.text, 0, found[0].start) is not None


def is_header_like(cells: Sequence[Cell]) -> bool:
    """Whether cells could be names of columns: short, no sentences, nothing counted."""
    named = [cell.text for cell in cells if cell.text]
    return bool(named) and not any(
        len(name) > _LONGEST_NAME
        or _ENDS.search(name)
        or (_NUMBER.fullmatch(name) and not _BARE_YEAR.fullmatch(name))
        or _counts(name)
        for name in named
    )


def _counts(name: str) -> bool:
    return bool(find_quantities(name)) and not any(rule.fullmatch(name) for rule in _RULES.values())


def _count_headers(headers: Sequence[TextRow], body: Sequence[TextRow]) -> int:
    """How many of the rows that could be header rows are: the first, and those that divide its columns further."""
    if not headers or len(body) < 2:
        return 0
    first = headers[0].cells
    count = 1
    for row in headers[1:]:
        head = row.cells[0].text
        same = head in {"", first[0].text} and len(row.cells) > 1
        known = sum(_classify(strip_unit(cell.text)[0]) != "other" for cell in row.cells[1:] if cell.text)
        if not same or not known:
            break
        count += 1
    return min(count, len(body) - 1)


def _name_column(headers: Sequence[Sequence[Cell]], index: int) -> list[str]:
    """The names of a column in the header rows, the widest first; a cell that covers several columns names each."""
    names: list[str] = []
    for level, cells in enumerate(headers):
        text = cells[index].text if index < len(cells) else ""
        if not text and level < len(headers) - 1:
            text = next((cell.text for cell in reversed(cells[1:index]) if cell.text), "")
        if text and text not in names:
            names.append(text)
    return names


def _is_of_numbers(body: Sequence[TextRow]) -> bool:
    """Whether the first cells of rows only number them."""
    return all(is_empty(row.cells[0]) or is_number(row.cells[0]) for row in body)


def _read_column(names: Sequence[str]) -> Column:
    period, kept, unit = "", [], None
    for name in names:
        bare, own = strip_unit(re.sub(r"\s+", "", name))
        unit = own or unit
        found = _RULES["period"].fullmatch(bare)
        if found:
            period = f"{bare}年" if _BARE_YEAR.fullmatch(bare) else found["when"]
        elif bare:
            kept.append(bare)
    name = "".join(kept)
    kind = _classify(name) if name else "period" if period else "other"
    if kind in {"period", "plain_value"}:
        return Column("period" if period else kind, "", period, unit, name)
    return Column(kind, name, period, unit, name)


def strip_unit(name: str) -> tuple[str, str | None]:
    """A name without the unit that it ends with in brackets, and that unit; folded, as what is given."""
    found = _UNIT_IN_HEADER.fullmatch(name)
    unit = (found["unit"] or found["per"] or found["percent"]) if found else None
    if found and unit and find_quantities(f"1{unit}"):
        return found["name"] or found["before"] or found["bare"], unit
    return name, None


def _classify(name: str) -> ColumnKind:
    return next((kind for kind in _KINDS if _RULES[kind].fullmatch(name)), "other")


def _is_confirmed(shape: TableShape, body: Sequence[TextRow], *, by_bars: bool) -> bool:
    """Whether header and rows fit: the header has known words, or figures stand below names that are no figures."""
    known = [column for column in shape.columns if column.kind != "other" and (column.name or column.kind != "serial")]
    below = any(is_figure(cell) or is_number(cell) for row in body for cell in row.cells[1:])
    if shape.is_of_tasks:
        return len(known) > 1
    return below and (bool(known) or by_bars)
