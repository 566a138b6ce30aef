"""Weak points in sentences about shortcomings."""

from __future__ import annotations

from huimou.language.shortcomings import find_weak_points


def test_numbered_weak_points_stay_whole() -> None:
    """「二是……，……还需加强」 is one weak point, not one a clause."""
    body = "二是案件总量高位运行,人案矛盾依然突出,干警压力大。"
    assert [body[s:e] for s, e in find_weak_points(body)] == ["案件总量高位运行,人案矛盾依然突出,干警压力大。"]
