"""office.book: a workbook filled anew keeps whatever a person did to it."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.office.ledgers.book import CHANGED, GONE, KEPT, NEW
from huimou.outputs.office.ledgers.records import WorkbookReport
from huimou.outputs.office.ledgers.rowkeys import from_cell
from huimou.outputs.office.ledgers.workbook import build_workbook
from huimou.outputs.office.person_reviews import PersonReview
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = ROOT / "fixtures" / "accepted"
WHOLE = from_json((ACCEPTED / "jingzhou-2020.json").read_text(encoding="utf-8"))
PLAN, REVIEW, FIGURES = "任务台账", "工作回顾台账", "数据台账"
STATES = ("机器", "人工核对")
HEAD, FIRST = 2, 3  # rows of the titles and of the first record


def a_part(
    kept: Sequence[int] = (0, 1, 2, 3),
    *,
    shift: int = 0,
    ids: int = 0,
    reworded: bool = False,
    whole: Digest = WHOLE,
) -> Digest:
    """Some achievements, tasks and figures of a real digest: with other ids, moved in the text, or worded anew."""
    data = whole.model_dump()
    review, plan = data["year_review"], data["next_year_plan"]
    review["achievements"] = [review["achievements"][i] for i in kept if i < len(review["achievements"])]
    plan["tasks"] = [plan["tasks"][i] for i in kept if i < len(plan["tasks"])]
    data["figures"] = [data["figures"][i] for i in kept]
    for item in (*review["achievements"], *plan["tasks"]):
        item["id"] = f"{item['id'][0]}{int(item['id'][1:]) + ids}"
        item["figures"] = []
        item["summary"] += "（新说法）" if reworded else ""
        for evidence in item["evidence"]:
            evidence["start"] += shift
            evidence["end"] += shift
    for part in (*data["figures"], *data["sections"], *data["sentences"]):
        part["start"] += shift
        part["end"] += shift
    return Digest.model_validate(data)


def made(digest: Digest, previous: Any = None, name: str = "荆州", *, rich: bool = False) -> Any:
    """The workbook of a digest, filled anew from an older one if that is given."""
    older = None
    if previous is not None:
        out = io.BytesIO()
        previous.save(out)
        older = out.getvalue()
    return openpyxl.load_workbook(io.BytesIO(build_workbook([WorkbookReport(name, digest)], older)), rich_text=rich)


def column(sheet: Any, title: str) -> int:
    """Number of the column with this title."""
    return next(cell.column for cell in sheet[HEAD] if cell.value == title)


def told(sheet: Any, title: str) -> list[Any]:
    """What the rows of a new ledger say in one column."""
    at = column(sheet, title)
    return [sheet.cell(row, at).value for row in range(FIRST, sheet.max_row + 1)]


def test_a_first_workbook_has_no_news() -> None:
    """Nothing is new where everything is; rows are numbered and by machine."""
    sheet = made(a_part())[PLAN]
    assert told(sheet, "变动") == [None] * 4
    assert told(sheet, "序号") == [1, 2, 3, 4]
    assert told(sheet, "核对状态") == ["机器"] * 4


def test_same_again_is_the_same_bytes() -> None:
    """Filled anew from the same digest, a workbook is what it was, byte for byte."""
    first = build_workbook([WorkbookReport("荆州", WHOLE)])
    assert build_workbook([WorkbookReport("荆州", WHOLE)]) == first
    assert build_workbook([WorkbookReport("荆州", WHOLE)], first) == first


def test_other_ids_and_places_are_the_same_items() -> None:
    """Rows are found by what they rest on; id and source follow."""
    book = made(a_part())
    book[PLAN]["J3"] = "王主任"
    later = made(a_part(shift=100, ids=7), book)[PLAN]
    assert later["J3"].value == "王主任"
    assert told(later, "变动") == [None] * 4
    assert told(later, "编号") == ["T8", "T9", "T10", "T11"]
    assert later.cell(FIRST, column(later, "出处")).value != book[PLAN].cell(FIRST, column(later, "出处")).value


def test_gone_new_and_changed_are_said() -> None:
    """An item no longer found keeps its row; a new one comes below; a changed wording is named."""
    book = made(a_part((0, 1)))
    later = made(a_part((1, 2), reworded=True), book)[PLAN]
    assert told(later, "变动") == [GONE, f"{CHANGED}工作任务", NEW]
    assert told(later, "序号") == [1, 2, 3]
    again = made(a_part((0, 1, 2)), openpyxl.load_workbook(io.BytesIO(_bytes(later.parent))))[PLAN]
    assert told(again, "变动") == [None, f"{CHANGED}工作任务", f"{CHANGED}工作任务"]


def test_what_was_overtyped_stays() -> None:
    """A corrected cell is not written over; that the digest now says something else is said, and to look again."""
    book = made(a_part())
    sheet = book[PLAN]
    what = column(sheet, "工作任务")
    sheet.cell(FIRST, what).value = "人工改写"
    sheet.cell(FIRST, column(sheet, "核对状态")).value = "人工核对"
    same = made(a_part(), book)[PLAN]
    assert (same.cell(FIRST, what).value, told(same, "变动")[0]) == ("人工改写", None)
    later = made(a_part(reworded=True), book)[PLAN]
    assert later.cell(FIRST, what).value == "人工改写"
    assert told(later, "变动")[0] == f"{KEPT}工作任务；请复核"
    assert told(later, "变动")[1] == f"{CHANGED}工作任务"


def test_a_split_task_keeps_both_rows() -> None:
    """A row copied to split a task stays beside the first; neither is said to be gone, nothing is added."""
    book = made(a_part())
    sheet = book[PLAN]
    for cell in sheet[FIRST]:
        sheet.cell(7, cell.column).value = cell.value
    sheet.cell(7, column(sheet, "工作任务")).value = "拆分后的后半"
    later = made(a_part(reworded=True), book)[PLAN]
    assert later.max_row == 7
    assert told(later, "工作任务")[4] == "拆分后的后半"
    assert GONE not in told(later, "变动")


def test_grown_evidence_finds_its_row() -> None:
    """An item that rests on one sentence more is the same item."""
    data = a_part((0,)).model_dump()
    more = a_part((3,)).next_year_plan.tasks[0].evidence[0].model_dump()
    data["next_year_plan"]["tasks"][0]["evidence"].append(more)
    later = made(Digest.model_validate(data), made(a_part((0,))))[PLAN]
    assert told(later, "变动") == [f"{CHANGED}原文"]


def test_another_report_is_added_and_touches_nothing() -> None:
    """Rows of reports that are not given now are left as they are."""
    book = made(a_part())
    before = [[cell.value for cell in row] for row in book[PLAN].iter_rows()]
    suizhou = from_json((ACCEPTED / "suizhou-2023.json").read_text(encoding="utf-8"))
    later = made(suizhou, book, "随州")[PLAN]
    assert [[cell.value for cell in row] for row in later.iter_rows(max_row=6)] == before
    assert later.max_row == 6 + len(suizhou.next_year_plan.tasks)


def test_a_renamed_report_finds_its_rows() -> None:
    """The file's name may change; the text it holds tells."""
    later = made(a_part(), made(a_part()), "荆州2020定稿")[PLAN]
    assert told(later, "变动") == [None] * 4


@pytest.mark.parametrize("dropped", ["names", "keys", "both"])
def test_dropped_helpers_are_made_up_for(dropped: str) -> None:
    """A program that drops the hidden names, or a person who deletes the hidden columns, breaks nothing."""
    book = made(a_part())
    for sheet in book.worksheets:
        if dropped != "keys":
            sheet.defined_names.clear()
        if dropped != "names":
            for row in range(1, sheet.max_row + 1):
                sheet.cell(row, 1).value = sheet.cell(row, 2).value = None
            for name in ("huimou_key", "huimou_prints"):
                sheet.defined_names.pop(name, None)
    book[PLAN]["J4"] = "李主任"
    later = made(a_part((0, 1, 2, 3, 4), ids=2), book)[PLAN]
    assert later["J4"].value == "李主任"
    assert told(later, "变动")[:4] == [None] * 4
    assert later.max_row == 6 + (len(WHOLE.next_year_plan.tasks) > 4)
    keys = [from_cell(cell.value) for row in later.iter_rows(min_row=FIRST) for cell in row]
    assert sum(key is not None for key in keys) == later.max_row - HEAD


def test_a_review_is_taken_over_where_nobody_said_otherwise() -> None:
    """Checked in the page is checked in the ledger; what the ledger's user picked or remarked stays."""
    book = made(a_part())
    sheet = book[PLAN]
    status, remark = column(sheet, "核对状态"), column(sheet, "备注")
    sheet.cell(4, status).value, sheet.cell(4, remark).value = "有疑问", "再问"
    ids = [task.id for task in a_part().next_year_plan.tasks]
    said = {
        ids[0]: PersonReview(checked=True, corrected="改过的说法"),
        ids[1]: PersonReview(checked=True, comment="好"),
    }
    out = io.BytesIO()
    book.save(out)
    later = openpyxl.load_workbook(
        io.BytesIO(build_workbook([WorkbookReport("荆州", a_part(reworded=True), None, said)], out.getvalue()))
    )
    assert told(later[PLAN], "核对状态") == ["人工更正", "有疑问", "机器", "机器"]
    assert told(later[PLAN], "备注") == [None, "再问", None, None]
    assert (told(later[PLAN], "工作任务")[0], told(later[PLAN], "变动")[0]) == ("改过的说法", f"{CHANGED}工作任务")
    fresh = openpyxl.load_workbook(io.BytesIO(build_workbook([WorkbookReport("荆州", a_part(), None, said)])))[PLAN]
    assert (told(fresh, "核对状态"), told(fresh, "备注")[1]) == (["人工更正", "人工核对", "机器", "机器"], "好")


def test_a_table_and_the_filter_reach_the_new_rows() -> None:
    """A table that the user made of the ledger, the filter and the print area grow with it."""
    book = made(a_part((0, 1)))
    sheet = book[FIGURES]
    sheet.auto_filter.ref = None
    last = get_column_letter(sheet.max_column)
    sheet.add_table(Table(displayName="数据", ref=f"A2:{last}4"))
    later = made(a_part(), book)
    assert later[FIGURES].tables["数据"].ref == f"A2:{last}6"
    assert later[PLAN].auto_filter.ref.endswith("6")
    assert later[PLAN].print_area.endswith("$6")


def test_merged_cells_take_nothing() -> None:
    """Rows whose domain the user merged are filled as far as they can be."""
    book = made(a_part())
    book[PLAN].merge_cells("D3:D5")
    later = made(a_part(reworded=True), book)[PLAN]
    assert [str(ref) for ref in later.merged_cells.ranges] == ["D3:D5"]


def test_a_sheet_of_the_users_own_is_not_taken_for_a_ledger() -> None:
    """Only because it is called like one."""
    book = openpyxl.Workbook()
    book.active.title = PLAN
    book.active["B5"] = "原文"
    later = made(a_part(), book)
    assert later.sheetnames == [PLAN, REVIEW, f"{PLAN}2", FIGURES]
    assert [cell.value for row in later[PLAN].iter_rows() for cell in row if cell.value] == ["原文"]


def test_what_hangs_on_cells_stays() -> None:
    """Comments, links, dates, formulas, words in bold, conditional formats, a chart, protection and a hidden row."""
    book = made(a_part())
    sheet = book[PLAN]
    sheet["J3"].comment = Comment("看这里", "我")
    sheet["K3"] = CellRichText("甲", TextBlock(InlineFont(b=True), "乙"))
    sheet["L3"], sheet["I3"] = "=COUNTA(D3:D9)", dt.date(2026, 3, 1)
    sheet["M3"].hyperlink = "http://example.org/"
    sheet.conditional_formatting.add("A1:Z9", CellIsRule(operator="equal", formula=["3"], fill=PatternFill()))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=HEAD, max_row=6))
    sheet.add_chart(chart, "AA1")
    sheet.protection.sheet = sheet.row_dimensions[3].hidden = True
    later = made(a_part(reworded=True), book, rich=True)[PLAN]
    assert (later["J3"].comment.text, later["L3"].value, later["M3"].hyperlink.target) == (
        "看这里",
        "=COUNTA(D3:D9)",
        "http://example.org/",
    )
    assert later["K3"].value[1].font.b
    assert later["I3"].value == dt.datetime(2026, 3, 1)  # noqa: DTZ001 (spreadsheets know no zones)
    assert (len(later._charts), later.protection.sheet, later.row_dimensions[3].hidden) == (1, True, True)
    assert len(later.conditional_formatting) == 1


def _bytes(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# What people do to a ledger. Each edit takes the workbook and a source of numbers; typed text is unique.
Draw = Callable[[int], int]
_typed = itertools.count()


def _text() -> str:
    return f"人填{next(_typed)}"


def type_somewhere(book: Any, draw: Draw) -> None:
    """Type into any cell below the titles, the program's own or not, near the rows or below them."""
    sheet = book.worksheets[draw(3)]
    cell = sheet.cell(FIRST + draw(sheet.max_row + 3), 3 + draw(sheet.max_column))
    names = [sheet.defined_names.get(name) for name in ("huimou_key", "huimou_prints")]
    hidden = [name.attr_text for name in names if name is not None]
    is_hidden = sheet.cell(HEAD, cell.column).value in ("行标识", "机器值")
    if not is_hidden and not any(target.endswith(f"!${cell.column_letter}${HEAD}") for target in hidden):
        cell.value = (_text(), 3.5, "=1+1", "-")[draw(4)]


def add_row(book: Any, draw: Draw) -> None:
    """Insert a row of one's own."""
    sheet = book.worksheets[draw(3)]
    at = FIRST + draw(sheet.max_row)
    sheet.insert_rows(at)
    sheet.cell(at, 5).value = _text()


def drop_row(book: Any, draw: Draw) -> None:
    """Delete a row."""
    sheet = book.worksheets[draw(3)]
    if sheet.max_row > FIRST:
        sheet.delete_rows(FIRST + draw(sheet.max_row - HEAD))


def swap_rows(book: Any, draw: Draw) -> None:
    """Sort."""
    sheet = book.worksheets[draw(3)]
    one, other = (FIRST + draw(sheet.max_row) for _ in range(2))
    for at in range(1, sheet.max_column + 1):
        a, b = sheet.cell(one, at), sheet.cell(other, at)
        a.value, b.value = b.value, a.value


def rename_title(book: Any, draw: Draw) -> None:
    """Call a column something else."""
    sheet = book.worksheets[draw(3)]
    sheet.cell(HEAD, 3 + draw(sheet.max_column - 2)).value = _text()


def insert_column(book: Any, draw: Draw) -> None:
    """Insert a column; the hidden names follow, as spreadsheet programs see to."""
    sheet = book.worksheets[draw(3)]
    at = 1 + draw(sheet.max_column)
    sheet.insert_cols(at)
    sheet.cell(HEAD, at).value = _text()
    sheet.cell(FIRST, at).value = _text()
    for name, defined in list(sheet.defined_names.items()):
        column_ = openpyxl.utils.cell.coordinate_from_string(defined.attr_text.rpartition("!")[2].replace("$", ""))[0]
        number = openpyxl.utils.column_index_from_string(column_)
        moved = number + (number >= at)
        target = f"'{sheet.title}'!${get_column_letter(moved)}${HEAD}"
        sheet.defined_names[name] = DefinedName(name, attr_text=target, hidden=True)


def insert_column_plainly(book: Any, draw: Draw) -> None:
    """Insert columns by a program that does not move the names."""
    sheet = book.worksheets[draw(3)]
    at = 1 + draw(sheet.max_column)
    sheet.insert_cols(at, 1 + draw(2))
    sheet.cell(FIRST, at).value = _text()


def delete_column_plainly(book: Any, draw: Draw) -> None:
    """Delete columns by such a program."""
    sheet = book.worksheets[draw(3)]
    sheet.delete_cols(1 + draw(sheet.max_column), 1 + draw(2))


def rename_sheet(book: Any, draw: Draw) -> None:
    """Call a sheet something else."""
    book.worksheets[draw(3)].title = _text()


def add_sheet(book: Any, draw: Draw) -> None:
    """Add a sheet with a formula."""
    del draw
    sheet = book.create_sheet(_text())
    sheet["A1"], sheet["B2"] = _text(), "=SUM(A1:A9)"


EDITS = (
    type_somewhere,
    type_somewhere,
    type_somewhere,
    add_row,
    drop_row,
    swap_rows,
    rename_title,
    insert_column,
    insert_column_plainly,
    delete_column_plainly,
    rename_sheet,
    add_sheet,
)


def _cells(book: Any) -> dict[tuple[int, int, int], Any]:
    return {
        (index, cell.row, cell.column): cell.value
        for index, sheet in enumerate(book.worksheets)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


_parts = st.lists(st.integers(0, 7), min_size=1, max_size=6, unique=True)


@settings(max_examples=25)
@given(data=st.data(), before=_parts, after=_parts, reworded=st.booleans(), shift=st.integers(0, 50))
def test_nothing_typed_is_ever_lost(
    data: st.DataObject, before: list[int], after: list[int], *, reworded: bool, shift: int
) -> None:
    """After any edits, every cell that differs from what the program wrote is where and what it was.

    And every item of the newer digest stands in some row, unless its ledger was emptied of keys.
    """
    book = made(a_part(before))
    written = {str(value) for value in _cells(book).values()}
    for edit in data.draw(st.lists(st.sampled_from(EDITS), max_size=8)):
        edit(book, lambda most: data.draw(st.integers(0, most - 1)))
    typed = {place: value for place, value in _cells(book).items() if str(value) not in written}
    newer = a_part(after, reworded=reworded, shift=shift, ids=shift)
    try:
        later = made(newer, book)
    except UsageError:  # nothing is written where the columns can no longer be told apart
        return
    now = _cells(later)
    for sheet in later.worksheets[:3]:
        _under_their_titles(sheet)
    assert {place: now.get(place) for place in typed} == typed
    again = _cells(made(newer, later))
    assert again == now
    keys = [from_cell(value) for value in now.values()]
    kept = {frozenset(key.clauses) for key in keys if key is not None and key.kind == "task"}
    assert len(kept) >= len({t.summary for t in newer.next_year_plan.tasks}) - _twins(newer)


def _under_their_titles(sheet: Any) -> None:
    """No key, and no hashes, under a title of something else."""
    for row in sheet.iter_rows(min_row=FIRST):
        for cell in row:
            if isinstance(cell.value, str) and from_cell(cell.value) is not None:
                assert sheet.cell(HEAD, cell.column).value == "行标识"


@pytest.mark.parametrize("first", [1, 2])
def test_hidden_columns_deleted_by_a_program_that_forgets_the_names(first: int) -> None:
    """The titles tell; what was typed stays, and what the program writes stands under its own titles."""
    book = made(a_part())
    sheet = book[PLAN]
    what = column(sheet, "工作任务")
    sheet.cell(FIRST, what).value = "人工改写"
    sheet.delete_cols(first, 3 - first)
    later = made(a_part((0, 1, 2, 3, 4), ids=2), book)[PLAN]
    assert told(later, "工作任务")[0] == "人工改写"
    assert told(later, "编号") == ["T1", "T2", "T3", "T4", "T7"][: later.max_row - HEAD]
    assert told(later, "序号") == [1, 2, 3, 4, 5][: later.max_row - HEAD]
    assert told(later, "出处")[0].startswith(WHOLE.source.file)
    _under_their_titles(later)
    dimension = later.column_dimensions[get_column_letter(column(later, "序号"))]
    assert not dimension.hidden


def test_columns_that_nothing_tells_are_refused() -> None:
    """Names over other columns and titles gone: one clear line rather than a guess."""
    book = made(a_part())
    sheet = book[PLAN]
    sheet.delete_cols(1, 2)
    for cell in sheet[HEAD]:
        if cell.value not in ("序号", "原文"):
            cell.value = _text()
    with pytest.raises(UsageError, match="no longer under their titles"):
        made(a_part(), book)


def _twins(digest: Digest) -> int:
    quotes = [tuple(part.quote for part in task.evidence) for task in digest.next_year_plan.tasks]
    return len(quotes) - len(set(quotes))
