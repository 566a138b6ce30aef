"""The text of a report as an `Outline`: numbered sentences that tile it, units with headings, sections with roles.

In this order: `blocks` (lines to headings, bullets and paragraphs), `roles` (which block is review, which plan),
`settle` (roles corrected by what stands around), `table_rows` (figures behind the plan), `sentences` (blocks to
sentences), `dispositions` (which sentences report no work). May import: `digest.cores`,
`language` and `model`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, takewhile

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.segment.blocks import find_wrap, split_blocks
from huimou.digest.steps.segment.dispositions import (
    find_left_out_rule,
    find_thanks,
    is_about_future,
    is_about_past,
    is_call,
    is_lead,
    is_pledge,
    is_requirement,
    is_still_about_future,
)
from huimou.digest.steps.segment.headings import strip_date
from huimou.digest.steps.segment.roled_block import RoledBlock
from huimou.digest.steps.segment.roles import assign_roles
from huimou.digest.steps.segment.sentences import split_sentences, strip_body
from huimou.digest.steps.segment.settle import settle_roles
from huimou.digest.steps.segment.table_rows import settle_table_rows
from huimou.digest.steps.segment.tense import weigh_sentence
from huimou.language.reading import TableRow
from huimou.language.rules import Rule, get_rule, remember
from huimou.language.shortcomings import find_weak_points, is_bare
from huimou.language.text import fold
from huimou.model.report import REVIEW_ROLES, Outline, Problem, Role, Section, Sentence, Unit

__all__ = ["has_heading", "segment"]

_THANKS = get_rule("dispositions.thanks")
_PLEDGE = get_rule("dispositions.pledge")
_CALL = get_rule("dispositions.call")
_AHEAD = get_rule("dispositions.ahead")
_STILL_AHEAD = get_rule("dispositions.still_ahead")
_BACK = get_rule("dispositions.back")
_LEAD = get_rule("sections.lead")
_SHORT_WITHIN = get_rule("sections.shortcomings_within")
_BARE = get_rule("shortcomings.bare")
_PUNCTUATION = get_rule("sections.punctuation_only")
_START = get_rule("sections.start_of_text")
_DRESS = " \t\r\n\u3000*#"
_REMEMBERED = 512  # blocks; a text that turns out to be of a kind with headings of its own is segmented again
_ASKED: frozenset[Role] = REVIEW_ROLES | {"plan", "shortcomings"}


@dataclass(frozen=True, slots=True)
class _MarkedSentence:
    """One sentence with what was decided about it."""

    sentence: Sentence
    body: str
    role: Role
    role_rule: str
    reason: str | None
    rule: str | None
    opens: bool
    lead: bool


def segment(
    text: str,
    known: Mapping[str, Role] | None = None,
    rows: Mapping[int, TableRow] | None = None,
    cores: Cores = HERE,
) -> Outline:
    """Cut a report into sentences, units and sections; every sentence ends in one unit or in `left_out`.

    Args:
        text: of the report.
        known: whole headings, folded and without their year, and the role of the section that they open.
        rows: the rows of tables, by the offset at which each begins.
        cores: of the report.

    """
    roled = settle_table_rows(settle_roles(assign_roles(split_blocks(text), known), cores), rows or {})
    sentences, owners = split_sentences(tuple(mine.block for mine in roled))
    view = fold(text)
    has_plan = any(mine.role == "plan" for mine in roled)
    every_block = [(mine, [sentences[n - 1] for n in numbers]) for mine, numbers in zip(roled, owners, strict=True)]
    printed = ((mine, tuple(view[one.start : one.end] for one in own)) for mine, own in every_block)
    judged = cores.map(partial(_judge_sentences, has_plan=has_plan), printed, "sentences")
    marks = [_mark_sentences(*block, verdicts) for block, verdicts in zip(every_block, judged, strict=True)]
    marks = _leave_out_announcements(marks)
    every = [mark for block in marks for mark in block]
    return Outline(
        sentences=sentences,
        units=tuple(_build_units(roled, marks, view)),
        sections=_build_sections(text, roled, marks),
        left_out={mark.sentence.n: mark.reason for mark in every if mark.reason},
        rules={mark.sentence.n: mark.rule for mark in every if mark.reason and mark.rule},
        requirement=tuple(
            m.sentence.n for m in every if m.role == "plan" and m.reason == "guiding_idea" and is_requirement(m.body)
        ),
        problems=tuple(_find_wrap_problem(text)),
    )


def has_heading(text: str, known: Container[str]) -> bool:
    """Whether a text has one of these headings, folded and without their year."""
    return any(strip_date(block.body) in known for block in split_blocks(text))


def _find_wrap_problem(text: str) -> Iterator[Problem]:
    if wrap := find_wrap(text):
        message = f"全文按每行约{wrap.width}字硬换行，已接合{wrap.joined}处断行，按整句理解，引文照录"
        yield Problem("hard_wrapped", message, wrap.start, wrap.end)


@remember(_REMEMBERED)
def _judge_sentences(block: tuple[RoledBlock, tuple[str, ...]], *, has_plan: bool) -> tuple[tuple[str, _Verdict], ...]:
    """The sentences of a block, given as folded text: each as rules look at it, with the verdict on it."""
    mine, printed = block
    bodies = list(map(strip_body, printed))
    thanks = find_thanks(bodies) if mine.role in {"review", "plan", "shortcomings"} else range(0)
    found: list[tuple[str, _Verdict]] = []
    for index, body in enumerate(bodies):
        verdict = _begin_verdict(mine, index)
        if mine.left_out is None:
            around = _Surroundings(bodies[index + 1 :], found[-1][1].role if found else None, has_plan=has_plan)
            verdict = verdict.leave_out("thanks", _THANKS) if index in thanks else _judge(verdict, body, around)
        found.append((body, verdict))
    return tuple(found)


def _mark_sentences(
    mine: RoledBlock, sentences: Sequence[Sentence], judged: Sequence[tuple[str, _Verdict]]
) -> list[_MarkedSentence]:
    marks = [
        _MarkedSentence(
            sentence,
            body,
            verdict.role,
            verdict.role_rule,
            verdict.reason,
            verdict.rule,
            opens=mine.opens and index == 0,
            lead=False,
        )
        for index, (sentence, (body, verdict)) in enumerate(zip(sentences, judged, strict=True))
    ]
    heads = len(marks) > 1 and mine.left_out is None and _is_lead(mine, marks[0].body)
    if heads and any(mark.reason is None for mark in marks[1:]):
        breaks = bool(mine.block.breaks)
        marks[0] = replace(marks[0], reason=None if breaks else "heading", rule=None if breaks else _LEAD.id, lead=True)
    return marks


def _leave_out_announcements(marks: Sequence[Sequence[_MarkedSentence]]) -> list[list[_MarkedSentence]]:
    """The sentences, without those that only say that something is wanting where what follows says what."""
    places = [(b, i) for b, block in enumerate(marks) for i, _ in enumerate(block)]
    done = [list(block) for block in marks]
    for role, run in groupby(places, key=lambda place: marks[place[0]][place[1]].role):
        kept = [(b, i) for b, i in run if marks[b][i].reason is None] if role == "shortcomings" else []
        bare = list(takewhile(lambda place: is_bare(marks[place[0]][place[1]].body), kept))
        for b, i in bare if len(bare) < len(kept) else ():
            done[b][i] = replace(marks[b][i], reason="heading", rule=_BARE.id)
    return done


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is decided about a sentence: its role and why it is left out, each with the id of the rule that says so."""

    role: Role
    role_rule: str
    reason: str | None = None
    rule: str | None = None

    def leave_out(self, reason: str, rule: Rule) -> _Verdict:
        return replace(self, reason=reason, rule=rule.id)


def _begin_verdict(mine: RoledBlock, index: int) -> _Verdict:
    """The verdict on a sentence as its block has it: a block may turn to what is wanting, or away from it."""
    role, rule = mine.role, mine.rule
    if mine.weak and mine.besides:
        weak = mine.weak[index]
        role = "shortcomings" if weak else mine.besides
        rule = _SHORT_WITHIN.id if weak != (mine.role == "shortcomings") else mine.rule
    return _Verdict(role, rule, mine.left_out, mine.left_out_rule)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Around a sentence: the rest of its block, the role of the one before in it, and whether there is a plan."""

    rest: Sequence[str]
    before: Role | None
    has_plan: bool


def _judge(verdict: _Verdict, body: str, around: _Surroundings) -> _Verdict:
    """The verdict on a sentence of a block that is not left out as a whole and gives no thanks."""
    role = verdict.role
    if not re.search(r"\w", body):
        return verdict.leave_out("boilerplate", _PUNCTUATION)
    if role == "shortcomings":
        return _judge_shortcoming(verdict, body)
    if role not in _ASKED:
        return verdict
    if rule := find_left_out_rule(body, role):
        verdict = verdict.leave_out(rule.decides, rule)
    if role == "review":
        return _judge_future(verdict, body, around)
    goes_on = around.before == "review" and weigh_sentence(body) < 0
    if role == "plan" and verdict.reason is None and (goes_on or is_about_past(body)):
        return replace(verdict, role="review", role_rule=_BACK.id)
    return verdict


def _judge_shortcoming(verdict: _Verdict, body: str) -> _Verdict:
    """The verdict on a sentence among shortcomings: one that names none may promise, salute or praise."""
    if find_weak_points(body):
        return verdict
    if is_pledge(body):
        return verdict.leave_out("pledge", _PLEDGE)
    rule = find_left_out_rule(body, verdict.role)
    return verdict.leave_out(rule.decides, rule) if rule else verdict


def _judge_future(verdict: _Verdict, body: str, around: _Surroundings) -> _Verdict:
    """The verdict on a sentence of the review by whether it speaks of the time to come.

    It belongs to the plan; in a report without a plan, one that only calls for more belongs to the closing.
    """
    follows = around.before == "plan" and is_still_about_future(body)
    if follows or is_about_future(body):
        ahead = _STILL_AHEAD if follows else _AHEAD
        if is_call(body) and not around.has_plan:
            return _Verdict("closing", ahead.id, "closing", _CALL.id)
        return replace(verdict, role="plan", role_rule=ahead.id)
    nothing_else = not around.has_plan and verdict.reason == "rhetoric" and around.rest
    if nothing_else and is_about_future(around.rest[0]) and is_call(around.rest[0]):
        return _Verdict("closing", _CALL.id, "closing", _CALL.id)
    return verdict


def _is_lead(mine: RoledBlock, body: str) -> bool:
    if mine.role == "shortcomings":
        return False
    return bool(mine.block.breaks) or is_lead(body, marked=mine.block.marker is not None)


def _build_units(roled: Sequence[RoledBlock], marks: Sequence[Sequence[_MarkedSentence]], view: str) -> Iterator[Unit]:
    """One unit a block; a paragraph that changes its role inside gives one unit for each run."""
    path: list[tuple[str, str]] = []
    counts: dict[str, int] = {}
    above: Role | None = None
    for mine, block in zip(roled, marks, strict=True):
        if mine.block.kind == "heading":
            path = _extend_path(path, mine, view, opens=mine.role != above)
            above = mine.role
            continue
        for role in dict.fromkeys(mark.role for mark in block):
            kept = [mark for mark in block if mark.role == role and mark.reason is None]
            if role not in _ASKED or not kept:
                continue
            counts[role] = counts.get(role, 0) + 1
            lead = next((mark.sentence.n for mark in block if mark.lead and mark.role == role), None)
            yield Unit(
                f"{role}-{counts[role]:03d}",
                tuple(m.sentence.n for m in kept),
                tuple(title for _, title in path),
                lead,
                role,
            )


def _extend_path(path: list[tuple[str, str]], mine: RoledBlock, view: str, *, opens: bool) -> list[tuple[str, str]]:
    """The heading path after this heading: its own kind of marker and everything below it is replaced."""
    marker = mine.block.marker or ""
    if mine.left_out != "heading" or (not marker and not opens and mine.block.body.endswith(":")):
        return path  # 「今年重点抓好以下工作：」 announces the list below it and is above nothing
    kept: list[tuple[str, str]] = []
    for known, title in path:
        if known == marker or (not marker and not kept):
            break
        kept.append((known, title))
    title = re.sub(r"\s+", " ", view[mine.block.body_start : mine.block.end]).strip(_DRESS)
    return [*kept, (marker, title)]


def _build_sections(
    text: str, roled: Sequence[RoledBlock], marks: Sequence[Sequence[_MarkedSentence]]
) -> tuple[Section, ...]:
    starts: list[tuple[int, Role, str | None, str]] = []
    for mine, block in zip(roled, marks, strict=True):
        for mark in block:
            if mark.opens or not starts or starts[-1][1] != mark.role:
                is_title = (
                    mine.block.kind == "heading" and mark.opens and mine.left_out in {"heading", "title", "unrelated"}
                )
                start = 0 if not starts else mark.sentence.start
                heading = text[mine.block.body_start : mine.block.end].strip(_DRESS) if is_title else None
                starts.append((start, mark.role, heading, mark.role_rule))
    ends = [start for start, *_ in starts[1:]] + [len(text)]
    if not starts:
        return (Section("boilerplate", None, 0, len(text), _START.id),)
    return tuple(
        Section(role, heading, start, end, rule) for (start, role, heading, rule), end in zip(starts, ends, strict=True)
    )
