"""A comparison as an XLSX workbook: the page's content, with filters and frozen heads (extra `report`).

It opens on the figures side by side, or where there are none on the next worksheet that has rows.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huimou.compare.cities import phrases
from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.model import PrintedFigure, ReportPart
from huimou.errors import UsageError
from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Task
from huimou.outputs.formula_text import FORMULA_STARTS
from huimou.outputs.labels import MODES, PARTS
from huimou.outputs.phrases import format_printed_number

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST = 32_000  # characters; a cell takes 32,767
_LINE, _TALLEST = 15.0, 405.0  # points; a row takes 409
_WIDE = 0x2000
_ON_SCREEN = frozenset({"出处", "引文"})  # heads of the columns behind those that are printed
_Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class ComparisonSheet:
    """One worksheet: its name, its column heads with their widths in characters, and its rows."""

    name: str
    heads: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[_Cell]]


def to_xlsx(comparison: CityComparison) -> bytes:
    """The bytes of the workbook.

    Raises:
        UsageError: openpyxl is not installed.

    """
    return write_workbook(build_sheets(comparison))


def write_workbook(sheets: Sequence[ComparisonSheet]) -> bytes:
    """The bytes of a workbook with these worksheets.

    Raises:
        UsageError: openpyxl is not installed.

    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("a workbook needs openpyxl", 'pip install "huimou[report]"') from error
    from huimou.outputs.office.ledgers.sheet import open_on  # noqa: PLC0415 (needs the extra)

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    wanted = next((sheet.name for sheet in sheets[1:] if sheet.rows), sheets[0].name)
    open_on(book, wanted)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def build_sheets(comparison: CityComparison) -> tuple[ComparisonSheet, ...]:
    """The worksheets in their order."""
    return (
        ComparisonSheet("说明", (("项目", 18), ("内容", 100)), tuple(_about(comparison))),
        ComparisonSheet(phrases.FIGURES, _wide_heads(comparison), tuple(_wide(comparison))),
        ComparisonSheet(
            "同口径数字出处",
            name_columns("事项12 共同口径24 报告30 年份14 原文14 数值14 单位8 限定8 条目8 出处22 引文80"),
            tuple(_list_matched(comparison)),
        ),
        ComparisonSheet(
            phrases.THINGS,
            name_columns("事项24 类别8 报告30 环节10 原文14 数值14 单位8 口径30 条目8 出处22 引文80"),
            tuple(_list_things(comparison)),
        ),
        ComparisonSheet(
            phrases.DOMAINS,
            name_columns("领域20 类别8 报告30 编号8 标题36 摘要60 出处28 引文80"),
            tuple(_by_domain(comparison)),
        ),
        ComparisonSheet(
            "只在一份报告中", name_columns("报告30 名称或领域32 领域20 条目16 摘要80"), tuple(_only(comparison))
        ),
        ComparisonSheet(
            phrases.APART,
            name_columns("报告30 原文14 所计32 数值14 单位8 限定8 未并列的原因40 条目8 出处22 引文80"),
            tuple(_apart(comparison)),
        ),
    )


def name_columns(told: str) -> tuple[tuple[str, int], ...]:
    """Column heads from words such as 原文14: the head 原文, 14 characters wide."""
    return tuple((word.rstrip("0123456789"), int(word[len(word.rstrip("0123456789")) :])) for word in told.split())


def _about(comparison: CityComparison) -> Iterator[tuple[_Cell, ...]]:
    yield from (("须知", note) for note in comparison.notes)
    yield phrases.FIGURES, phrases.FIGURES_RULE
    yield phrases.THINGS, phrases.THINGS_RULE
    yield phrases.DOMAINS, phrases.DOMAINS_RULE
    yield phrases.ONLY, phrases.ONLY_RULE
    yield phrases.APART, phrases.APART_RULE
    for side in comparison.sides:
        yield "报告", f"{side.label}；{to_one_line(side.digest.source.file)}"


def _wide_heads(comparison: CityComparison) -> tuple[tuple[str, int], ...]:
    return (("事项", 28), ("共同口径", 26), *((side.label, 26) for side in comparison.sides))


def _wide(comparison: CityComparison) -> Iterator[tuple[_Cell, ...]]:
    for row in comparison.rows:
        cells = (format_printed_number(found[0].figure) if found else None for found in row.cells)
        yield phrases.format_subject(row.subject), phrases.format_subject_terms(row.subject), *cells


def _list_matched(comparison: CityComparison) -> Iterator[tuple[_Cell, ...]]:
    for row in comparison.rows:
        for side, found in zip(comparison.sides, row.cells, strict=True):
            for one in found:
                named = phrases.format_subject(row.subject), phrases.format_subject_terms(row.subject)
                yield *named, side.label, phrases.format_period(side, row.subject), *_number(one), *_source(one)


def _list_things(comparison: CityComparison) -> Iterator[tuple[_Cell, ...]]:
    for row in comparison.things:
        for side, found in zip(comparison.sides, row.cells, strict=True):
            for one in found:
                figure, named = one.printed.figure, (to_one_line(row.thing), PARTS[row.part].content, side.label)
                number = format_printed_number(figure), figure.value, figure.unit
                status, terms = to_one_line(one.subject.status) or None, phrases.format_counted_terms(one)
                yield *named, status, *number, terms, *_source(one.printed)


def _number(one: PrintedFigure) -> tuple[_Cell, ...]:
    figure = one.figure
    return format_printed_number(figure), figure.value, figure.unit, MODES[figure.mode]


def _source(one: PrintedFigure) -> tuple[_Cell, ...]:
    return one.item, phrases.describe_place(one), to_one_line(one.quote)


def _by_domain(comparison: CityComparison) -> Iterator[tuple[_Cell, ...]]:
    for row in comparison.domains:
        parts: tuple[tuple[ReportPart, Sequence[Sequence[Achievement | Task]]], ...] = (
            ("review", row.done),
            ("plan", row.planned),
        )
        for part, cells in parts:
            for side, items in zip(comparison.sides, cells, strict=True):
                for item in items:
                    yield to_one_line(row.title), PARTS[part].content, side.label, item.id, *_item(item)


def _item(item: Achievement | Task) -> tuple[_Cell, ...]:
    found = tuple(phrases.list_places(item))
    shown = "\n".join(place for place, _ in found), "\n".join(quote for _, quote in found)
    return to_one_line(item.title), to_one_line(item.summary), *shown


def _only(comparison: CityComparison) -> Iterator[tuple[_Cell, ...]]:
    for only in comparison.only:
        side = comparison.sides[only.report]
        summaries = {item.id: to_one_line(item.summary) for item in side.items}
        yield from (
            (side.label, f"领域：{to_one_line(domain)}", to_one_line(domain), None, None) for domain in only.domains
        )
        for term in only.terms:
            told = "\n".join(summaries[name] for name in term.items)
            yield side.label, to_one_line(term.word), to_one_line(term.domain), "、".join(term.items), told


def _apart(comparison: CityComparison) -> Iterator[tuple[_Cell, ...]]:
    for one in comparison.apart:
        figure = one.printed.figure
        number = format_printed_number(figure), to_one_line(figure.metric or ""), *_number(one.printed)[1:]
        yield comparison.sides[one.report].label, *number, one.reason, *_source(one.printed)


def _fill(page: Worksheet, sheet: ComparisonSheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 (an extra)
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    for place, (_, width) in enumerate(sheet.heads, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    _write(page, 1, [head for head, _ in sheet.heads])
    for number, row in enumerate(sheet.rows, 2):
        _write(page, number, row)
        page.row_dimensions[number].height = _height(row, [width for _, width in sheet.heads])
    page.row_dimensions[1].height = _height([head for head, _ in sheet.heads], [width for _, width in sheet.heads])
    wrapped = Alignment(wrap_text=True, vertical="top")
    for cell in _cells(page.iter_rows()):
        cell.alignment = wrapped
    for cell in page[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8ECF0")
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{len(sheet.rows) + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    printed = [get_column_letter(at) for at, (head, _) in enumerate(sheet.heads, 1) if head not in _ON_SCREEN]
    page.print_area = f"A1:{printed[-1]}{len(sheet.rows) + 1}"


def _cells(rows: Iterable[Iterable[Any]]) -> Iterator[Any]:
    return (cell for row in rows for cell in row)


def _height(row: Sequence[_Cell], widths: Sequence[int]) -> float:
    """The height of a row in points, which not every program computes; a Chinese character is two characters wide."""
    lines = [
        sum(
            max(1, math.ceil(sum(1 + (ord(char) > _WIDE) for char in line) / (width - 1))) for line in value.split("\n")
        )
        for value, width in zip(row, widths, strict=True)
        if isinstance(value, str)
    ]
    return min(_TALLEST, _LINE * max(lines, default=1))


def _write(page: Worksheet, number: int, row: Sequence[_Cell]) -> None:
    """Write one row; text stays text even where it begins like a formula."""
    for place, value in enumerate(row, 1):
        cell = page.cell(number, place)
        if isinstance(value, str):
            cell.value = "\n".join(map(to_one_line, value.split("\n")))[:_LONGEST]
            cell.data_type = "s"
            if value.startswith(FORMULA_STARTS):
                cell.quotePrefix = True
        elif value is not None:
            cell.value = value
