"""What a reader answered, from the file that the page saves or from the sheet filled in by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from huimou.errors import UsageError
from huimou.evaluation.blind_reading.sample import LineSample
from huimou.evaluation.labels import READER_CHOICES, SHEET_COLUMNS, ReaderChoice
from huimou.language.text import to_one_line

FORMAT, VERSION = "huimou-audit", 1
_ENCODINGS = ("utf-8-sig", "gb18030")  # spreadsheets of a Chinese desktop save the second one
_NO_FILE = "give a file that the page of huimou audit has saved, or its sheet filled in"
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


@dataclass(frozen=True, slots=True)
class ReaderAnswers:
    """The answers of one reader.

    Args:
        reader: the reader's name; empty if none was given.
        sample: name of the sample that was read.
        choices: by number of the sentence.
        reasons: by number of the sentence, where the reader gave one.

    """

    reader: str
    sample: str
    choices: Mapping[int, ReaderChoice]
    reasons: Mapping[int, str]


class _Saved(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _SavedAnswer(_Saved):
    n: int
    choice: ReaderChoice
    reason: _Words


class _SavedAnswers(_Saved):
    format: Literal["huimou-audit"]
    version: Literal[1]
    sample: str
    reader: _Words
    answers: list[_SavedAnswer]


def read_answers(data: bytes) -> ReaderAnswers:
    """The answers in a file: JSON that the page saved, or the sheet (CSV; UTF-8 or GB 18030).

    Raises:
        UsageError: it is neither, or says something that it cannot say.

    """
    text = _decode(data)
    return _read_saved(text) if text.lstrip().startswith("{") else _read_sheet(text)


def check_sample(answers: ReaderAnswers, sample: LineSample) -> None:
    """Refuse answers to other sentences than those of a sample.

    Raises:
        UsageError: they are of another sample, or of a sentence that it does not have.

    """
    if answers.sample != sample.token:
        raise UsageError(
            f"answers another sample ({answers.sample}) than these digests give ({sample.token})",
            "name the folder that it was drawn from, with the digests as they were; or draw and read anew",
        )
    unknown = sorted(answers.choices.keys() - {line.number for line in sample.lines})
    if unknown:
        raise UsageError(f"answers sentence {unknown[0]}, which the sample does not have", _NO_FILE)


def _decode(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError("is not text", _NO_FILE)


def _read_saved(text: str) -> ReaderAnswers:
    try:
        saved = _SavedAnswers.model_validate(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is not a file of answers: {_describe(error)}", _NO_FILE) from error
    if len({one.n for one in saved.answers}) < len(saved.answers):
        raise UsageError("answers a sentence twice", _NO_FILE)
    return ReaderAnswers(
        saved.reader,
        saved.sample,
        {one.n: one.choice for one in saved.answers},
        {one.n: one.reason for one in saved.answers if one.reason},
    )


def _describe(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'top level'}: {first['msg']}"


def _read_sheet(text: str) -> ReaderAnswers:
    columns = SHEET_COLUMNS
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise UsageError(f"is not a sheet of answers: {error}", _NO_FILE) from error
    if not rows or not {columns[name] for name in ("sample", "number", "choice")} <= set(rows[0]):
        raise UsageError("is not a sheet of answers: its first row or all others are missing", _NO_FILE)
    choices: dict[int, ReaderChoice] = {}
    reasons: dict[int, str] = {}
    for at, row in enumerate(rows, start=2):
        cells = {name: (row.get(title) or "").strip() for name, title in columns.items()}
        choice = _read_choice(cells["choice"], at)
        if choice is None:
            continue
        number = _read_number(cells["number"], at)
        if number in choices:
            raise UsageError(f"answers sentence {number} twice (row {at})", _NO_FILE)
        choices[number] = choice
        if cells["reason"]:
            reasons[number] = cells["reason"]
    samples = {(row[columns["sample"]] or "").strip() for row in rows} - {""}
    if len(samples) != 1:
        raise UsageError(f"does not name one sample in its column {columns['sample']}", _NO_FILE)
    readers = [name for row in rows if (name := (row.get(columns["reader"]) or "").strip())]
    return ReaderAnswers(readers[0] if readers else "", samples.pop(), choices, reasons)


def _read_number(cell: str, at: int) -> int:
    if not (cell.isascii() and cell.isdecimal()):
        raise UsageError(f"row {at} has no number of a sentence", _NO_FILE)
    return int(cell)


def _read_choice(cell: str, at: int) -> ReaderChoice | None:
    """The choice that a cell names; None where it is empty."""
    if not cell:
        return None
    known: dict[str, ReaderChoice] = {READER_CHOICES[choice]: choice for choice in READER_CHOICES}
    if cell not in known:
        raise UsageError(
            f"row {at}: {to_one_line(cell)[:20]} is none of {', '.join(known)}", "write one of these, or leave it empty"
        )
    return known[cell]
