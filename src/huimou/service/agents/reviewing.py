"""A remark on an item, kept in the store of the digest's folder and written into the report's files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from huimou.batch.index_page import redraw_index
from huimou.batch.report_run import write_reviewed_report
from huimou.batch.source_text import find_sources, find_text
from huimou.errors import InputError, UsageError
from huimou.model.digest import ItemReview
from huimou.model.review import Remark, compute_item_digests
from huimou.service.agents.answers import ReviewedItem
from huimou.service.agents.reading import find_item
from huimou.service.agents.workplace import FoundDigest
from huimou.service.remarks import keep_remark
from huimou.service.shared_store import SharedStore
from huimou.store.journal import Journal
from huimou.store.remarks import merge_remarks


@dataclass(frozen=True, slots=True)
class ItemRemark:
    """What is said of an item.

    Args:
        item: its id.
        state: of the item as it was read.
        reviewer: who says it.
        checked: whether it is right, as it stands or as corrected.
        corrected: words in place of the summary; None leaves it.
        comment: anything else; None for nothing.
        replaces: time of the remark that was read and is replaced; None where there was none.

    """

    item: str
    state: str
    reviewer: str
    checked: bool
    corrected: str | None
    comment: str | None
    replaces: str | None


def review_item(found: FoundDigest, said: ItemRemark, shared: SharedStore) -> ReviewedItem:
    """Keep a remark, as the service does, and write the report's files again with it.

    Args:
        found: the digest.
        said: the remark.
        shared: store of the digest's folder.

    Raises:
        UsageError: there is no such item, it has changed since it was read, or nobody is named.
        RemarkOutdated: another remark has come that `replaces` does not name.
        StoreInUse: another process works in the folder.

    """
    find_item(found, said.item)
    if not said.reviewer.strip():
        raise UsageError("a remark needs somebody who makes it", "name the person, or yourself, as reviewer")
    if compute_item_digests(found.stored)[said.item] != said.state:
        raise UsageError(f"{said.item} is not as it was read", "read it with get_item and give its state")
    remark = Remark(
        id=said.item,
        of=said.state,
        checked=said.checked,
        corrected=_clean_words(said.corrected),
        comment=_clean_words(said.comment),
        reviewer=_clean_words(said.reviewer),
        time=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )
    kept = keep_remark(shared, found.name, found.stored, remark, said.replaces)
    written, notes = _write_files(found, shared)
    review = ItemReview(**kept.model_dump(exclude={"of"}))
    return ReviewedItem(digest=found.shown, review=review, written=written, notes=notes)


def _write_files(found: FoundDigest, shared: SharedStore) -> tuple[bool, list[str]]:
    """Write the report's files with all remarks; where its text is gone the remark is in the store only."""
    folder: Path = found.path.parent
    try:
        sources = find_sources(folder)
        text = find_text(found.name, found.stored, sources)
    except InputError as error:
        return False, [f"kept in the store, not written into the files: {error.message}"]
    merged = merge_remarks(shared.path, found.name, found.stored)
    with shared.open() as store:
        notes = write_reviewed_report(folder, found.name, text, merged.digest, Journal(store.database), sources)
        redraw_index(folder)
    return True, [*notes, *merged.skipped]


def _clean_words(words: str | None) -> str | None:
    return words.strip() or None if words is not None else None
