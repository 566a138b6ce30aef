"""The sentences that were weighed: their order, which was chosen, and why; in the terminal and on the page."""

from __future__ import annotations

import re

import pytest

from handmade import TEXT, a_candidate, a_digest, weighed
from huimou.digest.choices import DigestChoices
from huimou.digest.explanation import explain_item
from huimou.model.digest import Achievement, CandidateOut
from huimou.outputs.candidates import explain_choice, list_candidates
from huimou.outputs.explanation import format_item
from huimou.outputs.page.report import to_page


def an_item(*candidates: CandidateOut, summary: str = "开展协商400余场。") -> Achievement:
    """An achievement that was chosen from these."""
    first = a_digest().year_review.achievements[0]
    return first.model_copy(update={"summary": summary, "made": "model", "candidates": list(candidates)})


def test_the_chosen_one_comes_first_then_the_best() -> None:
    """Each with how it was made, its score and its faults in one line."""
    chosen = a_candidate("开展协商400余场。", 0.9, "略长")
    poor, fair = a_candidate("开展\n协商。", 0.1, "缺少结果", "丢了数字"), a_candidate("协商400余场。", 0.6)
    told = list_candidates(an_item(poor, fair, chosen))
    assert [(line.summary, line.score, line.faults, line.chosen) for line in told] == [
        ("开展协商400余场。", "0.90", "略长", True),
        ("协商400余场。", "0.60", "", False),
        ("开展协商。", "0.10", "缺少结果；丢了数字", False),
    ]
    assert {line.made for line in told} == {"模型概括"}


def test_of_the_same_words_one_is_chosen() -> None:
    """That which was made as the item says."""
    other = a_candidate("开展协商400余场。", 0.9).model_copy(update={"made": "selected"})
    told = list_candidates(an_item(other, a_candidate("开展协商400余场。", 0.9)))
    assert [(line.made, line.chosen) for line in told] == [("模型概括", True), ("选句", False)]


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ((), ""),
        ((0.9,), ""),
        ((0.9, 0.5, 0.6), "得分最高（0.90，其余最高0.60）"),
        ((0.9, 0.9), "得分同为最高（0.90），排在前面"),
        ((0.5, 0.9), "得分更高的没有通过核对"),
    ],
)
def test_why_this_one(scores: tuple[float, ...], why: str) -> None:
    """By its score beside the best of the others; nothing where there was no choice."""
    summaries = ["开展协商400余场。", *(f"协商{n}。" for n in range(1, len(scores)))]
    item = an_item(*map(a_candidate, summaries, scores))
    assert explain_choice(item) == why


def test_a_summary_from_elsewhere_is_said() -> None:
    """None of the candidates is called the chosen one."""
    item = an_item(a_candidate("甲。", 0.9), a_candidate("乙。", 0.8))
    assert [line.chosen for line in list_candidates(item)] == [False, False]
    assert explain_choice(item) == "条目的摘要不在候选之中"


def test_an_explanation_tells_of_them() -> None:
    """With what is wrong with each; an item without a choice has no such lines."""
    told = explain_item(weighed(a_digest()), "A1", DigestChoices())
    assert told is not None
    lines = list(format_item(told))
    start = lines.index("候选2句。为什么选这一句：得分最高（0.90，其余最高0.25）")
    assert re.fullmatch(r"  选用 0\.90 重问后：.+（没有找出毛病）", lines[start + 1])
    assert lines[start + 2 :] == ["  落选 0.25 模型概括：开展协商。（毛病：缺少结果；丢了数字：400余场）"]
    plain = explain_item(a_digest(), "A1", DigestChoices())
    assert plain is not None
    assert not [line for line in format_item(plain) if "候选" in line]


def test_the_page_has_them_folded() -> None:
    """Closed, beside the item, the chosen one marked; nothing where there was no choice."""
    page = to_page(weighed(a_digest()), TEXT)
    assert page.count('<details class="weighed"><summary>候选2句</summary>') == 2
    assert page.count('<li class="chosen">') == 2
    assert "丢了数字：400余场" in page
    plain = to_page(a_digest(), TEXT)
    assert '<details class="weighed">' not in plain


def test_what_a_candidate_holds_is_data() -> None:
    """Markup in it is shown as it is."""
    page = to_page(a_digest(outside="<b onclick=x>"), "<b onclick=x>")
    assert '<details class="weighed">' in page
    assert "<b onclick" not in page
