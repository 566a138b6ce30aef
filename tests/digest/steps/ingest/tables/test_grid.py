"""Cells of a table as lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.ingest.tables.grid import GridCell, write_rows


def _cell(text: str, **spans: int) -> GridCell:
    return GridCell((text,) if text else (), **spans)


def test_columns_are_kept() -> None:
    """Empty cells keep their column, those at the end of a row are left out, and so is an empty row."""
    rows = [[_cell("甲"), _cell(""), _cell("丙")], [_cell(""), _cell("乙"), _cell("")], [_cell(""), _cell("")]]
    assert list(write_rows(rows)) == ["甲 |  | 丙", " | 乙"]


def test_a_cell_over_rows_as_in_a_web_page() -> None:
    """The rows below a tall cell have its text in its column, but for what it counts."""
    rows = [
        [_cell("任务"), _cell("经济委", height=3), _cell("6次", height=2)],
        [_cell("视察")],
        [_cell("调研"), _cell("8次")],
    ]
    assert list(write_rows(rows)) == ["任务 | 经济委 | 6次", "视察 | 经济委", "调研 | 经济委 | 8次"]


def test_a_wide_cell_stands_in_its_first_column() -> None:
    """What follows a cell over several columns stands behind all of them; a row of one cell has no bars."""
    rows = [[_cell("提案工作", width=3)], [_cell("立案", width=2), _cell("9件")]]
    assert list(write_rows(rows)) == ["提案工作", "立案 |  | 9件"]


@given(st.lists(st.lists(st.sampled_from(["", "甲", "乙二", "3件"]), min_size=2, max_size=5), min_size=1, max_size=6))
def test_no_cell_is_lost(texts: list[list[str]]) -> None:
    """Every text stands in its row once, in its order."""
    lines = list(write_rows([[_cell(text) for text in row] for row in texts]))
    found = [[part.strip() for part in line.split("|") if part.strip()] for line in lines]
    assert found == [[text for text in row if text] for row in texts if any(row)]
