"""The page of a comparison: complete, self-contained, inert, and usable in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from compared import a_report
from handmade import a_digest
from huimou.compare.cities import compare_reports
from huimou.compare.cities.phrases import FIGURES, NEAR, NO_ROWS, OVERVIEW_RULE, count_reasons_apart, format_tally
from huimou.compare.cities.to_html import to_html
from huimou.outputs.html.shell import build_policy
from markup import Reader

SCRIPT = "<script>alert(1)</script>\"'&=1+1"


def two() -> str:
    """Page of two reports, of which the first has a page of its own."""
    one = a_report("全年办理提案142件。", "开展“晒一晒”活动。", plan=["办好提案。"])
    other = a_report("全年,办理提案325件,立案提案300件。", place="鹿鸣市", years=(2021, 2021))
    return to_html(compare_reports([one, other]), ["a%20b.html", None])


def test_it_says_everything() -> None:
    """Names, notes, both numbers as printed, items, what is only here, what stands apart and why, and the rules."""
    seen = Reader(two()).seen
    for words in (
        "政协临江市委员会 2022年",
        "政协鹿鸣市委员会 2021年",
        "回顾的年份不尽相同",
        "没有设计划部分的报告：鹿鸣市 2021年",
        "142件",
        "325件",
        "办理提案（件）",
        "晒一晒",
        "办好提案。",
        "与临江市 2022年的同名事项环节不同（立案，办理）",
        "立案 300件",
        "词没有出现，不等于事情没有做",
        "不排名，不加总",
    ):
        assert words in seen


def test_sources_lead_to_the_reports_own_page() -> None:
    """Links go to the sentence and the item where there is such a page; the quote is in any case here."""
    reader = Reader(two())
    links = {value for name, value in reader.attributes if name == "href" and value and not value.startswith("#")}
    assert links == {"a%20b.html", *(f"a%20b.html#{to}" for to in ("s1", "s2", "s3", "A1", "A2", "T1"))}
    assert "第1句，字符6–10" in reader.seen
    assert reader.tags.count("mark") == 6


def test_it_needs_and_does_nothing_from_outside() -> None:
    """No script, no address elsewhere, and a policy that forbids them; every anchor that is linked is there."""
    page = two()
    reader = Reader(page)
    assert not {"script", "link", "img", "iframe", "form", "base"} & set(reader.tags)
    assert "http" not in page.replace("http-equiv", "")
    assert ("content", build_policy(())) in reader.attributes
    assert "unsafe" not in build_policy(())
    names = {value for name, value in reader.attributes if name == "id"}
    assert {value[1:] for name, value in reader.attributes if name == "href" and value and value[0] == "#"} <= names


def test_hostile_words_stay_words() -> None:
    """Tags in any string of a digest are shown, not obeyed."""
    hostile = a_digest(outside=SCRIPT)
    reader = Reader(to_html(compare_reports([hostile, a_report("全年办理提案1件。")]), [SCRIPT, None]))
    assert "script" not in reader.tags
    assert SCRIPT in reader.seen
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


def test_it_opens_with_what_can_be_compared() -> None:
    """Even where no figure can: domains that both have come first; why figures stand apart is counted at the end."""
    one = a_report("全年办理提案142件。", "开展大走访。", plan=["办好提案。"])
    other = a_report("全年办理提案件数325组。", place="鹿鸣市")
    comparison = compare_reports([one, other])
    assert not comparison.rows
    seen = Reader(to_html(comparison, [None, None])).seen
    tally = format_tally(comparison)
    assert tally == "2份报告：1个领域中1个有两份以上报告的条目可对照；另有2个数字口径不同或别处未见，不并列。"
    assert seen.index(tally) < seen.index(OVERVIEW_RULE) < seen.index(NO_ROWS)
    assert seen.count(FIGURES) == 0
    assert [count for _, count in count_reasons_apart(comparison)] == [2]


def test_figures_that_count_the_same_thing_differently_are_told_first() -> None:
    """A figure whose thing another report counts in another unit names that report."""
    one = a_report("全年办理提案142件。", "召开会议3次。", "开展视察5次。")
    other = a_report("全年办理提案325份。", place="鹿鸣市")
    comparison = compare_reports([one, other])
    near = [lone for lone in comparison.apart if lone.near is not None]
    assert [(lone.report, lone.near) for lone in near] == [(0, 1), (1, 0)]
    assert count_reasons_apart(comparison)[0] == (NEAR, 2)
    assert sum(count for _, count in count_reasons_apart(comparison)) == len(comparison.apart)


def test_a_domain_opens_from_the_overview(browser: Any, tmp_path: Path) -> None:
    """The domains are folded; a link of the overview opens its own."""
    (tmp_path / "both.html").write_text(two(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((tmp_path / "both.html").as_uri())
    item = page.get_by_text("开展“晒一晒”活动。", exact=True).locator("visible=true")
    assert item.count() == 0
    page.locator(".matrix a").first.click()
    assert page.locator("#d1").is_visible()
    assert page.locator("#d1 li").first.is_visible()
    page.close()


def test_a_reader_opens_a_source(browser: Any, tmp_path: Path) -> None:
    """A click, or Enter alone, shows the sentence with the figure marked; the link leads into the report's page."""
    (tmp_path / "a b.html").write_text('<p id="s1">原文</p>', encoding="utf-8")
    (tmp_path / "both.html").write_text(two(), encoding="utf-8")
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto((tmp_path / "both.html").as_uri())
    mark = page.locator("#figures mark").first
    assert not mark.is_visible()
    page.locator("#figures summary").first.click()
    assert mark.is_visible()
    assert mark.inner_text() == "142件"
    page.locator("#figures summary").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator("#figures mark").nth(1).is_visible()
    page.locator("#figures blockquote a").first.click()
    assert page.url.endswith("/a%20b.html#s1")
    assert told == []
    page.close()


def test_side_by_side_is_stacked_on_a_phone(browser: Any, tmp_path: Path) -> None:
    """On a wide screen the reports stand beside each other; at 390 px beneath, named, with nothing cut off."""
    (tmp_path / "both.html").write_text(two(), encoding="utf-8")
    cells = "#figures td[data-label]:not(.none)"
    for width, beside in ((1280, True), (390, False)):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto((tmp_path / "both.html").as_uri())
        left, right = (page.locator(cells).nth(n).bounding_box() for n in (0, 1))
        assert (left["x"] < right["x"]) is beside
        assert (left["y"] < right["y"]) is not beside
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        named = page.locator(cells).first.evaluate("cell => getComputedStyle(cell, '::before').content")
        assert (re.search("临江市 2022年", named) is None) is beside
        page.close()
