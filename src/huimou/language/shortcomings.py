"""Weak points: which stretches of a sentence about shortcomings name one."""

from __future__ import annotations

import re

from huimou.language.rules import get_rule

_NOTICED = get_rule("shortcomings.noticed")
_WEAK = get_rule("shortcomings.weak")
_NUMBERED = get_rule("shortcomings.numbered")
_LIST_OPENING = get_rule("shortcomings.list_opening")
_LIST_OPENING_BY_NAME = get_rule("shortcomings.list_opening_by_name")


def find_weak_points(body: str) -> tuple[tuple[int, int], ...]:
    """Ranges in a sentence about shortcomings that each name one, in characters of `body`.

    「主要是：民主监督工作还相对薄弱，委员作用发挥还不够充分」 gives two; a promise to do better gives none.
    """
    numbered = _NUMBERED.match(body)
    if numbered and _WEAK.search(body):
        return ((numbered.end(), len(body)),)
    opening = _LIST_OPENING.search(body) or _LIST_OPENING_BY_NAME.search(body)
    start = opening.end() if opening else 0
    pieces = [(m.start() + start, m.end() + start) for m in re.finditer(r"[^,;。]+", body[start:])]
    named = tuple((s, e) for s, e in pieces if _WEAK.search(body[s:e]) and not _NOTICED.search(body[s:e]))
    return named or (((0, len(body)),) if _WEAK.search(body) else ())
