"""How much two sentences of a pair of reports speak of the same thing, by what they share that is rare in the pair.

Terms are pairs of Chinese characters and Latin words: pairs of characters find Chinese text about as well as words do,
without a dictionary (Nie, Gao, Zhang and Zhou 2000, On the use of words and n-grams for Chinese information retrieval).
A term weighs log(1 + N / df) over the sentences of both reports (Spärck Jones 1972, inverse document frequency).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from huimou.language.text import compact

_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]{2,}", re.IGNORECASE)


def find_terms(text: str) -> frozenset[str]:
    """Pairs of Chinese characters that stand side by side, and Latin words in lower case; no numbers, no marks."""
    found: set[str] = set()
    for run in _RUN.findall(compact(text)):
        if run.isascii():
            found.add(run.lower())
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Rarity:
    """What each term weighs, by how few of `count` sentences have it."""

    frequency: Mapping[str, int]
    count: int

    @classmethod
    def of(cls, texts: Iterable[frozenset[str]]) -> Rarity:
        """Rarity over sentences, each given as its terms."""
        all_texts = list(texts)
        return cls(Counter(term for text in all_texts for term in text), len(all_texts))

    def weight(self, found: frozenset[str]) -> float:
        """Sum of the weights of terms; one that no sentence has weighs as if one had."""
        # Sorted, for the sum of floats depends on its order.
        return sum(math.log(1 + self.count / max(1, self.frequency.get(term, 0))) for term in sorted(found))

    def measure_likeness(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Weight of what both have over the geometric mean of their weights: 0 nothing, 1 the same terms."""
        both = self.weight(one & other)
        return both / math.sqrt(self.weight(one) * self.weight(other)) if both else 0.0
