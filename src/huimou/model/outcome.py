"""What became of one report of a batch, and what a list of many reports says of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from huimou.model.report import Usage

Status = Literal["complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class IndexRow:
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
        note: what to know of the text before it is read, such as that it was recognised from a scan; in Chinese.

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
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What became of one report.

    Args:
        name: of its outputs.
        file: the input's name, fit to print.
        status: complete, partial (some answer is missing) or failed (there is no output).
        reason: why it is not complete.
        seconds: wall time.
        items: achievements and shortcomings; counts are 0 when it failed.
        tasks: of the plan.
        figures: in the ledger of figures.
        uncovered: sentences that nothing disposes of.
        retryable: whether asking again may help, where it is not complete.
        spent: on all its questions.
        listed: what a list of reports says of it; None if it failed or an older huimou made it.

    """

    name: str
    file: str
    status: Status
    reason: str | None
    seconds: float
    items: int = 0
    tasks: int = 0
    figures: int = 0
    uncovered: int = 0
    retryable: bool = False
    spent: Usage = field(default_factory=Usage)
    listed: IndexRow | None = None


def intern_row(one: IndexRow) -> IndexRow:
    """An equal row whose words are interned: ten thousand rows are held at once, and share most of their words."""
    return IndexRow(
        organisation=_intern_words(one.organisation),
        region=_intern_words(one.region),
        kind=_intern_words(one.kind),
        review=_intern_words(one.review),
        plan=_intern_words(one.plan),
        checks=one.checks,
        looks=one.looks,
        checked=one.checked,
        domains={sys.intern(title): _share_pair(*counts) for title, counts in one.domains.items()},
        note=_intern_words(one.note),
    )


def _intern_words(words: str | None) -> str | None:
    return sys.intern(words) if words else words


@cache
def _share_pair(done: int, planned: int) -> tuple[int, int]:
    return done, planned
