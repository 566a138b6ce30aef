"""Automatic numbers as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.ingest.docx.number_formats import write_number


@pytest.mark.parametrize(
    ("form", "number", "written"),
    [
        ("decimal", 12, "12"),
        ("chineseCounting", 1, "一"),
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCounting", 105, "一〇五"),
        ("chineseCountingThousand", 11, "十一"),
        ("chineseCountingThousand", 20, "二十"),
        ("chineseCountingThousand", 103, "一百零三"),
        ("chineseCountingThousand", 1010, "一千零一十"),
        ("japaneseCounting", 15, "十五"),
        ("ideographDigital", 10, "一〇"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographLegalTraditional", 3, "參"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 2, "丑"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircleChinese", 21, "㉑"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("decimalEnclosedFullstop", 2, "⒉"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalZero", 7, "07"),
        ("upperLetter", 28, "BB"),
        ("lowerLetter", 2, "b"),
        ("upperRoman", 14, "XIV"),
        ("lowerRoman", 4, "iv"),
        ("ordinal", 2, "2nd"),
        ("none", 5, ""),
        ("unheardOf", 5, "5"),
    ],
)
def test_formats(form: str, number: int, written: str) -> None:
    """Each format writes a number as word processors do; an unknown one in digits."""
    assert write_number(number, form) == written


@given(st.integers(1, 9999))
def test_counting_to_thousands_is_unambiguous(number: int) -> None:
    """The Chinese numeral of a number has its digits in their order, and nothing else but places and zeros."""
    digits = [char for char in write_number(number, "chineseCountingThousand") if char not in "零十百千"]
    shown = [char for char in str(number) if char != "0"]
    shortened = 10 <= number < 20
    assert ["〇一二三四五六七八九".index(char) for char in digits] == list(map(int, shown[shortened:]))


@given(st.integers(-5, 100_000), st.sampled_from(["decimalEnclosedCircle", "ideographTraditional", "upperLetter"]))
def test_any_number_is_written(number: int, form: str) -> None:
    """A number outside what a format knows is written somehow."""
    assert write_number(number, form)
