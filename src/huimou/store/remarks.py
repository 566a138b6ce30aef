"""What persons said of items through a service: rows of the folder's store, put into the digest's files when asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from huimou.model.digest import Digest
from huimou.model.review import Remark, ReviewedDigest, ReviewFile, compute_items_digest, merge_reviews
from huimou.store.database import Database, describe_damage, read_rows

_ALL = "SELECT remark FROM reviews WHERE report = ? AND source_sha256 = ? ORDER BY id"
_LAST = "SELECT max(json_extract(remark, '$.time')) FROM reviews WHERE report = ? AND source_sha256 = ?"
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
_ADD = "INSERT INTO reviews (report, source_sha256, item, remark, received) VALUES (?, ?, ?, ?, ?)"


def add_remark(database: Database, name: str, digest: Digest, remark: Remark, replaces: str | None = None) -> Remark:
    """Keep a remark on an item of a report; no row is ever changed.

    Args:
        database: of the store.
        name: of the report.
        digest: of the report.
        remark: what a person says.
        replaces: time of the remark that it replaces, which may be in the digest with the time of another clock.

    Returns:
        The remark as kept, with the time of its receipt: clocks of browsers are wrong, and what comes later counts.

    Raises:
        UsageError: the store cannot be written.

    """
    now = datetime.now(UTC)
    [(last,)] = database.rows(_LAST, (name, digest.source.sha256))
    kept = remark.model_copy(update={"time": _stamp_receipt(now, last, replaces)})
    received = now.isoformat(timespec="seconds")
    database.write(_ADD, (name, digest.source.sha256, remark.id, kept.model_dump_json(), received))
    return kept


def _stamp_receipt(now: datetime, *earlier: str | None) -> str:
    """The time as browsers write it, later than the earlier ones, also where they are of a clock that is ahead."""
    least = [min(datetime.fromisoformat(time), _LATEST) + timedelta(milliseconds=1) for time in earlier if time]
    time = max(now, *least) if least else now
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def read_remarks(store: Path, name: str, digest: Digest) -> tuple[Remark, ...]:
    """Every remark on a report, in the order in which they came; the store is only read, whoever owns it.

    Raises:
        UsageError: the store cannot be read.

    """
    if not store.is_file():
        return ()
    [rows] = read_rows(store, (_ALL, (name, digest.source.sha256)))
    try:
        return tuple(Remark.model_validate_json(row) for (row,) in rows)
    except ValidationError as error:
        raise describe_damage(store, "a remark of a person is not as it was written") from error


def merge_remarks(store: Path, name: str, digest: Digest) -> ReviewedDigest:
    """The digest with what the store has on it: of two remarks on one item the later one.

    Raises:
        UsageError: the store cannot be read.

    """
    file = ReviewFile(
        format="huimou-review",
        version=1,
        name=name,
        source_sha256=digest.source.sha256,
        items_digest=compute_items_digest(digest),
        items=list(read_remarks(store, name, digest)),
    )
    return merge_reviews(digest, [file])
