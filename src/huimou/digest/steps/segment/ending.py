"""How a report ends: the call to all, and what is printed behind it (tables, signature, addresses)."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.digest.steps.segment.headings import measure_rank
from huimou.digest.steps.segment.roled_block import RoledBlock, set_aside
from huimou.language.rules import get_rule
from huimou.language.text import is_finished

_CLOSING = get_rule("sections.closing")
_LET_US = get_rule("sections.let_us")
_LET_US_ANYWHERE = get_rule("sections.let_us_anywhere")
_UNITED = get_rule("sections.united")
_FAREWELL = get_rule("sections.farewell")
_AFTER = get_rule("sections.after_the_end")
_AS_ABOVE = get_rule("sections.as_above")
_SIGNATURE = get_rule("sections.signature")
_SIGNATURE_DATE = get_rule("sections.signature_date")
_CLOSING_LIMIT = 400
_LAST_PART = 0.5  # of the blocks: a call before that is not the end


def settle_ending(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """The blocks with the closing call, and what stands behind it, set aside."""
    return _settle_after_the_end(_settle_closing(roled))


def settle_signature(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """The signature and date at the very end as front matter: 「某某办公室」 above 「2022年12月22日」."""
    done = list(roled)
    tail = [i for i, mine in enumerate(roled) if mine.role != "boilerplate"][-2:]
    if tail and _SIGNATURE_DATE.find(roled[tail[-1]].block.body):
        named = [i for i in tail[:-1] if _SIGNATURE.find(roled[i].block.body)]
        for index, rule in (*((i, _SIGNATURE) for i in named), (tail[-1], _SIGNATURE_DATE)):
            done[index] = set_aside(roled[index].block, "front_matter", rule)
    return done


def _settle_closing(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """The call at the end: the last paragraph of the report, and the one before it if that calls too."""
    done = list(roled)
    body = [i for i, r in enumerate(roled) if r.left_out is None]
    united = [i for i in body if _UNITED.match(roled[i].block.body)]
    united += [i for i in body if _CLOSING.match(roled[i].block.body) and _LET_US_ANYWHERE.search(roled[i].block.body)]
    calls = [i for i in body if _LET_US.match(roled[i].block.body)]
    whole = [i for i in body if roled[i].block.kind == "paragraph" and is_finished(roled[i].block.text)]
    for index in whole[-2:]:
        if _FAREWELL.find(roled[index].block.body):
            done[index] = set_aside(roled[index].block, "closing", _FAREWELL)
    for index in {*whole[-3:], *calls, *united}:
        block = roled[index].block
        if len(block.body) < _CLOSING_LIMIT and block.kind == "paragraph" and _CLOSING.find(block.body):
            done[index] = set_aside(block, "closing", _CLOSING)
    return done


def _settle_after_the_end(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """What stands behind the last call without a heading that says what it is: a table, addresses, notes."""
    done = list(roled)
    calls = [i for i, mine in enumerate(roled) if mine.role == "closing" and _is_end(mine.block.body)]
    if not calls or calls[-1] < len(roled) * _LAST_PART or _goes_on(roled, calls[-1]):
        return done
    named = False
    for index in range(calls[-1] + 1, len(roled)):
        mine = roled[index]
        if mine.left_out == "heading":
            named = mine.rule != _AS_ABOVE.id
        if not named and mine.left_out in {None, "heading"} and mine.role in {"review", "plan", "shortcomings"}:
            done[index] = set_aside(mine.block, "boilerplate", _AFTER, opens=index == calls[-1] + 1)
    return done


def _is_end(body: str) -> bool:
    return bool(_LET_US_ANYWHERE.search(body) or _UNITED.match(body) or _FAREWELL.find(body) or _CLOSING.find(body))


def _goes_on(roled: Sequence[RoledBlock], call: int) -> bool:
    """Whether the report goes on behind a call: a heading with a number of a rank that it used before."""
    rank = measure_rank("(一)")
    used = {mine.block.marker for mine in roled[:call] if mine.left_out == "heading" and mine.block.marker}
    return any(
        mine.left_out == "heading" and mine.block.marker in used and measure_rank(mine.block.marker) <= rank
        for mine in roled[call:]
    )
