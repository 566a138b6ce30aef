"""Organisation, region and kind by the head of a report: titles, meetings, speakers of all levels and kinds of body."""

from __future__ import annotations

import csv

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huimou.digest.pipeline import outline_report
from huimou.language.profiles.profile import load_shipped_profiles
from huimou.model.report import Facts
from places import SUPPORT

# Every body of a report speaks of other bodies, in clauses that look like names of places.
TEXT = (
    "一、2024年工作回顾\n2024年,{own}在上级党委的坚强领导下,紧扣工作区域,各项工作取得新成效。\n"
    "(一)服务大局有力。组织调研视察26次,召开座谈会18场,深入工作区走访企业120家,接待邻近的省、市政府考察团12批。\n"
    "(二)民生持续改善。{own}办好实事12件,投入资金3600万元,积极配合市政府做好督查,受到省政府通报表扬。\n"
    "各项成绩的取得,得益于上级的关心,有力推动市政府、县政府工作落实。\n"
    "二、2025年工作安排\n(一)提升质效。{own}开展专项行动8次,办好实事10件。\n(二)强化作风。开展培训6期。\n"
)


def _read_table() -> list[tuple[str, str, tuple[str | None, ...]]]:
    """Head of a report, what its body calls itself, and organisation, region and kind."""
    lines = (SUPPORT / "report_heads.tsv").read_text("utf-8").splitlines()
    rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [
        (head.replace("⏎", "\n"), own, tuple(None if cell == "-" else cell for cell in said))
        for head, own, *said in rows
    ]


HEADS = _read_table()


def _read(head: str, own: str) -> Facts:
    return outline_report(f"{head}\n{TEXT.format(own=own)}", load_shipped_profiles())[1]


@pytest.mark.parametrize(("head", "own", "who"), HEADS, ids=[head.replace("\n", " ")[:60] for head, _, _ in HEADS])
def test_who_reports_by_the_head(head: str, own: str, who: tuple[str | None, ...]) -> None:
    """The head says who reports, whatever bodies the text names; without a name there is none."""
    facts = _read(head, own)
    assert (facts.organisation, facts.region, facts.kind) == who


# Real names that hold what elsewhere is a level, a pronoun, a conjunction or a part of a town.
TRICKY = [
    *(
        "辉县市",
        "全州县",
        "全椒县",
        "本溪市",
        "榆社县",
        "社旗县",
        "景县",
        "和县",
        "费县",
        "芒市",
        "日照市",
        "月湖区",
        "津市市",
        "沙市区",
    ),
    *(
        "共青城市",
        "景德镇市",
        "鄂尔多斯市",
        "让胡路区",
        "将乐县",
        "多伦县",
        "内丘县",
        "无为市",
        "新会区",
        "府谷县",
        "城步苗族自治县",
    ),
    *(
        "民和回族土族自治县",
        "龙胜各族自治县",
        "积石山保安族东乡族撒拉族自治县",
        "双江拉祜族佤族布朗族傣族自治县",
        "达尔罕茂明安联合旗",
    ),
    *(
        "神农架林区",
        "六枝特区",
        "浦东新区",
        "大兴安岭地区",
        "锡林郭勒盟",
        "海南藏族自治州",
        "广西壮族自治区",
        "吉林市",
        "惠民县",
    ),
]


@pytest.mark.parametrize("place", TRICKY)
@pytest.mark.parametrize(
    "head",
    [
        "{}人民法院工作报告",
        "政协{}第九届委员会常务委员会工作报告",
        "政府工作报告\n——2025年1月6日在{}第十八届人民代表大会第四次会议上",
        "工作报告\n我代表{}人民检察院,向大会报告工作。",
        "{}第一中学2024年工作总结",
        "2025年{}政府工作报告",
        "{}2024年工作总结",
    ],
)
def test_names_that_look_like_something_else(head: str, place: str) -> None:
    """A name is read whole where a title, a meeting or a speaker names it, whatever characters it holds."""
    assert _read(head.format(place), "我们").region == place


CLAUSES = [
    "并请",
    "敬请",
    "恳请",
    "同时请",
    "也请",
    "谨请",
    "积极配合",
    "主动配合",
    "有力推动",
    "全力支持",
    "大力支持",
    "自觉接受",
    "认真落实",
    "得到",
    "受到",
    "推动",
    "协助",
    "会同",
    "感谢",
    "希望",
    "根据",
    "按照",
    "向",
    "对",
    "为",
    "由",
    "经",
    "请",
    "和",
    "在",
    "全",
    "各",
    "我",
]


@pytest.mark.parametrize("level", "省市县区州旗")
@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_no_place(clause: str, level: str) -> None:
    """What stands before 市政协委员 or 市政府 in a sentence is no part of a name, however often it is said."""
    said = f"请予审议,{clause}{level}政协委员提出意见。\n{clause}{level}政府做好工作,{clause}{level}政府办好实事。\n"
    head = f"政府工作报告\n各位代表:\n现在,我代表{level}人民政府向大会报告工作。"
    facts = _read(f"{head}\n{said * 2}", "我们")
    assert (facts.organisation, facts.region, facts.kind) == (None, None, "government")


@pytest.mark.parametrize(
    "area", ["工作区", "示范区", "开发区", "试验区", "核心区", "老城区", "居民小区", "试点县", "贫困县", "全国百强县"]
)
def test_an_area_is_no_region(area: str) -> None:
    """A part of a town, or a class of counties, is not the place of a report, however often it is named."""
    said = f"{area}建设加快,进驻{area}企业12家,{area}面貌一新。" * 4
    facts = _read(f"{area[-1]}人民政府2024年工作总结\n各位代表:\n{said}", "我们")
    assert (facts.organisation, facts.region) == (None, None)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("在中共青岚县委的领导下,各项工作取得成效。", "青岚县"),
        ("青岚县政府与县政协共同办好实事。\n会后,青岚县人民政府办公室跟踪落实。", "青岚县"),
        ("青岚县政府与县政协共同办好实事。", None),
        ("全力建设美丽青岚县。青岚县的明天更美好,青岚县人民更幸福。", "青岚县"),
        ("全力建设新农村。", None),
    ],
)
def test_the_text_says_the_place_where_the_head_does_not(text: str, region: str | None) -> None:
    """Without a place in the head, the text must name it beside a committee, or more than once."""
    assert _read(f"县政协2024年工作总结\n各位委员:\n{text}", "县政协").region == region


def test_a_place_in_the_head_outweighs_places_in_the_text() -> None:
    """A report that speaks much of another place is not of that."""
    guests = "西川县政府来访,回访西川县政府,与西川县人民政府签约。" * 3
    head = "政府工作报告\n——2025年1月6日在青岚县第十八届人民代表大会第四次会议上"
    assert _read(head, f"县政府{guests}").region == "青岚县"


def test_the_path_of_a_page_names_nobody() -> None:
    """Whose site a report was taken from does not tell whose report it is."""
    assert _read("首页 > 江南省人民政府门户网站\n青岚县人民政府工作报告", "县政府").region == "青岚县"


def test_headings_below_the_salutation_name_nobody() -> None:
    """The title ends where the assembly is greeted."""
    head = "政府工作报告\n县长 陈立\n各位代表:\n一、走进西川县人民政府"
    assert _read(head, "县政府").region is None


PLACES = st.sampled_from(
    ["青岚", "白榆", "青䶮", "𬭚川", "日岚", "月岚", "新岚", "岚和", "内岚", "多岚", "会岚", "乡岚", "镇岚"]
)
ENDS = st.sampled_from(["市", "县", "区", "自治县", "苗族侗族自治县", "自治旗", "左翼中旗", "新区", "林区", "特区"])
ABOVE = st.sampled_from(["", "江南省", "江南省白榆市", "白榆市"])
TERMS = st.sampled_from(["一", "九", "十", "十八", "14"])
TITLES = st.sampled_from(["{}工作报告", "{}2024年工作总结", "2024年{}工作总结", "在会上的报告\n{}2024年工作报告"])
MEETINGS = st.sampled_from(["——{day}在{at}上", "在{at}上({day})", "({day}在{at}上)", "在{at}上\n({day})"])
BODIES = {
    "人民政府": ("人民政府", "government"),
    "人民法院": ("人民法院", "court"),
    "人民检察院": ("人民检察院", "procuratorate"),
    "人民代表大会常务委员会": ("人民代表大会常务委员会", "people_congress"),
    "人大常委会": ("人民代表大会常务委员会", "people_congress"),
    "总工会": ("总工会", "trade_union"),
    "妇女联合会": ("妇女联合会", "mass_organisation"),
    "第一中学": ("第一中学", "school"),
    "人民医院": ("人民医院", "hospital"),
}


@given(PLACES, ENDS, st.sampled_from(sorted(BODIES)), TITLES, ABOVE)
@settings(max_examples=150, deadline=None)
@example("𬭚川", "左翼中旗", "第一中学", "2024年{}工作总结", "江南省白榆市")
def test_any_place_with_any_body(place: str, end: str, body: str, title: str, above: str) -> None:
    """A place of any level in front of any body is read whole, and of several the last is the region."""
    region = place + end
    facts = _read(title.format(above + region + body), "我们")
    said, kind = BODIES[body]
    assert (facts.region, facts.kind) == (region, kind)
    assert facts.organisation in {region + said, above + region + said}


@given(st.tuples(PLACES, ENDS).map("".join), TERMS, TERMS, st.integers(1, 12), MEETINGS)
@settings(max_examples=150, deadline=None)
def test_any_meeting_tells_place_and_years(region: str, term: str, session: str, month: int, line: str) -> None:
    """The line of the meeting alone tells the region, and by its day the year that 过去一年 means."""
    at = f"{region}第{term}届人民代表大会第{session}次会议"
    head = f"政府工作报告\n{line.format(day=f'2025年{month}月8日', at=at)}\n各位代表:\n"
    text = f"{head}一、过去一年工作回顾\n各项工作取得新成效。\n二、今后工作安排\n办好民生实事。\n"
    facts = outline_report(text, load_shipped_profiles())[1]
    assert (facts.organisation, facts.region) == (f"{region}人民政府", region)
    planned = 2025 + (month >= 10)
    assert (facts.plan_year.start, facts.plan_year.basis) == (planned, "inferred")
    assert (facts.review_years.end, facts.review_years.basis) == (planned - 1, "inferred")
