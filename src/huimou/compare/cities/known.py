"""The text around a figure, rebuilt from the quotes of a digest, which does not hold the report itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from huimou.compare.cities.model import PrintedFigure
from huimou.language.text import compact
from huimou.model.digest import Digest, Evidence, Figure, SentenceOut

_GAP = 2  # characters between two quotes of one sentence that may be missing: a mark and a space


@dataclass(frozen=True, slots=True)
class FigureContext:
    """The text of a sentence before and after a figure; `before` is None if no quote has the sentence's start."""

    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class QuotedText:
    """The quotes of a digest by the sentences that they stand in, so that each figure finds its own at once.

    Args:
        sentences: of the digest, in the order of the text.
        starts: offset of each sentence.
        quotes: for the number of a sentence in `sentences` the items whose quotes touch it, with those quotes, in the
            order of the digest; under -1 the quotes that start before the first sentence.

    """

    sentences: tuple[SentenceOut, ...]
    starts: tuple[int, ...]
    quotes: Mapping[int, Sequence[tuple[str, Evidence]]]

    @classmethod
    def of(cls, digest: Digest) -> Self:
        """Those of a digest."""
        sentences = tuple(sorted(digest.sentences, key=lambda one: one.start))
        starts = tuple(one.start for one in sentences)
        quotes: dict[int, list[tuple[str, Evidence]]] = defaultdict(list)
        for item, evidence in _list_items(digest):
            for quote in evidence:
                for place in range(_place(starts, quote.start), _place(starts, max(quote.start, quote.end - 1)) + 1):
                    quotes[place].append((item, quote))
        return cls(sentences, starts, quotes)

    def find_sentence(self, offset: int) -> SentenceOut | None:
        """The sentence that holds an offset; None where none does."""
        place = _place(self.starts, offset)
        held = place >= 0 and offset < self.sentences[place].end
        return self.sentences[place] if held else None

    def find_quotes(self, offset: int) -> Sequence[tuple[str, Evidence]]:
        """The items that quote from the sentence at an offset, with those quotes."""
        return self.quotes.get(_place(self.starts, offset), ())


def _place(starts: Sequence[int], offset: int) -> int:
    return bisect_right(starts, offset) - 1


def _list_items(digest: Digest) -> Iterator[tuple[str, Sequence[Evidence]]]:
    """The id and the evidence of each item."""
    review, plan = digest.year_review, digest.next_year_plan
    yield from ((item.id, item.evidence) for item in review.achievements)
    yield from ((item.id, item.evidence) for item in review.shortcomings)
    yield from ((item.id, item.evidence) for item in plan.tasks)


def locate_figure(text: QuotedText, figure: Figure) -> PrintedFigure:
    """The figure with the first quote of an item that holds it; if none does, the figure is its own quote."""
    for item, quote in text.find_quotes(figure.start):
        if quote.start <= figure.start and figure.end <= quote.end:
            return PrintedFigure(figure, item, quote.sentence, quote.start, quote.quote)
    sentence = text.find_sentence(figure.start)
    return PrintedFigure(figure, None, sentence.n if sentence else None, figure.start, figure.quote)


def rebuild_context(text: QuotedText, figure: Figure) -> FigureContext | None:
    """The figure's sentence, rebuilt from the quotes in it; None where no quote holds the figure."""
    sentence = text.find_sentence(figure.start)
    if sentence is None:
        return None
    chars: list[str | None] = [None] * (max(sentence.end, figure.end) - sentence.start)
    for _, quote in text.find_quotes(figure.start):
        if len(quote.quote) == quote.end - quote.start:
            start, end = max(quote.start, sentence.start), min(quote.end, sentence.start + len(chars))
            chars[start - sentence.start : end - sentence.start] = quote.quote[start - quote.start : end - quote.start]
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
