"""Headings that do not say what stands below them, weighed with it."""

from __future__ import annotations

import pytest

from huimou.digest.steps.segment import segment
from huimou.digest.steps.segment.blocks import split_blocks
from huimou.digest.steps.segment.headings import UNMARKED_ON_TOP, find_years, list_below, looks_back, measure_rank
from marked_report import list_wrong_lines

_SLOGANS = [
    "乘势而上，奋力谱写青岚高质量发展新篇章",
    "勇毅前行，新的一年奋力开创新局面",
    "踔厉奋发启新程，2025年同心同向再奋进",
    "同心聚力，谱写2025年政协工作新篇章",
    "踏上新征程，续写新荣光",
    "锚定目标再出发，凝心聚力谋新篇",
    "2025：再出发",
    "关于今年工作的建议",
    "今年的工作",
    "对2025年工作的建议",
    "展望2025",
    "坚定信心、真抓实干，努力完成全年目标",
    "站在新起点，实现新跨越",
    "面向未来，我们任重道远",
    "接续奋斗，再创辉煌",
    "以更高标准推进政协事业高质量发展",
    "坚持稳中求进，推动经济社会高质量发展",
    "聚焦中心、服务大局，在新征程上展现新作为",
    "今年怎么干",
    "努力开创履职工作新局面",
    "当前和今后一个时期的主要任务",
    "做好下步工作的意见",
]
_BODIES = {
    "counted": (
        "强化理论武装。开展学习座谈不少于10次，把学习成果转化为履职实效。",
        "深化协商议政。围绕乡村产业振兴等课题开展调研5项，召开专题协商会4次。",
    ),
    "headed": (
        "（一）扩大有效投资",
        "安排重点项目180个，完成投资320亿元。",
        "（二）改善民生",
        "新建学校5所，新增学位6000个。",
    ),
    "will": (
        "新的一年，我们将坚持团结和民主两大主题。",
        "要深入开展调查研究，提出意见建议。",
        "要加强自身建设，提高履职能力。",
    ),
    "imperative": (
        "（一）坚持党建引领。深入学习党的创新理论，健全学习制度。",
        "（二）服务中心大局。聚焦重点项目建设，积极建言献策。",
    ),
    "targets": ("地区生产总值增长6%左右，规模以上工业增加值增长7%以上。", "加快产业转型升级。新增规上企业30家。"),
    "year": ("2025年是“十四五”规划收官之年，做好今年的工作意义重大。", "加大招商引资力度，引进亿元以上项目20个。"),
}
_REVIEW = (
    "R 围绕产业升级开展专题调研6项，提出建议48条。\nR 办理提案186件，办复率100%。组织义诊21场，服务群众3200人次。\n"
)


def _write_report(review: str, plan: str, body: tuple[str, ...]) -> str:
    head = (
        "T 政协青岚县第九届委员会常务委员会工作报告\nT ——2025年1月8日在政协青岚县第九届委员会第四次会议上\n"
        "F 各位委员：\nF 我受常务委员会委托，向大会报告工作，请予审议。\n"
    )
    lines = "".join(f"{'p' if line.startswith('2025年是') else 'P'} {line}\n" for line in body)
    return f"{head}R {review}\n{_REVIEW}P {plan}\n{lines}C 各位委员，让我们团结奋进，为建设美丽青岚作出新的贡献！"


@pytest.mark.parametrize("slogan", _SLOGANS)
@pytest.mark.parametrize("marks", [("一、", "二、"), ("", ""), ("第一部分　", "第二部分　"), ("## ", "## ")])
def test_a_plan_under_a_slogan_is_a_plan(slogan: str, marks: tuple[str, str]) -> None:
    """Whatever stands below it, and however it is numbered, behind a review that is named or sounds like one."""
    wrong: list[str] = []
    for review in ("2024年工作回顾", "过去一年的工作", "砥砺前行，各项工作取得新成效"):
        for body in _BODIES.values():
            wrong += list_wrong_lines(_write_report(f"{marks[0]}{review}", f"{marks[1]}{slogan}", body))
    assert [line for line in wrong if "left out" not in line] == []


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        ("二、凝心聚力，书写团结新篇章", "走访各界人士126人次，举办联谊活动18场。"),
        ("二、经济运行稳中有进", "地区生产总值增长6.1%，新增规上企业32家。"),
        ("二、主要做法", "建立了领导包联机制，先后召开推进会12次。"),
        ("二、几点体会", "建立了联系群众的制度。"),
        ("二、工作亮点", "“有事来协商”平台建设经验在全省推广。"),
        ("二、2024年民生实事完成情况", "新建停车位1200个，改造农贸市场5个。"),
    ],
)
def test_a_second_heading_above_deeds_stays_review(heading: str, body: str) -> None:
    """A slogan alone makes no plan: what stands below it was done."""
    head = "T 青岚县政协工作报告\nF 各位委员：\nF 我受常委会委托，向大会报告工作，请予审议。\n"
    assert list_wrong_lines(f"{head}R 一、2024年工作回顾\n{_REVIEW}R {heading}\nR {body}\n") == []


def test_topics_of_a_review_under_slogans_stay_review() -> None:
    """A report of topics, each under a slogan, without a plan."""
    marked = """T 青岚县政协2024年工作综述
R 2024年，县政协召开协商会议12次。
R 一、强化政治引领，奋力开创新局面
R 组织委员开展专题学习，引导委员坚定信念。举办读书班3期。
R 二、聚焦中心大局，扛起政协新担当
R 围绕乡村振兴开展调研，推动出台政策措施6项。
R 三、践行履职为民，书写民生新答卷
R 组织医疗专家下乡义诊，为群众送医送药。
R 四、加强自身建设，展现政协新风采
R 完善委员管理办法，健全履职档案。
"""
    assert list_wrong_lines(marked) == []


@pytest.mark.parametrize(
    ("heading", "body", "back"),
    [
        ("（一）“十四五”时期主要情况", "五年来，地区生产总值年均增长6.5%，累计减贫12万人。", True),
        ("（一）发展成就", "建成了高速公路3条，获评全国文明城市。", True),
        ("（二）“十五五”时期主要目标", "地区生产总值年均增长6%左右，建成高速公路320公里。", False),
        ("（二）改善民生", "新建学校5所，新增学位6000个。", False),
    ],
)
def test_a_look_back_inside_a_plan(heading: str, body: str, back: bool) -> None:  # noqa: FBT001 - a table of cases
    """A heading inside a plan above what was done is review."""
    blocks = split_blocks(f"{heading}\n{body}\n")
    assert looks_back(blocks[0], list_below(blocks, 0)) is back


def test_years_in_figures_and_in_characters() -> None:
    """Older reports print 一九八五年."""
    assert find_years("一九八五年和1986年、二〇二四年的工作") == [1985, 1986, 2024]
    assert find_years("“十四五”时期") == []


def test_ranks() -> None:
    """一、 stands above （一）; what has no number stands between, or on top where the report begins with it."""
    ordered = [measure_rank(marker) for marker in ("#", "##", "章", "一、", None, "(一)", "1.", "(1)")]
    assert ordered == sorted(ordered)
    assert measure_rank(None, UNMARKED_ON_TOP) < measure_rank("一、")


def test_counts_of_the_whole_year_are_targets_in_a_plan() -> None:
    """「全年组织学习12次以上」 under a topic of the plan is no look back: only what says that it is past is one."""
    text = (
        "青岚县人民政府工作报告\n\n一、2024年工作回顾\n\n全年新建学校3所,改造道路12公里。\n\n二、2025年主要任务\n\n"
        "(一)强化思想引领\n\n全年组织学习12次以上,举办读书班3期。\n\n(二)提升协商质效\n\n全年召开协商会8次,力争办复率达到100%。\n"
    )
    roles = {section.heading: section.role for section in segment(text).sections}
    assert roles["强化思想引领"] == roles["提升协商质效"] == "plan"
