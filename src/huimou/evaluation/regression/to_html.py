"""The gate's outcome as one HTML page: no network, no script, readable on a phone, in the dark and on paper.

Every word from outside is escaped, and a content security policy forbids whatever would get through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from itertools import groupby
from typing import get_args

from huimou.evaluation.changes.changes import Change, MeasureChange
from huimou.evaluation.changes.labels import (
    KINDS,
    RECORDINGS,
    ChangedPart,
    ChangeKind,
    translate_field,
    translate_measure,
    translate_part,
)
from huimou.evaluation.changes.text_diff import DiffRun, make_inert, mark_differences
from huimou.evaluation.regression.outcome import GateOutcome, ReportOutcome
from huimou.language.text import to_one_line
from huimou.model.digest import Evidence

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_ITEMS: tuple[ChangedPart, ...] = ("achievement", "task", "shortcoming")
_FIRST: tuple[ChangedPart, ...] = (*_ITEMS, "figure", "fact", "overview", "requirement")
_SOURCES, _AROUND, _LONGEST = 4, 40, 400
_NONE = "—"


@dataclass(frozen=True, slots=True)
class PageTitles:
    """What the page and its two sides are called; plain text."""

    page: str = "回归核对"
    before: str = "已接受"
    after: str = "现在"


def to_page(outcome: GateOutcome, texts: Mapping[str, str], titles: PageTitles | None = None) -> str:
    """HTML text of the page.

    Args:
        outcome: what to show.
        texts: the text of each report by `ReportOutcome.name`, as the digest after has it, to show sources in their
            surroundings; a source that does not stand at its place in it is shown by its quote alone.
        titles: what the page and its sides are called.

    """
    titles = titles or PageTitles()
    page = _inline(titles.page)
    body = "".join([*_head(outcome, page), *_summary(outcome.reports), *_reports(outcome.reports, texts, titles)])
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>回眸 · {page}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _head(outcome: GateOutcome, page: str) -> Iterator[str]:
    failed = sum(not report.passed for report in outcome.reports)
    count = len(outcome.reports)
    if outcome.passed:
        verdict = f'<strong class="passed">通过</strong>：{count}份报告全部一致'
    elif not count:
        verdict = '<strong class="failed">未通过</strong>：没有报告'
    else:
        verdict = f'<strong class="failed">未通过</strong>：{count}份报告中{failed}份不一致'
    yield f'<h1>回眸 · {page}</h1>\n<p>{verdict} <span class="dim">用时{outcome.seconds:.1f}秒</span></p>\n'
    yield _problems(outcome.problems)


def _summary(reports: Sequence[ReportOutcome]) -> Iterator[str]:
    heads = ("报告", "结果", "记录", "条目", "其他改动", "变动的指标")
    yield _table(heads, (_summary_row(index, report) for index, report in enumerate(reports, 1)), "cards")


def _summary_row(index: int, report: ReportOutcome) -> tuple[str, ...]:
    items = Counter(change.kind for change in _select_group_heads(report.changes) if change.what in _ITEMS)
    others = sum(change.what not in _ITEMS for change in _select_group_heads(report.changes))
    moved = report.moved
    recordings = (f"{RECORDINGS.get(state, _inline(state))}{count}" for state, count in report.recordings.items())
    return (
        f'<a href="#r{index}">{_inline(report.name)}</a>',
        _verdict(report),
        " ".join(recordings) or _NONE,
        " ".join(f'<span class="{kind}">{KINDS[kind]}{items[kind]}</span>' for kind in _kinds() if items[kind])
        or _NONE,
        str(others) if others else _NONE,
        "<br>".join(map(_describe_move, moved)) or _NONE,
    )


def _select_group_heads(changes: Sequence[Change]) -> Iterator[Change]:
    """The first change of each thing: an item of which three fields differ is one altered item."""
    return (group[0] for group in _groups(changes))


def _groups(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Changes of fields of one thing, which follow one another, together."""
    keyed = groupby(enumerate(changes), key=lambda one: _thing(*one))
    return ([change for _, change in group] for _, group in keyed)


def _thing(index: int, change: Change) -> tuple[object, ...]:
    single = index if change.field is None or change.field == change.name else None
    return single, change.kind, change.what, change.name, change.sources


def _verdict(report: ReportOutcome) -> str:
    if report.error is not None:
        return '<span class="failed">无法比较</span>'
    return '<span class="passed">一致</span>' if report.passed else '<span class="failed">不一致</span>'


def _describe_move(change: MeasureChange) -> str:
    state = {True: "better", False: "worse", None: "moved"}[change.better]
    return (
        f'<span class="{state}">{_inline(translate_measure(change.name))} '
        f"{_measure(change.before)} → {_measure(change.after)}</span>"
    )


def _reports(reports: Sequence[ReportOutcome], texts: Mapping[str, str], titles: PageTitles) -> Iterator[str]:
    for index, report in enumerate(reports, 1):
        yield f'<section id="r{index}">\n<h2>{_inline(report.name)} · {_verdict(report)}</h2>\n'
        yield f'<p class="dim">{_inline(report.file)} · 用时{report.seconds:.1f}秒</p>\n'
        yield _problems((*((report.error,) if report.error is not None else ()), *report.problems))
        yield from _changes(report.changes, texts.get(report.name), titles)
        yield _measures(report, titles)
        yield "</section>\n"


def _changes(changes: Sequence[Change], text: str | None, titles: PageTitles) -> Iterator[str]:
    first = [change for change in changes if change.what in _FIRST]
    rest = [change for change in changes if change.what not in _FIRST]
    moved = any(change.what == "source" and change.field in {"sha256", "chars"} for change in rest)
    if moved:
        yield '<p class="moved">两边的原文不同，以下按引文而不按位置比对。</p>\n'
    yield from _cards(first, text, titles, moved=moved)
    if rest:
        counts = Counter(change.what for change in rest)
        told = "、".join(f"{translate_part(what)}{count}" for what, count in counts.items())
        cards = "".join(_cards(rest, text, titles, moved=moved))
        yield f"<details{'' if first else ' open'}>\n<summary>其余改动：{told}</summary>\n{cards}</details>\n"


def _cards(changes: Sequence[Change], text: str | None, titles: PageTitles, *, moved: bool) -> Iterator[str]:
    """A card for each thing; what was lost with another text has its places in that one, which is not here."""
    for group in _groups(changes):
        yield _card(group, None if moved and group[0].kind == "lost" else text, titles)


def _card(group: Sequence[Change], text: str | None, titles: PageTitles) -> str:
    change = group[0]
    single = change.field is not None and change.field == change.name
    name = translate_field(change.name) if single else change.name
    head = (
        f'<header><span class="kind {change.kind}">{KINDS[change.kind]}</span>'
        f'<span class="dim">{translate_part(change.what)}</span><strong>{_inline(name)}</strong></header>\n'
    )
    values = "".join(_values(one, titles, named=not single) for one in group)
    return f"<article>\n{head}{values}{_sources(change.sources, text)}</article>\n"


def _values(change: Change, titles: PageTitles, *, named: bool) -> str:
    before, after = make_inert(change.before, change.after)
    old, new = (
        mark_differences(before or "", after or "") if change.kind == "altered" else (_plain(before), _plain(after))
    )
    sides = [
        _side(title, value, pieces, tag)
        for title, value, pieces, tag in ((titles.before, before, old, "del"), (titles.after, after, new, "ins"))
        if value is not None or change.kind == "altered"
    ]
    field = f'<p class="field">{_inline(translate_field(change.field))}</p>\n' if named and change.field else ""
    return f'{field}<div class="sides">{"".join(sides)}</div>\n'


def _side(title: str, value: str | None, pieces: Sequence[DiffRun], tag: str) -> str:
    marked = (f"<{tag}>{escape(p.text)}</{tag}>" if p.differs else escape(p.text) for p in pieces)
    shown = '<span class="dim">（无）</span>' if value is None else "".join(marked)
    return f'<div class="side"><b>{_inline(title)}</b>{shown}</div>'


def _plain(value: str | None) -> tuple[DiffRun, ...]:
    return (DiffRun(value or "", differs=False),)


def _sources(sources: Sequence[Evidence], text: str | None) -> str:
    runs = _runs([evidence for evidence in sources if _words(evidence, text)])
    more = sum(map(len, runs[_SOURCES:]))
    shown = [_source(run, text) for run in runs[:_SOURCES]]
    shown += [f'<p class="dim">另有{more}处出处</p>'] if more else []
    return f'<div class="sources">{"".join(shown)}</div>\n' if shown else ""


def _runs(sources: Sequence[Evidence]) -> list[list[Evidence]]:
    """Sources that follow one another closely, together: they have the same surroundings."""
    runs: list[list[Evidence]] = []
    for evidence in sources:
        if runs and 0 <= evidence.start - runs[-1][-1].end <= _AROUND:
            runs[-1].append(evidence)
        else:
            runs.append([evidence])
    return runs


def _source(run: Sequence[Evidence], text: str | None) -> str:
    """The quotes in their surroundings, or alone if they do not stand there."""
    first, last = run[0], run[-1]
    place = f"第{first.sentence}{f'–{last.sentence}' if last.sentence != first.sentence else ''}句"
    parts = [f'<p><span class="place">{place} {first.start}–{last.end}</span> ']
    there = text if text is not None and all(_stands(evidence, text) for evidence in run) else ""
    at = max(0, first.start - _AROUND)
    for evidence in run:
        parts.append(f'<span class="around">{_inline(there[at : evidence.start])}</span>')
        words = _words(evidence, text)
        parts.append(f"<mark>{_inline(words[:_LONGEST])}{'…' if len(words) > _LONGEST else ''}</mark>")
        at = evidence.end
    return "".join([*parts, f'<span class="around">{_inline(there[at : at + _AROUND])}</span></p>'])


def _stands(evidence: Evidence, text: str) -> bool:
    inside = 0 <= evidence.start <= evidence.end <= len(text)
    return inside and evidence.quote in {"", text[evidence.start : evidence.end]}


def _words(evidence: Evidence, text: str | None) -> str:
    """The quote, or what stands at its place where the digest does not hold the words."""
    at_place = text is not None and not evidence.quote and _stands(evidence, text)
    return text[evidence.start : evidence.end] if text is not None and at_place else evidence.quote


def _measures(report: ReportOutcome, titles: PageTitles) -> str:
    names = dict.fromkeys((*report.accepted_measures, *report.measures))
    if not names:
        return ""
    moved = {change.name: change for change in report.moved}
    order = sorted(names, key=lambda name: name not in moved)
    rows = [_measure_row(name, report, moved.get(name)) for name in order]
    table = _table(("指标", _inline(titles.before), _inline(titles.after), "变化"), rows)
    summary = f"指标（{len(moved)}项有变）" if moved else "指标（无变化）"
    return f"<details{' open' if moved else ''}>\n<summary>{summary}</summary>\n{table}</details>\n"


def _measure_row(name: str, report: ReportOutcome, change: MeasureChange | None) -> tuple[str, ...]:
    title = f'{_inline(translate_measure(name))} <span class="path">{_inline(name)}</span>'
    values = (_measure(side.get(name)) for side in (report.accepted_measures, report.measures))
    if change is None:
        return title, *values, _NONE
    state, word = {True: ("better", "变好"), False: ("worse", "变差"), None: ("moved", "有变")}[change.better]
    return title, *values, f'<span class="{state}">{word}</span>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], style: str = "") -> str:
    """A table of cells that are HTML already."""
    head = "".join(f"<th>{title}</th>" for title in heads)
    lines = "".join(
        f"<tr>{''.join(_cell(*labelled) for labelled in zip(heads, row, strict=True))}</tr>\n" for row in rows
    )
    return f'<table class="{style}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>\n'


def _cell(head: str, cell: str) -> str:
    return f'<td data-label="{head}"{" class=none" if cell == _NONE else ""}><div>{cell}</div></td>'


def _problems(problems: Sequence[str]) -> str:
    lines = "".join(f"<li>{_inline(problem)}</li>" for problem in problems)
    return f'<div class="problems"><ul>{lines}</ul></div>\n' if problems else ""


def _measure(value: float | None) -> str:
    return _NONE if value is None else f"{value:g}"


def _kinds() -> tuple[ChangeKind, ...]:
    return get_args(ChangeKind)


def _inline(text: str) -> str:
    return escape(to_one_line(text))
