"""Bullets and numbers that open a line: 一、 (一) 1. ■ #."""

from __future__ import annotations

import re

_NUM = "一二三四五六七八九十百"
_MARKERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("#", re.compile(r"(#{1,6})\s+")),
    ("章", re.compile(rf"第[{_NUM}]+[章节部分编]+[\s、,:]?")),
    ("一、", re.compile(rf"[{_NUM}]{{1,3}}\s*(?:、|\.(?!\d))\s*")),
    ("(一)", re.compile(rf"\([{_NUM}]{{1,3}}\)\s*[、.]?\s*")),
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
