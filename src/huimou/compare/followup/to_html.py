"""A plan against its review as one HTML page: no network, no script, readable on a phone, in the dark and on paper.

The filter is radio buttons and a style sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from huimou.compare.followup import phrases
from huimou.compare.followup.result import FollowUp, TaskOutcome
from huimou.outputs.html.shell import render_template
from huimou.outputs.items import group_by_domain


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Pages of the two reports, relative to this one; None where there is none. Sentence n is `#sn` in them."""

    earlier: str | None = None
    later: str | None = None


def to_html(found: FollowUp, links: PageLinks | None = None) -> str:
    """HTML text of the page; `links` lead from each quote into its report's own page."""
    links = links or PageLinks()
    values = {
        "found": found,
        "name": phrases.format_title(found),
        "filters": _build_filters(found),
        "tasks": group_by_domain(found.tasks, found.domains),
        "new_work": group_by_domain(found.new_work, found.domains),
        "earlier": links.earlier and quote(links.earlier),
        "later": links.later and quote(links.later),
        "phrases": phrases,
        "is_open": _is_open,
        "to_id": _to_id,
    }
    return render_template("follow_up.html", (), values)


def _build_filters(found: FollowUp) -> list[tuple[str, str, int]]:
    """Key, name and number of tasks of each choice of the filter; all tasks first, and no choice that shows none."""
    choices = (
        ("reported", "全部或部分有对应表述", found.counts.reported),
        ("open", "有未见对应表述的任务", sum(map(_is_open, found.tasks))),
    )
    return [("all", "全部", found.counts.tasks), *(choice for choice in choices if choice[2])]


def _is_open(task: TaskOutcome) -> bool:
    """Whether any of its sentences is not seen, or has no answer."""
    return any(point.outcome != "reported" for point in task.points)


def _to_id(text: str) -> str:
    """An id that is safe in an address."""
    return "".join(char for char in text if char.isalnum())
