"""What the words around a number make of it: a quantity, or a name, an ordinal, a date, a figure of speech.

The rules of `figures.toml` are tried in the order of `_list_verdicts`, and the first that applies decides. One that is
switched off decides nothing, and what comes after it does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from huimou.language.figures.numerals import NumberReading, is_measure
from huimou.language.rules import get_rule

_TITLE = get_rule("figures.title_in_marks")
_QUOTED = get_rule("figures.quotation")
_ORDINAL = get_rule("figures.ordinal")
_SESSION = get_rule("figures.session")
_MEETING = get_rule("figures.meeting_behind")
_RANK = get_rule("figures.rank")
_UNITS_OF_RANK = get_rule("figures.units_of_rank")
_COMPARES = get_rule("figures.compared")
_SHARED = get_rule("figures.share_of_a_whole")
_PART_OF = get_rule("figures.part_of_what_follows")
_DATED = get_rule("figures.date_behind_a_fraction")
_TURNED = get_rule("figures.turned_over")
_HELD = get_rule("figures.held_sessions")
_YEAR_OF_A_TIME = get_rule("figures.year_of_a_time")
_LASTING = get_rule("figures.lasting")
_TIME_BEHIND = get_rule("figures.time_behind")
_BARE_TOTAL = get_rule("figures.bare_total")
_CLASSES = get_rule("figures.limits_read_as_a_class")
_HALF_OF_A_PERIOD = get_rule("figures.half_of_a_period")
_KINDS = get_rule("figures.kinds")
_GREAT = get_rule("figures.indefinite_number")
_WRITTEN_MEASURES = get_rule("figures.measures_in_words")
_TENS = get_rule("figures.tens_and_more")
_FIXED = get_rule("figures.fixed_phrase")
_HEADWORD = get_rule("figures.headword")
_LINES = get_rule("figures.lines")
_TWO_ENDS = get_rule("figures.two_ends_of_days")
_UNITS_OF_SPANS = get_rule("figures.units_of_spans")
_SPANS_TIME = get_rule("figures.spans_time")
_ABSTRACT = get_rule("figures.one_before_the_abstract")
_UNITS_OF_ONE = get_rule("figures.units_of_one")
_AFTER_VERB = get_rule("figures.one_after_a_verb")
_AT_THE_END = get_rule("figures.one_at_the_end")
_UNITS_AT_THE_END = get_rule("figures.units_of_one_at_the_end")
# What counts only behind certain words, and what it is otherwise.
_RARE = MappingProxyType(
    {
        "比": (_COMPARES, "compared", "time_or_score"),
        "届": (_HELD, "held_sessions", "session_number"),
    }
)
_NAME_LENGTH, _PHRASE_LENGTH = 17, 62
_BEFORE, _AFTER = 24, 16
_CLAUSE_END = ",。;:!?、\n)"
_LIMITED = frozenset({"at_least", "at_most", "over", "nearly", "about"})


@dataclass(frozen=True, slots=True)
class FigureVerdict:
    """Whether a number counts or measures something, and the id of the rule that decided so."""

    counts: bool
    rule: str


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


def judge_number(compact: str, reading: NumberReading, masks: Masks) -> FigureVerdict:
    """Whether the reading counts or measures something here, by the words around it, and the rule that says so."""
    found = _list_verdicts(compact, reading, masks)
    return next((verdict for verdict in found if not get_rule(verdict.rule).row.off), _no("measured_or_counted"))


@cache
def _yes(name: str) -> FigureVerdict:
    return FigureVerdict(counts=True, rule=f"figures.{name}")


@cache
def _no(name: str) -> FigureVerdict:
    return FigureVerdict(counts=False, rule=f"figures.{name}")


def _list_verdicts(compact: str, reading: NumberReading, masks: Masks) -> Iterator[FigureVerdict]:
    """What the rules that apply say, in their order; as a rule only the first is asked for."""
    before, after = (
        compact[max(0, reading.start - _BEFORE) : reading.start],
        compact[reading.end : reading.end + _AFTER],
    )
    yield from _judge_name(reading, masks, before)
    yield from _judge_series(before, after, reading)
    if "/" in reading.number:
        yield from _judge_fraction(before, after, reading)
    if rare := _RARE.get(reading.unit or ""):
        rule, name, otherwise = rare
        yield _yes(name) if rule.search(before) else _no(otherwise)
    if reading.unit == "年":
        yield from _judge_years(before, after, reading)
    if reading.unit is None and reading.number[-1].isdigit():
        yield from _judge_bare(before, after, reading)
    if not reading.chinese:
        yield _yes("measured_or_counted")
        return
    limited = reading.mode in {"over", "at_most"} and compact[reading.end - 1] in "上下内"
    if limited and reading.number in _CLASSES.words:
        yield _no("class_of_size") if compact[reading.start] == reading.number else _yes("limited_amount")
    if reading.value is None:
        yield _yes("vague_amount")
    elif reading.value <= 0:
        yield _no("zero_in_words")
    else:
        yield from _judge_written(before, after, reading)


def _judge_name(reading: NumberReading, masks: Masks, before: str) -> Iterator[FigureVerdict]:
    """Whether the number is part of a name (“三个80%”); a measured amount inside quotation marks (“3万元”) is not."""
    if _is_inside(masks.names, reading.start):
        if reading.chinese or not is_measure(reading.unit) or before.endswith("个"):
            yield _no("inside_a_name")
    elif reading.chinese and _is_inside(masks.phrases, reading.start):
        yield _no("inside_a_quotation")


def _judge_series(before: str, after: str, reading: NumberReading) -> Iterator[FigureVerdict]:
    """Whether a number names a place in a series: 第3位, 六届二次会议, 前三名, 1+N个."""
    if before.endswith(("+", "×")) or after.startswith(("+", "×")):
        yield _no("part_of_a_formula")
    if _ORDINAL.search(before):
        yield _no("ordinal")
    if reading.chinese and before.endswith("]"):
        yield _no("headword_of_a_note")
    if reading.chinese and reading.number == "一" and reading.unit == "批":
        yield _no("a_batch")
    if reading.unit == "人" and after.startswith("制"):
        yield _no("players_a_side")
    if reading.unit == "次":
        if _SESSION.search(before):
            yield _no("session")
        if reading.number != "两" and _MEETING.match(after):
            yield _no("meeting_behind")
    if reading.unit in _UNITS_OF_RANK.words and _RANK.search(before):
        yield _no("rank")


def _judge_fraction(before: str, after: str, reading: NumberReading) -> Iterator[FigureVerdict]:
    """Whether two numbers with a stroke are a part of a whole (减少1/3, 2/3以上的村), and no date or issue."""
    if not _DATED.match(after) and (reading.mode != "exact" or _PART_OF.match(after) or _SHARED.search(before)):
        yield _yes("share_of_a_whole")
    yield _no("date_or_issue")


def _judge_years(before: str, after: str, reading: NumberReading) -> Iterator[FigureVerdict]:
    """Whether 年 is a length of time, which counts, and no date."""
    if reading.value is not None and reading.value <= 99:
        if reading.mode in {"over", "about", "at_least"} and not _YEAR_OF_A_TIME.match(after):
            yield _yes("length_of_time")
        if _LASTING.search(before):
            yield _yes("lasting")
        if _TIME_BEHIND.match(after):
            yield _yes("time_behind")
    yield _no("year_or_period")


def _judge_bare(before: str, after: str, reading: NumberReading) -> Iterator[FigureVerdict]:
    """Whether a number without a unit counts: it has a scale, or the sentence ends with it as its value."""
    if reading.scaled:
        yield _no("bare_code") if re.match(r"[A-Za-z+]", after) else _yes("bare_amount")
    if reading.value is not None and 1900 <= reading.value <= 2100:
        yield _no("bare_year")
    if _BARE_TOTAL.search(before) and (not after or after[0] in _CLAUSE_END):
        yield _yes("bare_total")
    yield _no("bare_number")


def _judge_written(before: str, after: str, reading: NumberReading) -> Iterator[FigureVerdict]:
    """Whether a Chinese numeral counts something, rather than being part of a phrase or a headword."""
    if reading.mode in _LIMITED and reading.unit not in _KINDS.words:
        yield _yes("limited_amount")
    if reading.number.endswith("半"):
        yield _no("half_of_a_period") if _HALF_OF_A_PERIOD.search(before) else _yes("half")
    if reading.unit in {"%", "‰", None} or (reading.unit == "担" and reading.number[-1] in "万亿"):
        yield _yes("share_or_large_amount")
    if reading.unit in _KINDS.words:
        yield _no("kinds")
    if reading.number == "二":
        yield _no("er_alone")
    if _GREAT.match(reading.number):
        yield _no("indefinite_number")
    if is_measure(reading.unit) and not _is_written_measure(reading):
        yield _no("measure_in_a_name")
    yield from (_judge_one if reading.value == 1 else _judge_several)(before, after, reading)


def _is_written_measure(reading: NumberReading) -> bool:
    """Whether a measure is written with Chinese numerals; money only in tens or more (三元 is often a name)."""
    if reading.unit == "元":
        return _TENS.search(reading.number) is not None
    return reading.unit in _WRITTEN_MEASURES.words


def _judge_several(before: str, after: str, reading: NumberReading) -> Iterator[FigureVerdict]:
    """Whether it is part of a term (中央八项规定), doubled word (个个), phase (三期工程) or headword (三个环节)."""
    unit = str(reading.unit)
    phrase = f"{reading.number}{unit}{after}"
    if _FIXED.match(phrase):
        yield _no("fixed_phrase")
    if after.startswith(unit):
        yield _no("doubled_word")
    if unit == "期" and reading.number != "两" and not _AFTER_VERB.search(before):
        yield _no("phase")
    if unit == "番" and not _TURNED.search(before):
        yield _no("turn_without_verb")
    if _HEADWORD.match(phrase):
        yield _no("headword")
    if _LINES.match(phrase):
        yield _no("lines")
    if _TWO_ENDS.match(phrase):
        yield _no("two_ends_of_days")
    yield _yes("counted_in_words")


def _judge_one(before: str, after: str, reading: NumberReading) -> Iterator[FigureVerdict]:
    """Whether 一 counts: after a verb that picks or makes one thing, or at the end of a clause (召开全会一次)."""
    if reading.unit in _UNITS_OF_SPANS.words:
        yield _yes("spans_time") if _SPANS_TIME.search(before) else _no("idle_one")
    if reading.unit not in _UNITS_OF_ONE.words:
        yield _no("idle_one")
    if _ABSTRACT.match(after):
        yield _no("one_before_the_abstract")
    if _AFTER_VERB.search(before):
        yield _yes("one_after_a_verb")
    ends = not after or after[0] in ",。;、\n)"
    if ends and reading.unit in _UNITS_AT_THE_END.words and _AT_THE_END.search(before):
        yield _yes("one_at_the_end")
    yield _no("idle_one")
