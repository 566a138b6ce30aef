"""Finding a ledger's columns in a worksheet that a person or another program has changed.

Hidden names follow columns that a spreadsheet program moves or renames. Programs that move cells without their names
leave them on the wrong columns; where names and titles disagree, the titles count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.cell import column_index_from_string
from openpyxl.workbook.defined_name import DefinedName

from huimou.outputs.office.ledgers.cells import read_cell
from huimou.outputs.office.ledgers.layout import LedgerSheet

NAME = "huimou_"
TITLES_THAT_TELL = 5
_CELL = re.compile(r"\$([A-Z]{1,3})\$(\d+)$")
_HEAD_WITHIN = 30


@dataclass(frozen=True, slots=True)
class LedgerLocation:
    """The row of a ledger's titles and its columns by field; `moved` if they no longer stand where their names are."""

    head: int
    columns: Mapping[str, int]
    moved: bool = False


def locate_ledger(worksheet: Any, sheet: LedgerSheet) -> LedgerLocation:
    """Find a ledger by hidden names, or by titles where names lack or are wrong; without columns if neither helps."""
    titles = {column.field: column.title for column in sheet.columns if column.field}
    named = _locate_by_names(worksheet, titles)
    if named.columns and _names_agree(worksheet, named, titles):
        kept = {
            field: at
            for field, at in named.columns.items()
            if read_cell(worksheet.cell(named.head, at)) or _is_used(worksheet, named.head, at)
        }
        return LedgerLocation(named.head, kept)
    fields = {title: field for field, title in titles.items()}
    rows = [_match_titles(worksheet, row, fields) for row in range(1, _HEAD_WITHIN + 1)]
    best = max(range(len(rows)), key=lambda index: len(rows[index]))
    if named.columns and len(rows[best]) < TITLES_THAT_TELL:
        return LedgerLocation(named.head, {})
    return LedgerLocation(best + 1, rows[best], moved=bool(named.columns))


def name_cell(worksheet: Any, name: str, row: int, at: int) -> None:
    """Set the hidden name of a title's cell."""
    target = f"{quote_sheetname(worksheet.title)}!${get_column_letter(at)}${row}"
    worksheet.defined_names[name] = DefinedName(name, attr_text=target, hidden=True)


def find_named_cell(worksheet: Any, name: str) -> tuple[int, int] | None:
    """Row and column of the cell that has a hidden name; None where the name is gone."""
    defined = worksheet.defined_names.get(name)
    match = _CELL.search(defined.attr_text or "") if defined is not None else None
    return (int(match[2]), column_index_from_string(match[1])) if match else None


def _locate_by_names(worksheet: Any, titles: Mapping[str, str]) -> LedgerLocation:
    found: dict[str, int] = {}
    heads: list[int] = []
    for field in titles:
        if at := find_named_cell(worksheet, NAME + field):
            heads.append(at[0])
            found[field] = at[1]
    return LedgerLocation(max(set(heads), key=heads.count) if heads else 1, found)


def _names_agree(worksheet: Any, named: LedgerLocation, titles: Mapping[str, str]) -> bool:
    """Whether no name stands on a column with another's title, nor on an untitled one while its title is elsewhere."""
    heads = {cell.column: read_cell(cell) for cell in worksheet[named.head]} if named.head <= worksheet.max_row else {}
    known, printed = set(titles.values()), set(heads.values())
    over = {field: heads.get(at, "") for field, at in named.columns.items()}
    if not any(over.values()):
        return False
    return not any(
        title != titles[field] and (title in known or (not title and titles[field] in printed))
        for field, title in over.items()
    )


def _is_used(worksheet: Any, head: int, at: int) -> bool:
    return any(worksheet.cell(row, at).value is not None for row in range(head + 1, worksheet.max_row + 1))


def _match_titles(worksheet: Any, row: int, fields: Mapping[str, str]) -> dict[str, int]:
    cells = worksheet[row] if row <= worksheet.max_row else ()
    found = {read_cell(cell): cell.column for cell in reversed(cells)}
    return {field: found[title] for title, field in fields.items() if title in found}
