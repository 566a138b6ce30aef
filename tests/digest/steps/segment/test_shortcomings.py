"""What a report says is wanting, in its many wordings and shapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.segment import segment
from marked_report import list_wrong_lines

_HEAD = """T 临川市人民政府工作报告
F 各位代表：
F 现在，我代表市人民政府，向大会报告工作，请予审议。
R 一、2024年工作回顾
R 新建学校3所，改造道路12公里。
"""
_TAIL = """P 二、2025年主要任务
P （一）扩大有效投资。安排重点项目180个，完成投资320亿元。
P （二）改善民生。新建学校5所，新增学位6000个。
C 各位代表，让我们团结奋斗，谱写临川新篇章！
"""
_LEADS = [
    "我们也清醒地看到，经济社会发展中还存在不少困难，政府工作还有一些缺点和不足。",
    "在肯定成绩的同时，我们也清醒地认识到工作中还存在不少差距和问题：",
    "同时，我们也清楚地看到，前进道路上还面临许多困难和挑战，主要是：",
    "当然，我们的工作与上级要求和群众期盼相比还有距离。",
    "但对照高质量发展要求，我们的工作还有不小差距，主要表现在：",
    "回顾过去一年的工作，我们也深感还有不少薄弱环节和短板弱项。",
    "与新形势新任务的要求相比，工作还有一些需要加强和改进的方面，主要是：",
    "审视一年来的工作，仍有一些问题需要认真研究解决：",
    "各位代表，成绩固然可喜，问题不容忽视。我们的工作还存在以下不足：",
    "总结成绩的同时，我们更应正视存在的困难和问题。",
    "我们也必须看到，发展中的问题依然突出。",
    "在看到成绩的同时，我们也清醒地意识到存在的问题和不足，主要有以下几个方面：",
    "工作中还有许多不尽如人意的地方。",
    "存在的主要问题是：",
    "我们也深知，工作还有较大的提升空间，一些方面亟待改进。",
    "不容忽视的是，当前发展中还存在一些突出矛盾和困难。",
    "反思一年来的工作，还存在不少短板：",
    "同时，也要清醒看到，我市发展还面临不少困难和挑战。",
    "对标先进、审视自身，我们还存在一些不足，主要体现在：",
    "政协工作离新时代的要求还有差距，还需要在实践中不断改进。",
    "我们清醒认识到，全县经济社会发展仍存在一些困难和短板。",
    "工作中还存在一些问题和薄弱环节，任重而道远。",
    "过去一年的工作虽然取得了一定成绩，但也存在一些不足。",
    "常委会工作还存在一些不足和欠缺，有待今后改进。",
    "问题和挑战依然不少，必须高度重视。",
    "应当看到，我区发展还面临着诸多制约和瓶颈。",
    "受多种因素影响，发展中的矛盾和问题仍较突出。",
    "必须清醒地看到，当前我县经济社会发展中仍存在一些亟待解决的困难和问题。",
    "同志们，在看到成绩的同时，更要看到工作中的短板和不足。",
]
_ITEMS = (
    "产业结构层次偏低。传统产业占比较大，农业基础薄弱状况没有改变。",
    "资源环境约束趋紧，能源消耗偏高，单位能耗没有完成年初目标。",
    "自身建设还有差距，少数干部脱离群众、作风不实。",
)
_MARKS = [
    ("一是", "二是", "三是"),
    ("1.", "2.", "3."),
    ("——", "——", "——"),
    ("（一）", "（二）", "（三）"),
    ("", "", ""),
    ("第一，", "第二，", "第三，"),
    ("●", "●", "●"),
    ("①", "②", "③"),
    ("首先，", "其次，", "再次，"),
    ("（1）", "（2）", "（3）"),
]
_PLEDGES = [
    "对此，我们将认真研究解决。",
    "今后我们将采取有力措施加以改进。",
    "这些问题，我们将高度重视，在今后工作中切实加以解决。",
    "我们一定直面问题，勇于担当，努力加以改进。",
    "针对这些问题，我们将采取更加有力的措施，逐步加以解决。",
    "对这些困难和问题，我们要高度重视，采取有效措施认真解决。",
    "我们将坚持问题导向，以更大的决心和力度，切实把这些问题解决好。",
    "以上问题，有待我们在今后的工作中努力克服和改进。",
    "我们将以对人民高度负责的态度，切实解决这些问题，决不辜负人民期望。",
]


def _write_report(middle: str) -> str:
    return f"{_HEAD}{middle}{_TAIL}"


@pytest.mark.parametrize("lead", _LEADS)
def test_an_announcement_governs_the_paragraphs_after_it(lead: str) -> None:
    """Whatever stands in front of them, to the next heading; where they say what, the announcement itself is none."""
    for marks in _MARKS:
        items = "".join(f"S {mark}{item}\n" for mark, item in zip(marks, _ITEMS, strict=True))
        assert list_wrong_lines(_write_report(f"s {lead}\n{items}")) == []


@pytest.mark.parametrize("lead", _LEADS)
def test_they_may_stand_in_one_paragraph(lead: str) -> None:
    """Announced, listed and promised to be mended in one breath."""
    listed = "；".join(f"{mark}{item[:-1]}" for mark, item in zip(_MARKS[0], _ITEMS, strict=True))
    assert list_wrong_lines(_write_report(f"S {lead}{listed}。{_PLEDGES[0]}\n")) == []


@pytest.mark.parametrize("pledge", _PLEDGES)
@pytest.mark.parametrize("marks", [_MARKS[0], _MARKS[4]])
def test_a_promise_is_neither_shortcoming_nor_task(pledge: str, marks: tuple[str, ...]) -> None:
    """In a paragraph of its own, whatever it begins with."""
    items = "".join(f"S {mark}{item}\n" for mark, item in zip(marks, _ITEMS, strict=True))
    assert list_wrong_lines(_write_report(f"s {_LEADS[0]}\n{items}s {pledge}\n")) == []


@pytest.mark.parametrize(
    "deed",
    [
        "城管执法水平提升。针对执法工作中存在的问题，开展专项整治12次，查处案件360件。",
        "走访慰问困难群众3200户，发放救助金860万元。",
        "聚焦群众急难愁盼问题，解决停车难、入学难等问题126个。",
        "有效防范化解重大风险，排查整治安全隐患1260处。",
        "巡视反馈问题全部整改到位，中央环保督察反馈的36个问题完成整改35个。",
        "面对严峻复杂的形势和前所未有的困难，全市上下迎难而上，新增就业1.2万人。",
        "补齐民生短板，新建社区卫生服务站12个。",
        "直面企业发展难题，组织银企对接会18场，解决融资需求26亿元。",
        "着力破解老旧小区加装电梯难题，加装电梯86部。",
        "困扰群众多年的饮水难问题得到有效解决，惠及1.3万人。",
        "调研发现养老服务中还存在不少问题，提出建议32条，被市政府采纳。",
        "同时，针对基层力量薄弱问题，下派干部120名。",
        "全年督办整改问题360件，办结率98%。",
        "收集企业反映的困难和问题230个，逐一协调解决。",
    ],
)
def test_a_deed_against_a_problem_is_a_deed(deed: str) -> None:
    """Problem words are the object of what was done."""
    assert list_wrong_lines(_write_report(f"R {deed}\n")) == []


def test_what_is_wanting_may_be_counted() -> None:
    """A share that is low, an aim that was missed."""
    items = "S 一是财政收入仅完成预算的92%。\nS 二是结构不优。传统产业占比达到62%。\nS 三是工业用地只有1200亩。\n"
    middle = f"s {_LEADS[0]}\n{items}"
    assert list_wrong_lines(_write_report(middle)) == []


def test_a_deed_ends_them() -> None:
    """What counts results after them is review again."""
    middle = f"s {_LEADS[0]}\nS 一是{_ITEMS[0]}\nR 全年办理代表建议126件，办结率100%。\n"
    assert list_wrong_lines(_write_report(middle)) == []


@pytest.mark.parametrize(
    "middle",
    [
        "S （四）存在的主要问题\nS 一是村级集体经济薄弱，增收渠道单一。\nS 二是长效机制不健全。\n",
        "S 三、面临的困难\nS （一）经济总量偏小\nS 龙头企业缺乏。\nS （二）公共服务存在短板\nS 停车难问题尚未解决。\n",
        "S 当前存在的困难和不足\nS 1.人才短缺。\nS 2.财政收支矛盾突出。\n",
    ],
)
def test_they_may_stand_under_a_heading_of_their_own(middle: str) -> None:
    """With headings below it, and to the next one of its rank."""
    assert list_wrong_lines(_write_report(middle)) == []


def test_praise_may_turn_to_them_in_the_middle() -> None:
    """What goes before the turn stays review; what follows in further paragraphs is governed."""
    turn = "R 全年新增就业1.2万人。在肯定成绩的同时，我们也看到，工作中还存在不少问题。"
    middle = f"{turn}\nS 一是项目储备不足。\nS 二是干部作风不实。\n"
    text = "".join(line[2:] for line in _write_report(middle).splitlines(keepends=True))
    outline = segment(text)
    roles = [outline.find_role(text.index(word)) for word in ("全年新增", "在肯定", "项目储备", "干部作风")]
    assert roles == ["review", "shortcomings", "shortcomings", "shortcomings"]


def test_they_may_stand_at_the_head_of_the_plan() -> None:
    """The plan goes on after them; the chances and challenges of the time are no shortcoming."""
    plan = """P 二、2025年主要任务
p 当前，我市正处于爬坡过坎的关键阶段，机遇与挑战并存。
S 同时，我们也要清醒地看到，经济恢复的基础还不牢固，财政收支矛盾突出。
P 今年要抓好以下工作。
P 着力解决群众反映强烈的突出问题，新增停车位3000个。
P 针对产业链条短的问题，实施强链补链工程。
"""
    assert list_wrong_lines(_HEAD + plan.replace("P 今年要", "p 今年要")) == []


def test_an_announcement_that_is_all_there_is_stays() -> None:
    """A report that says no more than that something is wanting has one shortcoming."""
    assert list_wrong_lines(_write_report("S 我们也清醒地看到，工作中还存在一些困难和问题。\n")) == []


@given(st.sampled_from(_LEADS), st.sampled_from(_MARKS), st.permutations(_ITEMS), st.sampled_from(_PLEDGES))
def test_order_and_number_do_not_matter(lead: str, marks: tuple[str, ...], items: list[str], pledge: str) -> None:
    """Any of the announcements with any marks before any order of them, and any promise behind."""
    listed = "".join(f"S {mark}{item}\n" for mark, item in zip(marks, items, strict=True))
    assert list_wrong_lines(_write_report(f"s {lead}\n{listed}s {pledge}\n")) == []
