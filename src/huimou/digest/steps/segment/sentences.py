"""Blocks to numbered sentences that tile the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huimou.digest.steps.segment.blocks import Block
from huimou.language.markers import find_marker
from huimou.model.report import Sentence

_END = re.compile(r"(?:[。!?;]|…{1,2})+[”’」』)》】*]*")
_PAIRS = {"《": "》", "(": ")", "〈": "〉", "“": "”", "「": "」", "『": "』", "【": "】"}
_PAIR_REACH = 60
SENTENCE_LIMIT = 320
_SOFT_END = re.compile(r"[,、:]")


def split_sentences(blocks: tuple[Block, ...]) -> tuple[tuple[Sentence, ...], tuple[tuple[int, ...], ...]]:
    """All sentences in order, numbered from 1, and for each block the numbers of its sentences."""
    sentences: list[Sentence] = []
    owners: list[tuple[int, ...]] = []
    for block in blocks:
        numbers: list[int] = []
        for start, end in _split_block(block):
            sentences.append(Sentence(len(sentences) + 1, start, end))
            numbers.append(len(sentences))
        owners.append(tuple(numbers))
    return tuple(sentences), tuple(owners)


def list_bodies(block: Block) -> list[str]:
    """The sentences of a block as rules look at them: without the marker, line breaks and spaces."""
    return [strip_body(block.text[start - block.start : end - block.start]) for start, end in _split_block(block)]


def _split_block(block: Block) -> list[tuple[int, int]]:
    if block.kind == "heading":
        return [(block.start, block.end)]
    cuts = sorted({*(_find_cuts(block.text)), *(b - block.start for b in block.breaks), len(block.text)})
    spans: list[tuple[int, int]] = []
    last = 0
    for cut in cuts:
        piece = block.text[last:cut]
        stripped = piece.strip()
        if not stripped:
            continue
        start = last + len(piece) - len(piece.lstrip())
        if spans and not re.search(r"\w", stripped):
            spans[-1] = (spans[-1][0], start + len(stripped))
        else:
            spans.extend(_split_at_limit(block.text, start, start + len(stripped)))
        last = cut
    return [(block.start + start, block.start + end) for start, end in spans]


def _find_cuts(text: str) -> Iterator[int]:
    for found in _END.finditer(text):
        after = text[found.end() : found.end() + 1]
        if after in {"、", ",", ":"} or _is_inside_pair(text, found.start()):
            continue
        if found.group() in {"…", "……"} and after and not after.isspace():
            yield from (found.end(),) if len(text[: found.start()]) >= _PAIR_REACH else ()
            continue
        yield found.end()


def _is_inside_pair(text: str, at: int) -> bool:
    """Whether position `at` is inside a pair of brackets or quotes opened and closed nearby.

    An opening quote just before a `?` that is never closed is the mark of a lost byte, not of speech.
    """
    before = text[max(0, at - _PAIR_REACH) : at]
    for opening, closing in _PAIRS.items():
        position = before.rfind(opening)
        if position < 0 or closing in before[position:]:
            continue
        reach = text[at : at + _PAIR_REACH]
        close = reach.find(closing)
        if close > 1 or (close == 1 and text[at] != "。") or (text[at] == "?" and len(before) - position <= 6):
            return True
    return False


def _split_at_limit(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A run without full stops is cut at its last comma before the limit, or at the limit."""
    while end - start > SENTENCE_LIMIT:
        soft = [m.end() for m in _SOFT_END.finditer(text, start + SENTENCE_LIMIT // 2, start + SENTENCE_LIMIT)]
        cut = soft[-1] if soft else start + SENTENCE_LIMIT
        yield start, cut
        start = cut
    yield start, end


def strip_body(folded: str) -> str:
    """A folded sentence as rules look at it: without its marker, line breaks and spaces."""
    found = find_marker(folded)
    return re.sub(r"\s+", "", folded[found[1] if found else 0 :])
