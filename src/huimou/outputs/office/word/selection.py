"""Which items of a digest a briefing has room for.

What a person corrected or remarked on always stays. Then come the items that the overviews rest on, those that nothing
speaks against, those with many figures for their length; each domain has its first item before any has its second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from huimou.language.figures import find_quantities
from huimou.model.digest import Achievement, Digest, Shortcoming, Task
from huimou.outputs.items import group_by_domain
from huimou.outputs.office.person_reviews import NOBODY, Reviews
from huimou.outputs.office.word.titles import measure_width

CHARACTERS, LINES = 28, 22
"""Characters of a line and lines of a page, as GB/T 9704-2012 has them."""
_INDENT = 2
_LEAD = 5  # characters of its number and stop, beside the name of a domain
_PLAN_SHARE = 0.4  # of the lines, where review and plan both have more than fits
_Chosen = TypeVar("_Chosen", Achievement, Task)
Groups = Sequence[tuple[str, tuple[_Chosen, ...]]]


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """The items of review and plan that are taken, by domain, and how many there are in all."""

    review: tuple[tuple[str, tuple[Achievement, ...]], ...]
    plan: tuple[tuple[str, tuple[Task, ...]], ...]
    achievements: int
    tasks: int


def choose_items(digest: Digest, reviews: Reviews, lines: int) -> ItemChoice:
    """The items that fit into so many lines, in the order of the digest under their domains."""
    review = group_by_domain(digest.year_review.achievements, digest.report.domains)
    plan = group_by_domain(digest.next_year_plan.tasks, digest.report.domains)
    chief = {id_ for part in (digest.year_review, digest.next_year_plan) for one in part.overview for id_ in one.items}

    def rank(item: Achievement | Task) -> tuple[bool, bool, bool, float]:
        figures = len(find_quantities(item.summary)) + 1
        said = _is_of_person(item.id, reviews)
        return said, item.id in chief, item.look is None, figures / max(1, len(item.summary))

    must = frozenset(id_ for id_ in reviews if _is_of_person(id_, reviews))
    need = _count_all_lines(plan)
    planned = _fit(plan, max(round(lines * _PLAN_SHARE), lines - _count_all_lines(review)), rank, must)
    told = _fit(review, lines - min(need, _count_all_lines(planned)), rank, must)
    return ItemChoice(told, planned, len(digest.year_review.achievements), len(digest.next_year_plan.tasks))


def choose_shortcomings(digest: Digest, reviews: Reviews, lines: int) -> tuple[Shortcoming, ...]:
    """The shortcomings that fit into so many lines, the first ones first, and those that a person touched."""
    items = digest.year_review.shortcomings
    taken = {item.id for item in items if _is_of_person(item.id, reviews)}
    for item in items:
        text = "".join(one.summary for one in items if one.id in taken | {item.id})
        if not taken or count_lines(text) <= lines:
            taken.add(item.id)
    return tuple(item for item in items if item.id in taken)


def count_lines(text: str) -> int:
    """How many lines of a page a paragraph takes."""
    return _wrap(measure_width(text))


def _wrap(width: float) -> int:
    return math.ceil((width + _INDENT) / CHARACTERS)


def _is_of_person(id_: str, reviews: Reviews) -> bool:
    said = reviews.get(id_, NOBODY)
    return said.corrected is not None or said.comment is not None


def _fit(
    groups: Groups[_Chosen], lines: int, rank: Callable[[_Chosen], tuple[bool, bool, bool, float]], must: frozenset[str]
) -> tuple[tuple[str, tuple[_Chosen, ...]], ...]:
    """The groups with those items that fit, groups without any left out."""
    ordered = {title: sorted(items, key=rank, reverse=True) for title, items in groups}
    firsts: Sequence[_Chosen] = sorted((items[0] for items in ordered.values()), key=rank, reverse=True)
    others: Sequence[_Chosen] = sorted(
        (item for items in ordered.values() for item in items[1:]), key=rank, reverse=True
    )
    widths = {item.id: measure_width(item.summary) for _, items in groups for item in items}
    taken: set[str] = set(must)
    for item in (*firsts, *others):
        if _count_all_lines(_keep(groups, taken | {item.id}), widths) <= lines:
            taken.add(item.id)
    return _keep(groups, taken)


def _keep(groups: Groups[_Chosen], ids: set[str]) -> tuple[tuple[str, tuple[_Chosen, ...]], ...]:
    kept = ((title, tuple(item for item in items if item.id in ids)) for title, items in groups)
    return tuple((title, items) for title, items in kept if items)


def _count_all_lines(groups: Groups[_Chosen], widths: Mapping[str, float] | None = None) -> int:
    known = widths or {item.id: measure_width(item.summary) for _, items in groups for item in items}
    return sum(_wrap(len(title) + _LEAD + sum(known[item.id] for item in items)) for title, items in groups)
