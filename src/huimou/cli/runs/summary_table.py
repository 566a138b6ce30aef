"""The table of what a run came to, report by report."""

from __future__ import annotations

from collections import Counter

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from huimou.batch.engines.engine import RunResult
from huimou.language.text import to_one_line

_STYLES = {"complete": "green", "partial": "yellow", "failed": "red"}


def build_summary(result: RunResult, most: int | None = None) -> RenderableType:
    """A table of results by report; of more than `most` reports only those that are not complete, and the counts."""
    shown = result.reports
    if most is not None and len(shown) > most:
        shown = tuple(report for report in shown if report.status != "complete")[:most]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("report", overflow="fold")
    table.add_column("status")
    for head in ("review", "plan", "figures", "uncovered", "seconds"):  # items of each
        table.add_column(head, justify="right")
    for report in shown:
        counts = (report.items, report.tasks, report.figures, report.uncovered)
        cells = ["" if report.status == "failed" else str(count) for count in counts]
        status = Text(report.status, style=_STYLES[report.status])
        table.add_row(Text(to_one_line(report.name)), status, *cells, f"{report.seconds:.1f}")
    if len(shown) == len(result.reports):
        return table
    states = Counter(report.status for report in result.reports)
    told = ", ".join(f"{states[state]} {state}" for state in ("complete", "partial", "failed"))
    return Group(table, Text(f"{told} of {result.planned} reports; the rest is in run.json and failures.csv"))
