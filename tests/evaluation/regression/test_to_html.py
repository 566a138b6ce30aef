"""The page of the gate's outcome: complete, self-contained, inert."""

from __future__ import annotations

import re
from typing import get_args

from gates import SCRIPT, a_problem, a_report, altered, hostile
from handmade import TEXT, a_digest
from huimou.evaluation.changes.changes import find_changes
from huimou.evaluation.labels import GATE_PROBLEMS
from huimou.evaluation.regression.outcome import GateOutcome, GateProblem, GateProblemKind, ReportOutcome
from huimou.evaluation.regression.to_html import PageTitles, to_html
from huimou.model.digest import Digest
from markup import Reader

OUTCOME = GateOutcome(
    (a_report(), a_report("同", same=True), a_report("误", error="no recordings")), (a_problem("orphan x"),), 1.5
)
TEXTS = {"临江-2022": TEXT}


def test_it_says_everything() -> None:
    """Verdict, states of recordings, problems, every change with both values, its source, and the measures."""
    seen = Reader(to_html(OUTCOME, TEXTS)).seen
    for words in (
        "3份报告中2份不一致",
        "有效3 过期1",
        "丢失1 改动1",
        "orphan x",
        "no recordings",
        "1条记录已过期（提示词版本）：prompt item-summary 1 to 2: item-summary/002",
        "开展协商活动400余场。",
        "开展协商活动400场。",
        "4,000",
        "任务·召回率 1 → 0.5",
        "变差",
        "指标（1项有变）",
        "指标（无变化）",
    ):
        assert words in seen


def test_it_speaks_chinese() -> None:
    """Every kind of problem has a Chinese name; what is English is an identifier or an error, and is marked as such."""
    assert set(GATE_PROBLEMS) == set(get_args(GateProblemKind))
    limit = GateProblem("limit", "below its floor: tasks.recall is 0.5", named="任务·召回率 0.5（≥ 0.9）")
    bare = GateProblem(
        "no_accepted", "there is no accepted digest: huimou fixtures accept", named="huimou fixtures accept"
    )
    page = to_html(GateOutcome((), (limit, bare), 1.0), {})
    assert "<li>指标越过界限：任务·召回率 0.5（≥ 0.9）</li>" in page
    assert '<li>没有已接受的摘要：<code lang="en">huimou fixtures accept</code></li>' in page
    said = re.sub(r'<code lang="en">.*?</code>|<style>.*?</style>', "", to_html(OUTCOME, TEXTS), flags=re.DOTALL)
    words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>", " ", said.partition("<main>")[2])))
    assert words <= {"tasks", "recall", "figures", "predicted", "reports", "txt"}


def test_differences_are_marked_and_sources_stand_in_their_surroundings() -> None:
    """The characters that differ, and the source with what stands around it in the report."""
    page = to_html(OUTCOME, TEXTS)
    assert "开展协商活动<del>400余</del>场。" in page or "<del>余</del>" in page
    assert "<del>400</del>" in page
    assert "<ins>4,000</ins>" in page
    context = re.search(
        r'around">([^<]*)</span><mark>开展协商活动400余场[^<]*</mark><span class="around">([^<]*)', page
    )
    assert context is not None
    assert "2022年工作回顾" in context[1]
    assert context[2].startswith("致谢!")


def test_without_the_text_the_quote_is_shown_alone() -> None:
    """No text, or another text: the quote, and no surroundings that are not its own."""
    for texts in ({}, {"临江-2022": "别的报告" * 50}):
        page = to_html(OUTCOME, texts)
        assert '<span class="around"></span><mark>开展协商活动400余场' in page
        assert "别的报告" not in page


def test_a_sentence_is_shown_by_its_place() -> None:
    """A sentence's words are not in the digest; the text has them."""
    data = a_digest().model_dump(mode="json")
    data["sentences"][4]["disposition"] = "pledge"
    found = find_changes(a_digest(), Digest.model_validate(data))
    outcome = GateOutcome((ReportOutcome("临江-2022", "f", (), found, {}, {}, {}, 0.1),), (), 0.1)
    assert "<mark>办理渠道还不够宽。</mark>" in to_html(outcome, TEXTS)
    assert "<mark>" not in to_html(outcome, {})


def test_what_another_text_lost_is_not_looked_up_in_this_one() -> None:
    """The place of a problem that is gone was one of the text before; it is not shown from the text of now."""
    for sha256, shown in (("0" * 64, 1), ("1" * 64, 0)):
        data = a_digest().model_dump(mode="json")
        data["problems"], data["source"]["sha256"] = data["problems"][1:], sha256
        found = find_changes(a_digest(), Digest.model_validate(data))
        page = to_html(GateOutcome((ReportOutcome("临江-2022", "f", (), found, {}, {}, {}, 0.1),), (), 0.1), TEXTS)
        assert page.count("<mark>") == shown


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """No script, no address, no event handler, whatever the report says; markup in it stays text."""
    for outcome in (OUTCOME, hostile()):
        page = to_html(outcome, dict.fromkeys(TEXTS, SCRIPT), PageTitles(SCRIPT, SCRIPT, SCRIPT))
        reader = Reader(page)
        assert not {"script", "link", "img", "iframe", "form", "object"} & set(reader.tags)
        assert not [name for name, _ in reader.attributes if name.startswith("on") or name == "src"]
        assert all(value and value.startswith("#r") for name, value in reader.attributes if name == "href")
        assert "url(" not in page
        assert "@import" not in page
        assert SCRIPT in reader.seen
        assert "\x1b" not in page
        assert page.encode()


def test_titles_of_the_sides() -> None:
    """The same page serves another comparison."""
    page = to_html(OUTCOME, TEXTS, PageTitles(page="提示词比较", before="甲", after="乙"))
    assert "<h1>回眸 · 提示词比较</h1>" in page
    assert "<b>甲</b>" in page
    assert "<th>乙</th>" in page
    assert "已接受" not in page


def test_passed_and_empty() -> None:
    """All the same, and nothing there."""
    same = Reader(to_html(GateOutcome((a_report(same=True),), (), 1.0), {})).seen
    assert "通过：1份报告全部一致" in same
    assert "未通过" not in same
    assert "没有报告" in Reader(to_html(GateOutcome((), (), 0.0), {})).seen


def test_fields_of_one_item_share_a_card() -> None:
    """An item of which two fields differ is one altered item, with its source once."""
    data = altered().model_dump(mode="json")
    data["year_review"]["achievements"][0]["title"] = "协商"
    found = find_changes(a_digest(), Digest.model_validate(data))
    page = to_html(GateOutcome((ReportOutcome("a", "f", (), found, {}, {}, {}, 0.1),), (), 0.1), TEXTS)
    assert page.count("<mark>开展协商活动400余场") == 1
    assert "丢失1" in page
    assert ">改动1<" in page
