"""A summary out of the report's own clauses, taken whole and shortened as an editor would.

Clauses that belong together (a frame and what it frames, a deed and what became of it) are one piece. Hollow pieces go;
of the others as many as fit are kept, the weightiest first: figures, results, names, topics, deeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.language.clauses import Clause, shorten_clause
from huimou.language.figures import find_quantities
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.language.weighing import (
    LONGEST_SHARE,
    find_doers,
    find_own_doer,
    find_slogan,
    is_headline,
    measure_value,
)
from huimou.model.computed_once import cached_property

_CLOSES_FRAME = get_rule("wording.closes_frame")
_OPENS_FRAME = get_rule("wording.opens_frame")
_DIRECTS = get_rule("wording.directs_others")
_SETTING = get_rule("clauses.setting")
_SOFT_DEED = get_rule("wording.soft_deed")
_DEED = get_rule("clauses.deed")
_SCOPE = get_rule("wording.scope")
_TOPIC_END = get_rule("wording.end_of_topic")
_BARE_VERB, _MOST_CHOICES, _SENTENCE = 5, 12, 3.0
_PER_CHARACTER, _PER_CHARACTER_TOO_MANY = 0.02, 0.08


@dataclass(frozen=True, eq=False)
class Piece:
    """Clauses of one sentence that are kept or left together, in the order of the text.

    Args:
        clauses: with their places among all clauses of the passage.
        sentence: ordinal of their sentence.
    """

    clauses: tuple[tuple[int, Clause], ...]
    sentence: int

    @cached_property
    def value(self) -> float:
        """How much a summary would lose without it; 0 for one that is hollow."""
        return sum(measure_value(clause) for _, clause in self.clauses)

    @cached_property
    def has_figure(self) -> bool:
        """Whether a quantity stands in it; a date is none."""
        return any(find_quantities(clause.text) for _, clause in self.clauses)


def split_pieces(clauses: Sequence[Clause]) -> tuple[Piece, ...]:
    """Clauses put together: a frame with the clause it frames, a clause without a subject with the one before it."""
    pieces: list[list[tuple[int, Clause]]] = []
    for number, clause in enumerate(clauses):
        last = pieces[-1] if pieces else None
        same = last is not None and last[-1][1].sentence == clause.sentence
        opened = last is not None and same and _is_open(last[-1][1])
        if last is not None and same and (opened or clause.leans):
            last.append((number, clause))
        else:
            pieces.append([(number, clause)])
    return tuple(Piece(tuple(piece), piece[0][1].sentence) for piece in pieces)


def _is_open(clause: Clause) -> bool:
    """Whether a clause is a frame that says something, which the next clause completes."""
    body = fold(clause.text)
    says = clause.hangs and measure_value(clause) > 0 and not _OPENS_FRAME.match(body)
    return says or bool(_SETTING.fullmatch(body) or _DIRECTS.match(body))


def compose_summary(clauses: tuple[Clause, ...], longest: int, *, shorten_lists: bool = True) -> str:
    """The passage in its own words, hollow pieces left out, at most `longest` characters if its figures allow it."""
    pieces = split_pieces(clauses)
    kept = [piece for piece in pieces if piece.value] or _keep_acting(pieces)
    kept = [piece for piece in kept if not is_headline(piece.clauses[0][0], clauses)] or kept
    for long in (False, True):
        written = write_pieces(clauses, kept, long=long, lists=shorten_lists)
        if len(written) <= longest:
            return written
    most = max(longest, int(LONGEST_SHARE * sum(len(clause.text) + 1 for clause in clauses)))
    return write_pieces(
        clauses, _choose_pieces(kept, longest, most, lists=shorten_lists), long=True, lists=shorten_lists
    )


def _keep_acting(pieces: Sequence[Piece]) -> list[Piece]:
    """Of pieces without worth those with a verb of work and no slogan, else those with such a verb, else all."""
    acting = [piece for piece in pieces if _acts(piece)]
    plain = [piece for piece in acting if not any(find_slogan(clause.text) for _, clause in piece.clauses)]
    return plain or acting or list(pieces)


def _acts(piece: Piece) -> bool:
    return any(_DEED.search(fold(clause.text)) or _SOFT_DEED.search(fold(clause.text)) for _, clause in piece.clauses)


def _choose_pieces(pieces: Sequence[Piece], longest: int, most: int, *, lists: bool) -> list[Piece]:
    """The pieces that say most for their length; those with a figure are always kept.

    Every character costs a little, one beyond `longest` much; beyond `most` only figures go.
    """
    free = sorted((p for p in pieces if not p.has_figure), key=lambda piece: piece.value)[-_MOST_CHOICES:]
    fixed = [piece for piece in pieces if piece.has_figure]
    lengths = [_measure_piece(piece, lists=lists) for piece in free]
    taken = sum(_measure_piece(piece, lists=lists) for piece in fixed)
    best: tuple[float, tuple[Piece, ...]] = (-1e9, ())
    for choice in range(0 if fixed else 1, 1 << len(free)):
        chosen = tuple(piece for at, piece in enumerate(free) if choice >> at & 1)
        length = taken + sum(lengths[at] for at in range(len(free)) if choice >> at & 1)
        if length > most and len(chosen) > (0 if fixed else 1):
            continue
        told = {piece.sentence for piece in (*fixed, *chosen)}
        value = sum(piece.value for piece in chosen) + _SENTENCE * len(told)
        value -= _PER_CHARACTER * length + _PER_CHARACTER_TOO_MANY * max(0, length - max(longest, taken))
        best = max(best, (value, chosen), key=lambda one: one[0])
    kept = {id(piece) for piece in (*fixed, *best[1])}
    return [piece for piece in pieces if id(piece) in kept]


def _measure_piece(piece: Piece, *, lists: bool) -> int:
    """Characters of a piece as it is written, with the mark after it."""
    return sum(
        len(shorten_clause(clause.text, long=True, lists=lists)) + 1
        for _, clause in piece.clauses
        if _is_written(piece, clause)
    )


def write_pieces(clauses: tuple[Clause, ...], pieces: Sequence[Piece], *, long: bool, lists: bool) -> str:
    """The pieces as one sentence, each clause shortened; `long` where it must become shorter still.

    A doer whose clause is left out is put before the next clause that is kept.
    """
    kept = {number for piece in pieces for number, clause in piece.clauses if _is_written(piece, clause)}
    doers = find_doers(clauses)
    parts: list[str] = []
    before: Clause | None = None
    told = ""
    for number, clause in enumerate(clauses):
        words = shorten_clause(clause.text, long=long, lists=lists) if number in kept else ""
        if not words:
            continue
        if clause.opens or (before is not None and before.sentence != clause.sentence):
            told = ""
        if doers[number] and doers[number] != told and not find_own_doer(clause):
            words = doers[number] + words
        told = doers[number]
        opening = _find_opening(clauses, number) if _CLOSES_FRAME.match(fold(words)) else -1
        if opening >= 0 and opening not in kept:
            words = clauses[opening].text[0] + words
        if before is not None:
            parts.append(_join(before, clause, words))
        parts.append(words)
        before = clause
    return "".join(parts)


def _find_opening(clauses: Sequence[Clause], number: int) -> int:
    """The nearest clause before this one, in its sentence, that opens a frame which it does not close; -1 for none."""
    before = (n for n in range(number - 1, -1, -1) if clauses[n].sentence == clauses[number].sentence)
    return next((n for n in before if _OPENS_FRAME.match(fold(clauses[n].text))), -1)


def _is_written(piece: Piece, clause: Clause) -> bool:
    return len(piece.clauses) == 1 or measure_value(clause) > 0 or bool(_SCOPE.search(fold(clause.text)))


def _join(before: Clause, clause: Clause, words: str) -> str:
    """The mark between two clauses: none between a frame and a bare verb (就……等课题调研)."""
    if clause.sentence != before.sentence:
        return ";"
    return "" if before.hangs and len(words) <= _BARE_VERB and _TOPIC_END.search(fold(before.text)) else ","
