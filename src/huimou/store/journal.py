"""What became of each report of an output folder, kept in the folder's ledger beside the answers.

A report counts as done when it is complete, was made by the same job, and neither its input nor its output has changed
since; a batch that goes on passes over it without reading it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from huimou import __version__
from huimou.errors import UsageError
from huimou.model.outcome import IndexRow, ReportResult, intern_row
from huimou.model.report import Usage
from huimou.store.answers import Ledger
from huimou.store.files import is_gone
from huimou.store.hashing import canonical, short_digest

_KEEP = """INSERT OR REPLACE INTO reports
    (run, name, path, size, modified, job, status, reason, retryable, seconds, counts, spent, finished)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_COUNTS = 5  # what a row's `counts` has before what is listed
_ALL = """SELECT name, path, size, modified, job, status, reason, retryable, seconds, counts, spent
    FROM reports ORDER BY name"""
_DROP = "DELETE FROM reports WHERE name IN (SELECT value FROM json_each(?))"
_COMPLETE = "SELECT name, path, size, modified FROM reports WHERE status = 'complete' AND job = ?"
_RUNS = "SELECT id, started, ended, version, job, planned, facts, exit_status FROM runs ORDER BY id DESC"
_LAST_RUN = f"{_RUNS} LIMIT 1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was when a report was made of it: absolute `path`, `size` in bytes, `modified` in nanoseconds."""

    path: str
    size: int
    modified: int

    @property
    def file(self) -> Path:
        """The path."""
        return Path(self.path)

    @property
    def there(self) -> bool:
        """Whether there was a file at all."""
        return (self.size, self.modified) != (0, 0)

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The file as it is now; zeros if it is not there, which equals no input that was ever read."""
        try:
            stat = path.stat()
        except OSError:
            return cls(str(path.absolute()), 0, 0)
        return cls(str(path.absolute()), stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Entry:
    """A report as the journal has it: the result, the file it was made of, the fingerprint of the job."""

    result: ReportResult
    stamp: Stamp
    job: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the folder; times are UTC in ISO 8601; `ended` and `exit_status` are None if it was killed."""

    id: int
    started: str
    ended: str | None
    version: str
    job: Mapping[str, Any]
    planned: int
    facts: Mapping[str, Any] | None
    exit_status: int | None


class Journal:
    """Runs and reports of one output folder; safe to use from several threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._run = 0

    def begin(self, job: Mapping[str, Any], planned: int) -> None:
        """Note that a run of so many reports starts; `job` is every setting that a digest depends on."""
        self._run = self._ledger.write(
            "INSERT INTO runs (started, version, job, planned) VALUES (?, ?, ?, ?)",
            (_now(), __version__, json.dumps(job, ensure_ascii=False, sort_keys=True), planned),
        )

    def served_by(self, served: Mapping[str, Any]) -> None:
        """Note how the run asks: `facts` of the server, `mode` and `extra` as they are used."""
        self._ledger.write(
            "UPDATE runs SET facts = ? WHERE id = ?", (json.dumps(served, ensure_ascii=False), self._run)
        )

    def runs(self) -> tuple[Run, ...]:
        """Every run, the last one first."""
        return tuple(map(_run, self._ledger.rows(_RUNS)))

    def end(self, exit_status: int) -> None:
        """Note how the run ended."""
        self._ledger.write("UPDATE runs SET ended = ?, exit_status = ? WHERE id = ?", (_now(), exit_status, self._run))

    def keep(self, result: ReportResult, source: Stamp, job: str) -> None:
        """Note what became of a report, in place of what was known of it."""
        listed = asdict(result.listed) if result.listed else None
        counts = [result.items, result.tasks, result.figures, result.uncovered, listed]
        self._ledger.write(
            _KEEP,
            (
                self._run,
                result.name,
                _stored(source.path),
                source.size,
                source.modified,
                job,
                result.status,
                result.reason,
                int(result.retryable),
                result.seconds,
                json.dumps([result.file, *counts], ensure_ascii=False),
                json.dumps(asdict(result.spent)),
                _now(),
            ),
        )

    def list_again(self, name: str, listed: IndexRow) -> None:
        """Note what a list is to say of a report from now on; nothing where the report is not known."""
        for (counts,) in self._ledger.rows("SELECT counts FROM reports WHERE name = ?", (name,)):
            told = json.dumps([*json.loads(counts)[:_COUNTS], asdict(listed)], ensure_ascii=False)
            self._ledger.write("UPDATE reports SET counts = ? WHERE name = ?", (told, name))

    def complete(self, job: str) -> dict[str, Stamp]:
        """Complete reports that a job of this fingerprint made, and what file each was made of, by name."""
        return {name: Stamp(_read(path), *rest) for name, path, *rest in self._ledger.rows(_COMPLETE, (job,))}

    def entries(self) -> dict[str, Entry]:
        """Every report by name."""
        return {e.result.name: e for e in map(_entry, self._ledger.rows(_ALL))}

    def names(self) -> frozenset[str]:
        """Names of the reports of which something became."""
        return frozenset(name for (name,) in self._ledger.rows("SELECT name FROM reports"))

    def drop_withdrawn(self, folders: Collection[str]) -> None:
        """Forget the reports that failed and whose file is gone from one of these folders: nothing is left to do."""
        failed = self._ledger.rows("SELECT name, path FROM reports WHERE status = 'failed'")
        gone = [name for name, path in failed if is_gone(_read(path), folders)]
        if gone:
            self._ledger.write(_DROP, (json.dumps(gone),))

    def others(self, names: Collection[str]) -> tuple[ReportResult, ...]:
        """What became of every report but these; where there are none, nothing is read but names."""
        if self.names() <= frozenset(names):
            return ()
        return tuple(entry.result for name, entry in self.entries().items() if name not in names)

    def last_job(self) -> Mapping[str, Any] | None:
        """The settings of the run before, None if there was none."""
        rows = self._ledger.rows(_LAST_RUN)
        return _run(rows[0]).job if rows else None


def fingerprint(job: Mapping[str, Any]) -> str:
    """Short digest of a job's settings: reports that were made by the same job have the same."""
    return short_digest(canonical(job))


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """`model a to b` for every setting of a job that differs, one level deep."""
    lines: list[str] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            lines += [f"{name} {line}" for line in changed(old, new)]
        elif old != new:
            lines.append(f"{name} {_said(old)} to {_said(new)}")
    return tuple(lines)


def read_journal(path: Path) -> tuple[Run | None, Iterator[Entry]]:
    """The last run and all reports by name, without taking the ledger: a running batch is not disturbed.

    Raises:
        UsageError: there is no ledger, or it cannot be read.

    """
    if not path.is_file():
        raise UsageError(f"there is no ledger in {path.parent.parent}", "name a folder that huimou summarise wrote")
    try:
        runs, rows = peek(path, (_LAST_RUN, ()), (_ALL, ()))
    except sqlite3.DatabaseError as error:
        hint = "run huimou summarise on the folder"
        raise UsageError(f"{path} cannot be read as a ledger ({error})", hint) from error
    return (_run(runs[0]) if runs else None), map(_entry, rows)


def peek(path: Path, *queries: tuple[str, Sequence[object]]) -> list[list[Any]]:
    """Rows of queries on a ledger that somebody else may have, each a statement and its values.

    Raises:
        sqlite3.Error: they cannot be read.

    """
    try:
        return _fetched_as(path, "mode=ro", queries)
    except sqlite3.OperationalError:
        # Even a reader wants to write beside the file, which a folder that cannot be written to does not let it.
        if path.with_name(f"{path.name}-wal").exists():
            raise
        return _fetched_as(path, "mode=ro&immutable=1", queries)


def _fetched_as(path: Path, how: str, queries: Sequence[tuple[str, Sequence[object]]]) -> list[list[Any]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=10.0)) as db:
        return [db.execute(statement, tuple(values)).fetchall() for statement, values in queries]


def _run(row: Sequence[Any]) -> Run:
    number, started, ended, version, job, planned, facts, exit_status = row
    return Run(
        number, started, ended, version, json.loads(job), planned, json.loads(facts) if facts else None, exit_status
    )


def _entry(row: Sequence[Any]) -> Entry:
    name, path, size, modified, job, status, reason, retryable, seconds, counts, spent = row
    file, items, tasks, figures, uncovered, *rest = json.loads(counts)
    result = ReportResult(
        name=name,
        file=file,
        status=status,
        reason=reason,
        seconds=seconds,
        items=items,
        tasks=tasks,
        figures=figures,
        uncovered=uncovered,
        retryable=bool(retryable),
        spent=Usage(**json.loads(spent)),
        listed=_listed(rest[0]) if rest and rest[0] else None,
    )
    return Entry(result, Stamp(_read(path), size, modified), job)


def _listed(row: Mapping[str, Any]) -> IndexRow:
    domains = {title: (int(done), int(planned)) for title, (done, planned) in row["domains"].items()}
    return intern_row(IndexRow(**{**row, "domains": domains}))


def _stored(path: str) -> str | bytes:
    """A path as a value of the database; one that is no text is its bytes."""
    data = os.fsencode(path)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _read(path: str | bytes) -> str:
    return os.fsdecode(path)


def _said(value: Any) -> str:
    return "none" if value in (None, "", {}) else str(value)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
