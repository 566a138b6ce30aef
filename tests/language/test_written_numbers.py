"""Numbers written in characters."""

from __future__ import annotations

from huimou.language.written_numbers import write_chinese


def test_chinese_numerals() -> None:
    """As headings are numbered."""
    assert [write_chinese(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "十九",
        "二十",
        "二十一",
        "九十九",
    ]
