"""Every answer that was paid for, in one SQLite file, so that a killed run pays for nothing twice.

An answer is committed before it is handed up. The journal is WAL with `synchronous=FULL`: one fsync an answer is
nothing beside the seconds that the answer took, and then a power cut loses none either.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import httpx2

from huimou.errors import UsageError
from huimou.llm.question import request_digest, safe_name
from huimou.llm.transport import exchange_of, plain_response

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
        UsageError: another living process has it open, or the file is not a ledger; `member_of` does not own it.

    """

    def __init__(self, path: Path, *, member_of: int | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._migrate()
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"{path} cannot be used as a ledger ({error})", "move it away or choose another"
            ) from error
        if member_of is None:
            self._acquire()
        else:
            self._join(member_of)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, digest: str) -> Entry | None:
        """The answer to the request with this digest, if it was ever given."""
        with self._lock:
            row = self._db.execute(
                "SELECT slot, attempt, status, body, calls, seconds FROM answers WHERE digest = ?", (digest,)
            ).fetchone()
        return Entry(*row) if row else None

    def put(self, digest: str, entry: Entry) -> None:
        """Keep an answer durably; the first one for a digest stays."""
        values = (digest, entry.slot, entry.attempt, entry.status, entry.body, entry.calls, entry.seconds)
        with self._transaction():
            self._db.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
                (*values, datetime.now(UTC).isoformat(timespec="seconds")),
            )

    def forget(self, report: str) -> int:
        """Drop the answers of one report, so that they are asked for again; returns how many there were."""
        folder = safe_name(report) + "/"
        with self._transaction():
            cursor = self._db.execute("DELETE FROM answers WHERE substr(slot, 1, ?) = ?", (len(folder), folder))
        return cursor.rowcount

    def reset(self) -> None:
        """Forget every answer and every report: the next run asks everything anew."""
        with self._transaction():
            for table in ("answers", "unusable", "reports"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own)

    def refuse(self, slot: str) -> None:
        """Mark a slot's answers as of no use: a retry asks for them again, until then they stand."""
        with self._transaction():
            self._db.execute("INSERT OR IGNORE INTO unusable SELECT digest, slot FROM answers WHERE slot = ?", (slot,))

    def drop_refused(self, report: str) -> int:
        """Drop the answers of a report that were of no use, so that they are asked for again."""
        folder = safe_name(report) + "/"
        with self._transaction():
            cursor = self._db.execute(
                "DELETE FROM answers WHERE digest IN (SELECT digest FROM unusable WHERE substr(slot, 1, ?) = ?)",
                (len(folder), folder),
            )
            self._db.execute("DELETE FROM unusable WHERE substr(slot, 1, ?) = ?", (len(folder), folder))
        return cursor.rowcount

    def write(self, statement: str, values: Sequence[object]) -> int:
        """Run one statement in a transaction of its own; returns the id of the row that it inserted, if any."""
        with self._transaction():
            return int(self._db.execute(statement, tuple(values)).lastrowid or 0)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._db.execute(statement, tuple(values)).fetchall()

    def count(self) -> int:
        """Number of answers."""
        with self._lock:
            (number,) = self._db.execute("SELECT count(*) FROM answers").fetchone()
        return int(number)

    def close(self) -> None:
        """Give the ledger free for other processes; may be called twice."""
        with self._lock:
            try:
                self._db.execute("DELETE FROM owner WHERE pid = ? AND host = ?", (os.getpid(), socket.gethostname()))
            except sqlite3.ProgrammingError:  # closed before
                return
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.OperationalError as error:  # a full disk, a folder that became read-only
                hint = "make room or mend the folder, then run the same command again: nothing is lost"
                raise UsageError(f"{self.path} cannot be written ({error})", hint) from error

    def _migrate(self) -> None:
        with self._transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > len(_MIGRATIONS):
                raise UsageError(f"{self.path} was written by a newer huimou", "use that one, or another output folder")
            for number, statement in enumerate(_MIGRATIONS[version:], version + 1):
                self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {number}")

    def _acquire(self) -> None:
        mine = (os.getpid(), socket.gethostname(), _started(os.getpid()))
        with self._transaction():
            owner = self._db.execute("SELECT pid, host, started FROM owner").fetchone()
            free = owner is None or not _alive(*owner)
            if free:
                self._db.execute("INSERT OR REPLACE INTO owner VALUES (1, ?, ?, ?)", mine)
        if not free:
            self._db.close()
            raise UsageError(
                f"{self.path} is in use by process {owner[0]} on {owner[1]}",
                "wait until it has finished, or choose another output folder; if that machine is gone, "
                "run DELETE FROM owner on the file with sqlite3",
            )

    def _join(self, process: int) -> None:
        owner = self._db.execute("SELECT pid, host, started FROM owner").fetchone()
        if owner != (process, socket.gethostname(), _started(process)):
            self._db.close()
            raise UsageError(f"{self.path} is not owned by process {process}", "run huimou summarise again")


def _alive(pid: int, host: str, started: str) -> bool:
    if host != socket.gethostname() or sys.platform == "win32":
        return True  # cannot be told from here: better to ask than to let two write
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    # The number may have gone to another process since.
    return not started or not _started(pid) or started == _started(pid)


def _started(pid: int) -> str:
    """When a process started, in the kernel's ticks; empty where /proc does not tell."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


class LedgerTransport(httpx2.BaseTransport):
    """Answers from the ledger where it can, and keeps each new answer before handing it up.

    `answers=False` only keeps: for a recording, every request is to be made.
    """

    def __init__(self, inner: httpx2.BaseTransport, ledger: Answers, *, answers: bool = True) -> None:
        self._inner = inner
        self._ledger = ledger
        self._answers = answers
        self._counting = threading.Lock()
        self._out: dict[str, tuple[threading.Lock, int]] = {}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer from the ledger or from below; only status 200 is kept.

        A request that is out already is waited for: reports side by side may ask the very same.
        """
        exchange = exchange_of(request)
        key = request_digest(exchange.body)
        with self._alone(key):
            kept = self._ledger.get(key) if self._answers else None
            if kept is not None:
                exchange.calls, exchange.seconds, exchange.kept = kept.calls, kept.seconds, True
                return plain_response(kept.status, kept.body, kept.seconds)
            response = self._inner.handle_request(request)
            if response.status_code == httpx2.codes.OK and _is_object(response):
                slot, attempt = (exchange.ticket.path, exchange.ticket.attempt) if exchange.ticket else ("", 1)
                seconds = round(exchange.seconds, 3)
                entry = Entry(slot, attempt, response.status_code, response.content, exchange.calls, seconds)
                self._ledger.put(key, entry)
            return response

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """One at a time for each request."""
        with self._counting:
            lock, others = self._out.get(key, (threading.Lock(), 0))
            self._out[key] = lock, others + 1
        try:
            with lock:
                yield
        finally:
            with self._counting:
                lock, others = self._out.pop(key)
                if others > 1:
                    self._out[key] = lock, others - 1

    def close(self) -> None:
        """Close the layer below; the ledger belongs to whoever opened it."""
        self._inner.close()


def _is_object(response: httpx2.Response) -> bool:
    """Whether it is a chat completion at all and not the page of some other server."""
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("choices"), list)
