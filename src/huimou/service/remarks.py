"""What persons said of items, kept in the folder's ledger: every remark a row, none ever changed."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from huimou.contract import Digest
from huimou.errors import UsageError
from huimou.journal import Journal, peek
from huimou.listed import listed
from huimou.review import Merged, Remark, ReviewFile, items_digest, merge
from huimou.service.shared import SharedLedger

_KEEP = "INSERT INTO reviews (report, source_sha256, item, remark, received) VALUES (?, ?, ?, ?, ?)"
_KNOWN = "SELECT 1 FROM sqlite_master WHERE name = 'reviews'"
_ALL = "SELECT remark FROM reviews WHERE report = ? AND source_sha256 = ? ORDER BY id"


def keep_remark(shared: SharedLedger, name: str, digest: Digest, remark: Remark) -> Remark:
    """Keep a remark on an item; returned as kept: a time in the future would win for ever and counts as now.

    Raises:
        LedgerInUse: another process has the ledger.

    """
    now = datetime.now(UTC)
    kept = remark.model_copy(
        update={"time": min(remark.time, f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}Z")}
    )
    with shared.ledger() as ledger:
        values = (name, digest.source.sha256, remark.id, kept.model_dump_json(), now.isoformat(timespec="seconds"))
        ledger.write(_KEEP, values)
        Journal(ledger).list_again(name, listed(reviewed(shared.path, name, digest).digest))
    return kept


def remarks_on(ledger: Path, name: str, digest: Digest) -> tuple[Remark, ...]:
    """Every remark on a report, in the order in which they came; the ledger is only read, whoever has it.

    Raises:
        UsageError: the ledger cannot be read.

    """
    if not ledger.is_file():
        return ()
    try:
        [known] = peek(ledger, (_KNOWN, ()))  # a ledger of an older huimou has no reviews
        [rows] = peek(ledger, (_ALL, (name, digest.source.sha256))) if known else [[]]
        return tuple(Remark.model_validate_json(row) for (row,) in rows)
    except (sqlite3.Error, ValidationError) as error:
        raise UsageError(f"the reviews in {ledger} cannot be read ({type(error).__name__})") from error


def reviewed(ledger: Path, name: str, digest: Digest) -> Merged:
    """The digest with what the ledger has on it: of two remarks on one item the later one.

    Raises:
        UsageError: the ledger cannot be read.

    """
    remarks = list(remarks_on(ledger, name, digest))
    file = ReviewFile(
        format="huimou-review",
        version=1,
        name=name,
        source_sha256=digest.source.sha256,
        items_digest=items_digest(digest),
        items=remarks,
    )
    return merge(digest, [file])
