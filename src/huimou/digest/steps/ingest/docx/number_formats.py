"""Numbers of automatic numbering as word processors write them: 一, 壹, 甲, ①, IV, c."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from huimou.language.written_numbers import CHINESE_DIGITS, write_chinese

_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_HEAVENLY, _EARTHLY = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def write_number(number: int, form: str) -> str:
    """A number in one of the formats of WordprocessingML (`ST_NumberFormat`); in digits where the format is unknown."""
    write = _WRITERS.get(form)
    return write(number) if write else str(number)


def _write_counting(number: int) -> str:
    return write_chinese(number) if number < 100 else _write_digits(number)


def _write_digits(number: int) -> str:
    return "".join(CHINESE_DIGITS[int(char)] for char in str(number))


def _write_from(row: str) -> Callable[[int], str]:
    """Writes a number as the character of that place in a row, which is gone through again and again."""
    return lambda number: row[(number - 1) % len(row)] if number > 0 else str(number)


def _write_letter(number: int) -> str:
    """A to Z, then AA to ZZ."""
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def _write_roman(number: int) -> str:
    words = ""
    for value, letters in _ROMAN:
        words += letters * (number // value)
        number %= value
    return words


def _write_block(first: str, count: int) -> Callable[[int], str]:
    """Writes a number as the character at its place in a block of Unicode that begins with 1."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= count else str(number)


def _write_circled(number: int) -> str:
    for first, last, base in ((1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱")):
        if first <= number <= last:
            return chr(ord(base) + number - first)
    return str(number)


def _write_ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_WRITERS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("chineseCounting", "taiwaneseCounting", "japaneseCounting", "koreanCounting"), _write_counting
        ),
        **dict.fromkeys(
            ("chineseCountingThousand", "taiwaneseCountingThousand"),
            write_chinese,
        ),
        **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _write_digits),
        "chineseLegalSimplified": lambda number: write_chinese(number, _FORMAL, "拾佰仟"),
        "ideographLegalTraditional": lambda number: write_chinese(number, _FORMAL_TRADITIONAL, "拾佰仟"),
        "ideographTraditional": _write_from(_HEAVENLY),
        "ideographZodiac": _write_from(_EARTHLY),
        "ideographZodiacTraditional": lambda number: _write_from(_HEAVENLY)(number) + _write_from(_EARTHLY)(number),
        **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _write_circled),
        "ideographEnclosedCircle": _write_block("㊀", 10),
        "decimalEnclosedFullstop": _write_block("⒈", 20),
        "decimalEnclosedParen": _write_block("⑴", 20),
        **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), lambda number: str(number).translate(_FULL_WIDTH)),
        "decimalZero": lambda number: f"{number:02d}",
        "numberInDash": lambda number: f"- {number} -",
        "upperLetter": _write_letter,
        "lowerLetter": lambda number: _write_letter(number).lower(),
        "upperRoman": _write_roman,
        "lowerRoman": lambda number: _write_roman(number).lower(),
        "ordinal": _write_ordinal,
        "none": lambda _: "",
    }
)
