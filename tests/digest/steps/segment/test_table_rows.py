"""Rows of figures behind the plan are statistics; rows of aims and of the year ahead stay in the plan."""

from __future__ import annotations

import pytest

from huimou.digest.steps.ingest.reading import remove_damage
from huimou.digest.steps.segment import segment
from huimou.model.report import Role

_REPORT = """白榆市政协工作报告
一、2024年工作回顾
召开议政会4次。
二、2025年主要任务
（一）扩大协商。开展协商8次。
{}
三、结语
"""


def _find_role(*lines: str) -> Role:
    reading = remove_damage(_REPORT.format("\n".join(lines)))
    outline = segment(reading.view.text, rows=reading.place_rows())
    return outline.find_role(reading.view.text.index(lines[-1].split(" | ")[0]))


@pytest.mark.parametrize(
    ("lines", "role"),
    [
        (("项目 | 2023年 | 2024年", "提案 | 214件 | 226件"), "statistics"),
        (("指标 | 数量", "提案 | 226件"), "statistics"),
        (("单位：件", "指标 | 数量", "提案 | 226"), "statistics"),
        (("指标 | 2024年 | 2025年", "提案 | 214件 | 226件"), "plan"),
        (("指标 | 2025年目标", "提案 | 226件"), "plan"),
        (("指标 | 预期目标", "提案 | 226件"), "plan"),
        (("任务 | 时限", "督办重点提案20件 | 年底"), "plan"),
    ],
)
def test_roles(lines: tuple[str, ...], role: Role) -> None:
    """What a table says of the time of its figures decides."""
    assert _find_role(*lines) == role
