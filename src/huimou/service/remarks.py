"""What a person says of an item, kept in the folder's store, and told to the list of the folder."""

from __future__ import annotations

from huimou.model.digest import Digest
from huimou.model.review import Remark
from huimou.outputs.index_row import build_index_row_with_remarks
from huimou.service.shared import SharedLedger
from huimou.store.journal import Journal
from huimou.store.remarks import add_remark


def keep_remark(shared: SharedLedger, name: str, digest: Digest, remark: Remark) -> Remark:
    """Keep a remark on an item; returned as kept: a time in the future would win for ever and counts as now.

    Raises:
        StoreInUse: another process has the store.

    """
    with shared.ledger() as store:
        kept = add_remark(store.database, name, digest, remark)
        Journal(store.database).list_again(name, build_index_row_with_remarks(shared.path, name, digest))
    return kept
