"""Sentences of a unit are grouped into candidate items."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.group import LONGEST_GROUP, group_sentences
from huimou.digest.steps.segment import segment
from huimou.model.report import Group, Outline
from places import ROOT

_SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
_HEAD = "政协临河区委员会\n一、2023年工作回顾\n"
_LONG = "围绕制造业数字化转型召开专题协商会，邀请专家和企业代表座谈，提出建议23条，其中19条写入区政府扶持政策文件。"
_OTHER = "在重阳节期间走访慰问敬老院老人与环卫职工，送去生活物资价值12万元，协调卫生院的医生上门体检460人次。"
_PIECES = st.lists(
    st.sampled_from(
        [
            "召开协商会6次。",
            "其中4次在社区。",
            "一是",
            "走访企业30家，",
            "形成报告，",
            "（一）强化监督。",
            "\n",
            _LONG,
            _OTHER,
        ]
    ),
    max_size=25,
).map("".join)


def _groups(text: str) -> tuple[Group, ...]:
    return group_sentences(text, segment(text))


def _texts(text: str) -> list[str]:
    outline = segment(text)
    numbered = {s.n: text[s.start : s.end] for s in outline.sentences}
    return ["".join(numbered[n] for n in group.sentences) for group in group_sentences(text, outline)]


def _check(outline: Outline, groups: tuple[Group, ...]) -> None:
    grouped = [n for group in groups for n in group.sentences]
    assert len(grouped) == len(set(grouped))
    assert {n for unit in outline.units for n in unit.sentences} <= set(grouped)
    leads = {unit.lead for unit in outline.units}
    assert set(grouped) - {n for unit in outline.units for n in unit.sentences} <= leads
    assert grouped == sorted(grouped)
    assert len({group.id for group in groups}) == len(groups)


@given(_PIECES)
def test_every_sentence_is_in_one_group(body: str) -> None:
    """Each sentence of each unit is in exactly one group, and the groups keep the order of the text."""
    text = _HEAD + body
    outline = segment(text)
    _check(outline, group_sentences(text, outline))


@pytest.mark.parametrize("path", _SEEDS, ids=lambda path: path.stem)
def test_samples_are_grouped_without_loss(path: Path) -> None:
    """The same holds for the sample reports."""
    text = path.read_bytes().decode("utf-8")
    outline = segment(text)
    _check(outline, group_sentences(text, outline))


def test_leaning_sentence_joins() -> None:
    """A sentence that begins with 其中, 该 or 提出的 is part of what it leans on."""
    text = f"{_HEAD}{_LONG}其中重点企业复工建议得到批示。\n"
    assert _texts(text) == [f"{_LONG}其中重点企业复工建议得到批示。"]


def test_different_things_are_apart() -> None:
    """Two long sentences about different things are two items."""
    assert _texts(f"{_HEAD}{_LONG}{_OTHER}\n") == [_LONG, _OTHER]


def test_enumerated_things_are_apart() -> None:
    """一是, 二是 each open an item, however short."""
    text = f"{_HEAD}一是强化学习，举办讲座6场。二是服务企业，走访厂区30家。三是关爱群众，慰问困难家庭90户。\n"
    assert len(_texts(text)) == 3


def test_group_has_a_limit() -> None:
    """No group of several sentences outgrows what one summary can hold, though all speak of one thing."""
    text = _HEAD + "围绕数字化转型召开专题协商会，听取企业意见建议，提出政策措施12条。" * 20 + "\n"
    groups = _texts(text)
    assert len(groups) > 1
    assert all(len(group) <= LONGEST_GROUP for group in groups)


def test_responsible_line_stays_with_its_task() -> None:
    """Who is responsible is evidence of the task above, not an item of its own."""
    text = f"{_HEAD}召开会议6次。\n二、2024年工作安排\n{_OTHER}\n责任单位：区民政局、区卫健委\n"
    assert _texts(text)[-1].endswith("责任单位：区民政局、区卫健委")


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("二、2024年主要任务", "task"), ("二、存在的主要问题", "shortcoming"), ("二、特色亮点", "achievement")],
)
def test_kind_follows_the_section(heading: str, kind: str) -> None:
    """Plans give tasks, shortcomings shortcomings, everything else achievements."""
    assert _groups(f"{_HEAD}召开会议6次。\n{heading}\n协商会召开次数不够多。\n")[-1].kind == kind


def test_group_carries_lead_and_headings() -> None:
    """The title of the unit comes without its number and full stop."""
    (group,) = _groups(f"{_HEAD}（二）开展民主监督。{_LONG}\n")
    assert (group.lead, group.headings, group.id) == ("开展民主监督", ("2023年工作回顾",), "review-001.1")


def test_members_of_one_printed_sentence_that_begin_alike_join() -> None:
    """「在破解……上深度协商；在破解……上出谋划策」 is one thing; members that begin otherwise are not."""
    alike = "在破解企业融资难、用工难上深度协商；在破解老旧小区物业管理难上出谋划策。"
    other = "召开企业融资难、用工难协商会；走访老旧小区了解物业管理难。"

    def groups(body: str) -> int:
        text = f"{_HEAD}{body}\n"
        return len(group_sentences(text, segment(text), lambda sentence: sentence[:9]))

    assert (groups(alike), groups(other)) == (1, 2)


def test_sentences_of_different_themes_do_not_join() -> None:
    """What speaks for another domain is another item, unless it leans on the sentence before it."""
    text = _HEAD + "召开农技协商会6次。举办农技培训班4期。其中2期在外地。\n"
    outline = segment(text)
    themes = {"召开农技协商会6次。": "consultation", "举办农技培训班4期。": "members"}
    together = [group.sentences for group in group_sentences(text, outline)]
    apart = [group.sentences for group in group_sentences(text, outline, themes.get)]
    assert [len(group) for group in together] == [1, 2]
    assert [len(group) for group in apart] == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        "推动出台《河湖湿地保护条例》，开展“亲子护湿”认养活动。完成渔业协会换届，支持养殖户抱团发展。",
        "举办围棋赛、诵读会等系列活动，丰富委员生活。健全委员考核办法，量化考核标准。",
        "加强文史馆建设，编撰《临河政协志》。筹办建区30周年系列活动。",
        "协助区政府制定《湿地公园建设八条政策》。完成水鸟普查，3个新品种获登记。",
        "通过加强学习明方向、协商交流聚共识、走访联谊暖人心，推动形成巩固和传播共识的完整链条。推进“书香柳川”建设。",
    ],
)
def test_two_matters_are_two_items(body: str) -> None:
    """Two sentences, each with a name, figure or deed of its own and without common words, are apart, however short."""
    assert len(_texts(f"{_HEAD}{body}\n")) == 2


def test_indicators_of_one_printed_sentence_stay_together() -> None:
    """Members between semicolons that only count are one matter."""
    assert len(_texts(f"{_HEAD}财政收入增长7%；固定资产投资增长12%；社会消费品零售额增长11%。\n")) == 1


_BRAND = (
    "深入开展“板凳议事·邻里共治”行动，把协商搬到居民家门口，让群众有地方说事、有人来管事、难事有人来办。"
    "截至目前，全区建成“板凳议事·邻里共治”平台41个，覆盖镇（街道）、村（社区）和重点企业、商会、产业园区；"
    "共组织板凳议事86场，参加的委员和居民1300多人次，解决飞线充电、楼道堆物等实际问题240余个。"
)
_EACH = (
    "主席会议成员集中对柳川镇乡村产业开展专题调研，听取镇村干部和种植大户意见，提出针对性建议；"
    "分别到所联系的村走访38次，协调解决冷库用电、机耕道路、农资供应等方面困难26个。"
)
_SERIES = (
    "深化“争先进位”活动，开展岗位业务大练兵，邀请行家授课，以考促学提升服务水平。"
    "开展机关作风大整顿，明察暗访，严肃工作纪律，做到事事有回音。开展服务质量大评比，评出标兵。"
)


@pytest.mark.parametrize("body", [_BRAND, _EACH, _SERIES], ids=["brand", "each", "series"])
def test_a_deed_and_what_came_of_it_are_one_item(body: str) -> None:
    """What counts the result of the sentence before, says what each did, or is a part of one drive, belongs to it."""
    assert len(_texts(f"{_HEAD}{body}\n")) == 1


def test_counting_something_else_is_another_item() -> None:
    """「全年……」 right behind another matter counts that other matter."""
    assert len(_texts(f"{_HEAD}新建便民超市7个并全部投入使用。全年发放租赁补贴665万元。\n")) == 2


def test_an_announcement_goes_with_what_follows() -> None:
    """「工业运行稳中有升。」 in a paragraph is the title of the next sentence, and the lead of its group."""
    text = f"{_HEAD}全年接待游客525万人，旅游收入56亿元。工业运行稳中有升。规模以上工业总产值166亿元，增长16%。\n"
    assert _texts(text) == [
        "全年接待游客525万人，旅游收入56亿元。",
        "工业运行稳中有升。规模以上工业总产值166亿元，增长16%。",
    ]
    assert [group.lead for group in _groups(text)] == [None, "工业运行稳中有升"]


def test_titles_inside_a_paragraph_hold_until_the_next() -> None:
    """Where the paragraph has a title of its own, what follows an announcement stands under it, not under the first."""
    text = (
        f"{_HEAD}（一）服务业发展迅速。新增商铺9万平方米。工业运行稳中有升。规模以上工业总产值166亿元，增长16%。"
        "酿酒厂迁建项目主体完工，带动周边三个村的青壮年务工，年底前有望形成产能，税收贡献进一步放大，"
        "园区配套道路与污水管线同步推进，企业用工需求由区人社局逐户对接落实。\n"
    )
    assert [group.lead for group in _groups(text)] == ["服务业发展迅速", "工业运行稳中有升", "工业运行稳中有升"]


def test_the_aim_of_a_bullet_goes_with_its_deeds() -> None:
    """「以……为重点推进自身建设」 is no deed, and no title: what was done follows."""
    body = (
        "立足实际强弱项，以解决人手不足、经费偏紧问题为重点推进自身建设。"
        "加强委员履职服务，做实履职档案，为评选优秀委员提供依据，各位常委首次提交年度履职报告并在全会上述职。"
    )
    (group,) = _groups(f"{_HEAD}{body}\n")
    assert (len(group.sentences), group.lead) == (2, None)


def test_a_short_deed_is_no_announcement() -> None:
    """A short sentence with a figure, a name or a deed in front stays with what it belongs to."""
    body = "完成公园一期工程，新增绿地30亩、步道6公里。建成公园广场。公园二期工程年底开工，计划投资2亿元。"
    assert [group.lead for group in _groups(f"{_HEAD}{body}\n")] == [None] * len(_groups(f"{_HEAD}{body}\n"))


def test_proposals_of_a_digest_stay_apart() -> None:
    """Each line of a digest of proposals is one item, with the title of the proposal as its lead."""
    lines = "- 大力发展柳川夜经济**  \n建成两条特色街区，开放9个夜市\n- 加强老城区交通管理**  \n开展文明交通劝导\n"
    groups = _groups(f"{_HEAD}召开会议6次。\n二、2024年工作安排\n{_OTHER}\n三、2023年提案办理情况\n{lines}")
    digest = [group for group in groups if group.role == "proposal_digest"]
    assert [group.lead for group in digest] == ["大力发展柳川夜经济", "加强老城区交通管理"]


def test_a_long_paragraph_gives_small_groups() -> None:
    """Many short sentences in one paragraph are one item each or two, not one item of five."""
    sizes = [len(group.sentences) for group in _groups(_HEAD + "新建学校6所。" * 8 + "\n")]
    assert max(sizes) == 2
    assert [len(group.sentences) for group in _groups(_HEAD + "新建学校6所。" * 4 + "\n")] == [4]
