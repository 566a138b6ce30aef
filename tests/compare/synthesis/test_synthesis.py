"""Several reports in one: every sentence an item's own with its sources, no item lost, and the files inert."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
from hypothesis import given
from hypothesis import strategies as st

from compared import a_report
from handmade import a_digest
from huimou.compare.cities import compare_reports
from huimou.compare.synthesis import Synthesis, SynthesisSection, synthesise_reports
from huimou.compare.synthesis.blocks import list_lines
from huimou.compare.synthesis.to_docx import to_docx
from huimou.compare.synthesis.to_html import to_html
from huimou.compare.synthesis.to_markdown import to_markdown
from markup import Reader

SCRIPT = "<script>alert(1)</script>\"'&=1+1"


def three() -> Synthesis:
    """Two reports that name 领衔督办, one with a brand of its own, figures of one count, and plans."""
    return synthesise_reports(
        compare_reports(
            [
                a_report("全年办理提案142件。", "市领导领衔督办重点提案。", plan=["办好提案。"]),
                a_report("书记领衔督办提案。", "全年办理提案325件。", place="鹿鸣市", plan=["打造“好商量”平台。"]),
                a_report("开展“晒一晒”活动。", place="白石市"),
            ]
        )
    )


def sections(found: Synthesis, part: str) -> list[SynthesisSection]:
    """The sections of one part."""
    return [one for one in found.sections if one.part == part]


def test_what_several_do_and_what_one_does() -> None:
    """A practice of two reports is told in the words of both; that of one is singular; the rest is counted."""
    [done] = sections(three(), "review")
    assert [(one.kind, one.name, [told.text for told in one.told]) for one in done.practices] == [
        ("common", "领衔督办", ["临江市：市领导领衔督办重点提案。", "鹿鸣市：书记领衔督办提案。"]),
        ("singular", "晒一晒", ["白石市：开展“晒一晒”活动。"]),
    ]
    lead = done.practices[0].lead
    assert lead is not None
    assert lead.text == "临江市、鹿鸣市都写到“领衔督办”。"
    assert [(one.report, one.item) for one in done.rest] == [(0, "A1"), (1, "A2")]


def test_an_item_that_spoke_is_still_among_those_that_name_a_practice() -> None:
    """The line of who has a practice names all that do, even where one's only item has spoken for another practice."""
    found = synthesise_reports(
        compare_reports(
            [
                a_report("推进立法协商，开展界别协商。", domain="consultation"),
                a_report("推进立法协商。", "开展界别协商。", place="鹿鸣市", domain="consultation"),
                a_report("开展界别协商。", place="白石市", domain="consultation"),
            ]
        )
    )
    [section] = found.sections
    told = {one.name: (one.lead.text if one.lead else "", len(one.told)) for one in section.practices}
    assert told == {
        "界别协商": ("临江市、鹿鸣市、白石市都写到“界别协商”。", 3),
        "立法协商": ("临江市、鹿鸣市都写到“立法协商”。", 1),
    }


def test_figures_stand_only_like_with_like() -> None:
    """The figures are those of the comparison, in one sentence with the places of both."""
    [line] = [line for line in list_lines(three()) if "142件" in line.text and line.level == 0]
    assert line.text == "办理提案（件）：临江市142件，鹿鸣市325件（已做 · 一年 · 本机构）。"
    assert [(one.report, one.sentence) for one in line.sources] == [(0, 1), (1, 2)]


def test_the_page_and_markdown_show_sources() -> None:
    """Each sentence has report, item and sentence; the page links to the report's own page where there is one."""
    found = three()
    page = Reader(to_html(found, ["a.html", None, None]))
    assert "临江市 A2 第2句" in page.seen
    links = {value for name, value in page.attributes if name == "href" and value and not value.startswith("#")}
    assert {"a.html", "a.html#s2"} <= links
    assert "script" not in page.tags
    text = to_markdown(found)
    assert "## 一、所做工作" in text
    assert "临江市：市领导领衔督办重点提案。（临江市 A2 第2句）" in text


def test_hostile_words_stay_words() -> None:
    """Tags in any string of a digest are shown, not obeyed."""
    found = synthesise_reports(compare_reports([a_digest(outside=SCRIPT), a_report("全年办理提案1件。")]))
    reader = Reader(to_html(found, [None, None]))
    assert "script" not in reader.tags
    assert "<script>" not in to_markdown(found)


def test_the_word_file_has_its_sources_in_the_margin() -> None:
    """A title, numbered headings, and a comment with the places of each sentence; the same bytes each time."""
    found = three()
    written = to_docx(found)
    assert written == to_docx(found)
    body = [paragraph.text for paragraph in docx.Document(io.BytesIO(written)).paragraphs]
    assert body[0] == "3份报告工作综述"
    assert "一、所做工作" in body
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        assert "鹿鸣市 A1 第1句" in parts.read("word/comments.xml").decode("utf-8")


WORDS = st.lists(
    st.sampled_from(
        [
            "全年办理提案142件。", "市领导领衔督办重点提案。", "推进立法协商。", "开展“晒一晒”活动。",
            "打造“好商量”平台。", "开展民主评议。", "建立委员工作室。",
        ]
    ),
    max_size=6,
)  # fmt: skip


@given(st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=4))
def test_no_item_is_lost_or_told_twice(made: list[tuple[list[str], list[str]]]) -> None:
    """Each item speaks for one practice, or is counted among the rest; every sentence is a summary with its source."""
    digests = [a_report(*done, plan=plan, place=f"第{n}市") for n, (done, plan) in enumerate(made)]
    found = synthesise_reports(compare_reports(digests))
    told = [
        (source.report, source.item)
        for section in found.sections
        for sources in (
            *(said.sources for practice in section.practices for said in practice.told),
            section.rest,
        )
        for source in sources
    ]
    items = [
        (n, item.id)
        for n, one in enumerate(digests)
        for item in (*one.year_review.achievements, *one.next_year_plan.tasks)
    ]
    assert sorted(told) == sorted(items)
    assert all(said.sources for section in found.sections for one in section.practices for said in one.told)


def test_nothing_is_cut_off_on_a_phone(browser: Any, tmp_path: Path) -> None:
    """At 390 px the page itself does not scroll sideways, and a source opens where it is."""
    (tmp_path / "all.html").write_text(to_html(three(), [None] * 3), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto((tmp_path / "all.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("summary").first.click()
    assert page.locator("blockquote").first.is_visible()
    page.close()
