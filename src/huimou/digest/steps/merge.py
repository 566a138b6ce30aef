"""Repeats joined: a report that says the same figures again elsewhere has one item with several sources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from huimou.language.text import fold
from huimou.model.report import Group, Quantity, Sentence, select_figures

_SHARED_FIGURES = 2
_LONGEST_EVIDENCE = 420

FigureKey = tuple[str | None, float, str]


def join_repeats(
    text: str, groups: Sequence[Group], sentences: Sequence[Sentence], figures: Sequence[Quantity]
) -> tuple[Group, ...]:
    """Move each repeating sentence to the group that said it first; a group left empty disappears.

    A sentence repeats an earlier one of its kind when both say the same words, or when the earlier one prints every
    figure of the later one, at least two; a percentage must also be of the same thing.
    """
    keys = {s.n: _build_keys(s, figures) for s in sentences}
    words = {s.n: re.sub(r"[\W_]+", "", fold(text[s.start : s.end])) for s in sentences}
    lengths = {s.n: s.end - s.start for s in sentences}
    kept: list[Group] = []
    for group in groups:
        own: list[int] = []
        for number in group.sentences:
            index = _find_first_match(kept, group, number, keys, words)
            if index is None or _measure_group(kept[index], lengths) + lengths[number] > _LONGEST_EVIDENCE:
                own.append(number)
            else:
                kept[index] = replace(kept[index], repeats=(*kept[index].repeats, number))
        if own:
            kept.append(replace(group, sentences=tuple(own)))
    return tuple(kept)


def _build_keys(sentence: Sentence, figures: Sequence[Quantity]) -> frozenset[FigureKey]:
    return frozenset(
        (f.unit, float(f.value), (f.counted or "") if f.unit == "%" else "")
        for f in select_figures(figures, sentence.start, sentence.end)
        if f.value is not None and re.search(r"\d", f.quote)
    )


def _find_first_match(
    kept: Sequence[Group], group: Group, number: int, keys: Mapping[int, frozenset[FigureKey]], words: Mapping[int, str]
) -> int | None:
    for index, earlier in enumerate(kept):
        if earlier.kind != group.kind:
            continue
        for other in earlier.sentences:
            same_words = len(words[number]) > 12 and words[number] == words[other]
            if same_words or (len(keys[number]) >= _SHARED_FIGURES and keys[number] <= keys[other]):
                return index
    return None


def _measure_group(group: Group, lengths: Mapping[int, int]) -> int:
    return sum(lengths[n] for n in (*group.sentences, *group.repeats))
