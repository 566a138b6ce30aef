"""What became of each report of an output folder, kept in the folder's store beside the answers.

A report counts as done when it is complete, was made by the same job, and neither its input nor its output has changed
since; a batch that goes on passes over it without reading it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from huimou import __version__
from huimou.errors import UsageError
from huimou.model.outcome import IndexRow, ReportResult, intern_row
from huimou.model.report import Usage
from huimou.store.database import Database, DatabaseReader, read_rows
from huimou.store.files import is_gone
from huimou.store.hashing import short_hash, to_canonical_json
from huimou.store.stamps import FinishedReport, Stamp, format_outputs, format_source, read_outputs, read_source

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
        return tuple(map(_read_run, self._reader.rows(_RUNS)))

    def last_job(self) -> Mapping[str, Any] | None:
        """The settings of the run before, None if there was none."""
        row = self._reader.row(_LAST_RUN)
        return _read_run(row).job if row else None

    def models(self) -> tuple[str, ...]:
        """The models that runs have asked, in no order."""
        return tuple(model for (model,) in self._reader.rows(_MODELS))

    def answer_times(self) -> tuple[tuple[float, int], ...]:
        """Seconds of each run that ended, and how many answers came in them."""
        return tuple((seconds, answers) for seconds, answers in self._reader.rows(_ANSWER_TIMES))

    def complete(self, job: str) -> dict[str, FinishedReport]:
        """Complete reports that a job of this fingerprint made, and the files of each, by name."""
        return {
            name: FinishedReport.read(_from_stored(path), *rest)
            for name, path, *rest in self._reader.rows(_COMPLETE, (job,))
        }

    def entries(self) -> dict[str, JournalEntry]:
        """Every report by name."""
        return {entry.result.name: entry for entry in map(_read_entry, self._reader.rows(_ALL))}

    def names(self) -> frozenset[str]:
        """Names of the reports of which something became."""
        return frozenset(name for (name,) in self._reader.rows("SELECT name FROM reports"))

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
            counts = {**_read_counts(row[0]), "listed": asdict(listed)}
            values = (json.dumps(counts, ensure_ascii=False), name)
            self._database.write("UPDATE reports SET counts = ? WHERE name = ?", values)

    def drop_withdrawn(self, folders: Collection[str]) -> None:
        """Forget the reports that failed and whose file is gone from one of these folders: nothing is left to do."""
        failed = self._reader.rows("SELECT name, path FROM reports WHERE status = 'failed'")
        gone = [name for name, path in failed if is_gone(_from_stored(path), folders)]
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
        UsageError: there is no store, or it cannot be read.

    """
    if not path.is_file():
        raise UsageError(f"there is no store in {path.parent.parent}", "name a folder that huimou summarise wrote")
    try:
        runs, rows = read_rows(path, (_LAST_RUN, ()), (_ALL, ()))
    except sqlite3.DatabaseError as error:
        hint = "run huimou summarise on the folder"
        raise UsageError(f"{path} cannot be read as a store ({error})", hint) from error
    return (_read_run(runs[0]) if runs else None), map(_read_entry, rows)


def _read_run(row: Sequence[Any]) -> JournalRun:
    number, started, ended, version, job, planned, facts, exit_status = row
    asked = json.loads(facts) if facts else None
    return JournalRun(number, started, ended, version, json.loads(job), planned, asked, exit_status)


def _read_entry(row: Sequence[Any]) -> JournalEntry:
    name, path, size, modified, source, job, status, reason, retryable, seconds, counts, spent = row
    counted = _read_counts(counts)
    listed = counted.pop("listed", None)
    result = ReportResult(
        name=name,
        status=status,
        reason=reason,
        seconds=seconds,
        retryable=bool(retryable),
        spent=Usage(**json.loads(spent)),
        listed=_read_listed(listed) if listed else None,
        **counted,
    )
    return JournalEntry(result, read_source(_from_stored(path), size, modified, source), job)


def read_output_stamps(store: Path, name: str) -> tuple[Stamp, ...]:
    """The files that were written of a report, by their names in the folder; the store is only read, whoever owns it.

    Raises:
        UsageError: the store cannot be read.

    """
    if not store.is_file():
        return ()
    try:
        [rows] = read_rows(store, (_OUTPUTS, (name,)))
        return read_outputs(rows[0][0]) if rows else ()
    except sqlite3.Error as error:
        raise UsageError(f"the journal in {store} cannot be read ({error})") from error


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
    return dict(zip(_POSITIONS, value, strict=False)) if isinstance(value, list) else value


def _read_listed(row: Mapping[str, Any]) -> IndexRow:
    domains = {title: (int(done), int(planned)) for title, (done, planned) in row["domains"].items()}
    return intern_row(IndexRow(**{**row, "domains": domains}))


def _to_stored(path: str) -> str | bytes:
    """A path as a value of the database; one that is no text is its bytes."""
    data = os.fsencode(path)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _from_stored(path: str | bytes) -> str:
    return os.fsdecode(path)


def _format_setting(value: Any) -> str:
    return "none" if value in (None, "", {}) else str(value)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
