"""office.word.titles: titles are broken between words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.outputs.office.word.titles import break_title, measure_width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("政协临江市委员会", ("政协临江市委员会",)),
        (
            "中国人民政治协商会议临江市第十届委员会常务委员会",
            ("中国人民政治协商会议临江市", "第十届委员会常务委员会"),
        ),
        ("2022年工作回顾与2023年主要任务摘要", ("2022年工作回顾与2023年主要任务摘要",)),
        ("临江市第十五届人民代表大会常务委员会工作报告", ("临江市第十五届人民代表大会", "常务委员会工作报告")),
    ],
)
def test_words_stay_whole(title: str, lines: tuple[str, ...]) -> None:
    """No line ends inside 常务委员会, and the lines are of about the same length."""
    assert break_title(title) == lines


@given(st.text(alphabet="政协常务委员会第一届临江市2022年工作回顾甲乙", max_size=60))
def test_nothing_is_lost_and_lines_fit(title: str) -> None:
    """Together the lines are the title; none is longer than a line."""
    lines = break_title(title)
    assert "".join(lines) == title
    assert all(measure_width(line) <= 20 for line in lines)
