"""Verification: each untruth by its name, what must pass, and who may make findings."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.questions.verify import (
    build_source_finding,
    count_kept_figures,
    count_reflected_sentences,
    find_dropped_figures,
    find_lost_advice,
    find_untruths,
    verify,
)
from huimou.model.report import Claim, Finding, Group, ItemKind, Rejection, Role, Span
from places import ROOT

SOURCE = ROOT / "src" / "huimou"
SENTENCES = (
    "全年共组织委员深入社区开展协商活动400余场,推动解决民生实事86件。",
    "联合市教育局印发《关于加强校外培训的意见》,开展“暖冬送温情”活动,为群众提供了便利服务。",
)
GOOD = (
    "组织委员开展协商活动400余场，推动解决民生实事86件；"
    "联合市教育局印发《关于加强校外培训的意见》，开展“暖冬送温情”活动。"
)
SPANS = (Span(0, 10), Span(10, 20))


def a_group(kind: ItemKind = "achievement", role: Role = "review", lead: str | None = None) -> Group:
    """A group of two sentences."""
    return Group("review-001.1", kind, role, (1, 2), ("一、工作回顾",), lead)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("86件", "68件", "数字“68件”不在原文"),
        ("86件", "86项", "数字“86项”不在原文"),
        ("开展“暖冬送温情”活动", "惠及12个社区", "数字“12个”不在原文"),
        ("400余场", "400场", "数字“400场”不在原文"),
        ("400余场", "约400场", "数字“约400场”不在原文"),
        ("86件", "86余件", "数字“86余件”不在原文"),
        ("组织", "2031年组织", "数字“2031年”不在原文"),
        ("培训的意见", "培训的办法", "名称《关于加强校外培训的办法》与原文不同"),
        ("暖冬送温情", "暖冬送真情", "名称“暖冬送真情”与原文不同"),
        ("“暖冬送温情”", '"暖冬送真情"', '名称"暖冬送真情"与原文不同'),
        ("“暖冬送温情”", "「暖冬送真情」", "名称「暖冬送真情」与原文不同"),
        ("开展“暖冬送温情”活动", "荣获全国先进集体称号", "“荣获全国先进集体称号”不是原文的话"),
        ("推动解决民生实事", "未推动解决民生实事", "“未”的否定不在原文"),
        ("推动解决民生实事", "没有推动解决民生实事", "“没有”的否定不在原文"),
    ],
)
def test_each_untruth_is_named(old: str, new: str, reason: str) -> None:
    """One change to a good summary gives its reason."""
    assert old in GOOD
    assert reason in find_untruths(GOOD.replace(old, new), SENTENCES)


def test_good_summary_is_true() -> None:
    """A shorter wording in the report's words passes."""
    assert find_untruths(GOOD, SENTENCES) == ()


@pytest.mark.parametrize(
    ("summary", "sentences"),
    [
        ("提案办复率100%，委员满意率98%以上。", ["提案办复率达到１００％,委员对办理结果的满意率98%以上。"]),
        ("报送信息1,300余条、采用260条。", ["全年报送信息1，300余条,被省政协采用260条。"]),
        ("组织委员開展協商活動3次。", ["组织委员开展协商活动3次。"]),
        ("不断完善协商制度，修订工作规则。", ["不断完善协商制度,修订工作规则。"]),
        ("就改造供水管网提出建议。", ["就改造供水管网、建设污水处理厂提出建议。"]),
        ("征集提案318件，其中立案290件。", ["征集提案318件,其中经审查立案290件。"]),
    ],
)
def test_what_must_pass(summary: str, sentences: list[str]) -> None:
    """Width, script, separators and shortening make nothing untrue; a short wording need not say all."""
    assert find_untruths(summary, sentences) == ()
    assert find_lost_advice(summary, sentences) == []


def test_figures_that_changed_places() -> None:
    """Both figures stand in the evidence, but not for these things."""
    swapped = GOOD.replace("活动400余场", "活动86件").replace("实事86件", "实事400余场")
    assert "“活动86件”张冠李戴" in find_untruths(swapped, SENTENCES)
    assert "“实事400余场”张冠李戴" in find_untruths(swapped, SENTENCES)


def test_short_figure_is_not_heard_in_a_longer_one() -> None:
    """6件 does not stand in 86件, nor 三次 in 第三次."""
    assert find_dropped_figures("推动解决实事86件。", ["推动解决实事86件、难题6件。"]) == ("6件",)
    assert find_dropped_figures("第三次组织委员视察。", ["第三次组织委员视察，全年视察三次。"]) == ("三次",)


def test_lost_negation_turns_the_meaning() -> None:
    """A negated word must not come back affirmed; one that the evidence affirms elsewhere may."""
    assert "漏了“不允许”的否定" in find_untruths("允许以会议落实会议。", ["不允许以会议落实会议。"])
    assert find_untruths("立案290件。", ["未立案的作为来信处理,立案290件。"]) == ()


@pytest.mark.parametrize(
    ("said", "kept", "reflected"),
    [
        (GOOD, (2, 2), (2, 2)),
        (GOOD.partition("；")[0], (2, 2), (1, 2)),
        ("推动解决民生实事86件。", (1, 2), (1, 2)),
        ("组织委员深入社区开展协商活动四百余场。", (0, 2), (1, 2)),
        ("为群众做好事。", (0, 2), (0, 2)),
    ],
)
def test_what_a_summary_holds_is_counted(said: str, kept: tuple[int, int], reflected: tuple[int, int]) -> None:
    """Figures as printed, and sentences of which half a clause is said."""
    assert count_kept_figures(said, SENTENCES) == kept
    assert count_reflected_sentences(said, SENTENCES) == reflected


def test_advice_written_as_a_deed() -> None:
    """「就……提出建议」 without its verb would say that the body did what it only advised."""
    sentences = ["就改造城市供水管网、建设污水处理厂提出建议。"]
    assert find_lost_advice("改造城市供水管网，建设污水处理厂。", sentences) == ["漏了“建议”，把建议写成了做成的事"]
    assert find_lost_advice("建议改造城市供水管网。", sentences) == []


@pytest.mark.parametrize(
    ("kind", "role", "passes"),
    [
        ("achievement", "review", True),
        ("achievement", "statistics", True),
        ("achievement", "plan", False),
        ("task", "plan", True),
        ("task", "review", False),
        ("shortcoming", "shortcomings", True),
        ("shortcoming", "review", False),
    ],
)
def test_kind_must_lie_in_its_section(kind: ItemKind, role: Role, *, passes: bool) -> None:
    """A task out of the review, or a deed out of the plan, is refused whatever it says."""
    checked = verify(Claim(a_group(kind, role), GOOD, "model"), SENTENCES, SPANS, role)
    assert isinstance(checked, Finding) is passes
    if isinstance(checked, Rejection):
        assert checked.reasons == (f"所在部分是{role}，不能作为{kind}",)


def test_finding_keeps_claim_and_places() -> None:
    """A claim that holds becomes a finding as it is, with the places of its sentences as evidence."""
    claim = Claim(a_group(), GOOD, "reasked")
    assert verify(claim, SENTENCES, SPANS, "review") == Finding(claim.group, GOOD, "reasked", SPANS)


def test_rejection_keeps_all_reasons() -> None:
    """A refused claim stays with every reason, for the reader."""
    claim = Claim(a_group(), GOOD.replace("86件", "68件"), "model")
    checked = verify(claim, SENTENCES, SPANS, "plan")
    assert checked == Rejection(claim, ("数字“68件”不在原文", "所在部分是plan，不能作为achievement"))


def test_own_words_are_the_reports() -> None:
    """`build_source_finding` is marked as made by no model, whatever the claim says."""
    assert build_source_finding(Claim(a_group(), GOOD, "model"), SPANS).made == "source"


@given(st.integers(100, 9999).filter(lambda n: n != 400))
def test_no_made_up_number_passes(number: int) -> None:
    """Whatever number replaces a figure, it is named."""
    assert f"数字“{number}余场”不在原文" in find_untruths(GOOD.replace("400", str(number)), SENTENCES)


@given(st.text(alphabet="政协委员开展组织协商活动未不86件0场余《》“”,，。；", max_size=60))
def test_any_text_is_judged(said: str) -> None:
    """Whatever a model writes is judged, never an error; what is cut out of the evidence is true."""
    assert isinstance(find_untruths(said, SENTENCES), tuple)
    assert find_untruths(SENTENCES[0][: len(said)].rstrip("0123456789余场件"), SENTENCES) == ()


def test_only_verify_makes_findings() -> None:
    """`Finding(` is called nowhere but in digest/questions/verify.py."""
    makers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) == "Finding" or getattr(node.func, "attr", None) == "Finding")
    }
    assert makers == {"digest/questions/verify.py"}
