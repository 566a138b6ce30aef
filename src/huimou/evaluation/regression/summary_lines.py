"""Changes as lines of plain text, for a terminal, a log or a JUnit file: an English frame around Chinese content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from huimou.evaluation.changes.changes import Change, MeasureChange
from huimou.evaluation.changes.labels import Kind
from huimou.evaluation.changes.text_diff import excerpt, inert, marks
from huimou.evaluation.regression.outcome import GateOutcome, ReportOutcome
from huimou.model.digest import Evidence
from huimou.outputs.render import running

_LIMIT, _AROUND, _SOURCES = 90, 12, 2


def change_lines(change: Change) -> tuple[str, ...]:
    """What changed, the values before (`-`) and after (`+`), the first two sources; values of at most 90 characters."""
    path = f" · {change.field}" if change.field and change.field != change.name else ""
    name = f" {running(change.name)}" if change.name != change.what else ""
    before, after = inert(change.before, change.after)
    pieces = marks(before or "", after or "")
    values = [
        f"  {sign} {excerpt(piece, _AROUND, _LIMIT)}"
        for sign, value, piece in zip("-+", (before, after), pieces, strict=True)
        if value is not None
    ]
    sources = [_source(evidence) for evidence in change.sources if evidence.quote][:_SOURCES]
    return (f"{change.kind} {change.what}{name}{path}", *values, *sources)


def changes_lines(changes: Sequence[Change], most: int | None = None) -> tuple[str, ...]:
    """The lines of the first `most` changes, or of all, and how many more there are."""
    shown = changes if most is None else changes[:most]
    lines = [line for change in shown for line in change_lines(change)]
    rest = len(changes) - len(shown)
    return (*lines, f"and {rest} more: {counted(changes[len(shown) :])}") if rest else tuple(lines)


def counted(changes: Iterable[Change]) -> str:
    """`2 lost, 1 gained, 5 altered`; `no changes` if there are none."""
    counts = Counter(change.kind for change in changes)
    return ", ".join(f"{counts[kind]} {kind}" for kind in get_args(Kind) if counts[kind]) or "no changes"


def measure_line(change: MeasureChange) -> str:
    """`tasks.recall 0.9 to 0.8, worse`."""
    values = " to ".join("none" if value is None else f"{value:g}" for value in (change.before, change.after))
    return f"{change.name} {values}{ {True: ', better', False: ', worse', None: ''}[change.better] }"


def outcome_lines(outcome: GateOutcome, most: int | None = None) -> tuple[str, ...]:
    """A line a report, then what is wrong with it: problems, measures, and at most so many changes of each."""
    return (*(line for report in outcome.reports for line in _report_lines(report, most)), *outcome.problems)


def _report_lines(report: ReportOutcome, most: int | None) -> Iterator[str]:
    said = "as accepted" if report.passed else report.error or counted(report.changes)
    states = ", ".join(f"{count} {state}" for state, count in report.recordings.items() if count)
    yield f"{'ok' if report.passed else 'FAILED':<6} {running(report.name)}: {running(said)} (recordings: {states})"
    yield from (f"  {running(line)}" for line in report.problems)
    yield from (f"  {measure_line(measure)}" for measure in report.moved)
    yield from (f"  {line}" for line in changes_lines(report.changes, most))


def _source(evidence: Evidence) -> str:
    quote = running(evidence.quote)
    return f"  〔第{evidence.sentence}句〕{quote[:_LIMIT]}{'…' if len(quote) > _LIMIT else ''}"
