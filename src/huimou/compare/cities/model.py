"""Values of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huimou.model.digest import Achievement, Digest, Figure, Task

ReportPart = Literal["review", "plan"]


@dataclass(frozen=True, slots=True)
class ComparedReport:
    """One report of a comparison.

    Args:
        label: name that tells it from the others: organisation, years, and the file where those are shared.
        short: a shorter one, by region, where that tells it from the others as well.
        body: the organisation, or what else is known of who reports.
        period: years of the review as 「2022年」; None if unknown.
        years: how many years the review covers; None if unknown.
        digest: the digest itself.

    """

    label: str
    short: str
    body: str
    period: str | None
    years: int | None
    digest: Digest

    @property
    def items(self) -> tuple[Achievement | Task, ...]:
        """What it did and what it plans."""
        return (*self.digest.year_review.achievements, *self.digest.next_year_plan.tasks)


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a figure counts, as far as two figures must agree to stand side by side.

    Args:
        part: done (review) or planned.
        thing: the thing counted, such as 提案.
        status: what became of it, such as 办理 or 立案; empty for a meeting or activity that was held, and for a rate.
        unit: the measure word or unit.
        change: how the number is a change (同比增长); empty for a level or a count.
        whose: whose deed it is, and of which circle (the body alone, all bodies of its area); empty for nobody's.
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
    """A figure as printed with its source: the item that cites it, and the quote at `start` in number `sentence`."""

    figure: Figure
    item: str | None
    sentence: int | None
    start: int
    quote: str


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """Figures of one subject: `cells` has for each report its printed ones (one number, maybe said several times)."""

    kind: str
    subject: Subject
    cells: tuple[tuple[PrintedFigure, ...], ...]


@dataclass(frozen=True, slots=True)
class LoneFigure:
    """A figure of report number `report` (from 0) that is put beside no other, and why (Chinese)."""

    report: int
    printed: PrintedFigure
    reason: str


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain: for each report what it did and what it plans there."""

    title: str
    done: tuple[tuple[Achievement, ...], ...]
    planned: tuple[tuple[Task, ...], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A work brand or technical term and the items of the one report in which it stands."""

    word: str
    domain: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DistinctContent:
    """What only report number `report` (from 0) has: domains in which no other has an item, and terms."""

    report: int
    domains: tuple[str, ...]
    terms: tuple[Term, ...]
