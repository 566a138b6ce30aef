"""Made-up reports in the structures of real ones: every line lies in the section that its sign names."""

from __future__ import annotations

import re

import pytest

from marked_report import list_wrong_lines
from places import ROOT

_FOLDER = ROOT / "fixtures" / "structures"


def _list_reports() -> dict[str, str]:
    parts = [
        part
        for path in sorted(_FOLDER.glob("*.txt"))
        for part in re.split(r"^### ", path.read_text("utf-8"), flags=re.MULTILINE)
    ]
    return {name: text for name, _, text in (part.partition("\n") for part in parts) if text}


_REPORTS = _list_reports()


@pytest.mark.parametrize("name", list(_REPORTS))
def test_every_line_lies_in_its_section(name: str) -> None:
    """The plan is not read as review, nor problems as achievements, nor annexes as tasks."""
    assert list_wrong_lines(_REPORTS[name]) == []


def test_a_wrong_line_is_told() -> None:
    """The reader of marked reports does find what lies elsewhere, and what rests an item against its sign."""
    marked = "T 青岚县政协工作报告\nP 一、2024年工作回顾\nr 召开会议6次。\n"
    assert len(list_wrong_lines(marked)) == 2
