"""Verification: each fault by its name, what must pass, and who may make findings."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.questions.verify import build_source_finding, find_faults, find_untruths, verify
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
        ("，推动解决民生实事86件", "", "漏了“86件”"),
        ("开展“暖冬送温情”活动", "惠及12个社区", "数字“12个”不在原文"),
        ("400余场", "400场", "漏了“400余场”"),
        ("400余场", "400场", "数字“400场”不在原文"),
        ("400余场", "约400场", "数字“约400场”不在原文"),
        ("86件", "86余件", "数字“86余件”不在原文"),
        ("400余场", "四百余场", "漏了“400余场”"),
        ("组织", "2031年组织", "数字“2031年”不在原文"),
        ("培训的意见", "培训的办法", "名称《关于加强校外培训的办法》与原文不同"),
        ("暖冬送温情", "暖冬送真情", "名称“暖冬送真情”与原文不同"),
        ("“暖冬送温情”", '"暖冬送真情"', '名称"暖冬送真情"与原文不同'),
        ("“暖冬送温情”", "「暖冬送真情」", "名称「暖冬送真情」与原文不同"),
        ("印发《关于加强校外培训的意见》", "印发意见", "漏了《关于加强校外培训的意见》"),
        ("开展“暖冬送温情”活动", "荣获全国先进集体称号", "“荣获全国先进集体称号”不是原文的话"),
        ("组织委员开展协商活动400余场", "组织委员开展协商活动400余场……", "有省略号或残缺的书名号"),
        ("培训的意见》", "培训的意见", "有省略号或残缺的书名号"),
        ("推动解决民生实事", "未推动解决民生实事", "“未”的否定不在原文"),
        ("推动解决民生实事", "没有推动解决民生实事", "“没有”的否定不在原文"),
    ],
)
def test_each_fault_is_named(old: str, new: str, reason: str) -> None:
    """One change to a good summary gives its reason."""
    assert old in GOOD
    assert reason in find_faults(GOOD.replace(old, new), SENTENCES)


def test_good_summary_has_no_fault() -> None:
    """A shorter wording in the report's words passes."""
    assert find_faults(GOOD, SENTENCES) == ()


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
    """Width, script, separators and allowed shortening are no faults."""
    assert find_faults(summary, sentences) == ()


def test_figures_that_changed_places() -> None:
    """Both figures stand in the evidence, but not for these things."""
    swapped = GOOD.replace("活动400余场", "活动86件").replace("实事86件", "实事400余场")
    assert "“活动86件”张冠李戴" in find_faults(swapped, SENTENCES)
    assert "“实事400余场”张冠李戴" in find_faults(swapped, SENTENCES)


def test_short_figure_is_not_heard_in_a_longer_one() -> None:
    """6件 does not stand in 86件, nor 三次 in 第三次."""
    assert "漏了“6件”" in find_faults("推动解决实事86件。", ["推动解决实事86件、难题6件。"])
    assert "漏了“三次”" in find_faults("第三次组织委员视察。", ["第三次组织委员视察，全年视察三次。"])


def test_lost_negation_turns_the_meaning() -> None:
    """A negated word must not come back affirmed; one that the evidence affirms elsewhere may."""
    assert "漏了“不允许”的否定" in find_untruths("允许以会议落实会议。", ["不允许以会议落实会议。"])
    assert find_untruths("立案290件。", ["未立案的作为来信处理,立案290件。"]) == ()


def test_sentence_left_out() -> None:
    """Every sentence must be heard; the reason quotes its beginning."""
    reasons = find_faults(GOOD.partition("；")[0], SENTENCES)
    assert "没有反映“联合市教育局印发《关于加强校……”这一句" in reasons


def test_only_the_lead() -> None:
    """A title says nothing of what was done."""
    assert "只是标题，没有说做了什么" in find_faults("协商为民办实事。", SENTENCES, lead="协商为民办实事。")


def test_too_long_unless_dense() -> None:
    """The whole text is no summary, except where it is nearly all figures."""
    whole = "".join(SENTENCES)
    assert find_faults(whole, SENTENCES) == ("太长，没有压缩",)
    assert find_faults(whole, SENTENCES, dense=True) == ()


def test_too_short() -> None:
    """A few characters say nothing; a fragment of a long text misses most of it."""
    assert "太短，没有说清做了什么" in find_faults("会议3次。", ["召开会议3次。"])
    long = [
        "围绕城市更新深入老旧小区、背街小巷和农贸市场走访调研,形成调研报告,报送市委、市政府参考,推动相关部门制定改造方案并组织实施。"
    ]
    assert "太短，漏了主要的事" in find_faults("围绕城市更新走访调研。", long)


def test_advice_written_as_a_deed() -> None:
    """「就……提出建议」 without its verb would say that the body did what it only advised."""
    reasons = find_faults("改造城市供水管网，建设污水处理厂。", ["就改造城市供水管网、建设污水处理厂提出建议。"])
    assert reasons == ("漏了“建议”，把建议写成了做成的事",)


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
    checked = verify(Claim(a_group(kind, role), GOOD, "model"), SENTENCES, SPANS, role, dense=False)
    assert isinstance(checked, Finding) is passes
    if isinstance(checked, Rejection):
        assert checked.reasons == (f"所在部分是{role}，不能作为{kind}",)


def test_finding_keeps_claim_and_places() -> None:
    """A claim that holds becomes a finding as it is, with the places of its sentences as evidence."""
    claim = Claim(a_group(), GOOD, "reasked")
    assert verify(claim, SENTENCES, SPANS, "review", dense=False) == Finding(claim.group, GOOD, "reasked", SPANS)


def test_rejection_keeps_all_reasons() -> None:
    """A refused claim stays with every reason, for the reader and for the second question."""
    claim = Claim(a_group(), GOOD.replace("86件", "68件"), "model")
    checked = verify(claim, SENTENCES, SPANS, "review", dense=False)
    assert checked == Rejection(claim, ("数字“68件”不在原文", "漏了“86件”"))


def test_own_words_are_the_reports() -> None:
    """`build_source_finding` is marked as made by no model, whatever the claim says."""
    assert build_source_finding(Claim(a_group(), GOOD, "model"), SPANS).made == "source"


@given(st.integers(100, 9999).filter(lambda n: n != 400))
def test_no_made_up_number_passes(number: int) -> None:
    """Whatever number replaces a figure, it is named."""
    assert f"数字“{number}余场”不在原文" in find_untruths(GOOD.replace("400", str(number)), SENTENCES)


@given(st.text(alphabet="政协委员开展组织协商活动未不86件0场余《》“”,，。；", max_size=60))
def test_any_text_is_judged(said: str) -> None:
    """Whatever a model writes is judged, never an error; an empty summary never passes."""
    assert isinstance(find_faults(said, SENTENCES), tuple)
    assert find_faults(said[:5], SENTENCES)


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
