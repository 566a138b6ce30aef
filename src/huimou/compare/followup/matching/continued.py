"""Tasks of an earlier plan that a later plan goes on with, by the likeness of their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huimou.compare.followup.matching.terms import Rarity, Terms, find_terms
from huimou.language.text import compact
from huimou.model.digest import Digest, Evidence, Task

# Tuned on one of the made pairs of fixtures/follow: the likeliest point of another matter reaches 0.26 where a later
# task goes on with none.
_LEAST = 0.4
_LISTED = 3
_CUT = re.compile(r"[,;:。!?]")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class PlannedSentence:
    """A sentence of a task, or one target of a sentence that lists three or more."""

    task: Task
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ContinuedTask:
    """A sentence of the later plan that goes on with one of the earlier plan, and the likeness of both (0 to 1)."""

    earlier: PlannedSentence
    later: PlannedSentence
    likeness: float


def find_continued(earlier: Digest, later: Digest, told: Iterable[Evidence]) -> tuple[ContinuedTask, ...]:
    """Each sentence of the later plan that is like one of the earlier plan, with the likeliest.

    `told` are the sentences of the later review: words that are frequent in them weigh less, too.
    """
    before = _list_sentences(earlier.next_year_plan.tasks)
    after = _list_sentences(later.next_year_plan.tasks)
    evidence = [*(one.evidence for one in before), *told, *(one.evidence for one in after)]
    rarity = Rarity.of([find_terms(one.quote) for one in evidence])
    parts = [_list_parts(one.evidence.quote) for one in before]
    found: list[ContinuedTask] = []
    for planned in after:
        own = _list_parts(planned.evidence.quote)
        scored = [(_measure(rarity, other, own), at) for at, other in enumerate(parts)]
        best, at = max(scored, key=lambda pair: pair[0], default=(0.0, 0))
        found += [ContinuedTask(before[at], planned, best)] if best >= _LEAST else []
    return tuple(found)


def _list_sentences(tasks: Sequence[Task]) -> list[PlannedSentence]:
    return [PlannedSentence(task, evidence) for task in tasks for evidence in _list_evidence(task)]


def _list_evidence(task: Task) -> list[Evidence]:
    found: list[Evidence] = []
    for evidence in task.evidence:
        own = [t for t in task.targets if evidence.start <= t.evidence.start < evidence.end]
        listed = sum(target.figure is not None for target in own) >= _LISTED
        found += [target.evidence for target in own] if listed else [evidence]
    return found


def _list_parts(quote: str) -> list[Terms]:
    """The terms of a sentence and of each of its clauses."""
    clauses = [part for part in _CUT.split(compact(quote)) if len(part) >= _SHORTEST]
    return [find_terms(one) for one in (quote, *clauses)]


def _measure(rarity: Rarity, one: Sequence[Terms], other: Sequence[Terms]) -> float:
    """The greatest likeness of two sentences or of their clauses: a task lists clauses, and one may be taken up."""
    return max(rarity.measure_likeness(a, b) for a in one for b in other)
