"""The SQLite file of a store: who may open it, its tables, transactions, and room for them on a full disk.

It is in WAL mode with `synchronous=FULL`: one fsync a transaction is nothing beside the seconds that an answer took,
and then a power cut loses none either.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from huimou.errors import StoreDamaged, UsageError
from huimou.store.files import make_folder, write_bytes
from huimou.store.group_commit import GroupCommit
from huimou.store.lock import HeldLock, hold_lock, require_holder
from huimou.store.paths import STORE

_T = TypeVar("_T")
Query = tuple[str, Sequence[object]]  # a statement and its values
_SPARE = 2 << 20  # bytes: the log grows by 18 to 31 KB for an answer of 1 to 8 KB, which is enough for 64 of them
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # the second is what a quota or a limit of file size gives
_UNWRITABLE = (*_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_CREATE = "CREATE TABLE "
_MAGIC = b"SQLite format 3\0"
_PATIENCE = 60.0  # seconds to wait while others write; each holds it for one fsync
_READ_PATIENCE = 10.0

# Each is applied once, in order, in a transaction; append, never edit.
MIGRATIONS = (
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
    "DROP TABLE IF EXISTS owner",  # who owns the file is said by a lock of the system's
    """CREATE TABLE marks (report TEXT PRIMARY KEY, source TEXT NOT NULL, outputs TEXT NOT NULL) WITHOUT ROWID""",
)


class DatabaseReader:
    """A store that is only read, whoever writes it; safe to use from several threads.

    Args:
        path: of the file.
        connection: to it.

    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._reader = connection
        self._reading = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query.

        Raises:
            UsageError: they cannot be read.

        """
        with self._reading, explain_errors(self.path):
            return self._reader.execute(statement, tuple(values)).fetchall()

    def row(self, statement: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, None if it has none.

        Raises:
            UsageError: it cannot be read.

        """
        with self._reading, explain_errors(self.path):
            found: tuple[Any, ...] | None = self._reader.execute(statement, tuple(values)).fetchone()
        return found

    def close(self) -> None:
        """Close the file; may be called twice."""
        with self._reading:
            self._reader.close()


class Database(DatabaseReader):
    """A store open for writing by the process that owns it; safe to use from several threads.

    Reading has a connection of its own, so that nobody who looks up an answer waits for the disk.

    Args:
        path: of the file; made where it is missing.
        member_of: pid of the process of this machine that owns it: the file is opened beside that process, which sees
            to who runs. None to own it.

    Raises:
        StoreInUse: another process owns it.
        StoreDamaged: the file is no store, or not as huimou made it.
        UsageError: its folder cannot be written to or locked, or `member_of` does not own it.

    """

    def __init__(self, path: Path, *, member_of: int | None = None) -> None:
        make_folder(path.parent)
        self._held = self._take(path, member_of)
        self._spare = path.with_name(f"{path.name}.spare")
        self._writing = threading.Lock()
        self._commits: GroupCommit[Query] = GroupCommit(self._commit)
        self.path = path
        with ExitStack() as undo:
            undo.callback(self._release)
            with explain_errors(path):
                _check_beginning(path)
                self._writer = _connect_writer(path)
                undo.callback(self._writer.close)
                check_schema(path, self._writer)
                self._writer.execute("PRAGMA journal_mode=WAL")
                self._writer.execute("PRAGMA synchronous=FULL")
                self.transact(migrate)
                super().__init__(path, _connect_writer(path))
            undo.pop_all()

    def transact(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do some work in one transaction. On a full disk it is done in the room that was held, and the run is to end.

        Raises:
            UsageError: the file cannot be written.

        """
        with self._writing:
            try:
                return self._transact_once(work)
            except sqlite3.Error as error:  # a full disk, a folder that became read-only, a damaged file
                if get_primary_code(error) in _FULL and self._spare.is_file():
                    with suppress(sqlite3.OperationalError, OSError):
                        self._spare.unlink()
                        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                        self._transact_once(work)
                if get_primary_code(error) not in (*_UNWRITABLE, *_BUSY):
                    raise describe_damage(self.path, str(error)) from error
                hint = "make room or mend the folder, then run the same command again: nothing is lost"
                raise UsageError(f"{self.path} cannot be written ({error})", hint) from error

    def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run one statement in a transaction of its own; returns the id of the row that it inserted, if any.

        Raises:
            UsageError: the file cannot be written.

        """
        return self.transact(lambda db: int(db.execute(statement, tuple(values)).lastrowid or 0))

    def write_grouped(self, statement: str, values: Sequence[object]) -> None:
        """Run one statement in a transaction with those that other threads bring meanwhile; durable on return.

        Raises:
            UsageError: the file cannot be written.

        """
        self._commits.add((statement, values))

    def hold_room(self) -> None:
        """Take room on the disk that is given back once the disk is full, for the answers that are then on their way.

        Raises:
            UsageError: there is not even that much.

        """
        if not self._spare.is_file():
            write_bytes(self._spare, os.urandom(_SPARE))  # some file systems take no room for zeros

    def close(self) -> None:
        """Let other processes own the file; may be called twice."""
        super().close()
        with self._writing:
            self._writer.close()
            if self._held is not None:
                with suppress(OSError):
                    self._spare.unlink(missing_ok=True)
            self._release()

    @staticmethod
    def _take(path: Path, member_of: int | None) -> HeldLock | None:
        if member_of is None:
            return hold_lock(path)
        require_holder(path, member_of)
        return None

    def _release(self) -> None:
        if self._held is not None:
            self._held.release()

    def _commit(self, queries: Sequence[Query]) -> None:
        def work(db: sqlite3.Connection) -> None:
            for statement, values in queries:
                db.execute(statement, tuple(values))

        self.transact(work)

    def _transact_once(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            done = work(self._writer)
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:  # some errors have ended it already
                self._writer.execute("ROLLBACK")
            raise
        return done


def migrate(db: sqlite3.Connection) -> None:
    """Give a file the tables that it has not yet, all of them where it is empty."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    for number, statement in enumerate(MIGRATIONS[version:], version + 1):
        db.execute(statement)
        db.execute(f"PRAGMA user_version = {number}")


def check_schema(path: Path, db: sqlite3.Connection) -> int:
    """See that a file has the tables of a store, or none yet; returns its version, 0 where it has none.

    Raises:
        StoreDamaged: it is another program's, or its tables are not those that huimou made.
        UsageError: a newer huimou wrote it.
        sqlite3.Error: it cannot be read.

    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    tables = _list_columns(db)
    if version > len(MIGRATIONS):
        hint = f"use that one, or another output folder; {_name_way_out(path)}"
        raise UsageError(f"{path} was written by a newer huimou", hint)
    if version < 0 or (version == 0 and tables):
        raise describe_damage(path, "it is another program's, or its version is lost")
    for name, columns in _find_expected_tables(version).items():
        if tables.get(name) != columns:
            raise describe_damage(path, f"its table {name} is {'not as it was made' if name in tables else 'missing'}")
    return int(version)


def _list_columns(db: sqlite3.Connection) -> dict[str, frozenset[tuple[str, int]]]:
    """Names and places in the key of the columns of each table."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    every = "SELECT name, pk FROM pragma_table_info(?)"
    return {name: frozenset(db.execute(every, (name,)).fetchall()) for name in names}


@cache
def _find_expected_tables(version: int) -> Mapping[str, frozenset[tuple[str, int]]]:
    """The columns of each table of a store of this version."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for statement in MIGRATIONS[:version]:
            db.execute(statement)
        return _list_columns(db)


def describe_damage(path: Path, why: str) -> StoreDamaged:
    """The error to raise where a store holds what huimou never wrote there."""
    return StoreDamaged(f"{path} is damaged ({why})", _name_way_out(path))


def _name_way_out(path: Path) -> str:
    if path.name == STORE.name:
        return f"huimou store rebuild {path.parent.parent} keeps what can be read"
    return "move it away: its answers are asked for again"


def get_primary_code(error: sqlite3.Error) -> int:
    """SQLite's code of an error without its details; that of no particular error where it has none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


@contextmanager
def explain_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a file into a line that says what to do.

    Raises:
        StoreDamaged: it is no store, or cannot be read as one.
        UsageError: others hold it for too long.

    """
    try:
        yield
    except sqlite3.Error as error:
        if get_primary_code(error) in _BUSY:
            raise UsageError(f"{path} is busy ({error})", "run the same command again") from error
        raise describe_damage(path, str(error)) from error


def open_reader(path: Path) -> DatabaseReader:
    """Open a store for reading; an empty one where there is none. Neither lock nor log is made in its folder.

    Raises:
        StoreDamaged: it cannot be read as a store.
        UsageError: a newer huimou wrote it, or others hold it for too long.

    """
    with explain_errors(path):
        return DatabaseReader(path, _connect_reader(path) if path.name and path.exists() else _make_empty())


def read_rows(path: Path, *queries: Query) -> list[list[Any]]:
    """The rows of each query on a store that another process may be writing.

    Raises:
        StoreDamaged: they cannot be read.
        UsageError: a newer huimou wrote it, or others hold it for too long.

    """
    with explain_errors(path):
        try:
            return _fetch(path, "mode=ro", queries)
        except sqlite3.OperationalError:
            # Even a reader wants to write beside the file, which a folder that cannot be written to does not let it.
            if path.with_name(f"{path.name}-wal").exists():
                raise
            return _fetch(path, "mode=ro&immutable=1", queries)


def _fetch(path: Path, how: str, queries: Sequence[Query]) -> list[list[Any]]:
    with closing(_connect_uri(path, how)) as db:
        _prepare_reading(path, db)
        return [db.execute(statement, tuple(values)).fetchall() for statement, values in queries]


def _check_beginning(path: Path) -> None:
    """Refuse a file that is none of SQLite's: it would take a short one for an empty one, and write over it."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(_MAGIC))
    except OSError:
        return  # it is not there, or SQLite says what it is
    if begins not in {b"", _MAGIC}:
        raise describe_damage(path, "it is no database")


def _connect_writer(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)


def _connect_uri(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=_READ_PATIENCE, isolation_level=None, check_same_thread=False)


def _connect_reader(path: Path) -> sqlite3.Connection:
    # Without a write-ahead log nobody is writing, and SQLite need not make one to read.
    db = _connect_uri(path, "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1")
    with ExitStack() as undo:
        undo.callback(db.close)
        _prepare_reading(path, db)
        undo.pop_all()
    return db


def _prepare_reading(path: Path, db: sqlite3.Connection) -> None:
    """Check a store, and let a reader see tables that it has not yet as empty ones; the file stays as it is."""
    _check_beginning(path)
    version = check_schema(path, db)
    if version < len(MIGRATIONS):
        db.execute("PRAGMA temp_store = MEMORY")
        for statement in MIGRATIONS[version:]:
            if statement.startswith(_CREATE):
                db.execute(statement.replace(_CREATE, "CREATE TEMP TABLE ", 1))


def _make_empty() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrate(db)
    return db
