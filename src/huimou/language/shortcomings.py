"""Weak points: which stretches of a sentence about shortcomings name one."""

from __future__ import annotations

import re

from huimou.language.rules import get_rule

_WEAK = get_rule("shortcomings.weak")
_BARE = get_rule("shortcomings.bare")
_NUMBERED = get_rule("shortcomings.numbered")
_LIST_OPENING = get_rule("shortcomings.list_opening")
_LIST_OPENING_BY_NAME = get_rule("shortcomings.list_opening_by_name")
_PROMISED = get_rule("shortcomings.promised")
_TACKLED = get_rule("shortcomings.tackled")
_PIECE = re.compile(r"[^,;。]+")


def find_weak_points(body: str) -> tuple[tuple[int, int], ...]:
    """Ranges in a sentence about shortcomings that each name one, in characters of `body`.

    「主要是：民主监督工作还相对薄弱，委员作用发挥还不够充分」 gives two; a promise to do better gives none.
    """
    numbered = _NUMBERED.match(body)
    if numbered and _WEAK.search(body) and not _TACKLED.find(body[numbered.end() :]):
        return ((numbered.end(), len(body)),)
    opening = _LIST_OPENING.search(body) or _LIST_OPENING_BY_NAME.search(body)
    start = opening.end() if opening else 0
    pieces = [(m.start() + start, m.end() + start) for m in _PIECE.finditer(body[start:])]
    named = [(s, e) for s, e in pieces if _WEAK.find(body[s:e])]
    first = next((n for n, (s, e) in enumerate(named) if not _BARE.find(body[s:e])), 0)
    return tuple(named[first:]) or (((0, len(body)),) if _names_weakness(body) else ())


def is_bare(body: str) -> bool:
    """Whether a sentence only says that something is wanting (还存在一些困难和问题), and not what."""
    if _NUMBERED.match(body):
        return False
    pieces = [piece for piece in _PIECE.findall(body) if _WEAK.search(piece) or _BARE.find(piece)]
    return bool(pieces) and all(map(_BARE.find, pieces))


def _names_weakness(body: str) -> bool:
    return bool(_WEAK.search(body)) and not _PROMISED.find(body) and not _TACKLED.find(body)
