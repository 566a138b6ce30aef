"""What became of each report of an output folder, kept in the folder's store beside the answers.

A report counts as done when it is complete, was made by the same job, and neither its input nor its output has changed
since; a batch that goes on passes over it without reading it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter

from huimou import __version__
from huimou.errors import UsageError
from huimou.model.outcome import IndexRow, ReportResult, Status, intern_row
from huimou.model.report import Usage
from huimou.store.database import Database, DatabaseReader, describe_damage, read_rows
from huimou.store.files import is_gone
from huimou.store.hashing import short_hash, to_canonical_json
from huimou.store.stamps import (
    FinishedReport,
    Stamp,
    check_plain_name,
    format_outputs,
    format_source,
    read_outputs,
    read_source,
)

_KEEP = """INSERT OR REPLACE INTO reports
    (run, name, path, size, modified, job, status, reason, retryable, seconds, counts, spent, finished)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_POSITIONS = (
    "file",
    "items",
    "tasks",
    "figures",
    "uncovered",
    "listed",
)  # of the list that older rows have in `counts`
_ALL = """SELECT name, path, size, modified, source, job, status, reason, retryable, seconds, counts, spent
    FROM reports LEFT JOIN marks ON report = name ORDER BY name"""
_DROP = "DELETE FROM reports WHERE name IN (SELECT value FROM json_each(?))"  # its marks guard what may be there still
_COMPLETE = """SELECT name, path, size, modified, source, outputs FROM reports LEFT JOIN marks ON report = name
    WHERE status = 'complete' AND job = ?"""
_MARK = "INSERT OR REPLACE INTO marks (report, source, outputs) VALUES (?, ?, ?)"
_MARK_SOURCE = """INSERT INTO marks (report, source, outputs) VALUES (?, ?, ?)
    ON CONFLICT (report) DO UPDATE SET source = excluded.source"""
_RENEW = "UPDATE reports SET modified = ? WHERE name = ?"
_OUTPUTS = "SELECT outputs FROM marks WHERE report = ?"
_RUNS = "SELECT id, started, ended, version, job, planned, facts, exit_status FROM runs ORDER BY id DESC"
_LAST_RUN = f"{_RUNS} LIMIT 1"
_MODELS = "SELECT DISTINCT json_extract(job, '$.model') FROM runs"
_ANSWER_TIMES = """SELECT (julianday(ended) - julianday(started)) * 86400,
    (SELECT count(*) FROM answers WHERE created BETWEEN started AND ended) FROM runs WHERE ended IS NOT NULL"""

_T = TypeVar("_T")
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)  # what damage comes to
_STRICT = ConfigDict(strict=True, allow_inf_nan=False)
_MOST = 2**53  # of what is counted: more is no count, and too long to print
_Count = Annotated[int, Field(ge=0, le=_MOST)]
_Seconds = Annotated[float, Field(ge=0)]
_TEXT = TypeAdapter(str, config=_STRICT)
_OBJECT = TypeAdapter(dict[str, Any])
_COUNTS = TypeAdapter(dict[str, _Count], config=_STRICT)
_USED = TypeAdapter(Usage)
_LISTED = TypeAdapter(IndexRow)
_OUTCOME = TypeAdapter(tuple[str, str, Status, str | None, bool, _Seconds], config=_STRICT)
_RUN_ROW = TypeAdapter(tuple[int, str, str | None, str, str, _Count, str | None, int | None], config=_STRICT)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A report as the journal has it: the result, the file it was made of, the fingerprint of the job."""

    result: ReportResult
    stamp: Stamp
    job: str


@dataclass(frozen=True, slots=True)
class JournalRun:
    """One run of the folder; times are UTC in ISO 8601; `ended` and `exit_status` are None if it was killed."""

    id: int
    started: str
    ended: str | None
    version: str
    job: Mapping[str, Any]
    planned: int
    facts: Mapping[str, Any] | None
    exit_status: int | None


class JournalReader:
    """Runs and reports of one output folder, as a store has them; safe to use from several threads."""

    def __init__(self, database: DatabaseReader) -> None:
        self._reader = database

    def runs(self) -> tuple[JournalRun, ...]:
        """Every run, the last one first."""
        return tuple(read_each(self._reader.path, read_run, self._reader.rows(_RUNS)))

    def last_job(self) -> Mapping[str, Any] | None:
        """The settings of the run before, None if there was none."""
        return next((run.job for run in read_each(self._reader.path, read_run, self._reader.rows(_LAST_RUN))), None)

    def models(self) -> tuple[str, ...]:
        """The models that runs have asked, in no order."""
        return tuple(model for (model,) in self._reader.rows(_MODELS) if isinstance(model, str))

    def answer_times(self) -> tuple[tuple[float, int], ...]:
        """Seconds of each run that ended, and how many answers came in them."""
        return tuple((seconds, answers) for seconds, answers in self._reader.rows(_ANSWER_TIMES) if seconds is not None)

    def complete(self, job: str) -> dict[str, FinishedReport]:
        """Complete reports that a job of this fingerprint made, and the files of each, by name."""
        return dict(read_each(self._reader.path, _read_finished, self._reader.rows(_COMPLETE, (job,))))

    def entries(self) -> dict[str, JournalEntry]:
        """Every report by name."""
        found = read_each(self._reader.path, read_entry, self._reader.rows(_ALL))
        return {entry.result.name: entry for entry in found}

    def names(self) -> frozenset[str]:
        """Names of the reports of which something became."""
        rows = self._reader.rows("SELECT name FROM reports")
        return frozenset(read_each(self._reader.path, lambda row: check_plain_name(row[0]), rows))

    def others(self, names: Collection[str]) -> tuple[ReportResult, ...]:
        """What became of every report but these; where there are none, nothing is read but names."""
        if self.names() <= frozenset(names):
            return ()
        return tuple(entry.result for name, entry in self.entries().items() if name not in names)


class Journal(JournalReader):
    """The journal of a store that is open for writing; `begin` says which run writes."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database
        self._run = 0

    def begin(self, job: Mapping[str, Any], planned: int) -> None:
        """Note that a run of so many reports starts; `job` is every setting that a digest depends on."""
        self._run = self._database.write(
            "INSERT INTO runs (started, version, job, planned) VALUES (?, ?, ?, ?)",
            (_now(), __version__, json.dumps(job, ensure_ascii=False, sort_keys=True), planned),
        )

    def note_server(self, asked: Mapping[str, Any]) -> None:
        """Note how the run asks: `facts` of the server, `mode` and `extra` as they are used."""
        values = (json.dumps(asked, ensure_ascii=False), self._run)
        self._database.write("UPDATE runs SET facts = ? WHERE id = ?", values)

    def end(self, exit_status: int) -> None:
        """Note how the run ended."""
        values = (_now(), exit_status, self._run)
        self._database.write("UPDATE runs SET ended = ?, exit_status = ? WHERE id = ?", values)

    def keep(self, result: ReportResult, source: Stamp, job: str, outputs: Sequence[Stamp] | None = None) -> None:
        """Note what became of a report, in place of what was known of it.

        Args:
            result: what became of it.
            source: the file that it was made of.
            job: fingerprint of the settings that it depends on.
            outputs: the files that were written, by their names in the folder; None where they are as they were.

        """
        made_of = (_to_stored(source.path), source.size, source.modified)
        became = (result.status, result.reason, int(result.retryable), result.seconds)
        counts = json.dumps(_name_counts(result), ensure_ascii=False)
        spent = json.dumps(asdict(result.spent))
        row = (self._run, result.name, *made_of, job, *became, counts, spent, _now())
        known = "{}" if outputs is None else format_outputs(outputs)
        marks = (result.name, format_source(source), known)

        def work(db: sqlite3.Connection) -> None:
            db.execute(_KEEP, row)
            db.execute(_MARK_SOURCE if outputs is None else _MARK, marks)

        self._database.transact(work)

    def renew(self, reports: Mapping[str, FinishedReport]) -> None:
        """Note the files of reports whose times have changed and nothing else."""

        def work(db: sqlite3.Connection) -> None:
            for name, one in reports.items():
                source = one.source
                db.execute(_RENEW, (source.modified, name))
                seen = format_source(source)
                db.execute(_MARK, (name, seen, format_outputs(one.outputs)))

        if reports:
            self._database.transact(work)

    def mark_outputs(self, name: str, outputs: Sequence[Stamp]) -> None:
        """Note that files of a report were written again; nothing where none were noted before."""
        self._database.write("UPDATE marks SET outputs = ? WHERE report = ?", (format_outputs(outputs), name))

    def list_again(self, name: str, listed: IndexRow) -> None:
        """Note what a list is to say of a report from now on; nothing where the report is not known."""
        row = self._reader.row("SELECT counts FROM reports WHERE name = ?", (name,))
        if row is not None:
            [before] = read_each(self._reader.path, lambda row: _read_counts(row[0]), [row])
            counts = {**before, "listed": asdict(listed)}
            values = (json.dumps(counts, ensure_ascii=False), name)
            self._database.write("UPDATE reports SET counts = ? WHERE name = ?", values)

    def drop_withdrawn(self, folders: Collection[str]) -> None:
        """Forget the reports that failed and whose file is gone from one of these folders: nothing is left to do."""
        failed = self._reader.rows("SELECT name, path FROM reports WHERE status = 'failed'")
        gone = [name for name, path in failed if is_gone(os.fsdecode(path or ""), folders)]
        if gone:
            self._database.write(_DROP, (json.dumps(gone),))


def fingerprint(job: Mapping[str, Any]) -> str:
    """Short digest of a job's settings: reports that were made by the same job have the same."""
    return short_hash(to_canonical_json(job))


def describe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """`model a to b` for every setting of a job that differs, one level deep."""
    lines: list[str] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            lines += [f"{name} {line}" for line in describe_changes(old, new)]
        elif old != new:
            lines.append(f"{name} {_format_setting(old)} to {_format_setting(new)}")
    return tuple(lines)


def read_journal(path: Path) -> tuple[JournalRun | None, Iterator[JournalEntry]]:
    """The last run and all reports by name, without owning the store: a running batch is not disturbed.

    Raises:
        UsageError: there is no store, or it cannot be read; also while the reports are read.

    """
    if not path.exists():
        raise UsageError(f"there is no store in {path.parent.parent}", "name a folder that huimou summarise wrote")
    runs, rows = read_rows(path, (_LAST_RUN, ()), (_ALL, ()))
    return next(read_each(path, read_run, runs), None), read_each(path, read_entry, rows)


def read_each(path: Path, read: Callable[[Any], _T], rows: Iterable[Any]) -> Iterator[_T]:
    """What `read` makes of each row of a store at `path`.

    Raises:
        StoreDamaged: a row is not as huimou wrote it.

    """
    for row in rows:
        try:
            yield read(row)
        except UNREADABLE as error:
            raise describe_damage(path, "a row of its journal is not as it was written") from error


def read_run(row: Sequence[Any]) -> JournalRun:
    """A run from its row.

    Raises:
        UNREADABLE: it is not as huimou wrote it.

    """
    number, started, ended, version, job, planned, facts, exit_status = _RUN_ROW.validate_python(tuple(row))
    asked = _OBJECT.validate_json(facts) if facts else None
    settings = _OBJECT.validate_json(job)
    if not all(isinstance(settings.get(name), str | None) for name in ("kind", "style", "effort", "model")):
        raise ValueError("a setting is no text")
    return JournalRun(number, started, ended, version, settings, planned, asked, exit_status)


def read_entry(row: Sequence[Any]) -> JournalEntry:
    """What became of a report from its row.

    Raises:
        UNREADABLE: it is not as huimou wrote it.

    """
    name, path, size, modified, source, job, status, reason, retryable, seconds, counts, spent = row
    values = (check_plain_name(name), job, status, reason, bool(retryable), seconds)
    _, _, status, reason, retryable, seconds = _OUTCOME.validate_python(values)
    counted = _read_counts(counts)
    file = counted.pop("file")
    listed = counted.pop("listed", None)
    result = ReportResult(
        name=name,
        file=_TEXT.validate_python(file),
        status=status,
        reason=reason,
        seconds=seconds,
        retryable=retryable,
        spent=_read_usage(spent),
        listed=_read_listed(listed) if listed else None,
        **_COUNTS.validate_python(counted),
    )
    return JournalEntry(result, read_source(_from_stored(path), size, modified, source), job)


def _read_usage(spent: str) -> Usage:
    used = _USED.validate_json(spent)
    if any(value is not None and not 0 <= value <= _MOST for value in astuple(used)):
        raise ValueError("it cannot have cost that")
    return used


def _read_finished(row: Sequence[Any]) -> tuple[str, FinishedReport]:
    name, path, size, modified, source, outputs = row
    return check_plain_name(name), FinishedReport.read(_from_stored(path), size, modified, source, outputs)


def read_output_stamps(store: Path, name: str) -> tuple[Stamp, ...]:
    """The files that were written of a report, by their names in the folder; the store is only read, whoever owns it.

    Raises:
        UsageError: the store cannot be read.

    """
    if not store.is_file():
        return ()
    [rows] = read_rows(store, (_OUTPUTS, (name,)))
    return next(read_each(store, lambda row: read_outputs(row[0]), rows), ())


def _name_counts(result: ReportResult) -> dict[str, Any]:
    """What the column `counts` has of a result."""
    return {
        "file": result.file,
        "items": result.items,
        "tasks": result.tasks,
        "figures": result.figures,
        "uncovered": result.uncovered,
        "listed": asdict(result.listed) if result.listed else None,
    }


def _read_counts(counts: str) -> dict[str, Any]:
    """The column `counts` by its names; rows of an older huimou are a list without them."""
    value = json.loads(counts)
    return dict(zip(_POSITIONS, value, strict=False)) if isinstance(value, list) else dict(value)


def _read_listed(row: Mapping[str, Any]) -> IndexRow:
    domains = {title: (int(done), int(planned)) for title, (done, planned) in row["domains"].items()}
    return intern_row(_LISTED.validate_python({**row, "domains": domains}))


def _to_stored(path: str) -> str | bytes:
    """A path as a value of the database; one that is no text is its bytes."""
    data = os.fsencode(path)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _from_stored(path: str | bytes) -> str:
    if not path or "\0" in os.fsdecode(path):
        raise ValueError("no path")
    return os.fsdecode(path)


def _format_setting(value: Any) -> str:
    return "none" if value in (None, "", {}) else str(value)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
