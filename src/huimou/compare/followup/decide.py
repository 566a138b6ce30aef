"""Deciding which candidates report on a point: by program where it is plain, else by the model.

A question has one point and at most a few numbered sentences; the answer is a verdict on each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huimou.compare.followup.pairs import FLOOR, SAME, LikelySentence, PlanPoint, ReviewSentence
from huimou.compare.followup.result import DecidedBy, PointOutcome
from huimou.compare.followup.targets import is_same_thing, may_be_same
from huimou.digest.questions.asking import Asker
from huimou.digest.questions.registry import FOLLOW_TASK
from huimou.errors import AnswerError
from huimou.language.text import fold_width, to_plain
from huimou.model.digest import Figure, Target

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class PointVerdict:
    """The verdict on a point, who decided it, and how many candidates the model was shown."""

    outcome: PointOutcome
    made: DecidedBy
    asked: int
    told: tuple[ReviewSentence, ...]


@dataclass(frozen=True, slots=True)
class FollowUpAsking:
    """The model that is asked about a pair of reports, which the slots call `pair`.

    A sentence whose likeness is below `floor` is not accepted even if the model says so.
    """

    asker: Asker
    floor: float = FLOOR


def decide_point(
    point: PlanPoint, candidates: Sequence[LikelySentence], figures: Sequence[Figure], asking: FollowUpAsking
) -> PointVerdict:
    """The verdict on one point; `figures` are those of the later report.

    A question without an answer leaves the point unanswered.

    Raises:
        EndpointError: the server cannot be used.

    """
    known = decide_without_model(point, candidates, figures, asking.floor)
    return known if known is not None else _ask_model(point, candidates, asking)


def decide_without_model(
    point: PlanPoint, candidates: Sequence[LikelySentence], figures: Sequence[Figure], floor: float = FLOOR
) -> PointVerdict | None:
    """The verdict where the model need not be asked; None where it must be.

    It is not asked where no candidate reaches `floor`, and where one has nearly the same words or the point's figure.
    Where a point sets a number and some candidates give a figure that may be of it, the others are not considered.
    """
    sure = [one.told for one in candidates if one.likeness >= SAME or _figure(is_same_thing, point, one.told, figures)]
    told = [one for one in sure if _figure(may_be_same, point, one, figures)] or sure
    if told:
        return PointVerdict("reported", "program", 0, tuple(told))
    return None if any(one.likeness >= floor for one in candidates) else PointVerdict("not_seen", "program", 0, ())


def _figure(
    fits: Callable[[Target, Figure], bool], point: PlanPoint, told: ReviewSentence, figures: Sequence[Figure]
) -> bool:
    inside = find_figures(told, figures)
    return any(fits(target, figure) for target in point.targets for figure in inside)


def find_figures(told: ReviewSentence, figures: Sequence[Figure]) -> list[Figure]:
    """The figures that stand in a sentence."""
    return [figure for figure in figures if told.evidence.start <= figure.start < told.evidence.end]


def _ask_model(point: PlanPoint, candidates: Sequence[LikelySentence], asking: FollowUpAsking) -> PointVerdict:
    """The model's verdict on the candidates; those below the floor are shown to it but not accepted.

    Measured with 1.5 billion parameters (fixtures/follow): shown one or
    two, it says yes to nearly all; told to choose one of four, it often takes the last; believed in whatever it says
    yes to, it gives two wrong sentences for each right one.
    """
    task = _clip_quote(point.words)
    sentences = "\n".join(f"{n} {_clip_quote(one.told.evidence.quote)}" for n, one in enumerate(candidates, start=1))
    question = asking.asker.build_question(
        FOLLOW_TASK,
        point.id,
        {"task": task, "sentences": sentences},
        shown=len(candidates),
        chunking=f"sentence {point.evidence.sentence}; "
        + " ".join(str(one.told.evidence.sentence) for one in candidates),
    )
    try:
        chosen = asking.asker.ask(question).value.stated_numbers
    except AnswerError:
        return PointVerdict("unanswered", "model", len(candidates), ())
    likely = [candidates[number - 1] for number in chosen if candidates[number - 1].likeness >= asking.floor]
    told = tuple(one.told for one in likely)
    return PointVerdict("reported" if told else "not_seen", "model", len(candidates), told)


def _clip_quote(quote: str) -> str:
    """One line of plain text, cut where it is very long."""
    body = " ".join(fold_width(to_plain(quote)).split())
    return body if len(body) <= _LONGEST else body[:_LONGEST] + "…"
