"""Rows of tables among the blocks of a text: one that only lists figures, behind the plan, is no task."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from huimou.digest.steps.segment.roled_block import RoledBlock
from huimou.language.reading import TableRow
from huimou.language.rules import get_rule

_OF_FIGURES = get_rule("tables.row_of_figures")
_YEAR = re.compile(r"20\d\d(?=年)")


def settle_table_rows(roled: Sequence[RoledBlock], rows: Mapping[int, TableRow]) -> tuple[RoledBlock, ...]:
    """The blocks with rows of figures in a plan as statistics, unless their table names the year of the plan.

    Args:
        roled: the blocks.
        rows: the table rows among them, by the offset at which each begins.

    """
    if not rows:
        return tuple(roled)
    planned = max(
        (int(year) for mine in roled if mine.role == "plan" for year in _YEAR.findall(_read_heading(mine))), default=0
    )
    return tuple(
        replace(mine, role="statistics", rule=_OF_FIGURES.id, opens=False)
        if mine.role == "plan" and mine.left_out is None and _is_of_figures(rows.get(mine.block.start), planned)
        else mine
        for mine in roled
    )


def _read_heading(mine: RoledBlock) -> str:
    return mine.block.body if mine.block.kind == "heading" else ""


def _is_of_figures(row: TableRow | None, planned: int) -> bool:
    if row is None or not row.is_statistics:
        return False
    return not planned or max(row.years, default=0) < planned
