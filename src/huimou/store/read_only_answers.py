"""A ledger that is only read: what it has an answer to, and what its answers cost. The folder is not touched."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from huimou.errors import UsageError
from huimou.model.cost_category import CostPart
from huimou.store.answers import Entry, Ledger

_COSTS = """SELECT substr(rest, 1, instr(rest, '/') - 1), count(DISTINCT slot),
    sum(json_extract(body, '$.usage.completion_tokens')), sum(json_extract(body, '$.usage.prompt_tokens')), sum(seconds)
    FROM (SELECT slot, substr(slot, instr(slot, '/') + 1) AS rest, CAST(body AS TEXT) AS body, seconds FROM answers)
    WHERE instr(rest, '/') GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the answers to one question cost: different slots, tokens, seconds of calls; re-asks count to their slot."""

    slots: int
    completion_tokens: int
    prompt_tokens: int
    seconds: float


class KeptAnswers(Ledger):
    """The ledger at a path as it is now; an empty one where there is none. Safe to use from several threads.

    Neither owner nor journal file is made, and a batch that is running is not disturbed. `hits` counts the answers that
    were looked up and found.

    Args:
        path: of the ledger.
        find_part: part of the work that a slot belongs to, by which hits are counted; without it none are.

    Raises:
        UsageError: it cannot be read.

    """

    def __init__(  # not that of Ledger, which takes the file for itself
        self, path: Path, find_part: Callable[[str], CostPart] | None = None
    ) -> None:
        self.path = path
        self._find_part = find_part
        self.hits: Counter[CostPart] = Counter()
        self._lock = self._reading = threading.Lock()
        try:
            self._db = self._reader = _opened(path)
            if not path.is_file():
                self._migrate()
        except sqlite3.DatabaseError as error:
            hint = "move it away, or run huimou summarise on the folder"
            raise UsageError(f"{path} cannot be read as a ledger ({error})", hint) from error

    def get(self, digest: str) -> Entry | None:
        """The answer to the request with this digest, if it was ever given."""
        found = super().get(digest)
        if found is not None and self._find_part is not None:
            with self._lock:
                self.hits[self._find_part(found.slot)] += 1
        return found

    def has(self, digest: str) -> bool:
        """Whether there is an answer to the request with this digest; that is no hit."""
        return super().get(digest) is not None

    def costs(self) -> dict[str, Cost]:
        """What the answers cost, by question; where a server gave no counts, nothing of that question."""
        rows = self.rows(_COSTS)
        return {name: Cost(slots, wrote, read, took) for name, slots, wrote, read, took in rows if wrote and read}

    def close(self) -> None:
        """Close the file; may be called twice."""
        with self._lock:
            self._db.close()


def _opened(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    # Without a write-ahead log nobody is writing, and SQLite need not make one to read.
    how = "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1"
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, timeout=10.0, isolation_level=None, check_same_thread=False
    )
    try:
        with closing(db.execute("SELECT 1 FROM answers, runs, reports LIMIT 1")) as tables:
            tables.fetchone()
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db
