"""Kinds that no seed is of: a made-up report of each, digested without a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.ingest import read_report
from huimou.language.profiles.profile import load_shipped_profiles
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.model.report import Document
from places import ROOT
from silent_client import SilentClient

_REPORTS = ROOT / "fixtures" / "kinds"
_OLD = frozenset({"political_consultative", "government", "people_congress", "court", "procuratorate"})


@dataclass(frozen=True)
class _Expected:
    """What is right for a report: years are review from, to, and plan; actors by printed figure, domains by cue."""

    kind: str
    organisation: str
    region: str | None
    years: tuple[int, int, int]
    actors: dict[str, str | None]
    achievements: dict[str, str]
    tasks: dict[str, str]


_EXPECTED = {
    "union-made": _Expected(
        "trade_union", "青岚县总工会", "青岚县", (2024, 2024, 2025),
        {"46场": "本机构", "18项": "本机构", "186条": "委员", "412户": "本机构", "640万元": "政府", "92%以上": None},
        {"职工书屋": "guidance", "劳动和技能竞赛": "contribution", "青岚工匠": "workforce", "欠薪": "rights",
         "送温暖": "service", "基层工会": "organisation", "代收工会经费": "finance", "培训班": "institutional"},
        {"中国梦": "guidance", "劳动竞赛": "contribution", "签订率": "rights", "新业态会员": "organisation"},
    ),
    "women-made": _Expected(
        "mass_organisation", "青岚县妇女联合会", "青岚县", (2024, 2024, 2025),
        {"62场": "本机构", "190次": "本机构", "12万元": "企业", "310名": "本机构", "98%": None},
        {"大宣讲": "guidance", "巾帼示范基地": "contribution", "最美家庭": "culture", "两癌": "service",
         "纠纷": "rights", "换届": "organisation"},
        {"三八红旗手": "guidance", "示范基地": "contribution", "儿童之家": "service", "调查研究": "institutional"},
    ),
    "school-made": _Expected(
        "school", "青岚县第一中学", "青岚县", (2023, 2024, 2025),
        {"860节": "本机构", "91.3%": None, "36个": "本机构", "7项": "委员", "1260户": "本机构", "300万元": "政府"},
        {"听评课": "teaching", "本科上线率": "enrolment", "主题班会": "moral", "优质课": "staff", "课题": "research",
         "实验楼": "campus", "应急演练": "safety", "教代会": "party"},
        {"公开课": "teaching", "招聘教师": "staff", "学生宿舍": "campus"},
    ),
    "hospital-made": _Expected(
        "hospital", "青岚县人民医院", "青岚县", (2024, 2024, 2025),
        {"9860台次": "本机构", "96.5%": None, "6批": "本机构", "320人次": "委员", "2800万元": "本机构",
         "1.5亿元": "政府"},
        {"门急诊": "services", "甲级病案": "quality", "胸痛中心": "discipline", "论文": "research", "硕士": "staff",
         "义诊": "public_health", "医共体": "reform", "业务收入": "operation", "清廉医院": "party"},
        {"日间手术": "services", "重点专科": "discipline", "门诊综合楼": "operation", "下派专家": "reform"},
    ),
    "township-made": _Expected(
        "township", "青岚县青山镇人民政府", "青岚县", (2024, 2024, 2025),
        {"3.2亿元": "政府", "900万元": "企业", "3个": "政府", "100%": None, "1260次": "政府"},
        {"招商": "economy", "高标准农田": "agriculture", "通村公路": "construction", "巡河": "ecology",
         "低保金": "livelihood", "网格": "governance", "信访积案": "safety", "软弱涣散": "party"},
        {"引进项目": "economy", "高标准农田": "agriculture", "日间照料": "livelihood", "隐患": "safety"},
    ),
    "company-made": _Expected(
        "company", "青岚水务集团有限公司", None, (2024, 2024, 2025),
        {"9860万立方米": "本机构", "8000万元": "政府", "230条": "委员", "99.8%": None, "86公里": "本机构"},
        {"营业收入": "performance", "供水量": "production", "铺设管网": "projects", "新签合同额": "market",
         "专利": "innovation", "三项制度改革": "reform", "应急演练": "safety", "困难职工": "people",
         "主题党日": "party"},
        {"利润总额": "performance", "再生水厂": "projects", "专利": "innovation", "应急演练": "safety"},
    ),
}  # fmt: skip
_every_report = pytest.mark.parametrize("name", _EXPECTED)


@cache
def _digest(name: str) -> Digest:
    return digest_report(read_report(_REPORTS / f"{name}.txt"), SilentClient(), load_checked_prompts(), ignore_event)


def test_every_kind_has_its_report() -> None:
    """The kinds that no seed is of are those of the made-up reports."""
    assert {expected.kind for expected in _EXPECTED.values()} == {*load_shipped_profiles().kinds()} - _OLD
    assert {path.stem for path in _REPORTS.glob("*-made.txt")} == {*_EXPECTED}


@_every_report
def test_who_reports_on_which_years(name: str) -> None:
    """Kind, full name, place and years."""
    report, right = _digest(name).report, _EXPECTED[name]
    assert (report.kind, report.organisation, report.region) == (right.kind, right.organisation, right.region)
    years = (report.review_years.start, report.review_years.end, report.plan_year.year)
    assert years == right.years


@_every_report
def test_sections(name: str) -> None:
    """A review, what is short, and a plan, each with items; nothing is refused."""
    digest = _digest(name)
    roles = [section.role for section in digest.sections]
    assert [role for role in dict.fromkeys(roles) if role in {"review", "shortcomings", "plan"}] == [
        *("review", "shortcomings", "plan")
    ]
    assert digest.year_review.achievements
    assert digest.year_review.shortcomings
    assert digest.next_year_plan.tasks
    assert "not_a_report" not in {check.code for check in digest.checks}


@_every_report
def test_whose_deeds(name: str) -> None:
    """The body's own, its members', the government's and a company's are told apart; a state is nobody's."""
    figures = _digest(name).figures
    for quote, actor in _EXPECTED[name].actors.items():
        assert {figure.actor for figure in figures if figure.quote == quote} == {actor}, quote


@_every_report
def test_domains(name: str) -> None:
    """Each item falls into the domain that it is about."""
    digest, right = _digest(name), _EXPECTED[name]
    pairs = ((digest.year_review.achievements, right.achievements), (digest.next_year_plan.tasks, right.tasks))
    for items, domains in pairs:
        for word, domain in domains.items():
            found = [item for item in items if word in "".join(piece.quote for piece in item.evidence)]
            assert domain in {item.domain for item in found}, word


def test_what_is_no_report_has_no_body() -> None:
    """A folder's README that names bodies and their reports is nobody's report, and nothing in it is an item."""
    text = (ROOT / "seeds" / "README.md").read_text(encoding="utf-8")
    document = Document("README.md", "README", text, "", "utf-8", "markdown")
    with SilentClient() as client:
        digest = digest_report(document, client, load_checked_prompts(), ignore_event)
    assert "not_a_report" in {problem.code for problem in digest.problems}
    report = digest.report
    assert (report.organisation, report.region, report.kind) == (None, None, None)
    assert not digest.year_review.achievements
    assert digest.run.calls == 0
