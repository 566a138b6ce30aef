"""What a list of many reports says of one: kept in the journal, so that no digest is read again for the list."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from huimou.model.digest import Digest
from huimou.model.outcome import Listed, sparing
from huimou.outputs.render import looks, plan_period, review_period, running
from huimou.store.remarks import reviewed


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


def _said(words: str | None) -> str | None:
    return running(words) if words else None


def listed_with(ledger: Path, name: str, digest: Digest) -> Listed:
    """What a list says of a report, with the remarks that are not in its files yet.

    Raises:
        UsageError: the ledger cannot be read.

    """
    return listed(reviewed(ledger, name, digest).digest)
