"""Changes as lines of plain text, for a terminal, a log or a JUnit file: an English frame around Chinese content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from huimou.evaluation.changes.changes import Change, MeasureChange
from huimou.evaluation.changes.text_diff import cut_excerpt, make_inert, mark_differences
from huimou.evaluation.labels import ChangeKind
from huimou.evaluation.regression.outcome import GateOutcome, ReportOutcome
from huimou.language.text import to_one_line
from huimou.model.digest import Evidence

_LIMIT, _AROUND, _SOURCES = 90, 12, 2


def format_change(change: Change) -> tuple[str, ...]:
    """What changed, the values before (`-`) and after (`+`) in at most 90 characters, and two sources, as lines."""
    path = f" · {change.field}" if change.field and change.field != change.name else ""
    name = f" {to_one_line(change.name)}" if change.name != change.what else ""
    before, after = make_inert(change.before, change.after)
    pieces = mark_differences(before or "", after or "")
    values = [
        f"  {sign} {cut_excerpt(piece, _AROUND, _LIMIT)}"
        for sign, value, piece in zip("-+", (before, after), pieces, strict=True)
        if value is not None
    ]
    sources = [_source(evidence) for evidence in change.sources if evidence.quote][:_SOURCES]
    return (f"{change.kind} {change.what}{name}{path}", *values, *sources)


def format_changes(changes: Sequence[Change], most: int | None = None) -> tuple[str, ...]:
    """The lines of the first `most` changes (all if None), and how many more there are."""
    shown = changes if most is None else changes[:most]
    lines = [line for change in shown for line in format_change(change)]
    rest = len(changes) - len(shown)
    return (*lines, f"and {rest} more: {summarise_changes(changes[len(shown) :])}") if rest else tuple(lines)


def summarise_changes(changes: Iterable[Change]) -> str:
    """The counts of changes, as `2 lost, 1 gained, 5 altered`, or `no changes`."""
    counts = Counter(change.kind for change in changes)
    return ", ".join(f"{counts[kind]} {kind}" for kind in get_args(ChangeKind) if counts[kind]) or "no changes"


def format_measure(change: MeasureChange) -> str:
    """A measure that changed, as `tasks.recall 0.9 to 0.8, worse`."""
    values = " to ".join("none" if value is None else f"{value:g}" for value in (change.before, change.after))
    return f"{change.name} {values}{ {True: ', better', False: ', worse', None: ''}[change.better] }"


def format_outcome(outcome: GateOutcome, most: int | None = None) -> tuple[str, ...]:
    """A line for each report, then its problems, measures and at most `most` changes."""
    return (*(line for report in outcome.reports for line in _report_lines(report, most)), *map(str, outcome.problems))


def _report_lines(report: ReportOutcome, most: int | None) -> Iterator[str]:
    said = "as accepted" if report.passed else report.error or summarise_changes(report.changes)
    states = ", ".join(f"{count} {state}" for state, count in report.recordings.items() if count)
    verdict = "ok" if report.passed else "FAILED"
    yield f"{verdict:<6} {to_one_line(report.name)}: {to_one_line(said)} (recordings: {states})"
    yield from (f"  {to_one_line(str(problem))}" for problem in report.problems)
    yield from (f"  {format_measure(measure)}" for measure in report.moved)
    yield from (f"  {line}" for line in format_changes(report.changes, most))


def _source(evidence: Evidence) -> str:
    quote = to_one_line(evidence.quote)
    return f"  〔第{evidence.sentence}句〕{quote[:_LIMIT]}{'…' if len(quote) > _LIMIT else ''}"
