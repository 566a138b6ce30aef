"""Tables of measures in the terminal."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType


def draw_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    """A table whose first column has names, which may come from outside as its title may, and others numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from huimou.language.text import to_one_line

    name, *measures = columns
    rendered = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    rendered.add_column(Text(to_one_line(name)), overflow="fold")
    for measure in measures:
        rendered.add_column(measure, justify="right")
    for first, *values in rows:
        rendered.add_row(Text(to_one_line(first)), *values)
    return rendered
