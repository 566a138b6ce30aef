"""Chinese numerals, scales, units and qualifiers: how a quantity is written, and what it is worth.

Everything here works on folded text (half width, simplified); see `huimou.language.text.fold`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from huimou.model.report import FigureMode

Number = int | float

_DIGIT = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

CHINESE = "零〇一二两三四五六七八九十百千万亿"
DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,5}(?!\d)(?:\.\d{1,9}(?!\d))?|\d{1,18}(?!\d)(?:\.\d{1,9}(?!\d))?)"
SCALES = r"(?:万亿|[十百千]?[万亿]|百|千(?![米克瓦伏卡帕周升]))"

# Measuring units: the thing measured stands in front (资金12.8亿元), seldom behind.
_MEASURES = (
    "% ‰ 个百分点 个多百分点 百分点 "
    "个基点 倍 成(?![立为效果功熟员长都本就不套品型份人]) 番 元 元人民币 美元 欧元 港元 港币 "
    "日元 英镑 元/平方米 元/吨 元/亩 元/人 元/月 元/年 元/天 元/斤 元/公斤 元/度 元/千瓦时 元/立方米 元/件 元/户 "
    "元/小时 亩 亩次 公顷 平方公里 平方千米 平方米 平米 立方米 立方 ㎡ km² m² m³ km kg kW MW GW kV mm cm 公里 千米 米 "
    "厘米 毫米 海里 里(?![程面约]) 吨 吨标准煤 公斤 千克 克(?![服难扎]) 斤 担(?![保当任负]) 升(?![级至到学]) 毫升 "
    "千瓦时 千瓦 兆瓦 吉瓦 千伏安 度(?![假过量汛]) ℃ °C 摄氏度 微克/立方米 微克每立方米 毫克/升 兆 GB TB "
    "P(?![A-Za-z]) PFlops EFlops Eflops 标箱 标准箱 "
    "个月 个多月 小时 个小时 个多小时 分钟 秒 天(?![然津下河]) 周(?![年边期末一岁围转密到日]) 岁 "
    "分(?![之别局公会管类批期步散布中支院校行厂])"
)
# Counting words; the guard keeps the head of an ordinary word (条件, 名单, 家庭) from being read as one.
_COUNTERS = (
    "人(?!均|民|大(?!专)) 人次 人份 户(?![籍外口型均主]) 户次 户家庭 名(?![称录单牌誉额]) "
    "位(?![于列居次置数]|一体) 家(?![庭长园乡电具风属政畜禽教]) 家次 家庭 所(?![有得属在需]|以(?!上|下|内)) "
    "处(?![理置于长罚分级方]) 个(?!性化) "
    "对(?=[夫新列组高和友,。、;]) 件 件次 条(?![件例约款块]) 条次 项(?!目(?!标)) 项次 "
    "次(?!产业|分配|创业|供水|污染|生代|性) 场 场次 期(?![间末初待满望盼货限内中权]) 篇 份(?!额) "
    "批(?![准复示评发]) 批次 起(?![来步点到草用诉底重飞伏始]) 宗(?![旨教]) 例(?![如外会行]) 桩 "
    "轮(?![流换训岗胎椅船候]) 轮次 遍 趟 回(?![收升落应访顾头归报答馈购流暖]) 班(?![子列车组级线长]) 班次 班列 "
    "架次 车次 航次 堂 节(?![约能水点目日省会庆假俗电余]) 课时 学时 套(?!班子) 台(?![阶账湾商胞风资属]) 台套 台次 "
    "台(套) 辆 辆次 列(?![入为席举车]) 艘 架(?!构) 头(?![部号条]) 只(?![有是要能为争]) 羽 匹 尾 株 棵 粒 盆 "
    "口(?![岸径碑号腔味粮头]) 眼 盏 根(?![据本]) 块 片(?![面段]) 张 面(?![积对向临上]) 枚 册 "
    "本(?![市区县级年地省科次届土报院]) 卷 部(?![门委署队分长位曲落]) 幅(?![度员]) "
    "首(?![次批个创位届家先府都要季期套条席]) 章(?!程) "
    "届(?![委次会全常中选毕时满别期任]) 集(?![中体团聚约群市镇合成资贸散结思]) 封(?![闭山控]) "
    "款(?!项) 句 则 座 栋 幢 间(?![接隔]) 床 张床位 床位 学位 车位 停车位 泊位 座位 岗位 组(?![织成建长团合装]) "
    "队(?![伍员长]) 支(?![持部出撑付行援委柱农线]) 股(?![份权东市]) 类 种(?![植养子粮业牛猪]) "
    "门(?![槛户店诊类口前窗面]) 层(?![面次级]) 道(?![路德理口教县]) 段 "
    "点(?=共识|思路|建议|意见|要求|希望|体会|启示|举措|措施|看法|想法|对策|做法|经验|主张|倡议|提议) "
    "站(?![位点式台]) 省(?![委政级城长]) 市(?![场委政级长民]) 县(?![委政级域长]) 县市区 区(?![委政级域长间]) 乡镇 "
    "街道 社区 村(?![级委民集]) 国(?![家有内际]) 字"
)
# Nouns that take a number of 万 or 余 without a measure word (25万网友).
_NOUNS = (
    "网友 网民 群众 居民 市民 村民 农民 农户 职工 员工 工人 党员 干部 学生 师生 学子 大学生 中小学生 毕业生 教师 "
    "老人 老年人 儿童 妇女 青年 人口 游客 旅客 用户 观众 读者 粉丝 委员 代表 选民 企业 商户 经营主体 市场主体 "
    "志愿者 贫困人口 脱贫人口 农村人口 常住人口 务工人员 残疾人 未成年人 当事人 消费者 参保人员"
)


def _build_alternatives(words: str) -> str:
    """A regular expression for any of the words, longest first, so that 人次 is not read as 人."""

    def length(word: str) -> int:
        return len(word.split("(?", maxsplit=1)[0])

    literal = {word.replace("(套)", r"\(套\)") for word in words.split()}
    return "|".join(sorted(literal, key=lambda word: (-length(word), word)))


UNITS = rf"(?:{_build_alternatives(_MEASURES + ' ' + _COUNTERS)})"
NOUNS = rf"(?:{_build_alternatives(_NOUNS)})"
NOUN_WORDS: frozenset[str] = frozenset(_NOUNS.split())
MEASURES: frozenset[str] = frozenset(word.split("(?", maxsplit=1)[0] for word in _MEASURES.split())


def is_measure(unit: str | None) -> bool:
    """Whether a unit measures (吨, 元, %, 吨/日) rather than counts (件, 户)."""
    return unit is not None and unit.split("/", maxsplit=1)[0] in MEASURES


QUALIFIERS_BEFORE = (
    "不低于|不少于|不小于|至少|不超过|不高于|不多于|至多|最多|超过了?|突破了?|高于|多于|低于|少于|不足|不到|接近|将近|大约"
    r"|(?<![高赶])超|逾|(?<![附最临邻靠远亲])近|(?<![制大节隐])约|(?<![以线网会街桌路村台向马])上(?=[百千万亿])"
)
QUALIFIERS_AFTER = "以上|以内|之内|以下|左右|上下|有余"

_MODES: tuple[tuple[FigureMode, frozenset[str]], ...] = (
    ("at_least", frozenset({"不低于", "不少于", "不小于", "至少", "上"})),
    (
        "at_most",
        frozenset(
            {"不超过", "不高于", "不多于", "至多", "最多", "低于", "少于", "不足", "不到", "以内", "之内", "以下"}
        ),
    ),
    ("over", frozenset({"超过", "超过了", "超", "逾", "突破", "突破了", "高于", "多于", "余", "多", "以上", "有余"})),
    ("nearly", frozenset({"接近", "将近", "近"})),
    ("about", frozenset({"大约", "约", "左右", "上下"})),
)


def find_mode(*qualifiers: str | None) -> FigureMode:
    """How the words around a number limit it; `exact` without any."""
    present = {word for word in qualifiers if word}
    return next((mode for mode, words in _MODES if words & present), "exact")


def parse_chinese(run: str) -> int | None:
    """Value of a Chinese numeral such as 一百二十三 or 两千万; None where it is not one well-formed number."""
    total = section = digit = 0
    last_unit = 10**9
    pending = False
    for char in run:
        if char in _DIGIT:
            if pending and digit:
                return None
            digit, pending = _DIGIT[char], True
        elif char in _SMALL:
            if _SMALL[char] >= last_unit:
                return None
            section += (digit if pending else 1) * _SMALL[char]
            last_unit, digit, pending = _SMALL[char], 0, False
        else:
            if char not in _SCALE:
                return None
            total = _apply_scale(total, section + digit, _SCALE[char])
            section, digit, pending, last_unit = 0, 0, False, 10**9
    return total + section + digit if run else None


def _apply_scale(total: int, section: int, scale: int) -> int:
    """The total after a scale word: 两亿三千万 adds, 三万亿 and 六万万 multiply."""
    if total and not section:
        return total * scale
    return (total + section or 1) * scale if total < scale else total + (section or 1) * scale


def parse_adjacent(run: str) -> tuple[int, int] | None:
    """Two neighbouring numerals as a range: 三四 is 3 to 4, 七八十 is 70 to 80, 三五 is 3 to 5."""
    if len(run) < 2 or run[0] not in _DIGIT or run[1] not in _DIGIT:
        return None
    low, high = parse_chinese(run[0] + run[2:]), parse_chinese(run[1:])
    if low is None or high is None or not (_DIGIT[run[1]] - _DIGIT[run[0]] == 1 or run[:2] == "三五"):
        return None
    return low, high


def parse_scale(scale: str | None) -> int:
    """Factor of a scale such as 万, 千万 or 万亿; 1 without one."""
    factor = 1
    for char in scale or "":
        factor *= _SCALE[char]
    return factor


def parse_number(number: str, scale: str | None = None) -> Number | None:
    """Value of a printed number (digits with or without separators, or a Chinese numeral) times its scale."""
    if number[0].isdigit():
        exact = Fraction(number.replace(",", "")) * parse_scale(scale)
        return int(exact) if exact.denominator == 1 else float(exact)
    value = parse_chinese(number)
    return None if value is None else value * parse_scale(scale)


def normalise_digits(token: str) -> str:
    """A digit token without separators, as two writings of it compare."""
    return re.sub(r"[,\s]", "", token)


_CN = rf"(?<![{CHINESE}])[{CHINESE}]{{1,20}}(?![{CHINESE}])"
_PER = "(?:/(?:日|天|年|月|小时|秒|亩|户|人|吨|公里|平方公里|平方米|立方米|万元)(?:[·•](?:人|月|年|日))?)?"
_TAIL = rf"(?:{UNITS}){_PER}"
_SEP = r"(?:[-~]|[—–]{1,2}|至|到)"
# Not inside a word such as 4S or 1.2.3, unless after an abbreviation (GDP12.5万元) or a paragraph number (3.10种).
_EDGE = r"(?:(?<![\d.A-Za-z_+×*/#])(?<!\d[-:])|(?<=[A-Z]{2})|(?<=\n\d\.)|(?<=\n\d\d\.))"
_HALF = (
    rf"(?P<half>(?:(?<![{CHINESE}])[{CHINESE}]{{1,6}}个)?半)(?P<half_unit>小时|天|个月|个小时|月(?=时间))"
    rf"|(?P<share>(?<![另{CHINESE}])一半(?![{CHINESE}])|(?<=[\u4e00-\u9fff])(?<![不通超])过半(?![{CHINESE}径]))"
)
_PART = rf"(?P<base>百|千|万|[二三四五六七八九十]+)分之(?P<part>{DIGITS}|[{CHINESE}]+(?:点[{CHINESE}]+)?)"
_RATIO = (
    rf"{_EDGE}(?:(?P<ratio>\d{{1,3}}(?:\.\d+)?(?::\d{{1,3}}(?:\.\d+)?){{1,2}})(?![\d:])"
    r"|(?P<over>[1-9]/[1-9]\d?)(?![\d/]))"
)
_RANGE = (
    rf"{_EDGE}(?P<low>{DIGITS}|{_CN})(?P<low_scale>{SCALES})?(?P<low_unit>{_TAIL})?{_SEP}"
    rf"(?P<high>{DIGITS}|[{CHINESE}]+)(?P<high_scale>{SCALES})?(?P<range_unit>{_TAIL})"
)
_VAGUE = (
    r"(?P<vague>(?:(?<![人户总次指参基少多分例倍岁系函度位])数|几)[十百千万亿]+[余多]?(?!分之)|十几[万亿]?|若干)"
    rf"(?P<vague_unit>{_TAIL})|(?P<digits>[两个]位数)"
)
_ARABIC = (
    rf"{_EDGE}(?P<number>{DIGITS})(?P<odd>[余多])?(?P<scale>{SCALES})?(?:(?<=[万亿])(?P<rest>\d{{1,4}}(?:[百千]万?|万)))?(?P<odd2>[余多])?"
    rf"(?:(?P<unit>{_TAIL}|年)|(?P<noun>{NOUNS}))?"
)
_WRITTEN = (
    rf"(?P<cn>{_CN})(?P<cn_odd>[余多])?(?P<cn_scale>[万亿]{{1,2}})?(?P<cn_odd2>[余多])?(?P<cn_unit>{_TAIL}|年)"
    rf"|(?<=[突]破|超过|达到|[^高赶]超|接近)(?P<big>{_CN})(?<=[万亿])(?=大关|[,。;、)])"
)
# What a quantity may begin with, asked first: at nine places of ten no alternative need be tried.
_START = rf"(?=[\d{CHINESE}半过数几若个不至最超突高多低少接将大逾近约上])"
QUANTITY = re.compile(
    rf"{_START}(?P<before>{QUALIFIERS_BEFORE})?(?:{_HALF}|{_PART}|{_RATIO}|{_RANGE}|{_VAGUE}|{_ARABIC}|{_WRITTEN})(?P<after>{QUALIFIERS_AFTER})?"
)
SINGLE = re.compile(rf"{_START}(?P<before>{QUALIFIERS_BEFORE})?(?:{_ARABIC}|{_WRITTEN})(?P<after>{QUALIFIERS_AFTER})?")


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What a match says by itself, before its surroundings are looked at."""

    start: int
    end: int
    number: str
    value: Number | None
    value_max: Number | None
    mode: FigureMode
    unit: str | None
    chinese: bool
    scaled: bool = False


def read_match(match: re.Match[str]) -> NumberReading | None:
    """Reading of a match of `QUANTITY` or `SINGLE`; None where its numeral or its range is malformed.

    三成 is a share of ten and comes out in base units: 30 %.
    """
    groups = match.groupdict()
    reading = _READERS[next((name for name in _READERS if groups.get(name)), "plain")](match)
    return _to_percent(reading) if reading and reading.unit == "成" else reading


def _to_percent(tenths: NumberReading) -> NumberReading:
    low, high = ((None if part is None else part * 10) for part in (tenths.value, tenths.value_max))
    return replace(tenths, value=low, value_max=high, unit="%")


def _build_reading(match: re.Match[str], number: str, value: Number | None, unit: str | None) -> NumberReading:
    mode = find_mode(match["before"], match["after"])
    return NumberReading(match.start(), match.end(), number, value, None, mode, unit, chinese=True)


def _read_half(match: re.Match[str]) -> NumberReading | None:
    whole = parse_chinese(match["half"].removesuffix("半").removesuffix("个"))
    unit = {"月": "个月", "个小时": "小时"}.get(match["half_unit"], match["half_unit"])
    return _build_reading(match, match["half"], (whole or 0) + 0.5, unit)


def _read_part(match: re.Match[str]) -> NumberReading | None:
    whole, _, places = match["part"].partition("点")
    value = parse_number(whole)
    base = parse_chinese(match["base"])
    if value is None or not base:
        return None
    if places:
        value = float(f"{value}.{''.join(str(_DIGIT.get(char, 0)) for char in places)}")
    unit = {100: "%", 1000: "‰"}.get(base)
    return _build_reading(match, match[0], value if unit else round(value / base, 6), unit)


def _read_vague(match: re.Match[str]) -> NumberReading | None:
    return replace(_build_reading(match, match["vague"], None, match["vague_unit"]), mode="vague")


def _read_digits(match: re.Match[str]) -> NumberReading | None:
    return replace(_build_reading(match, match["digits"], None, None), mode="vague")


def _read_share(match: re.Match[str]) -> NumberReading | None:
    shared = _build_reading(match, match["share"], 0.5, None)
    return replace(shared, mode="over") if match["share"] == "过半" else shared


def _read_ratio(match: re.Match[str]) -> NumberReading | None:
    """Reading of a ratio: 2.1:1 is 2.1; one of three parts has no single value."""
    first, second, *third = (Fraction(part) for part in match["ratio"].split(":"))
    if not second:
        return None
    value = None if third else round(float(first / second), 6)
    return replace(_build_reading(match, match["ratio"], value, "比"), chinese=False)


def _read_over(match: re.Match[str]) -> NumberReading | None:
    value = round(float(Fraction(match["over"])), 6)
    return replace(_build_reading(match, match["over"], value, None), chinese=False) if value < 1 else None


def _read_range(match: re.Match[str]) -> NumberReading | None:
    unit = match["range_unit"]
    if match["low_unit"] not in {None, unit} or match["low"][0].isdigit() != match["high"][0].isdigit():
        return None
    scale = match["low_scale"] or (None if match["low_unit"] else match["high_scale"])
    low, high = parse_number(match["low"], scale), parse_number(match["high"], match["high_scale"])
    if low is None or high is None or low >= high:
        return None
    written = not match["low"][0].isdigit()
    return NumberReading(
        match.start(), match.end(), match["low"], low, high, "range", normalise_unit(unit), chinese=written
    )


def _read_plain(match: re.Match[str]) -> NumberReading | None:
    if match["number"] is None:
        return _read_written(match)
    value = parse_number(match["number"], match["scale"])
    if match["rest"] and value is not None:
        value += parse_number(match["rest"].rstrip("百千万"), match["rest"].lstrip("0123456789")) or 0
    scaled = bool(match["odd"] or match["odd2"] or (match["scale"] and match["scale"][-1] in "万亿"))
    noun = match["noun"] if scaled else None
    end = match.end() if noun == match["noun"] else match.start("noun")
    more = "多" if (match["unit"] or "").startswith("个多") else None
    mode = find_mode(match["before"], match["odd"], match["odd2"], more, match["after"] if end == match.end() else None)
    unit = normalise_unit(match["unit"]) or noun
    return NumberReading(match.start(), end, match["number"], value, None, mode, unit, chinese=False, scaled=scaled)


def _read_written(match: re.Match[str]) -> NumberReading | None:
    if match["big"]:
        return _build_reading(match, match["big"], parse_number(match["big"]), None)
    number, scale, unit = match["cn"], match["cn_scale"], normalise_unit(match["cn_unit"])
    mode = find_mode(match["before"], match["cn_odd"], match["cn_odd2"], match["after"])
    value, most = parse_number(number, scale), None
    if value is None and (pair := parse_adjacent(number)):
        value, most = pair[0] * parse_scale(scale), pair[1] * parse_scale(scale)
        mode = "range"
    if value is None:
        return None
    return NumberReading(match.start(), match.end(), number, value, most, mode, unit, chinese=True)


def normalise_unit(unit: str | None) -> str | None:
    """One spelling of a unit that is written in several ways."""
    return {
        "个百分点": "百分点",
        "个多百分点": "百分点",
        "元人民币": "元",
        "个多月": "个月",
        "个小时": "小时",
        "个多小时": "小时",
        "户家庭": "户",
        "微克每立方米": "微克/立方米",
    }.get(unit or "", unit)


_READERS = {
    "half": _read_half,
    "share": _read_share,
    "part": _read_part,
    "ratio": _read_ratio,
    "over": _read_over,
    "low": _read_range,
    "vague": _read_vague,
    "digits": _read_digits,
    "plain": _read_plain,
}
