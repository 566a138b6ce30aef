"""The points of a plan, one a matter that can be followed up, and the sentences of a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.language.clauses import Clause, split_clause_places
from huimou.language.rules import get_rule
from huimou.language.text import compact, fold
from huimou.language.weighing import is_hollow
from huimou.model.digest import Achievement, Evidence, Figure, Target, Task

_LEAD = 14
_SHORTEST = 5
_LONGEST_FRAME = 40
_GOES_ON = get_rule("following_up.goes_on_in_front")
_FRAME = get_rule("following_up.frames_what_follows")
_ANNOUNCES = get_rule("following_up.announces_a_list")
_PURPOSE = get_rule("following_up.purpose_behind")


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """One matter of a task: the clauses of a sentence that speak of it; `id` is the task's and a number.

    `sentence` is the whole sentence, `opens` says whether the point is the first of several in it.
    """

    id: str
    task: Task
    sentence: Evidence
    evidence: Evidence
    targets: tuple[Target, ...]
    opens: bool

    @property
    def words(self) -> str:
        """What is to be done in few words: the task's summary where the point is the whole task, else its clauses."""
        alone = len(self.task.evidence) == 1 and self.evidence == self.task.evidence[0]
        return self.task.summary.rstrip("。") if alone else self.evidence.quote


@dataclass(frozen=True, slots=True)
class ReviewSentence:
    """A sentence of the later review, and the items that rest on it."""

    evidence: Evidence
    items: tuple[Achievement, ...]


def list_points(tasks: Sequence[Task]) -> tuple[PlanPoint, ...]:
    """The points of tasks: a sentence that plans several matters has one for each.

    A clause without a matter of its own (其中……, 围绕……, 惠及村民) belongs to the point beside it.
    """
    return tuple(
        PlanPoint(f"{task.id}.{number}", task, sentence, evidence, targets, opens)
        for task in tasks
        for number, (sentence, evidence, targets, opens) in enumerate(_list_matters(task), start=1)
    )


def _list_matters(task: Task) -> Iterator[tuple[Evidence, Evidence, tuple[Target, ...], bool]]:
    for sentence in task.evidence:
        places = list(_join_clauses(sentence.quote))
        for number, (start, end) in enumerate(places):
            evidence = _cut_evidence(sentence, start, end) if len(places) > 1 else sentence
            own = tuple(t for t in task.targets if evidence.start <= t.evidence.start < evidence.end)
            yield sentence, evidence, own, number == 0 and len(places) > 1


def _cut_evidence(sentence: Evidence, start: int, end: int) -> Evidence:
    at = sentence.start
    return Evidence(sentence=sentence.sentence, start=at + start, end=at + end, quote=sentence.quote[start:end])


def _join_clauses(quote: str) -> Iterator[tuple[int, int]]:
    """Ranges of a sentence, each with the clauses of one matter."""
    begun: tuple[int, int] | None = None
    open_frame = False
    for start, end in split_clause_places(quote):
        words = compact(quote[start:end])
        if fold(quote[end : end + 1]) == ":" and _ANNOUNCES.search(words):
            continue
        if begun and (open_frame or _is_of_the_one_before(words)):
            begun = (begun[0], end)
        else:
            if begun:
                yield begun
            begun = (start, end)
        open_frame = len(words) < _SHORTEST or (len(words) < _LONGEST_FRAME and bool(_FRAME.match(words)))
    if begun:
        yield begun


def _is_of_the_one_before(words: str) -> bool:
    if _GOES_ON.match(words):
        return True
    return bool(_PURPOSE.match(words)) and is_hollow(Clause(words, 0))


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


def split_parts(quote: str) -> list[str]:
    """The clauses of a sentence as printed."""
    return [quote[start:end] for start, end in split_clause_places(quote)]


def list_figures_in(place: Evidence, figures: Sequence[Figure]) -> list[Figure]:
    """The figures that stand in a place."""
    return [figure for figure in figures if place.start <= figure.start < place.end]
