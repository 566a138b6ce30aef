"""What a list of many reports says of one: kept in the journal, so that no digest is read again for the list."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from huimou.contract import Digest
from huimou.stages.render import looks, plan_period, review_period, running


@dataclass(frozen=True, slots=True)
class Listed:
    """One report in a list; None where the report does not say.

    Args:
        organisation: that reports.
        region: of which.
        kind: what such a report is called.
        review: the years looked back on, as printed (2022年).
        plan: the year of the plan, as printed.
        checks: places to check first.
        looks: items that a person should look at.
        checked: items that a person has checked.
        domains: achievements and tasks by title of domain, in reading order, those without any included.

    """

    organisation: str | None = None
    region: str | None = None
    kind: str | None = None
    review: str | None = None
    plan: str | None = None
    checks: int = 0
    looks: int = 0
    checked: int = 0
    domains: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)


def listed(digest: Digest) -> Listed:
    """The line of a digest."""
    report = digest.report
    done = Counter(item.domain for item in digest.year_review.achievements)
    planned = Counter(task.domain for task in digest.next_year_plan.tasks)
    titles = dict.fromkeys((*report.domains, *done, *planned))
    return sparing(
        Listed(
            organisation=_said(report.organisation),
            region=_said(report.region),
            kind=_said(report.kind_title or report.kind),
            review=review_period(report.review_years),
            plan=_plan(digest),
            checks=len(digest.checks),
            looks=looks(digest),
            checked=checked(digest),
            domains={running(report.domains.get(key, key)): (done[key], planned[key]) for key in titles},
        )
    )


def checked(digest: Digest) -> int:
    """How many items a person has checked."""
    return sum(one.checked for one in digest.review.items) if digest.review else 0


def _plan(digest: Digest) -> str | None:
    """The plan's year; where tasks stand in the report without a plan of their own, that."""
    plan = digest.next_year_plan
    if not plan.stated:
        return "未单列计划" if plan.tasks else None
    return plan_period(digest.report.plan_year)


def sparing(one: Listed) -> Listed:
    """The same; ten thousand of them are held at once, and what they have in common is then held once."""
    return Listed(
        organisation=_shared(one.organisation),
        region=_shared(one.region),
        kind=_shared(one.kind),
        review=_shared(one.review),
        plan=_shared(one.plan),
        checks=one.checks,
        looks=one.looks,
        checked=one.checked,
        domains={sys.intern(title): _pair(*counts) for title, counts in one.domains.items()},
    )


def _shared(words: str | None) -> str | None:
    return sys.intern(words) if words else words


@cache
def _pair(done: int, planned: int) -> tuple[int, int]:
    return done, planned


def _said(words: str | None) -> str | None:
    return running(words) if words else None
