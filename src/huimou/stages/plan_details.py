"""Target, deadline and lead unit of a task, as printed; nearly always absent, and then None, never filled in."""

from __future__ import annotations

import re

from huimou.clauses import clauses_of
from huimou.model import Quantity
from huimou.text import compact, fold

_DEADLINE = re.compile(
    r"(?:20\d\d年)?(?:\d{1,2}月(?:底|末|中旬|上旬|下旬|份)?|年底|年末|[一二三四]季度(?:末)?|上半年|国庆节?|春节)(?:之前|以前|前)"
    r"|(?:到|至)20\d\d年(?:底|末)?(?!至|到|—)|20\d\d年(?:底|末)?(?:之前|以前|前)|年内|本年度内|(?:上|下)半年"
)
_RESPONSIBLE = re.compile(
    r"由(?P<by>[\u4e00-\u9fff()、]{2,24}?)(?:牵头|负责|承办|主办)|(?:责任|牵头|主办)(?:单位|部门):\s*(?P<listed>[^。;\s]{2,80})"
)


def deadline_of(evidence: str) -> str | None:
    """First deadline in the text, as printed."""
    found = _DEADLINE.search(fold(evidence))
    return evidence[found.start() : found.end()] if found else None


def responsible_of(evidence: str) -> str | None:
    """Who is named as lead or responsible (由……牵头/负责, 责任单位：……), as printed."""
    found = _RESPONSIBLE.search(fold(evidence))
    if not found:
        return None
    start, end = found.span("by" if found["by"] else "listed")
    return evidence[start:end]


def target_of(sentences: tuple[str, ...], figures: tuple[Quantity, ...]) -> str | None:
    """The clauses that hold the task's figures, as printed, joined by ；.

    Args:
        sentences: the task's sentences in one line each, simplified.
        figures: the task's figures, whose quotes are looked for.

    """
    quotes = {compact(figure.quote) for figure in figures}
    holding = [c.text for c in clauses_of(sentences) if any(quote in compact(c.text) for quote in quotes)]
    return "；".join(dict.fromkeys(holding)) or None
