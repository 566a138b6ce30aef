"""Running heads, running feet and page numbers, told from the body by where they stand and how they go on.

A running head stands at the edge of its page, at the same height on other pages, and says there the same, but for a
number that counts the pages. A line of the body that differs from another in its figures only does not count pages.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.digest.steps.ingest.lines import is_page_number
from huimou.digest.steps.ingest.pdf.rows import Row
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.report import PlacedLineKind

_NUMBER = re.compile(r"\d+")
_BARE = re.compile(r"[-—–―·•.|\s]*(?:\d{1,4}|[ivxIVX]{1,6})(?:\s*/\s*\d{1,4})?[-—–―·•.|\s]*")
_LABEL = get_rule("reading.label_in_plan")
_MARKED = get_rule("reading.start_of_new")
_DEPTH = 3  # lines from the edge
_BAND = 0.15  # of the height of the page: no head is further in
_OUTSIDE = 0.08
_SAME_HEIGHT = 4.0  # points
_DETACHED = 1.5  # times the usual distance of lines
_SMALLER = 0.93
_FEW, _MOST_OF_PAGES = 3, 0.4


@dataclass(frozen=True, slots=True)
class _EdgeLine:
    """A line near the upper or lower edge of a page; `row` is its number on the page, `depth` counts from the edge."""

    page: int
    row: int
    depth: int
    above: bool
    height: float
    text: str
    detached: bool

    @property
    def shape(self) -> str:
        """The line with every number written as 0."""
        return _NUMBER.sub("0", self.text)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in it."""
        return tuple(map(int, _NUMBER.findall(self.text)))


def find_margins(pages: Sequence[Sequence[Row]]) -> dict[tuple[int, int], PlacedLineKind]:
    """What the lines at the edges of pages are, by number of the page, from 1, and of the line on it, from 0.

    Lines of the body are not among them.
    """
    size = find_body_size(pages)
    edges = [line for page, rows in enumerate(pages, 1) for line in _list_edge_lines(page, rows, size)]
    groups: dict[tuple[bool, str], list[_EdgeLine]] = defaultdict(list)
    for line in edges:
        groups[line.above, line.shape].append(line)
    heads = {(line.page, line.row) for same in groups.values() for line in _find_heads(same, len(pages))}
    found: dict[tuple[int, int], PlacedLineKind] = {}
    for line in sorted(edges, key=lambda line: (line.page, line.above, line.depth)):
        key = line.page, line.row
        reached = line.depth == 0 or (line.page, line.row + (-1 if line.above else 1)) in found
        if not reached:
            continue
        if is_page_number(line.text) or (key in heads and _BARE.fullmatch(line.text)):
            found[key] = "page_number"
        elif key in heads:
            found[key] = "running_head"
    return found


def find_body_size(pages: Sequence[Sequence[Row]]) -> float:
    """Size of the font that most of the text is set in, in points."""
    weights: dict[float, int] = defaultdict(int)
    for row in (row for rows in pages for row in rows):
        weights[row.size] += len(row.text)
    return max(weights, key=lambda size: weights[size], default=0.0)


def _list_edge_lines(page: int, rows: Sequence[Row], size: float) -> Iterator[_EdgeLine]:
    """The first and the last lines of a page that stand within the bands at its edges."""
    if not rows:
        return
    height = rows[0].turn.reading_height
    steps = sorted(after.bottom - before.bottom for before, after in itertools.pairwise(rows))
    step = steps[len(steps) // 2] if steps else height
    for above in (True, False):
        order = range(min(_DEPTH, len(rows))) if above else range(len(rows) - 1, max(-1, len(rows) - 1 - _DEPTH), -1)
        for depth, at in enumerate(order):
            row = rows[at]
            middle = (row.top + row.bottom) / 2 / height
            if (middle if above else 1 - middle) > _BAND:
                break
            beside = at + (1 if above else -1)
            gap = abs(rows[beside].bottom - row.bottom) if 0 <= beside < len(rows) else height
            outside = (middle if above else 1 - middle) < _OUTSIDE
            detached = outside or gap > _DETACHED * step or row.size < _SMALLER * size
            yield _EdgeLine(page, at, depth, above, row.bottom, fold(row.text), detached)


def _find_heads(same: Sequence[_EdgeLine], pages: int) -> Iterator[_EdgeLine]:
    """Those of the lines with one shape that are printed on two pages or more as heads or feet are."""
    if _LABEL.match(same[0].text) or _MARKED.match(same[0].text):
        return
    for line in same:
        others = [
            other
            for other in same
            if other.page != line.page
            and abs(other.height - line.height) <= _SAME_HEIGHT
            and _counts_pages(line, other)
        ]
        share = (len(others) + 1) / pages
        if others and (line.detached or (len(others) + 1 >= _FEW and share >= _MOST_OF_PAGES)):
            yield line


def _counts_pages(line: _EdgeLine, other: _EdgeLine) -> bool:
    """Whether the numbers of two lines are the same, or differ as their pages do."""
    apart = other.page - line.page
    return all(after - before in {0, apart} for before, after in zip(line.numbers, other.numbers, strict=True))
