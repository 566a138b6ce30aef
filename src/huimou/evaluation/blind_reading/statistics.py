"""A share with its interval, and how far two readers agree beyond chance.

Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22:209-212 (the score interval
without correction for continuity, number 3 in Newcombe 1998, Statistics in Medicine 17:857-872). Cohen 1960, "A
coefficient of agreement for nominal scales", Educational and Psychological Measurement 20:37-46.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

_Z95 = 1.959963984540054  # of the normal distribution, 95 % two-sided


def compute_wilson_interval(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share of `hits` in `total` (not 0), 0 to 1."""
    share, z2 = hits / total, _Z95**2
    middle = share + z2 / (2 * total)
    half = _Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    low, high = ((middle + sign * half) / (1 + z2 / total) for sign in (-1, 1))
    return (0.0 if hits == 0 else low, 1.0 if hits == total else high)


def compute_agreement(pairs: Sequence[tuple[str, str]]) -> float:
    """The share of pairs (not none) whose two answers are the same."""
    return sum(one == other for one, other in pairs) / len(pairs)


def compute_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two readers' answers (not none); None where both always give one and the same answer."""
    total = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[answer] * second[answer] for answer in first)
    if by_chance == total * total:
        return None
    chance = by_chance / (total * total)
    return (compute_agreement(pairs) - chance) / (1 - chance)
