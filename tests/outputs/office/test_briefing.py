"""office.briefing: the order and the headings of a briefing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handmade import a_digest
from huimou.language.written_numbers import write_chinese
from huimou.outputs.office.word.briefing import BriefingTable, Heading, Paragraph, build_briefing
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_levels_are_numbered_without_a_gap(path: Path) -> None:
    """一、 through the paper, （一） anew in each part, 1. anew under each heading; every item has a note."""
    second = third = 0
    tops = [
        block.text for block in build_briefing(_digest(path), {}) if isinstance(block, Heading) and block.level == 1
    ]
    assert tops == ["一、工作回顾", "二、存在不足", "三、主要任务", "四、主要数据", "五、建议核对之处"]
    for block in build_briefing(_digest(path), {}):
        if isinstance(block, Heading):
            third = 0
            second = second + 1 if block.level == 2 else 0
            assert block.level != 2 or block.text.startswith(f"（{write_chinese(second)}）")
        elif isinstance(block, Paragraph) and (match := re.match(r"(\d+)\.", block.text)):
            third += 1
            assert int(match[1]) == third


def test_the_table_has_the_figures_that_items_cite() -> None:
    """With the place of each; one that stands in no item is in the figure ledger only."""
    tables = [block for block in build_briefing(a_digest(), {}) if isinstance(block, BriefingTable)]
    assert [table.rows[1:] for table in tables] == [
        (("协商活动", "400余场", "超过", "—", "回顾", "第3句，25–30字"),),
    ]
    assert sum(tables[0].widths) == pytest.approx(1)


def _digest(path: Path):
    return from_json(path.read_text(encoding="utf-8"))
