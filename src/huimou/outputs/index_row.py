"""The row of a report in the index; it is kept in the journal, so that digests need not be read again for the index."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from huimou.language.text import to_one_line
from huimou.model.digest import Digest
from huimou.model.outcome import IndexRow, intern_row
from huimou.outputs.items import count_looks
from huimou.outputs.phrases import format_plan_period, format_review_period, translate_code
from huimou.store.remarks import merge_remarks

_OF_THE_TEXT = ("secrecy_mark", "recognised_text")  # codes that hold for a whole text


def build_index_row(digest: Digest) -> IndexRow:
    """The row of a digest."""
    report = digest.report
    done = Counter(item.domain for item in digest.year_review.achievements)
    planned = Counter(task.domain for task in digest.next_year_plan.tasks)
    titles = dict.fromkeys((*report.domains, *done, *planned))
    return intern_row(
        IndexRow(
            organisation=_clean_words(report.organisation),
            region=_clean_words(report.region),
            kind=_clean_words(report.kind_title or report.kind),
            review=format_review_period(report.review_years),
            plan=_describe_plan(digest),
            checks=len(digest.checks),
            looks=count_looks(digest),
            checked=count_checked_items(digest),
            domains={to_one_line(report.domains.get(key, key)): (done[key], planned[key]) for key in titles},
            note=_describe_text(digest),
        )
    )


def count_checked_items(digest: Digest) -> int:
    """How many items a person has checked."""
    return sum(one.checked for one in digest.review.items) if digest.review else 0


def _describe_plan(digest: Digest) -> str | None:
    """The plan's year; or that there are tasks but no plan of their own; None where there is neither."""
    plan = digest.next_year_plan
    if not plan.stated:
        return "未单列计划" if plan.tasks else None
    return format_plan_period(digest.report.plan_year)


def _describe_text(digest: Digest) -> str | None:
    """That the text was recognised from a scan, or is marked as secret or internal; None where neither is so."""
    codes = {problem.code for problem in digest.problems}
    return "；".join(translate_code(code) for code in _OF_THE_TEXT if code in codes) or None


def _clean_words(words: str | None) -> str | None:
    return to_one_line(words) if words else None


def build_index_row_with_remarks(store: Path, name: str, digest: Digest) -> IndexRow:
    """The row of a report whose digest does not hold all remarks yet: those of the store are counted, too.

    Raises:
        UsageError: the store cannot be read.

    """
    return build_index_row(merge_remarks(store, name, digest).digest)
