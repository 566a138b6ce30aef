"""Numbers written in Chinese characters, as headings and lists are counted."""

from __future__ import annotations

CHINESE_DIGITS = "〇一二三四五六七八九"


def write_chinese(number: int, digits: str = CHINESE_DIGITS, units: str = "十百千") -> str:
    """十二, 二十, 一百零三; numbers from 10000 on are written digit by digit.

    Args:
        number: from 0.
        digits: the characters for 0 to 9.
        units: those for ten, hundred and thousand.

    """
    if number >= 10_000:
        return "".join(digits[int(char)] for char in str(number))
    words = ""
    for place, char in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        if char != "0":
            words += digits[int(char)] + ("" if place == 0 else units[place - 1])
        elif words and words[-1] != "零":
            words += "零"
    words = words.rstrip("零") or digits[0]
    shortens = digits == CHINESE_DIGITS and 10 <= number < 20
    return words[1:] if shortens else words
