"""The workbook of a comparison: the page's content, as text, with filters and frozen heads."""

from __future__ import annotations

import io
from typing import Any

import pytest

from compared import a_report
from handmade import a_digest
from huimou.compare.cities import compare_reports
from huimou.compare.cities.to_xlsx import to_xlsx

openpyxl = pytest.importorskip("openpyxl")


def book(*outside: str) -> Any:
    """The workbook of two made reports, and of one whose every string is `outside`."""
    made = [a_report("全年办理提案142件。", "开展“晒一晒”活动。"), a_report("全年办理提案325件。", place="鹿鸣市")]
    return openpyxl.load_workbook(
        io.BytesIO(to_xlsx(compare_reports([*made, *(a_digest(outside=one) for one in outside)])))
    )


def test_it_holds_what_the_page_holds() -> None:
    """Rows side by side, their sources, items, what is only here and what stands apart."""
    sheets = {page.title: [tuple(cell.value for cell in row) for row in page] for page in book()}
    assert list(sheets) == [
        "说明",
        "同口径数字",
        "同口径数字出处",
        "同一事项、口径不同",
        "分领域对照",
        "只在一份报告中",
        "未并列的数字",
    ]
    assert sheets["同口径数字"][1] == ("办理提案（件）", "已做 · 一年 · 本机构", "142件", "325件")
    assert sheets["同口径数字出处"][1][2:7] == ("政协临江市委员会 2022年", "2022年", "142件", 142, "件")
    assert sheets["同口径数字出处"][1][-2:] == ("第1句，字符6–10", "全年办理提案142件。")
    assert sheets["分领域对照"][1][:2] == ("提案工作", "已做")
    assert sheets["只在一份报告中"][1][1] == "晒一晒"


def test_every_sheet_can_be_filtered_and_printed() -> None:
    """Heads stay in sight and repeat, the filter spans the table, pages are A4 landscape."""
    for page in book():
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == page.dimensions
        assert page.page_setup.orientation == "landscape"
        assert page.print_title_rows == "$1:$1"


def test_it_opens_on_what_is_compared() -> None:
    """The figures side by side; where there are none, the next sheet with rows; sources are for the screen only."""
    opened = book()
    assert opened.active.title == "同口径数字"
    assert [page.title for page in opened.worksheets if page.sheet_view.tabSelected] == ["同口径数字"]
    sheet = opened["同口径数字出处"]
    assert sheet.print_area == f"'同口径数字出处'!$A$1:$I${sheet.max_row}"
    apart = compare_reports([a_report("开展协商。"), a_report("开展协商。", place="鹿鸣市")])
    assert openpyxl.load_workbook(io.BytesIO(to_xlsx(apart))).active.title == "分领域对照"


@pytest.mark.parametrize("outside", ["=1+1", "+1", "-1", "@SUM(A1)", "\x07=x", "=" * 40_000])
def test_formulas_stay_text(outside: str) -> None:
    """No cell is a formula, whatever a report says; control characters and lengths that a file cannot hold are gone."""
    cells = [cell for page in book(outside) for row in page for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if isinstance(cell.value, str) and outside.strip("\x07")[:30] in cell.value]
