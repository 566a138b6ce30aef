"""Blocks to roles: which text is review, which plan, which neither.

Headings decide, modal verbs do not: 推动, 加强 and even 将 stand in reviews and plans alike. A heading that is a slogan
is weighed together with what stands below it. Without headings the first sentence of a paragraph decides (「2023年是……
总体要求是」 opens a plan). What follows the plan may be review again (数读, 提案办理情况).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from huimou.digest.steps.segment.blocks import BYLINE, Block
from huimou.digest.steps.segment.front_matter import assign_front_matter, find_opening
from huimou.digest.steps.segment.headings import (
    HEADING_LIMIT,
    UNMARKED,
    UNMARKED_ON_TOP,
    announces_list,
    find_heading_rule,
    find_named_role,
    find_years,
    index_headings,
    list_below,
    looks_back,
    may_be_slogan,
    measure_rank,
    says_done,
    strip_date,
    weigh_plan,
)
from huimou.digest.steps.segment.roled_block import RoledBlock, set_aside
from huimou.digest.steps.segment.sentences import list_bodies
from huimou.digest.steps.segment.tense import weigh_tense
from huimou.language.rules import Rule, get_rule
from huimou.model.report import Role

_LOOSE_PLAN_WORDS = get_rule("headings.loose_plan_words")
_REVIEW_WORDS = get_rule("headings.review_words")
_PUNCTUATION = get_rule("sections.punctuation_only")
_FURNITURE = get_rule("sections.page_furniture")
_SPONSOR = get_rule("sections.sponsor")
_FOOTER = get_rule("sections.footer_words")
_FIRST = get_rule("sections.first_paragraph")
_HEADING = get_rule("sections.heading")
_DATE = get_rule("sections.session_date")
_CAPTION = get_rule("sections.caption")
_PHOTO = get_rule("sections.photo")
_STATISTICS = get_rule("sections.statistics")
_PROPOSALS = get_rule("sections.proposal_digest")
_GLOSSARY = get_rule("sections.glossary")
_GLOSSARY_BODY = get_rule("sections.glossary_body")
_ANNEX = get_rule("sections.annex")
_PROMISED = get_rule("sections.promised_annex")
_KNOWN = get_rule("sections.profile_heading")
_LATER_YEAR = get_rule("sections.later_year")
_SLOGAN = get_rule("sections.slogan_of_plan")
_LOOK_BACK = get_rule("sections.look_back")
_ANNOUNCES = get_rule("sections.announces")
_INSIDE_PLAN = get_rule("sections.review_inside_plan")
_PAST_PLAN = get_rule("sections.plan_of_past_year")
_AFTER_SHORTCOMINGS = get_rule("sections.after_shortcomings")
_AS_ABOVE = get_rule("sections.as_above")
_PLAN_OPENING = get_rule("sections.plan_opening")
_LOOSE_OPENING = get_rule("sections.plan_turn")
_OVERALL = get_rule("sections.overall_requirement")
_THIS_YEAR = get_rule("sections.this_year")
_ENOUGH, _ENOUGH_AGAIN = 3.5, 1.0  # for a plan below a slogan: the first, one after a look back
_AHEAD = 0.3  # of a tense, for a plan without a heading
_FEW = 4  # headings of a rank that are parts of a report, not topics of its review
_FIRST_SENTENCES = 3
_FIRST_HALF = 8  # months: who meets later reports on the same year


@dataclass(frozen=True, slots=True)
class _State:
    """What is known when a block is reached.

    Args:
        role: of the section that goes on.
        seen_body: whether the report itself has begun.
        opening: index of the last block that salutes or says who reports.
        plan_marker: marker of the first plan heading.
        seen_plan: whether a plan has begun.
        last_year: latest year that a heading named; 0 for none.
        session_year: year in which the report was given, as its head says; 0 if it does not.
        fresh: whether nothing but headings stands below the heading of the review.
        review_at: index of the heading of the whole review; None before it.
        top_marker: marker of the first heading of the report; empty before it.
        reported: whether a paragraph of the review has been read.
        back_rank: rank of the heading below which a plan looks back; 0 if it does not.
        outer: role of what stands around shortcomings, and their heading's rank.
        known: headings of the profile and what they open.
        places: where the headings with each mark stand.

    """

    role: Role
    seen_body: bool = False
    opening: int = -1
    plan_marker: str | None = None
    seen_plan: bool = False
    last_year: int = 0
    session_year: int = 0
    fresh: bool = False
    review_at: int | None = None
    top_marker: str | None = ""
    reported: bool = False
    back_rank: int = 0
    outer: tuple[Role, int] = ("review", 0)
    known: Mapping[str, Role] = field(default_factory=dict)
    places: Mapping[str | None, Sequence[int]] = field(default_factory=dict)

    def measure_rank(self, block: Block) -> int:
        """How deep a heading stands; those without a number stand on top where the report begins with one."""
        return measure_rank(block.marker, self.unmarked)

    @property
    def unmarked(self) -> int:
        """Rank of headings without a number."""
        return UNMARKED_ON_TOP if self.top_marker is None else UNMARKED


def assign_roles(blocks: Sequence[Block], known: Mapping[str, Role] | None = None) -> tuple[RoledBlock, ...]:
    """One role for each block, decided in the order of the text; `settle_roles` corrects them afterwards.

    `known` are whole headings, folded, of which a profile says what section they open.
    """
    state = _State("title", opening=find_opening(blocks), known=known or {}, places=index_headings(blocks))
    roled: list[RoledBlock] = []
    for index, block in enumerate(blocks):
        state, mine = _assign_role(state, block, blocks, index)
        roled.append(mine)
    return tuple(roled)


def _assign_role(state: _State, block: Block, blocks: Sequence[Block], index: int) -> tuple[_State, RoledBlock]:
    body = block.body
    if furniture := _find_furniture(body, blocks, index):
        return state, set_aside(block, "boilerplate", furniture)
    opened = not state.seen_body
    if opened:
        head = assign_front_matter(block, blocks, index, above=state.role, opening=state.opening, known=state.known)
        if head:
            return replace(state, role=head.role, session_year=state.session_year or _find_session_year(body)), head
        state = replace(state, seen_body=True, role="review" if state.role in {"title", "front_matter"} else state.role)
    if block.kind == "heading":
        return _assign_heading(state, block, body, blocks, index)
    return _assign_paragraph(state, block, body, blocks, index, opened=opened)


def _find_session_year(body: str) -> int:
    """The year in which the report was given; 0 if the line has no date, or one late in the year."""
    found = _DATE.search(body)
    return int(found["year"]) if found and int(found["month"]) <= _FIRST_HALF else 0


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


def _assign_heading(
    state: _State, block: Block, body: str, blocks: Sequence[Block], index: int
) -> tuple[_State, RoledBlock]:
    if BYLINE.search(block.text.strip()):
        return state, set_aside(block, "front_matter", BYLINE)
    if _is_caption(block, body, blocks, index):
        return state, set_aside(block, "caption", _CAPTION)
    left, after = _leave_inner_section(state, block)
    role, rule = _find_heading_role(left, block, blocks, index, after_shortcomings=after)
    named = find_named_role(body) == "review" and role == "review"
    outer = (left.role, left.measure_rank(block)) if role == "shortcomings" != left.role else left.outer
    if role == "boilerplate" and rule is _AS_ABOVE:
        return state, set_aside(block, "boilerplate", _GLOSSARY_BODY, opens=False)
    state = replace(
        left,
        role=role,
        outer=outer,
        last_year=max((*_select_near_years(left, role, body), left.last_year)),
        plan_marker=block.marker if role == "plan" and not left.seen_plan else left.plan_marker,
        seen_plan=left.seen_plan or role == "plan",
        fresh=role == "review" and (left.fresh or named),
        review_at=_find_review(left, block, index, named=named),
        top_marker=block.marker if left.top_marker == "" and not announces_list(block) else left.top_marker,
        back_rank=left.measure_rank(block) if rule is _LOOK_BACK else left.back_rank if role == "review" else 0,
    )
    return state, RoledBlock(block, role, rule.id, opens=True, left_out="heading", left_out_rule=_HEADING.id)


def _select_near_years(state: _State, role: Role, body: str) -> list[int]:
    """The years that a heading names, but for those that a plan looks ahead to from afar (2035年远景目标)."""
    known = state.last_year or state.session_year
    return [year for year in find_years(body) if role != "plan" or not known or year <= known + 1]


def _find_review(state: _State, block: Block, index: int, *, named: bool) -> int | None:
    """Index of the heading of the whole review: one that says so, or the first if it speaks of what was done."""
    first = state.top_marker == "" and says_done(block.body)
    return index if state.review_at is None and not state.seen_plan and (named or first) else state.review_at


def _leave_inner_section(state: _State, block: Block) -> tuple[_State, bool]:
    """The state around shortcomings, or around a look back, that a heading of their rank ends; and whether it did."""
    rank = state.measure_rank(block)
    if state.role == "shortcomings" and rank <= state.outer[1]:
        return replace(state, role=state.outer[0]), True
    if state.back_rank and state.role == "review" and rank <= state.back_rank:
        return replace(state, role="plan", back_rank=0), False
    return state, False


def _find_heading_role(
    state: _State, block: Block, blocks: Sequence[Block], index: int, *, after_shortcomings: bool
) -> tuple[Role, Rule]:
    """The role of what stands below a heading, and the rule that gives it."""
    body = block.body
    top = not state.seen_plan or block.marker in {None, state.plan_marker} or (block.marker or "").startswith("#")
    if annex := _find_annex(state, body, top=top):
        return annex
    if state.role == "boilerplate" and measure_rank(block.marker) > measure_rank("(一)"):
        return state.role, _AS_ABOVE
    said, rule = _read_heading(state, body)
    if state.role == "plan" and not (said and (said != "review" or top)):
        back = looks_back(block, list_below(blocks, index, state.unmarked))
        return ("review", _LOOK_BACK) if back else ("plan", _INSIDE_PLAN if said else _AS_ABOVE)
    if said:
        return ("review", _PAST_PLAN) if said == "plan" and _is_past(body, state) else (said, rule)
    after = _AFTER_SHORTCOMINGS if after_shortcomings else _AS_ABOVE
    opens = state.role == "review" and _opens_plan_by_slogan(state, block, blocks, index, after)
    return ("plan", _SLOGAN) if opens else (state.role, after)


def _opens_plan_by_slogan(state: _State, block: Block, blocks: Sequence[Block], index: int, otherwise: Rule) -> bool:
    """Whether a heading that does not say so opens the plan (二、乘势而上，奋力谱写新篇章)."""
    top = state.top_marker if state.review_at is None else blocks[state.review_at].marker
    if announces_list(block) or not state.reported or block.marker not in {None, top} or not may_be_slogan(block.body):
        return False
    below = list_below(blocks, index, state.unmarked)
    parallel = _is_parallel(state, blocks, index)
    score = weigh_plan(
        block,
        below,
        later=_is_later(state, block.body) or _is_said_later(state, below),
        parallel=parallel,
        last=parallel and state.places[block.marker][-1] == index,
        after_shortcomings=otherwise is _AFTER_SHORTCOMINGS,
    )
    return bool(below) and score >= (_ENOUGH_AGAIN if state.seen_plan else _ENOUGH)


def _is_parallel(state: _State, blocks: Sequence[Block], index: int) -> bool:
    """Whether a heading is numbered as the review's is; where that has no number, or no name, one of a few."""
    if state.review_at is None or blocks[state.review_at].marker != blocks[index].marker:
        return False
    named = find_named_role(blocks[state.review_at].body) == "review"
    places = state.places[blocks[index].marker]
    return (named and blocks[index].marker is not None) or len(places) - bisect_left(places, state.review_at) <= _FEW


def _is_said_later(state: _State, below: Sequence[str]) -> bool | None:
    """Whether the first sentences say that they speak of a later year (2025年是……之年)."""
    openings = filter(None, map(_PLAN_OPENING.search, below[:_FIRST_SENTENCES]))
    years = [int(found.groupdict().get("year") or 0) for found in openings]
    return _is_later_year(state, years) or None


def _is_later(state: _State, body: str) -> bool | None:
    """Whether a heading names a year after that of the review; None if it names none, or nothing is known of that."""
    return _is_later_year(state, find_years(body))


def _is_later_year(state: _State, years: Sequence[int]) -> bool | None:
    """Whether the latest of some years comes after the review's; None if there is none, or that is not known."""
    if not any(years) or not (state.last_year or state.session_year):
        return None
    return max(years) > state.last_year if state.last_year else max(years) >= state.session_year


def _find_annex(state: _State, body: str, *, top: bool) -> tuple[Role, Rule] | None:
    """What is added to a report: its figures, what became of proposals, its terms explained."""
    if _STATISTICS.match(body) and top:
        return "statistics", _STATISTICS
    if state.seen_plan and top and _PROPOSALS.search(body):
        return "proposal_digest", _PROPOSALS
    if _GLOSSARY.find(body):
        return "boilerplate", _GLOSSARY
    if state.seen_plan and _PROMISED.find(body):
        return "plan", _PROMISED
    return ("boilerplate", _ANNEX) if state.seen_plan and _ANNEX.find(body) else None


def _read_heading(state: _State, body: str) -> tuple[Role | None, Rule]:
    """What a heading's words say: as the profile knows them, as every report uses them, by its year."""
    if known := state.known.get(strip_date(body)):
        return known, _KNOWN
    if rule := find_heading_rule(body):
        return cast("Role", rule.decides), rule
    return ("plan" if _is_next(body, state) else None), _LATER_YEAR


def _is_next(body: str, state: _State) -> bool:
    """Whether a later year than the review's names a plan.

    「二、2025年主要工作」 after a review of 2024, or 「2024年，我们将做好以下工作：」.
    """
    years = find_years(body)
    if not years or _REVIEW_WORDS.search(body) or len(body) > HEADING_LIMIT:
        return False
    if state.role == "boilerplate":
        return _ANNOUNCES.search(body) is not None
    later = max(years) > state.last_year
    return later and bool(_ANNOUNCES.search(body) or (state.last_year and _LOOSE_PLAN_WORDS.search(body)))


def _is_past(body: str, state: _State) -> bool:
    """Whether a heading below a plan names an earlier year only, and so opens no plan (「2022年主要任务完成……」)."""
    years = find_years(body)
    return bool(years) and state.last_year > max(years) and state.seen_plan


def _is_caption(block: Block, body: str, blocks: Sequence[Block], index: int) -> bool:
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    set_apart = block.blank >= 2 or (after is not None and after.blank >= 2)
    return block.marker is None and set_apart and bool(_CAPTION.match(body)) and not find_heading_rule(body)


def _assign_paragraph(
    state: _State, block: Block, body: str, blocks: Sequence[Block], index: int, *, opened: bool
) -> tuple[_State, RoledBlock]:
    if lead := _find_lead_heading(block):
        state, heading = _assign_heading(state, lead, lead.body, blocks, index)
        return replace(state, fresh=False), RoledBlock(block, heading.role, heading.rule, opens=True)
    done, mine = _find_paragraph_role(state, block, body, blocks, index, opened=opened)
    if state.fresh and state.last_year == 0 and (year := _PLAN_OPENING.search(body)):
        done = replace(done, last_year=int(year.groupdict().get("year") or 0))
    return replace(done, fresh=False), mine


def _find_lead_heading(block: Block) -> Block | None:
    """The first words of a numbered paragraph if they are the heading of a part (二、2024年主要任务。今年要……)."""
    if block.marker is None or measure_rank(block.marker) > measure_rank("一、") or "。" not in block.text:
        return None
    lead = block.text[: block.text.index("。")]
    heading = Block("heading", block.start, block.start + len(lead), block.marker, block.blank, lead)
    return heading if find_heading_rule(heading.body) else None


def _find_paragraph_role(
    state: _State, block: Block, body: str, blocks: Sequence[Block], index: int, *, opened: bool
) -> tuple[_State, RoledBlock]:
    role = state.role
    if _PHOTO.find(body):
        return state, set_aside(block, "caption", _PHOTO)
    if role == "boilerplate" or _GLOSSARY.find(body):
        return replace(state, role="boilerplate"), set_aside(block, "boilerplate", _GLOSSARY_BODY, opens=opened)
    if role == "review" and not state.seen_plan and _opens_plan(state, body, blocks, index, opened=opened):
        return replace(state, role="plan", seen_plan=True), RoledBlock(block, "plan", _PLAN_OPENING.id, opens=True)
    state = replace(state, reported=state.reported or role == "review")
    return state, RoledBlock(block, role, (_FIRST if opened else _AS_ABOVE).id, opens=opened)


def _opens_plan(state: _State, body: str, blocks: Sequence[Block], index: int, *, opened: bool) -> bool:
    """Whether a paragraph opens a plan whose heading is missing; never the first one under a heading 工作回顾."""
    if opened or state.fresh:
        return False
    if found := _PLAN_OPENING.search(body):
        year = found.groupdict().get("year")
        if year:
            return state.last_year == 0 or int(year) > state.last_year
        return bool(_OVERALL.search(body) or _THIS_YEAR.match(body))
    if not _LOOSE_OPENING.find(body):
        return False
    return weigh_tense([*list_bodies(blocks[index]), *list_below(blocks, index, state.unmarked)]) > _AHEAD
