"""Phrases of reports with all that is read of one figure in them: value, mode, unit, direction, thing, doer."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.language.figures import build_quantity_keys, find_quantities, find_unsupported_numbers
from huimou.language.profiles.profile import select_shipped_profile
from huimou.model.report import Quantity

_BODY = "本机构"


def _read(text: str, kind: str = "government") -> tuple[Quantity, ...]:
    return find_quantities(text, select_shipped_profile(kind).doers)


def _find(text: str, quote: str, kind: str = "government") -> Quantity:
    (found,) = [figure for figure in _read(text, kind) if figure.quote == quote]
    return found


_PARTS_AND_MULTIPLES = [
    # text, quote, value, mode, unit, direction, metric
    ("审批环节减少1/3，群众满意。", "1/3", 0.333333, "exact", None, "down", "审批环节减少"),
    ("收费项目比上年压减1/4以上。", "1/4以上", 0.25, "over", None, "down", "收费项目比上年压减"),
    ("专项经费压缩了1/5。", "1/5", 0.2, "exact", None, "down", "专项经费压缩"),
    ("会议数量减少近1/2。", "近1/2", 0.5, "nearly", None, "down", "会议数量减少"),
    ("财政收入提高约1/3。", "约1/3", 0.333333, "about", None, "up", "财政收入提高"),
    ("3/4以上的村通了客车。", "3/4以上", 0.75, "over", None, None, "村通了客车"),
    ("全县2/3的乡镇建成养老院。", "2/3", 0.666667, "exact", None, None, "全县乡镇"),
    ("有1/5的学校配齐了校医。", "1/5", 0.2, "exact", None, None, "学校配齐了校医"),
    ("近2/3的社区设立了食堂。", "近2/3", 0.666667, "nearly", None, None, "社区设立了食堂"),
    ("产量占全国1/4。", "1/4", 0.25, "exact", None, None, "产量占全国"),
    ("女职工占1/3左右。", "1/3左右", 0.333333, "about", None, None, "女职工"),
    ("重点提案三分之二以上被采纳。", "三分之二以上", 0.666667, "over", None, None, "重点提案被采纳"),
    ("办事时限压缩四分之一。", "四分之一", 0.25, "exact", None, "down", "办事时限压缩"),
    ("约四分之三的企业复工。", "约四分之三", 0.75, "about", None, None, "企业复工"),
    ("本届政府减少1/3审批事项的承诺兑现。", "1/3", 0.333333, "exact", None, "down", "本届政府减少审批事项"),
    ("精简三分之一的办事机构。", "三分之一", 0.333333, "exact", None, None, "精简办事机构"),
    ("时间减少一半以上。", "一半以上", 0.5, "over", None, "down", "时间减少"),
    ("财政投入增长近一倍半。", "近一倍半", 1.5, "nearly", "倍", "up", "财政投入增长"),
    ("产值增长一倍半。", "一倍半", 1.5, "exact", "倍", "up", "产值增长"),
    ("旅游收入增长1倍半。", "1倍半", 1.5, "exact", "倍", "up", "旅游收入增长"),
    ("产量提高两倍半以上。", "两倍半以上", 2.5, "over", "倍", "up", "产量提高"),
    ("税收增长一倍多。", "一倍多", 1, "over", "倍", "up", "税收增长"),
    ("存款增加2倍多。", "2倍多", 2, "over", "倍", "up", "存款增加"),
    ("财政投入增长近3倍。", "近3倍", 3, "nearly", "倍", "up", "财政投入增长"),
    ("资产规模扩大一倍以上。", "一倍以上", 1, "over", "倍", "up", "资产规模扩大"),
    ("学位供给增加两倍。", "两倍", 2, "exact", "倍", "up", "学位供给增加"),
    ("出口额翻了两番。", "两番", 2, "exact", "番", "up", "出口额翻"),
    ("税收总额翻一番。", "一番", 1, "exact", "番", "up", "税收总额翻"),
    ("经济总量翻了近一番。", "近一番", 1, "nearly", "番", "up", "经济总量翻"),
    ("居民存款翻了一番多。", "一番多", 1, "over", "番", "up", "居民存款翻"),
    ("旅游收入翻过一番半。", "一番半", 1.5, "exact", "番", "up", "旅游收入翻过"),
    ("经费支出减少三成多。", "三成多", 30, "over", "%", "down", "经费支出减少"),
    ("用工成本下降一成半。", "一成半", 15, "exact", "%", "down", "用工成本下降"),
    ("税收收入为2019年的3.4倍。", "3.4倍", 3.4, "exact", "倍", None, "税收收入"),
    ("历时三年半建成的大桥通车。", "三年半", 3.5, "exact", "年", None, "建成的大桥通车"),
]


@pytest.mark.parametrize("row", _PARTS_AND_MULTIPLES, ids=lambda row: row[0])
def test_parts_and_multiples(row: tuple[str, str, float, str, str | None, str | None, str]) -> None:
    """Fractions with a stroke and in words, times and a half, doublings, tenths and a bit more."""
    text, quote, *expected = row
    found = _find(text, quote)
    assert [found.value, found.mode, found.unit, found.direction, found.metric] == expected


_UNITS_IN_LETTERS = [
    # text, quote, value, unit, metric
    ("人均住房面积38.5m2。", "38.5m2", 38.5, "m2", "人均住房面积"),
    ("新增绿地12.6万m²。", "12.6万m²", 126_000, "m²", "新增绿地"),
    ("建筑面积2.6万㎡。", "2.6万㎡", 26_000, "㎡", "建筑面积"),
    ("行政区域面积1,200 km²。", "1,200 km²", 1200, "km²", "行政区域面积"),
    ("流域面积830km2。", "830km2", 830, "km2", "流域面积"),
    ("治理沙化土地3.2万hm2。", "3.2万hm2", 32_000, "hm2", "治理沙化土地"),
    ("播种面积2000ha。", "2000ha", 2000, "ha", "播种面积"),
    ("水库库容3.5亿m³。", "3.5亿m³", 350_000_000, "m³", "水库库容"),
    ("清运淤泥3.5万方。", "3.5万方", 35_000, "方", "清运淤泥"),
    ("供水能力12万m3/d。", "12万m3/d", 120_000, "m3/d", "供水能力"),
    ("日处理规模5万t/d。", "5万t/d", 50_000, "t/d", "日处理规模"),
    ("产能100万t/a。", "100万t/a", 1_000_000, "t/a", "产能"),
    ("PM2.5平均浓度28μg/m3。", "28μg/m3", 28, "μg/m3", "PM2.5平均浓度"),
    ("PM10浓度降至51ug/m³。", "51ug/m³", 51, "ug/m³", "PM10浓度"),
    ("化学需氧量浓度20mg/L。", "20mg/L", 20, "mg/L", "化学需氧量浓度"),
    ("氨氮浓度0.5毫克/升。", "0.5毫克/升", 0.5, "毫克/升", "氨氮浓度"),
    ("煤耗降到300g/kWh。", "300g/kWh", 300, "g/kWh", "煤耗"),
    ("运行里程350km。", "350km", 350, "km", "运行里程"),
    ("路面宽24m。", "24m", 24, "m", "路面宽"),
    ("设计时速350km/h。", "350km/h", 350, "km/h", "设计时速"),
    ("最大流量300m3/s。", "300m3/s", 300, "m3/s", "最大流量"),
    ("仓储能力8000t。", "8000t", 8000, "t", "仓储能力"),
    ("装机规模50万kW。", "50万kW", 500_000, "kW", "装机规模"),
    ("发电量12亿kWh。", "12亿kWh", 1_200_000_000, "kWh", "发电量"),
    ("用电量1.2亿kW·h。", "1.2亿kW·h", 120_000_000, "kW·h", "用电量"),
    ("光伏规模200MWp。", "200MWp", 200, "MWp", "光伏规模"),
    ("储能规模100MWh。", "100MWh", 100, "MWh", "储能规模"),
    ("碳排放总量12万tCO2。", "12万tCO2", 120_000, "tCO2", "碳排放总量"),
    ("平均气温16.5℃。", "16.5℃", 16.5, "℃", "平均气温"),
    ("夜间噪声55dB。", "55dB", 55, "dB", "夜间噪声"),
    ("昼间噪声65dB(A)。", "65dB(A)", 65, "dB(A)", "昼间噪声"),
    ("昼间噪声58分贝。", "58分贝", 58, "分贝", "昼间噪声"),
    ("管道压力0.6MPa。", "0.6MPa", 0.6, "MPa", "管道压力"),
    ("人口密度350人/km2。", "350人/km2", 350, "人/km2", "人口密度"),
    ("亩均产量512kg/亩。", "512kg/亩", 512, "kg/亩", "亩均产量"),
]


@pytest.mark.parametrize(("text", "quote", "value", "unit", "metric"), _UNITS_IN_LETTERS)
def test_units_in_letters(text: str, quote: str, value: float, unit: str, metric: str) -> None:
    """A unit in letters is kept as printed, with its rate; the value is in base units."""
    found = _find(text, quote)
    assert (found.value, found.mode, found.unit, found.metric) == (value, "exact", unit, metric)


@pytest.mark.parametrize(
    "text",
    [
        "2/3日召开全会",
        "1/3/2024印发",
        "2024/1/3印发",
        "第1/2页",
        "1/2期简报",
        "半决赛和1/4决赛",
        "版本1.2.3上线",
        "打造24小时制政务大厅",
        "3D打印、5G基站、4K直播、A4纸",
        "PM2.5、PM10治理",
        "4A景区、3A级景区",
        "县府发19号文",
        "经过半年准备、再经过半个世纪",
        "一番努力、三番",
        "三方协议、四方联动",
        "2022年半年总结",
    ],
)
def test_no_parts_and_units(text: str) -> None:
    """Dates, pages, issues, matches, versions, makes of things and figures of speech count nothing."""
    assert [figure.quote for figure in _read(text)] == []


_LEVELS = [
    # text, metrics
    ("粮食产量由2019年的32万吨增加到2024年的45万吨。", ["2019年粮食产量", "2024年粮食产量"]),
    ("粮食产量从2019年32万吨提高到2024年45万吨。", ["2019年粮食产量", "2024年粮食产量"]),
    ("高铁里程由上年的120公里增加到156公里。", ["上年高铁里程", "高铁里程"]),
    ("绿化覆盖率，由2019年的36%提高到2024年的41%。", ["2019年绿化覆盖率", "2024年绿化覆盖率"]),
    ("自来水普及率从五年前的70%上升到目前的92%。", ["五年前自来水普及率", "目前自来水普及率"]),
    ("入园率由“十三五”末的82%提高到90%。", ["“十三五”末入园率", "入园率"]),
    ("单位能耗由2020年的0.52吨降至2024年的0.49吨。", ["2020年单位能耗", "2024年单位能耗"]),
    ("民营企业由上年的320家增加到今年的356家。", ["上年民营企业", "今年民营企业"]),
    ("城乡收入比由2.5∶1缩小到2.3∶1。", ["城乡收入比", "城乡收入比"]),
    ("资金周转由109天延长到127天。", ["资金周转", "资金周转"]),
    ("许可事项由186项缩减到130项。", ["许可事项", "许可事项"]),
    ("床位由30张增加到56张，增长86.7%。", ["床位", "床位", "床位增长"]),
    (
        "出口额由2019年的35亿美元增至2024年的52亿美元，年均增长8.2%。",
        ["2019年出口额", "2024年出口额", "出口额年均增长"],
    ),
    (
        "政府债务从2021年的17亿元、2022年的12亿元降低到2024年的3亿元。",
        ["2021年政府债务", "2022年政府债务", "2024年政府债务"],
    ),
    ("退休金从2014年人均每月700元提高到现在的1721元。", ["2014年退休金人均每月", "现在退休金人均每月"]),
    ("林地占比由1/4提高到1/3。", ["林地占比", "林地占比"]),
]


@pytest.mark.parametrize(("text", "metrics"), _LEVELS)
def test_both_ends_of_a_change_count_one_thing(text: str, metrics: list[str]) -> None:
    """由某年的…增加到某年的…: the thing in front, with the time that each end names."""
    found = _read(text)
    assert [figure.metric for figure in found] == metrics
    assert not any(figure.direction for figure in found[:2])


def test_the_bare_thing_of_both_ends_is_the_same() -> None:
    """By it figures are compared; the year stands beside it only in what is shown."""
    first, second = _read("公路里程由2019年的320公里增加到2024年的450公里。")
    assert (first.counted, second.counted) == ("公路里程", "公路里程")
    assert (first.value, second.value) == (320, 450)


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        (
            "县财政用于农业、水利、教育、文化、体育的支出达85亿元，比上年增长12.4%。",
            [
                "县财政用于农业、水利、教育、文化、体育的支出",
                "县财政用于农业、水利、教育、文化、体育的支出比上年增长",
            ],
        ),
        (
            "全县统筹用于农业、水利、教育、文化、体育、社会保障的支出比上年增长8%。",
            ["农业、水利、教育、文化、体育、社会保障的支出比上年增长"],
        ),
        (
            "小麦、玉米、大豆、花生、油菜、棉花、甘蔗、甜菜、烟叶产量增长3%。",
            ["小麦、玉米、大豆、花生、油菜、棉花、甘蔗、甜菜、烟叶产量增长"],
        ),
        (
            "县财政用于教育、医疗卫生、社会保障的支出分别增长8%、9%和10%。",
            ["县财政用于教育支出增长", "医疗卫生支出增长", "社会保障的支出增长"],
        ),
    ],
)
def test_a_list_is_told_from_its_beginning(text: str, metrics: list[str]) -> None:
    """What is measured of a list is measured of all of it: it never begins in its middle."""
    assert [figure.metric for figure in _read(text)] == metrics


_DOERS = [
    # kind, text, doers
    ("government", "连续三年提高企业退休人员养老金，月人均增加136元，1.2万人受益。", [None, "政府", "政府"]),
    ("government", "提高企业退休人员养老金120元。", ["政府"]),
    ("government", "企业退休人员养老金人均提高138元。", [None]),
    ("government", "企业职工养老保险参保12万人。", [None]),
    ("government", "减轻企业负担12亿元。", ["政府"]),
    ("government", "上调城乡低保标准，每人每月增加50元。", ["政府"]),
    ("government", "服务企业320家次，招引企业56家。", ["政府", "政府"]),
    ("government", "表彰企业32家，补贴企业800万元。", ["政府", "政府"]),
    ("government", "督促有关部门整改问题23个。", ["政府"]),
    ("government", "帮扶困难职工320户。", ["政府"]),
    ("government", "城镇化率提高1.2个百分点。", [None]),
    ("government", "增加企业120家。", [None]),
    ("government", "企业捐款300万元。", ["企业"]),
    ("government", "某某集团投资12亿元。", ["企业"]),
    ("political_consultative", "培训委员上千人次，服务企业数十家。", [_BODY, _BODY]),
    ("political_consultative", "轮训委员320人次。", [_BODY]),
    ("political_consultative", "表彰优秀委员20名，走访困难委员35名。", [_BODY, _BODY]),
    ("political_consultative", "联系服务委员200人次。", [_BODY]),
    ("political_consultative", "约谈委员3名，增补委员12名。", [_BODY, _BODY]),
    ("political_consultative", "督促承办单位办理提案86件。", [_BODY]),
    ("political_consultative", "组织委员90人次视察。", ["委员"]),
    ("political_consultative", "组织委员开展视察12次。", [_BODY]),
    ("political_consultative", "委员捐款30万元。", ["委员"]),
    ("political_consultative", "600余名委员参加活动。", ["委员"]),
    ("people_congress", "走访代表120人次，表彰代表20名。", [_BODY, _BODY]),
    ("people_congress", "督促政府办理建议56件。", [_BODY]),
    ("people_congress", "人大代表提出建议50件。", ["委员"]),
    ("trade_union", "慰问职工5000人次，服务职工12万人次。", [_BODY, _BODY]),
    ("trade_union", "职工提出建议1200条。", ["委员"]),
    ("school", "表彰优秀教师30名，招聘教师25人。", [_BODY, _BODY]),
    ("school", "教师发表论文46篇。", ["委员"]),
    ("hospital", "服务患者3.2万人次，培训医生56人。", [_BODY, _BODY]),
]


@pytest.mark.parametrize(("kind", "text", "doers"), _DOERS)
def test_the_object_of_a_verb_is_no_doer(kind: str, text: str, doers: list[str | None]) -> None:
    """培训委员, 服务企业, 提高企业退休人员养老金 are deeds of the reporting body, whoever stands behind the verb."""
    assert [figure.actor for figure in _read(text, kind)] == doers


@pytest.mark.parametrize(
    ("summary", "evidence"),
    [
        ("绿地12.6万平方米", "新增绿地12.6万m²"),
        ("供水能力12万m3/d", "供水能力12万m3/d"),
        ("浓度28微克/立方米", "浓度28μg/m3"),
        ("里程350公里", "里程350km"),
        ("事项减少1/3", "行政审批事项减少1/3"),
        ("增长一倍多", "税收增长一倍多"),
        ("增长近一倍半", "投入增长近一倍半"),
    ],
)
def test_the_same_amount_is_supported(summary: str, evidence: str) -> None:
    """Another spelling of the same unit is the same amount."""
    assert find_unsupported_numbers(summary, evidence) == ()


@pytest.mark.parametrize(
    ("summary", "evidence", "number"),
    [
        ("增长一倍", "税收增长一倍多", "一倍"),
        ("增长近一倍", "投入增长近一倍半", "近一倍"),
        ("减少1/3", "事项减少1/3以上", "1/3"),
        ("面积38.5亩", "面积38.5m2", "38.5亩"),
    ],
)
def test_half_an_amount_is_not_supported(summary: str, evidence: str, number: str) -> None:
    """What leaves 半, 多 or 以上 away, or has another unit, says something else."""
    assert find_unsupported_numbers(summary, evidence) == (number,)


_SCALES = ["", "万", "亿", "万亿"]
_LETTERS = ["m2", "m²", "m3/d", "kWh", "t", "km", "mg/L", "μg/m3", "ha"]


@given(
    number=st.integers(min_value=1, max_value=9999),
    scale=st.sampled_from(_SCALES),
    unit=st.sampled_from(_LETTERS),
    space=st.sampled_from(["", " "]),
)
def test_a_unit_in_letters_is_read_behind_any_number(number: int, scale: str, unit: str, space: str) -> None:
    """The quote is the printed slice, the unit is as printed, and 万 and 亿 only multiply."""
    text = f"总量达到{number}{scale}{space}{unit}。"
    (found,) = _read(text)
    assert text[found.start : found.end] == found.quote == f"{number}{scale}{space}{unit}"
    assert (found.value, found.unit) == (number * 10_000 ** _count_powers(scale), unit)


@given(st.integers(min_value=1, max_value=9998), st.sampled_from(["件", "m2", "元", "t/d"]))
def test_values_rise_with_number_and_scale(number: int, unit: str) -> None:
    """A larger number, or the same with a larger scale, never has a smaller value."""
    values = [_one_value(f"共{some}{scale}{unit}。") for scale in _SCALES for some in (number, number + 1)]
    assert values == sorted(values)


@given(st.sampled_from([2, 3, 4, 5, 6, 7, 8, 9]), st.data())
def test_a_part_is_less_than_the_whole(whole: int, data: st.DataObject) -> None:
    """Any proper fraction behind 减少 is a fall by that part, and both writings of it share a key."""
    part = data.draw(st.integers(min_value=1, max_value=whole - 1))
    (found,) = _read(f"经费减少{part}/{whole}。")
    assert (found.value, found.direction) == (round(part / whole, 6), "down")
    numerals = "零一二三四五六七八九"
    (written,) = _read(f"经费减少{numerals[whole]}分之{numerals[part]}。")
    assert written.value == found.value
    assert len(build_quantity_keys(f"减少{part}/{whole}")) == 1


def _count_powers(scale: str) -> int:
    return sum({"万": 1, "亿": 2}[char] for char in scale)


def _one_value(text: str) -> float:
    (found,) = find_quantities(text)
    assert found.value is not None
    return found.value


def _list_quotes(figures: Iterable[Quantity]) -> list[str]:
    return [figure.quote for figure in figures]


@given(
    st.text(alphabet="由从到的增加提高减少年2019半倍番多/1 3以上m3dkW·μg万亿、，。", max_size=40),
    st.sampled_from(["government", "political_consultative"]),
)
def test_any_row_of_these_signs_is_read(text: str, kind: str) -> None:
    """Whatever the order of the signs: quotes are slices, and no figure is lost to an error."""
    found = _read(text, kind)
    assert _list_quotes(found) == [text[figure.start : figure.end] for figure in found]
