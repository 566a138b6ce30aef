"""The values that a comparison of reports consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huimou.language.profiles.profile import Profile
from huimou.model.digest import Achievement, Digest, Figure, Task

ReportPart = Literal["review", "plan"]


@dataclass(frozen=True, slots=True)
class ComparedReport:
    """One report of a comparison.

    Args:
        label: name that no other has: organisation and years, and the file where another report has the same.
        short: a shorter name by region, if no other report has the same.
        body: the organisation, or what else is known of who reports.
        period: years of the review as 「2022年」; None if unknown.
        years: how many years the review covers; None if unknown.
        digest: the digest itself.
        profile: of its kind; None if the kind is unknown.

    """

    label: str
    short: str
    body: str
    period: str | None
    years: int | None
    digest: Digest
    profile: Profile | None

    @property
    def items(self) -> tuple[Achievement | Task, ...]:
        """Its achievements and tasks."""
        return (*self.digest.year_review.achievements, *self.digest.next_year_plan.tasks)


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a figure counts; two figures stand side by side only if all of it is equal.

    Args:
        part: review (done) or plan.
        thing: the thing counted, such as 提案.
        status: what became of it, such as 办理 or 立案; empty for a meeting or activity that was held, and for a rate.
        unit: the measure word or unit.
        change: how the number is a change (同比增长); empty for a level or a count.
        whose: who did it, and for which area (the body alone, all bodies of its area); empty for the state of an area.
        years: how many years the number covers.

    """

    part: ReportPart
    thing: str
    status: str
    unit: str
    change: str
    whose: str
    years: int


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """A figure and its source: the item that cites it, its sentence's number, and a quote from offset `start` on."""

    figure: Figure
    item: str | None
    sentence: int | None
    start: int
    quote: str


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """The figures of one subject; a cell for each report has the places where it prints that number."""

    kind: str
    subject: Subject
    cells: tuple[tuple[PrintedFigure, ...], ...]


@dataclass(frozen=True, slots=True)
class CountedFigure:
    """A figure with what it counts; `whole` says whether its sentence states that it is the total of the period."""

    subject: Subject
    printed: PrintedFigure
    whole: bool


@dataclass(frozen=True, slots=True)
class ThingRow:
    """One thing that reports count in unlike states, units or spans; each cell has a report's figures of it."""

    kind: str
    part: ReportPart
    thing: str
    cells: tuple[tuple[CountedFigure, ...], ...]


@dataclass(frozen=True, slots=True)
class LoneFigure:
    """A figure of report number `report` (from 0) that stands beside no other, and the reason (Chinese).

    `near` is the number of a report that counts the same thing differently; None if there is none.
    """

    report: int
    printed: PrintedFigure
    reason: str
    near: int | None = None


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain: for each report its achievements and its tasks."""

    title: str
    done: tuple[tuple[Achievement, ...], ...]
    planned: tuple[tuple[Task, ...], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A work brand or technical term, and the items of the one report in which it stands."""

    word: str
    domain: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DistinctContent:
    """What only report number `report` (from 0) has: domains and terms that occur in no other."""

    report: int
    domains: tuple[str, ...]
    terms: tuple[Term, ...]
