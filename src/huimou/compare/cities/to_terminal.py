"""A comparison in short for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from huimou.compare.cities import phrases
from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.model import SubjectRow, ThingRow
from huimou.language.text import to_one_line
from huimou.outputs.phrases import format_printed_number


def to_terminal(comparison: CityComparison) -> RenderableType:
    """Rich renderable of a comparison: notes, the reports with counts, and the figures that stand side by side."""
    return Group(*_parts(comparison))


def _parts(comparison: CityComparison) -> Iterator[RenderableType]:
    for note in comparison.notes:
        yield Text(f"· {note}", style="yellow")
    yield _reports(comparison)
    yield Text(phrases.FIGURES, style="bold")
    if not comparison.rows:
        yield Text(phrases.NO_ROWS)
    for row in comparison.rows:
        yield from _row(row, comparison)
    if comparison.things:
        yield Text(phrases.THINGS, style="bold")
    for thing in comparison.things:
        yield from _thing(thing, comparison)


def _reports(comparison: CityComparison) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("报告", "条目", "任务", "数字", "并列", "只在此见到"):
        table.add_column(head, overflow="fold", justify="left" if head == "报告" else "right")
    for number, side in enumerate(comparison.sides):
        digest, only = side.digest, comparison.only[number]
        apart = sum(one.report == number for one in comparison.apart)
        counts = (
            len(digest.year_review.achievements),
            len(digest.next_year_plan.tasks),
            len(digest.figures),
            len(digest.figures) - apart,
            len(only.terms) + len(only.domains),
        )
        table.add_row(Text(side.label), *map(str, counts))
    return table


def _row(row: SubjectRow, comparison: CityComparison) -> Iterator[Text]:
    yield Text(f"{phrases.format_subject(row.subject)} {phrases.format_subject_terms(row.subject)}")
    for side, found in zip(comparison.sides, row.cells, strict=True):
        if found:
            yield Text(f"  {side.short}　{format_printed_number(found[0].figure)}")


def _thing(row: ThingRow, comparison: CityComparison) -> Iterator[Text]:
    yield Text(to_one_line(row.thing))
    for side, found in zip(comparison.sides, row.cells, strict=True):
        for one in found:
            yield Text(f"  {side.short}　{phrases.format_counted(one)}（{phrases.format_counted_terms(one)}）")
