"""The figures of one body over the years: what was set for each year, and what its report gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from huimou.compare.cities.matching import FigureReading, read_figures
from huimou.compare.cities.model import ComparedReport, ReportPart
from huimou.compare.cities.subject import NOBODY, UNSAID
from huimou.compare.followup.result import FollowUp
from huimou.compare.followup.targets import is_same_thing
from huimou.compare.years.model import Indicator, IndicatorRow, YearCell, YearFigure
from huimou.model.digest import Digest
from huimou.model.report import GOVERNMENT, OWN_BODY

_FIT = frozenset({None, UNSAID, NOBODY})


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report of the chain with its figures by id and with what each counts, where that can be told."""

    side: ComparedReport
    figures: Mapping[str, YearFigure]
    indicators: Mapping[str, Indicator]


def read_reports(sides: Sequence[ComparedReport]) -> tuple[ReadReport, ...]:
    """The reports with what their figures count."""
    return tuple(_read_report(number, side) for number, side in enumerate(sides))


def _read_report(number: int, side: ComparedReport) -> ReadReport:
    found = read_figures(number, side)
    figures = {one.printed.figure.id: YearFigure(number, one.printed, _span(one, side)) for one in found}
    return ReadReport(
        side, figures, {one.printed.figure.id: known for one in found if (known := _indicator(one, side))}
    )


def _span(one: FigureReading, side: ComparedReport) -> int:
    return 1 if one.printed.figure.section == "plan" else side.years or 1


def _indicator(one: FigureReading, side: ComparedReport) -> Indicator | None:
    """What a figure counts; None where that cannot be told, or where it is not of its report's years."""
    subject = one.reading.subject
    if subject is None or one.reading.reason not in _FIT:
        return None
    governs = side.profile is not None and side.profile.owns_government_figures
    own = {"", OWN_BODY, GOVERNMENT} if governs else {"", OWN_BODY}
    whose = "·".join(part for part in subject.whose.split("·") if part not in own)
    return Indicator(subject.thing, subject.status, subject.unit, subject.change, whose)


def find_year(digest: Digest, part: ReportPart) -> int | None:
    """The year of a report's results (the last that it reviews) or of its targets; None if it is not known."""
    reviewed = digest.report.review_years.end
    if part == "review":
        return reviewed
    return digest.report.plan_year.year or (reviewed + 1 if reviewed is not None else None)


def build_rows(
    reports: Sequence[ReadReport], pairs: Sequence[FollowUp | None], years: Sequence[int]
) -> tuple[IndicatorRow, ...]:
    """The indicators of which two reports or more have a figure, each as printed, in the order of the reports.

    Args:
        reports: of the chain, the earliest first.
        pairs: each plan held against the next report, whose results stand beside the targets; None where it was not.
        years: of the chain.

    """
    found: dict[Indicator, dict[tuple[int, ReportPart], dict[tuple[int, str], YearFigure]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for report in reports:
        for name, indicator in report.indicators.items():
            _put(found, indicator, report, report.figures[name])
    for (earlier, later), pair in zip(pairwise(reports), pairs, strict=True):
        for target, result in _list_results(pair, earlier, later) if pair else ():
            _put(found, earlier.indicators[target], later, later.figures[result])
    return tuple(_row(one, found[one], years) for one in found if _count_reports(found[one].values()) > 1)


def _put(
    found: dict[Indicator, dict[tuple[int, ReportPart], dict[tuple[int, str], YearFigure]]],
    indicator: Indicator,
    report: ReadReport,
    figure: YearFigure,
) -> None:
    part: ReportPart = "plan" if figure.printed.figure.section == "plan" else "review"
    year = find_year(report.side.digest, part)
    if year is not None:
        number = figure.printed.figure
        found[indicator][year, part].setdefault((figure.report, f"{number.value}{number.quote}"), figure)


def _list_results(pair: FollowUp, earlier: ReadReport, later: ReadReport) -> Iterator[tuple[str, str]]:
    """The ids of targets' figures, each with one that the next report gives for it and that surely counts the same."""
    targets = {one.figure: one for task in earlier.side.digest.next_year_plan.tasks for one in task.targets}
    for told in (target for task in pair.tasks for point in task.points for target in point.targets):
        name, target = told.figure, targets.get(told.figure)
        if name is not None and name in earlier.indicators and target is not None:
            for result in told.results:
                if is_same_thing(target, later.figures[result.figure].printed.figure):
                    yield name, result.figure


def _count_reports(cells: Iterable[Mapping[tuple[int, str], YearFigure]]) -> int:
    return len({figure.report for cell in cells for figure in cell.values()})


def _row(
    indicator: Indicator,
    found: Mapping[tuple[int, ReportPart], Mapping[tuple[int, str], YearFigure]],
    years: Sequence[int],
) -> IndicatorRow:
    def of(year: int, part: ReportPart) -> tuple[YearFigure, ...]:
        return tuple(found.get((year, part), {}).values())

    return IndicatorRow(indicator, tuple(YearCell(of(year, "plan"), of(year, "review")) for year in years))
