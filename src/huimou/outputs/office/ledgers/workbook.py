"""The three ledgers of one report, or of many in one workbook."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from huimou.errors import InputError, UsageError
from huimou.language.profiles.profile import ProfileSet, load_shipped_profiles
from huimou.language.text import to_one_line
from huimou.outputs.office.ledgers.book import fill_ledger
from huimou.outputs.office.ledgers.csv_files import to_csv_files
from huimou.outputs.office.ledgers.layout import TITLES, LedgerSheet, build_sheets
from huimou.outputs.office.ledgers.records import WorkbookReport, build_records
from huimou.outputs.office.ledgers.sheet import open_on
from huimou.outputs.office.package import list_unwritable_parts, remove_timestamps
from huimou.outputs.phrases import format_plan_period, format_review_period

_HINT = "give an .xlsx file that huimou wrote, saved as .xlsx and without a password"


def build_workbook(
    reports: Sequence[WorkbookReport],
    previous: bytes | None = None,
    profiles: ProfileSet | None = None,
    news: Counter[str] | None = None,
    csv_files: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook with the review, plan and figure ledgers; the same bytes for the same arguments.

    Args:
        reports: one or more, each of another name; several share the three sheets, with a column for the name.
        previous: an older workbook, which is filled anew; nothing that a person typed into it is lost.
        profiles: kinds of report, for the columns of the plan ledger; the shipped ones if left out.
        csv_files: is filled with the ledgers as CSV by name (review, plan, figures).
        news: is filled with how many rows of an older workbook are new, changed or gone (新增, 有改动, 未见).

    Raises:
        UsageError: openpyxl is not installed, or cannot read `previous`, or its columns cannot be recognised.
        InputError: there are more rows than a worksheet holds.

    """
    if not reports:
        raise InputError("no digest to make a ledger of")
    known = profiles or load_shipped_profiles()
    kinds = list({p.kind: p for p in (known.select(report.digest.report.kind) for report in reports)}.values())
    book = _new() if previous is None else open_workbook(previous)
    told = [build_records(report) for report in reports]
    for sheet in build_sheets(kinds, many=len(reports) > 1):
        headed = replace(sheet, heading=_write_heading(sheet, reports))
        found = fill_ledger(book, headed, [record for one in told for record in one[sheet.name]])
        if news is not None:
            news.update(found)
    if previous is None:
        open_on(book, TITLES["plan"] if any(one["plan"] for one in told) else TITLES["review"])
    if csv_files is not None:
        csv_files.update(to_csv_files(book))
    out = io.BytesIO()
    book.save(out)
    return remove_timestamps(out.getvalue(), previous)


def read_previous(path: Path) -> bytes:
    """The bytes of an older workbook.

    Raises:
        UsageError: it cannot be read.

    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


def open_workbook(data: bytes) -> Any:
    """The workbook as an object of openpyxl.

    Raises:
        UsageError: openpyxl is not installed, or these bytes are no workbook that it reads.

    """
    openpyxl = load_openpyxl()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `list_losses` says what they say
            return openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise UsageError("the older workbook cannot be read as .xlsx", _HINT) from error


def list_losses(data: bytes) -> tuple[str, ...]:
    """The parts of an older workbook that filling it anew would drop: text boxes, form controls and the like.

    Raises:
        UsageError: openpyxl is not installed, or these bytes are no workbook that it reads.

    """
    openpyxl = load_openpyxl()
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
        return tuple(dict.fromkeys((*list_unwritable_parts(data), *(str(one.message) for one in caught))))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise UsageError("the older workbook cannot be read as .xlsx", _HINT) from error


def load_openpyxl() -> Any:
    """The module openpyxl.

    Raises:
        UsageError: it is not installed.

    """
    try:
        import openpyxl  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("XLSX needs openpyxl", 'pip install "huimou[report]"') from error
    return openpyxl


def _write_heading(sheet: LedgerSheet, reports: Sequence[WorkbookReport]) -> str:
    """The heading above a new ledger: whose it is and of which year, where it is of one report."""
    if len(reports) > 1:
        return sheet.title
    report = reports[0].digest.report
    body = report.organisation or report.region or ""
    periods = {"review": format_review_period(report.review_years), "plan": format_plan_period(report.plan_year)}
    return to_one_line(f"{body}{periods.get(sheet.name) or ''}{sheet.title}")


def _new() -> Any:
    book = load_openpyxl().Workbook()
    book.remove(book.active)
    book.properties.creator = "huimou"
    return book
