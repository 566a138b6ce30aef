"""A new worksheet for a ledger: its heading, its titles, and how it is shown and printed.

It prints on A4 across, one page wide, the titles on each page. What is printed stands in front, without a gap; behind
it what is only for the screen, and last what is folded away.
"""

from __future__ import annotations

from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from huimou.outputs.office.ledgers.cells import style_head, style_heading, write_cell
from huimou.outputs.office.ledgers.layout import STATES, LedgerColumn, LedgerSheet
from huimou.outputs.office.ledgers.places import NAME, name_cell

HEAD = 2
"""The row of titles in a new worksheet, below the heading."""
_LAST_ROW = 1_048_576
_HEADING_HEIGHT, _HEAD_HEIGHT = 34, 36
_FOOTER = "第&P页，共&N页"
_A4 = 9


def create_worksheet(book: Any, sheet: LedgerSheet) -> Any:
    """A worksheet of a ledger at the end of the workbook, without rows."""
    worksheet = book.create_sheet(_find_free_title(book, sheet.title))
    for at, column in enumerate(sheet.columns, start=1):
        write_title(worksheet, column, HEAD, at)
    name_cell(worksheet, f"{NAME}{sheet.name}", HEAD, 1)
    shown = next(at for at, column in enumerate(sheet.columns, start=1) if not column.hidden)
    write_cell(worksheet.cell(1, shown), sheet.heading or sheet.title)
    for at in range(shown, max(at for at, column in enumerate(sheet.columns, start=1) if column.printed) + 1):
        style_heading(worksheet.cell(1, at))
    worksheet.row_dimensions[1].height, worksheet.row_dimensions[HEAD].height = _HEADING_HEIGHT, _HEAD_HEIGHT
    worksheet.freeze_panes = worksheet.cell(HEAD + 1, shown + 1)
    for selection in worksheet.sheet_view.selection:
        selection.activeCell = selection.sqref = "A1"  # as any program writes it
    _set_up_page(worksheet)
    return worksheet


def open_on(book: Any, title: str) -> None:
    """Let a workbook open on the worksheet of this title."""
    book.active = book[title]
    for worksheet in book.worksheets:
        worksheet.sheet_view.tabSelected = worksheet.title == title


def write_title(worksheet: Any, column: LedgerColumn, row: int, at: int) -> None:
    """Write the title of a column, its width, its hidden name, and the list that its cells are picked from."""
    cell, letter = worksheet.cell(row, at), get_column_letter(at)
    write_cell(cell, column.title)
    style_head(cell)
    dimension = worksheet.column_dimensions[letter]
    dimension.width, dimension.hidden = column.width, column.hidden or column.folded
    dimension.outlineLevel = int(column.folded)
    if column.field:
        name_cell(worksheet, NAME + column.field, row, at)
    if column.title in STATES:
        offered = DataValidation(type="list", formula1=f'"{",".join(STATES[column.title])}"', allow_blank=True)
        offered.showDropDown = False  # of this element true means hidden
        offered.errorStyle, offered.errorTitle, offered.error = "warning", column.title, "请从下拉列表中选择"
        offered.add(f"{letter}{row + 1}:{letter}{_LAST_ROW}")
        worksheet.add_data_validation(offered)


def _set_up_page(worksheet: Any) -> None:
    worksheet.print_title_rows = f"{HEAD}:{HEAD}"
    setup, margins = worksheet.page_setup, worksheet.page_margins
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", _A4, 1, 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.5, 0.6
    margins.header = margins.footer = 0.3
    worksheet.print_options.horizontalCentered = True
    worksheet.oddFooter.center.text = _FOOTER


def _find_free_title(book: Any, title: str) -> str:
    taken = {one.title.casefold() for one in book.worksheets}
    return next(t for t in (title, *(f"{title}{n}" for n in range(2, len(taken) + 3))) if t.casefold() not in taken)
