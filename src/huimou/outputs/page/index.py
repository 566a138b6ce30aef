"""The index page of a batch: one row a report, sums, and a matrix of reports by domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from huimou import __version__
from huimou.language.text import to_one_line
from huimou.model.outcome import IndexRow, ReportResult
from huimou.outputs.html.shell import render_template, to_script_data
from huimou.outputs.labels import INDEX_TERMS, STATUSES
from huimou.outputs.page import pictures

SCRIPTS = ("theme.js", "index.js")
MATRIX_ROWS = 60
_LEVELS = 5
_FIRST_NUMBER = list(INDEX_TERMS).index("items")  # the columns from here on are counts


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One report and the link to its page; the link is empty where there is no page."""

    result: ReportResult
    link: str


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """How many achievements and tasks a report has in one domain; `level` is its tint, from 0 (no item) to 5."""

    done: int
    planned: int
    level: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The titles of the domains, and a row for each report: its name, link and cells; `left` reports are not shown."""

    domains: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[MatrixCell, ...]], ...]
    left: int


def to_index(reports: Sequence[IndexEntry], *, served: bool = False) -> str:
    """HTML page that lists reports in their order; one that is `served` has a link to the page for uploading."""
    results = [one.result for one in reports]
    values = {
        "reports": len(reports),
        "incomplete": sum(result.status != "complete" for result in results),
        "version": __version__,
        "kinds": sorted({one.kind for one in map(_read_index_row, results) if one.kind}),
        "statuses": [title for key, title in STATUSES.items() if any(result.status == key for result in results)],
        "terms": tuple(INDEX_TERMS.values()),
        "first_number": _FIRST_NUMBER,
        "matrix": build_matrix(reports),
        "pictures": pictures.draw_batch_pictures(_sum_domains(results)),
        "data": to_script_data([_build_row(one) for one in reports]),
    }
    return render_template("index.html", SCRIPTS, values, served=served)


def build_matrix(reports: Sequence[IndexEntry]) -> Matrix:
    """The matrix of the first `MATRIX_ROWS` reports that have items, by the domains of their items."""
    told = [one for one in reports if _read_index_row(one.result).domains]
    shown = told[:MATRIX_ROWS]
    domains = dict.fromkeys(title for one in shown for title in _read_index_row(one.result).domains)
    used = tuple(title for title in domains if any(_count_items(one, title) != (0, 0) for one in shown))
    most = max((sum(_count_items(one, title)) for one in shown for title in used), default=0)
    rows = tuple(
        (
            _find_name(one.result),
            _quote_link(one),
            tuple(_build_cell(_count_items(one, title), most) for title in used),
        )
        for one in shown
    )
    return Matrix(used, rows, len(told) - len(shown))


def _sum_domains(results: Sequence[ReportResult]) -> dict[str, tuple[int, int]]:
    """Achievements and tasks of all reports by title of domain."""
    totals: dict[str, tuple[int, int]] = {}
    for domains in (_read_index_row(result).domains for result in results):
        for title, (done, planned) in domains.items():
            before = totals.get(title, (0, 0))
            totals[title] = (before[0] + done, before[1] + planned)
    return {title: count for title, count in totals.items() if count != (0, 0)}


def _count_items(one: IndexEntry, title: str) -> tuple[int, int]:
    return _read_index_row(one.result).domains.get(title, (0, 0))


def _build_cell(count: tuple[int, int], most: int) -> MatrixCell:
    total = sum(count)
    return MatrixCell(*count, -(-_LEVELS * total // most) if total else 0)


def _read_index_row(result: ReportResult) -> IndexRow:
    return result.listed or IndexRow()


def _find_name(result: ReportResult) -> str:
    return to_one_line(_read_index_row(result).organisation or result.name)


def _quote_link(one: IndexEntry) -> str:
    return quote(one.link, errors="surrogateescape")


def _build_row(one: IndexEntry) -> list[Any]:
    """The cells that the script draws, in the order of `INDEX_TERMS`; link, reason and note follow them."""
    result, listed = one.result, _read_index_row(one.result)
    return [
        listed.organisation or "",
        listed.review or "",
        listed.plan or "",
        to_one_line(result.name),
        listed.region or "",
        listed.kind or "",
        STATUSES[result.status],
        result.items,
        result.tasks,
        result.figures,
        result.uncovered,
        listed.checks,
        listed.looks,
        listed.checked,
        _quote_link(one),
        to_one_line(result.reason or ""),
        listed.note or "",
    ]
