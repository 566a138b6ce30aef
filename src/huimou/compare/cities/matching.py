"""Matching the figures of several digests: those that count the same stand in a row, all others apart with a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from huimou.compare.cities.known import FigureContext, QuotedText, locate_figure, rebuild_context
from huimou.compare.cities.lexicon import RATES
from huimou.compare.cities.model import (
    ComparedReport,
    CountedFigure,
    LoneFigure,
    PrintedFigure,
    ReportPart,
    Subject,
    SubjectRow,
    ThingRow,
)
from huimou.compare.cities.subject import (
    UNSAID,
    CountedThing,
    ReportFrame,
    SubjectReading,
    drop_base,
    read_counted,
    read_subject,
)
from huimou.model.digest import Figure

_CONTRADICTS = "本报告内同一事项有不同的数"
_ALONE = "其他报告中未见同一事项"
_Key = tuple[str, Subject]
_Thing = tuple[str, ReportPart, str]
_Found = tuple[Subject, "Sequence[FigureReading]"]


@dataclass(frozen=True, slots=True)
class FigureReading:
    """A figure of report number `report` (from 0), and what it counts or why it cannot be compared."""

    report: int
    kind: str
    printed: PrintedFigure
    reading: SubjectReading

    @property
    def key(self) -> _Key | None:
        """What must be equal in two figures of one row; None for a figure that stands in none."""
        return None if self.reading.subject is None else (self.kind, self.reading.subject)


@dataclass(frozen=True, slots=True)
class MatchedFigures:
    """The figures of several digests, set side by side.

    Args:
        rows: figures that count the same.
        things: what reports count in unlike states, units or spans, each with all figures of it that could be read.
        apart: all figures that stand in none of `rows`.

    """

    rows: tuple[SubjectRow, ...]
    things: tuple[ThingRow, ...]
    apart: tuple[LoneFigure, ...]


def match_figures(sides: Sequence[ComparedReport]) -> MatchedFigures:
    """The figures side by side; every figure of the digests is in exactly one of `rows` and `apart`."""
    all_read = [one for number, side in enumerate(sides) for one in _settle_readings(read_figures(number, side))]
    fit: dict[_Key, list[FigureReading]] = defaultdict(list)
    for one in all_read:
        if one.key is not None and one.reading.reason is None:
            fit[one.key].append(one)
    rows = {key: found for key, found in fit.items() if len({one.report for one in found}) > 1}
    near = _group_by_thing(fit)
    apart = tuple(
        _set_apart(one, near, sides) for one in all_read if one.key not in rows or one.reading.reason is not None
    )
    order = sorted(rows, key=lambda key: (key[0], key[1].part == "plan", key[1]))
    found = tuple(_row(key, rows[key], len(sides)) for key in order)
    return MatchedFigures(found, _things(all_read, frozenset(rows), len(sides)), apart)


def _group_by_thing(fit: Mapping[_Key, Sequence[FigureReading]]) -> dict[_Thing, list[_Found]]:
    """What is counted of each thing, in a fixed order."""
    found: dict[_Thing, list[_Found]] = defaultdict(list)
    for key in sorted(fit):
        found[_thing(key)].append((key[1], fit[key]))
    return found


def _thing(key: _Key) -> _Thing:
    return key[0], key[1].part, key[1].thing


def _things(all_read: Sequence[FigureReading], rows: frozenset[_Key], count: int) -> tuple[ThingRow, ...]:
    """The things that two reports or more count, but not all in the same way."""
    found: dict[_Thing, dict[tuple[object, ...], tuple[int, CountedFigure]]] = defaultdict(dict)
    for one in all_read:
        if one.key is not None and one.reading.reason in {None, UNSAID}:
            counted = CountedFigure(one.key[1], one.printed, one.reading.reason is None)
            found[_thing(one.key)].setdefault((one.report, one.key, _number(one.printed.figure)), (one.report, counted))
    kept = sorted(key for key, told in found.items() if _is_counted_unlike(key, told.values(), rows))
    return tuple(ThingRow(*key, _split_by_report(found[key].values(), count)) for key in kept)


def _split_by_report(told: Collection[tuple[int, CountedFigure]], count: int) -> tuple[tuple[CountedFigure, ...], ...]:
    return tuple(tuple(one for report, one in told if report == number) for number in range(count))


def _is_counted_unlike(thing: _Thing, told: Iterable[tuple[int, CountedFigure]], rows: frozenset[_Key]) -> bool:
    """Whether two reports count a thing and one of them does so in a way that stands in no row."""
    reports = {report for report, _ in told}
    return len(reports) > 1 and any((thing[0], one.subject) not in rows for _, one in told)


def _row(key: _Key, found: Sequence[FigureReading], count: int) -> SubjectRow:
    cells = tuple(tuple(one.printed for one in found if one.report == number) for number in range(count))
    return SubjectRow(key[0], key[1], cells)


def read_figures(number: int, side: ComparedReport) -> list[FigureReading]:
    """What each figure of report `number` counts, sentence by sentence, in the order of the text."""
    digest = side.digest
    years = digest.report.review_years
    frame = ReportFrame(side.profile, years.start, years.end)
    quoted = QuotedText.of(digest)
    seen = [
        (locate_figure(quoted, figure), drop_base(rebuild_context(quoted, figure)))
        for figure in _in_order(digest.figures)
    ]
    found: list[FigureReading] = []
    for _, group in groupby(enumerate(seen), key=lambda one: _sentence_key(*one)):
        sentence = [pair for _, pair in group]
        previous: tuple[Figure, CountedThing] | None = None
        for shown, text in sentence:
            unit = shown.figure.unit
            before = previous[1] if previous and (previous[0].unit == unit or unit in RATES.words) else None
            reading = read_subject(shown.figure, text, frame, before, len(sentence))
            found.append(FigureReading(number, digest.report.kind or "", shown, reading))
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


def _settle_readings(found: Sequence[FigureReading]) -> list[FigureReading]:
    """The readings after a look at the whole report.

    A figure that repeats the number of a total joins that total; a subject with two different numbers cannot be
    compared.
    """
    numbers: Mapping[_Key, set[tuple[object, ...]]] = _numbers(found)
    return [_settle_reading(one, numbers) for one in found]


def _numbers(found: Sequence[FigureReading]) -> dict[_Key, set[tuple[object, ...]]]:
    numbers: dict[_Key, set[tuple[object, ...]]] = defaultdict(set)
    for one in found:
        if one.key is not None and one.reading.reason is None:
            numbers[one.key].add(_number(one.printed.figure))
    return numbers


def _settle_reading(one: FigureReading, numbers: Mapping[_Key, set[tuple[object, ...]]]) -> FigureReading:
    if one.key is None or one.key not in numbers:
        return one
    if one.reading.reason is None and len(numbers[one.key]) > 1:
        return replace(one, reading=replace(one.reading, reason=_CONTRADICTS))
    if one.reading.reason == UNSAID and numbers[one.key] == {_number(one.printed.figure)}:
        return replace(one, reading=replace(one.reading, reason=None))
    return one


def _number(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.value_max, figure.mode, figure.direction


def _set_apart(
    one: FigureReading, near: Mapping[_Thing, Sequence[_Found]], sides: Sequence[ComparedReport]
) -> LoneFigure:
    """A figure that stands alone, and why: other reports count the same thing differently, or do not count it."""
    own, reason = one.reading.subject, one.reading.reason
    if reason is not None or own is None:
        return LoneFigure(one.report, one.printed, reason or _ALONE)
    others = near.get((one.kind, own.part, own.thing), ())
    for other, found in sorted(others, key=lambda pair: pair[0].status != own.status):
        reports = sorted({(sides[them.report].short, them.report) for them in found if them.report != one.report})
        if reports:
            name, where = reports[0]
            return LoneFigure(one.report, one.printed, f"与{name}的同名事项{_difference(own, other)}", where)
    return LoneFigure(one.report, one.printed, _ALONE)


def _difference(own: Subject, other: Subject) -> str:
    if own.status != other.status:
        return f"环节不同（{own.status or '未写'}，{other.status or '未写'}）"
    if own.unit != other.unit:
        return f"单位不同（{own.unit}，{other.unit}）"
    if own.years != other.years:
        return f"统计期不同（{own.years}年，{other.years}年）"
    if own.whose != other.whose:
        return "主体或范围不同"
    return "增减口径不同"
