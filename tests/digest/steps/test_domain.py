"""Cue words vote for the domain of an item."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.domain import find_domain
from huimou.language.profiles.domains import Domain
from huimou.language.profiles.profile import Profile, select_shipped_profile

_PROFILE = select_shipped_profile("political_consultative")
_SMALL = Profile(
    "test",
    "测试",
    (),
    (
        Domain("talks", "协商", {"协商": 2}),
        Domain("care", "民生", {"养老": 3}, topical=True),
        Domain("digest", "提案", {}, roles=("proposal_digest",)),
        Domain("other", "其他", {}),
    ),
)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("立案提案241件,办复率100%。", "proposals"),
        ("编报社情民意信息268篇。", "public_opinion"),
        ("开展专项监督5次,提出监督意见36条。", "oversight"),
        ("召开党组理论学习中心组学习会12次。", "party_building"),
        ("走访慰问困难群众90户,捐款12万元。", "livelihood"),
        ("编撰文史资料2辑。", "culture_history"),
        ("完善委员履职考核办法和履职档案。", "members"),
        ("联系民主党派和无党派人士开展联谊活动。", "united_front"),
        ("向全市人民问好。", "other"),
    ],
)
def test_own_words_decide(body: str, key: str) -> None:
    """An item falls where the words of its own text point."""
    assert find_domain(body, None, (), "review", _PROFILE) == key


@pytest.mark.parametrize(
    ("body", "lead", "headings", "key"),
    [
        ("召开“完善托育服务体系”协商会,夯实民生基础。", None, (), "consultation"),
        ("围绕防汛物资储备等开展民主监督。", "助力防汛抗旱办实事", (), "oversight"),
        ("立案《关于加强疫情防控的建议》等5件提案。", "围绕疫情防控履职", (), "proposals"),
        ("聚焦企业复工复产、餐饮业复苏等工作开展视察调研。", None, (), "deliberation"),
        ("推进“智慧政协”建设,探索协商新模式。", None, (), "institutional"),
        ("拟定一线协商共性指导议题。", None, (), "grassroots"),
        ("建立办理反馈机制。", None, ("深化“一线协商”行动",), "grassroots"),
        ("把部署与《政治协商工作条例》结合起来学习、贯通起来理解。", None, (), "party_building"),
        ("开展专题调研,走访寺庙。", "做好民族宗教工作", (), "united_front"),
        ("开展专题视察。走访慰问困难群众,捐款捐赠助学。", None, (), "livelihood"),
        ("就养老等议题开展调研视察、协商监督等履职活动,帮扶困难群众。", None, (), "livelihood"),
    ],
)
def test_form_of_work_beats_its_topic(body: str, lead: str | None, headings: tuple[str, ...], key: str) -> None:
    """The form decides, unless several stand together, the title names a field, or another matter is told as well."""
    assert find_domain(body, lead, headings, "review", _PROFILE) == key


def test_subject_of_a_survey_is_not_its_domain() -> None:
    """A consultation about old people's care is a consultation; care given is care."""
    assert find_domain("围绕养老服务等课题开展协商。", None, (), "review", _SMALL) == "talks"
    assert find_domain("新建养老中心。", None, (), "review", _SMALL) == "care"


def test_lead_and_innermost_heading_vote() -> None:
    """Without cues of its own, an item follows its title, and its nearest heading; outer headings are silent."""
    assert find_domain("取得成效。", "深化协商", (), "review", _SMALL) == "talks"
    assert find_domain("取得成效。", None, ("其他", "深化协商"), "review", _SMALL) == "talks"
    assert find_domain("取得成效。", None, ("深化协商", "其他"), "review", _SMALL) == "other"


def test_section_role_speaks_for_its_domain() -> None:
    """What stands in a digest of proposals is about proposals."""
    assert find_domain("新建养老中心。", None, (), "proposal_digest", _SMALL) == "digest"


def test_near_misses_count_elsewhere() -> None:
    """A word that looks like one domain and belongs to another votes there, and not even in part here."""
    domains = (
        Domain("farms", "农业", {"农村": 5}, near=("农村公路",)),
        Domain("roads", "交通", {"农村公路": 5}),
        Domain("other", "其他", {}),
    )
    profile = Profile("test", "测试", (), domains)
    assert find_domain("新建农村公路30公里。", None, (), "review", profile) == "roads"
    assert find_domain("改善农村环境。", None, (), "review", profile) == "farms"
    assert find_domain("取得成效。", "农村公路", (), "review", profile) == "roads"


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("government", "新建改建农村公路120公里。", "urban"),
        ("government", "办好农村义务教育学校20所。", "social"),
        ("government", "推进集体产权制度改革。", "agriculture"),
        ("people_congress", "检查消防条例实施情况。", "supervision"),
        ("court", "严惩合同诈骗罪犯。", "criminal"),
        ("procuratorate", "依法支持起诉35件。", "civil"),
        ("political_consultative", "开展提案办理协商。", "proposals"),
        ("political_consultative", "举办机关干部培训。", "institutional"),
    ],
)
def test_near_misses_of_the_shipped_profiles(kind: str, body: str, key: str) -> None:
    """Words that are easily taken for another domain fall where people file them."""
    assert find_domain(body, None, (), "review", select_shipped_profile(kind)) == key


@given(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=20)), st.lists(st.text(max_size=20), max_size=3))
def test_domain_is_of_the_profile(body: str, lead: str | None, headings: list[str]) -> None:
    """Whatever the text, the answer is one of the closed list."""
    assert find_domain(body, lead, headings, "review", _PROFILE) in {domain.key for domain in _PROFILE.domains}
