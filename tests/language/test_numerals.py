"""Chinese numerals, scales and qualifiers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.language.figures import _NUMERAL
from huimou.language.figures.numerals import (
    QUANTITY,
    find_mode,
    normalise_digits,
    normalise_unit,
    parse_adjacent,
    parse_chinese,
    parse_number,
    parse_scale,
    read_match,
)
from huimou.language.rules import get_rule

_BEGINNING = get_rule("quantities.beginning")
_DIGITS = "零一二三四五六七八九"


def _written(number: int) -> str:
    """Chinese numeral of 1 to 9999, as it is written with full zeros."""
    parts, gap = [], False
    for unit, char in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            parts.append(("零" if gap and parts else "") + _DIGITS[digit] + char)
            gap = False
        else:
            gap = True
    return "".join(parts)


@given(st.integers(min_value=1, max_value=9999))
def test_chinese_numeral_reads_back(number: int) -> None:
    """Every well-formed numeral below ten thousand has its value, alone and in front of 万."""
    assert parse_chinese(_written(number)) == number
    assert parse_number(_written(number), "万") == number * 10_000


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("十", 10),
        ("十三", 13),
        ("两千万", 20_000_000),
        ("三万亿", 3 * 10**12),
        ("一亿二千万", 120_000_000),
        ("百", 100),
    ],
)
def test_chinese_numeral_values(run: str, value: int) -> None:
    """Leading 十, large scales and sums of scales."""
    assert parse_chinese(run) == value


@pytest.mark.parametrize("run", ["五一", "三四", "二三五", "十百", ""])
def test_malformed_numeral_has_no_value(run: str) -> None:
    """A row of digits or a rising scale is no number."""
    assert parse_chinese(run) is None


def test_adjacent_numerals_are_a_range() -> None:
    """三四 and 七八十 are ranges, 五一 is not."""
    assert parse_adjacent("三四") == (3, 4)
    assert parse_adjacent("七八十") == (70, 80)
    assert parse_adjacent("五一") is None


_PIECES = st.sampled_from(
    [
        *"零一二两三十百千万亿半几数若余多第过不近约0123456789.,%:/-、。的",
        "个百分点",
        "件",
        "人次",
        "超过",
        "分之",
        "位数",
        "大关",
        "以上",
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_what_a_quantity_may_begin_with_and_must_hold(text: str) -> None:
    """The first look, by which most places are passed over, passes over no quantity; each holds a numeral."""
    slow = re.compile(QUANTITY.pattern.removeprefix(f"(?:{_BEGINNING.pattern})"))
    assert slow.pattern != QUANTITY.pattern
    found = [match.span() for match in slow.finditer(text)]
    assert [match.span() for match in QUANTITY.finditer(text)] == found
    assert all(_NUMERAL.search(text[start:end]) for start, end in found)


@given(st.integers(min_value=0, max_value=10**12))
def test_separators_do_not_change_a_number(number: int) -> None:
    """1,234 and 1234 are one number and one token."""
    assert parse_number(f"{number:,}") == number
    assert normalise_digits(f"{number:,}") == str(number)


def test_scale_is_exact() -> None:
    """12.8亿 is an integer without floating point dirt; 万亿 multiplies."""
    value = parse_number("12.8", "亿")
    assert value == 1_280_000_000
    assert isinstance(value, int)
    assert parse_scale("万亿") == 10**12
    assert parse_number("6.5") == 6.5


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        (("余",), "over"),
        (("近",), "nearly"),
        (("约", None), "about"),
        ((None, "以内"), "at_most"),
        (("不低于", None), "at_least"),
        ((None, None), "exact"),
    ],
)
def test_mode_of_qualifiers(words: tuple[str | None, ...], mode: str) -> None:
    """Each qualifier limits the number in its own way."""
    assert find_mode(*words) == mode


def test_read_refuses_a_falling_range() -> None:
    """5-3个 is no range; the reading of a sound one has both ends in base units."""
    falling, sound = QUANTITY.search("5-3个"), QUANTITY.search("10-15亿元")
    assert falling
    assert read_match(falling) is None
    assert sound
    reading = read_match(sound)
    assert reading
    assert (reading.value, reading.value_max, reading.unit) == (10**9, 15 * 10**8, "元")


def test_unit_spellings_are_merged() -> None:
    """个百分点 and 百分点 are one unit."""
    assert normalise_unit("个百分点") == "百分点"
    assert normalise_unit("件") == "件"
    assert normalise_unit(None) is None
