"""Target, deadline and lead unit are copied where a task prints them, and else absent."""

from __future__ import annotations

import pytest

from huimou.figures import find_quantities
from huimou.stages.plan_details import deadline_of, responsible_of, target_of


@pytest.mark.parametrize(
    ("evidence", "deadline"),
    [
        ("6月底前完成交办。", "6月底前"),
        ("年底前建成议事厅20个。", "年底前"),
        ("２０２５年底前全部整改。", "２０２５年底前"),
        ("到2026年，覆盖全部社区。", "到2026年"),
        ("力争年内开工。", "年内"),
        ("上半年启动评审。", "上半年"),
        ("三季度末前完成。", "三季度末前"),
        ("完善履职档案。", None),
        ("2024年召开会议6次。", None),
    ],
)
def test_deadline(evidence: str, deadline: str | None) -> None:
    """A deadline is returned as printed; the year of the plan alone is none."""
    assert deadline_of(evidence) == deadline


@pytest.mark.parametrize(
    ("evidence", "body"),
    [
        ("由区民政局牵头，新建养老中心。", "区民政局"),
        ("由提案委员会負責，12月底前完成。", "提案委员会"),
        ("新建大棚200个。\n责任单位：镇农业办、镇财政所", "镇农业办、镇财政所"),
        ("牵头部门:区住建局。", "区住建局"),
        ("新建公园3个。", None),
    ],
)
def test_responsible(evidence: str, body: str | None) -> None:
    """Whoever leads or answers for a task is returned as printed."""
    assert responsible_of(evidence) == body


def test_target_is_the_clause_with_the_figure() -> None:
    """Clauses that hold figures are the target, once each, in order."""
    sentences = ("完善协商平台，建成议事厅20个，开展活动。", "培训委员210人。")
    figures = tuple(find_quantities("".join(sentences)))
    assert target_of(sentences, figures) == "建成议事厅20个；培训委员210人"


def test_no_figure_no_target() -> None:
    """A task without a figure has no target."""
    assert target_of(("完善履职档案。",), ()) is None
