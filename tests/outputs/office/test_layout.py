"""office.layout: the columns of the ledgers."""

from __future__ import annotations

import dataclasses

from huimou.language.profiles.profile import load_shipped_profiles, select_shipped_profile
from huimou.outputs.office.ledgers.layout import build_plan_columns, build_sheets


def test_plan_columns_are_the_profiles_in_their_order() -> None:
    """Every shipped kind of report: what the text says is filled, what people decide is theirs."""
    for profile in load_shipped_profiles().all:
        columns = build_plan_columns(profile)
        assert [column.title for column in columns] == list(profile.columns)
        filled = {column.title: column.field for column in columns if column.field}
        lead = next(title for title in profile.columns if title.startswith("牵头") and title != "牵头领导")
        assert filled[lead] == "responsible"
        assert not {"牵头领导", "分管领导", "责任人", "进展情况", "完成状态", "备注"} & set(filled)


def test_a_profile_without_columns_still_has_task_source_and_state() -> None:
    """A ledger without them would be of no use."""
    bare = dataclasses.replace(select_shipped_profile("court"), columns=("主要工作任务", "责任单位"))
    assert [(c.title, c.field) for c in build_plan_columns(bare)] == [
        ("主要工作任务", "what"),
        ("责任单位", "responsible"),
        ("出处", "source"),
        ("核对状态", ""),
    ]


def test_forms_of_duty_are_for_political_consultative_reports() -> None:
    """Other bodies have none."""
    for kind, there in (("political_consultative", True), ("court", False)):
        review = build_sheets([select_shipped_profile(kind)], many=False)[0]
        assert ("履职形式" in [column.title for column in review.columns]) == there
