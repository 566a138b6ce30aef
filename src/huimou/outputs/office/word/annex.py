"""The annex of a briefing: every item with its sources, the figures that items cite, and what to check first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huimou.language.text import DAMAGE, to_one_line
from huimou.model.digest import Achievement, Digest, Evidence, Figure, Shortcoming, Task
from huimou.outputs.items import find_sentence_number
from huimou.outputs.labels import LOOK, MODES, NOTHING_TO_CHECK, PARTS
from huimou.outputs.office.person_reviews import NOBODY, Reviews
from huimou.outputs.office.word.blocks import (
    AnnexHeading,
    BriefingBlock,
    BriefingPiece,
    BriefingTable,
    Heading,
    Paragraph,
)

_QUOTE = 60
_DAMAGED = frozenset({"lost_byte", "lost_character", "mojibake", "damaged"})
_Item = Achievement | Shortcoming | Task


def build_annex(digest: Digest, reviews: Reviews, title: str) -> tuple[BriefingBlock, ...]:
    """The blocks of the annex: its mark, its title, and three tables."""
    source = digest.source
    made = (
        f"据{to_one_line(source.file)}（{source.chars:,}字，sha256 {to_one_line(source.sha256)}）整理。"
        "字符位置从0数起，含首不含尾。"
    )
    return (
        AnnexHeading(),
        Heading(0, title),
        Paragraph((BriefingPiece(made),), small=True),
        Heading(1, "一、条目及出处"),
        BriefingTable((("编号", "条目", "出处"), *_list_items(digest, reviews)), (0.08, 0.42, 0.5)),
        Heading(1, "二、主要数据"),
        *_data(digest),
        Heading(1, "三、建议核对之处"),
        *_checks(digest),
    )


def describe_damage(digest: Digest, evidence: Sequence[Evidence]) -> str:
    """What of the text that an item rests on is damaged, as the problems of the digest say; empty where nothing is."""
    found = (
        problem.message
        for problem in digest.problems
        if problem.code in _DAMAGED and problem.start is not None and problem.end is not None
        for part in evidence
        if problem.start < part.end and part.start < problem.end
    )
    return "；".join(map(to_one_line, dict.fromkeys(found)))


def clip_quote(quote: str) -> str:
    """A quotation in one line, cut where it is long."""
    text = to_one_line(quote).rstrip("。")
    return text if len(text) <= _QUOTE else f"{text[: _QUOTE - 2]}……"


def describe_source(part: Evidence) -> str:
    """The place of a quotation and its words."""
    return f"第{part.sentence}句，{part.start}–{part.end}字：“{clip_quote(part.quote)}”"


def _list_items(digest: Digest, reviews: Reviews) -> Iterator[tuple[str, ...]]:
    items: tuple[_Item, ...] = (
        *digest.year_review.achievements,
        *digest.year_review.shortcomings,
        *digest.next_year_plan.tasks,
    )
    for item in items:
        said = reviews.get(item.id, NOBODY)
        text = to_one_line(said.corrected or item.summary) + ("（经人工改写）" if said.corrected else "")
        look = f"{LOOK}{to_one_line(item.look)}" if item.look and not said.checked else ""
        yield to_one_line(item.id), "\n".join(filter(None, (text, look))), _describe_places(digest, item)


def _describe_places(digest: Digest, item: _Item) -> str:
    return "\n".join(
        describe_source(part) + (DAMAGE if describe_damage(digest, [part]) else "") for part in item.evidence
    )


def _data(digest: Digest) -> Iterator[BriefingBlock]:
    figures = [figure for figure in digest.figures if figure.items]
    if not figures:
        yield Paragraph((BriefingPiece("条目中没有数字。"),))
        return
    rows: list[tuple[str, ...]] = [("指标", "数量", "限定", "主体", "部分", "出处")]
    rows += [_describe_figure(figure, digest) for figure in figures]
    yield BriefingTable(tuple(rows), (0.33, 0.13, 0.08, 0.11, 0.08, 0.27))


def _describe_figure(figure: Figure, digest: Digest) -> tuple[str, ...]:
    sentence = find_sentence_number(digest, figure.start)
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
    if not digest.checks:
        yield Paragraph((BriefingPiece(NOTHING_TO_CHECK),))
        return
    rows: list[tuple[str, ...]] = [("条目", "为什么", "位置")]
    for check in digest.checks:
        place = "全文" if check.start is None else f"{check.start}–{check.end}字"
        rows.append((to_one_line(check.item or "全文"), to_one_line(check.message), place))
    yield BriefingTable(tuple(rows), (0.1, 0.68, 0.22))
