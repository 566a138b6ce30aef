"""Several digests side by side, as `huimou compare` sets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huimou.compare.cities import compare_reports
from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.model import SubjectRow
from huimou.compare.cities.phrases import format_subject, format_subject_terms
from huimou.language.profiles.profile import ProfileSet
from huimou.outputs.phrases import format_printed_number
from huimou.service.agents.answers import ComparedDomain, ComparedNumber, ComparedRow, ComparedSide, ComparePage
from huimou.service.agents.paging import cut_page
from huimou.service.agents.workplace import FoundDigest


def compare_digests(found: Sequence[FoundDigest], profiles: ProfileSet | None, offset: int, limit: int) -> ComparePage:
    """Set digests side by side; a page of the numbers that count the same.

    Raises:
        UsageError: there is only one, or one report is among them twice.

    """
    comparison = compare_reports([one.digest for one in found], profiles)
    page, after = cut_page(comparison.rows, offset, limit)
    return ComparePage(
        sides=list(_build_sides(found, comparison)),
        notes=list(comparison.notes),
        domains=[
            ComparedDomain(title=row.title, achievements=list(map(len, row.done)), tasks=list(map(len, row.planned)))
            for row in comparison.domains
        ],
        total=len(comparison.rows),
        next_offset=after,
        rows=[
            ComparedRow(
                subject=format_subject(row.subject),
                terms=format_subject_terms(row.subject),
                numbers=list(_list_numbers(row)),
            )
            for row in page
        ],
        apart=len(comparison.apart),
    )


def _build_sides(found: Sequence[FoundDigest], comparison: CityComparison) -> Iterator[ComparedSide]:
    for one, side, only in zip(found, comparison.sides, comparison.only, strict=True):
        yield ComparedSide(
            digest=one.shown,
            label=side.label,
            kind=side.digest.report.kind_title or side.digest.report.kind,
            period=side.period,
            achievements=len(side.digest.year_review.achievements),
            tasks=len(side.digest.next_year_plan.tasks),
            only_domains=list(only.domains),
            only_terms=[term.word for term in only.terms],
        )


def _list_numbers(row: SubjectRow) -> Iterator[ComparedNumber]:
    for number, cell in enumerate(row.cells):
        for printed in cell[:1]:  # further ones are the same number in other places
            yield ComparedNumber(
                report=number,
                quote=format_printed_number(printed.figure),
                value=printed.figure.value,
                item=printed.item,
                sentence=printed.sentence,
            )
