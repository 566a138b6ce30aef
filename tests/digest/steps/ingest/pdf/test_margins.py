"""Running heads, feet and page numbers against lines of the body."""

from __future__ import annotations

import pytest

from pdf_pages import Sheet, number_pages, set_paragraphs
from pdf_report import REPORT, TITLE, read_body, read_edges

LONG = [TITLE, *REPORT[1:] * 3]
SHEET = Sheet(bottom=500)
COUNTED = [
    TITLE,
    "一、2024年工作回顾",
    *(
        f"围绕重点工作开展专题协商{10 + at}次，组织委员{700 + 3 * at}人次参加调研视察，形成报告{20 + at}篇，"
        f"提出意见建议{96 + 5 * at}条，其中被县委县政府采纳{57 + at}条，推动解决群众反映的实际问题{87 - at}个，"
        f"满意率达到{70 + at}.1%。"
        for at in range(18)
    ),
]


@pytest.mark.parametrize(
    ("head", "foot", "kinds"),
    [
        ([], "— {} —", {"page_number"}),
        ([], "{}", {"page_number"}),
        ([], "- {} -", {"page_number"}),
        ([], "{}/9", {"page_number"}),
        ([], "第{}页 共9页", {"page_number"}),
        (["临川县政协文件"], "", {"running_head"}),
        (["临川县政协公报 第{}页"], "", {"running_head"}),
        (["临川县政协公报", "政协工作报告"], "{}", {"running_head", "page_number"}),
        (["2025/1/8 10:22 工作报告"], "https://example.cn/r.html {}/9", {"running_head"}),
    ],
)
def test_heads_and_feet_are_told(head: list[str], foot: str, kinds: set[str]) -> None:
    """What stands at the edge of every page is no part of the text, whatever it looks like."""
    pages = number_pages(set_paragraphs(LONG, SHEET), head=head, foot=foot)
    edges = read_edges(pages)
    assert {kind for _, kind, _ in edges} == kinds
    assert len(edges) == len(pages) * (bool(head) + bool(foot))
    assert read_body(pages) == LONG


@pytest.mark.parametrize("bottom", range(380, 600, 12))
def test_lines_that_differ_in_figures_are_no_heads(bottom: int) -> None:
    """Sentences that say the same with other figures stay, wherever the pages end."""
    bare = number_pages(set_paragraphs(COUNTED, Sheet(bottom=bottom)), foot="")
    assert read_edges(bare) == []
    assert read_body(bare) == COUNTED
    headed = number_pages(set_paragraphs(COUNTED, Sheet(bottom=bottom, count=30)), head=["临川县政协文件"])
    assert read_body(headed) == COUNTED


def test_labels_of_tasks_are_no_heads() -> None:
    """The same label at the head of several pages belongs to the tasks."""
    tasks = [line for at in range(12) for line in (f"开展第{at + 1}项协商。", "责任单位：县政协办公室")]
    sheet = Sheet(top=770, bottom=747, indent=0)
    pages = number_pages(set_paragraphs([TITLE, *tasks], sheet), foot="")
    assert read_edges(pages) == []


def test_a_single_page_has_no_running_head() -> None:
    """What is printed once only is not set aside, except a page number that says so itself."""
    pages = number_pages(set_paragraphs(REPORT, Sheet()), head=["临川县政协文件"])
    assert read_edges(pages) == [(1, "page_number", "— 1 —")]
