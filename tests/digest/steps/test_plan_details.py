"""Targets, deadlines and lead units are copied where a task prints them, and else absent."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth import measure_growth
from huimou.language.figures import find_quantities
from huimou.language.plan_details import TaskAim, TaskTerms, find_task_terms
from huimou.language.profiles.profile import select_shipped_profile
from huimou.language.text import to_plain
from huimou.model.report import Span


def _terms(*sentences: str) -> TaskTerms:
    """Terms of a task that consists of these sentences."""
    text = "".join(sentences)
    ends = [sum(map(len, sentences[: n + 1])) for n in range(len(sentences))]
    spans = [Span(end - len(sentence), end) for end, sentence in zip(ends, sentences, strict=True)]
    return find_task_terms(text, spans, find_quantities(text, select_shipped_profile("government").doers))


def _aim(sentence: str) -> TaskAim:
    (aim,) = _terms(sentence).aims
    return aim


@pytest.mark.parametrize(
    ("sentence", "quote", "metric", "modifier"),
    [
        ("地区生产总值增长6%左右。", "6%左右", "地区生产总值增长", "左右"),
        ("居民消费价格涨幅控制在3%以内。", "3%以内", "居民消费价格涨幅", "控制在…以内"),
        ("粮食播种面积不低于120万亩。", "不低于120万亩", "粮食播种面积", "不低于"),
        ("城镇新增就业1万人以上。", "1万人以上", "城镇新增就业", "以上"),
        ("力争工业总产值达到500亿元。", "500亿元", "工业总产值", "力争"),
        ("力争旅游收入突破60亿元。", "突破60亿元", "旅游收入", "力争…突破"),
        ("确保参保率稳定在95%以上。", "95%以上", "参保率", "确保…稳定在…以上"),
        ("工业增加值增长6%—6.5%。", "6%—6.5%", "工业增加值增长", None),
        ("单位GDP能耗下降3%以上。", "3%以上", "单位GDP能耗下降", "以上"),
        ("科技专项资金翻一番。", "一番", "科技专项资金翻", None),
        ("新建大棚300个。", "300个", "新建大棚", None),
        ("居民收入比由2.5:1缩小到2.4:1。", "2.4:1", "居民收入比", None),
        ("开工建设700万千瓦新型储能项目。", "700万千瓦", "开工建设新型储能项目", None),
    ],
)
def test_target_with_a_number(sentence: str, quote: str, metric: str, modifier: str | None) -> None:
    """The figure that a clause sets, with the words that limit it as printed."""
    aim = _aim(sentence)
    assert aim.figure
    assert (aim.figure.quote, aim.figure.metric, aim.modifier) == (quote, metric, modifier)
    assert aim.text == sentence.rstrip("。")


@pytest.mark.parametrize(
    ("sentence", "metric", "modifier", "deadline"),
    [
        ("居民收入增长与经济增长基本同步。", "居民收入增长", None, None),
        ("力争在全省争先进位。", None, "力争", None),
        ("推动重大隐患动态清零。", None, None, None),
        ("完成上级下达的节能减排任务。", None, None, None),
        ("确保污水厂年内完工。", None, "确保", "年内"),
        ("迁建项目10月份投入使用。", None, None, "10月份"),
    ],
)
def test_target_without_a_number(sentence: str, metric: str | None, modifier: str | None, deadline: str | None) -> None:
    """A goal or a date is a target too, and gets no figure."""
    aim = _aim(sentence)
    assert (aim.figure, aim.metric, aim.modifier, aim.deadline) == (None, metric, modifier, deadline)


@pytest.mark.parametrize(
    "sentence",
    [
        "管好用好已建成的30个站点。",
        "盘活现有的450套公租房。",
        "去年全区投资增长8%。",
        "目前仍有5个村不通公路。",
        "加快推进总投资5亿元的产业园。",
        "推动30万千瓦级煤电机组改造。",
        "加快老化20年以上小区改造。",
        "落实稳增长12条措施。",
        "走访30户以上自然村。",
        "深入实施创新创业四个工程。",
        "争取价值实现机制试点。",
        "优化144小时过境政策。",
        "突出抓好4个方面工作。",
        "办好“三个80%”行动。",
        "连续5年开展送戏下乡。",
        "完善委员履职档案。",
        "扎实做好“六稳”工作。",
        "2031年,继续办好协商座谈。",
        "大力支持企业牵头攻关。",
    ],
)
def test_no_target(sentence: str) -> None:
    """What is so already, how large or old a thing is, names, structure and slogans set nothing."""
    terms = _terms(sentence)
    assert (terms.target, terms.deadline, terms.lead) == (None, None, None)


def test_two_targets_of_one_metric() -> None:
    """确保 and 力争 each keep their number, and the metric is told of both."""
    terms = _terms("地区生产总值确保增长6%、力争增长6.5%。")
    assert [(aim.figure.value, aim.figure.metric, aim.modifier) for aim in terms.aims if aim.figure] == [
        (6, "地区生产总值确保增长", "确保"),
        (6.5, "地区生产总值确保增长", "力争"),
    ]


def test_only_the_end_of_a_rise_is_the_target() -> None:
    """由12%提高到15% sets 15."""
    aim = _aim("研发投入占比由1.2%提高到1.5%。")
    assert aim.figure
    assert (aim.figure.value, aim.figure.direction) == (1.5, None)


def test_each_target_has_its_own_deadline() -> None:
    """A date in a clause is that clause's; a clause that is only a date governs those after it, up to the next."""
    terms = _terms("6月底前建成公厕20座,栽树3万株。", "到2031年,产值达到50亿元,企业达到80家。")
    assert [(aim.figure.quote if aim.figure else None, aim.deadline) for aim in terms.aims] == [
        ("20座", "6月底前"),
        ("3万株", None),
        ("50亿元", "到2031年"),
        ("80家", "到2031年"),
    ]
    assert terms.deadline == "6月底前；到2031年"


@pytest.mark.parametrize(
    ("evidence", "deadline"),
    [
        ("6月底前完成交办。", "6月底前"),
        ("年底前建成议事厅20个。", "年底前"),
        ("２０２５年底前全部整改。", "２０２５年底前"),
        ("到2026年，覆盖全部社区。", "到2026年"),
        ("到2027年底前全部脱困。", "到2027年底前"),
        ("到“十五五”末，森林覆盖率达到60%。", "到“十五五”末"),
        ("力争年内开工。", "年内"),
        ("上半年启动评审。", "上半年"),
        ("三季度末前完成。", "三季度末前"),
        ("汛期前修好堤防。", "汛期前"),
        ("三年内消除危房。", "三年内"),
        ("7月底前开工，12月底前完工。", "7月底前；12月底前"),
        ("完善履职档案。", None),
        ("2024年召开会议6次。", None),
        ("优化年内容安排。", None),
        ("去年底前已完成搬迁。", None),
    ],
)
def test_deadline(evidence: str, deadline: str | None) -> None:
    """Deadlines are returned as printed, all of them; the year of the plan alone is none."""
    assert _terms(evidence).deadline == deadline


@pytest.mark.parametrize(
    ("evidence", "body"),
    [
        ("由区民政局牵头，新建养老中心。", "区民政局"),
        ("由提案委员会負責，12月底前完成。", "提案委员会"),
        ("新建大棚200个。\n责任单位：镇农业办、镇财政所", "镇农业办、镇财政所"),
        ("新建大棚200个（牵头单位：农牧厅；责任单位：林草局、人社厅）。", "农牧厅；林草局、人社厅"),
        ("改造管网5公里（市住建局牵头，市财政局配合）。", "市住建局"),
        ("改造管网5公里（责任领导：赵某某）。", "赵某某"),
        ("改造管网5公里（责任单位：城管局 配合单位：交通局）。", "城管局"),
        ("市教育局、市财政局负责，新增学位900个。", "市教育局、市财政局"),
        ("牵头部门:区住建局。", "区住建局"),
        ("新建公园3个。", None),
        ("支持链主企业牵头组建联合体。", None),
    ],
)
def test_responsible(evidence: str, body: str | None) -> None:
    """Whoever leads or answers for a task is returned as printed; who only helps is not."""
    assert _terms(evidence).lead == body


def test_each_target_has_its_own_lead_unit() -> None:
    """A note in brackets belongs to the clauses before it, a line of its own to all before it that have none."""
    terms = _terms("新建学校2所（责任单位：教育局），修路8公里（责任单位：交通局）。")
    assert [aim.responsible for aim in terms.aims] == ["教育局", "交通局"]
    assert [aim.text for aim in terms.aims] == ["新建学校2所", "修路8公里"]
    assert terms.lead == "教育局；交通局"
    noted = _terms("栽树3万株。", "修渠9公里。", "责任单位：水利局")
    assert [aim.responsible for aim in noted.aims] == ["水利局", "水利局"]


def test_traditional_text_with_line_breaks() -> None:
    """Spans lie in the text as it is; words are simplified and in one line."""
    text = "力爭旅遊收入\n\n突破60億\n元,10月底前完工。"
    (first, second) = find_task_terms(text, [Span(0, len(text))], find_quantities(text)).aims
    assert first.text == "力争旅游收入突破60亿元"
    assert text[first.start : first.end] == "力爭旅遊收入\n\n突破60億\n元"
    assert (first.modifier, second.deadline, text[second.start : second.end]) == (
        "力争…突破",
        "10月底前",
        "10月底前完工",
    )


_PARTS = st.lists(
    st.sampled_from(
        [
            "力争",
            "增长6%左右",
            ",",
            "。",
            "年内",
            "建成3个",
            "（责任单位:",
            "）",
            "由市教育局牵头",
            "已",
            "\n",
            "“",
            "”",
            "与",
            "同步",
            "到2031年",
        ]
    ),
    max_size=14,
)


@given(_PARTS)
def test_terms_are_slices_of_the_text(parts: list[str]) -> None:
    """Whatever the text: targets are places in the text, terms are printed in it, nothing is said twice."""
    text = "".join(parts) + "。"
    terms = find_task_terms(text, [Span(0, len(text))], find_quantities(text))
    flat = to_plain(text)
    for aim in terms.aims:
        assert to_plain(text[aim.start : aim.end]).strip(" 、") == aim.text
        assert all(word in flat for word in (aim.modifier or "").split("…"))
        assert aim.deadline is None or aim.deadline in flat
        assert aim.figure is None or aim.start <= aim.figure.start < aim.figure.end <= aim.end
    assert all(deadline in flat for deadline in terms.deadlines)
    assert len(set(terms.deadlines)) == len(terms.deadlines)


def _departments(count: int) -> str:
    return "、".join(f"市{name}局" for name in itertools.islice(itertools.cycle("甲乙丙丁戊己庚辛壬癸"), count))


def test_a_long_list_of_departments_is_read_in_time() -> None:
    """Forty departments, with and without the verb that would make them lead."""
    departments = _departments(40)
    assert _terms(f"改造管网({departments}参加)。").lead is None
    assert _terms(f"改造管网({departments}按职责分工负责)。").lead == departments
    for tail in ("参加", "按职责分工负责"):
        assert measure_growth(lambda count, end=tail: _terms(f"改造管网({_departments(count)}{end})。"), 10, 4) < 30


@pytest.mark.parametrize(
    "sentence",
    [
        "编制《全区水网建设规划（到2035年）》。",
        "落实《2031年底前重点任务清单》要求。",
        "学习“力争2030年前实现碳达峰”的部署。",
        "贯彻到2035年基本实现现代化的目标。",
    ],
)
def test_dates_of_names_are_no_deadlines(sentence: str) -> None:
    """A plan's title, a quotation and a far-off aim of others give the task neither deadline nor target."""
    terms = _terms(sentence)
    assert (terms.target, terms.deadline) == (None, None)


def test_a_plan_period_in_quotation_marks_is_a_deadline() -> None:
    """“十五五”末 is a date, not a name."""
    assert _terms("到“十五五”末,建成公园10座。").deadline == "到“十五五”末"


@pytest.mark.parametrize("gap", [" ", "", "\n", "，", "；"])
def test_labels_end_at_the_next_label(gap: str) -> None:
    """Who leads, who helps and the time limit are parted even where the line break between them is lost."""
    terms = _terms(
        "改造老旧小区20个。",
        f"牵头单位：市住建局{gap}配合单位：市财政局{gap}完成时限：2031年10月底。",
    )
    assert (terms.lead, terms.deadline) == ("市住建局", "2031年10月底")
    assert [(aim.text, aim.deadline, aim.responsible) for aim in terms.aims] == [
        ("改造老旧小区20个", "2031年10月底", "市住建局")
    ]


def test_a_time_limit_in_brackets() -> None:
    """时限：年底前 is copied as printed and makes no target of its own."""
    terms = _terms("建成公厕20座（责任单位：城管局；时限：年底前）。")
    assert (terms.lead, terms.deadline) == ("城管局", "年底前")
    assert [(aim.figure.value, aim.deadline) for aim in terms.aims if aim.figure] == [(20, "年底前")]


def test_each_dated_part_is_a_target() -> None:
    """Several projects in one clause, each with its date, are several targets; one date in a list is one."""
    terms = _terms("确保青松大桥年内通车、青龙湖隧道三季度开工、机场二期12月投入使用。")
    assert [(aim.text, aim.deadline, aim.modifier) for aim in terms.aims] == [
        ("确保青松大桥年内通车", "年内", "确保"),
        ("青龙湖隧道三季度开工", "三季度", "确保"),
        ("机场二期12月投入使用", "12月", "确保"),
    ]
    assert len(_terms("确保大桥、隧道年内通车。").aims) == 1


def test_a_length_of_time_as_time_limit_is_no_target() -> None:
    """3个月内 behind 完成时限 is when, not how much; a lead unit keeps its brackets."""
    terms = _terms("建成学校3所（完成时限：3个月内）。", "牵头单位：市住建局（市人防办）、市财政局。")
    assert [(aim.figure.quote, aim.deadline) for aim in terms.aims if aim.figure] == [("3所", "3个月内")]
    assert terms.lead == "市住建局（市人防办）、市财政局"


@pytest.mark.parametrize(
    "sentence",
    [
        "建成公厕20座（完成时限：年底前；责任单位：城管局（环卫处））。",
        "建成公厕20座（责任单位：城管局；完成时限：年底前）。",
        "（责任单位：城管局）建成公厕20座（时限：年底前）。",
        "（牵头单位：城管局；办结期限：年底前）建成公厕20座。",
    ],
)
def test_terms_in_brackets_are_no_part_of_the_target(sentence: str) -> None:
    """Who answers and by when may stand in brackets on either side, in either order: the target is the rest."""
    aim = _aim(sentence)
    assert aim.text == "建成公厕20座"
    assert aim.deadline == "年底前"
    assert (aim.responsible or "").startswith("城管局")
