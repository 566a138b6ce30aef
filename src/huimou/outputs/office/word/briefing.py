"""The content of a briefing: a digest in two pages, in the order and under the headings of an official paper.

Headings are numbered 一、（一）, as GB/T 9704-2012 orders levels. What is to be checked stands in the margin; all items
with their sources, the figures and the checks stand in an annex, where one is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.errors import UsageError
from huimou.language.text import to_one_line
from huimou.language.written_numbers import write_chinese
from huimou.model.digest import Achievement, Digest, Shortcoming, Task
from huimou.outputs.labels import LOOK, NO_PLAN
from huimou.outputs.office.person_reviews import NOBODY, PersonReview, Reviews
from huimou.outputs.office.word.annex import build_annex, describe_damage, describe_source
from huimou.outputs.office.word.blocks import BriefingBlock, BriefingPiece, Correction, Heading, MarginNote, Paragraph
from huimou.outputs.office.word.selection import LINES, ItemChoice, choose_items, choose_shortcomings, count_lines
from huimou.outputs.office.word.titles import break_title
from huimou.outputs.phrases import format_plan_period, format_review_period

_Item = Achievement | Shortcoming | Task
_MOST_PAGES = 3
_AROUND_TITLE, _TITLE_LINE = 2, 640 / 579  # lines of the text: above and below the title, and one of its own
_SHORTCOMINGS_SHARE = 0.15  # of the lines, at most
_SLACK = 2  # lines that programs lose at the ends of pages
_HEAD_LINES = 10  # the head of the paper: name of the office, number, red line
_ANNEX_LINES = 2
_SOMEBODY = "核对人"
ANNEX_TITLE = "条目、数据及出处"


@dataclass(frozen=True, slots=True)
class BriefingOptions:
    """How a briefing is made.

    Args:
        pages: how many pages it may have without the annex, 1 to 3.
        annex: whether all items with their sources, the figures and the checks follow.
        letterhead: the name of the issuing office above the red line, such as 政协临江市委员会文件; None for no head.
        number: the number of the paper below it, such as 临政协〔2023〕1号.

    Raises:
        UsageError: the pages are not 1 to 3, or a number is given without a letterhead.

    """

    pages: int = 2
    annex: bool = False
    letterhead: str | None = None
    number: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.pages <= _MOST_PAGES:
            raise UsageError(f"a briefing of {self.pages} pages", f"give 1 to {_MOST_PAGES}; --annex adds all items")
        if self.number and not self.letterhead:
            raise UsageError("a number goes with a letterhead", "give --letterhead, too")


def build_briefing(digest: Digest, reviews: Reviews, options: BriefingOptions) -> tuple[BriefingBlock, ...]:
    """The blocks of a briefing in order; an item that a person corrected has that person's words."""
    title = "\n".join(_write_title(digest))
    warning = () if digest.run.complete else (_plain("请注意：本摘要不完整，原文有的部分未能得到经核对的概括。"),)
    weak = choose_shortcomings(digest, reviews, round(options.pages * LINES * _SHORTCOMINGS_SHARE))
    short = [Paragraph(tuple(_piece(digest, one, reviews.get(one.id, NOBODY)) for one in weak))] if weak else []
    wanted = _requirement(digest)
    fixed = [*warning, *short, *wanted]
    room = options.pages * LINES - _AROUND_TITLE - math.ceil((title.count("\n") + 1) * _TITLE_LINE)
    room -= _HEAD_LINES * bool(options.letterhead) + _SLACK
    room -= sum(count_lines(block.text) for block in fixed) + 2 + bool(short) + _ANNEX_LINES * options.annex
    chosen = choose_items(digest, reviews, room)
    parts = [("工作回顾", _review(digest, chosen, reviews)), ("存在不足", short)]
    ahead = "主要任务" if digest.next_year_plan.stated else "展望"
    parts.append((f"{format_plan_period(digest.report.plan_year) or '下一年'}{ahead}", _plan(digest, chosen, reviews)))
    blocks: list[BriefingBlock] = [Heading(0, title, (_describe_making(digest, chosen, len(weak), options),)), *warning]
    for number, (name, body) in enumerate([part for part in parts if part[1]], start=1):
        blocks += [Heading(1, f"{write_chinese(number)}、{name}"), *body]
    return (*blocks, *(build_annex(digest, reviews, ANNEX_TITLE) if options.annex else ()))


def _plain(text: str) -> Paragraph:
    return Paragraph((BriefingPiece(text),))


def _write_title(digest: Digest) -> tuple[str, ...]:
    report = digest.report
    body = to_one_line(report.organisation or report.region or digest.source.file)
    plan = f"与{format_plan_period(report.plan_year) or '下一年'}主要任务" if digest.next_year_plan.stated else ""
    what = f"{format_review_period(report.review_years) or ''}工作回顾{plan}摘要"
    return (*break_title(body), *break_title(what))


def _describe_making(digest: Digest, chosen: ItemChoice, weak: int, options: BriefingOptions) -> MarginNote:
    """What it was made from and how much of it is here, for the margin of the title."""
    source = digest.source
    told, planned = (sum(len(items) for _, items in groups) for groups in (chosen.review, chosen.plan))
    where = f"附件“{ANNEX_TITLE}”" if options.annex else "网页、台账，或加 --annex 的简报附件"
    counts = (
        ("成绩", chosen.achievements, told),
        ("不足", len(digest.year_review.shortcomings), weak),
        ("任务", chosen.tasks, planned),
    )
    counted = "，".join(f"{name}{all_}条收{taken}条" for name, all_, taken in counts if all_)
    return MarginNote(
        f"据{to_one_line(source.file)}（{source.chars:,}字）整理，sha256 {to_one_line(source.sha256[:12])}。"
        f"{counted + '，' if counted else ''}其余及全部出处见{where}。"
    )


def _review(digest: Digest, chosen: ItemChoice, reviews: Reviews) -> list[Paragraph]:
    if not digest.year_review.achievements:
        return [_plain("未从原文提取到成绩条目。")]
    return _number_groups(digest, chosen.review, reviews)


def _requirement(digest: Digest) -> list[Paragraph]:
    wanted = digest.next_year_plan.requirement
    return [_plain(_end_sentence(to_one_line(wanted.summary or wanted.text)))] if wanted else []


def _plan(digest: Digest, chosen: ItemChoice, reviews: Reviews) -> list[Paragraph]:
    plan = digest.next_year_plan
    if not plan.stated:
        return [
            _plain(f"{NO_PLAN}；以下是原文中的展望。" if plan.tasks else f"{NO_PLAN}。"),
            *_number_groups(digest, chosen.plan, reviews),
        ]
    lacking = [] if plan.tasks else [_plain("未从原文提取到任务条目。")]
    return [*lacking, *_requirement(digest), *_number_groups(digest, chosen.plan, reviews)]


def _number_groups(digest: Digest, groups: Sequence[tuple[str, Sequence[_Item]]], reviews: Reviews) -> list[Paragraph]:
    return [
        Paragraph(
            tuple(_piece(digest, item, reviews.get(item.id, NOBODY)) for item in items),
            f"（{write_chinese(number)}）{to_one_line(title)}。",
        )
        for number, (title, items) in enumerate(groups, start=1)
    ]


def _piece(digest: Digest, item: _Item, reviewed: PersonReview) -> BriefingPiece:
    terms = _list_stated_terms(item)
    summary = _end_sentence(to_one_line(item.summary), terms)
    notes = tuple(_notes(digest, item, reviewed))
    if reviewed.corrected is None:
        return BriefingPiece(summary, notes)
    changed = _end_sentence(to_one_line(reviewed.corrected), terms)
    return BriefingPiece(
        changed, notes, Correction(summary, to_one_line(reviewed.reviewer or _SOMEBODY), reviewed.time)
    )


def _end_sentence(text: str, terms: str = "") -> str:
    """The text with what is in brackets before its full stop."""
    return f"{text.rstrip('。')}{terms}。"


def _list_stated_terms(item: _Item) -> str:
    """Target, deadline and lead unit of a task that the report states and its summary does not say."""
    if not isinstance(item, Task):
        return ""
    terms = (("目标", item.target), ("时限", item.deadline), ("责任单位", item.responsible))
    stated = "；".join(
        f"{name}：{to_one_line(value)}" for name, value in terms if value is not None and value not in item.summary
    )
    return f"（{stated}）" if stated else ""


def _notes(digest: Digest, item: _Item, reviewed: PersonReview) -> Iterator[MarginNote]:
    """What is to be checked in an item, where its text is damaged, and what a person said of it."""
    look, damage = item.look and to_one_line(item.look), describe_damage(digest, item.evidence)
    if not reviewed.checked and (look or damage):
        said = "；".join(filter(None, (look, damage)))
        yield MarginNote(f"{LOOK}{said}。出处：{'；'.join(map(describe_source, item.evidence))}。")
    if reviewed.comment:
        name = to_one_line(reviewed.reviewer or _SOMEBODY)
        yield MarginNote(to_one_line(reviewed.comment), name, reviewed.time)
