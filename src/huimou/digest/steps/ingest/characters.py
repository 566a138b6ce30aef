"""What is known of single characters: how common they are, and with which letter their pinyin begins.

GB 2312 puts its 3,755 common characters (level one) in the order of their pinyin; no dictionary is needed for either.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import cache

from huimou.language.text import to_simplified

_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "abcdefghjklmnopqrstwxyz"
_STARTS = tuple(char.encode("gb2312") for char in _FIRST)
_LEVEL_ONE = range(0xB0, 0xD8)


@cache
def is_common(char: str) -> bool:
    """Chinese punctuation, or a character of GB 2312's first level once simplified."""
    if "\u2000" <= char <= "\u206f" or "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e" or char in "·■●★◆▲":
        return True
    try:
        return to_simplified(char).encode("gb2312")[0] in _LEVEL_ONE
    except UnicodeEncodeError:
        return False


def measure_common_share(text: str) -> float:
    """Share of the characters of `text` outside ASCII (and control characters) that are common, 0 to 1."""
    counts = Counter(text)
    foreign = {char: n for char, n in counts.items() if not char.isascii() or (char < " " and char not in "\t\n\v\f\r")}
    return sum(n for char, n in foreign.items() if is_common(char)) / max(1, sum(foreign.values()))


@cache
def find_pinyin_letter(char: str) -> str | None:
    """The letter with which the main reading of a common character begins; None where it is not known."""
    try:
        code = to_simplified(char).encode("gb2312")
    except UnicodeEncodeError:
        return None
    return _LETTERS[bisect_right(_STARTS, code) - 1] if code[0] in _LEVEL_ONE else None


def is_chinese(char: str) -> bool:
    """A Chinese character, of the common or the rare planes; no punctuation."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" or char in "〇々"
