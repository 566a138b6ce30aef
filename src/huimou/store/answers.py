"""Every answer that was paid for, kept by its request, so that a killed run pays for nothing twice.

An answer is committed before it is handed up.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from huimou.model.cost_category import CostPart
from huimou.store.database import Database, DatabaseReader
from huimou.store.hashing import safe_name

_GET = "SELECT slot, attempt, status, body, calls, seconds FROM answers WHERE digest = ?"
_HAS = "SELECT 1 FROM answers WHERE digest = ?"
_PUT = "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"
# Servers send counts that are none, and bodies that are JSON to Python only.
_COSTS = """SELECT substr(rest, 1, instr(rest, '/') - 1), count(DISTINCT slot),
    sum(CASE WHEN written BETWEEN 0 AND 1000000000 THEN written END),
    sum(CASE WHEN read BETWEEN 0 AND 1000000000 THEN read END),
    sum(seconds), count(DISTINCT CASE WHEN rest GLOB '*.s[2-9]' OR rest GLOB '*.s[1-9][0-9]' THEN slot END)
    FROM (SELECT slot, rest, seconds, json_extract(body, '$.usage.completion_tokens') AS written,
        json_extract(body, '$.usage.prompt_tokens') AS read
        FROM (SELECT slot, substr(slot, instr(slot, '/') + 1) AS rest, seconds,
            iif(json_valid(CAST(body AS TEXT)), CAST(body AS TEXT), '{}') AS body FROM answers))
    WHERE instr(rest, '/') GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One raw answer and what it cost.

    Args:
        slot: of the question, as report/question/unit.
        attempt: which request for the slot it answers, from 1.
        status: of HTTP.
        body: as the server sent it.
        calls: requests that it took.
        seconds: that they took.

    """

    slot: str
    attempt: int
    status: int
    body: bytes
    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class QuestionCost:
    """What the answers to one question cost: different slots, tokens, seconds of calls; re-asks count to their slot.

    `samples` of the slots hold a further answer to the same words.
    """

    slots: int
    completion_tokens: int
    prompt_tokens: int
    seconds: float
    samples: int = 0

    @property
    def firsts(self) -> int:
        """Slots of first answers."""
        return self.slots - self.samples


class AnswerSource(Protocol):
    """Where kept answers are looked up."""

    def get(self, digest: str) -> KeptAnswer | None:
        """The answer to the request with this digest, if it was ever given."""


class Answers(AnswerSource, Protocol):
    """What a client needs of a store, wherever that is."""

    def put(self, digest: str, answer: KeptAnswer) -> None:
        """Keep an answer durably before returning; the first one for a digest stays."""

    def drop(self, digest: str) -> None:
        """Drop an answer that cannot be read any more, so that another can be kept for its request."""

    def refuse(self, slot: str) -> None:
        """Mark a slot's answers as of no use."""


class AnswerReader:
    """The answers of a store, by the digest of their request."""

    def __init__(self, database: DatabaseReader) -> None:
        self._reader = database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, digest: str) -> KeptAnswer | None:
        """The answer to the request with this digest, if it was ever given."""
        row = self._reader.row(_GET, (digest,))
        return _read_row(*row) if row else None

    def has(self, digest: str) -> bool:
        """Whether there is an answer to the request with this digest."""
        return self._reader.row(_HAS, (digest,)) is not None

    def count(self) -> int:
        """Number of answers."""
        ((number,),) = self._reader.rows("SELECT count(*) FROM answers")
        return int(number)

    def costs(self) -> dict[str, QuestionCost]:
        """What the answers cost, by question; where a server gave no counts, nothing of that question."""
        rows = self._reader.rows(_COSTS)
        return {name: QuestionCost(*cost) for name, *cost in rows if cost[1] and cost[2]}

    def close(self) -> None:
        """Close the store; may be called twice."""
        self._reader.close()


class CountingAnswerReader(AnswerReader):
    """Counts in `hits`, by part of the bill, the answers that were looked up and found; safe in several threads.

    Args:
        database: that is read.
        find_part: the part of the bill that a slot belongs to.

    """

    def __init__(self, database: DatabaseReader, find_part: Callable[[str], CostPart]) -> None:
        super().__init__(database)
        self._find_part = find_part
        self.hits: Counter[CostPart] = Counter()
        self._counting = threading.Lock()

    def get(self, digest: str) -> KeptAnswer | None:
        """The answer to the request with this digest, if it was ever given."""
        found = super().get(digest)
        if found is not None:
            with self._counting:
                self.hits[self._find_part(found.slot)] += 1
        return found


class AnswerStore(AnswerReader):
    """The answers of a store that is open for writing; safe in any number of threads."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.database = database

    def put(self, digest: str, answer: KeptAnswer) -> None:
        """Keep an answer durably; the first one for a digest stays.

        Raises:
            UsageError: the store cannot be written.

        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = (answer.slot, answer.attempt, answer.status, answer.body, answer.calls, answer.seconds)
        self.database.write_grouped(_PUT, (digest, *row, now))

    def drop(self, digest: str) -> None:
        """Drop an answer that cannot be read any more, so that another can be kept for its request."""
        self.database.write("DELETE FROM answers WHERE digest = ?", (digest,))

    def refuse(self, slot: str) -> None:
        """Mark a slot's answers as of no use: a retry asks for them again, until then they stand."""
        self.database.write("INSERT OR IGNORE INTO unusable SELECT digest, slot FROM answers WHERE slot = ?", (slot,))

    def drop_refused(self, report: str) -> int:
        """Drop the answers of a report that were of no use, so that they are asked for again; returns how many."""
        folder = safe_name(report) + "/"

        def work(db: sqlite3.Connection) -> int:
            dropped = db.execute(
                "DELETE FROM answers WHERE digest IN (SELECT digest FROM unusable WHERE substr(slot, 1, ?) = ?)",
                (len(folder), folder),
            ).rowcount
            db.execute("DELETE FROM unusable WHERE substr(slot, 1, ?) = ?", (len(folder), folder))
            return dropped

        return self.database.transact(work)

    def forget(self, report: str) -> int:
        """Drop the answers of one report, so that they are asked for again; returns how many there were."""
        folder = safe_name(report) + "/"
        statement = "DELETE FROM answers WHERE substr(slot, 1, ?) = ?"
        return self.database.transact(lambda db: db.execute(statement, (len(folder), folder)).rowcount)

    def reset(self) -> None:
        """Forget every answer and what became of every report: the next run asks everything anew."""

        def work(db: sqlite3.Connection) -> None:
            for table in ("answers", "unusable", "reports"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own)

        self.database.transact(work)


def _read_row(slot: Any, attempt: Any, status: Any, body: Any, calls: Any, seconds: Any) -> KeptAnswer:
    """A row as an answer; SQLite keeps anything in any column, and what is no body is an empty one."""
    return KeptAnswer(
        str(slot),
        attempt if isinstance(attempt, int) else 1,
        status if isinstance(status, int) else 0,
        body if isinstance(body, bytes) else b"",
        calls if isinstance(calls, int) else 1,
        seconds if isinstance(seconds, (int, float)) else 0.0,
    )


def open_store(path: Path, *, member_of: int | None = None) -> AnswerStore:
    """Open a store for writing, with its answers; arguments and errors are those of `Database`."""
    return AnswerStore(Database(path, member_of=member_of))
