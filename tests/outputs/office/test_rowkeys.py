"""office.rowkeys: which row is which record."""

from __future__ import annotations

import pytest

from huimou.outputs.office.ledgers.rowkeys import RowKey, build_row_key, from_cell, match_rows

LONG, OTHER = "推进协商平台建设,完善协商制度。", "加强委员队伍建设,开展履职培训。"


def task(*quotes: str, wording: str = "", report: str = "甲") -> RowKey:
    """Key of a task."""
    return build_row_key(report, "task", quotes, wording)


def test_a_key_survives_its_cell() -> None:
    """Written and read again it is the same; anything else is no key."""
    key = task(LONG, wording="推进")
    assert from_cell(key.to_cell()) == key
    assert [from_cell(value) for value in (None, 3, "", "机器", "{}", "[1]", '{"clauses": 3}')] == [None] * 7


def test_width_script_and_breaks_do_not_matter() -> None:
    """The same words in other dress are the same evidence."""
    assert task("推進協商\n平臺建設，完善協商制度。") == task(LONG)


@pytest.mark.parametrize(
    ("rows", "records", "expected"),
    [
        ([task(LONG), task(OTHER)], [task(OTHER), task(LONG)], [1, 0]),
        ([task(LONG)], [task(LONG, OTHER)], [0]),
        ([task(LONG, OTHER)], [task(OTHER)], [0]),
        ([task(LONG)], [task(OTHER)], [None]),
        ([task(LONG), task(LONG)], [task(LONG)], [0, 0]),
        ([task(LONG, wording="一"), task(LONG, wording="二")], [task(LONG, wording="二"), task(LONG)], [1, 0]),
        ([task(LONG)], [build_row_key("甲", "achievement", [LONG], "")], [None]),
        ([task(LONG, report="乙")], [task(LONG)], [0]),
        ([task(LONG, report="乙"), task(OTHER)], [task(LONG), task(OTHER)], [None, 1]),
        ([task(LONG)], [task(LONG), task(LONG, report="乙")], [0]),
        ([task()], [task()], [0]),
        ([], [task(LONG)], []),
    ],
    ids=[
        "sorted",
        "grown",
        "shrunk",
        "another",
        "copied",
        "same evidence",
        "other kind",
        "renamed report",
        "report not given",
        "other report",
        "no evidence",
        "nothing",
    ],
)
def test_matching(rows: list[RowKey], records: list[RowKey], expected: list[int | None]) -> None:
    """Best first, one to one, then whoever is left over joins."""
    assert match_rows(rows, records) == expected


def test_a_key_fits_into_a_cell() -> None:
    """However long the evidence and the name."""
    key = task("".join(f"第{n}条," for n in range(5000)), report="名" * 5000)
    assert len(key.to_cell()) < 32_767
    assert from_cell(key.to_cell()) == key
    assert match_rows([key], [key]) == [0]
