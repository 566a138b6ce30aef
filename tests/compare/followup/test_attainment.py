"""Target beside result: said to be reached or not only where both print the same of the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import a_target, evidence
from huimou.compare.followup.attainment import PrintedResult, judge_target
from huimou.model.digest import Figure, Target


def target(quote: str, value: float | None, metric: str = "地区生产总值增长", **told: Any) -> Target:
    """A target in per cent."""
    place = evidence("目标", 1, "目标")
    known: dict[str, Any] = {"metric": metric, "unit": "%", "quote": quote, "figure": "F9", "value": value}
    return a_target("", place).model_copy(update=known | told)


def result(
    quote: str, value: float | None, metric: str = "全市地区生产总值增长", clause: str = "", **told: Any
) -> PrintedResult:
    """A figure in per cent that stands behind a clause."""
    known: dict[str, Any] = {"id": "F1", "quote": quote, "start": 0, "end": len(quote), "value": value}
    rest: dict[str, Any] = {"value_max": None, "mode": "exact", "unit": "%", "metric": metric, "actor": None}
    more: dict[str, Any] = {"section": "review", "items": [], "direction": "up"}
    return PrintedResult(Figure(**(known | rest | more | told)), clause)


@pytest.mark.parametrize(
    ("aimed", "told", "attainment", "why"),
    [
        (target("6%", 6), result("6.5%", 6.5), "reached", "达到：目标6%，结果6.5%"),
        (target("7%以上", 7), result("4.9%", 4.9), "not_reached", "未达到：目标7%以上，结果4.9%"),
        (target("3%以内", 3, "居民消费价格涨幅"), result("0.4%", 0.4, "居民消费价格上涨"), "reached", "结果0.4%"),
        (target("3%以内", 3, "居民消费价格涨幅"), result("3.2%", 3.2, "居民消费价格上涨"), "not_reached", "3.2%"),
        (target("6%左右", 6), result("5.8%", 5.8), "not_comparable", "约数相近"),
        (target("6%左右", 6), result("4%", 4), "not_reached", "未达到"),
        (target("6%左右", 6), result("6.1%", 6.1), "reached", "达到"),
        (target("6%", 6), result("6.5%", 6.5, clause="五年来年均增长6.5%"), "not_comparable", "五年来"),
        (target("6%", 6), result("60%", 60), "not_comparable", "相差数倍"),
        (target("6%", 6), result("超6%", 6, mode="over"), "reached", "达到"),
        (target("7%", 7), result("超6%", 6, mode="over"), "not_comparable", "约数"),
        (target("7%", 7), result("近7%", 7, mode="nearly"), "not_comparable", "约数"),
        (target("6%", 6), result("大幅", None), "not_comparable", "有一方不是确数"),
        (
            target("4%", 4, "城镇登记失业率"),
            result("3.9%", 3.9, "城镇登记失业率"),
            "not_comparable",
            "未写不高于还是不低于",
        ),
        (target("6%", 6), result("6.5%", 6.5, "固定资产投资增长"), "not_comparable", "所指未必相同"),
    ],
)
def test_judgements(aimed: Target, told: PrintedResult, attainment: str, why: str) -> None:
    """The printed forms stand in the reason; another period, thing or an open limit is no judgement."""
    judged = judge_target(aimed, [told])
    assert judged is not None
    assert judged.attainment == attainment
    assert why in judged.why


def test_silence_is_no_judgement() -> None:
    """Nothing is said of a target that no figure reports on."""
    assert judge_target(target("6%", 6), []) is None


def test_figures_that_contradict_each_other_are_not_judged() -> None:
    """Two figures of one thing, one reaching the target and one not, are shown and left open."""
    judged = judge_target(target("6%", 6), [result("6.5%", 6.5), result("5%", 5)])
    assert judged is not None
    assert (judged.attainment, "6.5%、5%" in judged.why) == ("not_comparable", True)


@given(aim=st.floats(1, 100), got=st.floats(1, 100), more=st.floats(0, 50))
def test_more_never_loses_a_target_that_was_reached(aim: float, got: float, more: float) -> None:
    """A greater result of a thing that should grow is never judged worse."""
    order = {"not_reached": 0, "not_comparable": 1, "reached": 1}
    one, other = (judge_target(target("6%", aim), [result("x", value)]) for value in (got, got + more))
    assert one is not None
    assert other is not None
    assert order[other.attainment] >= order[one.attainment] or got * 3 < aim
