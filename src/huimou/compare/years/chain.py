"""Building a `YearChain` from the digests of one body and its plans held against the reports after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from huimou.compare.cities.comparison import describe_reports
from huimou.compare.cities.model import ComparedReport
from huimou.compare.followup.result import FollowUp
from huimou.compare.years.bases import find_revised_bases
from huimou.compare.years.indicators import build_rows, find_year, read_reports
from huimou.compare.years.model import YearChain
from huimou.compare.years.tasks import follow_tasks
from huimou.errors import UsageError
from huimou.language.profiles.profile import ProfileSet, load_shipped_profiles
from huimou.language.text import to_one_line
from huimou.model.digest import Digest


def order_reports(digests: Sequence[Digest]) -> list[Digest]:
    """The digests, the earliest reviewed year first.

    Raises:
        UsageError: the years of one are not known, or two review the same year.

    """
    dated: dict[int, Digest] = {}
    for digest in digests:
        year, name = digest.report.review_years.end, to_one_line(digest.source.file)
        if year is None:
            raise UsageError(f"{name}: the year that it reviews is not known", "leave it out of the chain")
        if year in dated:
            other = to_one_line(dated[year].source.file)
            raise UsageError(f"two reports review {year}: {other} and {name}", "name one report a year")
        dated[year] = digest
    return [dated[year] for year in sorted(dated)]


def build_chain(
    digests: Sequence[Digest], pairs: Sequence[FollowUp | None], profiles: ProfileSet | None = None
) -> YearChain:
    """The reports of one body over the years.

    Args:
        digests: in the order of `order_reports`.
        pairs: each plan held against the next report, one fewer than digests; None where that could not be.
        profiles: of the kinds of report; None for the shipped ones.

    Raises:
        UsageError: there are fewer than two reports, or one is among them twice.

    """
    if len(digests) < 2:
        raise UsageError("a chain needs at least two digests", "name the digests of several years of one body")
    sides = describe_reports(digests, profiles or load_shipped_profiles())
    years, reports = _list_years(digests), read_reports(sides)
    rows = build_rows(reports, pairs, years)
    revised = find_revised_bases(reports, rows, years)
    return YearChain(sides, years, tuple(_notes(sides, pairs)), rows, revised, follow_tasks(sides, pairs))


def _list_years(digests: Sequence[Digest]) -> tuple[int, ...]:
    """All years from the first that is reviewed to the last that is reviewed or planned."""
    known = [find_year(digest, "review") for digest in digests]
    known += [find_year(digest, "plan") for digest in digests if digest.next_year_plan.stated]
    found = [year for year in known if year is not None]
    return tuple(range(min(found), max(found) + 1)) if found else ()


def _notes(sides: Sequence[ComparedReport], pairs: Sequence[FollowUp | None]) -> Iterator[str]:
    told: dict[str, None] = {}
    for (earlier, later), pair in zip(pairwise(sides), pairs, strict=True):
        messages = [note.message for note in pair.notes] if pair else ["没有可以对照的计划或回顾，只并列数字和任务。"]
        told |= dict.fromkeys(f"{earlier.short}与{later.short}：{to_one_line(message)}" for message in messages)
    yield from told
    many = [side.short for side in sides if side.years and side.years > 1]
    if many:
        yield f"回顾多年的报告：{'、'.join(many)}，其数字列在最后一年，并写明报告回顾几年，可能是合计或平均。"
