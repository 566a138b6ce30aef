"""Lines put together to paragraphs by their places."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdf_pages import Drawn, DrawnPage, Sheet, number_pages, set_paragraphs
from pdf_report import REPORT, TITLE, read_body

SHEETS = {
    "usual": Sheet(),
    "small": Sheet(size=10.5, step=16),
    "large": Sheet(size=22, step=34),
    "narrow": Sheet(size=16, step=30, left=90, right=505),
    "tight": Sheet(size=12, step=13),
    "justified": Sheet(justify=True),
    "broken by count": Sheet(count=28),
    "broken by a smaller count": Sheet(count=23, size=12),
    "no indent": Sheet(indent=0),
    "no indent, apart": Sheet(indent=0, between=12),
    "many pages": Sheet(bottom=600),
    "very many pages": Sheet(bottom=700),
}
TOWNS = [
    f"{name}镇委员工作室全年接待来访{259 + 13 * at}人次，收集意见建议{62 + at}条，解决问题{21 + at}个，满意率9{at}.8%。"
    for at, name in enumerate("东西南北中前后左右")
]
CHARS = st.text("会议提案委员协商调研报告，、12345", min_size=4, max_size=160).map(
    lambda text: "全年" + text.strip("，、") + "。"
)


@pytest.mark.parametrize("name", SHEETS)
def test_paragraphs_come_whole(name: str) -> None:
    """Whatever the font, the margins and the indents are, every paragraph is one line, and headings are their own."""
    assert read_body(number_pages(set_paragraphs(REPORT, SHEETS[name]))) == list(REPORT)


@pytest.mark.parametrize("name", SHEETS)
def test_paragraphs_that_wrap_once_are_joined(name: str) -> None:
    """Paragraphs of two lines each are told apart."""
    paragraphs = [TITLE, "一、2024年工作回顾", *TOWNS, "二、2025年主要任务"]
    assert read_body(number_pages(set_paragraphs(paragraphs, SHEETS[name]))) == paragraphs


@given(st.lists(CHARS, min_size=3, max_size=8), st.integers(400, 520), st.sampled_from([10.5, 12.0, 14.0, 16.0]))
@settings(max_examples=30, deadline=None)
def test_any_indented_paragraphs_come_whole(paragraphs: list[str], right: int, size: float) -> None:
    """Paragraphs with indented first lines are found again, on one page or more."""
    texts = [TITLE, REPORT[2], *paragraphs]
    sheet = Sheet(right=right, size=size, step=size * 1.6, bottom=500)
    assert read_body(number_pages(set_paragraphs(texts, sheet))) == texts


def test_a_long_title_is_one_line() -> None:
    """A centred title that wraps is put together, and what stands below it is not part of it."""
    title = "政协临川县第十届委员会常务委员会关于二〇二四年度工作情况的报告"
    below = ["——2025年1月8日在政协临川县第十届委员会第四次会议上", *REPORT[1:]]
    assert read_body(number_pages(set_paragraphs([title, *below], Sheet()))) == [title, *below]


def test_items_stay_items() -> None:
    """Short numbered lines, full or not, are paragraphs of their own."""
    items = [f"{at}.组织委员开展第{at}次视察" for at in range(1, 9)]
    texts = [TITLE, REPORT[2], *items, REPORT[5]]
    assert read_body(number_pages(set_paragraphs(texts, Sheet()))) == texts


def test_short_lines_only() -> None:
    """A list of short lines has no margin that its lines could reach."""
    texts = [TITLE, *(f"办理提案{31 + 7 * at}件。" for at in range(40))]
    assert read_body(number_pages(set_paragraphs(texts, Sheet(bottom=500)), foot="")) == texts


def test_notes_come_behind_the_paragraph_that_they_interrupt() -> None:
    """A note at the foot of a page tears no sentence."""
    pages = set_paragraphs(REPORT, Sheet(bottom=480))
    notes = ["① 协商平台：指村社议事室。", "② 义诊：由医卫界别承办。"]
    noted = [[*page, Drawn(note, 72, 75, 9)] for page, note in zip(pages, notes, strict=True)]
    body = read_body(number_pages(noted))
    assert [line for line in body if line not in notes] == list(REPORT)
    assert [line for line in body if line in notes] == notes


def test_cells_of_a_table_stay_in_their_rows() -> None:
    """A row of a table is a line, its cells divided as in tables of other documents."""
    rows = [
        ("项目", "2023年", "2024年", "增长"),
        ("大会发言", "26篇", "31篇", "19.2%"),
        ("委员培训", "260人次", "320人次", "23.1%"),
    ]
    (lines,) = set_paragraphs(REPORT, Sheet())
    cells = [
        Drawn(word, 72 + 110 * across, 350 - 20 * down, 12)
        for down, row in enumerate(rows)
        for across, word in enumerate(row)
    ]
    assert read_body([DrawnPage([*lines, *cells])]) == [*REPORT, *(" | ".join(row) for row in rows)]


def test_lines_of_contents_stay_lines() -> None:
    """They reach the margin, and go on nowhere."""
    contents = [f"第{name}部分工作的主要情况" + "…" * 15 + str(at) for at, name in enumerate("一二三四五六", 2)]
    texts = [TITLE, *contents, *REPORT[2:]]
    assert read_body(number_pages(set_paragraphs(texts, Sheet(indent=0)))) == texts
