"""A damaged store made anew from what can be read of it; the damaged file stays beside the new one.

Every row is looked at by itself. What is lost of answers is asked for again, what is lost of the journal is made again
from the answers; the remarks of persons are the rows that nobody could make again.
"""

from __future__ import annotations

import itertools
import json
import math
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from huimou.errors import UsageError
from huimou.model.review import Remark
from huimou.store.database import MIGRATIONS, migrate
from huimou.store.journal import UNREADABLE, read_entry, read_run
from huimou.store.lock import hold_lock
from huimou.store.stamps import check_plain_name, read_outputs, read_source

_BESIDE = ("-wal", "-shm", "-journal")
_SOUND = [("ok",)]
Row = Mapping[str, Any]  # values by the names of their columns


@dataclass(frozen=True, slots=True)
class RebuiltStore:
    """What was made of a store.

    Args:
        kept: rows that are in the new one, by table.
        left: rows that are not, by table; what could not even be counted is not among them.
        damaged: the file that the store was before; None where it was sound and nothing was done.

    """

    kept: Mapping[str, int]
    left: Mapping[str, int]
    damaged: Path | None


@dataclass(slots=True)
class _Harvest:
    """What was found in a damaged file."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    is_sound: bool = False


def rebuild_store(path: Path) -> RebuiltStore:
    """Make a store anew from the rows of it that are as huimou writes them.

    Args:
        path: of its file, or of whatever is in its place.

    Raises:
        StoreInUse: a process works with it.
        UsageError: there is nothing, or the folder or the disk does not take the new file.

    """
    if not path.exists():
        raise UsageError(f"there is no store in {path.parent.parent}", "name a folder that huimou summarise wrote")
    held = hold_lock(path)
    try:
        found = _harvest(path)
        kept = {name: len(rows) for name, rows in found.rows.items()}
        if found.is_sound and not any(found.left.values()):
            return RebuiltStore(kept, found.left, None)
        new = path.with_name(f"{path.stem}.rebuilt{path.suffix}")
        _write_store(new, found.rows)
        damaged = _move_aside(path)
        new.replace(path)
        return RebuiltStore(kept, found.left, damaged)
    except (OSError, sqlite3.Error) as error:
        raise UsageError(f"{path} cannot be made anew ({error})", "make room or mend the folder") from error
    finally:
        held.release()


def _harvest(path: Path) -> _Harvest:
    """Every row that can be read and is as huimou writes it, by table."""
    found = _Harvest({name: [] for name in _READERS}, dict.fromkeys(_READERS, 0))
    if not path.is_file():
        return found
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.text_factory = _decode
        for table, read in _READERS.items():
            _harvest_table(db, table, read, found)
        found.is_sound = _is_sound(db)
    return found


def _is_sound(db: sqlite3.Connection) -> bool:
    """Whether a file is a store with all of its tables, and SQLite has nothing to say against it."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    with closing(_make_tables(":memory:")) as model:
        schema = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        same = db.execute(schema).fetchall() == model.execute(schema).fetchall()
    return same and version == len(MIGRATIONS) and db.execute("PRAGMA integrity_check").fetchall() == _SOUND


def _harvest_table(db: sqlite3.Connection, table: str, read: Callable[[Row], tuple[Any, ...]], found: _Harvest) -> None:
    keys: set[Any] = set()
    for row in _read_rows(db, table):
        try:
            values = read(row)
            if values[0] in keys:
                raise ValueError("it stands there twice")
        except UNREADABLE:
            found.left[table] += 1
        else:
            keys.add(values[0])
            found.rows[table].append(values)


def _read_rows(db: sqlite3.Connection, table: str) -> Iterator[Row]:
    """The rows of a table as far as they can be read; behind a torn page from the end, too."""
    seen: set[Any] = set()
    for order in ("", " ORDER BY 1 DESC"):
        try:
            cursor = db.execute(f"SELECT * FROM {table}{order}")  # noqa: S608 (a name of our own)
            names = [column[0] for column in cursor.description]
            for values in cursor:
                if not order or values[:1] not in seen:
                    seen.add(values[:1])
                    yield dict(zip(names, values, strict=True))
        except (sqlite3.Error, TypeError):
            continue
        return


def _write_store(path: Path, rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
    path.unlink(missing_ok=True)
    with closing(_make_tables(str(path))) as db:
        db.execute("BEGIN")
        for table, values in rows.items():
            places = ", ".join("?" * len(_COLUMNS[table]))
            names = ", ".join(_COLUMNS[table])
            db.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608
        db.execute("COMMIT")


def _make_tables(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    migrate(db)
    return db


def _move_aside(path: Path) -> Path:
    """Give the damaged file, and what SQLite keeps beside it, another name; the log first, which fits no other file."""
    names = (path.with_name(f"{path.stem}.damaged{number or ''}{path.suffix}") for number in itertools.count())
    aside = next(one for one in names if not one.exists())
    for suffix in _BESIDE:
        beside = Path(f"{path}{suffix}")
        if beside.is_dir():
            shutil.rmtree(beside)
        with suppress(FileNotFoundError):
            beside.replace(f"{aside}{suffix}")
    try:
        aside.hardlink_to(path)  # so that there is never no store at all
    except OSError:
        path.replace(aside)
    return aside


def _decode(data: bytes) -> str | bytes:
    """A text of the file, its bytes where they are none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _read_answer(row: Row) -> tuple[Any, ...]:
    status, body = _check(row["status"], int), row["body"]
    raw = body.encode() if isinstance(body, str) else _check(body, bytes)
    if not isinstance(json.loads(raw), dict) or not 100 <= status < 600:
        raise ValueError("no answer")
    seconds = float(row.get("seconds", 0.0))
    if not 0 <= seconds < math.inf:
        raise ValueError("no time")
    counts = [max(1, _check(row.get(name, 1), int)) for name in ("attempt", "calls")]
    created = _check(row.get("created", ""), str)
    return (_check_text(row["digest"]), _check_text(row["slot"]), counts[0], status, raw, counts[1], seconds, created)


def _read_unusable(row: Row) -> tuple[Any, ...]:
    return _check_text(row["digest"]), _check_text(row["slot"])


def _read_run(row: Row) -> tuple[Any, ...]:
    values = tuple(row.get(name) for name in _COLUMNS["runs"])
    read_run(values)
    return values


def _read_report(row: Row) -> tuple[Any, ...]:
    inside = ("name", "path", "size", "modified", "job", "status", "reason", "retryable", "seconds", "counts", "spent")
    values = [row.get(name) for name in inside]
    read_entry((*values[:4], None, *values[4:]))
    if _check(row.get("run", 0), int) < 0:
        raise ValueError("no run")
    finished = _check(row.get("finished", ""), str)
    return tuple({**row, "run": row.get("run", 0), "finished": finished}.get(name) for name in _COLUMNS["reports"])


def _read_marks(row: Row) -> tuple[Any, ...]:
    read_source("/", 0, 0, _check_text(row["source"]))
    read_outputs(_check_text(row["outputs"]))
    return check_plain_name(row["report"]), row["source"], row["outputs"]


def _read_review(row: Row) -> tuple[Any, ...]:
    Remark.model_validate_json(_check_text(row["remark"]))
    texts = tuple(_check_text(row[name]) for name in ("report", "source_sha256", "item", "remark"))
    return (_check(row["id"], int), *texts, _check(row.get("received", ""), str))


def _check(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"no {kind.__name__}")
    return value


def _check_text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no text")
    return value


_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "answers": ("digest", "slot", "attempt", "status", "body", "calls", "seconds", "created"),
        "unusable": ("digest", "slot"),
        "runs": ("id", "started", "ended", "version", "job", "planned", "facts", "exit_status"),
        "reports": (
            "name", "run", "path", "size", "modified", "job", "status", "reason", "retryable", "seconds", "counts",
            "spent", "finished",
        ),
        "marks": ("report", "source", "outputs"),
        "reviews": ("id", "report", "source_sha256", "item", "remark", "received"),
    }
)  # fmt: skip
_READERS: Mapping[str, Callable[[Row], tuple[Any, ...]]] = MappingProxyType(
    {
        "answers": _read_answer,
        "unusable": _read_unusable,
        "runs": _read_run,
        "reports": _read_report,
        "marks": _read_marks,
        "reviews": _read_review,
    }
)
