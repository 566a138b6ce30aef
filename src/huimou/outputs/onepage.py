"""The content of the one-page draft (一页稿): title, review, shortcomings and plan in prose, and what it was made from.

It is made of the overviews' sentences as they stand. What does not fit on one sheet goes sentence by sentence, those
with the fewest figures and items for their length first; the first sentence of a part stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.language.figures import find_quantities
from huimou.language.text import to_one_line
from huimou.model.digest import Digest, OverviewSentence
from huimou.outputs.items import find_corrected_items, map_person_reviews
from huimou.outputs.labels import NO_PLAN
from huimou.outputs.phrases import format_plan_period, format_review_period

CHARACTERS = 36  # of 12 points in a line of 156 mm
LINES = 25  # for the paragraphs, beside title, headings and foot
_PLAN_LINES = 9  # of these, which the plan may have where the review has more than the rest
_INDENT = 2
_LEAST = 2  # sentences that a part keeps


@dataclass(frozen=True, slots=True)
class OnePage:
    """The draft: its title, its parts as heading and paragraph, and its foot line, each one line of text."""

    title: str
    parts: tuple[tuple[str, str], ...]
    foot: str


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One part of the draft before its sentences are joined.

    Args:
        heading: of the part.
        lacking: what is said in front where the report has no plan; empty elsewhere.
        sentences: those that stand in the draft, in order.
        left: those of the overview that found no room on the page.

    """

    heading: str
    lacking: str
    sentences: tuple[OverviewSentence, ...]
    left: tuple[OverviewSentence, ...]


def build_one_page(digest: Digest) -> OnePage:
    """The one-page draft of a digest."""
    told, short, planned = parts = build_draft_parts(digest)
    weak = _join(short.sentences)
    texts = (
        _join(told.sentences),
        weak.partition("：")[2] or weak,
        planned.lacking + _join(planned.sentences),
    )
    headings = (part.heading for part in (told, short, planned))
    return OnePage(
        _write_title(digest),
        tuple((heading, text) for heading, text in zip(headings, texts, strict=True) if text),
        write_foot(digest, parts),
    )


def build_draft_parts(digest: Digest) -> tuple[DraftPart, DraftPart, DraftPart]:
    """Review, shortcomings and plan of the draft, sentence by sentence; a part without any is empty."""
    review, plan = digest.year_review, digest.next_year_plan
    weak = {item.id for item in review.shortcomings}
    all_told = [one for one in review.overview if not set(one.items) & weak]
    short = [one for one in review.overview if set(one.items) & weak]
    told, planned = _fit_on_page(list(all_told), list(plan.overview), short)
    lacking = "" if plan.stated else f"{NO_PLAN}{'，仅有展望：' if planned else '。'}"
    year = format_plan_period(digest.report.plan_year) or "下年"
    return (
        DraftPart("工作回顾", "", tuple(told), _list_left(all_told, told)),
        DraftPart("存在不足", "", tuple(short), ()),
        DraftPart(
            f"{year}{'任务' if plan.stated else '展望'}", lacking, tuple(planned), _list_left(plan.overview, planned)
        ),
    )


def _list_left(every: Sequence[OverviewSentence], kept: Sequence[OverviewSentence]) -> tuple[OverviewSentence, ...]:
    return tuple(one for one in every if not any(one is other for other in kept))


def _join(sentences: Sequence[OverviewSentence]) -> str:
    return "".join(to_one_line(one.text) for one in sentences)


def _fit_on_page(
    told: list[OverviewSentence], planned: list[OverviewSentence], short: list[OverviewSentence]
) -> tuple[list[OverviewSentence], list[OverviewSentence]]:
    """The sentences of review and plan that fit on the page beside the shortcomings."""
    while sum(map(_count_lines, (told, planned, short))) > LINES:
        crowded = planned if _count_lines(planned) > _PLAN_LINES else told
        if len(crowded) <= _LEAST:
            crowded = planned if crowded is told else told
        if len(crowded) <= _LEAST:
            break
        crowded.remove(min(crowded[1:], key=_weigh))
    return told, planned


def _count_lines(sentences: Sequence[OverviewSentence]) -> int:
    return -(-(len(_join(sentences)) + _INDENT) // CHARACTERS) if sentences else 0


def _weigh(sentence: OverviewSentence) -> float:
    return (len(find_quantities(sentence.text)) + len(sentence.items)) / len(sentence.text)


def _write_title(digest: Digest) -> str:
    report = digest.report
    body = to_one_line(report.organisation or report.region or digest.source.file)
    plan = f"与{format_plan_period(report.plan_year) or '下年'}任务" if digest.next_year_plan.stated else ""
    return f"{body}{format_review_period(report.review_years) or ''}工作回顾{plan}"


def write_foot(digest: Digest, parts: Sequence[DraftPart]) -> str:
    """What the draft was made from, and whether persons had a part in it."""
    source, said = digest.source, map_person_reviews(digest)
    sentences = [one for part in parts for one in part.sentences]
    items = {id_ for one in sentences for id_ in one.items}
    checked = sum(id_ in said and said[id_].checked for id_ in items)
    changed = sum(bool(find_corrected_items(one, said)) for one in sentences)
    facts = [
        f"据{to_one_line(source.file)}（{source.chars:,}字）由回眸整理，sha256 {source.sha256[:12]}",
        f"所据条目{len(items)}项，人工核对{checked}项",
        f"其中{changed}句所据条目经人工更正，此稿未改" if changed else "",
        "" if digest.run.complete else "摘要不完整",
    ]
    return "；".join(filter(None, facts)) + "。"
