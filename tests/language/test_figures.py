"""Quantities of reports: found, read, attributed, and checked in summaries."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth import measure_growth
from huimou.language.figures import (
    build_quantity_keys,
    find_number_tokens,
    find_quantities,
    find_unsupported_numbers,
    list_numbers,
)
from huimou.language.profiles.profile import select_shipped_profile
from huimou.language.rules import use_rules
from huimou.language.rules.own_rules import load_rules
from huimou.language.rules.rows import RuleRow
from huimou.language.rules.rulebook import SHIPPED_RULES
from huimou.model.report import Quantity
from places import ROOT

_GOLD = sorted((ROOT / "fixtures" / "gold").glob("*.json"))
_GOVERNMENT = select_shipped_profile("government").doers
_OUTSIDE = {"unrelated", "boilerplate", "caption", "front_matter", "title"}


def _quotes(text: str) -> list[str]:
    return [quantity.quote for quantity in find_quantities(text)]


def _one(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "quote", "value", "unit", "mode"),
    [
        ("地区生产总值增长6.5%左右", "6.5%左右", 6.5, "%", "about"),
        ("一般公共预算收入12.3亿元", "12.3亿元", 1_230_000_000, "元", "exact"),
        ("组织活动400余场", "400余场", 400, "场", "over"),
        ("捐款1200余万元", "1200余万元", 12_000_000, "元", "over"),
        ("物资价值约322万元", "约322万元", 3_220_000, "元", "about"),
        ("捐款近4亿元", "近4亿元", 400_000_000, "元", "nearly"),
        ("点击量超100万人次", "超100万人次", 1_000_000, "人次", "over"),
        ("旅客突破150万人次", "突破150万人次", 1_500_000, "人次", "over"),
        ("新增就业1万人以上", "1万人以上", 10_000, "人", "over"),
        ("涨幅控制在3%以内", "3%以内", 3, "%", "at_most"),
        ("粮食产量不低于120万吨", "不低于120万吨", 1_200_000, "吨", "at_least"),
        ("吸引25万网友参与", "25万网友", 250_000, "网友", "exact"),
        ("完成技改1，234项", "1，234项", 1234, "项", "exact"),
        ("办复率１００％", "１００％", 100, "%", "exact"),
        ("總額1.2萬億元", "1.2萬億元", 1_200_000_000_000, "元", "exact"),
        ("提高1.2个百分点", "1.2个百分点", 1.2, "百分点", "exact"),
        ("百分之三十五的委员", "百分之三十五", 35, "%", "exact"),
        ("延迟半小时收班", "半小时", 0.5, "小时", "exact"),
        ("先后两次在会上交流", "两次", 2, "次", "exact"),
        ("提出十六条对策建议", "十六条", 16, "条", "exact"),
        ("选择一个监督议题", "一个", 1, "个", "exact"),
        ("增长一倍", "一倍", 1, "倍", "exact"),
        ("上百家企业", "上百家", 100, "家", "at_least"),
        ("居民收入比缩小到2.1:1", "2.1:1", 2.1, "比", "exact"),
        ("降幅为-0.8%", "-0.8%", -0.8, "%", "exact"),
        ("完成投资 274.4 亿元", "274.4 亿元", 27_440_000_000, "元", "exact"),
        ("总数达到3551。", "3551", 3551, None, "exact"),
        ("连续五年开展", "五年", 5, "年", "exact"),
    ],
)
def test_quantity_is_read(text: str, quote: str, value: float, unit: str | None, mode: str) -> None:
    """Printed form, value in base units, simplified unit and mode of every kind of writing."""
    found = _one(text)
    assert (found.quote, found.value, found.unit, found.mode) == (quote, value, unit, mode)


@pytest.mark.parametrize(
    ("text", "quote", "low", "high"),
    [
        ("培育2—3个品牌", "2—3个", 2, 3),
        ("增速6.5%—7%之间", "6.5%—7%", 6.5, 7),
        ("争取资金10至15亿元", "10至15亿元", 10**9, 15 * 10**8),
        ("选取三至五个项目", "三至五个", 3, 5),
        ("走访七八十人", "七八十人", 70, 80),
    ],
)
def test_range_has_two_ends(text: str, quote: str, low: float, high: float) -> None:
    """A range keeps both ends, in base units."""
    found = _one(text)
    assert (found.quote, found.value, found.value_max, found.mode) == (quote, low, high, "range")


@pytest.mark.parametrize("text", ["捐赠物资数百万件", "走访十几个村", "支持若干项研究"])
def test_vague_quantity_has_no_value(text: str) -> None:
    """A vague amount is in the ledger but never a number."""
    found = _one(text)
    assert (found.mode, found.value) == ("vague", None)


@pytest.mark.parametrize(
    "text",
    [
        "六届二次、三次会议和省第十二次党代会、市委六届三次全会",
        "第十三届全国人民代表大会第五次会议",
        "2017至2019年度,8—9月,2022年12月3日14:30,2020-2030年",
        "中办发〔2021〕57号,拨打0715-8235618",
        "《中国桂花城建设十条政策》《关于推进10项民生实事的意见》",
        "“四个意识”“323”攻坚“1+N”“双争一流”“六个一批”“解决1000个问题”",
        "十四五期间,二十大精神,两个维护,四个自信,两会,一线,一体化,一系列,一批,进一步,统一,第一要务,一方面",
        "全省第3位,居全国第12位,前三名,第一方阵,第3、4批",
        "一个个善行,每一个委员,形成一个良好格局,新的一年,再一次,一对一,成熟一个片区",
        "三个环节、五个转变、十个方面、四套班子、三次产业、中央八项规定、两种资源",
        "5G试点,4A级景区,7×24小时,1+6个,建市四十周年,四点半课堂",
        "一二三产融合,三农,三大职能,二审案件,项目二期,千方百计,百年大计,五一劳动节",
        "第1.1节\n1.1 总则\n（一）开展\n1、个性化服务\n- 12 -\n人民政协",
        "2019人大会议,2021面临挑战,三元乳业,零部件,若干名额,引进亿元以上项目",
    ],
)
def test_names_and_ordinals_are_no_quantities(text: str) -> None:
    """Sessions, dates, document numbers, titles, slogans, ranks and figures of speech count nothing."""
    assert _quotes(text) == []


def test_clause_comma_is_no_separator() -> None:
    """A comma between two figures ends the first; a spaced comma never joins digits."""
    assert _quotes("引进项目67个,12亿元资金") == ["67个", "12亿元"]
    assert _quotes("5, 120家企业") == ["120家"]


def test_one_sentence_holds_many_figures() -> None:
    """Court statistics: each figure once, and a percentage inherits what the figure before it measured."""
    found = find_quantities("受理案件13318件,审结11749件,同比上升26.2%和52.1%。")
    assert [quantity.value for quantity in found] == [13318, 11749, 26.2, 52.1]
    assert [quantity.counted for quantity in found[2:]] == ["受理案件同比上升", "审结同比上升"]


def test_from_to_is_not_a_range() -> None:
    """由10%提高到12% and 从3个到12个 are two figures each."""
    assert _quotes("由10%提高到12%,从3个到12个") == ["10%", "12%", "3个", "12个"]


def test_break_inside_a_figure_is_joined() -> None:
    """The quote is the raw slice with its break, the value that of the joined writing."""
    text = "市政协各参加单位全年共提交调研报告和提案1\n\n234件,其中立案的占大多数,其余转为来信处理"
    found = find_quantities(text)[0]
    assert (found.quote, found.value) == ("1\n\n234件", 1234)
    assert _quotes("收到提案12\n件,立案10\n\n件") == ["12\n件", "10\n\n件"]


def test_lines_of_a_table_are_not_joined() -> None:
    """Digits at the end of a short line and at the start of the next are two numbers."""
    assert _quotes("增长5\n12家企业") == ["12家"]


def test_paragraph_number_is_no_decimal() -> None:
    """3．10种 at the start of a line is item 3, then ten kinds."""
    assert _quotes("名词解释。\n3．10种有色金属") == ["10种"]


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("全年收到提案3551件。", "收到提案"),
        ("对20件重点提案进行监督", "重点提案"),
        ("引进项目67个、资金12.8亿元", "资金"),
        ("地区生产总值达到274.4亿元,同比增长9.1%", "地区生产总值同比增长"),
        ("完成5000亩沙区治理", "完成沙区治理"),
        ("投资4300万元的供水工程", "供水工程投资"),
        ("生活污水治理(管控)率达60%", "生活污水治理率"),
        ("搭建371个村、86个企业平台", "企业平台"),
        ("12%", None),
    ],
)
def test_metric_in_the_words_of_the_report(text: str, metric: str | None) -> None:
    """The counted noun stands behind a counting word, or in front; unclear is None."""
    assert find_quantities(text)[-1].counted == metric


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("和信公司追加投资3000万元", "企业"),
        ("市政府通盘谋划,新建9个停车场", "政府"),
        ("各级政协委员捐款343万元", "委员"),
        ("市政协开展活动12次", "本机构"),
        ("各民主党派提交提案53件", "其他"),
        ("向省政协提交报告13篇", None),
        ("为企业解决难题150余个", None),
        ("政协委员发言。收到提案12件", None),
    ],
)
def test_actor_is_the_subject_of_the_sentence(text: str, actor: str | None) -> None:
    """The nearest subject owns the figure; an object or another sentence does not."""
    assert find_quantities(text)[-1].actor == actor


@given(
    st.text(alphabet="0123456789,.，．%％万亿余近约一二两十百半个件次元年第届至—-:“”《》\n 提案政协、。", max_size=60)
)
def test_spans_are_slices_in_order(text: str) -> None:
    """Whatever the text: quotes are its slices, in order, without overlaps, and the keys agree."""
    found = find_quantities(text)
    assert all(text[item.start : item.end] == item.quote and item.quote for item in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert len(build_quantity_keys(text)) <= len(found)


@given(st.integers(min_value=1, max_value=10**7), st.sampled_from(["件", "人次", "万元", "%", "亩"]))
def test_a_text_supports_itself(number: int, unit: str) -> None:
    """A summary that repeats the evidence is supported; one with another number is not."""
    evidence = f"全年完成{number:,}{unit}。"
    assert find_unsupported_numbers(f"完成{number}{unit}", evidence) == ()
    assert find_unsupported_numbers(f"完成{number + 1}{unit}", evidence) == (f"{number + 1}{unit}",)


_EVIDENCE = (
    "开展协商1300余场,资金12.8亿元,三點共識和十三條建議,收到提案3,551件。第三次会议。先后两次交流,"
    "捐赠物资数百万\n件,委员36名,2022年全面完成五个转变,争取投资10—15亿元,就业不低于8万人。"
)


@pytest.mark.parametrize(
    "summary",
    [
        "协商1300余场",
        "资金12.8亿元",
        "三点共识、十三条建议",
        "提案3551件",
        "第三次会议",
        "两次交流",
        "数百万件",
        "36位委员",
        "2022年五个转变",
    ],
)
def test_supported_numbers(summary: str) -> None:
    """The same figure is accepted in simplified writing, without separators and over a line break."""
    assert find_unsupported_numbers(summary, _EVIDENCE) == ()


@pytest.mark.parametrize(
    ("summary", "number"),
    [
        ("协商1300场", "1300场"),
        ("资金约12.8亿元", "约12.8亿元"),
        ("资金12.8万元", "12.8万元"),
        ("提案551件", "551件"),
        ("3551份提案", "3551份"),
        ("十五条建议", "十五条"),
        ("三次会议", "三次"),
        ("13条建议", "13条"),
        ("数十万件", "数十万件"),
        ("2023年完成", "2023年"),
        ("三个环节", "三个"),
        ("编号88", "88"),
        ("投资15亿元", "15亿元"),
        ("就业8万人", "8万人"),
    ],
)
def test_unsupported_numbers(summary: str, number: str) -> None:
    """A dropped or added qualifier, another scale, unit or number is named as printed."""
    assert find_unsupported_numbers(summary, _EVIDENCE) == (number,)


def test_number_tokens_are_canonical() -> None:
    """Width is folded, separators are dropped, dates come apart."""
    assert find_number_tokens("1，234件 5.６% 2022.12.30") == ("1234", "5.6", "2022", "12", "30")


def _overlap(quantity: Quantity, start: int, end: int) -> float:
    shared = min(quantity.end, end) - max(quantity.start, start)
    return shared / (max(quantity.end, end) - min(quantity.start, start))


@pytest.mark.parametrize("path", _GOLD, ids=lambda path: path.stem)
def test_gold_figures(path: Path) -> None:
    """Against the annotated reports: recall at least 0.99, precision at least 0.9 each, values all right."""
    gold = json.loads(path.read_text("utf-8"))
    text = (ROOT / "seeds" / gold["file"]).read_bytes().decode("utf-8")
    parts = [(part["start"], part["end"]) for part in gold["sections"] if part["role"] not in _OUTSIDE]
    found = [item for item in find_quantities(text) if any(a <= item.start < b for a, b in parts)]
    wanted = [item for item in gold["figures"] if any(a <= item["start"] < b for a, b in parts)]
    pairs = [
        (item, quantity)
        for item in wanted
        for quantity in found
        if _overlap(quantity, item["start"], item["end"]) >= 0.5
    ]
    assert len(pairs) >= 0.99 * len(wanted)
    assert len(pairs) >= 0.9 * len(found)
    assert all(quantity.value == item["value"] for item, quantity in pairs)


def test_forty_thousand_characters_take_no_time() -> None:
    """Every figure of a very long report is found, and eight times the text takes about eight times as long."""
    text = "市政协组织委员1200余人次开展调研视察60多次,提出意见建议1500余条,推动解决问题三十余个。\n"
    assert len(find_quantities(text * 800)) == 3200
    assert measure_growth(lambda times: find_quantities(text * times), 100, 8) < 30


@pytest.mark.parametrize(
    ("unit", "times"), [("9", 20000), ("1,", 20000), ("一", 20000), ("半", 20000), ("1万-", 8000), ("“", 20000)]
)
def test_degenerate_text_is_harmless(unit: str, times: int) -> None:
    """Endless rows of digits or numerals neither fail nor take minutes, as what is quadratic would."""
    assert measure_growth(lambda many: find_quantities(unit * many), times // 8, 8) < 30


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("占比分别提高15、22个百分点", [("15", 15, "百分点"), ("22个百分点", 22, "百分点")]),
        ("客流量分别达1409万、1305万人次", [("1409万", 14_090_000, "人次"), ("1305万人次", 13_050_000, "人次")]),
        ("余额达38.7、29.9万亿元", [("38.7", 38.7e12, "元"), ("29.9万亿元", 29.9e12, "元")]),
        ("产值之比从1.6∶1提高到2.5∶1", [("1.6∶1", 1.6, "比"), ("2.5∶1", 2.5, "比")]),
        ("三次产业结构调整为4.0∶37.7∶58.3,", [("4.0∶37.7∶58.3", None, "比")]),
        ("产量占全省1/4,", [("1/4", 0.25, None)]),
        ("时间减少一半以上,", [("一半以上", 0.5, None)]),
        ("产值两位数增长。", [("两位数", None, None)]),
        ("产值突破百亿。", [("突破百亿", 10**10, None)]),
        ("承办3届展会", [("3届", 3, "届")]),
        ("全省排名提升6位,", [("6位", 6, "位")]),
        ("提高2个多百分点", [("2个多百分点", 2, "百分点")]),
        ("处理能力16.9万吨/日", [("16.9万吨/日", 169_000, "吨/日")]),
        ("结交118对友城", [("118对", 118, "对")]),
        ("新建110千伏变电站3座", [("3座", 3, "座")]),
        ("光缆550\n\u200b\n多万公里", [("550\n\u200b\n多万公里", 5_500_000, "公里")]),
        ("平均受教育年限达到9年以上。", [("9年以上", 9, "年")]),
        ("近3年来,十多年前", []),
        ("增加到1万6千多户", [("1万6千多户", 16_000, "户")]),
        ("里程达2万5千公里", [("2万5千公里", 25_000, "公里")]),
        ("六万万人的生活", [("六万万人", 600_000_000, "人")]),
    ],
)
def test_writings_of_government_reports(text: str, figures: list[tuple[str, float | None, str | None]]) -> None:
    """Lists that share a unit, ratios, shares, rates per day and rank changes; a voltage class is a name."""
    assert [(q.quote, q.value, q.unit) for q in find_quantities(text)] == figures


@pytest.mark.parametrize(
    "text",
    [
        "省十三届人大四次会议",
        "落实“三个80%”要求",
        "建设3人制球场",
        "攻克一批难题,突破一批关键技术",
        "统筹国内国际两个大局,调动两个积极性",
        "配合督查二十条措施落实情况",
        "[3]两个枢纽:",
        "2022/2023年度《第1/2期》",
        "世界500强,8英寸产线,“1+10”政策,120急救",
    ],
)
def test_names_of_government_reports(text: str) -> None:
    """What only looks like a quantity in long government reports."""
    assert _quotes(text) == []


@pytest.mark.parametrize(
    ("text", "directions"),
    [
        ("投资增长3%", ["up"]),
        ("能耗下降3%左右", ["down"]),
        ("由12%提高到15%", [None, None]),
        ("收入增速达到9%", ["up"]),
        ("案件同比分别上升26.2%和52.1%", ["up", "up"]),
        ("出口负增长2%", ["down"]),
        ("新增项目5个,新增5家企业", [None, None]),
        ("用时压缩至3天", [None]),
        ("分别下降5.1%、上升3.2%", ["down", "up"]),
    ],
)
def test_direction_of_a_change(text: str, directions: list[str | None]) -> None:
    """The number itself is a rise or a fall; a level or a count has no direction, and the value is as printed."""
    assert [quantity.direction for quantity in find_quantities(text)] == directions


@pytest.mark.parametrize(
    ("text", "quote", "low", "high"),
    [
        ("审批事项压减三成,", "三成", 30, None),
        ("占总数的近六成,", "近六成", 60, None),
        ("减少两至三成,", "两至三成", 20, 30),
    ],
)
def test_tenths_are_percent(text: str, quote: str, low: int, high: int | None) -> None:
    """成 is a share of ten: base units are percent, the writing stays."""
    (found,) = find_quantities(text)
    assert (found.quote, found.value, found.value_max, found.unit) == (quote, low, high, "%")


def _circumstances(subject: str, times: int) -> None:
    find_quantities(f"{subject}{'向在以对为从' * times}{subject}组织活动3场", _GOVERNMENT)


def test_circumstances_in_a_row_are_read_in_time() -> None:
    """Words such as 向 and 在 may each begin a circumstance; many of them before a deed take no longer than a few."""
    (quantity,) = find_quantities(f"某{'向在以对为从' * 15}某组织活动3场", _GOVERNMENT)
    assert (quantity.value, quantity.actor) == (3, None)
    (quantity,) = find_quantities(f"{'向在以对为从' * 15}组织活动3场", _GOVERNMENT)
    assert (quantity.value, quantity.actor) == (3, "政府")
    for subject in ("某", ""):
        assert measure_growth(lambda times, who=subject: _circumstances(who, times), 5, 3) < 30


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("新建基站3 000个", [("3 000个", 3000)]),
        ("新增就业12 345人", [("12 345人", 12_345)]),
        ("投资 1 234.5 万元", [("1 234.5 万元", 12_345_000)]),
        ("产量1\u00a0234\u2009567吨", [("1\u00a0234\u2009567吨", 1_234_567)]),
        ("安排3,,000万元", []),
        ("安排3, 000万元", []),
        ("结转5 6 7 件", []),
        ("改造10 20 300户", []),
        ("2031 100个", []),
        ("受理5 件、办结 300 件", [("5 件", 5), ("300 件", 300)]),
    ],
)
def test_a_space_between_thousands(text: str, found: list[tuple[str, float]]) -> None:
    """Groups of three digits are one number; what a gap leaves of an unclear row of digits is no quantity."""
    assert [(quantity.quote, quantity.value) for quantity in find_quantities(text)] == found


_DECIDED = [
    ("《关于推进10项民生实事的意见》", "10项", "inside_a_name"),
    ("宣传“深入学习三项活动精神、扎实推进各项工作任务落地”", "三项", "inside_a_quotation"),
    ("构建1+6个平台", "1", "part_of_a_formula"),
    ("召开第二次会议", "二次", "ordinal"),
    ("[3]两个枢纽:", "两个", "headword_of_a_note"),
    ("攻克一批难题", "一批", "a_batch"),
    ("建设3人制球场", "3人", "players_a_side"),
    ("市政协六届二次会议", "二次", "session"),
    ("六届市委三次全会", "三次", "meeting_behind"),
    ("跻身全省前三名", "三名", "rank"),
    ("居民收入比缩小到2.1:1", "2.1:1", "compared"),
    ("会议于14:30开始", "14:30", "time_or_score"),
    ("产量占全省1/4,", "1/4", "share_of_a_whole"),
    ("编印简报1/2期", "1/2", "date_or_issue"),
    ("承办3届展会", "3届", "held_sessions"),
    ("市政协六届三次会议", "六届", "session_number"),
    ("平均受教育年限达到9年以上。", "9年以上", "length_of_time"),
    ("连续五年开展", "五年", "lasting"),
    ("用三年时间完成改造", "三年", "time_behind"),
    ("近3年来", "近3年", "year_or_period"),
    ("带宽达10万Mbps。", "10万", "bare_code"),
    ("点击量达25万。", "25万", "bare_amount"),
    ("2021面临挑战", "2021", "bare_year"),
    ("总数达到3551。", "3551", "bare_total"),
    ("编号88", "88", "bare_number"),
    ("受理提案320件", "320件", "measured_or_counted"),
    ("引进亿元以上项目", "亿元以上", "class_of_size"),
    ("办理三十余件", "三十余件", "limited_amount"),
    ("捐赠物资数百万件", "数百万件", "vague_amount"),
    ("零部件", "零部", "zero_in_words"),
    ("比赛下半小时", "半小时", "half_of_a_period"),
    ("延迟半小时收班", "半小时", "half"),
    ("百分之三十五的委员", "百分之三十五", "share_or_large_amount"),
    ("统筹两种资源", "两种", "kinds"),
    ("二项议程", "二项", "er_alone"),
    ("百家争鸣", "百家", "indefinite_number"),
    ("三元乳业", "三元", "measure_in_a_name"),
    ("配合督查二十条措施落实情况", "二十条", "fixed_phrase"),
    ("三次次次到场", "三次", "doubled_word"),
    ("项目三期", "三期", "phase"),
    ("三番五次", "三番", "turn_without_verb"),
    ("抓好三个环节", "三个", "headword"),
    ("守住三条红线", "三条", "lines"),
    ("三天两头往村里跑", "三天", "two_ends_of_days"),
    ("先后两次在会上交流", "两次", "counted_in_words"),
    ("用时一天", "一天", "spans_time"),
    ("迈上一个新台阶", "一个", "one_before_the_abstract"),
    ("建成一座桥", "一座", "one_after_a_verb"),
    ("召开全会一次。", "一次", "one_at_the_end"),
    ("有一次机会", "一次", "idle_one"),
]


@pytest.mark.parametrize(("text", "quote", "rule"), _DECIDED)
def test_the_rule_that_decides_on_a_number_is_named(text: str, quote: str, rule: str) -> None:
    """两次 is a figure and 第二次 is not: the verdict names its rule, and a figure carries it."""
    (verdict,) = [verdict for verdict in list_numbers(text) if verdict.quote == quote]
    assert (text[verdict.start : verdict.end], verdict.rule) == (quote, f"figures.{rule}")
    counted = {figure.quote: figure.rule for figure in find_quantities(text)}
    assert counted.get(quote) == (verdict.rule if verdict.counts else None)


@pytest.mark.parametrize("path", _GOLD, ids=lambda path: path.stem)
def test_every_verdict_on_a_real_report_is_explained(path: Path) -> None:
    """What counts in a report is its figures, in their order, and whatever decides stands in the table above."""
    text = (ROOT / "seeds" / json.loads(path.read_text("utf-8"))["file"]).read_bytes().decode("utf-8")
    verdicts = list_numbers(text)
    assert [(one.quote, one.start, one.rule) for one in verdicts if one.counts] == [
        (figure.quote, figure.start, figure.rule) for figure in find_quantities(text)
    ]
    assert {one.rule for one in verdicts} <= {f"figures.{rule}" for *_, rule in _DECIDED}


@pytest.mark.parametrize(
    "row", [row for row in map(SHIPPED_RULES.find_row, SHIPPED_RULES.list_group("figures")) if row.program]
)
def test_a_rule_of_the_program_holds_its_examples(row: RuleRow) -> None:
    """One number of each example gets the rule, none of a counter-example does, and the table above has a case."""
    assert row.id.removeprefix("figures.") in {rule for *_, rule in _DECIDED}
    for text in row.examples:
        assert row.id in {verdict.rule for verdict in list_numbers(text)}, text
    for text in row.counter_examples:
        assert row.id not in {verdict.rule for verdict in list_numbers(text)}, text


@pytest.mark.parametrize(
    ("own", "text", "quote", "rule"),
    [
        ("[figures.a_batch]\noff = true", "攻克一批难题", None, "idle_one"),
        ("[figures.time_or_score]\noff = true", "于14:30开始", "14:30", "measured_or_counted"),
        ("[figures.kinds]\nremove = ['类']", "统筹两类资源", "两类", "counted_in_words"),
        ("[figures.measured_or_counted]\noff = true", "受理320件", None, "measured_or_counted"),
        ("[quantities.matters]\nadd = ['桌']", "收到宴席备案3桌", "3桌", "measured_or_counted"),
    ],
)
def test_a_users_own_rules_change_what_counts(
    own: str, text: str, quote: str | None, rule: str, tmp_path: Path
) -> None:
    """A rule that is switched off decides nothing; a word that is added to a list is read, and one removed is not."""
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    with use_rules(load_rules(tmp_path)):
        assert [(figure.quote, figure.rule) for figure in find_quantities(text)] == (
            [(quote, f"figures.{rule}")] if quote else []
        )
        assert f"figures.{rule}" in {verdict.rule for verdict in list_numbers(text)}
    with use_rules(SHIPPED_RULES):
        assert quote not in {figure.quote for figure in find_quantities(text)}
