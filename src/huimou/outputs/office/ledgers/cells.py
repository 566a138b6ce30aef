"""Writing, reading, hashing and styling cells of a worksheet."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from copy import copy
from hashlib import sha256
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.dimensions import RowDimension

from huimou.outputs.formula_text import FORMULA_STARTS

_LONGEST = 32_767
_CUT = "……（过长，下略）"
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HIGHEST, _LINE_HEIGHT, _WIDTH, _WIDE = 409, 14.5, 13, 0x1100
_MOST_ASIDE = 3  # lines
_WIDE_COLUMNS = 2.15  # of the default font, which a Chinese character of 11 points takes
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_LINE = Side(style="thin", color="FFB0B0B0")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FONT, _BOLD = Font(name="宋体", size=11), Font(name="宋体", size=11, bold=True)
_LARGE = Font(name="黑体", size=16)
_HEAD = PatternFill("solid", fgColor="FFE7E6E6")
_TEXT = Alignment(vertical="center", wrap_text=True)
_AMOUNT = Alignment(horizontal="right", vertical="center", wrap_text=True, indent=1)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def write_cell(cell: Any, value: float | str | None) -> None:
    """Write a value into a cell; text never becomes a formula, whatever it begins with."""
    if not isinstance(value, str) or not value:
        cell.value = None if value == "" else value
        return
    text = _UNFIT.sub("\ufffd", value)
    cell.value = _ESCAPED.sub("_x005F_", text if len(text) <= _LONGEST else text[: _LONGEST - len(_CUT)] + _CUT)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(FORMULA_STARTS)


def read_cell(cell: Any) -> str:
    """The content of a cell as text; the same after any spreadsheet program has saved the file."""
    value = cell.value
    if value is None or isinstance(cell, MergedCell):
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.15g}"
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("_x005F_x", "_x")


def hash_value(value: float | str | None) -> str:
    """A short hash of the content that a cell has once `write_cell` wrote this value."""
    if value is None or value == "":
        return ""
    if isinstance(value, (int, float)):
        return _hash(f"{value:.15g}")
    text = _UNFIT.sub("\ufffd", value)
    return _hash(text if len(text) <= _LONGEST else text[: _LONGEST - len(_CUT)] + _CUT)


def hash_cell(cell: Any) -> str:
    """The short hash of a cell's content."""
    text = read_cell(cell)
    return _hash(text) if text else ""


def is_locked(cell: Any) -> bool:
    """Whether a cell is covered by a merged one and cannot be written."""
    return isinstance(cell, MergedCell)


def style_heading(cell: Any) -> None:
    """Style the heading of a worksheet, which runs over the columns beside it."""
    cell.font, cell.alignment = _LARGE, Alignment(horizontal="centerContinuous", vertical="center")


def style_head(cell: Any) -> None:
    """Style the title of a column."""
    cell.font, cell.fill, cell.border, cell.alignment = _BOLD, _HEAD, _BORDER, _MIDDLE


def style_cell(cell: Any, known: dict[tuple[str, bool], Any]) -> None:
    """Style a cell of a row; `known` holds the styles of the workbook so far, which openpyxl is slow to look up."""
    value = cell.value
    form = "General"
    if isinstance(value, (int, float)):
        form = "#,##0" if value == int(value) else "#,##0.##########"
    look = (form, bool(cell.quotePrefix))
    if look not in known:
        align = _TEXT if form == "General" else _AMOUNT
        cell.font, cell.border, cell.alignment, cell.number_format = _FONT, _BORDER, align, form
        known[look] = cell._style  # noqa: SLF001 (as openpyxl's documentation copies looks)
    cell._style = copy(known[look])  # noqa: SLF001


def fit_height(worksheet: Any, row: int, aside: Collection[int] = ()) -> None:
    """Make a row as high as its text needs by the widths of its columns, but not lower than it is.

    The height is not marked as the user's, so that the spreadsheet program fits it again when a cell is edited.

    Args:
        worksheet: the worksheet.
        row: number of the row.
        aside: numbers of the columns that are not printed; a long text in them does not make the row high on paper.

    """
    need = 1
    for cell in worksheet[row]:
        lines = _lines_in(worksheet, cell)
        need = max(need, min(lines, _MOST_ASIDE) if cell.column in aside else lines)
    dimension = worksheet.row_dimensions[row]
    dimension.ht = max(dimension.ht or 0, min(_HIGHEST, need * _LINE_HEIGHT + 4))
    dimension.__class__ = _FittedRow


class _FittedRow(RowDimension):  # type: ignore[misc] # openpyxl has no types
    """A row whose height spreadsheet programs may change, as it is not marked as the user's."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 (openpyxl's name)
        return False


def _lines_in(worksheet: Any, cell: Any) -> int:
    if is_locked(cell) or cell.value is None:
        return 1
    dimension = worksheet.column_dimensions.get(cell.column_letter)
    if dimension is not None and dimension.hidden:
        return 1
    width = max(1.0, (dimension.width if dimension is not None else _WIDTH) - 1)
    return sum(max(1, math.ceil(_columns(part) / width)) for part in read_cell(cell).split("\n"))


def _columns(text: str) -> float:
    return sum(_WIDE_COLUMNS if ord(char) >= _WIDE else 1 for char in text)


def _hash(text: str) -> str:
    return sha256(text.strip().encode(errors="replace")).hexdigest()[:10]
