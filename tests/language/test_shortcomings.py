"""Weak points in sentences about shortcomings."""

from __future__ import annotations

import pytest

from huimou.language.shortcomings import find_weak_points


def test_numbered_weak_points_stay_whole() -> None:
    """「二是……，……还需加强」 is one weak point, not one a clause."""
    body = "二是案件总量高位运行,人案矛盾依然突出,干警压力大。"
    assert [body[s:e] for s, e in find_weak_points(body)] == ["案件总量高位运行,人案矛盾依然突出,干警压力大。"]


@pytest.mark.parametrize(
    ("body", "points"),
    [
        ("存在的主要问题:经费紧张,人手少,协商形式不活。", ["经费紧张", "人手少", "协商形式不活"]),
        ("同时也要看到,成果转化率偏低,民主监督还是弱项。", ["成果转化率偏低", "民主监督还是弱项"]),
        ("仍有不少薄弱环节:一些项目进展较慢;", ["一些项目进展较慢"]),
        ("回顾一年,成绩来之不易。", []),
    ],
)
def test_short_weak_points_are_found(body: str, points: list[str]) -> None:
    """Two or three characters (不活, 人手少) say what is wanting; what only leads to it is none."""
    assert [body[s:e] for s, e in find_weak_points(body)] == points
