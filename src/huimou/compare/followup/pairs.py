"""Finding candidates: which sentences of the later review may report on which sentence of the earlier plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huimou.compare.followup.terms import Rarity, find_terms
from huimou.language.text import compact
from huimou.model.digest import Achievement, Digest, Evidence, Target, Task

# Tuned on one of the made pairs of fixtures/follow: the likeliest sentence of another matter reaches 0.22 where none
# reports on a point, and the likeliest point of another matter 0.26 where a later task goes on with none.
MOST = 4
FLOOR = 0.15
SAME = 0.3
GOES_ON = 0.4
_LISTED = 3
_LEAD = 14
_CUT = re.compile(r"[,;:。!?]")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """A sentence of a task, or one target of a sentence that lists several; `id` is the task's and a number."""

    id: str
    task: Task
    evidence: Evidence
    targets: tuple[Target, ...]

    @property
    def words(self) -> str:
        """What is to be done in few words: the task's summary where the point is the whole task, else the sentence."""
        alone = len(self.task.evidence) == 1 and self.evidence == self.task.evidence[0]
        return self.task.summary.rstrip("。") if alone else self.evidence.quote


@dataclass(frozen=True, slots=True)
class ReviewSentence:
    """A sentence of the later review, and the items that rest on it."""

    evidence: Evidence
    items: tuple[Achievement, ...]


@dataclass(frozen=True, slots=True)
class LikelySentence:
    """A sentence that may report on a point, and the likeness of both (0 to 1)."""

    told: ReviewSentence
    likeness: float


@dataclass(frozen=True, slots=True)
class ContinuedPoint:
    """A sentence of the later plan that continues a point of the earlier one, and the likeness of both (0 to 1)."""

    point: PlanPoint
    later: PlanPoint
    likeness: float


def list_points(tasks: Sequence[Task]) -> tuple[PlanPoint, ...]:
    """The points of tasks: each sentence, or each target of a sentence that lists three or more.

    A list of expected indicators is one sentence and one task; the next report has a sentence for each.
    """
    return tuple(
        PlanPoint(f"{task.id}.{number}", task, evidence, targets)
        for task in tasks
        for number, (evidence, targets) in enumerate(_pieces(task), start=1)
    )


def _pieces(task: Task) -> list[tuple[Evidence, tuple[Target, ...]]]:
    pieces: list[tuple[Evidence, tuple[Target, ...]]] = []
    for evidence in task.evidence:
        own = tuple(t for t in task.targets if evidence.start <= t.evidence.start < evidence.end)
        if sum(target.figure is not None for target in own) >= _LISTED:
            pieces += [(target.evidence, (target,)) for target in own]
        else:
            pieces.append((evidence, own))
    return pieces


def list_review_sentences(achievements: Sequence[Achievement]) -> tuple[ReviewSentence, ...]:
    """The sentences that achievements rest on, each once, in the order of the text, without titles of items."""
    items: dict[tuple[int, int], list[Achievement]] = {}
    evidence: dict[tuple[int, int], Evidence] = {}
    for item in achievements:
        for one in item.evidence:
            if len(item.evidence) > 1 and _is_title(one.quote):
                continue
            items.setdefault((one.start, one.end), []).append(item)
            evidence[one.start, one.end] = one
    return tuple(ReviewSentence(evidence[place], tuple(items[place])) for place in sorted(items))


def _is_title(quote: str) -> bool:
    body = compact(quote)
    return len(body) <= _LEAD and not any(char.isdigit() for char in body)


@dataclass(frozen=True, slots=True)
class PairIndex:
    """The sentences of both digests that are compared, and the rarity of each term in them."""

    points: tuple[PlanPoint, ...]
    told: tuple[ReviewSentence, ...]
    planned: tuple[PlanPoint, ...]
    rarity: Rarity

    @classmethod
    def of(cls, earlier: Digest, later: Digest) -> PairIndex:
        """The index of an earlier plan, a later review and a later plan."""
        points = list_points(earlier.next_year_plan.tasks)
        told = list_review_sentences(later.year_review.achievements)
        planned = list_points(later.next_year_plan.tasks)
        evidence = [*(p.evidence for p in points), *(t.evidence for t in told), *(p.evidence for p in planned)]
        return cls(points, told, planned, Rarity.of([find_terms(one.quote) for one in evidence]))

    def measure_likeness(self, one: str, other: str) -> float:
        """The greatest likeness (0 to 1) of two sentences or of their clauses.

        A task lists clauses, and the next report may take up one of them in a sentence that says more.
        """
        clauses, others = _parts(one), _parts(other)
        return max(
            self.rarity.measure_likeness(find_terms(a), find_terms(b))
            for a in (one, *clauses)
            for b in (other, *others)
        )

    def find_candidates(self, point: PlanPoint) -> tuple[LikelySentence, ...]:
        """The `MOST` likeliest sentences that share a term with a point, the likeliest first."""
        found = [
            LikelySentence(told, self.measure_likeness(point.evidence.quote, told.evidence.quote)) for told in self.told
        ]
        likely = [one for one in found if one.likeness > 0]
        return tuple(sorted(likely, key=lambda one: (-one.likeness, one.told.evidence.start))[:MOST])

    def find_continued(self) -> tuple[ContinuedPoint, ...]:
        """The sentences of the later plan that are like one of the earlier by `GOES_ON`, each with the likeliest."""
        found: list[ContinuedPoint] = []
        for later in self.planned:
            scored = [(self.measure_likeness(p.evidence.quote, later.evidence.quote), p) for p in self.points]
            if scored:
                best, point = max(scored, key=lambda pair: pair[0])
                found += [ContinuedPoint(point, later, best)] if best >= GOES_ON else []
        return tuple(found)


def _parts(quote: str) -> list[str]:
    return [part for part in _CUT.split(compact(quote)) if len(part) >= _SHORTEST]
