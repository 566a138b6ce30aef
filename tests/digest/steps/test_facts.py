"""Organisation, region, kind, script and years, with the sentences that they rest on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.steps.facts import read_facts
from huimou.language.profiles.profile import load_profiles
from huimou.model.report import Facts, Outline, Section, Sentence
from places import ROOT

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
WORK = "围绕中心、服务大局,认真履行职能,组织开展调研视察二十余次,各项工作取得新的成效,为经济社会发展作出了积极贡献。"


def _outline(text: str, sections: tuple[Section, ...] | None = None) -> Outline:
    matches = (match for match in re.finditer(r"[^\n。!；;]+[。!；;]?[”’]?", text) if match.group().strip())
    sentences = tuple(Sentence(n, *match.span()) for n, match in enumerate(matches, 1))
    return Outline(sentences, (), sections or (Section("review", None, 0, len(text)),), {})


def _facts(text: str) -> Facts:
    return read_facts(text, _outline(text))


def _years(facts: Facts) -> tuple[object, ...]:
    review, plan = facts.review_years, facts.plan_year
    return review.start, review.end, review.basis, plan.start, plan.basis


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("flat", [False, True])
def test_years_and_region_of_the_annotated_reports(seed: Path, *, flat: bool) -> None:
    """The annotated years and region are read, with good sections and with none worth the name."""
    text = seed.read_bytes().decode()
    gold = json.loads((ROOT / "fixtures/gold" / f"{seed.stem}.json").read_text("utf-8"))
    sections = tuple(Section(s["role"], s["heading"], s["start"], s["end"]) for s in gold["sections"])
    facts = read_facts(text, _outline(text, None if flat else sections))
    meta = gold["meta"]
    assert [facts.review_years.start, facts.review_years.end] == meta["review_years"]
    assert facts.plan_year.start == meta["plan_year"]
    assert facts.region == meta["region"]
    assert facts.organisation == meta["organisation"]
    assert facts.kind == "political_consultative"


def test_evidence_is_whole_sentences() -> None:
    """A year rests on the sentence or heading that names it."""
    text = f"政协青山市委员会工作报告\n一、2022年工作回顾\n{WORK}\n二、2023年主要任务\n{WORK}"
    facts = _facts(text)
    quotes = [[text[s.start : s.end] for s in year.evidence] for year in (facts.review_years, facts.plan_year)]
    assert quotes == [["一、2022年工作回顾"], ["二、2023年主要任务"]]


def test_inferred_year_shows_all_it_rests_on() -> None:
    """An inferred review year shows 过去一年 and the plan heading that it was reckoned from."""
    text = f"政协青山市委员会工作报告\n过去一年,市政协{WORK}\n2021年主要任务\n{WORK}"
    facts = _facts(text)
    assert _years(facts) == (2020, 2020, "inferred", 2021, "stated")
    assert [text[s.start : s.end][:6] for s in facts.review_years.evidence] == ["过去一年,市", "2021年主"]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        (f"一、二〇二二年工作回顾\n{WORK}\n二、二〇二三年主要任务\n{WORK}", (2022, 2022, "stated", 2023, "stated")),
        (f"２０２２年工作回顧\n{WORK}\n２０２３年工作安排\n{WORK}", (2022, 2022, "stated", 2023, "stated")),
        (f"青山县政协2022年工作总结及2023年工作计划\n县政协{WORK}", (2022, 2022, "stated", 2023, "stated")),
        (f"回眸2022\n{WORK}\n展望2023\n{WORK}", (2022, 2022, "stated", 2023, "stated")),
        (f"2020年主要工作\n{WORK}\n2021年主要任务\n{WORK}", (2020, 2020, "stated", 2021, "stated")),
        (f"市政协2021年度工作报告\n{WORK}\n做好2022年工作的总体要求是:{WORK}", (2021, 2021, "stated", 2022, "stated")),
        (f"2023年,县检察院{WORK}2023年办案20件。\n2024年工作安排\n{WORK}", (2023, 2023, "stated", 2024, "stated")),
        (f"一、2021年和过去五年工作回顾\n{WORK}\n二、2022年重点工作\n{WORK}", (2017, 2021, "inferred", 2022, "stated")),
        (f"过去五年主要工作\n五年来,{WORK}\n2022年工作安排\n{WORK}", (2017, 2021, "inferred", 2022, "stated")),
        (f"本届政协五年来(2017年至2021年),{WORK}\n今后五年工作建议\n{WORK}", (2017, 2021, "stated", 2022, "inferred")),
        (f"2023年工作综述\n{WORK}新的一年,市政协将再接再厉。", (2023, 2023, "stated", 2024, "inferred")),
        (f"2023年工作综述\n{WORK}2024年,市政协将用好传家宝。", (2023, 2023, "stated", 2024, "stated")),
        (f"2023年工作综述\n{WORK}", (2023, 2023, "stated", None, "absent")),
        (WORK * 3, (None, None, "absent", None, "absent")),
    ],
)
def test_years(text: str, years: tuple[object, ...]) -> None:
    """Years are stated where a heading or an opening names them, inferred from terms and cues, else absent."""
    assert _years(_facts(text)) == years


@pytest.mark.parametrize(("date", "plan"), [("2016年1月5日", 2016), ("2015年12月28日", 2016)])
def test_plan_year_by_the_day_of_delivery(date: str, plan: int) -> None:
    """A report given in January plans that year, one given in December the next."""
    head = f"政府工作报告\n——{date}在桐江市第五届人民代表大会第五次会议上"
    text = f"{head}\n一、2015年工作回顾\n{WORK}\n二、今年的主要任务\n{WORK}"
    assert _years(_facts(text)) == (2015, 2015, "stated", plan, "inferred")


def test_title_year_of_a_government_report_is_the_plan_year() -> None:
    """2016年政府工作报告 reviews 2015 and plans 2016."""
    text = f"2016年政府工作报告\n一、2015年工作回顾\n{WORK}\n二、今年工作安排\n{WORK}"
    assert _years(_facts(text)) == (2015, 2015, "stated", 2016, "inferred")


@pytest.mark.parametrize(
    "noise",
    ["获评2017至2019年度文明单位。", "编制规划(2020-2030年)。", "到2035年建成强市。", "发布日期:2019年3月1日。"],
)
def test_other_years_do_not_matter(noise: str) -> None:
    """Award years, plan periods and dates of publication are no review and no plan year."""
    text = f"市政协工作报告\n过去一年,市政协{WORK}{noise}\n{noise}\n2021年主要任务\n{noise}{WORK}"
    assert _years(_facts(text)) == (2020, 2020, "inferred", 2021, "stated")


def test_kind_of_the_users_own(tmp_path: Path) -> None:
    """A profile that a user adds takes part in recognition and says how the body's name is formed."""
    (tmp_path / "union.toml").write_text(
        'kind = "consumers"\ntitle = "消委会工作报告"\nrecognise = ["消费者委员会"]\nself = ["{level}消费者委员会"]\n'
        'organisation = "{region}消费者委员会"\n[[domain]]\nkey = "skills"\ntitle = "竞赛"\ncues = { 3 = ["竞赛"] }\n',
        encoding="utf-8",
    )
    text = f"青山市消费者委员会2022年工作报告\n一、2022年工作回顾\n市消费者委员会{WORK}\n二、2023年主要任务\n{WORK}"
    facts = read_facts(text, _outline(text), load_profiles(tmp_path))
    assert (facts.kind, facts.organisation, facts.region) == ("consumers", "青山市消费者委员会", "青山市")
    assert _facts(text).kind is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("青岚县第一中学2022年工作总结\n{}\n学校{}", "school"),
        ("走进第一中学\n政协青岚县委员会2022年工作回顾\n{}", "political_consultative"),
        ("青岚水务集团有限公司 履职亮点\n县政协{0}县政协{0}县政协{0}", "political_consultative"),
        ("县人民医院改扩建工作纪实\n我代表青岚县人民政府,向大会报告工作。\n医院{0}医院{0}医院{0}", "government"),
        ("青岚县青山镇人民政府2022年工作报告\n全镇{}", "township"),
        ("青岚县总工会女职工委员会2022年工作总结\n{}", "trade_union"),
        ("共青团青岚县委员会2022年工作总结\n{}", "mass_organisation"),
        ("青岚县人民法院2022年工作报告\n我院{0}我院{0}我院{0}", "court"),
    ],
)
def test_kinds_that_every_report_names(text: str, kind: str) -> None:
    """A school, a hospital or a company is named in headings of any report; it reports where it is named most."""
    assert _facts(text.format(WORK, WORK)).kind == kind


VISITED = (
    "一、2024年工作回顾\n学校、医院、公司、工会和乡镇的情况是:学校58所,医院12家,集团公司6家,工会320个,乡镇16个。\n"
    "学校建设、医院改革、公司重组、乡镇建设稳步推进,学校和医院得到加强,公司和工会有了发展。\n{0}组织了走访,{0}听取了汇报。\n"
    "二、2025年工作安排\n学校、医院、公司、乡镇工作进一步加强。"
)
OLD_BODIES = {
    "political_consultative": ("澄岭县政协", "政协澄岭县委员会", "县政协"),
    "people_congress": ("澄岭县人大常委会", "澄岭县人大财经委", "县人大常委会"),
    "government": ("澄岭县人民政府", "2024年澄岭县政府", "县政府"),
    "court": ("澄岭县人民法院", "县人民法院", "县法院"),
    "procuratorate": ("澄岭县人民检察院", "县人民检察院", "县检察院"),
}
VISITS = (
    "关于全县幼儿园布点的考察报告\n——{w}2024年工作总结",
    "关于县中医院迁建的报告\n{w}调研组",
    "{w}关于国有集团公司重组的工作报告",
    "{w}2024年乡镇街道工作报告",
    "县第二中学新校区建设情况报告\n{w}",
    "走进白榆纸业集团\n{w}2024年工作纪实",
    "工会和妇联组织建设专项工作报告\n{w}\n2024年11月",
    "职业学院办学情况视察报告\n——{w}",
)


@pytest.mark.parametrize("title", VISITS)
@pytest.mark.parametrize("kind", OLD_BODIES)
def test_what_a_body_looks_at_does_not_report(kind: str, title: str) -> None:
    """A 政协, a 政府 or a court that writes about schools, hospitals, companies or townships is who reports."""
    *names, short = OLD_BODIES[kind]
    for name in names:
        facts = _facts(f"{title.format(w=name)}\n{VISITED.format(short)}")
        assert facts.kind == kind, name
        assert facts.region in {"澄岭县", None}


@pytest.mark.parametrize(
    "title",
    [
        "关于幼儿园布点的报告",
        "澄岭县教育体育局2024年学校工作总结",
        "澄岭县卫健委关于医院改革的总结",
        "全县学校工作总结\n县教育局",
        "中共澄岭县委社会工作部2024年街道工作总结",
        "澄岭县民营公司、集团公司发展情况报告",
        "公立医院、学校督查情况报告",
        "各乡镇2024年工作总结",
    ],
)
def test_a_subject_is_no_body(title: str) -> None:
    """What a report is about, or what a department looks after, is not who reports."""
    assert _facts(f"{title}\n{VISITED.format('调研组')}").kind is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于澄岭县人民法院2024年工作情况的报告", "court"),
        ("关于县政协2024年工作的报告", "political_consultative"),
        ("关于县法院工作情况的视察报告\n澄岭县政协", "political_consultative"),
        ("关于水利建设的专项工作报告\n——在澄岭县第九届人大常委会第十二次会议上\n澄岭县人民政府", "government"),
    ],
)
def test_the_subject_may_be_the_body(title: str, kind: str) -> None:
    """Where 关于 names a body and its work, it is that body's; else the body that is named beside it."""
    assert _facts(f"{title}\n{WORK}").kind == kind


OWN_WORK = {
    "township": "全镇完成造林320亩,改造老旧小区6个,老旧小区有电梯,老旧小区变新。镇政府、镇党委狠抓落实,全镇稳定。\n",
    "street": "街道党工委、办事处抓好治理,改造居住小区6个,居住小区有了物业,居住小区更加整洁。\n",
    "school": "我校开展教研60次,学校添置设备。县政府拨款20万元。\n",
    "company": "公司实现利润2亿元,集团发展平稳。市政府给予支持。\n",
    "hospital": "我院完成手术900台,全院收治患者2万人。\n",
    "union": "工会慰问职工300人,举办竞赛12项,工会会员900人。\n",
}


@pytest.mark.parametrize(
    ("title", "of", "who"),
    [
        ("云桥街道办事处2024年工作总结", "street", ("云桥街道办事处", None, "township")),
        (
            "白榆市河东区云桥街道2024年工作总结",
            "street",
            ("白榆市河东区云桥街道", "河东区", "township"),
        ),
        (
            "河东区人民政府云桥街道办事处2024年工作报告",
            "street",
            ("河东区人民政府云桥街道办事处", "河东区", "township"),
        ),
        (
            "政府工作报告\n——2025年1月6日在澄岭县红石镇第八届人民代表大会第四次会议上\n红石镇人民政府镇长 王某",
            "township",
            ("红石镇人民政府", "澄岭县", "township"),
        ),
        (
            "政 府 工 作 报 告\n——在澄岭县松坪乡第八届人民代表大会第四次会议上",
            "township",
            ("澄岭县松坪乡人民政府", "澄岭县", "township"),
        ),
        (
            "政府工作报告\n现在,我代表红石镇人民政府,向大会报告工作。",
            "township",
            ("红石镇人民政府", None, "township"),
        ),
        ("政府工作报告\n现在,我代表镇人民政府,向大会报告工作。", "township", (None, None, "township")),
        ("松坪乡人民政府2024年工作报告", "township", ("松坪乡人民政府", None, "township")),
        ("红石镇2024年政府工作报告", "township", ("红石镇人民政府", None, "township")),
        ("中共红石镇委员会2024年工作报告", "township", ("中共红石镇委员会", None, "township")),
        (
            "在白榆市交通建设投资集团有限公司2025年工作会议上的报告",
            "company",
            ("白榆市交通建设投资集团有限公司", "白榆市", "company"),
        ),
        ("白榆农村商业银行股份有限公司2024年工作总结", "company", ("白榆农村商业银行股份有限公司", None, "company")),
        ("国网澄岭县供电公司2024年工作总结", "company", ("国网澄岭县供电公司", "澄岭县", "company")),
        (
            "中共白榆燃气集团有限公司委员会党建工作报告",
            "company",
            ("中共白榆燃气集团有限公司委员会", None, "company"),
        ),
        ("集团公司2024年工作总结", "company", (None, None, "company")),
        ("竹溪村股份经济合作社2024年工作总结", "company", ("竹溪村股份经济合作社", None, "company")),
        (
            "澄岭县红石镇竹溪村经济合作社2024年工作报告",
            "company",
            ("澄岭县红石镇竹溪村经济合作社", "澄岭县", "company"),
        ),
        (
            "在澄岭县第二中学第六届教职工代表大会上的报告",
            "school",
            ("澄岭县第二中学", "澄岭县", "school"),
        ),
        ("中共白榆市委党校2024年工作总结", "school", ("中共白榆市委党校", "白榆市", "school")),
        ("2023—2024学年度学校工作总结", "school", (None, None, "school")),
        (
            "云桥街道社区卫生服务中心2024年工作总结",
            "hospital",
            ("云桥街道社区卫生服务中心", None, "hospital"),
        ),
        ("白榆市中心医院工会2024年工作总结", "union", ("白榆市中心医院工会", "白榆市", "trade_union")),
        ("白榆燃气集团公司工会2024年工作报告", "union", ("白榆燃气集团公司工会", None, "trade_union")),
        ("公司工会2024年工作总结", "union", (None, None, "trade_union")),
        (
            "在澄岭县妇女第九届执委会第二次会议上的工作报告\n澄岭县妇联主席 王某",
            "union",
            ("澄岭县妇联", "澄岭县", "mass_organisation"),
        ),
    ],
)
def test_names_of_their_own(title: str, of: str, who: tuple[str | None, ...]) -> None:
    """A township, a company, a school or a union is named as its title prints it; its place is no 小区."""
    text = f"{title}\n一、2024年工作回顾\n{OWN_WORK[of]}{OWN_WORK[of]}二、2025年工作打算\n{OWN_WORK[of]}"
    facts = _facts(text)
    assert (facts.organisation, facts.region, facts.kind) == who


def test_school_year() -> None:
    """A school reports on a school year."""
    text = f"青岚县第一中学2023—2024学年度工作总结\n{WORK}\n二、下学年工作计划\n{WORK}"
    assert _years(_facts(text)) == (2023, 2024, "stated", 2025, "inferred")


def test_years_that_do_not_follow_are_reported() -> None:
    """A plan year that does not follow the review is a problem for the reader, not a silent repair."""
    text = f"一、2020年工作回顾\n{WORK}\n二、2023年主要任务\n{WORK}"
    assert [problem.code for problem in _facts(text).problems] == ["year_conflict"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("政协大竹县委员会常务委员会工作报告", ("政协大竹县委员会常务委员会", "大竹县", "political_consultative")),
        ("政协重庆市忠县第十五届委员会工作报告", ("政协重庆市忠县第十五届委员会", "忠县", "political_consultative")),
        ("恩施州政协2023年工作综述", ("政协恩施州委员会", "恩施州", "political_consultative")),
        ("區政協工作報告\n在中共武漢市江岸區委領導下", ("政协江岸区委员会", "江岸区", "political_consultative")),
        (
            "中国人民政治协商会议全国委员会常务委员会工作报告\n——在政协第十四届全国委员会第二次会议上",
            ("中国人民政治协商会议全国委员会常务委员会", "全国", "political_consultative"),
        ),
        (
            "政 府 工 作 报 告\n——2015年2月5日在海拉尔区第十四届人民代表大会第四次会议上",
            ("海拉尔区人民政府", "海拉尔区", "government"),
        ),
        ("2024年广西壮族自治区政府工作报告", ("广西壮族自治区人民政府", "广西壮族自治区", "government")),
        (
            "政府工作报告\n各位代表:\n现在,我代表国务院,向大会报告工作,请全国政协委员提出意见。",
            ("国务院", "全国", "government"),
        ),
        ("临海市人大常委会工作报告", ("临海市人民代表大会常务委员会", "临海市", "people_congress")),
        (
            "长阳市中级人民法院工作报告\n请审议,并请市政协委员提出意见。",
            ("长阳市中级人民法院", "长阳市", "court"),
        ),
        ("湖北省高级人民法院工作报告", ("湖北省高级人民法院", "湖北省", "court")),
        ("人民检察院工作报告\n江口县人民检察院检察长 王某", ("江口县人民检察院", "江口县", "procuratorate")),
        ("年终总结\n今年大家辛苦了。", (None, None, None)),
    ],
)
def test_who_reports(text: str, who: tuple[str | None, ...]) -> None:
    """The body is named as printed in simplified characters, else as such names are formed, else not at all."""
    facts = _facts(f"{text}\n{WORK}")
    assert (facts.organisation, facts.region, facts.kind) == who


def test_script() -> None:
    """Traditional writing is recognised, and mojibake of a sound simplified text does not pass for it."""
    wrong = WORK.encode().decode("gb18030", "replace")
    assert _facts("政協鷹潭市委員會工作報告,一年來為經濟社會發展作出貢獻。").language_script == "traditional"
    assert _facts(f"{WORK}\n{wrong}").language_script == "simplified"


@given(
    st.lists(
        st.sampled_from(
            ["2022年", "2023年", "工作回顾", "主要任务", "五年来", "\n", "。", "(", "\u3000\u3000", "市政协将", "今年"]
        )
    )
)
@settings(max_examples=150)
def test_evidence_lies_in_the_text(pieces: list[str]) -> None:
    """Whatever the text, years have evidence exactly when they are known, and it lies in the text in order."""
    text = "".join(pieces)
    facts = _facts(text)
    for year in (facts.review_years, facts.plan_year):
        assert (year.basis == "absent") == (year.start is None) == (not year.evidence)
        assert [span for span in year.evidence if not 0 <= span.start < span.end <= len(text)] == []
        assert list(year.evidence) == sorted(year.evidence, key=lambda span: span.start)
