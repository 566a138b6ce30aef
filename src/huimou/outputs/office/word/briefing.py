"""The content of a briefing: a digest in the order and under the headings of an official paper, with its sources.

Headings are numbered 一、（一）, items 1. 2. 3., as GB/T 9704-2012 orders levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.language.text import to_one_line
from huimou.language.written_numbers import write_chinese
from huimou.model.digest import Achievement, Digest, Evidence, Figure, OverviewSentence, Shortcoming, Task
from huimou.outputs.items import find_corrected_items, group_by_domain
from huimou.outputs.labels import MODES, NO_PLAN, NOT_STATED, NOTHING_TO_CHECK, PARTS
from huimou.outputs.office.person_reviews import NOBODY, PersonReview, Reviews
from huimou.outputs.phrases import format_plan_period, format_review_period

_QUOTE = 60
_Item = Achievement | Shortcoming | Task


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 0 (the title, which may have several lines) to 2."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and its footnote, which is empty where there is none."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class BriefingTable:
    """Rows of text, the first of titles; `widths` are shares of the line's width."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


BriefingBlock = Heading | Paragraph | BriefingTable


def build_briefing(digest: Digest, reviews: Reviews) -> tuple[BriefingBlock, ...]:
    """The blocks of a briefing in order; an item that a person corrected has that person's words."""
    parts = (
        ("工作回顾", _review(digest, reviews)),
        ("存在不足", _shortcomings(digest.year_review.shortcomings, reviews)),
        ("主要任务", _plan(digest, reviews)),
        ("主要数据", _data(digest)),
        ("建议核对之处", _checks(digest)),
    )
    blocks: list[BriefingBlock] = [Heading(0, _title(digest)), *_opening(digest)]
    for number, (title, body) in enumerate(parts, start=1):
        blocks += [Heading(1, f"{write_chinese(number)}、{title}"), *body]
    return tuple(blocks)


def _title(digest: Digest) -> str:
    report = digest.report
    body = to_one_line(report.organisation or report.region or digest.source.file)
    plan = f"与{format_plan_period(report.plan_year) or '下一年'}主要任务" if digest.next_year_plan.stated else ""
    return f"{body}\n{format_review_period(report.review_years) or ''}工作回顾{plan}摘要"


def _opening(digest: Digest) -> Iterator[Paragraph]:
    source = digest.source
    yield Paragraph(
        f"本摘要据{to_one_line(source.file)}（{source.chars:,}字）整理，脚注和表中注明所据句号和字符位置，"
        "字符位置从0数起，含首不含尾。",
        f"原文件sha256：{to_one_line(source.sha256)}",
    )
    if not digest.run.complete:
        yield Paragraph("请注意：本摘要不完整，原文有的部分未能得到经核对的概括。")


def _review(digest: Digest, reviews: Reviews) -> Iterator[BriefingBlock]:
    review = digest.year_review
    sections: list[tuple[str, list[Paragraph]]] = []
    if review.overview:
        sections.append(("总体情况", _overview(review.overview, digest, reviews)))
    for domain, items in group_by_domain(review.achievements, digest.report.domains):
        sections.append((to_one_line(domain), _number_items(items, reviews)))
    yield from _sections(sections)
    if not review.achievements:
        yield Paragraph("未从原文提取到成绩条目。")


def _shortcomings(items: Sequence[Shortcoming], reviews: Reviews) -> Iterator[BriefingBlock]:
    yield from _number_items(items, reviews)
    if not items:
        yield Paragraph("未从原文提取到不足。")


def _plan(digest: Digest, reviews: Reviews) -> Iterator[BriefingBlock]:
    plan = digest.next_year_plan
    if not plan.stated:
        yield Paragraph(f"{NO_PLAN}；以下是原文中的展望。" if plan.tasks else f"{NO_PLAN}。")
    elif not plan.tasks:
        yield Paragraph("未从原文提取到任务条目。")
    elif any(None in (task.target, task.deadline, task.responsible) for task in plan.tasks):
        yield Paragraph(f"以下任务没有写明目标、时限或责任单位的，均为{NOT_STATED}。")
    sections: list[tuple[str, list[Paragraph]]] = []
    if plan.requirement:
        words = plan.requirement.summary or plan.requirement.text
        sections.append(("总体要求", [Paragraph(to_one_line(words), _note(plan.requirement.evidence))]))
    if plan.overview:
        sections.append(("总体安排", _overview(plan.overview, digest, reviews)))
    for domain, tasks in group_by_domain(plan.tasks, digest.report.domains):
        sections.append((to_one_line(domain), _number_items(tasks, reviews)))
    yield from _sections(sections)


def _list_stated_terms(item: _Item) -> str:
    """Target, deadline and lead unit of a task, where the report states them."""
    if not isinstance(item, Task):
        return ""
    terms = (("目标", item.target), ("时限", item.deadline), ("责任单位", item.responsible))
    stated = "；".join(f"{name}：{value}" for name, value in terms if value is not None)
    return f"（{stated}）" if stated else ""


def _sections(sections: Sequence[tuple[str, list[Paragraph]]]) -> Iterator[BriefingBlock]:
    for number, (title, paragraphs) in enumerate(sections, start=1):
        yield Heading(2, f"（{write_chinese(number)}）{title}")
        yield from paragraphs


def _number_items(items: Sequence[_Item], reviews: Reviews) -> list[Paragraph]:
    return [_item(number, item, reviews.get(item.id, NOBODY)) for number, item in enumerate(items, start=1)]


def _item(number: int, item: _Item, reviewed: PersonReview) -> Paragraph:
    text = to_one_line((reviewed.corrected or item.summary) + _list_stated_terms(item))
    look = None if reviewed.checked else item.look
    return Paragraph(f"{number}.{text}", _note(item.evidence, look, reworded=reviewed.corrected is not None))


def _overview(sentences: Sequence[OverviewSentence], digest: Digest, reviews: Reviews) -> list[Paragraph]:
    review = digest.year_review
    known: tuple[_Item, ...] = (*review.achievements, *review.shortcomings, *digest.next_year_plan.tasks)
    items = {item.id: item for item in known}
    found = []
    for sentence in sentences:
        evidence = [part for id_ in sentence.items if id_ in items for part in items[id_].evidence]
        numbers = dict.fromkeys(part.sentence for part in evidence)
        places = "、".join(map(str, numbers))
        changed = "所据条目有经人工改写的，此句未改。" if find_corrected_items(sentence, reviews) else ""
        look = f"建议核对：{to_one_line(sentence.look)}。" if sentence.look else ""
        notes = [f"据第{places}句。" if places else "", changed, look]
        found.append(Paragraph(to_one_line(sentence.text), "".join(notes)))
    return found


def _note(evidence: Sequence[Evidence], look: str | None = None, *, reworded: bool = False) -> str:
    parts = [f"第{e.sentence}句，{e.start}–{e.end}字：“{_clip_quote(e.quote)}”" for e in evidence]
    parts += ["经人工改写"] if reworded else []
    parts += [f"建议核对：{to_one_line(look)}"] if look else []
    return "；".join(parts) + "。" if parts else ""


def _clip_quote(quote: str) -> str:
    text = to_one_line(quote).rstrip("。")
    return text if len(text) <= _QUOTE else f"{text[: _QUOTE - 2]}……"


def _data(digest: Digest) -> Iterator[BriefingBlock]:
    figures = [figure for figure in digest.figures if figure.items]
    if not figures:
        yield Paragraph("条目中没有数字。")
        return
    rows: list[tuple[str, ...]] = [("指标", "数量", "限定", "主体", "部分", "出处")]
    rows += [_row(figure, digest) for figure in figures]
    yield BriefingTable(tuple(rows), (0.33, 0.13, 0.08, 0.11, 0.08, 0.27))


def _row(figure: Figure, digest: Digest) -> tuple[str, ...]:
    sentence = next((s.n for s in digest.sentences if s.start <= figure.start < s.end), None)
    place = f"第{sentence}句，" if sentence is not None else ""
    return (
        to_one_line(figure.metric or "—"),
        to_one_line(figure.quote),
        MODES[figure.mode],
        to_one_line(figure.actor or "—"),
        PARTS[figure.section].name,
        f"{place}{figure.start}–{figure.end}字",
    )


def _checks(digest: Digest) -> Iterator[BriefingBlock]:
    for number, check in enumerate(digest.checks, start=1):
        place = "" if check.start is None else f"，{check.start}–{check.end}字"
        yield Paragraph(f"{number}.{to_one_line(check.message)}（{to_one_line(check.item or '全文')}{place}）。")
    if not digest.checks:
        yield Paragraph(NOTHING_TO_CHECK)
