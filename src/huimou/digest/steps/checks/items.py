"""Doubts about the wording of items: who is speaking, of when, what was lost on the way."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from huimou.digest.steps.checks.checked_digest import CheckedDigest, CheckedItem, Doubt, build_item_doubt, shorten_quote
from huimou.language.rules import get_rule
from huimou.language.text import compact, fold

_AHEAD = get_rule("checks.future_in_review")
_PAST = get_rule("checks.past_in_plan")
_YEAR = get_rule("checks.year_said")
_YEAR_ASSESSED = get_rule("checks.year_assessed")
_NAMES = re.compile(r"《[^《》]*》|“[^“”]*”|〔[^〔〕]*〕")
_HANGING = get_rule("checks.no_subject")
_QUOTED = re.compile(r"“[^“”]*[。!?][^“”]*”")
_ENDS_ASKING = get_rule("checks.ends_asking")
_WE = get_rule("checks.we")
_HARDLY, _HARDLY_FROM = 0.85, 80
_FEW_WE = 3
_DENSE = 4  # figures; a text of nothing but figures cannot become shorter


def find_item_doubts(checked: CheckedDigest) -> Iterator[Doubt]:
    """All doubts about the wording of the items."""
    speaks_as_we = len(_WE.findall(checked.view)) > _FEW_WE
    for item in checked.items:
        yield from _find_damage(checked, item)
        yield from _find_wrong_time(checked, item)
        yield from _find_wording_doubts(item)
        if item.part == "A" and _is_of_others(checked, item, speaks_as_we=speaks_as_we):
            yield build_item_doubt("not_own_words", "像是引用他人的话，不一定是本机构做的事", item)


def _find_damage(checked: CheckedDigest, item: CheckedItem) -> Iterator[Doubt]:
    problem = checked.find_damage(item)
    if problem is None or problem.start is None or problem.end is None:
        return
    start, end = problem.start, problem.end
    near = any(f.start - 12 <= end and start - 12 <= f.end for f in item.figures)
    what = "数字旁边的原文有乱码" if near else "原文有乱码"
    yield Doubt("damaged", f"{what}“{shorten_quote(checked.text[start:end])}”，请对照原件", start, end, item)


def _find_wrong_time(checked: CheckedDigest, item: CheckedItem) -> Iterator[Doubt]:
    words = "".join(compact(piece.quote) for piece in item.evidence)
    if item.part == "A" and _AHEAD.search(words):
        yield build_item_doubt("future_in_review", "写在回顾里，说的却像是将来的事", item)
    if item.part == "T" and _PAST.search(words):
        yield build_item_doubt("past_in_plan", "写在计划里，说的却像是已做的事", item)
    if item.part == "T" and _find_surrounding_role(checked, item) == "review":
        yield build_item_doubt("task_in_review", "写在回顾里的今后打算，已列入任务", item)
    if item.part == "A" and _find_surrounding_role(checked, item) == "plan":
        yield build_item_doubt("deed_in_plan", "写在计划里的已做之事，已列入成绩", item)
    if item.part == "A":
        yield from _find_other_years(checked, item)


def _find_surrounding_role(checked: CheckedDigest, item: CheckedItem) -> str | None:
    """Role of the sections on both sides of a sentence that has a section of its own; None where they differ."""
    sections = checked.digest.sections
    place = item.evidence[0].start if item.evidence else 0
    index = bisect_right(sections, place, key=lambda section: section.start) - 1
    if not 0 < index < len(sections) - 1 or sections[index].heading is not None:
        return None
    around = {sections[index - 1].role, sections[index + 1].role}
    return around.pop() if len(around) == 1 else None


def _find_other_years(checked: CheckedDigest, item: CheckedItem) -> Iterator[Doubt]:
    """A figure of another year, or of one year of a term, without the year; and an item of another year altogether."""
    years, said = checked.digest.report.review_years, fold(item.summary)
    if years.start is None or years.end is None:
        return
    period = f"{years.start}年" if years.start == years.end else f"{years.start}—{years.end}年"
    for figure in item.figures:
        sentence = checked.find_sentence(figure.start)
        named = _find_named_years(checked.view[sentence.start : figure.start]) if sentence else []
        if named and named[-1] not in said and (years.start < years.end or int(named[-1]) != years.end):
            message = f"“{shorten_quote(figure.quote)}”是{named[-1]}年的，摘要没有写明"
            yield Doubt("year_dropped", message, figure.start, figure.end, item)
            return
    said = _YEAR_ASSESSED.sub("", said)
    outside = [year for year in _find_named_years(said) if not years.start <= int(year) <= years.end]
    if outside and len(outside) == len(_find_named_years(said)):
        yield build_item_doubt("other_year", f"说的是{outside[0]}年，不在回顾期（{period}）之内", item)


def _find_named_years(words: str) -> list[str]:
    """Years that something is said of; not those of comparison (比2010年) nor in names."""
    return _YEAR.findall(_NAMES.sub("", words))


def _find_wording_doubts(item: CheckedItem) -> Iterator[Doubt]:
    said, length = len(compact(item.summary)), item.length
    if said > _HARDLY * length and length > _HARDLY_FROM and len(item.figures) < _DENSE:
        yield build_item_doubt("hardly_shorter", "与原文几乎一样长，没有概括", item)
    if item.part != "S" and _HANGING.match(fold(item.summary)):
        yield build_item_doubt("no_subject", "开头没有说是谁或什么，请看原文补足", item)
    if item.domain == "other":
        yield build_item_doubt("no_domain", "没有归入任何领域", item)


def _is_of_others(checked: CheckedDigest, item: CheckedItem, *, speaks_as_we: bool) -> bool:
    """Direct speech, a question, or 我们 in a report that does not call its body so."""
    words = "".join(compact(piece.quote) for piece in item.evidence)
    if _ENDS_ASKING.search(words.rstrip("。")) or (not speaks_as_we and _WE.search(_NAMES.sub("", words))):
        return True
    return bool(item.evidence) and all(_is_in_speech(checked.view, piece.start, piece.end) for piece in item.evidence)


def _is_in_speech(view: str, start: int, end: int) -> bool:
    """Whether the range lies inside one quotation of whole sentences on its line."""
    line = view.rfind("\n", 0, start) + 1
    stop = view.find("\n", end)
    around = view[line : stop if stop >= 0 else len(view)]
    return any(m.start() < start - line and end - line < m.end() for m in _QUOTED.finditer(around))
