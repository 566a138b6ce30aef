"""What stands before the report: its title, whom it is from and when, the salutation, who reports for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huimou.digest.steps.segment.blocks import BYLINE, Block, is_subtitle
from huimou.digest.steps.segment.headings import HEADING_LIMIT, find_heading_rule, strip_date
from huimou.digest.steps.segment.roled_block import RoledBlock, set_aside
from huimou.language.rules import Rule, get_rule
from huimou.model.report import Role

_TITLE = get_rule("sections.title_line")
_EXPLAINER = get_rule("sections.last_word_of_explainer")
_FRONT = get_rule("sections.front_matter_line")
_SALUTATION = get_rule("sections.salutation")
_OPENED = get_rule("sections.opening_paragraph")
_BEFORE = get_rule("sections.before_opening")
_YEAR_OF_WORK = get_rule("sections.year_of_work")
_PLAN_WORDS = get_rule("headings.plan_words")
_REVIEW_WORDS = get_rule("headings.review_words")
_COUNTED = get_rule("lexicon.counted")
_OPENING_REACH = 16  # blocks
_OPENING_LIMIT = 200  # characters


def find_opening(blocks: Sequence[Block]) -> int:
    """Index of the last block at the head that salutes or says who reports for whom; -1 if none does.

    The first heading with a number, and the first paragraph that is long or counts something, end the head.
    """
    last = -1
    for index, block in enumerate(blocks[:_OPENING_REACH]):
        if _SALUTATION.match(block.body) or (block.kind == "paragraph" and _OPENED.find(block.body)):
            last = index
        elif _ends_head(block, first=index == 0):
            break
    return last


def _ends_head(block: Block, *, first: bool) -> bool:
    body = block.body
    if block.kind == "heading":
        numbered = block.marker not in {None, "-", "#", "##"}
        return not first and (numbered or find_heading_rule(body) is not None)
    return len(body) > _OPENING_LIMIT or _COUNTED.search(body) is not None


def assign_front_matter(
    block: Block, blocks: Sequence[Block], index: int, *, above: Role, opening: int, known: Mapping[str, Role]
) -> RoledBlock | None:
    """A block before the first heading or paragraph of the review as title or front matter; None if the review begins.

    Args:
        block: to be assigned.
        blocks: all of the text.
        index: of the block.
        above: role of the block before, title at first.
        opening: index of the last block that salutes.
        known: headings of the profile and what they open.

    """
    body = block.body
    first = index == 0
    if front := _find_front_matter(block, body):
        return set_aside(block, "front_matter", front, opens=above != "front_matter")
    if block.kind == "paragraph":
        return _assign_opening(block, body, above, first=first, before=index < opening)
    saluted = 0 <= opening < index
    title = blocks[0].body
    if not (first or saluted) and above == "title" and is_subtitle(block.text):
        return set_aside(block, "title", _TITLE, opens=False)
    if saluted or (not first and body != title and _starts_report(block, body, known)):
        return None
    repeats = body == title or (not first and not _PLAN_WORDS.search(body) and not _REVIEW_WORDS.search(body))
    if first or repeats or _EXPLAINER.search(body) or len(body) > 12:
        return set_aside(block, "title", _TITLE, opens=first or above != "title")
    return None


def _starts_report(block: Block, body: str, known: Mapping[str, Role]) -> bool:
    """Whether a heading below the title is the first of the report itself."""
    return len(body) <= HEADING_LIMIT and bool(
        block.marker not in {None, "-", "#", "##"}
        or strip_date(body) in known
        or find_heading_rule(body)
        or _YEAR_OF_WORK.search(body)
    )


def _find_front_matter(block: Block, body: str) -> Rule | None:
    line = block.text.strip()
    if _FRONT.match(line):
        return _FRONT
    if BYLINE.search(line):
        return BYLINE
    return _SALUTATION if _SALUTATION.match(body) else None


def _assign_opening(block: Block, body: str, above: Role, *, first: bool, before: bool) -> RoledBlock | None:
    """A paragraph that only opens the report: a line from the hall, 「我代表……报告工作」, or one before that."""
    rule = _OPENED if _OPENED.find(body) else _BEFORE
    if rule is _BEFORE and not before:
        return None
    role: Role = "title" if first else "front_matter"
    return set_aside(block, role, rule, opens=first or above != role)
