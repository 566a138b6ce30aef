"""Writing ledgers into a workbook, a new one or an older one, in which nothing is lost that a person typed.

Refilling writes into the older workbook itself, so whatever the user added stays: sheets, columns, rows, formats,
formulas. Columns are found by hidden names, which follow them when they are moved or renamed; rows by the key in a
hidden column (`rowkeys`). A cell that a person changed is known by the hash of what the program wrote there last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from huimou.errors import InputError, UsageError
from huimou.language.text import to_one_line
from huimou.outputs.labels import ITEM_KINDS
from huimou.outputs.office.ledgers.cells import (
    fit_height,
    hash_cell,
    hash_value,
    is_locked,
    read_cell,
    style_cell,
    write_cell,
)
from huimou.outputs.office.ledgers.layout import (
    BY_MACHINE,
    BY_PERSON,
    CORRECTED,
    KEY,
    ON_SCREEN,
    PRINTS,
    REMARK,
    SEEN,
    STATUS,
    TITLES,
    LedgerSheet,
    fold_empty_columns,
)
from huimou.outputs.office.ledgers.places import NAME, TITLES_THAT_TELL, LedgerLocation, locate_ledger, name_cell
from huimou.outputs.office.ledgers.records import Record
from huimou.outputs.office.ledgers.rowkeys import RowKey, build_row_key, from_cell, match_rows, name_figure_kind
from huimou.outputs.office.ledgers.sheet import create_worksheet, write_title
from huimou.outputs.office.person_reviews import PersonReview

NEW, GONE, CHANGED, KEPT, AGAIN = "新增", "本版未见", "有改动：", "本版另有表述，已填的未覆盖：", "；请复核"
_VERSION = "version"
_LAST_ROW = 1_048_576
_QUIET = frozenset({"number", "report", "id", "source", "look", "change", "items"})


def fill_ledger(book: Any, sheet: LedgerSheet, records: Sequence[Record]) -> Mapping[str, int]:
    """Bring one ledger of a workbook up to date; gives how many rows of an older one are new, changed or gone.

    Raises:
        UsageError: the columns of the older ledger cannot be recognised.
        InputError: a worksheet has no room for so many rows.

    """
    worksheet = _find_worksheet(book, sheet)
    is_new = worksheet is None
    if worksheet is None:
        sheet = fold_empty_columns(sheet, [record.values for record in records])
        worksheet = create_worksheet(book, sheet)
    told = locate_ledger(worksheet, sheet)
    if not told.columns:
        raise UsageError(
            f"in the sheet {worksheet.title} of the older workbook the columns are no longer under their titles",
            "give the titles back, or write to another file",
        )
    place = _restore_hidden_columns(worksheet, sheet, told)
    if len(records) + place.head + (0 if is_new else worksheet.max_row) > _LAST_ROW:
        raise InputError(f"{sheet.title} would have more than {_LAST_ROW:,} rows", "give fewer reports")
    rows = [] if is_new else _find_rows(worksheet, place)
    found = match_rows([key for _, key in rows], [record.key for record in records])
    reports = {record.key.report for record in records}
    aside = _find_aside(place)
    for (row, key), index in zip(rows, found, strict=True):
        if index is not None:
            _update(worksheet, sheet, place, row, records[index])
            _take_review(worksheet, place, row, records[index].reviewed)
            fit_height(worksheet, row, aside)
        elif key.report in reports:
            _mark_gone(worksheet, place, row, records[0].version)
    have = set(found)
    _append(worksheet, sheet, place, [r for i, r in enumerate(records) if i not in have], note=not is_new)
    _stretch(worksheet, sheet, place, renew=is_new)
    return {} if is_new else _count_changes(worksheet, place)


def _count_changes(worksheet: Any, place: LedgerLocation) -> Mapping[str, int]:
    """How many rows have each kind of note in the column of changes."""
    at = place.columns.get("change")
    if at is None:
        return {}
    told = [read_cell(worksheet.cell(row, at)) for row in range(place.head + 1, worksheet.max_row + 1)]
    return {
        "新增": sum(one.startswith(NEW) for one in told),
        "有改动": sum(one.startswith((CHANGED, KEPT)) for one in told),
        "未见": sum(one.startswith(GONE) for one in told),
    }


def _find_worksheet(book: Any, sheet: LedgerSheet) -> Any:
    """The worksheet of a ledger, found by hidden names whatever its title is now; of copies the first."""
    name = f"{NAME}{sheet.name}"
    marked = [one for one in book.worksheets if name in one.defined_names]
    known = [one for one in book.worksheets if len(locate_ledger(one, sheet).columns) >= TITLES_THAT_TELL]
    return next((one for one in (*marked, *known) if one.title == sheet.title), marked[0] if marked else None)


def _restore_hidden_columns(worksheet: Any, sheet: LedgerSheet, place: LedgerLocation) -> LedgerLocation:
    """The location of a ledger; hidden columns that the user removed are added on the right."""
    columns = dict(place.columns)
    for column in sheet.columns:
        if column.hidden and column.field not in columns:
            columns[column.field] = worksheet.max_column + 1
            write_title(worksheet, column, place.head, columns[column.field])
    if place.moved:
        _renew_hidden_names(worksheet, LedgerLocation(place.head, columns))
    return LedgerLocation(place.head, columns)


def _renew_hidden_names(worksheet: Any, place: LedgerLocation) -> None:
    """Set the hidden names and widths of columns again where another program left them behind."""
    for name in [name for name in worksheet.defined_names if name.startswith(NAME)]:
        if name.removeprefix(NAME) not in TITLES:
            del worksheet.defined_names[name]
    for field, at in place.columns.items():
        name_cell(worksheet, NAME + field, place.head, at)
        worksheet.column_dimensions[get_column_letter(at)].hidden = field in (KEY, PRINTS)


def _find_rows(worksheet: Any, place: LedgerLocation) -> list[tuple[int, RowKey]]:
    """The rows that the program wrote and their keys; if no key is left at all, the rows that quote something."""
    numbers = range(place.head + 1, worksheet.max_row + 1)
    keys = [(row, from_cell(read_cell(worksheet.cell(row, place.columns[KEY])))) for row in numbers]
    if found := [(row, key) for row, key in keys if key is not None]:
        return found
    return list(_read_rows(worksheet, place, numbers))


def _read_rows(worksheet: Any, place: LedgerLocation, numbers: Sequence[int]) -> Iterator[tuple[int, RowKey]]:
    for row in numbers:
        told = {field: read_cell(worksheet.cell(row, at)) for field, at in place.columns.items()}
        if told.get("quote"):
            kind = _kind(told)
            wording = told.get("what") or told.get("metric") or ""
            yield row, build_row_key(told.get("report", ""), kind, told["quote"].split("\n"), wording)


def _kind(told: Mapping[str, str]) -> str:
    if "metric" in told:
        return name_figure_kind(told.get("printed", ""))
    if "sort" in told:
        return "shortcoming" if told["sort"] == ITEM_KINDS["shortcoming"] else "achievement"
    return "task"


def _update(worksheet: Any, sheet: LedgerSheet, place: LedgerLocation, row: int, record: Record) -> None:
    """Write the new values of a row, except into cells that a person changed."""
    before = _read_prints(worksheet, place, row)
    prints = {_VERSION: record.version}
    changed: list[str] = []
    kept: list[str] = []
    for column in sheet.columns:
        field = column.field
        if column.hidden or field in ("", "number", "change") or field not in place.columns:
            continue
        cell, value = worksheet.cell(row, place.columns[field]), record.values.get(field)
        new, old, now = hash_value(value), before.get(field), hash_cell(cell)
        prints[field] = new
        if is_locked(cell) or now == new:
            continue
        by_hand = now != old if old is not None else now != ""
        if not by_hand:
            write_cell(cell, value)
        if field not in _QUIET and new != old and old is not None:
            (kept if by_hand else changed).append(column.title)
    again = not record.reviewed.checked and _read_own(worksheet, place, row, STATUS) in SEEN
    if before.get(_VERSION) != record.version:
        prints["change"] = _write_note(worksheet, place, row, _describe_update(changed, kept, again=again))
    elif "change" in before:
        prints["change"] = before["change"]
    write_cell(worksheet.cell(row, place.columns[KEY]), record.key.to_cell())
    write_cell(worksheet.cell(row, place.columns[PRINTS]), json.dumps(prints, sort_keys=True, separators=(",", ":")))


def _describe_update(changed: Sequence[str], kept: Sequence[str], *, again: bool) -> str:
    parts = [CHANGED + "、".join(changed)] if changed else []
    parts += [KEPT + "、".join(kept)] if kept else []
    return "；".join(parts) + (AGAIN if parts and again else "")


def _take_review(worksheet: Any, place: LedgerLocation, row: int, reviewed: PersonReview) -> None:
    """Write a person's review from the page into the row, unless somebody wrote into the ledger's own columns."""
    if _state(reviewed) != BY_MACHINE and _read_own(worksheet, place, row, STATUS) in ("", BY_MACHINE):
        _write_own(worksheet, place, row, STATUS, _state(reviewed))
    if reviewed.comment and _read_own(worksheet, place, row, REMARK) == "":
        _write_own(worksheet, place, row, REMARK, to_one_line(reviewed.comment))


def _state(reviewed: PersonReview) -> str:
    if reviewed.corrected:
        return CORRECTED
    return BY_PERSON if reviewed.checked else BY_MACHINE


def _read_own(worksheet: Any, place: LedgerLocation, row: int, title: str) -> str | None:
    """What the user's column of this title holds in a row; None where there is no such column."""
    at = next((cell.column for cell in worksheet[place.head] if read_cell(cell) == title), None)
    return None if at is None else read_cell(worksheet.cell(row, at))


def _write_own(worksheet: Any, place: LedgerLocation, row: int, title: str, value: str) -> None:
    cell = worksheet.cell(row, next(cell.column for cell in worksheet[place.head] if read_cell(cell) == title))
    if not is_locked(cell):
        write_cell(cell, value)


def _mark_gone(worksheet: Any, place: LedgerLocation, row: int, version: str) -> None:
    prints = _read_prints(worksheet, place, row)
    if prints.get(_VERSION) != version:
        prints |= {"change": _write_note(worksheet, place, row, GONE), _VERSION: version}
        write_cell(
            worksheet.cell(row, place.columns[PRINTS]), json.dumps(prints, sort_keys=True, separators=(",", ":"))
        )


def _write_note(worksheet: Any, place: LedgerLocation, row: int, text: str) -> str:
    """Write into the column of changes unless a person wrote there; gives the hash of what the program last wrote."""
    before = _read_prints(worksheet, place, row).get("change", "")
    at = place.columns.get("change")
    if at is None:
        return before
    cell = worksheet.cell(row, at)
    if is_locked(cell) or hash_cell(cell) not in ("", before):
        return before
    write_cell(cell, text)
    return hash_value(text)


def _read_prints(worksheet: Any, place: LedgerLocation, row: int) -> dict[str, str]:
    try:
        data = json.loads(read_cell(worksheet.cell(row, place.columns[PRINTS])))
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}


def _append(
    worksheet: Any, sheet: LedgerSheet, place: LedgerLocation, records: Sequence[Record], *, note: bool
) -> None:
    """Add rows below everything that the worksheet holds; their numbers go on from the highest one."""
    row, number = _find_last_row(worksheet), _find_highest_number(worksheet, place)
    row = max(row, place.head)
    states = {read_cell(cell): cell.column for cell in worksheet[place.head]}
    looks: dict[tuple[str, bool], Any] = {}
    aside = _find_aside(place)
    for record in records:
        row, number = row + 1, number + 1
        values = dict(record.values) | {"number": number, "change": NEW if note else None}
        shown = {field: at for field, at in place.columns.items() if field not in (KEY, PRINTS)}
        for field, at in shown.items():
            write_cell(worksheet.cell(row, at), values.get(field))
        if STATUS in states:
            write_cell(worksheet.cell(row, states[STATUS]), _state(record.reviewed))
        if REMARK in states:
            write_cell(
                worksheet.cell(row, states[REMARK]), record.reviewed.comment and to_one_line(record.reviewed.comment)
            )
        prints = {field: hash_value(values.get(field)) for field in shown if field != "number"}
        write_cell(worksheet.cell(row, place.columns[KEY]), record.key.to_cell())
        write_cell(
            worksheet.cell(row, place.columns[PRINTS]),
            json.dumps({_VERSION: record.version} | prints, sort_keys=True, separators=(",", ":")),
        )
        for at in range(1, max(len(sheet.columns), *shown.values()) + 1):
            style_cell(worksheet.cell(row, at), looks)
        fit_height(worksheet, row, aside)


def _find_aside(place: LedgerLocation) -> frozenset[int]:
    """The columns that are only on the screen."""
    return frozenset(at for field, at in place.columns.items() if field in ON_SCREEN)


def _find_last_row(worksheet: Any) -> int:
    """The last row that holds anything."""
    used = (r for r in range(worksheet.max_row, 0, -1) if any(c.value is not None for c in worksheet[r]))
    return next(used, 0)


def _find_highest_number(worksheet: Any, place: LedgerLocation) -> int:
    at = place.columns.get("number")
    if at is None:
        return 0
    cells = (worksheet.cell(row, at).value for row in range(place.head + 1, worksheet.max_row + 1))
    return max((int(v) for v in cells if isinstance(v, (int, float)) and not isinstance(v, bool)), default=0)


def _stretch(worksheet: Any, sheet: LedgerSheet, place: LedgerLocation, *, renew: bool) -> None:
    """Extend the filter, the print area and a table that the user made of the ledger to the new rows."""
    levels = [dimension.outlineLevel or 0 for dimension in worksheet.column_dimensions.values()]
    worksheet.column_dimensions.max_outline = max(levels) or None  # openpyxl writes it before it has looked
    last = max(_find_last_row(worksheet), place.head + 1)
    if renew:
        printed = [get_column_letter(at) for at, column in enumerate(sheet.columns, start=1) if column.printed]
        worksheet.auto_filter.ref = f"A{place.head}:{get_column_letter(worksheet.max_column)}{last}"
        worksheet.print_area = f"{printed[0]}1:{printed[-1]}{last}"
        return
    for holder in (worksheet.auto_filter, *worksheet.tables.values()):
        holder.ref = _down_to(holder.ref, place.head, last)
        if getattr(holder, "autoFilter", None) is not None:
            holder.autoFilter.ref = holder.ref
    if worksheet.print_area and len(worksheet.print_area.split(",")) == 1:
        worksheet.print_area = _down_to(worksheet.print_area.rpartition("!")[2].replace("$", ""), place.head, last)


def _down_to(ref: str | None, head: int, last: int) -> str | None:
    """A range extended down to the last row of a ledger if it holds the ledger's titles, else as it is."""
    if not ref:
        return ref
    left, top, right, bottom = range_boundaries(ref)
    if not top or top > head or bottom >= last or bottom < head:
        return ref
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{last}"
