"""Doubts about figures: contradictions inside the report, deeds of others, and numbers that no item carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from huimou.digest.steps.checks.checked_digest import (
    CheckedDigest,
    Doubt,
    build_figure_doubt,
    build_item_doubt,
    is_money,
    shorten_quote,
)
from huimou.digest.steps.checks.contradictions import estimate_least, estimate_most, find_contradictions
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model import digest as c
from huimou.model.report import COMPANY, GOVERNMENT, OTHERS

_DOER = get_rule("doers.named")
_SHARE = get_rule("checks.rate_over_100")
_OF_WHICH = get_rule("checks.of_which")
_WHOLE, _PART = get_rule("checks.whole"), get_rule("checks.part")
_OTHERS = {
    COMPANY: ("company_figure", "企业", "company"),
    GOVERNMENT: ("government_figure", "政府部门", "government"),
    OTHERS: ("others_figure", "其他单位", "other"),
}


def find_figure_doubts(checked: CheckedDigest) -> Iterator[Doubt]:
    """All doubts that the figures alone give rise to."""
    yield from _find_others_deeds(checked)
    yield from _find_vague_figures(checked)
    yield from _find_shares_over_100(checked)
    yield from _find_parts_over_whole(checked)
    yield from find_contradictions(checked)
    yield from _find_uncovered_figures(checked)


def _find_others_deeds(checked: CheckedDigest) -> Iterator[Doubt]:
    """Others' deeds printed as one's own achievements, without their doer.

    A government's report is about everybody's deeds, a court's hardly ever. What a list of proposals tells is others'
    as a rule, which is said once for all of it.
    """
    if not checked.profile.doubts_others:
        return
    for item in checked.items:
        if checked.is_of_proposals(item):
            continue
        said = {
            kind for found in _DOER.finditer(fold(item.summary)) for kind, name in found.groupdict().items() if name
        }
        theirs = [
            f for f in item.figures if f.actor in _OTHERS and _OTHERS[f.actor][2] not in said and item.part == "A"
        ]
        first = next((f for actor in _OTHERS for f in theirs if f.actor == actor), None)
        if first and first.actor:
            code, whose, _ = _OTHERS[first.actor]
            message = f"“{shorten_quote(first.quote)}”的主体是{whose}，不是本机构"
            yield Doubt(code, message, first.start, first.end, item, is_money(first))


def _find_vague_figures(checked: CheckedDigest) -> Iterator[Doubt]:
    for item in checked.items:
        for figure in item.figures:
            if figure.value is None:
                message = f"“{shorten_quote(figure.quote)}”不是确数，不要换算成数字"
                yield Doubt("vague_figure", message, figure.start, figure.end, item)


def _find_shares_over_100(checked: CheckedDigest) -> Iterator[Doubt]:
    for figure in checked.digest.figures:
        if figure.unit == "%" and (figure.value or 0) > 100 and _SHARE.search(figure.thing or ""):
            yield build_figure_doubt(
                checked, "share_over_100", f"“{shorten_quote(figure.quote)}”超过100%，原文可能有误", figure
            )


def _find_parts_over_whole(checked: CheckedDigest) -> Iterator[Doubt]:
    """A part that is more than its whole, in one sentence: 收到提案100件,立案120件; 共90件,其中95件."""
    for before, after in pairwise(checked.digest.figures):
        sentence = checked.find_sentence(before.start)
        if not sentence or after.start >= sentence.end or before.unit != after.unit or before.unit in {None, "%", "元"}:
            continue
        between = checked.view[before.end : after.start]
        part = _OF_WHICH.match(between) or (_WHOLE.search(before.thing or "") and _PART.search(after.thing or ""))
        if part and estimate_least(after) > estimate_most(before):
            message = f"部分大于总数:“{shorten_quote(before.quote)}”与“{shorten_quote(after.quote)}”"
            yield build_figure_doubt(checked, "part_over_whole", message, after)


def _find_uncovered_figures(checked: CheckedDigest) -> Iterator[Doubt]:
    """Figures that no item carries, one a sentence."""
    lost: dict[int, list[c.Figure]] = defaultdict(list)
    for figure in checked.digest.figures:
        sentence = checked.find_sentence(figure.start)
        if sentence and not figure.items:
            lost[sentence.n].append(figure)
    uncovered = set(checked.digest.coverage.uncovered)
    for n, figures in lost.items():
        code = "uncovered_figure" if n in uncovered else "uncited_figure"
        words = "这一句没有归入任何条目，含数字" if n in uncovered else "这一句按非条目略去，但含数字"
        yield Doubt(code, f"{words}{_join_quotes(figures)}", figures[0].start, figures[-1].end)


def _join_quotes(figures: Sequence[c.Figure]) -> str:
    return "、".join(f"“{shorten_quote(f.quote)}”" for f in figures[:3]) + ("等" if len(figures) > 3 else "")


def find_crowded_items(checked: CheckedDigest) -> Iterator[Doubt]:
    """Several sentences joined by a model or from its choice, with many numbers: each may have lost its own thing."""
    for item in checked.items:
        sentences = {piece.sentence for piece in item.evidence}
        if len(sentences) > 1 and len(item.figures) > 3 and item.made != "source":
            message = f"由{len(sentences)}句合并，含{len(item.figures)}个数字，请核对各数归属"
            yield build_item_doubt("many_figures", message, item)
