"""A chain of reports as one HTML page: no network, no script, readable on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.compare.cities import phrases as shared
from huimou.compare.cities.to_html import split_quote
from huimou.compare.years import phrases
from huimou.compare.years.model import YearChain
from huimou.outputs.html.shell import render_template


def to_html(chain: YearChain, pages: Sequence[str | None]) -> str:
    """HTML text of the page.

    Args:
        chain: what to show.
        pages: for each report the address of its own page, relative to this one; None where it has none.

    """
    values = {
        "chain": chain,
        "reports": list(zip(chain.sides, pages, strict=True)),
        "phrases": phrases,
        "shared": shared,
        "split_quote": split_quote,
    }
    return render_template("years.html", (), values)
