"""What the words around a number make of it: a quantity, or a name, an ordinal, a date, a figure of speech."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from types import MappingProxyType

from huimou.language.figures.numerals import NumberReading, is_measure
from huimou.language.rules import get_rule

_TITLE = get_rule("figures.title_in_marks")
_QUOTED = get_rule("figures.quotation")
_ORDINAL = get_rule("figures.ordinal")
_SESSION = get_rule("figures.session")
_MEETING = get_rule("figures.meeting_behind")
_RANK = get_rule("figures.rank")
_COMPARES = get_rule("figures.compared")
_SHARED = get_rule("figures.share_of_a_whole")
_HELD = get_rule("figures.held_sessions")
_YEAR_OF_A_TIME = get_rule("figures.year_of_a_time")
_LASTING = get_rule("figures.lasting")
_BARE_TOTAL = get_rule("figures.bare_total")
_KINDS = get_rule("figures.kinds")
_WRITTEN_MEASURES = get_rule("figures.measures_in_words")
_TENS = get_rule("figures.tens_and_more")
_CLASS = get_rule("figures.limits_read_as_a_class")
_FIXED = get_rule("figures.fixed_phrase")
_HEADWORD = get_rule("figures.headword")
_LINES = get_rule("figures.lines")
_TWO_ENDS = get_rule("figures.two_ends_of_days")
_SPANS_TIME = get_rule("figures.spans_time")
_UNITS_OF_ONE = get_rule("figures.units_of_one")
_AFTER_VERB = get_rule("figures.one_after_a_verb")
_AT_THE_END = get_rule("figures.one_at_the_end")
_UNITS_AT_THE_END = get_rule("figures.unit_of_one_at_the_end")
_ABSTRACT = get_rule("figures.one_before_the_abstract")
_SPECIAL = MappingProxyType({"比": _COMPARES, "/": _SHARED, "届": _HELD})
_PHRASES = MappingProxyType({"条": _LINES, "天": _TWO_ENDS, "个": _HEADWORD, "项": _HEADWORD, "次": _HEADWORD})
_NAME_LENGTH, _PHRASE_LENGTH = 17, 62
_CLAUSE_END = ",。;:!?、\n)"


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
    if attributive and reading.number in _CLASS.words:
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
    if reading.mode in {"over", "about", "at_least"} and not _YEAR_OF_A_TIME.match(after):
        return True
    return _LASTING.search(before) is not None or after.startswith("时间")


def _is_bare(before: str, after: str, reading: NumberReading) -> bool:
    """Whether a number without a unit counts: it has a scale, or the sentence ends with it as its value."""
    if reading.scaled:
        return not re.match(r"[A-Za-z+]", after)
    is_year = reading.value is not None and 1900 <= reading.value <= 2100
    return not is_year and _BARE_TOTAL.search(before) is not None and (not after or after[0] in _CLAUSE_END)


def _is_counted(before: str, after: str, reading: NumberReading) -> bool:
    """Whether a Chinese numeral counts something, rather than being part of a phrase or a headword."""
    if reading.mode in {"at_least", "at_most", "over", "nearly", "about"} and reading.unit not in _KINDS.words:
        return True
    if reading.number.endswith("半"):
        return not before.endswith(("上", "下", "前", "后"))
    if reading.unit in {"%", "‰", None} or (reading.unit == "担" and reading.number[-1] in "万亿"):
        return True
    indefinite = reading.unit in _KINDS.words or reading.number == "二" or reading.number[0] in "百千万亿"
    if indefinite or (is_measure(reading.unit) and not _is_written_measure(reading)):
        return False
    return _is_one(before, after, reading) if reading.value == 1 else not _is_phrase(before, after, reading)


def _is_written_measure(reading: NumberReading) -> bool:
    """Whether a measure is written with Chinese numerals; money only in tens or more (三元 is often a name)."""
    if reading.unit == "元":
        return _TENS.search(reading.number) is not None
    return reading.unit in _WRITTEN_MEASURES.words


def _is_phrase(before: str, after: str, reading: NumberReading) -> bool:
    """Whether it is part of a term (中央八项规定), doubled word (个个), phase (三期工程) or headword (三个环节)."""
    unit = str(reading.unit)
    if _FIXED.match(f"{reading.number}{unit}{after}") or after.startswith(unit):
        return True
    if unit == "期":
        return reading.number != "两" and not _AFTER_VERB.search(before)
    if unit == "番":
        return not before.endswith("翻")
    phrase = _PHRASES.get(unit)
    return phrase is not None and phrase.match(after) is not None


def _is_one(before: str, after: str, reading: NumberReading) -> bool:
    """Whether 一 counts: after a verb that picks or makes one thing, or at the end of a clause (召开全会一次)."""
    if reading.unit in {"小时", "天", "个月", "年"}:
        return _SPANS_TIME.search(before) is not None
    if reading.unit not in _UNITS_OF_ONE.words or _ABSTRACT.match(after):
        return False
    if _AFTER_VERB.search(before):
        return True
    ends = not after or after[0] in ",。;、\n)"
    return ends and reading.unit in _UNITS_AT_THE_END.words and _AT_THE_END.search(before) is not None
