"""The outcome of a test as one HTML page: no network, no script, readable on a phone, in the dark and on paper.

This module prepares the values that the template `changes.html` shows: cards of what changed, sources, measures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import get_args

from huimou.evaluation.changes.changes import Change, MeasureChange
from huimou.evaluation.changes.text_diff import DiffRun, make_inert, mark_differences
from huimou.evaluation.labels import (
    CHANGE_KINDS,
    GATE_PROBLEMS,
    MOVES,
    RECORDING_STATES,
    ChangedPart,
    ChangeKind,
    translate_field,
    translate_measure,
    translate_part,
    translate_part_of_request,
)
from huimou.evaluation.regression.outcome import GateOutcome, GateProblem, ReportOutcome
from huimou.model.digest import Evidence
from huimou.outputs.html.shell import render_template

_ITEMS: tuple[ChangedPart, ...] = ("achievement", "task", "shortcoming")
_FIRST: tuple[ChangedPart, ...] = (*_ITEMS, "figure", "fact", "overview", "requirement")
_SOURCES, _AROUND, _LONGEST = 4, 40, 400
_CHINESE = frozenset({"limit", "verdict"})  # kinds whose details are Chinese
_MOVES = {True: "better", False: "worse", None: "moved"}


@dataclass(frozen=True, slots=True)
class PageTitles:
    """What the page and its two sides are called; plain text."""

    page: str = "回归核对"
    before: str = "已接受"
    after: str = "现在"


@dataclass(frozen=True, slots=True)
class VersionView:
    """A value of one of the two digests: `runs` of text, those that differ in the element `tag`; None where absent."""

    title: str
    runs: tuple[DiffRun, ...] | None
    tag: str


@dataclass(frozen=True, slots=True)
class ValueView:
    """A field that changed (empty for the whole of a thing) and its value on each side."""

    field: str
    versions: tuple[VersionView, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """Sentences that follow one another: each with what stands before it, and what stands after the last."""

    place: str
    quotes: tuple[tuple[str, str], ...]
    after: str


@dataclass(frozen=True, slots=True)
class CardView:
    """One thing that changed, the values of its fields, and its sources; `more` sources are not shown."""

    kind: ChangeKind
    part: str
    name: str
    values: tuple[ValueView, ...]
    sources: tuple[SourceView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure before and after; `state` and `word` say how it moved, and are empty where it did not."""

    name: str
    title: str
    before: float | None
    after: float | None
    state: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What is wrong: what it is called in Chinese, and identifiers or an error as the program says it, as they are."""

    title: str
    named: str
    is_chinese: bool = False


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report of the page.

    Args:
        report: its outcome.
        recordings: how many recordings are in each state, in one line.
        items: how many items were lost, gained and altered.
        others: how many other things changed.
        problems: what is wrong with it.
        other_text: whether the two digests are of different texts.
        cards: what changed in items, figures, facts and overviews.
        rest: all else that changed.
        rest_parts: how many changes of the rest each part of the digest has.
        moved: measures that differ.
        measures: all measures, those that differ first.

    """

    report: ReportOutcome
    recordings: str
    items: tuple[tuple[ChangeKind, int], ...]
    others: int
    problems: tuple[ProblemView, ...]
    other_text: bool
    cards: tuple[CardView, ...]
    rest: tuple[CardView, ...]
    rest_parts: tuple[tuple[str, int], ...]
    moved: tuple[MeasureView, ...]
    measures: tuple[MeasureView, ...]


def to_html(outcome: GateOutcome, texts: Mapping[str, str], titles: PageTitles | None = None) -> str:
    """HTML text of the page.

    Args:
        outcome: what to show.
        texts: the text of each report by `ReportOutcome.name`, as the digest after has it, to show sources in their
            surroundings; a source that does not stand at its place in it is shown by its quote alone.
        titles: what the page and its sides are called.

    """
    titles = titles or PageTitles()
    values = {
        "outcome": outcome,
        "problems_of_all": tuple(map(_view_problem, outcome.problems)),
        "failed": sum(not report.passed for report in outcome.reports),
        "reports": [_view_report(report, texts.get(report.name), titles) for report in outcome.reports],
        "titles": titles,
        "change_kinds": CHANGE_KINDS,
    }
    return render_template("changes.html", (), values)


def _view_report(report: ReportOutcome, text: str | None, titles: PageTitles) -> ReportView:
    first = [change for change in report.changes if change.what in _FIRST]
    rest = [change for change in report.changes if change.what not in _FIRST]
    heads = [group[0] for group in _group_changes(report.changes)]
    items = Counter(change.kind for change in heads if change.what in _ITEMS)
    other_text = any(change.what == "source" and change.field in {"sha256", "chars"} for change in rest)
    return ReportView(
        report=report,
        recordings=" ".join(f"{RECORDING_STATES.get(key, key)}{count}" for key, count in report.recordings.items()),
        items=tuple((kind, items[kind]) for kind in _list_kinds() if items[kind]),
        others=sum(change.what not in _ITEMS for change in heads),
        problems=(
            *((ProblemView("出错", report.error),) if report.error is not None else ()),
            *map(_view_problem, report.problems),
        ),
        other_text=other_text,
        cards=tuple(_view_cards(first, text, titles, other_text=other_text)),
        rest=tuple(_view_cards(rest, text, titles, other_text=other_text)),
        rest_parts=tuple((translate_part(what), n) for what, n in Counter(change.what for change in rest).items()),
        moved=tuple(map(_view_move, report.moved)),
        measures=_view_measures(report),
    )


def _view_problem(problem: GateProblem) -> ProblemView:
    count = str(problem.count) if problem.count else ""
    part = translate_part_of_request(problem.part)
    title = f"{count}{GATE_PROBLEMS[problem.kind]}" + (f"（{part}）" if part else "")
    return ProblemView(title, problem.named, problem.kind in _CHINESE)


def _list_kinds() -> tuple[ChangeKind, ...]:
    return get_args(ChangeKind)


def _group_changes(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Changes of fields of one thing, which follow one another, together: three fields of one item are one change."""
    keyed = groupby(enumerate(changes), key=lambda one: _identify_thing(*one))
    return ([change for _, change in group] for _, group in keyed)


def _identify_thing(index: int, change: Change) -> tuple[object, ...]:
    single = index if change.field is None or change.field == change.name else None
    return single, change.kind, change.what, change.name, change.sources


def _view_cards(
    changes: Sequence[Change], text: str | None, titles: PageTitles, *, other_text: bool
) -> Iterator[CardView]:
    """A card for each thing; what was lost with another text has its places in that one, which is not here."""
    for group in _group_changes(changes):
        yield _view_card(group, None if other_text and group[0].kind == "lost" else text, titles)


def _view_card(group: Sequence[Change], text: str | None, titles: PageTitles) -> CardView:
    change = group[0]
    single = change.field is not None and change.field == change.name
    runs = _join_neighbours([evidence for evidence in change.sources if _read_words(evidence, text)])
    return CardView(
        kind=change.kind,
        part=translate_part(change.what),
        name=translate_field(change.name) if single else change.name,
        values=tuple(_view_value(one, titles, named=not single) for one in group),
        sources=tuple(_view_source(run, text) for run in runs[:_SOURCES]),
        more=sum(map(len, runs[_SOURCES:])),
    )


def _view_value(change: Change, titles: PageTitles, *, named: bool) -> ValueView:
    before, after = make_inert(change.before, change.after)
    old, new = (
        mark_differences(before or "", after or "")
        if change.kind == "altered"
        else (_run_whole(before), _run_whole(after))
    )
    versions = tuple(
        VersionView(title, None if value is None else tuple(runs), tag)
        for title, value, runs, tag in ((titles.before, before, old, "del"), (titles.after, after, new, "ins"))
        if value is not None or change.kind == "altered"
    )
    return ValueView(translate_field(change.field) if named and change.field else "", versions)


def _run_whole(value: str | None) -> tuple[DiffRun, ...]:
    return (DiffRun(value or "", differs=False),)


def _join_neighbours(sources: Sequence[Evidence]) -> list[list[Evidence]]:
    """Sources that follow one another closely, together: they have the same surroundings."""
    runs: list[list[Evidence]] = []
    for evidence in sources:
        if runs and 0 <= evidence.start - runs[-1][-1].end <= _AROUND:
            runs[-1].append(evidence)
        else:
            runs.append([evidence])
    return runs


def _view_source(run: Sequence[Evidence], text: str | None) -> SourceView:
    """The quotes in their surroundings, or alone if they do not stand there."""
    first, last = run[0], run[-1]
    sentences = f"{first.sentence}–{last.sentence}" if last.sentence != first.sentence else str(first.sentence)
    there = text if text is not None and all(_is_at_place(evidence, text) for evidence in run) else ""
    at = max(0, first.start - _AROUND)
    quotes = []
    for evidence in run:
        words = _read_words(evidence, text)
        shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
        quotes.append((there[at : evidence.start], shown))
        at = evidence.end
    return SourceView(f"第{sentences}句 {first.start}–{last.end}", tuple(quotes), there[at : at + _AROUND])


def _is_at_place(evidence: Evidence, text: str) -> bool:
    """Whether a quote stands at its place in the text."""
    inside = 0 <= evidence.start <= evidence.end <= len(text)
    return inside and evidence.quote in {"", text[evidence.start : evidence.end]}


def _read_words(evidence: Evidence, text: str | None) -> str:
    """The quote, or what stands at its place where the digest does not hold the words."""
    if text is None or evidence.quote or not _is_at_place(evidence, text):
        return evidence.quote
    return text[evidence.start : evidence.end]


def _view_move(change: MeasureChange) -> MeasureView:
    state = _MOVES[change.better]
    return MeasureView(change.name, translate_measure(change.name), change.before, change.after, state, MOVES[state])


def _view_measures(report: ReportOutcome) -> tuple[MeasureView, ...]:
    moved = {change.name: change for change in report.moved}
    names = dict.fromkeys((*report.accepted_measures, *report.measures))
    return tuple(
        _view_move(moved[name])
        if name in moved
        else MeasureView(name, translate_measure(name), report.accepted_measures.get(name), report.measures.get(name))
        for name in sorted(names, key=lambda name: name not in moved)
    )
