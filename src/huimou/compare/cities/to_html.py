"""A comparison of reports as one HTML page: no network, no script, readable on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.compare.cities import phrases
from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.model import PrintedFigure
from huimou.outputs.html.shell import render_template
from huimou.outputs.labels import PARTS


def to_html(comparison: CityComparison, pages: Sequence[str | None]) -> str:
    """HTML text of the page.

    Args:
        comparison: what to show.
        pages: for each report the address of its own page, relative to this one; None where it has none.

    """
    values = {
        "comparison": comparison,
        "reports": list(zip(comparison.sides, pages, strict=True)),
        "names": [side.label for side in comparison.sides],
        "parts": PARTS,
        "phrases": phrases,
        "split_quote": split_quote,
    }
    return render_template("comparison.html", (), values)


def split_quote(one: PrintedFigure) -> tuple[str, str, str]:
    """The quote before the figure, the figure as printed, and the quote after it."""
    start, end = one.figure.start - one.start, one.figure.end - one.start
    return one.quote[:start], one.quote[start:end], one.quote[end:]
