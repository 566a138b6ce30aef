"""Matching the figures of several digests: those that count the same stand in a row, all others apart with a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from huimou.compare.cities.known import FigureContext, list_evidence, locate_figure, rebuild_context
from huimou.compare.cities.model import ComparedReport, LoneFigure, PrintedFigure, Subject, SubjectRow
from huimou.compare.cities.subject import (
    CountedThing,
    ReportFrame,
    SubjectReading,
    read_counted,
    read_subject,
    widen_subject,
)
from huimou.model.digest import Figure

_UNSAID = "没有写明是全期总数"
_CONTRADICTS = "本报告内同一事项有不同的数"
_ALONE = "其他报告中未见同一事项"
_Key = tuple[str, Subject]


@dataclass(frozen=True, slots=True)
class _FigureReading:
    report: int
    kind: str
    printed: PrintedFigure
    reading: SubjectReading

    @property
    def key(self) -> _Key | None:
        """What must be equal in two figures of one row; None for a figure that stands in none."""
        return None if self.reading.subject is None else (self.kind, self.reading.subject)


def match_figures(sides: Sequence[ComparedReport]) -> tuple[tuple[SubjectRow, ...], tuple[LoneFigure, ...]]:
    """The rows, and the figures that stand apart; every figure of the digests is in exactly one of both."""
    all_read = [one for number, side in enumerate(sides) for one in _settle_readings(_readings(number, side))]
    fit: dict[_Key, list[_FigureReading]] = defaultdict(list)
    for one in all_read:
        if one.key is not None and one.reading.reason is None:
            fit[one.key].append(one)
    rows = {key: found for key, found in fit.items() if len({one.report for one in found}) > 1}
    apart = tuple(
        _set_apart(one, fit, sides) for one in all_read if one.key not in rows or one.reading.reason is not None
    )
    order = sorted(rows, key=lambda key: (key[0], key[1].part == "plan", key[1]))
    return tuple(_row(key, rows[key], len(sides)) for key in order), apart


def _row(key: _Key, found: Sequence[_FigureReading], count: int) -> SubjectRow:
    cells = tuple(tuple(one.printed for one in found if one.report == number) for number in range(count))
    return SubjectRow(key[0], key[1], cells)


def _readings(number: int, side: ComparedReport) -> list[_FigureReading]:
    """The reading of each figure of a digest, sentence by sentence, in the order of the text."""
    digest = side.digest
    years = digest.report.review_years
    frame = ReportFrame(side.profile, years.start, years.end)
    quotes = tuple(list_evidence(digest))
    seen = [
        (locate_figure(digest, figure), rebuild_context(digest, figure, quotes)) for figure in _in_order(digest.figures)
    ]
    found: list[_FigureReading] = []
    for _, group in groupby(enumerate(seen), key=lambda one: _sentence_key(*one)):
        sentence = [pair for _, pair in group]
        previous: tuple[Figure, CountedThing] | None = None
        for shown, text in sentence:
            before = previous[1] if previous and previous[0].unit == shown.figure.unit else None
            reading = read_subject(shown.figure, text, frame, before, len(sentence))
            found.append(_FigureReading(number, digest.report.kind or "", shown, reading))
            counted = _read_previous(shown.figure, text, before)
            previous = (shown.figure, counted) if counted else None
    return found


def _in_order(figures: Sequence[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: (figure.start, figure.end, figure.id))


def _sentence_key(place: int, pair: tuple[PrintedFigure, FigureContext | None]) -> tuple[int, int]:
    number = pair[0].sentence
    return (0, number) if number is not None else (1, place)


def _read_previous(figure: Figure, text: FigureContext | None, previous: CountedThing | None) -> CountedThing | None:
    if text is None or text.before is None or not figure.thing:
        return None
    counted = read_counted(figure, text, previous)
    return counted if isinstance(counted, CountedThing) else None


def _settle_readings(found: Sequence[_FigureReading]) -> list[_FigureReading]:
    """The readings after a look at the whole report.

    A figure that repeats the number of a total joins that total; a subject with two different numbers cannot be
    compared.
    """
    numbers: Mapping[_Key, set[tuple[object, ...]]] = _numbers(found)
    return [_settle_reading(one, numbers) for one in found]


def _numbers(found: Sequence[_FigureReading]) -> dict[_Key, set[tuple[object, ...]]]:
    numbers: dict[_Key, set[tuple[object, ...]]] = defaultdict(set)
    for one in found:
        if one.key is not None and one.reading.reason is None:
            numbers[one.key].add(_number(one.printed.figure))
    return numbers


def _settle_reading(one: _FigureReading, numbers: Mapping[_Key, set[tuple[object, ...]]]) -> _FigureReading:
    if one.key is None or one.key not in numbers:
        return one
    if one.reading.reason is None and len(numbers[one.key]) > 1:
        return replace(one, reading=replace(one.reading, reason=_CONTRADICTS))
    if one.reading.reason == _UNSAID and numbers[one.key] == {_number(one.printed.figure)}:
        return replace(one, reading=replace(one.reading, reason=None))
    return one


def _number(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.value_max, figure.mode, figure.direction


def _set_apart(
    one: _FigureReading, fit: Mapping[_Key, Sequence[_FigureReading]], sides: Sequence[ComparedReport]
) -> LoneFigure:
    """A figure that stands alone, and why: other reports count the same thing differently, or do not count it."""
    own, reason = one.reading.subject, one.reading.reason
    if reason is not None or own is None:
        return LoneFigure(one.report, one.printed, reason or _ALONE)
    for (kind, other), found in sorted(fit.items(), key=lambda item: item[0]):
        reports = sorted({(sides[them.report].short, them.report) for them in found if them.report != one.report})
        if reports and kind == one.kind and widen_subject(other) == widen_subject(own):
            name, near = reports[0]
            return LoneFigure(one.report, one.printed, f"与{name}的同名事项{_difference(own, other)}", near)
    return LoneFigure(one.report, one.printed, _ALONE)


def _difference(own: Subject, other: Subject) -> str:
    if own.unit != other.unit:
        return f"单位不同（{own.unit}，{other.unit}）"
    if own.years != other.years:
        return f"统计期不同（{own.years}年，{other.years}年）"
    if own.whose != other.whose:
        return "主体或范围不同"
    return "增减口径不同"
