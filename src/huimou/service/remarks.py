"""Persons' remarks on items, kept in the folder's store: every remark is a row of its own, and none is changed."""

from __future__ import annotations

from huimou.errors import HuimouError
from huimou.model.digest import Digest, ItemReview
from huimou.model.review import Remark
from huimou.outputs.index_row import build_index_row_with_remarks
from huimou.service.shared_store import SharedStore
from huimou.store.journal import Journal
from huimou.store.remarks import add_remark, merge_remarks


class RemarkOutdated(HuimouError):
    """A remark on what is no longer the last state of its item; `present` is that state, None where nothing is said."""

    def __init__(self, item: str, present: ItemReview | None) -> None:
        super().__init__(f"another remark on {item} has come meanwhile: read it, then name its time in `replaces`")
        self.present = present


def find_remark(shared: SharedStore, name: str, digest: Digest, item: str) -> ItemReview | None:
    """What persons said of an item last; None where they said nothing or took it back."""
    review = merge_remarks(shared.path, name, digest).digest.review
    return next((one for one in review.items if one.id == item), None) if review else None


def keep_remark(shared: SharedStore, name: str, digest: Digest, remark: Remark, replaces: str | None) -> Remark:
    """Write a remark on an item of report `name` into the store, and what the index says of the report.

    A remark that says what stands already is not written again: its first answer was lost on the way.

    Args:
        shared: the folder's store.
        name: of the report.
        digest: of the report, without the store's remarks.
        remark: what a person says.
        replaces: time of the remark that the person saw on the item; None for none.

    Returns:
        The remark as it was written, with the time of its receipt.

    Raises:
        RemarkOutdated: another remark has come that `replaces` does not name.
        StoreInUse: another process has the store.

    """
    with shared.open() as store:
        present = find_remark(shared, name, digest, remark.id)
        if present is not None and _says_the_same(present, remark):
            return remark.model_copy(update={"time": present.time})
        if (present and present.time) != replaces:
            raise RemarkOutdated(remark.id, present)
        kept = add_remark(store.database, name, digest, remark, replaces)
        Journal(store.database).list_again(name, build_index_row_with_remarks(shared.path, name, digest))
    return kept


def _says_the_same(present: ItemReview, remark: Remark) -> bool:
    said = {"checked", "corrected", "comment", "reviewer"}
    return present.model_dump(include=said) == remark.model_dump(include=said)
