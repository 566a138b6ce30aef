"""The text around a figure, rebuilt from the quotes of a digest, which does not hold the report itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from huimou.compare.cities.model import PrintedFigure
from huimou.language.text import compact
from huimou.model.digest import Digest, Evidence, Figure

_GAP = 2  # characters between two quotes of one sentence that may be missing: a mark and a space


@dataclass(frozen=True, slots=True)
class FigureContext:
    """The text of a sentence before and after a figure; `before` is None if no quote has the sentence's start."""

    before: str | None
    after: str


def list_evidence(digest: Digest) -> Iterator[Evidence]:
    """All evidence of the items of a digest."""
    for _, evidence in _list_items(digest):
        yield from evidence


def _list_items(digest: Digest) -> Iterator[tuple[str, Sequence[Evidence]]]:
    """The id and the evidence of each item."""
    review, plan = digest.year_review, digest.next_year_plan
    yield from ((item.id, item.evidence) for item in review.achievements)
    yield from ((item.id, item.evidence) for item in review.shortcomings)
    yield from ((item.id, item.evidence) for item in plan.tasks)


def locate_figure(digest: Digest, figure: Figure) -> PrintedFigure:
    """The figure with the first quote of its items that holds it; if none does, the figure is its own quote."""
    for item, quotes in _list_items(digest):
        for evidence in quotes:
            if evidence.start <= figure.start and figure.end <= evidence.end:
                return PrintedFigure(figure, item, evidence.sentence, evidence.start, evidence.quote)
    number = next((sentence.n for sentence in digest.sentences if sentence.start <= figure.start < sentence.end), None)
    return PrintedFigure(figure, None, number, figure.start, figure.quote)


def rebuild_context(digest: Digest, figure: Figure, quotes: Iterable[Evidence]) -> FigureContext | None:
    """The figure's sentence, rebuilt from the quotes in it; None where no quote holds the figure."""
    sentence = next((one for one in digest.sentences if one.start <= figure.start < one.end), None)
    if sentence is None:
        return None
    chars: list[str | None] = [None] * (max(sentence.end, figure.end) - sentence.start)
    for evidence in quotes:
        if len(evidence.quote) == evidence.end - evidence.start:
            for place in range(max(evidence.start, sentence.start), min(evidence.end, sentence.start + len(chars))):
                chars[place - sentence.start] = evidence.quote[place - evidence.start]
    start, end = figure.start - sentence.start, figure.end - sentence.start
    if "".join(char or "" for char in chars[start:end]) != figure.quote:
        return None
    behind = chars[end:]
    seen = behind[: behind.index(None)] if None in behind else behind
    return FigureContext(_before(chars[:start]), compact("".join(char or "" for char in seen)))


def _before(chars: list[str | None]) -> str | None:
    """The text with a comma for each short gap; None where more is missing."""
    marked = "".join("\0" if char is None else char for char in chars)
    if re.search(rf"\0{{{_GAP + 1},}}", marked):
        return None
    return compact(re.sub(r"\0+", ",", marked)).lstrip(",")
