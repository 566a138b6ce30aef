"""Titles of items: what an achievement or a task is called in lists, in a few characters."""

from __future__ import annotations

import re

from huimou.language.clauses import split_clauses
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.report import Finding

_TITLE_LIMIT, _TITLE_REST = 22, 4
_SETTING = get_rule("items.setting")  # when, or under whom
_BREAK = get_rule("items.break_in_title")


def write_title(finding: Finding) -> str:
    """The unit's title sentence for its first item; else the summary's first clause that says more than its setting.

    A long one is cut at a pause.
    """
    group = finding.group
    if group.lead and group.id.endswith(".1"):
        return group.lead.strip("。 ")
    clauses = split_clauses([finding.summary])
    telling = [c for c in clauses if not _SETTING.fullmatch(fold(c.text))] or clauses
    clause = next((c.text for c in telling if not c.hangs), telling[0].text if telling else finding.summary)
    if len(clause) <= _TITLE_LIMIT:
        return clause
    whole = re.match(r"[^《“]{0,12}(?:《[^》]{1,30}》|“[^”]{1,30}”)", clause)
    if whole:
        return _cut_after_name(clause, whole.end())
    cut = max((m.start() for m in _BREAK.finditer(clause[:_TITLE_LIMIT])), default=0)
    return clause[: cut if cut >= _TITLE_LIMIT // 2 else _TITLE_LIMIT] + "…"


def _cut_after_name(clause: str, end: int) -> str:
    """A clause that begins with a name, cut behind it, or at the limit where no other name is cut by that."""
    words = clause[: max(end, _TITLE_LIMIT)]
    if len(words) - end < _TITLE_REST or re.search(r"[《“][^》”]*$", words):
        words = clause[:end]
    return words + "…" if len(words) < len(clause) else clause
