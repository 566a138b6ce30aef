"""office.ledgers.csv_files: the ledgers as CSV say what the workbook says."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from handmade import TEXT, a_digest
from huimou.outputs.office.ledgers.records import WorkbookReport
from huimou.outputs.office.ledgers.workbook import build_workbook

SHEETS = {"review": "工作回顾台账", "plan": "任务台账", "figures": "数据台账"}
HIDDEN = {"行标识", "机器值"}


@pytest.mark.parametrize("words", ["=1+1", "-5", '甲,乙"丙"', "_x0041_", "开展协商。"])
def test_csv_and_workbook_have_the_same_cells(words: str) -> None:
    """Row for row, without the program's columns; what could become a formula has an apostrophe in front."""
    files: dict[str, bytes] = {}
    report = WorkbookReport("临江", a_digest(text=f"{words}\n" * 3, outside=words), words * 3)
    book = openpyxl.load_workbook(io.BytesIO(build_workbook([report], csv_files=files)))
    assert set(files) == set(SHEETS)
    for name, title in SHEETS.items():
        head, *body = book[title].iter_rows(min_row=2, values_only=True)
        shown = [at for at, one in enumerate(head) if one not in HIDDEN]
        found = list(csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))
        assert found[0] == [head[at] for at in shown]
        for row, told in zip(body, found[1:], strict=True):
            for at, text in zip(shown, told, strict=True):
                value = row[at]
                if isinstance(value, str):
                    assert text.removeprefix("'") == value.replace("_x005F_x", "_x")
                    assert not text.startswith(("=", "+", "-", "@"))
                else:
                    assert text == ("" if value is None else f"{value:.15g}")


def test_an_older_workbooks_own_cells_are_in_it() -> None:
    """What a person typed, and a column of their own."""
    first = build_workbook([WorkbookReport("临江", a_digest(), TEXT)])
    book = openpyxl.load_workbook(io.BytesIO(first))
    sheet = book["任务台账"]
    sheet.cell(2, sheet.max_column + 1).value = "我的栏"
    sheet.cell(3, sheet.max_column).value = "我的话"
    out = io.BytesIO()
    book.save(out)
    files: dict[str, bytes] = {}
    build_workbook([WorkbookReport("临江", a_digest(), TEXT)], out.getvalue(), csv_files=files)
    (row,) = csv.DictReader(io.StringIO(files["plan"].decode("utf-8-sig"), newline=""))
    assert row["我的栏"] == "我的话"
