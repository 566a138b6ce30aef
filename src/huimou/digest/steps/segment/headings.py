"""What a heading says of the text below it, by its own words, its years, its rank and what stands below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import cast

from huimou.digest.steps.segment.blocks import Block
from huimou.digest.steps.segment.sentences import list_bodies
from huimou.digest.steps.segment.tense import add_signs, weigh_tense
from huimou.language.rules import Rule, get_rule, get_rules
from huimou.model.report import Role

HEADING_LIMIT = 36  # characters
_SLOGAN_LIMIT = 60  # characters
_HEADINGS = get_rules("headings")
_SIGNS = get_rules("heading_signs")
_DATE_BEFORE = get_rule("sections.date_before")
_YEAR = get_rule("sections.year")
_DIGITS = get_rule("quantities.digits")
_RANKS = {"章": 10, "一、": 20, "(一)": 30, "1.": 40, "(1)": 50}
UNMARKED, UNMARKED_ON_TOP = 25, 15  # ranks of a heading without a number: below 一、, or above where it comes first
_BELOW = 24  # sentences
_BELOW_BLOCKS = 24
_OF_TENSE, _OF_YEAR, _OF_PARALLEL, _OF_LAST, _OF_SHORTCOMINGS = 2.0, 3, 3, 1, 1
_DONE, _SAYS_DONE = -1.2, -4


def find_heading_rule(body: str) -> Rule | None:
    """The rule by which a heading's own words say what stands below it, if they do."""
    if len(body) > HEADING_LIMIT:
        return None
    return next((rule for rule in _HEADINGS.rules if rule.find(body)), None)


def find_named_role(body: str) -> Role | None:
    """The role that a heading's own words give it, if they do."""
    rule = find_heading_rule(body)
    return cast("Role", rule.decides) if rule else None


def strip_date(body: str) -> str:
    """A heading without the year in front of it."""
    return _DATE_BEFORE.sub("", body)


def find_years(body: str) -> list[int]:
    """The years that a text names, in its order, in figures (2024年) or in characters (一九八五年)."""
    return [int("".join(map(_read_digit, year))) for year in _YEAR.findall(body)]


def _read_digit(sign: str) -> str:
    return sign if sign.isascii() else str(_DIGITS.map.get(sign, 0))  # ○ is printed for 〇


def measure_rank(marker: str | None, unmarked: int = UNMARKED) -> int:
    """How deep headings with a marker stand, a small number for those on top: 一、 above （一）.

    Args:
        marker: of the heading.
        unmarked: rank of those without a number of theirs.

    """
    if marker and marker.startswith("#"):
        return len(marker)
    return _RANKS.get(marker or "", unmarked)


def weigh_plan(
    block: Block, below: Sequence[str], *, later: bool | None, parallel: bool, last: bool, after_shortcomings: bool
) -> float:
    """How much speaks for a plan below a heading that does not say so; below 0 what speaks for a review.

    Args:
        block: the heading.
        below: sentences that stand below it.
        later: whether its year comes after that of the review; None if it has none.
        parallel: whether it is numbered as the heading of the whole review is.
        last: whether no heading of its rank follows.
        after_shortcomings: whether shortcomings stand above it.

    """
    score = add_signs(_SIGNS, block.body) + _OF_TENSE * weigh_tense(below)
    score += 0 if later is None else _OF_YEAR if later else -_OF_YEAR
    return score + _OF_PARALLEL * parallel + _OF_LAST * (parallel and last) + _OF_SHORTCOMINGS * after_shortcomings


def looks_back(block: Block, below: Sequence[str]) -> bool:
    """Whether what stands below a heading inside a plan tells of what was done (“十四五”时期主要情况)."""
    tense = weigh_tense(below)
    return tense < _DONE or (tense < 0 and add_signs(_SIGNS, block.body) <= _SAYS_DONE)


def may_be_slogan(body: str) -> bool:
    """Whether a heading is short enough to be one that stands above a section."""
    return len(body) <= _SLOGAN_LIMIT


def list_below(blocks: Sequence[Block], index: int, unmarked: int = UNMARKED) -> list[str]:
    """The first sentences below a heading, to the next of its rank (`unmarked` without a number) or above."""
    return list(islice(_walk_below(blocks, index, unmarked), _BELOW))


def index_headings(blocks: Sequence[Block]) -> Mapping[str | None, Sequence[int]]:
    """Where the headings with each mark stand; lines without a mark that announce a list are none."""
    places: dict[str | None, list[int]] = {}
    for index, block in enumerate(blocks):
        if block.kind == "heading" and not announces_list(block):
            places.setdefault(block.marker, []).append(index)
    return places


def announces_list(block: Block) -> bool:
    """Whether a heading only announces what follows (今年重点抓好以下工作：)."""
    return block.marker is None and block.body.endswith(":")


def says_done(body: str) -> bool:
    """Whether a heading that does not say so is more likely a review's (砥砺奋进，各项工作取得新成效)."""
    return add_signs(_SIGNS, body) < 0


def _walk_below(blocks: Sequence[Block], index: int, unmarked: int) -> Iterator[str]:
    rank = measure_rank(blocks[index].marker, unmarked)
    for block in blocks[index + 1 : index + 1 + _BELOW_BLOCKS]:
        if block.kind == "heading" and not announces_list(block) and measure_rank(block.marker, unmarked) <= rank:
            return
        yield from (body for body in list_bodies(block) if len(body) > 1)
