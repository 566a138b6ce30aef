"""How long an overview is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OverviewStyle:
    """How long an overview is.

    Args:
        name: as the user types it.
        sentences: the most there are of, besides the opening and the shortcomings.
        items: the most in one sentence.
        longest: characters of a sentence that holds several items.
        by_domain: a paragraph for every domain instead, each under its title.

    """

    name: str
    sentences: int
    items: int
    longest: int
    by_domain: bool = False


STYLES = {
    style.name: style
    for style in (
        OverviewStyle("brief", sentences=2, items=2, longest=80),
        OverviewStyle("standard", sentences=6, items=3, longest=85),
        OverviewStyle("full", sentences=14, items=5, longest=200, by_domain=True),
    )
}
STANDARD_STYLE = STYLES["standard"]
