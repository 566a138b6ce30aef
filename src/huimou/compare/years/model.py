"""The values that a chain of one body's reports over the years consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huimou.compare.cities.model import ComparedReport, PrintedFigure
from huimou.compare.followup.result import PointOutcome, ReviewPassage
from huimou.model.digest import Evidence

ThreadState = Literal["again", "reported", "silent", "unanswered", "open"]


@dataclass(frozen=True, slots=True, order=True)
class Indicator:
    """What a row of figures counts.

    Args:
        thing: that is counted, such as 地区生产总值.
        status: what became of it, such as 新建; empty for the state of an area.
        unit: the measure word or unit.
        change: how the number is a change (增长); empty for a level or a count.
        whose: the doer or circle, if it is another than the body and its area.

    """

    thing: str
    status: str
    unit: str
    change: str
    whose: str


@dataclass(frozen=True, slots=True)
class YearFigure:
    """A figure of report number `report` (from 0); `span` is how many years its report reviews, 1 for a target."""

    report: int
    printed: PrintedFigure
    span: int


@dataclass(frozen=True, slots=True)
class YearCell:
    """One year of an indicator: the targets that the report before set, and the results that its own report gives."""

    targets: tuple[YearFigure, ...]
    results: tuple[YearFigure, ...]


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator with a cell for each year of the chain."""

    indicator: Indicator
    cells: tuple[YearCell, ...]


@dataclass(frozen=True, slots=True)
class RevisedBase:
    """Two printed numbers of one year's level that disagree, or a rise that the printed levels do not give.

    Args:
        indicator: the level.
        year: whose level it is.
        earlier: as the year's own report prints it.
        later: the number of the next report that disagrees with it.
        message: what is to be seen, with the printed forms (Chinese).

    """

    indicator: Indicator
    year: int
    earlier: YearFigure
    later: YearFigure
    message: str


@dataclass(frozen=True, slots=True)
class TaskMention:
    """A task of report number `report` (from 0), and what the next report's review says of it; None for the last."""

    report: int
    task: str
    title: str
    evidence: tuple[Evidence, ...]
    outcome: PointOutcome | None
    passages: tuple[ReviewPassage, ...]


@dataclass(frozen=True, slots=True)
class TaskThread:
    """A task that one plan sets or several plans take up, from the earliest on.

    Args:
        title: as the earliest plan names it.
        domain: title of its domain.
        mentions: in the plans.
        state: `again` where several plans have it; else what the next review says: `reported`, `silent` where it says
            nothing, `unanswered` where that could not be told, `open` where there is no next report.

    """

    title: str
    domain: str
    mentions: tuple[TaskMention, ...]
    state: ThreadState


@dataclass(frozen=True, slots=True)
class YearChain:
    """The reports of one body over the years.

    Args:
        sides: the reports, the earliest first.
        years: from the first that a report reviews to the last that one plans.
        notes: what a reader must know first (Chinese).
        indicators: figures over the years; every row has figures of two reports or more.
        revised: bases that do not agree.
        threads: every task of every plan, in exactly one of them.

    """

    sides: tuple[ComparedReport, ...]
    years: tuple[int, ...]
    notes: tuple[str, ...]
    indicators: tuple[IndicatorRow, ...]
    revised: tuple[RevisedBase, ...]
    threads: tuple[TaskThread, ...]
