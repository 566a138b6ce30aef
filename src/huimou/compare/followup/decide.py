"""Deciding whether a point is reported on, and by which sentences: by program where it is plain, else by the model.

A question has one point and at most a few numbered sentences; the answer is a verdict on each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from huimou.compare.followup.matching.candidates import LikelySentence, PairIndex
from huimou.compare.followup.matching.points import PlanPoint, ReviewSentence
from huimou.compare.followup.result import DecidedBy, PointOutcome, VerdictGround
from huimou.digest.questions.asking import Asker
from huimou.digest.questions.registry import FOLLOW_TASK
from huimou.errors import AnswerError
from huimou.language.text import fold_width, to_plain
from huimou.settings import NO_MODEL, Endpoint

# Chances of the best sentence: from `SURE` on the program says yes, below `FLOOR` it says no; measured, see the guide.
FLOOR, SURE = 0.15, 0.3
MOST_SHOWN = 4
_MOST_TOLD = 3
_OF_BEST = 0.4
_LONGEST = 200


def choose_asking(endpoint: Endpoint, floor: float | None, *, kept: bool) -> tuple[Endpoint, float]:
    """Whom to ask about the points that are not plain, and the chance (0 to 1) from which they are asked about.

    Nobody where only the built-in model is there: it does no better than the program (see the guide).

    Args:
        endpoint: the user's.
        floor: the chance that the user gives, who then has whoever is there asked; None if not given.
        kept: whether answers are recorded or come from recordings.

    """
    if floor is None and endpoint.kind == "builtin" and not endpoint.gguf and not kept:
        return replace(endpoint, kind=NO_MODEL), SURE
    return endpoint, FLOOR if floor is None else floor


@dataclass(frozen=True, slots=True)
class PointVerdict:
    """The verdict on a point.

    Args:
        outcome: whether it is reported on.
        made: who decided.
        ground: what speaks most for it; None where nothing does.
        sure: probability (0 to 1) that the outcome is right; None where there is none.
        asked: how many candidates the model was shown.
        told: the sentences that report on it, the likeliest first.

    """

    outcome: PointOutcome
    made: DecidedBy
    ground: VerdictGround | None
    sure: float | None
    asked: int
    told: tuple[ReviewSentence, ...]


@dataclass(frozen=True, slots=True)
class FollowUpAsking:
    """The model that is asked about a pair of reports.

    It is asked where the chance of the best sentence lies from `floor` up to `sure`.
    """

    asker: Asker
    floor: float = FLOOR
    sure: float = SURE


def decide_point(point: PlanPoint, index: PairIndex, asking: FollowUpAsking) -> PointVerdict:
    """The verdict on one point; a question without an answer leaves it unanswered.

    Raises:
        EndpointError: the server cannot be used.

    """
    candidates = index.find_candidates(point)
    chance = index.measure_verdict(candidates)
    best = candidates[0].chance if candidates else 0.0
    if best < asking.floor:
        return PointVerdict("not_seen", "program", None, 1 - chance, 0, ())
    told = _choose_sentences(candidates)
    if best >= asking.sure:
        return PointVerdict("reported", "program", candidates[0].ground, chance, 0, told)
    return _ask_model(point, candidates[:MOST_SHOWN], chance, asking)


def _choose_sentences(candidates: Sequence[LikelySentence]) -> tuple[ReviewSentence, ...]:
    """The best sentence, and a second one that is nearly as likely; with a result for a target, none without."""
    least = candidates[0].chance * _OF_BEST
    likely = [one for one in candidates[:_MOST_TOLD] if one.chance >= least]
    return tuple(one.told for one in [one for one in likely if one.has_result] or likely)


def _ask_model(
    point: PlanPoint, candidates: Sequence[LikelySentence], chance: float, asking: FollowUpAsking
) -> PointVerdict:
    """The model's verdict; sentences much less likely than the best are shown to it but not accepted.

    Measured with 1.5 billion parameters (fixtures/follow): shown one or two, it says yes to nearly all; told to choose
    one of four, it often takes the last; believed in whatever it says yes to, it gives two wrong sentences for each
    right one.
    """
    likely = {one.evidence.start for one in _choose_sentences(candidates)}
    # In the order of the report: a small model that is shown the likeliest first says yes to the first.
    candidates = sorted(candidates, key=lambda one: one.told.evidence.start)
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
        return PointVerdict("unanswered", "model", None, None, len(candidates), ())
    told = tuple(one.told for n, one in enumerate(candidates, 1) if n in chosen and one.told.evidence.start in likely)
    sure = chance if told else 1 - chance
    return PointVerdict("reported" if told else "not_seen", "model", "model", sure, len(candidates), told)


def _clip_quote(quote: str) -> str:
    """One line of plain text, cut where it is very long."""
    body = " ".join(fold_width(to_plain(quote)).split())
    return body if len(body) <= _LONGEST else body[:_LONGEST] + "…"


def lead_by_parts(points: Sequence[PlanPoint], verdicts: Sequence[PointVerdict]) -> list[PointVerdict]:
    """The verdicts, where a point that opens its sentence is reported on if one of those behind it is.

    The opening says in general what the others name (要积极探索向基层延伸，推进“委员工作室”建设); where it sets a
    number of its own, it does not.
    """
    found = list(verdicts)
    for at, point in enumerate(points):
        if not point.opens or verdicts[at].told or any(target.figure for target in point.targets):
            continue
        parts = [v for p, v in zip(points[at + 1 :], verdicts[at + 1 :], strict=True) if p.sentence == point.sentence]
        told = tuple({one.evidence.start: one for part in parts for one in part.told}.values())[:_MOST_TOLD]
        if told:
            sure = max((part.sure for part in parts if part.told and part.sure is not None), default=None)
            found[at] = replace(verdicts[at], outcome="reported", made="program", ground="parts", sure=sure, told=told)
    return found
