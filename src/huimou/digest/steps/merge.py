"""Repeats joined: a report that says the same figures again elsewhere has one item with several sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from huimou.language.text import fold
from huimou.model.report import Group, ItemKind, Quantity, Sentence, select_figures

_SHARED_FIGURES = 2
_LONGEST_EVIDENCE = 420
_FEW_WORDS = 12  # characters: so short a sentence may be said twice of two things

FigureKey = tuple[str | None, float, str]


def join_repeats(
    text: str, groups: Sequence[Group], sentences: Sequence[Sentence], figures: Sequence[Quantity]
) -> tuple[Group, ...]:
    """Move each repeating sentence to the group that said it first; a group left empty disappears.

    A sentence repeats an earlier one of its kind when both say the same words, or when the earlier one prints every
    figure of the later one, at least two; a percentage must also be of the same thing.
    """
    words = {s.n: re.sub(r"[\W_]+", "", fold(text[s.start : s.end])) for s in sentences}
    lengths = {s.n: s.end - s.start for s in sentences}
    said = _SaidBefore({s.n: _build_keys(s, figures) for s in sentences}, words)
    kept: list[Group] = []
    for group in groups:
        own: list[int] = []
        for number in group.sentences:
            index = said.find_first(group.kind, number)
            if index is None or _measure_group(kept[index], lengths) + lengths[number] > _LONGEST_EVIDENCE:
                own.append(number)
            else:
                kept[index] = replace(kept[index], repeats=(*kept[index].repeats, number))
        if own:
            said.add(group.kind, own, len(kept))
            kept.append(replace(group, sentences=tuple(own)))
    return tuple(kept)


def _build_keys(sentence: Sentence, figures: Sequence[Quantity]) -> frozenset[FigureKey]:
    return frozenset(
        (f.unit, float(f.value), (f.counted or "") if f.unit == "%" else "")
        for f in select_figures(figures, sentence.start, sentence.end)
        if f.value is not None and re.search(r"\d", f.quote)
    )


class _SaidBefore:
    """Which group first said what a sentence says; looked up, so that time grows with the number of sentences only.

    Args:
        keys: figures of each sentence.
        words: of each sentence, folded, without punctuation.

    """

    def __init__(self, keys: Mapping[int, frozenset[FigureKey]], words: Mapping[int, str]) -> None:
        self._keys, self._words = keys, words
        self._by_words: dict[tuple[ItemKind, str], int] = {}
        self._by_figure: dict[tuple[ItemKind, FigureKey], list[tuple[int, int]]] = {}

    def add(self, kind: ItemKind, numbers: Iterable[int], index: int) -> None:
        """Note the sentences of the group at an index, which is higher than all before."""
        for number in numbers:
            self._by_words.setdefault((kind, self._words[number]), index)
            for key in self._keys[number]:
                self._by_figure.setdefault((kind, key), []).append((index, number))

    def find_first(self, kind: ItemKind, number: int) -> int | None:
        """Index of the first group of a kind that a sentence repeats; None if it repeats none."""
        words, keys = self._words[number], self._keys[number]
        found = [self._by_words[kind, words]] if len(words) > _FEW_WORDS and (kind, words) in self._by_words else []
        if len(keys) >= _SHARED_FIGURES:
            rarest = min((self._by_figure.get((kind, key), []) for key in keys), key=len)
            found += islice((index for index, other in rarest if keys <= self._keys[other]), 1)
        return min(found, default=None)


def _measure_group(group: Group, lengths: Mapping[int, int]) -> int:
    return sum(lengths[n] for n in (*group.sentences, *group.repeats))
