"""Every answer that was paid for, in one SQLite file, so that a killed run pays for nothing twice.

An answer is committed before it is handed up. The journal is WAL with `synchronous=FULL`: one fsync an answer is
nothing beside the seconds that the answer took, and then a power cut loses none either.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from huimou.errors import LedgerInUse, UsageError
from huimou.store.files import make_folder, write_bytes
from huimou.store.group_commit import Together
from huimou.store.hashing import safe_name
from huimou.store.process import Process

_T = TypeVar("_T")
_SPARE = 2 << 20  # bytes: the journal grows by 18 to 31 KB for an answer of 1 to 8 KB, which is enough for 64 of them
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # the second is what a quota or a limit of file size gives

# Each is applied once, in order, in a transaction; append, never edit.
_MIGRATIONS = (
    """CREATE TABLE answers (
        digest TEXT PRIMARY KEY, slot TEXT NOT NULL, attempt INTEGER NOT NULL, status INTEGER NOT NULL,
        body BLOB NOT NULL, calls INTEGER NOT NULL, seconds REAL NOT NULL, created TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE owner (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, host TEXT, started TEXT)",
    "CREATE INDEX answers_by_slot ON answers (slot)",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT, version TEXT NOT NULL, job TEXT NOT NULL,
        planned INTEGER NOT NULL, facts TEXT, exit_status INTEGER)""",
    """CREATE TABLE reports (
        name TEXT PRIMARY KEY, run INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
        modified INTEGER NOT NULL, job TEXT NOT NULL, status TEXT NOT NULL, reason TEXT,
        retryable INTEGER NOT NULL, seconds REAL NOT NULL,
        counts TEXT NOT NULL, spent TEXT NOT NULL, finished TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE unusable (digest TEXT PRIMARY KEY, slot TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE reviews (
        id INTEGER PRIMARY KEY, report TEXT NOT NULL, source_sha256 TEXT NOT NULL, item TEXT NOT NULL,
        remark TEXT NOT NULL, received TEXT NOT NULL)""",
    "CREATE INDEX reviews_by_report ON reviews (report, source_sha256)",
)
_PATIENCE = 60.0  # seconds to wait while others write; each holds it for one fsync


@dataclass(frozen=True, slots=True)
class Entry:
    """One raw answer and what it cost."""

    slot: str
    attempt: int
    status: int
    body: bytes
    calls: int
    seconds: float


class Answers(Protocol):
    """What a client needs of a ledger, wherever that is kept."""

    def get(self, digest: str) -> Entry | None:
        """The answer to the request with this digest, if it was ever given."""

    def put(self, digest: str, entry: Entry) -> None:
        """Keep an answer durably before returning; the first one for a digest stays."""

    def refuse(self, slot: str) -> None:
        """Mark a slot's answers as of no use."""


class Ledger:
    """Answers by request digest; one process at a time, any number of its threads.

    Args:
        path: of the file.
        member_of: the process of this machine that owns it: it is opened beside that, which sees to who runs.

    Raises:
        LedgerInUse: another living process has it open.
        UsageError: the file is not a ledger, its folder cannot be written to, or
            `member_of` does not own it.

    """

    def __init__(self, path: Path, *, member_of: int | None = None) -> None:
        self.path = path
        self._spare = path.with_name(f"{path.name}.spare")
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._puts: Together[tuple[object, ...]] = Together(self._put_all)
        make_folder(path.parent)
        try:
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        except sqlite3.DatabaseError as error:
            raise _unusable(path, error) from error
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._migrate()
            if member_of is None:
                self._acquire()
            else:
                self._join(member_of)
            # Whoever looks up an answer does not wait for the disk on which another is being put.
            self._reader = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise _unusable(path, error) from error
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, digest: str) -> Entry | None:
        """The answer to the request with this digest, if it was ever given."""
        with self._reading:
            row = self._reader.execute(
                "SELECT slot, attempt, status, body, calls, seconds FROM answers WHERE digest = ?", (digest,)
            ).fetchone()
        return Entry(*row) if row else None

    def put(self, digest: str, entry: Entry) -> None:
        """Keep an answer durably; the first one for a digest stays."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._puts.add((digest, entry.slot, entry.attempt, entry.status, entry.body, entry.calls, entry.seconds, now))

    def _put_all(self, rows: Sequence[tuple[object, ...]]) -> None:
        statement = "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"
        self._write(lambda: self._db.executemany(statement, rows))

    def forget(self, report: str) -> int:
        """Drop the answers of one report, so that they are asked for again; returns how many there were."""
        folder = safe_name(report) + "/"
        statement = "DELETE FROM answers WHERE substr(slot, 1, ?) = ?"
        return self._write(lambda: self._db.execute(statement, (len(folder), folder)).rowcount)

    def reset(self) -> None:
        """Forget every answer and every report: the next run asks everything anew."""

        def work() -> None:
            for table in ("answers", "unusable", "reports"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own)

        self._write(work)

    def refuse(self, slot: str) -> None:
        """Mark a slot's answers as of no use: a retry asks for them again, until then they stand."""
        self.write("INSERT OR IGNORE INTO unusable SELECT digest, slot FROM answers WHERE slot = ?", (slot,))

    def drop_refused(self, report: str) -> int:
        """Drop the answers of a report that were of no use, so that they are asked for again."""
        folder = safe_name(report) + "/"

        def work() -> int:
            cursor = self._db.execute(
                "DELETE FROM answers WHERE digest IN (SELECT digest FROM unusable WHERE substr(slot, 1, ?) = ?)",
                (len(folder), folder),
            )
            self._db.execute("DELETE FROM unusable WHERE substr(slot, 1, ?) = ?", (len(folder), folder))
            return cursor.rowcount

        return self._write(work)

    def write(self, statement: str, values: Sequence[object]) -> int:
        """Run one statement in a transaction of its own; returns the id of the row that it inserted, if any."""
        return self._write(lambda: int(self._db.execute(statement, tuple(values)).lastrowid or 0))

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._db.execute(statement, tuple(values)).fetchall()

    def count(self) -> int:
        """Number of answers."""
        with self._lock:
            (number,) = self._db.execute("SELECT count(*) FROM answers").fetchone()
        return int(number)

    def hold_room(self) -> None:
        """Take room on the disk that is given back once the disk is full, for the answers that are then on their way.

        Raises:
            UsageError: there is not even that much.

        """
        if not self._spare.is_file():
            write_bytes(self._spare, os.urandom(_SPARE))  # some file systems take no room for zeros

    def close(self) -> None:
        """Give the ledger free for other processes; may be called twice."""
        with self._lock:
            try:
                self._leave()
            except sqlite3.Error:
                # The disk is full: its log's room will do. Closed before, or not even that: whoever comes next sees
                # that the owner is gone.
                with suppress(sqlite3.Error, OSError):
                    self._spare.unlink(missing_ok=True)
                    self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    self._leave()
            self._reader.close()
            self._db.close()
            with suppress(OSError):
                self._spare.unlink(missing_ok=True)

    def _leave(self) -> None:
        self._db.execute("DELETE FROM owner WHERE pid = ? AND host = ?", (os.getpid(), socket.gethostname()))

    def _write(self, work: Callable[[], _T]) -> _T:
        """Do it in a transaction. On a full disk it is done in the room that was held, and the run is to end."""
        with self._lock:
            try:
                return self._once(work)
            except sqlite3.OperationalError as error:  # a full disk, a folder that became read-only
                if error.sqlite_errorcode & 0xFF in _FULL and self._spare.is_file():
                    with suppress(sqlite3.OperationalError, OSError):
                        self._spare.unlink()
                        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                        self._once(work)
                hint = "make room or mend the folder, then run the same command again: nothing is lost"
                raise UsageError(f"{self.path} cannot be written ({error})", hint) from error

    def _once(self, work: Callable[[], _T]) -> _T:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            done = work()
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # some errors have ended it already
                self._db.execute("ROLLBACK")
            raise
        return done

    def _migrate(self) -> None:
        self._write(self._bring_up)

    def _bring_up(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(_MIGRATIONS):
            raise UsageError(f"{self.path} was written by a newer huimou", "use that one, or another output folder")
        for number, statement in enumerate(_MIGRATIONS[version:], version + 1):
            self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {number}")

    def _acquire(self) -> None:
        owner = self._write(self._take)
        if owner is not None:
            raise LedgerInUse(
                f"{self.path} is in use by process {owner.pid} on {owner.host}",
                "wait until it has finished, or choose another output folder; if that machine is gone, "
                "run DELETE FROM owner on the file with sqlite3",
            )

    def _take(self) -> Process | None:
        """Be the owner, unless another process is."""
        row = self._db.execute("SELECT pid, host, started FROM owner").fetchone()
        owner = Process(*row) if row else None
        if owner is not None and owner.alive:
            return owner
        own = Process.own()
        self._db.execute("INSERT OR REPLACE INTO owner VALUES (1, ?, ?, ?)", (own.pid, own.host, own.started))
        return None

    def _join(self, process: int) -> None:
        row = self._db.execute("SELECT pid, host, started FROM owner").fetchone()
        if row is None or Process(*row) != Process.of(process):
            raise UsageError(f"{self.path} is not owned by process {process}", "run huimou summarise again")


def _unusable(path: Path, error: sqlite3.Error) -> UsageError:
    return UsageError(f"{path} cannot be used as a ledger ({error})", "move it away or choose another")
