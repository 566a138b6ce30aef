"""How much of one text another holds, measured in pairs of neighbouring characters."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import lru_cache

from huimou.language.clauses import Clause
from huimou.language.text import compact

HALF = 0.5
_REMEMBERED = 1024  # a passage is cut again for each answer about it


def find_reflected_clauses(clauses: Sequence[Clause], summary: str) -> tuple[int, ...]:
    """Numbers (from 1) of the clauses of which a summary holds half of the pairs of characters, in full or in brief."""
    said = _collect_pairs(summary)
    return tuple(n for n, clause in enumerate(clauses, start=1) if _measure_clause(clause, said) >= HALF)


def measure_clause(clause: Clause, summary: str) -> float:
    """Share of a clause that a summary holds, 0 to 1: of its words in full or in brief, whichever is more."""
    return _measure_clause(clause, _collect_pairs(summary))


def measure_share(clause: str, summary: str) -> float:
    """Share of a clause's pairs of neighbouring characters that a summary holds, 0 to 1; width does not count."""
    return _measure_pairs(clause, _collect_pairs(summary))


def _measure_clause(clause: Clause, said: Container[str]) -> float:
    return max(_measure_pairs(clause.text, said), _measure_pairs(clause.brief, said))


def _measure_pairs(clause: str, said: Container[str]) -> float:
    own = _split_pairs(clause)
    return sum(pair in said for pair in own) / len(own) if own else 0.0


@lru_cache(maxsize=_REMEMBERED)
def _collect_pairs(text: str) -> frozenset[str]:
    """The pairs of a text that many clauses are measured by, one after another."""
    return frozenset(_split_pairs(text))


@lru_cache(maxsize=_REMEMBERED)
def _split_pairs(text: str) -> tuple[str, ...]:
    body = compact(text)
    return tuple(body[i : i + 2] for i in range(len(body) - 1))
