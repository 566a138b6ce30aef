"""Roles corrected by what stands around a block: other articles, bare titles, deeds after a plan, the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.segment.ending import settle_ending, settle_signature
from huimou.digest.steps.segment.headings import find_heading_rule, find_named_role
from huimou.digest.steps.segment.roled_block import RoledBlock, set_aside
from huimou.digest.steps.segment.shortcomings import settle_shortcomings
from huimou.language.rules import get_rule

_DEEDS = get_rule("sections.deed_signs")
_INTENTIONS = get_rule("sections.intention_signs")
_OWN_NAME = get_rule("sections.own_name")
_REPORTING = get_rule("sections.reporting")
_NEWS = get_rule("sections.news_line")
_DATELINE = get_rule("sections.dateline")
_VOICES = get_rule("sections.voices")
_OTHER_ARTICLE = get_rule("sections.other_article")
_REPORT_AGAIN = get_rule("sections.report_again")
_BARE_TITLES = get_rule("sections.bare_titles")
_LATE_REVIEW = get_rule("sections.late_review")
_BARE_RUN = 3


def settle_roles(roled: Sequence[RoledBlock], cores: Cores = HERE) -> tuple[RoledBlock, ...]:
    """The blocks with the roles that a look at the whole text gives them."""
    settled = _settle_late_review(_settle_bare_titles(settle_signature(_settle_articles(roled))))
    return tuple(settle_ending(settle_shortcomings(settled, cores)))


def _settle_articles(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """Other articles in the text: from the headings above a byline in its middle to where the report goes on."""
    done = list(roled)
    first_body = next((i for i, r in enumerate(roled) if r.left_out is None), len(roled))
    foreign, main = False, _MainText()
    for index, mine in enumerate(roled):
        if index > first_body and _opens_article(mine, roled, index):
            foreign = True
            back = index
            while back > 0 and roled[back - 1].block.kind == "heading" and roled[back - 1].block.marker is None:
                back -= 1
                done[back] = set_aside(roled[back].block, "unrelated", _OTHER_ARTICLE)
        elif foreign and _is_report_again(mine, main.read_to(done, index)):
            foreign = False
            done[index] = replace(mine, opens=True, rule=_REPORT_AGAIN.id)
        if foreign:
            done[index] = set_aside(mine.block, "unrelated", _OTHER_ARTICLE, opens=mine.block.kind == "heading")
    return done


def _opens_article(mine: RoledBlock, roled: Sequence[RoledBlock], index: int) -> bool:
    """Whether another article begins: a byline below a headline in mid-text, or 「3日下午，在……」 in a plan."""
    if mine.role == "front_matter":
        return index + 1 < len(roled)
    if mine.role == "plan" and _DATELINE.match(mine.block.body):
        return True
    if mine.block.kind == "heading" and _VOICES.search(mine.block.body):
        return True
    above = roled[index - 1].block
    return above.kind == "heading" and above.marker is None and _NEWS.match(mine.block.body) is not None


class _MainText:
    """The markers and the body's own name in the review and plan so far, read on from where the last look ended."""

    def __init__(self) -> None:
        self.marks: set[tuple[str | None, str]] = set()
        self._names: Counter[str] = Counter()
        self._end = 0

    @property
    def own_name(self) -> str | None:
        """The name that stands most often."""
        return next((name for name, _ in self._names.most_common(1)), None)

    def read_to(self, roled: Sequence[RoledBlock], end: int) -> Self:
        """Take in the blocks before `end`."""
        for mine in roled[self._end : end]:
            if mine.role in {"review", "plan"}:
                self.marks.add((mine.block.marker, mine.block.kind))
                self._names.update(_OWN_NAME.findall(mine.block.body))
        self._end = max(self._end, end)
        return self


def _is_report_again(mine: RoledBlock, main: _MainText) -> bool:
    """Whether the report goes on at a block: a plan heading, a marker that it used before, or the body's own name."""
    block = mine.block
    if block.marker is not None and (block.marker, block.kind) in main.marks:
        return True
    if block.kind == "heading":
        return mine.role == "plan" and find_named_role(block.body) == "plan"
    name = main.own_name
    return name is not None and name in block.body and not _REPORTING.search(block.body)


def _settle_bare_titles(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """Titles in a row with no text below them: they are what a list says and no headings.

    「1. 听取环境保护目标完成情况的报告」, or a plan of four titles. A run counts where no text follows its last title.
    """
    done = list(roled)
    start = 0
    while start < len(roled):
        stop = start + 1
        while stop < len(roled) and _is_sibling(roled[start], roled[stop]):
            stop += 1
        least = 2 if roled[start].block.marker else _BARE_RUN
        followed = stop < len(roled) and roled[stop].left_out is None
        if _is_title(roled[start]) and stop - start - followed >= least:
            for index in range(start, stop - followed):
                item = replace(roled[index].block, kind="item")
                done[index] = RoledBlock(item, roled[index].role, _BARE_TITLES.id, opens=False)
        start = stop
    return done


def _settle_late_review(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """The tail of a plan without headings that tells of what was done (提案答卷, 数读): it is review again.

    It begins where the paragraphs after it speak most of deeds and least of intentions.
    """
    first = next((i for i, mine in enumerate(roled) if mine.role == "plan"), len(roled))
    headed = any(mine.role == "plan" and mine.left_out == "heading" for mine in roled)
    tail = [i for i in range(first + 1, len(roled)) if roled[i].role == "plan" and roled[i].left_out is None]
    if headed or len(tail) < _BARE_RUN:
        return list(roled)
    votes = [_compare_deeds(roled[i].block.body) for i in tail]
    start = max(range(len(tail)), key=lambda n: (sum(votes[n:]), n))
    done = list(roled)
    if sum(votes[start:]) >= _BARE_RUN:
        for n, index in enumerate(tail[start:]):
            done[index] = replace(roled[index], role="review", rule=_LATE_REVIEW.id, opens=n == 0)
    return done


def _compare_deeds(body: str) -> int:
    """1 where a paragraph speaks more of deeds than of intentions, -1 where less."""
    balance = len(_DEEDS.findall(body)) - len(_INTENTIONS.findall(body))
    return (balance > 0) - (balance < 0)


def _is_title(mine: RoledBlock) -> bool:
    deep = mine.block.marker is None or not mine.block.marker.startswith(("#", "章"))
    known = mine.role in {"plan", "review", "statistics", "proposal_digest"}
    return (
        mine.block.kind == "heading"
        and mine.left_out == "heading"
        and known
        and deep
        and not find_heading_rule(mine.block.body)
    )


def _is_sibling(first: RoledBlock, other: RoledBlock) -> bool:
    return (
        _is_title(first) and _is_title(other) and (first.block.marker, first.role) == (other.block.marker, other.role)
    )
