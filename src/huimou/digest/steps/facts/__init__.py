"""Who reports on which years, read from the text alone; what the text does not say stays None.

A year is `stated` where a heading or an opening sentence names it, `inferred` from what is near it, else `absent`.
`body` reads which body reports. May import: `language` and `model`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from huimou.digest.steps.facts.body import read_body
from huimou.language.profiles.profile import ProfileSet, load_shipped_profiles
from huimou.language.rules import get_rule
from huimou.language.text import fold, to_simplified
from huimou.model.report import Facts, Outline, Problem, Span, Year

_YEAR = get_rule("years.year_without_day")
_RANGE = get_rule("years.span_of_years")
_CHINESE_YEAR = get_rule("years.year_in_chinese")
_TRADITIONAL = get_rule("years.traditional_characters")
_DIGITS = get_rule("years.digits")
_HEADING_YEAR = get_rule("years.year_in_a_heading")
_PLAN_YEARS = get_rule("years.five_year_plan")
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+?(?=\u3000\u3000+|[\r\n\f\v\u2028\u2029]|\Z)")
_REVIEW = get_rule("years.words_of_review")
_PLAN = get_rule("years.words_of_plan")
_ADVICE = get_rule("years.advice")
_WEAK = get_rule("years.words_of_either")
_REPORT = get_rule("years.name_of_a_report")
_NEXT = get_rule("years.from_review_to_plan")
_TERM = get_rule("years.term_of_office")
_ONE = get_rule("years.past_year")
_COMING = get_rule("years.coming_year")
_THIS_YEAR = get_rule("years.this_year")
_AHEAD = get_rule("years.will_in_the_coming_year")
_MEETING = get_rule("years.date_of_a_meeting")
_DATE_LINE = get_rule("years.line_of_a_date")
_AT_A_MEETING = get_rule("years.at_a_meeting")
_SCHOOL_YEAR = get_rule("years.school_year")
_TITLE_YEAR = get_rule("years.year_of_the_title")
_OPENING = get_rule("years.opening_of_a_review")
_PLANNED = get_rule("years.opening_of_a_plan")
_FUTURE = get_rule("years.year_ahead")
_BASE = get_rule("years.base_of_a_comparison")


@dataclass(frozen=True, slots=True)
class _ReportLine:
    text: str
    start: int
    end: int
    heading: bool
    role: str | None


@dataclass(frozen=True, slots=True)
class _ReportText:
    """The report as this step sees it: folded text (same offsets), its lines, and where the plan stands."""

    view: str
    lines: tuple[_ReportLine, ...]
    outline: Outline
    plan: tuple[Span, ...]

    def find_evidence(self, *matches: tuple[int, int]) -> tuple[Span, ...]:
        """The whole sentences in which the matches begin, else their lines; in order, none twice."""
        return tuple(sorted({self._find_around(start) for start, _ in matches}, key=lambda span: span.start))

    def _find_around(self, place: int) -> Span:
        pieces: Iterable[Span] = (Span(s.start, s.end) for s in self.outline.sentences)
        lines: Iterable[Span] = (Span(line.start, line.end) for line in self.lines)
        return next(
            (span for group in (pieces, lines) for span in group if span.start <= place < span.end), Span(place, place)
        )

    def is_in_plan(self, place: int) -> bool:
        return any(span.start <= place < span.end for span in self.plan)

    def list_review_lines(self) -> Iterator[_ReportLine]:
        return (line for line in self.lines if not self.is_in_plan(line.start))


def read_facts(text: str, outline: Outline, profiles: ProfileSet | None = None) -> Facts:
    """Organisation, region, kind, script and years of the report, each year with the sentences it rests on.

    The kinds that can be recognised are those of `profiles`, by default the shipped ones.
    """
    report = _build_report_text(text, outline)
    lines, headings = [line.text for line in report.lines], [line.text for line in report.lines if line.heading]
    body = read_body(lines, headings, profiles or load_shipped_profiles())
    stated = _find_stated_review(report)
    plan = _find_stated_plan(report, stated) or _infer_from_delivery(report)
    review = stated or _infer_review(report, plan)
    plan = plan or _find_coming_year(report, review) or Year(None, None, "absent")
    return Facts(
        organisation=body.organisation,
        region=body.region,
        kind=body.kind,
        language_script=_find_script(text),
        review_years=review,
        plan_year=plan,
        problems=_find_conflict(review, plan),
    )


def _find_script(text: str) -> Literal["simplified", "traditional"]:
    """Which script prevails, counted over common characters that differ: mojibake would distort a share of all."""
    traditional = _TRADITIONAL.row.characters
    counts = Counter(text)
    old, new = (sum(counts[char] for char in chars) for chars in (traditional, to_simplified(traditional)))
    return "traditional" if old > new else "simplified"


def _build_report_text(text: str, outline: Outline) -> _ReportText:
    digits = str.maketrans(dict(_DIGITS.map))
    view = _CHINESE_YEAR.sub(lambda match: match.group().translate(digits), fold(text))
    lines = tuple(_split_lines(text, view, outline))
    return _ReportText(view, lines, outline, tuple(_find_plan_areas(view, lines, outline)))


def _split_lines(text: str, view: str, outline: Outline) -> Iterator[_ReportLine]:
    for match in _LINE.finditer(text):
        start, end = match.span()
        shown = view[start:end].strip(" #*■●◆-—=>|")
        role = next((s.role for s in outline.sections if s.start <= start + (end - start) // 2 < s.end), None)
        if shown:
            yield _ReportLine(
                shown, start, end, len(shown) <= 50 and "。" not in shown and shown[-1] not in ";!,", role
            )


def _find_plan_areas(view: str, lines: tuple[_ReportLine, ...], outline: Outline) -> Iterator[Span]:
    """Plan sections, and the text below a plan heading that holds no word of a review."""
    yield from (Span(section.start, section.end) for section in outline.sections if section.role == "plan")
    for line in lines:
        short = line.heading and len(line.text) <= 30 and _PLAN.search(line.text) and not _REVIEW.search(line.text)
        if short and line.start > len(view) // 4 and line.role in {None, "review", "plan"}:
            later = (s.start for s in outline.sections if s.start > line.start and s.role not in {"review", "plan"})
            yield Span(line.start, min(later, default=len(view)))
            return


def _find_stated_review(report: _ReportText) -> Year | None:
    if school_year := _find_school_year(report):
        return school_year
    found = [hit for hit in _find_heading_years(report) if hit[0] == "review"]
    if found:
        _, year, line, place = found[0]
        years = _RANGE.search(line.text)
        if years and int(years.group(1)) < int(years.group(2)):
            return Year(int(years.group(1)), int(years.group(2)), "stated", report.find_evidence(place))
        if _TERM.search(line.text):
            return Year(year - 4, year, "inferred", report.find_evidence(place))
        if (first := _find_plan_start(line.text)) and first <= year <= first + 4:
            return Year(first, year, "stated", report.find_evidence(place))
        return Year(year, year, "stated", report.find_evidence(place))
    return _find_stated_term(report) or _find_stated_opening(report)


def _find_school_year(report: _ReportText) -> Year | None:
    """The school year that a heading of the review names: 2023 and 2024 of 「2023—2024学年度工作总结」."""
    for line in report.list_review_lines():
        found = _SCHOOL_YEAR.search(line.text) if line.heading else None
        if found and int(found.group(2)) == int(found.group(1)) + 1 and not _PLAN.search(line.text):
            place = report.view.find(found.group(), line.start)
            return Year(int(found.group(1)), int(found.group(2)), "stated", report.find_evidence((place, place)))
    return None


def _find_plan_start(heading: str) -> int | None:
    """First year of the five-year plan that a heading names: 2021 of 「“十四五”时期和2025年工作回顾」."""
    found = _PLAN_YEARS.search(heading)
    return 1951 + 5 * (10 + int(_DIGITS.map[found.group(1)])) if found else None


def _find_heading_years(
    report: _ReportText,
) -> Iterator[tuple[Literal["review", "plan"], int, _ReportLine, tuple[int, int]]]:
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
                yield kind, int(match.group(1)), line, (base + match.start(), base + match.end())


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


def _find_stated_term(report: _ReportText) -> Year | None:
    """A term of office printed with both its years: 过去五年(2017年至2021年)."""
    for line in list(report.list_review_lines())[:12]:
        years = _RANGE.search(line.text)
        if years and _TERM.search(line.text) and int(years.group(2)) - int(years.group(1)) == 4:
            place = report.view.find(years.group(), line.start)
            return Year(int(years.group(1)), int(years.group(2)), "stated", report.find_evidence((place, place)))
    return None


def _find_opening_lines(report: _ReportText) -> list[_ReportLine]:
    """The first two paragraphs of the review."""
    return [line for line in report.list_review_lines() if not line.heading and len(line.text) > 40][:2]


def _find_stated_opening(report: _ReportText) -> Year | None:
    """The year that the first paragraphs speak of, if no other year is named more often."""
    for line in _find_opening_lines(report):
        match = _OPENING.search(line.text)
        if _TERM.search(line.text) or (match and _MEETING.search(line.text)):
            return None
        year = int(match.group(1) or match.group(2)) if match else None
        if match and year is not None and year == _find_main_year(report):
            place = report.view.find(match.group(), line.start)
            return Year(year, year, "stated", report.find_evidence((place, place)))
    return None


def _find_stated_plan(report: _ReportText, review: Year | None) -> Year | None:
    after = review.end if review else None
    for kind, year, _, place in _find_heading_years(report):
        if kind == "plan" and (after is None or year > after):
            return Year(year, year, "stated", report.find_evidence(place))
    hits = [
        hit
        for area in report.plan
        for hit in _PLANNED.finditer(report.view, area.start, min(area.end, area.start + 1200))
    ]
    if after is not None:
        hits += _FUTURE.finditer(report.view)
    for hit in hits:
        year = int(next(group for group in hit.groups() if group))
        if after is None or year == after + 1:
            return Year(year, year, "stated", report.find_evidence(hit.span()))
    return None


def _infer_from_delivery(report: _ReportText) -> Year | None:
    """The year that is planned, by the date of delivery: the running year until September, then the next."""
    head = report.view[:1500]
    meeting = _MEETING.search(head) or (_DATE_LINE.search(head) if _AT_A_MEETING.search(head) else None)
    if meeting:
        year = int(meeting.group(1)) + (int(meeting.group(2)) >= 10)
        return Year(year, year, "inferred", report.find_evidence(meeting.span())) if _has_plan(report) else None
    title = next((hit for line in report.lines[:8] if line.heading and (hit := _TITLE_YEAR.search(line.text))), None)
    if title and _has_plan(report):
        place = report.view.find(title.group())
        return Year(int(title.group(1)), int(title.group(1)), "inferred", report.find_evidence((place, place)))
    return None


def _has_plan(report: _ReportText) -> bool:
    return bool(report.plan) or _THIS_YEAR.search(report.view) is not None


def _infer_review(report: _ReportText, plan: Year | None) -> Year:
    cue, term = _find_term_cue(report)
    before = plan.start - 1 if plan and plan.start else None
    end = before or _find_main_year(report, least=1 if cue else 2)
    if end is None:
        return Year(None, None, "absent")
    support = [place for year, place in _find_mentions(report) if year == end]
    if not (cue or support):
        return Year(None, None, "absent")
    headed = [
        place for place in support if any(line.heading and line.start <= place[0] < line.end for line in report.lines)
    ]
    places = [*([cue] if cue else []), *(headed or support)[:1]]
    evidence = report.find_evidence(*places) + (plan.evidence if plan else ())
    unique = tuple(sorted(set(evidence), key=lambda span: span.start))
    return Year(end - 4 if term else end, end, "inferred", unique)


def _find_term_cue(report: _ReportText) -> tuple[tuple[int, int] | None, bool]:
    """Where the report first says 过去一年 or 过去五年 in a heading or its opening, and whether it is the latter."""
    opening = _find_opening_lines(report)
    for line in report.list_review_lines():
        if not (line in opening or (line.heading and len(line.text) < 30)):
            continue
        hits = [(hit.start(), hit, pattern is _TERM) for pattern in (_ONE, _TERM) if (hit := pattern.search(line.text))]
        if hits:
            _, hit, term = min(hits, key=lambda found: found[0])
            place = report.view.find(hit.group(), line.start)
            return (place, place + len(hit.group())), term
    return None, False


def _find_mentions(report: _ReportText) -> Iterator[tuple[int, tuple[int, int]]]:
    for match in _YEAR.finditer(report.view):
        baseline = _BASE.search(report.view[max(0, match.start() - 2) : match.start()])
        if not report.is_in_plan(match.start()) and not baseline:
            yield int(match.group(1)), match.span()


def _find_main_year(report: _ReportText, *, least: int = 2) -> int | None:
    """The year that the review names most often, `least` times or more; of equals the latest."""
    counts = Counter(year for year, _ in _find_mentions(report))
    best = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return best[0] if best[1] >= least else None


def _find_coming_year(report: _ReportText, review: Year) -> Year | None:
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
