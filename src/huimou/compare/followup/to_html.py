"""A plan against its review as one HTML page: no network, no script, readable on a phone, in the dark and on paper.

The plan is one table of targets, those not seen first. The filters are form fields and a style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from huimou.compare.followup import phrases
from huimou.compare.followup.result import FollowUp, PointOutcome, PointResult, TaskOutcome
from huimou.outputs.html.shell import render_template
from huimou.outputs.items import group_by_domain
from huimou.outputs.labels import OUTCOMES

_ORDER: tuple[PointOutcome, ...] = ("not_seen", "unanswered", "reported")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Pages of the two reports, relative to this one; None where there is none. Sentence n is `#sn` in them."""

    earlier: str | None = None
    later: str | None = None


@dataclass(frozen=True, slots=True)
class PointRow:
    """One row of the table: a point of a task, the number of its domain from 1, whether it is its task's first row."""

    task: TaskOutcome
    point: PointResult
    domain: int
    first: bool


def to_html(found: FollowUp, links: PageLinks | None = None) -> str:
    """HTML text of the page; `links` lead from each quote into its report's own page."""
    links = links or PageLinks()
    values = {
        "found": found,
        "name": phrases.format_title(found),
        "filters": _build_filters(found),
        "domains": [title for title, _ in group_by_domain(found.tasks, found.domains)],
        "groups": list(_group_by_outcome(found)),
        "new_work": group_by_domain(found.new_work, found.domains),
        "earlier": links.earlier and quote(links.earlier),
        "later": links.later and quote(links.later),
        "phrases": phrases,
        "mark_numbers": mark_numbers,
        "to_id": _to_id,
    }
    return render_template("follow_up.html", (), values)


def mark_numbers(point: PointResult) -> Iterator[tuple[str, bool]]:
    """The pieces of a point's sentence, each with whether it is the number of a target."""
    text, at = point.evidence.quote, 0
    for target in point.targets:
        place = text.find(target.quote, at) if target.quote else -1
        if place >= 0:
            yield text[at:place], False
            yield target.quote, True
            at = place + len(target.quote)
    yield text[at:], False


def _build_filters(found: FollowUp) -> list[tuple[str, str, int]]:
    """Key, name and number of points of each choice of the filter; all first, and no choice that shows none."""
    points = [point for task in found.tasks for point in task.points]
    counts = ((key, sum(point.outcome == key for point in points)) for key in _ORDER)
    numbers = sum(bool(point.targets) for point in points)
    choices = [*((key, OUTCOMES[key], count) for key, count in counts), ("numbers", phrases.WITH_NUMBERS, numbers)]
    return [("all", "全部", len(points)), *(choice for choice in choices if choice[2])]


def _group_by_outcome(found: FollowUp) -> Iterator[tuple[str, str, list[PointRow]]]:
    """Key, name and rows of each outcome, what was not seen first; within one by domain and in the plan's order."""
    by_domain = group_by_domain(found.tasks, found.domains)
    numbered = [(number, task) for number, (_, tasks) in enumerate(by_domain, 1) for task in tasks]
    seen: set[str] = set()
    for key in _ORDER:
        rows = list(_list_rows(numbered, key, seen))
        if rows:
            yield key, OUTCOMES[key], rows


def _list_rows(numbered: Sequence[tuple[int, TaskOutcome]], key: PointOutcome, seen: set[str]) -> Iterator[PointRow]:
    for number, task in numbered:
        for point in task.points:
            if point.outcome == key:
                yield PointRow(task, point, number, task.task not in seen)
                seen.add(task.task)


def _to_id(text: str) -> str:
    """An id that is safe in an address."""
    return "".join(char for char in text if char.isalnum())
