"""Where on the pages every sentence stands, for reports that are read from pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from huimou.model.digest import Digest, PageBox
from huimou.model.report import Layout, PlacedLine


def add_boxes(digest: Digest, layout: Layout | None) -> Digest:
    """The digest with the place of every sentence; as it is if the report has no pages."""
    if layout is None:
        return digest
    sentences = [
        sentence.model_copy(update={"boxes": list(find_boxes(layout.lines, sentence.start, sentence.end))})
        for sentence in digest.sentences
    ]
    return digest.model_copy(update={"sentences": sentences})


def find_boxes(lines: Sequence[PlacedLine], start: int, end: int) -> Iterator[PageBox]:
    """A box for every line that has characters of a range of the text, in the order of the text."""
    first = max(0, bisect_right(lines, start, key=lambda line: line.start) - 1)
    for line in lines[first:]:
        if line.start >= end:
            return
        if line.end > start:
            yield PageBox(page=line.page, box=list(line.find_box(start, end)))
