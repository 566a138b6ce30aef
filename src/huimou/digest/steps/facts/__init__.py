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
from huimou.language.text import fold, to_simplified
from huimou.model.report import Facts, Outline, Problem, Span, Year

_YEAR = r"(?<![\d〔(（至到—–\-~])((?:19|20)\d\d)\s?年(?!度|[至到—–\-~]\s?(?:19|20)\d\d|代|前|底)"
_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?年?\s?(?:至|到|—+|–|-|~)\s?((?:19|20)\d\d)\s?年(?!度)")
_CHINESE_YEAR = re.compile(r"[一二][〇○零0Oo九][〇○零0Oo一二三四五六七八九]{2}(?=\s?年)")
_TRADITIONAL = "會議員為國發黨協進設導實產業經濟務個關開"
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_HEADING_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|年?[至到—–\-~]\s?(?:19|20)\d\d|\.|-\d)\s?(年?)")
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+?(?=\u3000\u3000+|[\r\n\f\v\u2028\u2029]|\Z)")
_REVIEW = re.compile(
    r"回顾|回眸|回望|总结|综述|纪实|巡礼|盘点|(?:工作|执行|完成|开展|进展)情况|主要成[绩就]|亮点|年度工作报告"
)
_PLAN = re.compile(
    r"任务|安排|部署|打算|计划|思路|总体要求|要点|建议|展望|预期目标|工作目标|奋斗目标|下一步|今后(?:的)?工作|重点工作|工作重点"
)
_WEAK = re.compile(r"主要工作|重点工作|工作")
_NEXT = re.compile(r"[和及与暨、,](?=下一?步|今后|明年|来年|下一?年|新一年|新的一年|今年)")
_TERM = re.compile(
    r"(?:过去|这|本届[^。,]{0,8}|届[^。,]{0,12})(?:的)?五年|五年来|五年(?:的)?工作|本届(?:政府|政协|常委会|委员会)以来"
)
_ONE = re.compile(r"过去(?:的)?一年|一年来|(?:刚刚)?过去的?(?:19|20)\d\d年|一年以来")
_COMING = re.compile(r"今年|新的?一年|来年|明年|下一?年|今后一年")
_AHEAD = re.compile(r"(?:新的?一年|来年|明年|下一年)[,里]?[^。;]{0,20}?将|对今年(?:的)?工作")
_MEETING = re.compile(r"((?:19|20)\d\d)年\s?(\d{1,2})月\s?\d{1,2}日[^。\n]{0,6}在[^。\n]{2,45}(?:会议|大会|全会)")
_DATE_LINE = re.compile(r"^[\s(]*((?:19|20)\d\d)年\s?(\d{1,2})月\s?\d{1,2}日[\s)]*$", re.MULTILINE)
_TITLE_YEAR = re.compile(r"((?:19|20)\d\d)年(?!度)[^。,\n]{0,20}工作报告")
_OPENING = re.compile(
    _YEAR + r",?(?:是|以来|[^。;]{0,40}是[^。;]{0,60}(?:之年|一年|开局|周年|关键))|" + _YEAR + r"(?=,)"
)
_PLANNED = re.compile(
    _YEAR + r",?[^。;\d]{0,30}是[^。;]{0,80}(?:之年|一年|开局|周年|关键|起步|收官|元年|届)|"
    + _YEAR + r"[,、]?[^。;\d]{0,40}?(?:总体要求|总体思路|指导思想|思路|主线|要|将|目标|任务|工作)"
)  # fmt: skip
_FUTURE = re.compile(_YEAR + r",?[^。;\d]{0,20}?(?:总体要求|总体思路|主要任务|(?:将|要|计划)(?!近|求|闻))")


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
    simplified = to_simplified(_TRADITIONAL)
    counts = Counter(text)
    old, new = (sum(counts[char] for char in chars) for chars in (_TRADITIONAL, simplified))
    return "traditional" if old > new else "simplified"


def _build_report_text(text: str, outline: Outline) -> _ReportText:
    view = _CHINESE_YEAR.sub(lambda match: match.group().translate(_DIGITS), fold(text))
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


def _find_plan_start(heading: str) -> int | None:
    """First year of the five-year plan that a heading names: 2021 of 「“十四五”时期和2025年工作回顾」."""
    found = re.search(r"十([一二三四五六七八])五”?(?:时期|期间|规划)", heading)
    return 1951 + 5 * (10 + "一二三四五六七八".index(found.group(1)) + 1) if found else None


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
    if _PLAN.search(words) and not (role in {"title", "unrelated"} and "建议" in words):
        return "plan"
    if _WEAK.search(words) and role in {"review", "plan"} and "工作报告" not in words:
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
    meeting = _MEETING.search(head) or (_DATE_LINE.search(head) if re.search(r"(?:会议|大会|全会)上", head) else None)
    if meeting:
        year = int(meeting.group(1)) + (int(meeting.group(2)) >= 10)
        return Year(year, year, "inferred", report.find_evidence(meeting.span())) if _has_plan(report) else None
    title = next((hit for line in report.lines[:8] if line.heading and (hit := _TITLE_YEAR.search(line.text))), None)
    if title and _has_plan(report):
        place = report.view.find(title.group())
        return Year(int(title.group(1)), int(title.group(1)), "inferred", report.find_evidence((place, place)))
    return None


def _has_plan(report: _ReportText) -> bool:
    return bool(report.plan) or "今年" in report.view


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
    for match in re.finditer(_YEAR + r"(?!\s?\d{1,2}月\s?\d{1,2}日)", report.view):
        baseline = re.search(r"[比较自从由]$|截至$", report.view[max(0, match.start() - 2) : match.start()])
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
