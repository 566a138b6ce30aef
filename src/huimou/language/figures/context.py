"""What the words around a number make of it: a quantity, or a name, an ordinal, a date, a figure of speech."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from types import MappingProxyType

from huimou.language.figures.numerals import NumberReading, is_measure

_TITLE = re.compile(r"《[^《》]{1,80}》|〈[^〈〉]{1,40}〉|[<][^<>\n]{1,40}[>]|〔[^〔〕]{1,8}〕")
_QUOTED = re.compile(r"“[^“”]{1,60}”|‘[^‘’]{1,60}’|「[^「」]{1,60}」|『[^『』]{1,60}』|\"[^\"\n]{1,200}\"")
_NAME_LENGTH, _PHRASE_LENGTH = 17, 62

_N = r"[零〇一二两三四五六七八九十百千万亿\d]"
_ORDINAL = re.compile(rf"第{_N}*[、至到和及~—–-]*$|[初农正]$")
_SESSION = re.compile(
    rf"届(?:{_N}+次|{_N}+中|全国|市|常委会|[\u4e00-\u9fff]{{0,6}}(?:人大|政协|委员会)(?:常委会)?)?"
    rf"(?:[、和及至]{_N}+次|[、和及至])*$"
)
_MEETING = re.compile(r"全委|全会|全体会议|党代会|代表大会|人代会|中央|常委会议?|常务委员会|主席会议|常务会")
_RANK = re.compile(r"前$|(?:居|列|排名|位次|排)(?![^,。;]*(?:提升|上升|前移|下降|前进|跃升)了?$)[^,。;]{0,4}$")
_STRUCTURE = re.compile(
    r"[\u4e00-\u9fff“”]{0,4}?(?:方面|环节|转变|维护|确立|意识|自信|务必|薄弱|先行|坚持|结合|统筹|覆盖|毫不动摇|文明|层面|阶段|"
    r"维度|角度|关键|着力|中心建设|中心目标|全面|字$|一起|融合|同步|不变|离不开|一百年|百年|代表(?!性)|大局|积极性|市场(?:[、和,。]|$)|有之|必须|一批|一样|不能|确保|原则)"
)
_LINES = re.compile(r"[\u4e00-\u9fff]{0,4}?(?:红线|底线|主线|战线|防线|路径|路子|道路|心|龙)")
_HEADS = re.compile("两头")
_FIXED = re.compile(
    r"八项规定|两项补贴|三人(?:制|篮球|行)|[一二三四五六七八九十]+条(?:措施|政策|意见|规定|办法)(?:的?(?:落实|贯彻|执行|实施)|精神)|三项制度|四项基本原则|五项原则|六项纪律|两项改革|一体|三次产业|四套班子"
)
_KINDS = frozenset(
    {
        "种",
        "类",
        "层",
        "面",
        "门",
        "款",
        "版",
        "段",
        "省",
        "市",
        "县",
        "区",
        "村",
        "国",
        "字",
        "乡镇",
        "街道",
        "社区",
        "站",
        "头",
        "本",
        "根",
        "架",
        "支",
        "道",
        "节",
        "班",
        "担",
    }
)
_WRITTEN_MEASURES = frozenset(
    {
        "元",
        "美元",
        "亩",
        "公顷",
        "公里",
        "平方公里",
        "平方米",
        "米",
        "吨",
        "公斤",
        "斤",
        "倍",
        "成",
        "番",
        "百分点",
        "小时",
        "分钟",
        "天",
        "个月",
        "%",
        "‰",
    }
)
_SPANS_TIME = re.compile(r"(?:连续|为期|历时|长达|历经|坚持|用时|满|用|达|共|近)$")
_ONE_UNITS = frozenset(
    {
        "个",
        "次",
        "项",
        "件",
        "条",
        "篇",
        "家",
        "名",
        "场",
        "期",
        "座",
        "部",
        "份",
        "处",
        "所",
        "户",
        "台",
        "倍",
        "成",
        "番",
    }
)
_ONE_AFTER_VERB = re.compile(
    r"(?:选择|选定|选取|确定|召开|举办|举行|组织|开展|建成|新建|建设|建立|培育|引进|引入|提交|获|荣获|获得|编印|编撰|出版|完成|"
    r"解决|帮扶|联系|结对|捐建|制定|出台|设立|成立|增加|新增|撰写|办理|落实|增长|提高|下降|减少|翻|各|每[年月季周人村县][^,。;]{0,6})"
    r"(?:了|过|出|成)?$"
)
_ONE_AT_END = re.compile(r"[\u4e00-\u9fff》”](?<![每这那同某另哪何唯又单再跑后成新头下上第之其进是专统划万])$")
_ABSTRACT = re.compile(
    r"[个次项件条场家]|[也不都是就]|一[个次]|[^,。;]{0,12}?(?:格局|时期|阶段|过程|方面|局面|步|台阶|声音|目的|特点|侧面|体系|整体|又一)"
)
_COMPARES = re.compile(r"(?:比|结构)[^,。;]{0,16}$")
_SHARED = re.compile(r"(?:占|在|为|至|达|约|的)[^,。;\d]{0,8}(?:\d/\d+、)?$")
_HELD = re.compile(r"(?:[举承主]办|连续|累计)(?:了|过|成功)?(?:\d届[^,。;]{1,10}、)*$")
_SPECIAL = MappingProxyType({"比": _COMPARES, "/": _SHARED, "届": _HELD})
_CLAUSE_END = ",。;:!?、\n)"
_BARE = re.compile(
    r"(?:达到了?|达|为|增至|降至|升至|缩小[到至]|提[高升]到|下降到|降低到|保持在|控制在|共计?|合计|总计)$"
)


@dataclass(frozen=True, slots=True)
class Masks:
    """Ranges of the compact text where numbers are names: `names` wholly, `phrases` only in Chinese numerals."""

    names: tuple[tuple[int, int], ...]
    phrases: tuple[tuple[int, int], ...]


def find_masks(compact: str) -> Masks:
    """Titles and short quotations (names), and longer quotations (phrases), of a compact text."""
    names = [match.span() for match in _TITLE.finditer(compact)]
    phrases = []
    for match in _QUOTED.finditer(compact):
        if len(match[0]) <= _NAME_LENGTH:
            names.append(match.span())
        elif len(match[0]) <= _PHRASE_LENGTH:
            phrases.append(match.span())
    return Masks(tuple(sorted(names)), tuple(phrases))


def _is_inside(ranges: tuple[tuple[int, int], ...], place: int) -> bool:
    index = bisect_right(ranges, (place, len(ranges) + 10**9)) - 1
    return any(start <= place < end for start, end in ranges[max(0, index - 2) : index + 1])


def is_quantity(compact: str, reading: NumberReading, masks: Masks) -> bool:
    """Whether the reading counts or measures something here, by the words around it."""
    before, after = compact[max(0, reading.start - 24) : reading.start], compact[reading.end : reading.end + 16]
    if _is_masked(reading, masks, before) or _is_ordinal(before, after, reading):
        return False
    special = _SPECIAL.get("/" if "/" in reading.number else reading.unit or "")
    if special:
        return special.search(before) is not None
    if reading.unit == "年":
        return _is_duration(before, after, reading)
    if reading.unit is None and reading.number[-1].isdigit():
        return _is_bare(before, after, reading)
    attributive = reading.chinese and reading.mode in {"over", "at_most"} and compact[reading.end - 1] in "上下内"
    if attributive and reading.number in {"百", "千", "万", "亿"}:
        return compact[reading.start] != reading.number
    return not reading.chinese or reading.value is None or (reading.value > 0 and _is_counted(before, after, reading))


def _is_masked(reading: NumberReading, masks: Masks, before: str) -> bool:
    """Whether the number is part of a name (“三个80%”); a measured amount inside quotation marks (“3万元”) is not."""
    if _is_inside(masks.names, reading.start):
        return reading.chinese or not is_measure(reading.unit) or before.endswith("个")
    return reading.chinese and _is_inside(masks.phrases, reading.start)


def _is_ordinal(before: str, after: str, reading: NumberReading) -> bool:
    """Whether a number names a place in a series: 第3位, 六届二次会议, 前三名, 1+N个."""
    if before.endswith(("+", "×")) or after.startswith(("+", "×")) or _ORDINAL.search(before):
        return True
    if reading.chinese and (before.endswith("]") or (reading.number == "一" and reading.unit == "批")):
        return True
    if reading.unit == "人" and after.startswith("制"):
        return True
    if reading.unit == "次":
        meeting = reading.number != "两" and _MEETING.match(after)
        return bool(_SESSION.search(before) or meeting)
    return reading.unit in {"名", "位", "家"} and _RANK.search(before) is not None


def _is_duration(before: str, after: str, reading: NumberReading) -> bool:
    """Whether 年 is a length of time, which counts, and no date."""
    if reading.value is None or reading.value > 99:
        return False
    if reading.mode in {"over", "about", "at_least"} and not after.startswith(
        ("来", "间", "前", "后", "里", "代", "级", "的")
    ):
        return True
    return re.search(r"(?:连续|为期|历时|时隔|长达|历经)$", before) is not None or after.startswith("时间")


def _is_bare(before: str, after: str, reading: NumberReading) -> bool:
    """Whether a number without a unit counts: it has a scale, or the sentence ends with it as its value."""
    if reading.scaled:
        return not re.match(r"[A-Za-z+]", after)
    is_year = reading.value is not None and 1900 <= reading.value <= 2100
    return not is_year and _BARE.search(before) is not None and (not after or after[0] in _CLAUSE_END)


def _is_counted(before: str, after: str, reading: NumberReading) -> bool:
    """Whether a Chinese numeral counts something, rather than being part of a phrase or a headword."""
    if reading.mode in {"at_least", "at_most", "over", "nearly", "about"} and reading.unit not in _KINDS:
        return True
    if reading.number.endswith("半"):
        return not before.endswith(("上", "下", "前", "后"))
    if reading.unit in {"%", "‰", None} or (reading.unit == "担" and reading.number[-1] in "万亿"):
        return True
    indefinite = reading.unit in _KINDS or reading.number == "二" or reading.number[0] in "百千万亿"
    if indefinite or (is_measure(reading.unit) and not _is_written_measure(reading)):
        return False
    return _is_one(before, after, reading) if reading.value == 1 else not _is_phrase(before, after, reading)


def _is_written_measure(reading: NumberReading) -> bool:
    """Whether a measure is written with Chinese numerals; money only in tens or more (三元 is often a name)."""
    if reading.unit == "元":
        return any(char in reading.number for char in "十百千万亿")
    return reading.unit in _WRITTEN_MEASURES


def _is_phrase(before: str, after: str, reading: NumberReading) -> bool:
    """Whether it is part of a term (中央八项规定), doubled word (个个), phase (三期工程) or headword (三个环节)."""
    unit = str(reading.unit)
    if _FIXED.match(f"{reading.number}{unit}{after}") or after.startswith(unit):
        return True
    if unit == "期":
        return reading.number != "两" and not _ONE_AFTER_VERB.search(before)
    if unit == "番":
        return not before.endswith("翻")
    phrase = {"条": _LINES, "天": _HEADS}.get(unit, _STRUCTURE if unit in {"个", "项", "次"} else None)
    return phrase is not None and phrase.match(after) is not None


def _is_one(before: str, after: str, reading: NumberReading) -> bool:
    """Whether 一 counts: after a verb that picks or makes one thing, or at the end of a clause (召开全会一次)."""
    if reading.unit in {"小时", "天", "个月", "年"}:
        return _SPANS_TIME.search(before) is not None
    if reading.unit not in _ONE_UNITS or _ABSTRACT.match(after):
        return False
    if _ONE_AFTER_VERB.search(before):
        return True
    ends = not after or after[0] in ",。;、\n)"
    return ends and reading.unit in {"次", "场", "件", "篇", "项", "份"} and _ONE_AT_END.search(before) is not None
