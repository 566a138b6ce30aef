"""What was done told from what is to be done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.segment.tense import weigh_sentence, weigh_tense
from huimou.language.text import compact


@pytest.mark.parametrize(
    "sentence",
    [
        "我们将围绕乡村振兴开展调研。",
        "要抓好粮食生产。",
        "力争提案办复率达到100%。",
        "年底前完成主体工程。",
        "地区生产总值增长6%左右。",
        "今年新建学校5所。",
        "强化理论武装。",
        "大力推进项目建设。",
        "必须守住安全底线。",
        "计划投资3亿元建设污水处理厂。",
    ],
)
def test_what_is_to_be_done(sentence: str) -> None:
    """Will, aims, coming times, and imperatives that count nothing."""
    assert weigh_sentence(compact(sentence)) > 0


@pytest.mark.parametrize(
    "sentence",
    [
        "完成了年初确定的任务。",
        "五年来，地区生产总值年均增长6%。",
        "建议得到市委主要领导批示。",
        "各项工作取得新成效。",
        "产业结构不断优化。",
        "召开会议6次，形成报告3篇。",
        "全年新增就业6000人以上。",
        "今年以来开展活动12次。",
        "推进了国企改革。",
        "将32条建议转交有关部门，已全部办结。",
    ],
)
def test_what_was_done(sentence: str) -> None:
    """Results, answers, times gone by, and deeds that are counted."""
    assert weigh_sentence(compact(sentence)) < 0


@given(st.lists(st.text(max_size=40), max_size=8))
def test_the_mean_lies_between_its_ends(bodies: list[str]) -> None:
    """Of nothing it is none."""
    assert -2 <= weigh_tense(bodies) <= 2
    assert weigh_tense([]) == 0
