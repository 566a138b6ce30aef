"""A report as the years and the body are read from it: folded text, its lines, and where its plan stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from huimou.language.rules import get_rule
from huimou.language.text import fold, merge_spans
from huimou.model.report import Outline, Span

_CHINESE_YEAR = get_rule("years.year_in_chinese")
_DIGITS = get_rule("years.digits")
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+?(?=\u3000\u3000+|[\r\n\f\v\u2028\u2029]|\Z)")
_REVIEW = get_rule("years.words_of_review")
_PLAN = get_rule("years.words_of_plan")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a report, folded and without marks around it; `role` is that of the section it stands in."""

    text: str
    start: int
    end: int
    heading: bool
    role: str | None


@dataclass(frozen=True, slots=True)
class ReportText:
    """Folded text (same offsets), its lines, and where the plan stands.

    Args:
        view: the folded text.
        lines: its lines that say anything.
        outline: its sections and sentences.
        plan: the sections of its plan, one by one.
        whole_plan: the same ranges, in order and joined where they touch.

    """

    view: str
    lines: tuple[ReportLine, ...]
    outline: Outline
    plan: tuple[Span, ...]
    whole_plan: tuple[tuple[int, int], ...]

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
        """Whether an offset lies in the plan."""
        before = bisect_right(self.whole_plan, place, key=lambda span: span[0])
        return before > 0 and place < self.whole_plan[before - 1][1]

    def list_review_lines(self) -> Iterator[ReportLine]:
        """The lines outside the plan."""
        return (line for line in self.lines if not self.is_in_plan(line.start))

    def find_opening_lines(self) -> list[ReportLine]:
        """The first two paragraphs of the review."""
        return [line for line in self.list_review_lines() if not line.heading and len(line.text) > 40][:2]


def build_report_text(text: str, outline: Outline) -> ReportText:
    """A text with years in Chinese figures rewritten in digits: 二〇二四年 is read as 2024年."""
    digits = str.maketrans(dict(_DIGITS.map))
    view = _CHINESE_YEAR.sub(lambda match: match.group().translate(digits), fold(text))
    lines = tuple(_split_lines(text, view, outline))
    plan = tuple(_find_plan_areas(view, lines, outline))
    whole = merge_spans(sorted((span.start, span.end) for span in plan), 0)
    return ReportText(view, lines, outline, plan, tuple(whole))


def _split_lines(text: str, view: str, outline: Outline) -> Iterator[ReportLine]:
    starts = [section.start for section in outline.sections]
    for match in _LINE.finditer(text):
        start, end = match.span()
        shown = view[start:end].strip(" #*■●◆-—=>|")
        middle = start + (end - start) // 2
        section = outline.sections[bisect_right(starts, middle) - 1] if starts and starts[0] <= middle else None
        role = section.role if section and middle < section.end else None
        if shown:
            heading = len(shown) <= 50 and "。" not in shown and shown[-1] not in ";!,"
            yield ReportLine(shown, start, end, heading, role)


def _find_plan_areas(view: str, lines: tuple[ReportLine, ...], outline: Outline) -> Iterator[Span]:
    """Plan sections, and the text below a plan heading that holds no word of a review."""
    yield from (Span(section.start, section.end) for section in outline.sections if section.role == "plan")
    for line in lines:
        short = line.heading and len(line.text) <= 30 and _PLAN.search(line.text) and not _REVIEW.search(line.text)
        if short and line.start > len(view) // 4 and line.role in {None, "review", "plan"}:
            later = (s.start for s in outline.sections if s.start > line.start and s.role not in {"review", "plan"})
            yield Span(line.start, min(later, default=len(view)))
            return
