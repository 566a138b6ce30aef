"""Persons' remarks on items, kept in the folder's store: every remark is a row of its own, and none is changed."""

from __future__ import annotations

from huimou.model.digest import Digest
from huimou.model.review import Remark
from huimou.outputs.index_row import build_index_row_with_remarks
from huimou.service.shared_store import SharedStore
from huimou.store.journal import Journal
from huimou.store.remarks import add_remark


def keep_remark(shared: SharedStore, name: str, digest: Digest, remark: Remark) -> Remark:
    """Write a remark on an item of report `name` into the store, and what the index says of the report.

    Returns:
        The remark as it was written: a time in the future is replaced by now, as it would win over all later remarks.

    Raises:
        StoreInUse: another process has the store.

    """
    with shared.open() as store:
        kept = add_remark(store.database, name, digest, remark)
        Journal(store.database).list_again(name, build_index_row_with_remarks(shared.path, name, digest))
    return kept
