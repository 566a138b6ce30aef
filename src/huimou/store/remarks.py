"""What persons said of items through a service: rows of the folder's ledger, put into the digest's files when asked."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pydantic import ValidationError

from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.model.review import Remark, ReviewedDigest, ReviewFile, compute_items_digest, merge_reviews
from huimou.store.journal import peek

_KNOWN = "SELECT 1 FROM sqlite_master WHERE name = 'reviews'"
_ALL = "SELECT remark FROM reviews WHERE report = ? AND source_sha256 = ? ORDER BY id"


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


def reviewed(ledger: Path, name: str, digest: Digest) -> ReviewedDigest:
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
        items_digest=compute_items_digest(digest),
        items=remarks,
    )
    return merge_reviews(digest, [file])
