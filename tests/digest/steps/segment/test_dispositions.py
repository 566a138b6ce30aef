"""Which sentences rest no item, and which look ahead."""

from __future__ import annotations

import pytest

from huimou.digest.steps.segment.dispositions import (
    find_left_out_rule,
    find_thanks,
    is_about_future,
    is_call,
    is_lead,
    is_requirement,
    is_still_about_future,
)
from huimou.model.report import Role


def find_reason(body: str, role: Role) -> str | None:
    """Why a sentence is left out in a section of this role."""
    rule = find_left_out_rule(body, role)
    return rule.decides if rule else None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("以习近平新时代中国特色社会主义思想为指导,深入学习贯彻党的精神。", "guiding_idea"),
        ("必须始终坚持党的全面领导,把牢履职方向。", "guiding_idea"),
        ("五年的实践,我们深刻体会到:必须坚持团结和民主两大主题。", "guiding_idea"),
        ("2023年是新一届政协的开局之年。", "background"),
        ("“十五五”时期,是实现转型跨越的关键时期。", "background"),
        ("春风化雨润心田。", "rhetoric"),
        ("方向明才能步子稳。", "rhetoric"),
        ("“你们的建议帮了我们大忙,车间终于可以开起来了”,负责人说。", "quotation"),
        ("一年来,我们主要做了以下工作。", "heading"),
        ("现将有关情况报告如下:", "heading"),
        ("岗位信息更新快、选择多,让我们增添了就业信心。", "quotation"),
        ("通过便民驿站办成事的居民对驿站连连称赞。", "quotation"),
        ("基层治理是让群众“站着看”,还是带着大家“一起干”。", "rhetoric"),
        ("县委有号召,政协有行动。", "rhetoric"),
        ("2023年,县政协旗帜鲜明讲政治,服务大局献良策,凝聚共识增合力,为高质量发展作出新贡献。", "rhetoric"),
        ("把政治建设作为总纲,着力提高政治把握能力、联系群众能力,彰显政协担当。", "rhetoric"),
        ("一年来,在县委的坚强领导下,常委会团结带领广大委员认真履职,各项工作迈上新台阶。", "rhetoric"),
        ("理想是前行的灯塔,信念是力量的源泉。", "rhetoric"),
        ("县委部署“美丽院落”活动的初衷就是从身边小事做起。", "background"),
        ("是践行初心、勇于履职的五年;", "background"),
        ("姐妹们,让我们巾帼不让须眉,再立新功!", "closing"),
        ("我受县妇联执委会的委托,向大会作工作报告,请予审议。", "front_matter"),
    ],
)
def test_nobodys_deed(body: str, reason: str) -> None:
    """Guiding ideas, background, rhetoric, speech and announcements are left out under their names."""
    assert find_reason(body, "review") == reason


@pytest.mark.parametrize(
    "body",
    [
        "召开专题协商会6次。",
        "农村敬老院主体工程完工。",
        "一批经验做法在全省推广。",
        "逐步提高城乡低保救助标准。",
        "成功举办第四届读书节。",
        "以党的创新理论为指导,编印《学习读本》3册。",
        "为5岁以下儿童体检。",
        "责任单位:镇农业办、镇财政所",
        "必须坚持的36项制度全部修订。",
        "推动下水管网改造项目启动,得到居民交口称赞。",
        "提升养老服务水平,为老年人提供助餐服务。",
        "坚持走访民主党派、工商联制度,提升协商质量。",
        "进一步扩大对外开放,不断深化与毗邻地区的交流合作。",
        "受县委委托,起草调研报告3份。",
        "一年来,在县委的坚强领导下,常委会团结带领委员走访企业,各项工作取得新成效。",
        "旗帜鲜明讲政治,召开学习会12次。",
    ],
)
def test_a_deed_is_kept(body: str) -> None:
    """What somebody could check is kept: an action with its object, or a figure."""
    assert find_left_out_rule(body, "review") is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "坚持为民导向,既注重解决问题,更注重凝聚共识,把“板凳议事”打造成委员履职的载体、群众议事的平台。",
            "guiding_idea",
        ),
        ("建好乡村驿站12个,把“板凳议事”打造成品牌。", None),
        ("把文史馆建设成教育基地。", None),
        ("提升履职能力,充分发挥委员主体作用。", None),
    ],
)
def test_an_aim_alone_is_no_task(body: str, reason: str | None) -> None:
    """What only says what something shall become is left out of a plan; a task with a thing to do is not."""
    assert find_reason(body, "plan") == reason


def test_requirement_of_a_plan() -> None:
    """总体要求 is a guiding idea of the plan and recognised as its requirement."""
    body = "今年工作的总体要求是:坚持围绕中心,服务大局。"
    assert find_reason(body, "plan") == "guiding_idea"
    assert is_requirement(body)
    assert not is_requirement("召开会议6次。")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("2024年,市政协将聚焦民生开展监督。", True),
        ("下一步,我们要继续深化协商。", True),
        ("新的一年,区政协将擦亮品牌。", True),
        ("2023年,市政协召开协商会6次。", False),
        ("会议提出将加强监督。", False),
        ("2023年,我们将协商成果转化摆在突出位置,召开推进会6次。", False),
        ("2023年,市政协主要开展了三项监督。", False),
        ("2023年,重要提案由主席领衔督办。", False),
    ],
)
def test_looking_ahead(body: str, *, expected: bool) -> None:
    """A time to come with 将 or 要 looks ahead; a dated deed does not."""
    assert is_about_future(body) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [("同时,将加大培训力度。", True), ("要办好12件实事。", True), ("召开会议6次。", False), ("要求部门整改。", False)],
)
def test_still_ahead(body: str, *, expected: bool) -> None:
    """What follows a sentence about the time to come is of that time where it begins with 将, 要 or 继续."""
    assert is_still_about_future(body) is expected


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        (["召开会议6次。", "这些成绩来之不易,是大家努力的结果。", "在此,向各位委员表示衷心的感谢!"], range(1, 3)),
        (["向关心支持我们的同志们致以崇高的敬意!", "全年立案提案231件。"], range(1)),
        (["开展“致敬最美委员”活动。", "举办“衷心感谢您”征文。"], range(2, 2)),
        (["召开会议6次。"], range(1, 1)),
    ],
)
def test_thanks(bodies: list[str], expected: range) -> None:
    """Thanks take the credit before them, end where something is counted, and are none inside the name of a deed."""
    assert find_thanks(bodies) == expected


def test_call_to_go_on() -> None:
    """Only a call without a task counts as one."""
    assert is_call("让我们奋力谱写新篇章!")
    assert not is_call("建立议事厅12个。")


@pytest.mark.parametrize(
    ("body", "marked", "expected"),
    [
        ("协商议政更加有力。", False, True),
        ("召开会议。", False, False),
        ("开展民主监督。", True, True),
        ("召开会议6次。", True, False),
        ("编印《读本》。", True, False),
        ("坚持以改革为牵引,加快培育发展新动能新优势。", True, True),
        ("坚持以改革为牵引,加快培育发展新动能和新的竞争优势。", False, False),
        ("协商议政更加有力", False, False),
    ],
)
def test_lead_sentence(body: str, *, marked: bool, expected: bool) -> None:
    """A short full sentence with nothing to count heads its unit; after a number it may be a deed or longer."""
    assert is_lead(body, marked=marked) is expected
