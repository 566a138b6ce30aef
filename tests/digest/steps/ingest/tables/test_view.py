"""The view of a text in which table rows are sentences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.ingest.reading import remove_damage
from huimou.digest.steps.ingest.tables.view import view_tables
from huimou.language.figures import find_quantities
from huimou.language.reading import name_counted_cells
from huimou.language.text import view_whole

_TEXT = (
    "如下：\n指标 | 2023年 | 2024年（件）\n大会发言 | 26篇 | 31\n正文。\n序号 | 任务 | 时限\n1 | 巡河3次 | 5月\n完。"
)


def test_cells_lead_back_to_themselves() -> None:
    """Every character of a cell has its own place; a figure with a unit of ours is the number as printed."""
    seen = view_tables(view_whole(_TEXT))
    assert seen.view.text.split("\n") == [
        *("如下：", "大会发言：2023年26篇，2024年31件。", "正文。", "巡河3次（时限：5月）。", "完。"),
    ]
    place = seen.view.text.index("31件")
    start, end = seen.view.map_back(place, place + 3)
    assert _TEXT[start:end] == "31"
    assert [_TEXT[aside.start : aside.end] for aside in seen.asides] == [
        "指标 | 2023年 | 2024年（件）",
        "序号 | 任务 | 时限",
    ]
    assert [_TEXT[row.start : row.end] for row in seen.rows] == ["大会发言 | 26篇 | 31", "巡河3次 | 5月"]


def test_figures_have_the_names_of_row_and_column() -> None:
    """The figures of the view that are cells count what the table says."""
    reading = remove_damage(_TEXT)
    figures = name_counted_cells(find_quantities(reading.view.text), reading)
    assert [(figure.metric, figure.counted) for figure in figures[:2]] == [
        *(("2023年大会发言", "大会发言"), ("2024年大会发言", "大会发言")),
    ]
    assert set(reading.place_rows()) == {reading.view.text.index("大会发言"), reading.view.text.index("巡河")}


@given(st.text("提案 |\t\n2件。年指标数量", max_size=80))
def test_places_never_go_back(text: str) -> None:
    """In any text the places of the view go forward and lie in the text."""
    view = view_tables(view_whole(text)).view
    assert list(view.origin) == sorted(view.origin)
    assert view.ends is not None
    assert all(0 <= start <= end <= len(text) for start, end in zip(view.origin, view.ends, strict=True))
