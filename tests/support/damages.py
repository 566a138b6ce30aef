"""Ways in which the store of an output folder can be damaged: its rows, tables and bytes, what lies in its place."""

# ruff: noqa: S608 (names and values of our own)
from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

Damage = Callable[[Path], object]


def _run_sql(path: Path, *statements: str) -> None:
    """Change a store as any program may."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            db.execute(statement)


def _sql(*statements: str) -> Damage:
    return lambda path: _run_sql(path, *statements)


def _set(table: str, column: str, value: str) -> Damage:
    """Give a row this value, as an SQL expression; the table keeps no constraint that would refuse it."""
    key = {"reports": "name", "runs": "id", "marks": "report"}[table]
    return _sql(
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE name = '{table}'",
        "PRAGMA writable_schema = RESET",
        f"UPDATE {table} SET {column} = {value} WHERE {key} = (SELECT max({key}) FROM {table})",
    )


def _loosen(table: str) -> Damage:
    """A table of the same columns without any key, with every row twice."""
    return _sql(
        f"CREATE TABLE other AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"CREATE TABLE {table} AS SELECT * FROM other UNION ALL SELECT * FROM other",
        "DROP TABLE other",
    )


def _change_bytes(change: Callable[[bytes], bytes]) -> Damage:
    def work(path: Path) -> None:
        _run_sql(path, "VACUUM")
        path.write_bytes(change(path.read_bytes()))

    return work


def _replace_by(make: Callable[[Path], object]) -> Damage:
    def work(path: Path) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        make(path)

    return work


def _make_foreign(path: Path) -> None:
    _run_sql(path, "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)", "PRAGMA user_version = 0")


def _make_foreign_with_version(path: Path) -> None:
    _run_sql(path, "CREATE TABLE notes (id INTEGER PRIMARY KEY)", "PRAGMA user_version = 4")


def _add_log(path: Path) -> None:
    _run_sql(path, "PRAGMA journal_mode = WAL")
    Path(f"{path}-wal").write_bytes(os.urandom(5000))


def _put_folder(suffix: str, path: Path) -> None:
    _run_sql(path)
    Path(f"{path}{suffix}").unlink(missing_ok=True)
    Path(f"{path}{suffix}").mkdir()


_JOB = """json_set(job, '$.{}', {})"""

# Each is met by every command with one line and an exit status, never with a traceback.
DAMAGES: Mapping[str, Damage] = {
    # rows of the journal: reports
    "report name is bytes": _set("reports", "name", "x'ff00fe'"),
    "report name is empty": _set("reports", "name", "''"),
    "report name leads elsewhere": _set("reports", "name", "'../../elsewhere'"),
    "report path is null": _set("reports", "path", "NULL"),
    "report path has a zero": _set("reports", "path", "CAST(x'2f610062' AS TEXT)"),
    "report size is a word": _set("reports", "size", "'large'"),
    "report time is null": _set("reports", "modified", "NULL"),
    "report status is unknown": _set("reports", "status", "'perhaps'"),
    "report status is a number": _set("reports", "status", "7"),
    "report seconds are a word": _set("reports", "seconds", "'long'"),
    "report seconds are negative": _set("reports", "seconds", "-1e300"),
    "report seconds are infinite": _set("reports", "seconds", "9e999"),
    "report counts are no JSON": _set("reports", "counts", "'{'"),
    "report counts are a number": _set("reports", "counts", "'7'"),
    "report counts are null": _set("reports", "counts", "NULL"),
    "report counts are bytes": _set("reports", "counts", "x'ff'"),
    "report counts are deep": _set("reports", "counts", "replace(hex(zeroblob(50000)), '0', '[')"),
    "report counts are negative": _set("reports", "counts", "json_set(counts, '$.items', -3)"),
    "report counts are huge": _set(
        "reports", "counts", "replace(counts, '\"items\": ', '\"items\": 1' || hex(zeroblob(3000)))"
    ),
    "report counts are words": _set("reports", "counts", "json_set(counts, '$.tasks', 'viele')"),
    "report counts lack the file": _set("reports", "counts", "json_remove(counts, '$.file')"),
    "report counts have more": _set("reports", "counts", "json_set(counts, '$.more', 1)"),
    "report list is a word": _set("reports", "counts", "json_set(counts, '$.listed', 'x')"),
    "report list has other domains": _set(
        "reports", "counts", "json_set(counts, '$.listed.domains', json('{\"a\": 1}'))"
    ),
    "report cost is no JSON": _set("reports", "spent", "''"),
    "report cost is null": _set("reports", "spent", "NULL"),
    "report cost is a word": _set("reports", "spent", "json_set(spent, '$.calls', 'many')"),
    "report cost is negative": _set("reports", "spent", "json_set(spent, '$.prompt_tokens', -5)"),
    "report cost is of something else": _set("reports", "spent", "'{\"apples\": 3}'"),
    "report reason is bytes": _set("reports", "reason", "x'fffe'"),
    # rows of the journal: runs, files
    "run job is no JSON": _set("runs", "job", "'model: m'"),
    "run job is a list": _set("runs", "job", "'[1]'"),
    "run job is null": _set("runs", "job", "NULL"),
    "run kind is a number": _set("runs", "job", _JOB.format("kind", 5)),
    "run style is unknown": _set("runs", "job", _JOB.format("style", "'baroque'")),
    "run effort is a list": _set("runs", "job", _JOB.format("effort", "json('[1]')")),
    "run began at no time": _set("runs", "started", "NULL"),
    "run planned a word": _set("runs", "planned", "'some'"),
    "run planned less than none": _set("runs", "planned", "-4"),
    "run facts are no JSON": _set("runs", "facts", "'{{'"),
    "run facts are of something else": _set("runs", "facts", '\'{"facts": {"speed": 3}}\''),
    "run mode is unknown": _set("runs", "facts", "json_set(facts, '$.mode', 'telepathy')"),
    "run status is a word": _set("runs", "exit_status", "'ill'"),
    "marks are no JSON": _set("marks", "outputs", "'{'"),
    "marks are null": _set("marks", "source", "NULL"),
    "marks lead elsewhere": _set("marks", "outputs", '\'{"../x": [1, 2, 3, 4, "5"]}\''),
    "text that is no UTF-8": _set("runs", "version", "CAST(x'fffefd' AS TEXT)"),
    # tables
    **{f"no table {name}": _sql(f"DROP TABLE {name}") for name in ("answers", "runs", "reports", "reviews", "marks")},
    **{f"rows twice in {name}": _loosen(name) for name in ("answers", "runs", "reports", "marks")},
    "a column is gone": _sql("ALTER TABLE runs DROP COLUMN facts"),
    "a column has another name": _sql("ALTER TABLE answers RENAME COLUMN body TO content"),
    "a column more": _sql("ALTER TABLE answers ADD COLUMN note TEXT"),
    "a view in place of a table": _sql("ALTER TABLE reports RENAME TO r", "CREATE VIEW reports AS SELECT * FROM r"),
    "no version": _sql("PRAGMA user_version = 0"),
    "an older version": _sql("PRAGMA user_version = 3"),
    "a negative version": _sql("PRAGMA user_version = -2"),
    "a version to come": _sql("PRAGMA user_version = 99"),
    # bytes
    "cut in half": _change_bytes(lambda data: data[: len(data) // 2]),
    "cut to a header": _change_bytes(lambda data: data[:100]),
    "cut in the header": _change_bytes(lambda data: data[:40]),
    "another beginning": _change_bytes(lambda data: b"PK\x03\x04" + data[4:]),
    "a page of zeros": _change_bytes(lambda data: data[:4096] + bytes(4096) + data[8192:]),
    "noise in the middle": _change_bytes(lambda data: data[:6000] + os.urandom(3000) + data[9000:]),
    "the first page is noise": _change_bytes(lambda data: data[:100] + os.urandom(3996) + data[4096:]),
    # what lies in its place
    "a text": _replace_by(lambda path: path.write_text("这不是数据库。" * 100, encoding="utf-8")),
    "a short text": _replace_by(lambda path: path.write_text("?", encoding="utf-8")),
    "a folder": _replace_by(Path.mkdir),
    "a database of another program": _replace_by(_make_foreign),
    "a database of another program with a version": _replace_by(_make_foreign_with_version),
    "a folder in place of the log": partial(_put_folder, "-wal"),
}
# These are no damage: an empty store is one that was never written, and noise is no log of this file.
HARMLESS: Mapping[str, Damage] = {
    "an empty file": _replace_by(lambda path: path.write_bytes(b"")),
    "a log of noise": _add_log,
    "no store": _replace_by(lambda path: shutil.rmtree(path.parent)),
}
