"""Which years a report reviews and which it plans, each with the sentences that it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from huimou.digest.steps.facts.delivery import Delivery, count_years_since, find_delivery
from huimou.digest.steps.facts.report_text import ReportLine, ReportText
from huimou.language.rules import get_rule
from huimou.model.report import Problem, Span, Year

_YEAR = get_rule("years.year_without_day")
_RANGE = get_rule("years.span_of_years")
_DIGITS = get_rule("years.digits")
_HEADING_YEAR = get_rule("years.year_in_a_heading")
_PLAN_YEARS = get_rule("years.five_year_plan")
_REVIEW = get_rule("years.words_of_review")
_PLAN = get_rule("years.words_of_plan")
_ADVICE = get_rule("years.advice")
_WEAK = get_rule("years.words_of_either")
_REPORT = get_rule("years.name_of_a_report")
_NEXT = get_rule("years.from_review_to_plan")
_TERM = get_rule("years.term_of_office")
_SOME_YEARS = get_rule("years.some_years")
_NUMBERS_OF_YEARS = get_rule("years.numbers_of_years")
_ONE = get_rule("years.past_year")
_SINCE = get_rule("years.since_a_session")
_SO_FAR = get_rule("years.year_so_far")
_PART_OF_A_YEAR = get_rule("years.part_of_a_year")
_REST_OF_A_YEAR = get_rule("years.rest_of_a_year")
_COMING = get_rule("years.coming_year")
_THIS_YEAR = get_rule("years.this_year")
_AHEAD = get_rule("years.will_in_the_coming_year")
_MEETING = get_rule("years.date_of_a_meeting")
_SCHOOL_YEAR = get_rule("years.school_year")
_TITLE_YEAR = get_rule("years.year_of_the_title")
_OPENING = get_rule("years.opening_of_a_review")
_PLANNED = get_rule("years.opening_of_a_plan")
_FUTURE = get_rule("years.year_ahead")
_BASE = get_rule("years.base_of_a_comparison")
_TERM_YEARS = 5
_TITLE_LINES = 8
_LEAD = 1200

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReportYears:
    """The years of a report, and what is wrong between them."""

    review: Year
    plan: Year
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Cue:
    """Where a report says that it reviews 过去一年, 过去五年, 九届三次会议以来, and how many years those are."""

    place: _Place
    years: int
    so_far: bool


@dataclass(frozen=True, slots=True)
class _HeadingYear:
    """A year, or the last of several, in a heading that announces a review or a plan."""

    kind: Literal["review", "plan"]
    year: int
    line: ReportLine
    place: _Place


def read_years(report: ReportText) -> ReportYears:
    """The years that a report reviews and plans."""
    stated, delivery = _find_stated_review(report), find_delivery(report)
    plan = _find_rest_of_year(report, stated) or _find_stated_plan(report, stated)
    plan = plan or _infer_from_delivery(report, delivery)
    review = stated or _infer_review(report, plan, delivery)
    plan = plan or _find_coming_year(report, review) or Year(None, None, "absent")
    in_one = plan.start == review.end and _find_rest_heading(report) is not None
    return ReportYears(review, plan, () if in_one else _find_conflict(review, plan))


def _find_stated_review(report: ReportText) -> Year | None:
    if school_year := _find_school_year(report, "review"):
        return school_year
    found = next((hit for hit in _find_heading_years(report) if hit.kind == "review"), None)
    if found is None:
        return _find_stated_term(report) or _find_stated_opening(report)
    year, heading, evidence = found.year, found.line.text, report.find_evidence(found.place)
    years = _RANGE.search(heading)
    if years and int(years.group(1)) < int(years.group(2)):
        return Year(int(years.group(1)), int(years.group(2)), "stated", evidence)
    if _TERM.search(heading):
        return Year(year - _TERM_YEARS + 1, year, "inferred", evidence)
    if (first := _find_plan_start(heading)) and first <= year <= first + 4:
        return Year(first, year, "stated", evidence)
    return Year(year, year, "stated", evidence)


def _find_school_year(report: ReportText, kind: Literal["review", "plan"]) -> Year | None:
    """The school year that a heading or an opening names: 2023 and 2024 of 「2023—2024学年度工作总结」.

    A plan of a school year is one of the year in which that ends.
    """
    openings = report.find_opening_lines() if kind == "review" else []
    for line in report.lines:
        if not line.heading and line not in openings:
            continue
        found = list(_SCHOOL_YEAR.finditer(line.text))
        for n, match in enumerate(found):
            first, last = _read_school_year(match)
            stop = found[n + 1].start() if n + 1 < len(found) else len(line.text)
            said = _classify_school_year(line.text[match.end() : stop], planned=report.is_in_plan(line.start))
            if last != first + 1 or said != kind:
                continue
            place = report.view.find(match.group(), line.start)
            basis: Literal["stated", "inferred"] = "stated" if match.group(2) else "inferred"
            start = last if kind == "plan" else first
            return Year(start, last, basis, report.find_evidence((place, place)))
    return None


def _read_school_year(match: re.Match[str]) -> tuple[int, int]:
    """Both years of 「2023—2024学年」, 「2023—24学年」 and 「2023学年」."""
    first, last = int(match.group(1)), match.group(2)
    return first, first + 1 if last is None else int(last) + (first // 100 * 100 if len(last) == 2 else 0)


def _classify_school_year(words: str, *, planned: bool) -> Literal["review", "plan"]:
    """What is said of a school year: of 工作总结及下学年工作计划 what comes first; of no words, where it stands."""
    said = _NEXT.split(words)[0]
    if _REVIEW.search(said):
        return "review"
    return "plan" if planned or _PLAN.search(said) else "review"


def _find_plan_start(heading: str) -> int | None:
    """First year of the five-year plan that a heading names: 2021 of 「“十四五”时期和2025年工作回顾」."""
    found = _PLAN_YEARS.search(heading)
    return 1951 + 5 * (10 + int(_DIGITS.map[found.group(1)])) if found else None


def _find_heading_years(report: ReportText) -> Iterator[_HeadingYear]:
    """Years in headings, each with what its heading announces: 2022年工作回顾 a review, 2023年主要任务 a plan."""
    for line in report.lines:
        if not line.heading:
            continue
        base = report.view.find(line.text, line.start)
        matches = list(_HEADING_YEAR.finditer(line.text))
        for n, match in enumerate(matches):
            stop = matches[n + 1].start() if n + 1 < len(matches) else len(line.text)
            said = _NEXT.split(line.text[match.end(1) : stop])[0] if match.group(2) else ""
            kind = _classify_words(said, line.role) or _classify_words(
                line.text[: match.start()][-8:], None, bare=not match.group(2)
            )
            if kind:
                yield _HeadingYear(kind, int(match.group(1)), line, (base + match.start(), base + match.end()))


def _classify_words(words: str, role: str | None, *, bare: bool = False) -> Literal["review", "plan"] | None:
    if bare:
        words = words[-3:]
    if _REVIEW.search(words):
        return "review"
    if _PLAN.search(words) and not (role in {"title", "unrelated"} and _ADVICE.search(words)):
        return "plan"
    if _WEAK.search(words) and role in {"review", "plan"} and not _REPORT.search(words):
        return "plan" if role == "plan" else "review"
    return None


def _find_stated_term(report: ReportText) -> Year | None:
    """A term of office printed with both its years: 过去五年(2017年至2021年)."""
    for line in list(report.list_review_lines())[:12]:
        years = _RANGE.search(line.text)
        if years and _TERM.search(line.text) and int(years.group(2)) - int(years.group(1)) == _TERM_YEARS - 1:
            place = report.view.find(years.group(), line.start)
            return Year(int(years.group(1)), int(years.group(2)), "stated", report.find_evidence((place, place)))
    return None


def _find_stated_opening(report: ReportText) -> Year | None:
    """The year that the first paragraphs speak of, if no other year is named more often."""
    for line in report.find_opening_lines():
        match = _OPENING.search(line.text)
        if _TERM.search(line.text) or (match and _MEETING.search(line.text)):
            return None
        year = int(match.group(1) or match.group(2)) if match else None
        least = 1 if match and match.start() == 0 else 2
        if match and year is not None and year == _find_main_year(report, least=least):
            place = report.view.find(match.group(), line.start)
            return Year(year, year, "stated", report.find_evidence((place, place)))
    return None


def _find_stated_plan(report: ReportText, review: Year | None) -> Year | None:
    if school_year := _find_school_year(report, "plan"):
        return school_year
    after = review.end if review else None
    for hit in _find_heading_years(report):
        if hit.kind == "plan" and (after is None or hit.year > after):
            evidence = report.find_evidence(hit.place)
            return Year(_find_first_of_span(hit, after), hit.year, "stated", evidence)
    hits = [
        hit
        for area in report.plan
        for hit in _PLANNED.finditer(report.view, area.start, min(area.end, area.start + _LEAD))
    ]
    if after is not None:
        hits += _FUTURE.finditer(report.view)
    for match in hits:
        year = int(next(group for group in match.groups() if group))
        if after is None or year == after + 1:
            return Year(year, year, "stated", report.find_evidence(match.span()))
    return None


def _find_first_of_span(hit: _HeadingYear, after: int | None) -> int:
    """The first year of a plan of several, 2025 of 「2025—2026年工作计划」; else the year itself."""
    spans = (found for found in _RANGE.finditer(hit.line.text) if int(found.group(2)) == hit.year)
    firsts = (int(found.group(1)) for found in spans)
    return next((first for first in firsts if first < hit.year and (after is None or first > after)), hit.year)


def _find_rest_of_year(report: ReportText, review: Year | None) -> Year | None:
    """The year itself where its first part is reviewed and its rest planned: 上半年工作总结和下半年工作安排."""
    if review is None or review.end is None:
        return None
    of_review = report.view[review.evidence[0].start : review.evidence[0].end] if review.evidence else ""
    if not _PART_OF_A_YEAR.search(of_review):
        return None
    place = _find_rest_heading(report)
    return Year(review.end, review.end, "inferred", report.find_evidence(place)) if place else None


def _find_rest_heading(report: ReportText) -> _Place | None:
    """Where a heading speaks of the rest of a year, 下半年工作安排."""
    for line in report.lines:
        found = _REST_OF_A_YEAR.search(line.text) if line.heading else None
        if found:
            place = report.view.find(found.group(), line.start)
            return place, place
    return None


def _infer_from_delivery(report: ReportText, delivery: Delivery | None) -> Year | None:
    """The year that is planned, by the date of delivery or by the title of a report that has a plan."""
    if delivery:
        year = delivery.coming_year
        return Year(year, year, "inferred", report.find_evidence(delivery.place)) if _has_plan(report) else None
    headings = (line for line in report.lines[:_TITLE_LINES] if line.heading)
    title = next((hit for line in headings if (hit := _TITLE_YEAR.search(line.text))), None)
    if title and _has_plan(report):
        place = report.view.find(title.group())
        return Year(int(title.group(1)), int(title.group(1)), "inferred", report.find_evidence((place, place)))
    return None


def _has_plan(report: ReportText) -> bool:
    return bool(report.plan) or _THIS_YEAR.search(report.view) is not None


def _infer_review(report: ReportText, plan: Year | None, delivery: Delivery | None) -> Year:
    """The year before that of the plan or of the delivery, if the report says that it looks back on that; else none."""
    cue = _find_cue(report)
    dated = _reckon_review(cue, delivery)
    running = cue and cue.so_far and delivery and delivery.is_mid_year
    before = plan.start - 1 if plan and plan.start and not running else None
    end = before or dated or _find_main_year(report, least=1 if cue else 2)
    support = [place for year, place in _find_mentions(report) if year == end]
    if end is None or not (cue or support):
        return Year(None, None, "absent")
    headings = [line for line in report.lines if line.heading]
    headed = [place for place in support if any(line.start <= place[0] < line.end for line in headings)]
    places = [*([cue.place] if cue else []), *(headed or support)[:1]]
    if delivery and dated == end:
        places.append(delivery.place)
    evidence = report.find_evidence(*places) + (plan.evidence if plan and before else ())
    unique = tuple(sorted(set(evidence), key=lambda span: span.start))
    return Year(end - (cue.years if cue else 1) + 1, end, "inferred", unique)


def _reckon_review(cue: _Cue | None, delivery: Delivery | None) -> int | None:
    """The last year that a dated report looks back on: 过去一年 of a January is the year before.

    A report of midsummer may mean either year by 一年来, but only one by 今年以来.
    """
    if cue is None or delivery is None:
        return None
    if cue.so_far:
        return None if delivery.is_new_year else delivery.year
    return None if delivery.is_mid_year else delivery.coming_year - 1


def _find_cue(report: ReportText) -> _Cue | None:
    """What a report says first of the time that it reviews, in a heading or in its opening."""
    opening = report.find_opening_lines()
    for line in report.list_review_lines():
        if not (line in opening or (line.heading and len(line.text) < 50)):
            continue
        rules = (_TERM, _SOME_YEARS, _SINCE, _SO_FAR, _ONE)
        hits = [(hit, rule) for rule in rules if (hit := rule.search(line.text))]
        for hit, rule in sorted(hits, key=lambda found: found[0].start()):
            years = _count_years(hit.group(), report)
            if years:
                start = report.view.find(hit.group(), line.start)
                return _Cue((start, start + len(hit.group())), years, rule is _SO_FAR)
    return None


def _count_years(cue: str, report: ReportText) -> int | None:
    """How many years a cue speaks of; None for a session that was not one of the last five."""
    if _TERM.search(cue):
        return _TERM_YEARS
    if some := _SOME_YEARS.search(cue):
        return int(_NUMBERS_OF_YEARS.map[some.group(1)])
    return count_years_since(cue, report) if _SINCE.search(cue) else 1


def _find_mentions(report: ReportText) -> Iterator[tuple[int, _Place]]:
    for match in _YEAR.finditer(report.view):
        baseline = _BASE.search(report.view[max(0, match.start() - 2) : match.start()])
        if not report.is_in_plan(match.start()) and not baseline:
            yield int(match.group(1)), match.span()


def _find_main_year(report: ReportText, *, least: int = 2) -> int | None:
    """The year that the review names most often, `least` times or more; of equals the latest."""
    counts = Counter(year for year, _ in _find_mentions(report))
    best = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return best[0] if best[1] >= least else None


def _find_coming_year(report: ReportText, review: Year) -> Year | None:
    if review.end is None:
        return None
    hits = (hit.span() for area in report.plan for hit in _COMING.finditer(report.view, area.start, area.end))
    ahead = (hit.span() for hit in _AHEAD.finditer(report.view))
    headings = ((line.start, line.end) for line in report.lines if report.is_in_plan(line.start))
    place = next((hit for group in (hits, ahead, headings) for hit in group), None)
    return Year(review.end + 1, review.end + 1, "inferred", report.find_evidence(place)) if place else None


def _find_conflict(review: Year, plan: Year) -> tuple[Problem, ...]:
    if review.end is None or plan.start is None or plan.start == review.end + 1:
        return ()
    place = plan.evidence[0] if plan.evidence else Span(0, 0)
    message = f"回顾年份({review.end})与计划年份({plan.start})不相连,请核对"
    return (Problem("year_conflict", message, place.start, place.end),)
