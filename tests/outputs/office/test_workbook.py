"""office.workbook: what a workbook of ledgers holds and how it is laid out."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from handmade import TEXT, a_digest
from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.office import to_xlsx
from huimou.outputs.office.ledgers.records import WorkbookReport
from huimou.outputs.office.ledgers.workbook import build_workbook, list_losses
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))
HEAD = 2
PLAN, REVIEW, FIGURES = "任务台账", "工作回顾台账", "数据台账"
FORMULA = '=HYPERLINK("http://x","y")'


def book_of(data: bytes) -> Any:
    """The workbook in these bytes."""
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(sheet: Any) -> list[dict[str, Any]]:
    """Rows by title of column."""
    head, *body = sheet.iter_rows(min_row=HEAD, values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def digest_of(path: Path) -> Digest:
    """An accepted digest."""
    return from_json(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_every_item_and_figure_has_its_row(path: Path) -> None:
    """In the order of the digest, with its source; figures in the sentence of the report that holds them."""
    digest, text = digest_of(path), (ROOT / "seeds" / f"{path.stem}.txt").read_bytes().decode()
    data = to_xlsx(digest, text)
    assert data == to_xlsx(digest, text)
    book = book_of(data)
    assert book.sheetnames == [REVIEW, PLAN, FIGURES]
    review, plan = digest.year_review, digest.next_year_plan
    assert [row["编号"] for row in rows(book[REVIEW])] == [i.id for i in (*review.achievements, *review.shortcomings)]
    assert [row["工作任务"] for row in rows(book[PLAN])] == [task.summary for task in plan.tasks]
    for row, figure in zip(rows(book[FIGURES]), digest.figures, strict=True):
        assert row["数量（原文写法）"] == figure.quote
        assert row["数值"] == figure.value
        assert "".join(figure.quote.split()) in "".join(row["原文"].split())
        assert row["出处"].startswith(f"{path.stem}.txt·第")
        assert row["出处"].endswith(f"·{figure.start}–{figure.end}字")


def test_blanks_are_honest_and_the_users_own_are_empty() -> None:
    """What the report does not state is said once; the columns for people are empty, the state is the machine's."""
    (row,) = rows(book_of(to_xlsx(a_digest(), TEXT))[PLAN])
    assert (row["目标"], row["原文未载明"], row["核对状态"]) == ("原文未载明", "目标、时限、责任单位", "机器")
    own = ("完成时限", "牵头领导", "牵头委室", "协作委室和部门", "责任人", "进展情况", "完成状态", "备注")
    assert [row[title] for title in own] == [None] * len(own)


def test_layout_is_for_paper_and_screen() -> None:
    """A4 landscape on one page's width, titles on each page and frozen, filter, lists to pick from, hidden helpers."""
    for sheet in book_of(to_xlsx(a_digest(), TEXT)).worksheets:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$2:$2"
        assert sheet.freeze_panes == "D3"
        assert sheet.auto_filter.ref.startswith("A2:")
        assert [sheet.column_dimensions[letter].hidden for letter in "ABC"] == [True, True, False]
        assert all(cell.alignment.wrap_text for row in sheet.iter_rows(min_row=HEAD) for cell in row)
        offered = [rule.formula1 for rule in sheet.data_validations.dataValidation]
        assert '"机器,人工核对,人工更正,有疑问"' in offered
        assert ('"未启动,推进中,达序时,滞后,已完成"' in offered) == (sheet.title == PLAN)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_text_becomes_a_formula(start: str) -> None:
    """Cells that begin like a formula are text, marked as such; nothing in the file is a formula or a link."""
    words = start + FORMULA[1:]
    data = to_xlsx(a_digest(text=f"{words}\n" * 3, outside=words), words * 3)
    sheets = book_of(data).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@")))
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(name) or b"<f " in archive.read(name) for name in archive.namelist())


def test_control_characters_and_escapes_stay_text() -> None:
    """No character of a report makes the file unreadable, and none is taken for an escape."""
    words = "甲\x00\x0b\x1f\ufffe\ud800\u202e_x0041_乙"
    book = book_of(to_xlsx(a_digest(text=f"{words}\n" * 3, outside=words), words * 3))
    assert "_x005F_x0041_" in rows(book[REVIEW])[0]["事项"]
    assert "甲\ufffd" in rows(book[REVIEW])[0]["事项"]


def test_a_cell_too_long_for_excel_says_that_it_is_cut() -> None:
    """At 32,767 characters; and the same digest again changes nothing."""
    data = a_digest().model_dump()
    data["year_review"]["achievements"][0]["summary"] = "长" * 40_000
    digest = Digest.model_validate(data)
    first = build_workbook([WorkbookReport("临江", digest)])
    what = rows(book_of(first)[REVIEW])[0]["事项"]
    assert (len(what), what[-4:]) == (32_767, "，下略）")
    assert build_workbook([WorkbookReport("临江", digest)], first) == first


def test_without_a_plan_the_plan_ledger_is_empty() -> None:
    """It has its titles and no row."""
    assert rows(book_of(to_xlsx(a_digest(planned=False)))[PLAN]) == []


def test_many_reports_share_the_sheets() -> None:
    """Each row names its report; the plan's columns are those of all kinds of report."""
    some = [WorkbookReport(path.stem, digest_of(path)) for path in ACCEPTED[:3]]
    court = a_digest().model_copy(update={"report": a_digest().report.model_copy(update={"kind": "court"})})
    book = book_of(build_workbook([*some, WorkbookReport("法院", court)]))
    assert list(dict.fromkeys(row["报告"] for row in rows(book[REVIEW]))) == [*(one.name for one in some), "法院"]
    titles = list(rows(book[PLAN])[0])
    assert {"牵头委室", "牵头庭室"} <= set(titles)
    assert len(titles) == len(set(titles))


def test_five_hundred_items() -> None:
    """A long report's ledgers hold all of it."""
    data = a_digest().model_dump()
    task = data["next_year_plan"]["tasks"][0]
    quote = {"sentence": 1, "start": 0, "end": 9}
    data["next_year_plan"]["tasks"] = [
        task | {"id": f"T{n}", "summary": f"任务{n}", "evidence": [quote | {"quote": f"落实第{n}项改革任务。"}]}
        for n in range(500)
    ]
    digest = Digest.model_validate(data)
    assert [row["工作任务"] for row in rows(book_of(to_xlsx(digest))[PLAN])] == [f"任务{n}" for n in range(500)]


def test_an_older_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """One line, nothing written."""
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(UsageError, match="cannot be read as"):
        to_xlsx(a_digest(), TEXT, tmp_path / "a.xlsx")
    assert to_xlsx(a_digest(), TEXT, tmp_path / "none.xlsx") == to_xlsx(a_digest(), TEXT)


def test_what_a_refill_would_drop_is_named() -> None:
    """Text boxes and controls, which openpyxl does not write again."""
    plain = to_xlsx(a_digest(), TEXT)
    assert list_losses(plain) == ()
    out = io.BytesIO(plain)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/drawings/drawing1.xml", "<xdr:wsDr xmlns:xdr='x'><xdr:sp macro=''/></xdr:wsDr>")
        archive.writestr("xl/ctrlProps/ctrlProp1.xml", "<a/>")
    assert list_losses(out.getvalue()) == ("form controls", "shapes")


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without openpyxl one line says how to get it."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r"openpyxl: pip install \"huimou\[report\]\""):
        to_xlsx(a_digest(), TEXT)


def test_a_heading_stands_above_and_the_plan_is_open() -> None:
    """Whose ledger it is and of which year; a report without a plan opens on its review."""
    book = book_of(to_xlsx(a_digest(), TEXT))
    headings = ["2022年工作回顾台账", "2023年任务台账", "数据台账"]
    assert [sheet["C1"].value for sheet in book.worksheets] == [f"政协临江市委员会{heading}" for heading in headings]
    assert book.active.title == PLAN
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == [PLAN]
    assert book_of(to_xlsx(a_digest(planned=False))).active.title == REVIEW
    many = [WorkbookReport(name, a_digest()) for name in ("甲", "乙")]
    assert book_of(build_workbook(many))[PLAN]["C1"].value == PLAN


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_what_is_printed_stands_in_front_and_fits(path: Path) -> None:
    """The printed columns are the first that are seen; what is rarely filled is folded away and can be opened."""
    for sheet in book_of(to_xlsx(digest_of(path))).worksheets:
        left, right = (range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))[i] for i in (0, 2))
        assert left == 3  # behind the two columns of the program
        dimensions = [sheet.column_dimensions[get_column_letter(at)] for at in range(left, right + 1)]
        assert sum(one.width for one in dimensions if not one.hidden) <= 155
        titles = {cell.value: sheet.column_dimensions[cell.column_letter] for cell in sheet[HEAD]}
        folded = {title for title, one in titles.items() if one.outlineLevel}
        assert all(titles[title].hidden for title in folded)
        assert (sheet.sheet_format.outlineLevelCol or 0) == int(bool(folded))  # else Excel shows no sign to open them
        assert not {"序号", "原文", "出处", "核对状态", "编号", "牵头领导", "进展情况", "完成时限"} & folded
        assert sheet.title != PLAN or {"一级标题", "单位", "存在问题", "下一步措施"} <= folded


def test_a_column_that_is_empty_is_folded_away_but_not_dropped() -> None:
    """As 增减 where no figure is a change; one that is filled is shown."""
    digest = a_digest()
    rising = [figure.model_copy(update={"direction": "up"}) for figure in digest.figures]
    for figures, hidden in ((digest.figures, True), (rising, False)):
        sheet = book_of(to_xlsx(digest.model_copy(update={"figures": figures})))[FIGURES]
        letter = next(cell.column_letter for cell in sheet[HEAD] if cell.value == "增减")
        assert sheet.column_dimensions[letter].hidden == hidden


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_cell_holds_one_number(path: Path) -> None:
    """Values are numbers; an item with several figures shows the first and says how many more there are."""
    digest = digest_of(path)
    figures = {figure.id: figure for figure in digest.figures}
    told = [row for row in rows(book_of(to_xlsx(digest))[REVIEW]) if row["类别"] == "成绩"]
    for row, item in zip(told, digest.year_review.achievements, strict=True):
        assert row["数值"] is None or isinstance(row["数值"], int | float)
        assert "\n" not in (row["数量（原文写法）"] or "")
        assert (row["另有数字（见数据台账）"] or 0) == max(0, len(item.figures) - 1)
        assert row["数量（原文写法）"] is None or row["数量（原文写法）"] in {figures[i].quote for i in item.figures}
