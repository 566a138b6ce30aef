"""The comparison of several digests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from huimou.compare.cities.domains import build_domain_rows, find_distinct_content
from huimou.compare.cities.matching import match_figures
from huimou.compare.cities.model import ComparedReport, DistinctContent, DomainRow, LoneFigure, SubjectRow, ThingRow
from huimou.errors import UsageError
from huimou.language.profiles.profile import ProfileSet, load_shipped_profiles
from huimou.language.text import to_one_line
from huimou.model.digest import Digest
from huimou.outputs.phrases import format_review_period

_YEARS_UNKNOWN = "年份未载明"


@dataclass(frozen=True, slots=True)
class CityComparison:
    """Several digests side by side; the tuples `cells`, `done` and `planned` have one entry for each of `sides`.

    Args:
        sides: the reports in the order given.
        notes: what a reader must know before comparing (Chinese).
        rows: figures that count the same, each row of two reports or more.
        things: what reports count in unlike states (收到, 立案, 办复), units or spans; none of these compare.
        apart: all figures that are in none of `rows`, each with the reason why it stands beside no other.
        domains: items by domain.
        only: for each report the domains and terms that no other has.

    """

    sides: tuple[ComparedReport, ...]
    notes: tuple[str, ...]
    rows: tuple[SubjectRow, ...]
    things: tuple[ThingRow, ...]
    apart: tuple[LoneFigure, ...]
    domains: tuple[DomainRow, ...]
    only: tuple[DistinctContent, ...]


def compare_reports(digests: Sequence[Digest], profiles: ProfileSet | None = None) -> CityComparison:
    """Set two or more digests of different reports side by side.

    Args:
        digests: of the reports.
        profiles: of the kinds of report; None for the shipped ones.

    Raises:
        UsageError: there is only one, or one report is among them twice.

    """
    if len(digests) < 2:
        raise UsageError("a comparison needs at least two digests", "name two or more .json files, or their folder")
    sides = describe_reports(digests, profiles or load_shipped_profiles())
    found = match_figures(sides)
    domains, only = build_domain_rows(sides), find_distinct_content(sides)
    return CityComparison(sides, tuple(_notes(sides)), found.rows, found.things, found.apart, domains, only)


def describe_reports(digests: Sequence[Digest], profiles: ProfileSet) -> tuple[ComparedReport, ...]:
    """The reports with names that tell them apart.

    Raises:
        UsageError: one report is among them twice.

    """
    times = Counter(digest.source.sha256 for digest in digests)
    twice = next((digest.source.file for digest in digests if times[digest.source.sha256] > 1), None)
    if twice is not None:
        raise UsageError(f"the same report is given twice: {to_one_line(twice)}", "name each report once")
    labels = _distinguish_names([_label_report(digest, _body(digest)) for digest in digests], digests)
    regions = [_label_report(digest, to_one_line(digest.report.region or "")) for digest in digests]
    shared = Counter(regions)
    return tuple(
        ComparedReport(
            label,
            region if shared[region] == 1 and digest.report.region else label,
            _body(digest),
            format_review_period(digest.report.review_years),
            _years(digest),
            digest,
            profiles.find(digest.report.kind),
        )
        for label, region, digest in zip(labels, regions, digests, strict=True)
    )


def _distinguish_names(names: Sequence[str], digests: Sequence[Digest]) -> list[str]:
    """The names, with the file's name where two are alike, and with a number where that does not help."""
    shared = Counter(names)
    labels = [
        name if shared[name] == 1 else f"{name}（{to_one_line(digest.source.file)}）"
        for name, digest in zip(names, digests, strict=True)
    ]
    again = Counter(labels)
    return [label if again[label] == 1 else f"{label}〔{number}〕" for number, label in enumerate(labels, 1)]


def _label_report(digest: Digest, who: str) -> str:
    return f"{who} {format_review_period(digest.report.review_years) or _YEARS_UNKNOWN}"


def _body(digest: Digest) -> str:
    return to_one_line(digest.report.organisation or digest.report.region or digest.source.file)


def _years(digest: Digest) -> int | None:
    years = digest.report.review_years
    return years.end - years.start + 1 if years.start is not None and years.end is not None else None


def _spans(sides: Sequence[ComparedReport]) -> str:
    """How many years each report covers, as 「1年：甲、乙；5年：丙」."""
    names: dict[str, list[str]] = {}
    for side in sides:
        names.setdefault(f"{side.years}年" if side.years else _YEARS_UNKNOWN, []).append(side.short)
    return "；".join(f"{span}：{'、'.join(told)}" for span, told in names.items())


def _notes(sides: Sequence[ComparedReport]) -> list[str]:
    notes: list[str] = []
    kinds = {side.digest.report.kind_title or "类型不明" for side in sides}
    if len(kinds) > 1:
        notes.append(f"报告类型不同（{'、'.join(sorted(map(to_one_line, kinds)))}）：数字只在同类报告之间并列。")
    spans = {side.years for side in sides}
    if len(spans) > 1:
        notes.append(f"回顾期长短不同（{_spans(sides)}）：一年的数与多年合计不并列。")
    if len({(side.digest.report.review_years.start, side.digest.report.review_years.end) for side in sides}) > 1:
        notes.append("回顾的年份不尽相同，并列的数字各按其报告的年份读。")
    guessed = [side.short for side in sides if side.digest.report.review_years.basis == "inferred"]
    if guessed:
        notes.append(f"回顾年份系推断而非原文载明：{'、'.join(guessed)}。")
    bare = [side.short for side in sides if not side.digest.next_year_plan.stated]
    if bare:
        notes.append(f"没有设计划部分的报告：{'、'.join(bare)}。")
    broken = [side.short for side in sides if not side.digest.run.complete]
    if broken:
        notes.append(f"摘要不完整，可能缺条目：{'、'.join(broken)}。")
    return notes
