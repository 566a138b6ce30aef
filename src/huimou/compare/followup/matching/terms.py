"""The words that two sentences of a pair of reports share, weighed by how rare they are in the pair.

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

from huimou.language.rules import get_rule, remember
from huimou.language.text import compact

_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]{2,}", re.IGNORECASE)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,}")
_ANY_WORK = get_rule("following_up.words_of_any_work")
_LIST = get_rule("following_up.parts_of_a_list")
_NUMBER = get_rule("following_up.numbers_in_names")
_GAP = "|"
_REMEMBERED = 4096

Terms = frozenset[str]


def find_terms(text: str) -> Terms:
    """The terms of a text: pairs of neighbouring Chinese characters and Latin words in lower case, without numbers."""
    return _cut_terms(compact(text))


@remember(_REMEMBERED)
def find_named_terms(text: str) -> Terms:
    """The terms of a text without words that are said of any work (推进, 建设, 投入使用): what names its matter."""
    return _cut_terms(_ANY_WORK.sub(_GAP, compact(text)))


def _cut_terms(text: str) -> Terms:
    found: set[str] = set()
    for run in _RUN.findall(text):
        if run.isascii():
            found.add(run.lower())
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class NamedPart:
    """One of the things that a text lists: the first two characters of its name, empty if none, and its terms."""

    head: str
    terms: Terms


def list_named_parts(text: str) -> tuple[NamedPart, ...]:
    """The things that a text lists (甲、乙和丙), without those that no term names."""
    parts = _LIST.split(compact(text))
    return tuple(NamedPart(_find_head(part), terms) for part in parts if (terms := find_named_terms(part)))


def _find_head(part: str) -> str:
    """The first two characters of a name: they tell it from others of its kind (锦江国际酒店, 彼得国际酒店)."""
    found = _NAME.search(_NUMBER.sub(_GAP, _ANY_WORK.sub(_GAP, part)))
    return found.group()[:2] if found else ""


@dataclass(frozen=True, slots=True)
class Rarity:
    """The weight of each term: the fewer of `count` sentences have it, the greater."""

    frequency: Mapping[str, int]
    count: int

    @classmethod
    def of(cls, texts: Iterable[Terms]) -> Rarity:
        """Rarity over sentences, each given as its terms."""
        all_texts = list(texts)
        return cls(Counter(term for text in all_texts for term in text), len(all_texts))

    @property
    def highest(self) -> float:
        """The weight of a term that one sentence has."""
        return math.log(1 + self.count)

    def weigh_term(self, term: str) -> float:
        """The weight of one term; one that no sentence has weighs as if one had it."""
        return math.log(1 + self.count / max(1, self.frequency.get(term, 0)))

    def weight(self, found: Terms) -> float:
        """The sum of the weights of terms."""
        # Sorted, for the sum of floats depends on its order.
        return sum(self.weigh_term(term) for term in sorted(found))

    def measure_likeness(self, one: Terms, other: Terms) -> float:
        """The weight of the terms that both have, divided by the geometric mean of both weights; 0 to 1."""
        if one.isdisjoint(other):
            return 0.0
        return self.weight(one & other) / math.sqrt(self.weight(one) * self.weight(other))
