"""What stands before a report."""

from __future__ import annotations

import pytest

from huimou.digest.steps.segment.blocks import split_blocks
from huimou.digest.steps.segment.front_matter import find_opening
from marked_report import list_wrong_lines

_BODY = "R 一、2024年工作回顾\nR 新建学校3所。\nP 二、2025年主要任务\nP 新建学校5所，新增学位6000个。\n"
_TITLE = "T 临川市人民政府工作报告\nT ——2025年1月6日在临川市第五届人民代表大会第四次会议上\n"


@pytest.mark.parametrize(
    "head",
    [
        "F 市长　陈立\nF 各位代表：\nF 现在，我代表市人民政府，向大会报告工作，请予审议。",
        "F 市长?陈立\nF 各位代表：?\nF 现在，我代表市人民政府，向大会报告工作，请予审议。",
        "F 各位代表?\nF 现在，我代表市人民政府，向大会报告工作，请予审议。",
        "F 各位代表：\nF 本届政府2020年1月就职，任期即将结束。现在，我代表市人民政府，向大会报告工作，请予审议。",
        "F 各位代表：\nF 本届政府任期即将结束。\nF 现在，我代表市人民政府，向大会报告工作，请予审议。",
        "F 主席团、各位代表：\nF 我受市人民政府委托，向大会报告工作，请予审议。",
        "F 各位委员，同志们：\nF 下面，我代表市政府作工作报告，请大家提出意见。",
    ],
)
def test_what_opens_a_report_is_front_matter(head: str) -> None:
    """A lost character, or a word on the term of office before it, makes no achievement."""
    assert list_wrong_lines(f"{_TITLE}{head}\n{_BODY}") == []


@pytest.mark.parametrize("first", ["一年来，新建学校3所。", "我市代表团赴外地考察，签约项目12个。"])
def test_the_first_deed_is_none(first: str) -> None:
    """Where nobody is saluted the report begins with its first paragraph."""
    assert list_wrong_lines(f"T 临川市工作总结\nR {first}\n") == []


def test_the_opening_is_looked_for_at_the_head_only() -> None:
    """A heading with a number, or a paragraph that counts something, ends the head."""
    assert find_opening(split_blocks("工作报告\n各位代表：\n现在，我代表市政府向大会报告工作。\n一、回顾\n")) == 2
    assert find_opening(split_blocks("工作报告\n新建学校3所。\n各位代表：\n")) == -1


def test_a_heading_behind_the_salutation_is_no_title() -> None:
    """Without a number, and without a word that says what it is above."""
    marked = f"{_TITLE}F 各位代表：\nF 现在，我代表市人民政府，向大会报告工作。\nR 砥砺奋进的一年\nR 新建学校3所。\n"
    assert list_wrong_lines(marked) == []
