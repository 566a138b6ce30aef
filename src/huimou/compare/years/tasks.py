"""Following tasks through the plans of several years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from huimou.compare.cities.model import ComparedReport
from huimou.compare.followup.result import FollowUp, TaskOutcome
from huimou.compare.years.model import TaskMention, TaskThread, ThreadState
from huimou.model.digest import Task

# Likeness of two plans' sentences from which on a task counts as taken up again. On the one real pair that was read
# (77 links from 0.40 on), nearly all of those above are the same task, and most of those below are not.
_SAME_TASK = 0.55
_Place = tuple[int, str]


def follow_tasks(sides: Sequence[ComparedReport], pairs: Sequence[FollowUp | None]) -> tuple[TaskThread, ...]:
    """Every task of every plan, those that go on through several plans as one.

    Args:
        sides: the reports, the earliest first.
        pairs: each report's plan held against the next report, one fewer than reports; None where that could not be.

    """
    first = _find_first(pairs)
    grouped: dict[_Place, list[TaskMention]] = defaultdict(list)
    tasks: dict[_Place, Task] = {}
    for number, side in enumerate(sides):
        pair = pairs[number] if number < len(pairs) else None
        outcomes = {one.task: one for one in pair.tasks} if pair else {}
        for task in side.digest.next_year_plan.tasks:
            place = number, task.id
            tasks[place] = task
            grouped[first.get(place, place)].append(_mention(number, task, outcomes.get(task.id)))
    return tuple(_thread(sides[place[0]], tasks[place], mentions) for place, mentions in grouped.items())


def _find_first(pairs: Sequence[FollowUp | None]) -> Mapping[_Place, _Place]:
    """For each task that goes on with one of the plan before the earliest task of which it is the continuation.

    A task that goes on with several follows the likeliest.
    """
    first: dict[_Place, _Place] = {}
    for number, pair in enumerate(pairs):
        best: dict[str, tuple[float, str]] = {}
        for one in (link for link in (pair.carried if pair else ()) if link.likeness >= _SAME_TASK):
            best[one.later] = max(best.get(one.later, (0.0, "")), (one.likeness, one.earlier))
        for later, (_, earlier) in best.items():
            before = number, earlier
            first[number + 1, later] = first.get(before, before)
    return first


def _mention(number: int, task: Task, outcome: TaskOutcome | None) -> TaskMention:
    passages = [passage for point in outcome.points for passage in point.passages] if outcome else []
    alone = {(passage.evidence.start, passage.evidence.end): passage for passage in passages}
    told = tuple(alone[place] for place in sorted(alone))
    return TaskMention(number, task.id, task.title, tuple(task.evidence), outcome.outcome if outcome else None, told)


def _thread(side: ComparedReport, task: Task, mentions: Sequence[TaskMention]) -> TaskThread:
    domain = side.digest.report.domains.get(task.domain, task.domain)
    return TaskThread(task.title, domain, tuple(mentions), _find_state(mentions))


def _find_state(mentions: Sequence[TaskMention]) -> ThreadState:
    if len({one.report for one in mentions}) > 1:
        return "again"
    outcomes = {one.outcome for one in mentions}
    states: tuple[tuple[str | None, ThreadState], ...] = (
        ("reported", "reported"),
        ("unanswered", "unanswered"),
        ("not_seen", "silent"),
    )
    return next((state for outcome, state in states if outcome in outcomes), "open")
