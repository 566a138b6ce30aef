"""The ledgers of a workbook as CSV: what stands in it, a person's cells too, without the columns of the program."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from huimou.outputs.formula_text import disarm_formula
from huimou.outputs.office.ledgers.cells import read_cell
from huimou.outputs.office.ledgers.layout import KEY, PRINTS, TITLES
from huimou.outputs.office.ledgers.places import NAME, find_named_cell

_BOM = "utf-8-sig"  # Excel takes a file without the mark for the system's own encoding


def to_csv_files(book: Any) -> Mapping[str, bytes]:
    """The ledgers of a workbook as CSV files in UTF-8 with a byte order mark, by name: review, plan, figures.

    Args:
        book: a workbook of openpyxl that huimou has filled.

    """
    found = {}
    for name in TITLES:
        places = ((one, find_named_cell(one, f"{NAME}{name}")) for one in book.worksheets)
        ledger = next(((one, at[0]) for one, at in places if at), None)
        if ledger:
            found[name] = _write_csv(*ledger)
    return found


def _write_csv(worksheet: Any, head: int) -> bytes:
    hidden = {at[1] for name in (KEY, PRINTS) if (at := find_named_cell(worksheet, f"{NAME}{name}"))}
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in worksheet.iter_rows(min_row=head):
        cells = [_write_plainly(cell) for cell in row if cell.column not in hidden]
        if any(cells):
            writer.writerow(cells)
    return out.getvalue().encode(_BOM)


def _write_plainly(cell: Any) -> str:
    """A cell's content; text that a spreadsheet program would take for a formula has an apostrophe in front."""
    text = read_cell(cell)
    return disarm_formula(text) if isinstance(cell.value, str) else text
