"""Weak points in sentences about shortcomings."""

from __future__ import annotations

import pytest

from huimou.language.shortcomings import find_weak_points, is_bare


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


@pytest.mark.parametrize(
    ("body", "points"),
    [
        ("但对照县委要求,我们的工作还有距离,成果转化还不够有力。", ["成果转化还不够有力"]),
        ("同时,我们也深知,协商质量不高,这些都需要在今后工作中努力改进。", ["协商质量不高"]),
        ("仍有一些问题需要认真研究解决:成果转化不够,亮点不多。", ["成果转化不够", "亮点不多"]),
        ("我们将正视这些困难和不足,在今后工作中积极加以解决。", []),
        ("以上问题,有待我们在今后的工作中努力克服。", []),
        ("着力解决群众反映的突出问题,走访困难群众320户。", []),
        ("少数干部失职渎职,单位能耗没有完成年初目标。", ["少数干部失职渎职", "单位能耗没有完成年初目标"]),
        ("解决群众困难的办法还不多。", ["解决群众困难的办法还不多"]),
    ],
)
def test_only_what_is_wanting_is_a_weak_point(body: str, points: list[str]) -> None:
    """Not what announces it where it is said, nor the promise, nor a problem that was solved."""
    assert [body[s:e].rstrip("。") for s, e in find_weak_points(body)] == points


@pytest.mark.parametrize(
    ("body", "bare"),
    [
        ("经济社会发展中还存在不少困难,政府工作还有一些缺点和不足。", True),
        ("工作还有较大的提升空间,一些方面亟待改进。", True),
        ("同志们,更要看到工作中的短板和不足。", True),
        ("经济发展中还存在产业层次不高的问题。", False),
        ("二是自身建设还有差距。", False),
        ("召开会议6次。", False),
    ],
)
def test_what_only_announces(body: str, bare: bool) -> None:  # noqa: FBT001 - a table of cases
    """It says that something is wanting, and not what; a numbered one is one of a list."""
    assert is_bare(body) is bare
