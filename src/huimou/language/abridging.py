"""A summary out of the report's own clauses: a choice of them, joined so that nothing is lost that must be kept.

Figures, the verbs of advice, one clause of every sentence and one name are always kept; purposes go first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from huimou.language.clauses import Clause, find_names

LEAST_LENGTH, MOST_LENGTH = 0.34, 0.56


def is_compressible(clauses: Sequence[Clause]) -> bool:
    """Whether more than a third of the text lies in clauses without figures; if not, it is as short as it can be."""
    free = sum(len(clause.text) for clause in clauses if not clause.has_figure)
    return free > sum(len(clause.text) for clause in clauses) / 3


def join_clauses(clauses: Sequence[Clause], kept: Iterable[int], *, most: float = MOST_LENGTH) -> str:
    """Summary of the kept clauses (numbers from 1), in the order of the text.

    Figures, governing clauses and one clause a sentence are added; while the whole is longer than `most` of the
    clauses' length, what weighs least goes first, the last of equals before the others.
    """
    forced = {n for n, clause in enumerate(clauses, 1) if clause.has_figure or clause.governs}
    numbers = {n for n in kept if 1 <= n <= len(clauses)} | forced
    for sentence in {clause.sentence for clause in clauses}:
        own = [n for n, clause in enumerate(clauses, 1) if clause.sentence == sentence]
        if not numbers & set(own):
            numbers.add(max(own, key=lambda n: (clauses[n - 1].weight, -n)))
    named = [n for n, clause in enumerate(clauses, 1) if find_names(clause.text)]
    if named:  # what the text is about by name: of several the one that was chosen first
        forced = forced | set([n for n in named if n in numbers][:1] or named[:1])
        numbers |= forced
    limit = most * sum(len(clause.text) for clause in clauses)
    for number in sorted(numbers, key=lambda n: (clauses[n - 1].weight, -n)):
        if sum(len(clauses[n - 1].brief) for n in numbers) <= limit:
            break
        alone = sum(clauses[n - 1].sentence == clauses[number - 1].sentence for n in numbers) == 1
        if number not in forced and not alone:
            numbers.discard(number)
    return _write_clauses(
        [
            clauses[n - 1]
            for n in sorted(_fill_up(clauses, _complete_fragments(clauses, numbers), min(LEAST_LENGTH, most)))
        ]
    )


def _fill_up(clauses: Sequence[Clause], numbers: set[int], least: float) -> set[int]:
    """The choice with the weightiest other clauses, until it is `least` of the whole: 「提出建议」 says too little."""
    kept = set(numbers)
    length = sum(len(clause.text) for clause in clauses)
    rest = sorted(set(range(1, len(clauses) + 1)) - kept, key=lambda n: (-clauses[n - 1].weight, n))
    for number in rest:
        if sum(len(clauses[n - 1].text) for n in kept) >= least * length:
            break
        kept.add(number)
    return _complete_fragments(clauses, kept)


def _complete_fragments(clauses: Sequence[Clause], numbers: set[int]) -> set[int]:
    """The choice without fragments.

    A clause that hangs on a later one or leans on an earlier one is kept together with it, or is dropped.
    """
    kept = set(numbers)
    for number in sorted(numbers):
        clause = clauses[number - 1]
        same = [n for n, other in enumerate(clauses, start=1) if other.sentence == clause.sentence]
        later = [n for n in same if n > number and not clauses[n - 1].hangs]
        if clause.hangs and later and not kept & set(later):
            only = kept & set(same) == {number}
            kept |= {max(later, key=lambda n: (clauses[n - 1].weight, -n))} if only or clause.has_figure else set()
            kept -= set() if only or clause.has_figure else {number}
        if clause.leans and number - 1 in same and not kept & {n for n in same if n < number}:
            kept.add(number - 1)
    return kept


def write_own_words(clauses: Sequence[Clause]) -> str:
    """The report's own words without clauses that only state purposes: the fallback in which no model has a part."""
    kept = [clause for clause in clauses if clause.governs or not clause.is_purpose] or list(clauses)
    missing = {clause.sentence for clause in clauses} - {clause.sentence for clause in kept}
    return _write_clauses([clause for clause in clauses if clause in kept or clause.sentence in missing])


def _write_clauses(clauses: Sequence[Clause]) -> str:
    parts: list[str] = []
    for index, clause in enumerate(clauses):
        if index:
            parts.append("," if clause.sentence == clauses[index - 1].sentence else ";")
        parts.append(clause.brief)
    return "".join(parts)
