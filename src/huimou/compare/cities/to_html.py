"""A comparison of reports as one HTML page: no network, no script, readable on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.compare.cities import phrases
from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.model import PrintedFigure
from huimou.compare.cities.to_picture import draw_rows
from huimou.outputs.html.shell import render_template
from huimou.outputs.labels import PARTS
from huimou.outputs.phrases import format_printed_number

_SHADES = 5


def to_html(comparison: CityComparison, pages: Sequence[str | None]) -> str:
    """HTML text of the page.

    Args:
        comparison: what to show.
        pages: for each report the address of its own page, relative to this one; None where it has none.

    """
    values = {
        "comparison": comparison,
        "reports": list(zip(comparison.sides, pages, strict=True)),
        "names": [side.short for side in comparison.sides],
        "overview": build_overview(comparison),
        "pictures": draw_rows(comparison),
        "parts": PARTS,
        "phrases": phrases,
        "format_printed_number": format_printed_number,
        "split_quote": split_quote,
    }
    return render_template("comparison.html", (), values)


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A domain, its number on the page, and for each report how many items were done, are planned, and its shade."""

    title: str
    number: int
    cells: tuple[tuple[int, int, int], ...]


def build_overview(comparison: CityComparison) -> list[OverviewRow]:
    """A row for each domain with the counts of items, first those that two reports or more have; shades are 0 to 5."""
    counted = [
        (number, row, [(len(done), len(planned)) for done, planned in zip(row.done, row.planned, strict=True)])
        for number, row in enumerate(comparison.domains, 1)
    ]
    most = max((sum(cell) for _, _, cells in counted for cell in cells), default=0)
    return [
        OverviewRow(row.title, number, tuple((*cell, _shade(sum(cell), most)) for cell in cells))
        for number, row, cells in sorted(counted, key=lambda one: not phrases.is_shared(one[1]))
    ]


def _shade(count: int, most: int) -> int:
    return -(-count * _SHADES // most) if most else 0


def split_quote(one: PrintedFigure) -> tuple[str, str, str]:
    """The quote before the figure, the figure as printed, and the quote after it."""
    start, end = one.figure.start - one.start, one.figure.end - one.start
    return one.quote[:start], one.quote[start:end], one.quote[end:]
