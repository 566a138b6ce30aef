"""The records of the three ledgers: one for each item and each figure of a digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from huimou.language.text import fold, to_one_line
from huimou.model.digest import Achievement, Digest, Evidence, Figure, Shortcoming, Target, Task
from huimou.outputs.labels import DIRECTIONS, ITEM_KINDS, MODES, NOT_STATED, PARTS
from huimou.outputs.office.ledgers.layout import SheetName
from huimou.outputs.office.ledgers.rowkeys import RowKey, build_row_key, name_figure_kind
from huimou.outputs.office.ledgers.work_forms import find_outcomes, find_work_forms
from huimou.outputs.office.person_reviews import NOBODY, PersonReview, Reviews
from huimou.outputs.phrases import format_plan_period, format_review_period

# What it cost, and what else was weighed, is no part of what a digest says.
_UNSAID: dict[str, Any] = {
    "run": True,
    "year_review": {name: {"__all__": {"candidates"}} for name in ("achievements", "shortcomings")},
    "next_year_plan": {"tasks": {"__all__": {"candidates"}}},
}
_SEVERAL = 2
Value = str | int | float | None
_Item = Achievement | Shortcoming | Task


@dataclass(frozen=True, slots=True)
class WorkbookReport:
    """One report of a workbook.

    Args:
        name: name that its rows have and are found by, such as the stem of its digest's file.
        digest: its digest.
        text: the text that the digest's offsets refer to; None where it is not at hand.
        reviews: persons' reviews by item, as `collect_person_reviews` gives them.

    """

    name: str
    digest: Digest
    text: str | None = None
    reviews: Reviews = field(default_factory=dict, hash=False)

    @property
    def version(self) -> str:
        """A hash of what the digest says."""
        said = json.dumps(self.digest.model_dump(mode="json", exclude=_UNSAID))
        return sha256(said.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a ledger: its key, the version of its digest, its values by field, and a person's review."""

    key: RowKey
    version: str
    values: Mapping[str, Value] = field(hash=False)
    reviewed: PersonReview = NOBODY


def build_records(report: WorkbookReport) -> dict[SheetName, list[Record]]:
    """Records by ledger, in the order of the digest."""
    version = report.version
    return {
        "review": [*_achievements(report, version), *_shortcomings(report, version)],
        "plan": [row for task in report.digest.next_year_plan.tasks for row in _tasks(report, version, task)],
        "figures": [_figure(report, version, figure) for figure in report.digest.figures],
    }


def describe_place(file: str, sentence: int, start: int, end: int) -> str:
    """A place as 「xianning-2022.txt·第12句·345–402字」; offsets count from 0, the end is not included."""
    return f"{to_one_line(file)}·第{sentence}句·{start}–{end}字"


def _achievements(report: WorkbookReport, version: str) -> Iterator[Record]:
    figures = {figure.id: figure for figure in report.digest.figures}
    for item in report.digest.year_review.achievements:
        own = [figures[id_] for id_ in item.figures if id_ in figures]
        quotes = [evidence.quote for evidence in item.evidence]
        values = _review_values(report, item, ITEM_KINDS["achievement"]) | {
            "domain": to_one_line(report.digest.report.domains.get(item.domain, item.domain)),
            "form": "、".join(find_work_forms(quotes)) or None,
            **_number_values(item, own),
            "actor": item.actor and to_one_line(item.actor),
            "outcome": "、".join(find_outcomes(quotes)) or None,
        }
        yield _record(report, version, "achievement", item, values)


def _number_values(item: Achievement, own: Sequence[Figure]) -> dict[str, Value]:
    """The number of an item, one a cell: the first that its summary says; how many more the figure ledger has."""
    if not own:
        return {}
    said = fold(item.summary)
    figure = next((one for one in own if fold(one.quote) in said), own[0])
    return {
        "printed": to_one_line(figure.quote),
        "value": figure.value,
        "unit": figure.unit and to_one_line(figure.unit),
        "limit": MODES[figure.mode],
        "others": len(own) - 1 or None,
    }


def _shortcomings(report: WorkbookReport, version: str) -> Iterator[Record]:
    for item in report.digest.year_review.shortcomings:
        values = _review_values(report, item, ITEM_KINDS["shortcoming"])
        yield _record(report, version, "shortcoming", item, values)


def _review_values(report: WorkbookReport, item: Achievement | Shortcoming, sort: str) -> dict[str, Value]:
    return _item_values(report, item) | {
        "sort": sort,
        "period": format_review_period(report.digest.report.review_years) or NOT_STATED,
    }


def _item_values(report: WorkbookReport, item: _Item) -> dict[str, Value]:
    return {
        "report": to_one_line(report.name),
        "id": to_one_line(item.id),
        "heading": _heading(report.digest, item.evidence),
        "what": to_one_line(report.reviews.get(item.id, NOBODY).corrected or item.summary),
        "look": item.look and to_one_line(item.look),
        "quote": _lines(evidence.quote for evidence in item.evidence),
        "source": _sources(report.digest, item.evidence),
    }


def _tasks(report: WorkbookReport, version: str, task: Task) -> Iterator[Record]:
    """The rows of a task: one, or one a target where it has several, each with its own terms."""
    values = _item_values(report, task) | {
        "domain": to_one_line(report.digest.report.domains.get(task.domain, task.domain)),
    }
    if len(task.targets) < _SEVERAL:
        target, aim = task.target, next(iter(task.targets), None)
        yield _record(report, version, "task", task, values | _terms(target, aim, task.deadline, task.responsible))
        return
    deadline = None if any(aim.deadline for aim in task.targets) else task.deadline
    responsible = None if any(aim.responsible for aim in task.targets) else task.responsible
    for aim in task.targets:
        terms = _terms(aim.text, aim, aim.deadline or deadline, aim.responsible or responsible)
        key = build_row_key(report.name, "task", [part.quote for part in task.evidence], task.summary + aim.text)
        yield Record(key, version, values | terms, report.reviews.get(task.id, NOBODY))


def _terms(text: str | None, aim: Target | None, deadline: str | None, responsible: str | None) -> dict[str, Value]:
    stated = {"目标": text, "时限": deadline, "责任单位": responsible}
    return {
        "target": NOT_STATED if text is None else to_one_line(aim.text if aim else text),
        "limit": to_one_line(aim.modifier) if aim and aim.modifier else None,
        "unit": to_one_line(aim.unit) if aim and aim.unit else None,
        "deadline": deadline and to_one_line(deadline),
        "responsible": responsible and to_one_line(responsible),
        "absent": "、".join(name for name, value in stated.items() if value is None) or None,
    }


def _figure(report: WorkbookReport, version: str, figure: Figure) -> Record:
    digest = report.digest
    number, context = _context(report, figure)
    domains = _domains(digest, figure.items)
    years = {
        "review": format_review_period(digest.report.review_years),
        "plan": format_plan_period(digest.report.plan_year),
    }
    values: dict[str, Value] = {
        "report": to_one_line(report.name),
        "id": to_one_line(figure.id),
        "section": PARTS[figure.section].name,
        "domain": _lines(domains),
        "metric": figure.metric and to_one_line(figure.metric),
        "printed": to_one_line(figure.quote),
        "value": figure.value,
        "value_max": figure.value_max,
        "unit": figure.unit and to_one_line(figure.unit),
        "limit": MODES[figure.mode],
        "direction": DIRECTIONS[figure.direction].worksheet if figure.direction else None,
        "actor": figure.actor and to_one_line(figure.actor),
        "period": years.get(figure.section),
        "quote": context and to_one_line(context),
        "source": describe_place(digest.source.file, number, figure.start, figure.end),
        "items": "、".join(map(to_one_line, figure.items)) or None,
        "repeats": figure.repeats and f"同{to_one_line(figure.repeats)}",
    }
    kind = name_figure_kind(figure.quote)
    return Record(build_row_key(report.name, kind, [context] if context else [], figure.thing or ""), version, values)


def _record(report: WorkbookReport, version: str, kind: str, item: _Item, values: Mapping[str, Value]) -> Record:
    key = build_row_key(report.name, kind, [part.quote for part in item.evidence], item.summary)
    return Record(key, version, values, report.reviews.get(item.id, NOBODY))


def _context(report: WorkbookReport, figure: Figure) -> tuple[int, str | None]:
    """Number and text of a figure's sentence; without the report's text, that of the evidence which holds it."""
    digest = report.digest
    sentence = next((s for s in digest.sentences if s.start <= figure.start < s.end), None)
    if report.text is not None and sentence is not None:
        return sentence.n, report.text[sentence.start : sentence.end].strip()
    review = digest.year_review
    items: tuple[_Item, ...] = (*review.achievements, *digest.next_year_plan.tasks, *review.shortcomings)
    for evidence in (part for item in items for part in item.evidence):
        if evidence.start <= figure.start and figure.end <= evidence.end:
            return evidence.sentence, evidence.quote
    return (sentence.n if sentence else 0), None


def _domains(digest: Digest, ids: Sequence[str]) -> list[str]:
    items: tuple[Achievement | Task, ...] = (*digest.year_review.achievements, *digest.next_year_plan.tasks)
    keys = dict.fromkeys(item.domain for item in items if item.id in ids)
    return [digest.report.domains.get(key, key) for key in keys]


def _heading(digest: Digest, evidence: Sequence[Evidence]) -> str | None:
    if not evidence:
        return None
    at = evidence[0].start
    heading = next((s.heading for s in digest.sections if s.start <= at < s.end), None)
    return heading and to_one_line(heading)


def _sources(digest: Digest, evidence: Sequence[Evidence]) -> str | None:
    file = digest.source.file
    return "\n".join(describe_place(file, part.sentence, part.start, part.end) for part in evidence) or None


def _lines(parts: Iterable[str]) -> str | None:
    return "\n".join(to_one_line(part) for part in parts) or None
