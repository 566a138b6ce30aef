"""The domains of a profile: their words by weight, with the near misses of one counted for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huimou.language.profiles.tables import OTHER, DomainTable
from huimou.language.text import fold

_NEAR_WEIGHT = 3


@dataclass(frozen=True, slots=True, eq=False)  # by identity: its cues are a mapping, which has no hash
class Domain:
    """One domain: its key, its Chinese title, and its cue words with their weights.

    The cues of a `topical` domain do not count inside the subject of a survey or consultation; where a cue
    of a `formal` one (协商, 监督, 调研, 提案) is heard beside them, they count less. `roles` speak for a domain.
    Inside the words of `near` no cue of this domain counts: they look like it but belong to another, whose cues they
    are.
    """

    key: str
    title: str
    cues: Mapping[str, int]
    topical: bool = False
    formal: bool = False
    roles: tuple[str, ...] = ()
    definition: str = ""
    near: tuple[str, ...] = ()


def fold_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words as texts are compared: half width, simplified."""
    return tuple(fold(word) for word in words)


def build_domains(tables: Sequence[DomainTable]) -> tuple[Domain, ...]:
    """The domains as a file says them, `other` last."""
    cues = {table.key: _fold_cues(table.cues) for table in tables} | {OTHER: {}}
    for table in tables:
        for near in table.near_misses:
            for word in fold_words(near.words) if near.goes_to != OTHER else ():
                inside = [weight for cue, weight in _fold_cues(table.cues).items() if cue in word]
                cues[near.goes_to].setdefault(word, max(inside, default=_NEAR_WEIGHT))
    domains = [
        Domain(
            table.key,
            table.title,
            cues[table.key],
            table.topical,
            table.formal,
            tuple(table.roles),
            table.definition,
            tuple(word for near in table.near_misses for word in fold_words(near.words)),
        )
        for table in tables
    ]
    return tuple(domains) if domains[-1].key == OTHER else (*domains, Domain(OTHER, "其他", {}))


def _fold_cues(by_weight: Mapping[str, Sequence[str]]) -> dict[str, int]:
    return {fold(cue): int(weight) for weight, cues in by_weight.items() for cue in cues}
