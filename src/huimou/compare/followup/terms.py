"""The likeness of two sentences of a pair of reports, by the terms that they share and that are rare in the pair.

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
    """The terms of a text: pairs of neighbouring Chinese characters and Latin words in lower case, without numbers."""
    found: set[str] = set()
    for run in _RUN.findall(compact(text)):
        if run.isascii():
            found.add(run.lower())
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Rarity:
    """The weight of each term: the fewer of `count` sentences have it, the greater."""

    frequency: Mapping[str, int]
    count: int

    @classmethod
    def of(cls, texts: Iterable[frozenset[str]]) -> Rarity:
        """Rarity over sentences, each given as its terms."""
        all_texts = list(texts)
        return cls(Counter(term for text in all_texts for term in text), len(all_texts))

    def weight(self, found: frozenset[str]) -> float:
        """The sum of the weights of terms; a term that no sentence has weighs as if one had it."""
        # Sorted, for the sum of floats depends on its order.
        return sum(math.log(1 + self.count / max(1, self.frequency.get(term, 0))) for term in sorted(found))

    def measure_likeness(self, one: frozenset[str], other: frozenset[str]) -> float:
        """The weight of the terms that both have, divided by the geometric mean of both weights; 0 to 1."""
        both = self.weight(one & other)
        return both / math.sqrt(self.weight(one) * self.weight(other)) if both else 0.0
