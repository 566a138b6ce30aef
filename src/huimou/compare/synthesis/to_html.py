"""A synthesis as one HTML page: no network, no script, readable on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.compare.synthesis import blocks
from huimou.compare.synthesis.synthesis import Synthesis
from huimou.outputs.html.shell import render_template


def to_html(synthesis: Synthesis, pages: Sequence[str | None]) -> str:
    """HTML text of the page.

    Args:
        synthesis: what to show.
        pages: for each report the address of its own page, relative to this one; None where it has none.

    """
    values = {
        "synthesis": synthesis,
        "reports": list(zip(synthesis.sides, pages, strict=True)),
        "pages": list(pages),
        "blocks": blocks,
        "lines": list(blocks.list_lines(synthesis)),
    }
    return render_template("synthesis.html", (), values)
