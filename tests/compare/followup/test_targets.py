"""Targets and results: only of the same thing, in the same unit, a change beside a change."""

from __future__ import annotations

from typing import Any

import pytest

from handmade import a_target, evidence
from huimou.compare.followup.targets import build_metric_key, find_results, is_same_thing
from huimou.model.digest import Figure, Target


def target(metric: str, unit: str | None, quote: str = "6%左右") -> Target:
    """A target of that metric and unit."""
    place = evidence("目标", 1, "目标")
    told: dict[str, Any] = {"metric": metric, "unit": unit, "quote": quote, "figure": "F9"}
    return a_target("", place).model_copy(update=told)


def figure(metric: str, unit: str | None, number: int = 1) -> Figure:
    """A figure of that metric and unit."""
    return Figure(
        id=f"F{number}",
        quote="5.8%",
        start=0,
        end=4,
        value=5.8,
        value_max=None,
        mode="exact",
        unit=unit,
        metric=metric,
        actor=None,
        section="review",
        items=[],
        direction=None,
    )


@pytest.mark.parametrize(
    ("metric", "key"),
    [
        ("地区生产总值增长", "地区生产总值↑"),
        ("居民消费价格涨幅", "居民消费价格↑"),
        ("一般性支出下降", "一般性支出↓"),
        ("新建高标准农田", "高标准农田"),
        ("高标准农田建成", "高标准农田"),
        ("老旧小区改造", "老旧小区"),
        ("新建", "新建"),
        (None, ""),
    ],
)
def test_key_is_the_thing_without_the_making(metric: str | None, key: str) -> None:
    """Verbs of making go, ways of change become one mark; what would be nothing then stays as it is."""
    assert build_metric_key(metric) == key


@pytest.mark.parametrize(
    ("aimed", "told", "same"),
    [
        (("地区生产总值增长", "%"), ("全县地区生产总值增长", "%"), True),
        (("地区生产总值增长", "%"), ("全县地区生产总值", "元"), False),
        (("城镇登记失业率", "%"), ("城镇登记失业率上升", "%"), False),
        (("居民消费价格涨幅", "%"), ("居民消费价格上涨", "%"), True),
        (("增长", "%"), ("固定资产投资增长", "%"), False),
        (("新建高标准农田", "亩"), ("高标准农田建成", "亩"), True),
        (("提案立案", "件"), ("提案办复", "件"), False),
    ],
)
def test_same_thing(aimed: tuple[str, str], told: tuple[str, str], same: bool) -> None:  # noqa: FBT001
    """The whole before a metric may be named; a level is no change, 立案 no 办复, and 增长 alone says nothing."""
    assert is_same_thing(target(*aimed), figure(*told)) is same


def test_sure_results_go_before_likely_ones() -> None:
    """Beside a figure of the very thing, one of something like it is not a result."""
    figures = [figure("规模以上工业企业利润", "家", 1), figure("净增规模以上工业企业", "家", 2)]
    assert [one.id for one in find_results(target("新增规模以上工业企业", "家"), figures)] == ["F2"]
    assert [one.id for one in find_results(target("规上工业企业", "家"), [figure("净增规模以上工业企业", "家")])] == [
        "F1"
    ]


def test_no_result_of_another_unit_or_thing() -> None:
    """Nothing is better than something else."""
    figures = [figure("新增规模以上工业企业", "亿元"), figure("新增养老床位", "家"), figure("", "家")]
    assert find_results(target("新增规模以上工业企业", "家"), figures) == []


def test_target_without_a_number_has_no_result() -> None:
    """与经济增长同步 is beside no figure."""
    bare = target("居民收入增长", None).model_copy(update={"figure": None})
    assert find_results(bare, [figure("居民收入增长", None)]) == []
