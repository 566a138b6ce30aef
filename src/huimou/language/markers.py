"""Bullets and numbers that open a line: 一、 (一) 1. ■ #."""

from __future__ import annotations

import re

from huimou.language.rules import Rule, get_rule

_MARKERS: tuple[tuple[str, re.Pattern[str] | Rule], ...] = (
    ("#", re.compile(r"(#{1,6})\s+")),
    ("章", get_rule("markers.chapter")),
    ("一、", get_rule("markers.numeral_and_comma")),
    ("(一)", get_rule("markers.numeral_in_brackets")),
    ("1.", re.compile(r"\d{1,2}\s*(?:、|\.(?!\d))\s*")),
    ("(1)", re.compile(r"(?:\(\d{1,2}\)|[①-⑳])\s*[、.]?\s*")),
    ("glyph", re.compile(r"[■●◆▲★□○◇※▪►▶➢◎☆△▼♦•·]\s*")),
    ("-", re.compile(r"[-*+]\s+(?!\s)|(?:——|--)(?=[\u4e00-\u9fff])")),
    ("**", re.compile(r"\*\*(?=\S)")),
)


def find_marker(folded: str) -> tuple[str, int] | None:
    """Marker name and its length in characters at the start of a folded line."""
    bold = len(folded) - len(folded.removeprefix("**"))
    for name, pattern in _MARKERS:
        found = (bold and pattern.match(folded, bold)) or pattern.match(folded)
        if found:
            own = found.group(1) if name == "#" else found.group().strip() if name == "glyph" else name
            return own, found.end()
    return None
