"""Persons' remarks on items, kept in the folder's ledger: every remark is a row of its own, and none is changed."""

from __future__ import annotations

from datetime import UTC, datetime

from huimou.model.digest import Digest
from huimou.model.review import Remark
from huimou.outputs.index_row import build_index_row_with_remarks
from huimou.service.shared_ledger import SharedLedger
from huimou.store.journal import Journal

_KEEP = "INSERT INTO reviews (report, source_sha256, item, remark, received) VALUES (?, ?, ?, ?, ?)"


def keep_remark(shared: SharedLedger, name: str, digest: Digest, remark: Remark) -> Remark:
    """Write a remark on an item of report `name` into the ledger, and what the index says of the report.

    Returns:
        The remark as it was written: a time in the future is replaced by now, as it would win over all later remarks.

    Raises:
        LedgerInUse: another process has the ledger.

    """
    now = datetime.now(UTC)
    kept = remark.model_copy(
        update={"time": min(remark.time, f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}Z")}
    )
    with shared.open() as ledger:
        values = (name, digest.source.sha256, remark.id, kept.model_dump_json(), now.isoformat(timespec="seconds"))
        ledger.write(_KEEP, values)
        Journal(ledger).list_again(name, build_index_row_with_remarks(shared.path, name, digest))
    return kept
