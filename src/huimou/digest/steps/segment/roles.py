"""Blocks to roles: which text is review, which plan, which neither.

Headings decide, modal verbs do not: 推动, 加强 and even 将 stand in reviews and plans alike. Without headings the first
sentence of a paragraph decides (「2023年是……总体要求是」 opens a plan). What follows the plan may be review again
(数读, 提案办理情况) or belong to another article, known by its byline.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from huimou.digest.steps.segment.blocks import BYLINE, Block, is_subtitle
from huimou.language.rules import Rule, get_rule, get_rules
from huimou.model.report import Role

_HEADINGS = get_rules("headings")
_PLAN_WORDS = get_rule("headings.plan_words")
_LOOSE_PLAN_WORDS = get_rule("headings.loose_plan_words")
_REVIEW_WORDS = get_rule("headings.review_words")
_PUNCTUATION = get_rule("sections.punctuation_only")
_FURNITURE = get_rule("sections.page_furniture")
_SPONSOR = get_rule("sections.sponsor")
_FOOTER = get_rule("sections.footer_words")
_TITLE = get_rule("sections.title_line")
_EXPLAINER = get_rule("sections.last_word_of_explainer")
_FRONT = get_rule("sections.front_matter_line")
_SALUTATION = get_rule("sections.salutation")
_OPENED = get_rule("sections.opening_paragraph")
_FIRST = get_rule("sections.first_paragraph")
_HEADING = get_rule("sections.heading")
_YEAR_OF_WORK = get_rule("sections.year_of_work")
_DATE_BEFORE = get_rule("sections.date_before")
_YEAR = get_rule("sections.year")
_CAPTION = get_rule("sections.caption")
_PHOTO = get_rule("sections.photo")
_STATISTICS = get_rule("sections.statistics")
_PROPOSALS = get_rule("sections.proposal_digest")
_GLOSSARY = get_rule("sections.glossary")
_GLOSSARY_BODY = get_rule("sections.glossary_body")
_KNOWN = get_rule("sections.profile_heading")
_LATER_YEAR = get_rule("sections.later_year")
_ANNOUNCES = get_rule("sections.announces")
_INSIDE_PLAN = get_rule("sections.review_inside_plan")
_PAST_PLAN = get_rule("sections.plan_of_past_year")
_AFTER_SHORTCOMINGS = get_rule("sections.after_shortcomings")
_AS_ABOVE = get_rule("sections.as_above")
_PLAN_OPENING = get_rule("sections.plan_opening")
_OVERALL = get_rule("sections.overall_requirement")
_THIS_YEAR = get_rule("sections.this_year")
_HEADING_WORDS_LIMIT = 36


@dataclass(frozen=True, slots=True)
class RoledBlock:
    """A block with its role, and the rules that gave it.

    Args:
        block: of lines.
        role: of the section that it lies in.
        rule: id of the rule that gave it the role.
        opens: whether a section begins here.
        left_out: the reason if none of it is asked about.
        left_out_rule: id of the rule that gave the reason.
        weak: for each of its sentences, whether it belongs to shortcomings; empty if none does.
        besides: role of the others of its sentences.

    """

    block: Block
    role: Role
    rule: str
    opens: bool
    left_out: str | None = None
    left_out_rule: str | None = None
    weak: tuple[bool, ...] = ()
    besides: Role | None = None


def set_aside(block: Block, role: Role, rule: Rule, *, opens: bool = True) -> RoledBlock:
    """A block of which nothing is asked, for the reason that its role is."""
    return RoledBlock(block, role, rule.id, opens=opens, left_out=role, left_out_rule=rule.id)


@dataclass(frozen=True, slots=True)
class _State:
    role: Role
    seen_body: bool = False
    plan_marker: str | None = None
    seen_plan: bool = False
    last_year: int = 0
    fresh: bool = False
    markers: frozenset[str] = frozenset()
    known: Mapping[str, Role] = field(default_factory=dict)


def assign_roles(blocks: Sequence[Block], known: Mapping[str, Role] | None = None) -> tuple[RoledBlock, ...]:
    """One role for each block, decided in the order of the text; `settle_roles` corrects them afterwards.

    `known` are whole headings, folded, of which a profile says what section they open.
    """
    state = _State("title", known=known or {})
    roled: list[RoledBlock] = []
    for index, block in enumerate(blocks):
        state, mine = _assign_role(state, block, blocks, index)
        roled.append(mine)
    return tuple(roled)


def _assign_role(state: _State, block: Block, blocks: Sequence[Block], index: int) -> tuple[_State, RoledBlock]:
    body = block.body
    if furniture := _find_furniture(body, blocks, index):
        return state, set_aside(block, "boilerplate", furniture)
    if not state.seen_body:
        head = _assign_front_matter(state, block, body, blocks)
        if head:
            return head
        state = replace(state, seen_body=True, role="review" if state.role in {"title", "front_matter"} else state.role)
        opened = True
    else:
        opened = False
    if block.kind == "heading":
        return _assign_heading(state, block, body, blocks, index)
    return _assign_paragraph(state, block, body, opened=opened)


def _find_furniture(body: str, blocks: Sequence[Block], index: int) -> Rule | None:
    """The rule by which a line is page furniture.

    「主办单位：省教育厅」 is that in a web page's footer, but names who is responsible in a plan.
    """
    if not re.search(r"\w", body):
        return _PUNCTUATION
    if not _FURNITURE.match(body.lstrip("【[(")) or not _FURNITURE.row.fits(body):
        return None
    beside = [b.body for b in (*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2])]
    footer = any((_FURNITURE.match(b) or _FOOTER.search(b)) and _FURNITURE.row.fits(b) for b in beside)
    return _FURNITURE if not _SPONSOR.match(body) or footer or _FOOTER.search(body) else None


def _assign_front_matter(
    state: _State, block: Block, body: str, blocks: Sequence[Block]
) -> tuple[_State, RoledBlock] | None:
    """The role of a block before the first heading or paragraph of the review: title or front matter."""
    opens = block is blocks[0]
    if front := _find_front_matter(block, body):
        aside = set_aside(block, "front_matter", front, opens=state.role != "front_matter")
        return replace(state, role="front_matter"), aside
    if block.kind == "paragraph":
        return _assign_opening(state, block, body, opens=opens)
    title = blocks[0].body
    if not opens and state.role == "title" and is_subtitle(block.text):
        return state, set_aside(block, "title", _TITLE, opens=False)
    repeats = body == title or (not opens and (_PLAN_WORDS.search(body) is None and _REVIEW_WORDS.search(body) is None))
    starts = (
        not opens
        and body != title
        and len(body) <= _HEADING_WORDS_LIMIT
        and bool(
            block.marker not in {None, "-", "#", "##"}
            or _DATE_BEFORE.sub("", body) in state.known
            or find_heading_rule(body)
            or _YEAR_OF_WORK.search(body)
        )
    )
    if starts:
        return None
    if opens or repeats or _EXPLAINER.search(body) or len(body) > 12:
        return state, set_aside(block, "title", _TITLE, opens=opens or state.role != "title")
    return None


def _find_front_matter(block: Block, body: str) -> Rule | None:
    line = block.text.strip()
    if _FRONT.match(line):
        return _FRONT
    if BYLINE.search(line):
        return BYLINE
    return _SALUTATION if _SALUTATION.match(body) else None


def _assign_opening(state: _State, block: Block, body: str, *, opens: bool) -> tuple[_State, RoledBlock] | None:
    """The role of a paragraph that only opens the report: a line from the hall, a credit, 「我代表……报告工作」."""
    if not _OPENED.find(body):
        return None
    role: Role = "title" if opens else "front_matter"
    return replace(state, role=role), set_aside(block, role, _OPENED, opens=opens or state.role != role)


def find_heading_rule(body: str) -> Rule | None:
    """The rule by which a heading's own words say what stands below it, if they do."""
    if len(body) > _HEADING_WORDS_LIMIT:
        return None
    return next((rule for rule in _HEADINGS.rules if rule.find(body)), None)


def find_named_role(body: str) -> Role | None:
    """The role that a heading's own words give it, if they do."""
    rule = find_heading_rule(body)
    return cast("Role", rule.decides) if rule else None


def _assign_heading(
    state: _State, block: Block, body: str, blocks: Sequence[Block], index: int
) -> tuple[_State, RoledBlock]:
    if BYLINE.search(block.text.strip()):
        return state, set_aside(block, "front_matter", BYLINE)
    if _is_caption(block, body, blocks, index):
        return state, set_aside(block, "caption", _CAPTION)
    role, rule = _find_heading_role(state, block, body)
    year = max((int(y) for y in _YEAR.findall(body)), default=state.last_year)
    state = replace(
        state,
        role=role,
        last_year=max(year, state.last_year),
        plan_marker=block.marker if role == "plan" and not state.seen_plan else state.plan_marker,
        seen_plan=state.seen_plan or role == "plan",
        fresh=role == "review" and (state.fresh or find_named_role(body) == "review"),
        markers=state.markers | ({block.marker} if block.marker else set()),
    )
    return state, RoledBlock(block, role, rule.id, opens=True, left_out="heading", left_out_rule=_HEADING.id)


def _find_heading_role(state: _State, block: Block, body: str) -> tuple[Role, Rule]:
    """The role of what stands below a heading, and the rule that gives it."""
    top = not state.seen_plan or block.marker in {None, state.plan_marker} or (block.marker or "").startswith("#")
    if annex := _find_annex(state, body, top=top):
        return annex
    said, rule = _read_heading(state, body)
    if said == "review" and state.role == "plan" and not top:
        return "plan", _INSIDE_PLAN
    if said == "plan" and _is_past(body, state):
        return "review", _PAST_PLAN
    if said:
        return said, rule
    return ("review", _AFTER_SHORTCOMINGS) if state.role == "shortcomings" else (state.role, _AS_ABOVE)


def _find_annex(state: _State, body: str, *, top: bool) -> tuple[Role, Rule] | None:
    """What is added to a report: its figures, what became of proposals, its terms explained."""
    if _STATISTICS.match(body) and top:
        return "statistics", _STATISTICS
    if state.seen_plan and top and _PROPOSALS.search(body):
        return "proposal_digest", _PROPOSALS
    return ("boilerplate", _GLOSSARY) if _GLOSSARY.match(body) else None


def _read_heading(state: _State, body: str) -> tuple[Role | None, Rule]:
    """What a heading's words say: as the profile knows them, as every report uses them, by its year."""
    if known := state.known.get(_DATE_BEFORE.sub("", body)):
        return known, _KNOWN
    if rule := find_heading_rule(body):
        return cast("Role", rule.decides), rule
    return ("plan" if _is_next(body, state) else None), _LATER_YEAR


def _is_next(body: str, state: _State) -> bool:
    """Whether a later year than the review's names a plan.

    「二、2025年主要工作」 after a review of 2024, or 「2024年，我们将做好以下工作：」.
    """
    years = [int(year) for year in _YEAR.findall(body)]
    if not years or _REVIEW_WORDS.search(body) or len(body) > _HEADING_WORDS_LIMIT:
        return False
    if state.role == "boilerplate":
        return _ANNOUNCES.search(body) is not None
    later = max(years) > state.last_year
    return later and bool(_ANNOUNCES.search(body) or (state.last_year and _LOOSE_PLAN_WORDS.search(body)))


def _is_past(body: str, state: _State) -> bool:
    """Whether a heading below a plan names an earlier year only, and so opens no plan (「2022年主要任务完成……」)."""
    years = [int(year) for year in _YEAR.findall(body)]
    return bool(years) and state.last_year > max(years) and state.seen_plan


def _is_caption(block: Block, body: str, blocks: Sequence[Block], index: int) -> bool:
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    set_apart = block.blank >= 2 or (after is not None and after.blank >= 2)
    return block.marker is None and set_apart and bool(_CAPTION.match(body)) and not find_heading_rule(body)


def _assign_paragraph(state: _State, block: Block, body: str, *, opened: bool) -> tuple[_State, RoledBlock]:
    done, mine = _find_paragraph_role(state, block, body, opened=opened)
    if state.fresh and state.last_year == 0 and (year := _PLAN_OPENING.search(body)):
        done = replace(done, last_year=int(year.groupdict().get("year") or 0))
    return replace(done, fresh=False), mine


def _find_paragraph_role(state: _State, block: Block, body: str, *, opened: bool) -> tuple[_State, RoledBlock]:
    role = state.role
    if _PHOTO.find(body):
        return state, set_aside(block, "caption", _PHOTO)
    if role == "boilerplate":
        return state, set_aside(block, "boilerplate", _GLOSSARY_BODY, opens=opened)
    if role == "review" and not state.seen_plan and _opens_plan(state, body, opened=opened):
        return replace(state, role="plan", seen_plan=True), RoledBlock(block, "plan", _PLAN_OPENING.id, opens=True)
    return state, RoledBlock(block, role, (_FIRST if opened else _AS_ABOVE).id, opens=opened)


def _opens_plan(state: _State, body: str, *, opened: bool) -> bool:
    """Whether a paragraph opens a plan whose heading is missing; never the first one under a heading 工作回顾."""
    found = _PLAN_OPENING.search(body)
    if opened or state.fresh or not found:
        return False
    year = found.groupdict().get("year")
    if year:
        return state.last_year == 0 or int(year) > state.last_year
    return bool(_OVERALL.search(body) or _THIS_YEAR.match(body))
