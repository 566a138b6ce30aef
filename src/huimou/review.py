"""What a person checked, corrected and remarked in the page: the file that the page exports, and merging it back.

`<stem>.review.json` says which report it is of, which state of each item the person saw, and what was said of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from huimou.contract import Achievement, Digest, ItemReview, Review, Shortcoming, Task
from huimou.errors import UsageError

FORMAT = "huimou-review"
VERSION = 1
SUFFIX = ".review.json"
_WORDS = 4000
_HEX = 16
_JUDGED = {"id", "title", "summary", "evidence", "target", "deadline", "responsible"}
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_WORDS)]
_Time = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Remark(_Strict):
    """What was said of one item; `of` is the digest of the item as the person saw it.

    All of checked, corrected and comment empty takes back what was said before.
    """

    id: str
    of: str
    checked: bool
    corrected: _Words | None
    comment: _Words | None
    reviewer: _Words | None
    time: _Time


class ReviewFile(_Strict):
    """A review file; `items_digest` is that of all items of the digest that the page showed."""

    format: Literal["huimou-review"]
    version: Literal[1]
    name: str
    source_sha256: str
    items_digest: str
    items: list[Remark]


@dataclass(frozen=True, slots=True)
class Merged:
    """A digest with reviews in it; `skipped` has one line for each remark that did not fit."""

    digest: Digest
    taken: int
    skipped: tuple[str, ...]


def read_review(text: str) -> ReviewFile:
    """The review in a file's text.

    Raises:
        UsageError: it is not one, or of another version.

    """
    hint = "give a file that the page of a report has exported"
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not JSON: {error}", hint) from error
    version = data.get("version") if isinstance(data, dict) and data.get("format") == FORMAT else VERSION
    if isinstance(version, int) and version > VERSION:
        raise UsageError(f"a review file of version {version}, this huimou reads {VERSION}", "upgrade huimou")
    try:
        return ReviewFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        raise UsageError(f"not a review file: {place}: {first['msg']}", hint) from error


def item_digests(digest: Digest) -> dict[str, str]:
    """16 hex digits for each item by id: of what a person judges, its wording, its terms and its evidence."""
    return {item.id: _digest(item.model_dump(mode="json", include=_JUDGED)) for item in items_of(digest)}


def items_digest(digest: Digest) -> str:
    """16 hex digits for all items of a digest."""
    return _digest(item_digests(digest))


def items_of(digest: Digest) -> tuple[Achievement | Shortcoming | Task, ...]:
    """Achievements, shortcomings and tasks."""
    return (*digest.year_review.achievements, *digest.year_review.shortcomings, *digest.next_year_plan.tasks)


def merge(digest: Digest, files: Sequence[ReviewFile]) -> Merged:
    """The digest with what the files say; of two remarks on one item the later stands, of the same time the last.

    What the digest holds of earlier reviews stays where nothing newer is said. Merging a file again changes nothing.

    Raises:
        UsageError: a file is the review of another report.

    """
    for file in files:
        if file.source_sha256 != digest.source.sha256:
            raise UsageError(
                f"the review of {file.name} is of another report than this digest",
                "apply it to the digest that its page was made from",
            )
    now = item_digests(digest)
    remarks = [remark for file in files for remark in file.items]
    fitting = [remark for remark in remarks if now.get(remark.id) == remark.of]
    kept = {one.id: one for one in digest.review.items if one.id in now} if digest.review else {}
    for remark in fitting:
        before = kept.get(remark.id)
        if before is None or remark.time >= before.time:
            kept[remark.id] = _reviewed(remark)
    said = [kept[id_] for id_ in now if id_ in kept and _says_something(kept[id_])]
    review = Review(items=said) if said else None
    skipped = tuple(_why(remark, now) for remark in remarks if now.get(remark.id) != remark.of)
    return Merged(digest.model_copy(update={"review": review}), len(fitting), skipped)


def carried(before: Digest, after: Digest) -> tuple[Digest, tuple[str, ...]]:
    """A digest made anew with what was said of the one before, and the ids of items whose review no longer fits."""
    if before.review is None or before.source.sha256 != after.source.sha256:
        lost = before.review.items if before.review else []
        return after, tuple(one.id for one in lost)
    then, now = item_digests(before), item_digests(after)
    kept = [one for one in before.review.items if one.id in now and then.get(one.id) == now[one.id]]
    lost_ids = tuple(one.id for one in before.review.items if one not in kept)
    return after.model_copy(update={"review": Review(items=kept) if kept else None}), lost_ids


def _reviewed(remark: Remark) -> ItemReview:
    return ItemReview(**remark.model_dump(exclude={"of"}))


def _says_something(one: ItemReview) -> bool:
    return one.checked or one.corrected is not None or one.comment is not None


def _why(remark: Remark, now: Mapping[str, str]) -> str:
    return f"{remark.id} is not in the digest" if remark.id not in now else f"{remark.id} has changed since the review"


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_HEX]
