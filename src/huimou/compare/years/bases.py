"""Bases that do not agree: a level told otherwise a year later, or a rise that two printed levels do not give.

Nothing is corrected: both printed forms are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from huimou.compare.cities.known import QuotedText, rebuild_context
from huimou.compare.cities.model import ComparedReport
from huimou.compare.cities.subject import name_thing
from huimou.compare.years.indicators import ReadReport
from huimou.compare.years.model import Indicator, IndicatorRow, RevisedBase, YearFigure
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.digest import Figure

_RISES = get_rule("chains.rise")
_FALLS = get_rule("chains.fall")
_BASE_YEAR = get_rule("counted_things.start_of_a_level")
_LAST_YEAR = get_rule("chains.last_year")
_NAMED_YEAR = get_rule("chains.named_year")
_SLACK = 0.5  # points of per cent: both levels and the rise are rounded
_PERCENT = "%"


def find_revised_bases(
    reports: Sequence[ReadReport], rows: Sequence[IndicatorRow], years: Sequence[int]
) -> tuple[RevisedBase, ...]:
    """The bases that do not agree, in the order of the rows and then of the reports."""
    return (*_find_bent_rises(rows, years), *_find_told_otherwise(reports, rows, years))


def _find_bent_rises(rows: Sequence[IndicatorRow], years: Sequence[int]) -> Iterator[RevisedBase]:
    """Levels of two years in a row whose quotient is not the rise that the later report prints."""
    levels = {row.indicator: row for row in rows if not row.indicator.change and row.indicator.unit != _PERCENT}
    for row in rows:
        way = _read_direction(row.indicator)
        for level in levels.values() if way else ():
            if (level.indicator.thing, level.indicator.status) == (row.indicator.thing, row.indicator.status):
                yield from _compare_levels(level, row, years, way)


def _read_direction(indicator: Indicator) -> int:
    """1 for a rise against the year before in per cent, -1 for a fall, 0 for anything else."""
    if indicator.unit != _PERCENT:
        return 0
    return 1 if _RISES.fullmatch(indicator.change) else -1 if _FALLS.fullmatch(indicator.change) else 0


def _compare_levels(level: IndicatorRow, rise: IndicatorRow, years: Sequence[int], way: int) -> Iterator[RevisedBase]:
    for place in range(1, len(years)):
        before, now, told = (
            _read_only_number(row.cells[at].results) for row, at in ((level, place - 1), (level, place), (rise, place))
        )
        if before is None or now is None or told is None or before[0] <= 0:
            continue
        computed = (now[0] / before[0] - 1) * 100
        slack = _SLACK + _rounding(before[1].printed.figure) + _rounding(now[1].printed.figure)
        if abs(computed - way * told[0]) > slack:
            message = (
                f"{years[place - 1]}年印{_format_printed(before[1])}、{years[place]}年印{_format_printed(now[1])}，"
                f"相除为{computed:+.1f}%（推算），{years[place]}年的报告写{rise.indicator.change}{_format_printed(told[1])}："
                "基数可能已修订，或增速按可比口径计算；照原文并列，不作调整。"
            )
            yield RevisedBase(level.indicator, years[place - 1], before[1], now[1], message)


def _read_only_number(found: Sequence[YearFigure]) -> tuple[float, YearFigure] | None:
    """The exact number of a cell; None where it has none, several, or a sum of years."""
    numbers = [one for one in found if one.span == 1 and one.printed.figure.value is not None]
    if len({one.printed.figure.value for one in numbers}) != 1:
        return None
    return float(numbers[0].printed.figure.value or 0), numbers[0]


def _rounding(figure: Figure) -> float:
    """How far a rounded number may be off, in per cent of itself: half of its last printed digit."""
    digits = "".join(char for char in fold(figure.quote) if char.isdigit()).lstrip("0")
    return 50 / int(digits) if digits else 0.0


def _find_told_otherwise(
    reports: Sequence[ReadReport], rows: Sequence[IndicatorRow], years: Sequence[int]
) -> Iterator[RevisedBase]:
    """Levels of an earlier year that a later report prints otherwise (由2015年的490亿元)."""
    printed = {
        (row.indicator.thing, row.indicator.unit, year): (row.indicator, number[1])
        for row in rows
        if not row.indicator.change
        for year, cell in zip(years, row.cells, strict=True)
        if (number := _read_only_number(cell.results)) is not None
    }
    for report in reports:
        yield from _find_other_levels(report, printed)


def _find_other_levels(
    report: ReadReport, printed: Mapping[tuple[str, str, int], tuple[Indicator, YearFigure]]
) -> Iterator[RevisedBase]:
    quoted = QuotedText.of(report.side.digest)
    for one in report.figures.values():
        figure = one.printed.figure
        context = rebuild_context(quoted, figure)
        base = _BASE_YEAR.search(context.before) if context and context.before else None
        year = _read_base_year(base["time"], report.side) if base else None
        known = printed.get((name_thing(fold(figure.thing or "")), figure.unit or "", year)) if year else None
        if known and known[1].report < one.report and figure.value not in {None, known[1].printed.figure.value}:
            indicator, earlier = known
            message = (
                f"{year}年的报告印{_format_printed(earlier)}，其后的报告写{year}年为{_format_printed(one)}："
                "基数已修订或口径不同；照原文并列，不作调整。"
            )
            yield RevisedBase(indicator, year or 0, earlier, one, message)


def _read_base_year(time: str, side: ComparedReport) -> int | None:
    """The year that words such as 2015年的 and 上年的 name in a report; None if they name none."""
    named, reviewed = _NAMED_YEAR.match(time), side.digest.report.review_years.end
    if named:
        return int(named[1])
    return reviewed - 1 if reviewed is not None and _LAST_YEAR.match(time) else None


def _format_printed(one: YearFigure) -> str:
    return "".join(one.printed.figure.quote.split())
