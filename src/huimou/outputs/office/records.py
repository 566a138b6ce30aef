"""The records of the three ledgers: one for each item and each figure of a digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Digest, Evidence, Figure, Shortcoming, Task
from huimou.outputs.labels import DIRECTIONS, ITEM_KINDS, MODES, NOT_STATED, PARTS
from huimou.outputs.office.layout import SheetName
from huimou.outputs.office.person_reviews import NOBODY, PersonReview, Reviews
from huimou.outputs.office.rowkeys import RowKey, build_row_key, name_figure_kind
from huimou.outputs.office.work_forms import find_outcomes, find_work_forms
from huimou.outputs.phrases import format_plan_period, format_review_period

# What it cost, and what else was weighed, is no part of what a digest says.
_UNSAID: dict[str, Any] = {
    "run": True,
    "year_review": {name: {"__all__": {"candidates"}} for name in ("achievements", "shortcomings")},
    "next_year_plan": {"tasks": {"__all__": {"candidates"}}},
}
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
        "plan": [_task(report, version, task) for task in report.digest.next_year_plan.tasks],
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
            "printed": _lines(figure.quote for figure in own),
            "value": own[0].value if len(own) == 1 else _lines(_number(figure) for figure in own),
            "unit": _lines(figure.unit or "—" for figure in own) if any(f.unit for f in own) else None,
            "limit": _lines(MODES[figure.mode] for figure in own),
            "actor": item.actor and to_one_line(item.actor),
            "outcome": "、".join(find_outcomes(quotes)) or None,
        }
        yield _record(report, version, "achievement", item, values)


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


def _task(report: WorkbookReport, version: str, task: Task) -> Record:
    aims = task.targets
    stated = {"目标": task.target, "时限": task.deadline, "责任单位": task.responsible}
    absent = "、".join(name for name, value in stated.items() if value is None)
    values = _item_values(report, task) | {
        "domain": to_one_line(report.digest.report.domains.get(task.domain, task.domain)),
        "target": NOT_STATED if task.target is None else _lines(a.text for a in aims) or to_one_line(task.target),
        "limit": _lines(aim.modifier or "—" for aim in aims) if any(aim.modifier for aim in aims) else None,
        "unit": _lines(aim.unit or "—" for aim in aims) if any(aim.unit for aim in aims) else None,
        "deadline": task.deadline and to_one_line(task.deadline),
        "responsible": task.responsible and to_one_line(task.responsible),
        "absent": absent or None,
    }
    return _record(report, version, "task", task, values)


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


def _number(figure: Figure) -> str:
    if figure.value is None:
        return "—"
    top = "" if figure.value_max is None else f"–{figure.value_max}"
    return f"{figure.value}{top}"


def _lines(parts: Iterable[str]) -> str | None:
    return "\n".join(to_one_line(part) for part in parts) or None
