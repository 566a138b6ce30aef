"""Where a report says what is wanting: from the sentence that announces it to a heading, a deed or the plan.

One sentence announces (「我们也清醒地看到……还存在不少困难」); what follows it in the same paragraph or in paragraphs of
their own (一是…, 1.…, or without a mark) is governed by it. A deed against a problem is a deed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.segment.dispositions import is_about_future, is_pledge
from huimou.digest.steps.segment.headings import find_named_role
from huimou.digest.steps.segment.roled_block import RoledBlock
from huimou.digest.steps.segment.sentences import list_bodies
from huimou.language.rules import get_rule, remember
from huimou.language.shortcomings import find_weak_points
from huimou.model.report import Role

_OPENING = get_rule("sections.shortcomings_opening")
_STATEMENT = get_rule("sections.shortcomings_statement")
_FOLLOW = get_rule("sections.shortcomings_follow")
_DEED_AGAINST = get_rule("sections.deed_against_problem")
_PLAN_OPENING = get_rule("sections.plan_opening")
_NUMBERED = get_rule("shortcomings.numbered")
_CLEAR = get_rule("shortcomings.clear")
_OWN_PLEDGE = get_rule("dispositions.pledge_of_its_own")
_COUNTED = get_rule("lexicon.counted")
_DEED = get_rule("lexicon.deed")
_SALUTED = get_rule("dispositions.vow")
_HEADING_LIMIT = 60
_REMEMBERED = 512  # paragraphs; a text may be segmented twice


@dataclass(frozen=True, slots=True)
class _Governing:
    """What governs the next sentence: whether shortcomings go on, and how.

    Args:
        open: whether an announcement, or a heading, governs what comes.
        titled: whether it is a heading (存在的主要问题), below which a plain sentence is one as well.
        listed: whether the last sentence announced a list (……主要是：).
        role: of the sentences around that name nothing wanting.

    """

    open: bool = False
    titled: bool = False
    listed: bool = False
    role: Role = "review"


def settle_shortcomings(roled: Sequence[RoledBlock], cores: Cores = HERE) -> list[RoledBlock]:
    """The blocks with the sentences marked that name what is wanting; a block that begins so has their role."""
    done: list[RoledBlock] = []
    run = _Governing()
    paragraphs = [index for index, mine in enumerate(roled) if _is_paragraph(mine)]
    alone = cores.begin(partial(_settle_paragraph, run), [roled[index] for index in paragraphs])
    ungoverned = dict(zip(paragraphs, alone, strict=True))
    for index, mine in enumerate(roled):
        if mine.left_out == "heading":
            run, settled = _settle_heading(run, mine, roled[index + 1 : index + 2])
        elif index in ungoverned:
            run, settled = _settle_paragraph(run, mine) if run.open else ungoverned[index]()
        else:
            run, settled = run if mine.left_out in {"caption", "boilerplate"} else _Governing(), mine
        done.append(settled)
    return done


def _is_paragraph(mine: RoledBlock) -> bool:
    return mine.left_out is None and mine.role in {"review", "plan", "shortcomings"}


def _settle_heading(run: _Governing, mine: RoledBlock, after: Sequence[RoledBlock]) -> tuple[_Governing, RoledBlock]:
    """A heading ends a run, unless it announces one or names a shortcoming of it (1.产业层次偏低)."""
    body = mine.block.body
    if mine.role == "shortcomings":
        return _Governing(open=True, titled=True), mine
    if run.open and _is_governed_heading(body):
        alone = not after or after[0].left_out is not None or after[0].block.kind == "heading"
        if alone or not find_weak_points(after[0].block.body):
            item = replace(mine.block, kind="item")
            return run, RoledBlock(item, "shortcomings", _FOLLOW.id, opens=False, weak=(True,), besides=run.role)
        return run, replace(mine, role="shortcomings", rule=_FOLLOW.id)
    unnamed = find_named_role(body) is None or (mine.block.marker is None and _announces_list(body))
    if mine.role in {"review", "plan"} and unnamed and _opens(body, mine.role):
        return _Governing(open=True, listed=True, role=mine.role), replace(mine, role="shortcomings", rule=_OPENING.id)
    return _Governing(), mine


def _is_governed_heading(body: str) -> bool:
    named = find_named_role(body) not in {None, "shortcomings"}
    return not named and len(body) <= _HEADING_LIMIT and bool(find_weak_points(body)) and _CLEAR.find(body) is not None


@remember(_REMEMBERED)
def _settle_paragraph(run: _Governing, mine: RoledBlock) -> tuple[_Governing, RoledBlock]:
    bodies = list_bodies(mine.block)
    run = run if run.open else _Governing(role=mine.role)
    numbered = mine.block.marker is not None or bool(bodies and _NUMBERED.match(bodies[0]))
    weak: list[bool] = []
    for index, body in enumerate(bodies):
        run = _read_sentence(run, body, first=index == 0, numbered=numbered, inside=any(weak))
        weak.append(run.open)
    _take_salutation(bodies, weak)
    if not any(weak):
        return run, mine if mine.role != "shortcomings" else replace(mine, role=run.role, rule=_FOLLOW.id)
    besides: Role = run.role if mine.role == "shortcomings" else mine.role
    if not weak[0]:
        return run, replace(mine, weak=tuple(weak), besides=besides)
    if mine.role == "shortcomings":
        return run, replace(mine, weak=tuple(weak), besides=besides)
    opens = _opens(next(filter(_is_no_salutation, bodies), ""), mine.role)
    rule = _OPENING if opens else _FOLLOW
    return run, replace(mine, role="shortcomings", rule=rule.id, opens=opens, weak=tuple(weak), besides=besides)


def _take_salutation(bodies: Sequence[str], weak: list[bool]) -> None:
    """「各位代表！」 in front of what is wanting goes with it."""
    if len(weak) > 1 and weak[1] and not weak[0] and not _is_no_salutation(bodies[0]):
        weak[0] = True


def _is_no_salutation(body: str) -> bool:
    return len(body) > 12 or _SALUTED.find(body) is None


def _read_sentence(run: _Governing, body: str, *, first: bool, numbered: bool, inside: bool) -> _Governing:
    """The run after a sentence; open if the sentence belongs to it."""
    if not run.open:
        return replace(run, open=True, listed=_announces_list(body)) if _opens(body, run.role) else run
    goes_on = _goes_on(run, body, first=first, numbered=numbered, inside=inside)
    return replace(run, listed=_announces_list(body)) if goes_on else _Governing(role=run.role)


def _goes_on(run: _Governing, body: str, *, first: bool, numbered: bool, inside: bool) -> bool:
    """Whether a sentence after an announcement still says what is wanting."""
    weak = bool(find_weak_points(body))
    if not weak and (_OWN_PLEDGE.find(body) if first else is_pledge(body)):
        return True
    if _reports_deed(body, weak=weak, numbered=numbered) or _turns_to_plan(body):
        return False
    if _opens(body, run.role):
        return True
    if first and not (numbered or run.listed or run.titled):
        return weak and _CLEAR.find(body) is not None
    return weak or run.titled or run.listed or (run.role == "review" and (numbered or inside))


def _opens(body: str, role: Role) -> bool:
    """Whether a sentence announces what is wanting."""
    if _OPENING.find(body):
        return True
    return role == "review" and _STATEMENT.find(body) is not None


def _announces_list(body: str) -> bool:
    return body.endswith(":")


def _reports_deed(body: str, *, weak: bool, numbered: bool) -> bool:
    """Whether a sentence counts results; a numbered item may also count what is wanting (税收占比为46%)."""
    counted = _COUNTED.search(body) is not None
    return (
        (counted and not weak and not numbered)
        or _DEED_AGAINST.find(body) is not None
        or (counted and _DEED.match(body) is not None)
    )


def _turns_to_plan(body: str) -> bool:
    return _PLAN_OPENING.search(body) is not None or is_about_future(body)
