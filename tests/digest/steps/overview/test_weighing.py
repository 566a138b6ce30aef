"""overview.weighing: what counts more than what."""

from __future__ import annotations

import pytest

from huimou.digest.steps.overview.weighing import find_main_sections, weigh_words

REPORT = "“有事来商量”行动深入人心。开展“有事来商量”行动。“有事来商量”行动获奖。"


@pytest.mark.parametrize(
    ("heavier", "lighter"),
    [
        ("9条建议得到市长批示", "提出9条建议"),
        ("首次开展提案集中督办", "开展提案集中督办"),
        ("全年召开会议12次、办理提案93件", "召开会议12次、办理提案93件"),
        ("开展“有事来商量”行动", "开展“邻里说事”行动"),
        ("建立委员工作站", "推进委员工作"),
        ("召开协商会8次", "召开学习会8次"),
        ("召开协商会8次", "召开协商会"),
        ("召开协商会8次", "协商会| 8次"),
        ("建议被市政府采纳", "学习重要批示精神"),
    ],
)
def test_review(heavier: str, lighter: str) -> None:
    """Result, novelty, totals, recurring names, new things and figures; what is routine, and table rows, count less."""
    assert weigh_words("achievement", heavier, REPORT) > weigh_words("achievement", lighter, REPORT)


@pytest.mark.parametrize(
    ("heavier", "lighter"),
    [
        ("力争提案工作在全省争先进位", "做好提案工作"),
        ("建立成果反馈机制", "加强成果转化"),
        ("新建协商平台20个", "推进协商平台建设"),
    ],
)
def test_plan(heavier: str, lighter: str) -> None:
    """What binds, and what sets up something, counts more than what is merely strengthened."""
    assert weigh_words("task", heavier, REPORT) > weigh_words("task", lighter, REPORT)


@pytest.mark.parametrize(
    ("paths", "sections"),
    [
        ([("回顾",), ("回顾", "一"), ("回顾", "一", "甲"), ("回顾", "二")], ["", "一", "一", "二"]),
        ([(), ("一",), ("二",)], ["", "一", "二"]),
        ([("回顾",), ("回顾",)], ["", ""]),
        ([], []),
    ],
)
def test_main_sections(paths: list[tuple[str, ...]], sections: list[str]) -> None:
    """The level of headings at which the report divides; nothing where it does not."""
    assert find_main_sections(paths) == sections
