"""Measuring a follow-up against judged tasks: which of them the later report says something of, and in which sentence.

A judgement is a file of one of two forms. `fixtures/follow/gold` names tasks and sentences by a piece of each; a list
of `{span, passages}` names them by half-open ranges of code points. A task counts as matched when a point that covers
half of it, or of which it covers half, has a sentence; the sentence is right when it overlaps a judged one by half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from huimou.compare.followup.result import FollowUp, PointResult
from huimou.errors import UsageError
from huimou.language.text import compact
from huimou.model.digest import Evidence
from huimou.store.files import read_text

_BINS = 10


@dataclass(frozen=True, slots=True)
class JudgedTask:
    """A task of the earlier plan and the sentences that report on it: pieces of text, or ranges of code points."""

    task: str | tuple[int, int]
    reported: tuple[str | tuple[int, int], ...]
    result: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpScores:
    """How many judged tasks there are, and the measures of a follow-up; shares are 0 to 1.

    Args:
        tasks: judged.
        precision: of the tasks given as reported on, the share that are.
        recall: of the tasks reported on, the share given so.
        f1: harmonic mean of both.
        f1_sentence: the same where only a task with a right sentence counts as found.
        silent: of the tasks that the later report is silent on, the share left as not seen.
        calibration: mean distance of the probability of a verdict from the share of such verdicts that are right.
        results: of the judged results, the share that stands beside its target; None where none is judged.

    """

    tasks: int
    precision: float
    recall: float
    f1: float
    f1_sentence: float
    silent: float
    calibration: float
    results: float | None


MEASURES = tuple(one.name for one in fields(FollowUpScores) if one.name != "tasks")


def list_measures(scores: FollowUpScores) -> dict[str, float]:
    """The measures by name, without those that have no value."""
    return {name: value for name in MEASURES if (value := getattr(scores, name)) is not None}


def read_judgement(path: Path) -> tuple[JudgedTask, ...]:
    """The judged tasks of a file.

    Raises:
        UsageError: it is no judgement of a pair of reports.

    """
    try:
        data: Any = json.loads(read_text(path))
        if isinstance(data, list):
            return tuple(JudgedTask(_read_range(one["span"]), tuple(map(_read_range, one["passages"]))) for one in data)
        return tuple(JudgedTask(one["task"], tuple(one["reported"]), one.get("result")) for one in data["tasks"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no judgement of a pair of reports", "see fixtures/follow/README.md") from error


def _read_range(pair: Sequence[int]) -> tuple[int, int]:
    start, end = pair
    return start, end


def score_follow_up(found: FollowUp, judged: Sequence[JudgedTask]) -> FollowUpScores:
    """Measure a follow-up against the judged tasks of its pair.

    Raises:
        UsageError: no task is judged, or a judged task is not in the plan.

    """
    if not judged:
        raise UsageError("the judgement has no task")
    points = [point for task in found.tasks for point in task.points]
    of_tasks = [_find_points(points, one) for one in judged]
    given = [[passage.evidence for point in own for passage in point.passages] for own in of_tasks]
    found_right = [bool(told) and bool(one.reported) for one, told in zip(judged, given, strict=True)]
    right = [
        any(_is_at(told, place) for told in own for place in one.reported)
        for one, own in zip(judged, given, strict=True)
    ]
    matched, said, wanted = sum(found_right), sum(map(bool, given)), sum(bool(one.reported) for one in judged)
    silent = [not told for one, told in zip(judged, given, strict=True) if not one.reported]
    return FollowUpScores(
        tasks=len(judged),
        precision=_share(matched, said),
        recall=_share(matched, wanted),
        f1=_share(2 * matched, said + wanted),
        f1_sentence=_share(2 * sum(right), said + wanted),
        silent=_share(sum(silent), len(silent)),
        calibration=_measure_calibration(of_tasks, judged),
        results=_measure_results(of_tasks, judged),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


def _find_points(points: Sequence[PointResult], judged: JudgedTask) -> list[PointResult]:
    own = [point for point in points if _is_at(point.evidence, judged.task)]
    if not own:
        raise UsageError(f"no point of the plan is the judged task {judged.task}", "judge this pair's earlier report")
    return own


def _is_at(evidence: Evidence, place: str | tuple[int, int]) -> bool:
    """Whether an evidence is at a place: the piece stands in it, or both overlap by half of the shorter."""
    if isinstance(place, str):
        piece, quote = compact(place), compact(evidence.quote)
        return piece in quote or (bool(quote.strip("。；，;,")) and quote.strip("。；，;,") in piece)
    both = min(evidence.end, place[1]) - max(evidence.start, place[0])
    return 2 * both >= min(evidence.end - evidence.start, place[1] - place[0])


def _measure_calibration(of_tasks: Sequence[Sequence[PointResult]], judged: Sequence[JudgedTask]) -> float:
    """Expected calibration error over ten equal bins of the probability that a task is reported on."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    pairs = list(zip(of_tasks, judged, strict=True))
    for own, one in pairs:
        chance = max(map(_read_chance, own))
        bins.setdefault(min(_BINS - 1, int(chance * _BINS)), []).append((chance, bool(one.reported)))
    distance = sum(abs(sum(chance - true for chance, true in one)) for one in bins.values())
    return round(distance / len(pairs), 3)


def _read_chance(point: PointResult) -> float:
    """The probability that a point is reported on; a half where it is not answered."""
    if point.sure is None:
        return 0.5
    return point.sure if point.outcome == "reported" else 1 - point.sure


def _measure_results(of_tasks: Sequence[Sequence[PointResult]], judged: Sequence[JudgedTask]) -> float | None:
    wanted = [(own, one.result) for own, one in zip(of_tasks, judged, strict=True) if one.result is not None]
    if not wanted:
        return None
    return _share(sum(result in _list_results(own) for own, result in wanted), len(wanted))


def _list_results(points: Sequence[PointResult]) -> Iterator[str]:
    return (one.quote for point in points for target in point.targets for one in target.results[:1])


def average_scores(scores: Mapping[str, FollowUpScores]) -> dict[str, float]:
    """Mean of each measure over the pairs, each weighing as many as it has judged tasks."""
    found = {}
    for name in MEASURES:
        known = [(getattr(one, name), one.tasks) for one in scores.values() if getattr(one, name) is not None]
        if known:
            found[name] = round(sum(value * weight for value, weight in known) / sum(weight for _, weight in known), 3)
    return found
