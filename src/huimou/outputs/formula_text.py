"""Text that a spreadsheet program would take for a formula."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def disarm_formula(text: str) -> str:
    """The text with an apostrophe in front of it where a spreadsheet program would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
