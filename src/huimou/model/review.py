"""What a person checked, corrected and remarked in the page: the file that the page exports, and merging it back.

`<stem>.review.json` says which report it is of, which state of each item the person saw, and what was said of it.
An item is known again by what a person judges, not by its place or number, so that a review outlives a character
corrected elsewhere in the report.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from huimou.errors import UsageError
from huimou.model.digest import Achievement, Digest, ItemReview, Review, Shortcoming, Task

REVIEW_FORMAT = "huimou-review"
REVIEW_VERSION = 1
REVIEW_SUFFIX = ".review.json"
_WORDS = 4000
_HEX = 16
_TERMS = {"title", "summary", "target", "deadline", "responsible"}
_WITH_PLACES = {"id", "evidence"} | _TERMS  # what pages of an older huimou had `of` made from
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_WORDS)]


def _check_time(time: str) -> str:
    datetime.fromisoformat(time)
    return time


_Time = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"), AfterValidator(_check_time)
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Remark(_Strict):
    """What a person said of one item; `of` is the digest of the item as the person saw it.

    A remark that is not checked and has neither correction nor comment takes back what was said before.
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
class ReviewedDigest:
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
    version = data.get("version") if isinstance(data, dict) and data.get("format") == REVIEW_FORMAT else REVIEW_VERSION
    if isinstance(version, int) and version > REVIEW_VERSION:
        raise UsageError(f"a review file of version {version}, this huimou reads {REVIEW_VERSION}", "upgrade huimou")
    try:
        return ReviewFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        raise UsageError(f"not a review file: {place}: {first['msg']}", hint) from error


def compute_item_digests(digest: Digest) -> dict[str, str]:
    """16 hex digits for each item by id: of what a person judges, its wording, its terms and what it quotes."""
    return {item.id: _hash_value(_select_judged(item)) for item in collect_items(digest)}


def compute_items_digest(digest: Digest) -> str:
    """16 hex digits for all items of a digest."""
    return _hash_value(compute_item_digests(digest))


def collect_items(digest: Digest) -> tuple[Achievement | Shortcoming | Task, ...]:
    """Achievements, shortcomings and tasks."""
    return (*digest.year_review.achievements, *digest.year_review.shortcomings, *digest.next_year_plan.tasks)


def merge_reviews(digest: Digest, files: Sequence[ReviewFile]) -> ReviewedDigest:
    """The digest with what review files say; of two remarks on one item the later stands, of the same time the last.

    What the digest holds of earlier reviews stays where nothing newer is said. Merging a file again changes nothing. Of
    a file about another version of the report every remark is taken whose item is still there.

    Raises:
        UsageError: a file is the review of another text, and none of its items is in the digest.
    """
    now = compute_item_digests(digest)
    kept = {one.id: one for one in digest.review.items if one.id in now} if digest.review else {}
    taken, skipped = 0, []
    for file in files:
        places = _find_places(_find_seen_items(file, digest), now)
        if not places and file.source_sha256 != digest.source.sha256:
            raise UsageError(
                f"the review of {file.name} is of another report than this digest",
                "apply it to the digest that its page was made from",
            )
        for remark, seen in zip(file.items, _find_seen_items(file, digest), strict=True):
            if seen not in places:
                skipped.append(_explain_skip(remark, now))
                continue
            taken, place = taken + 1, places[seen]
            if place not in kept or remark.time >= kept[place].time:
                kept[place] = _build_item_review(remark, place)
    said = [kept[id_] for id_ in now if id_ in kept and _says_something(kept[id_])]
    review = Review(items=said) if said else None
    return ReviewedDigest(digest.model_copy(update={"review": review}), taken, tuple(skipped))


def carry_reviews(before: Digest, after: Digest) -> tuple[Digest, ReviewFile | None]:
    """The new digest with the reviews of the old one, and a review file of those that no longer fit, if any."""
    if before.review is None:
        return after, None
    then, now = compute_item_digests(before), compute_item_digests(after)
    seen = {one.id: (one.id, then.get(one.id, "")) for one in before.review.items}
    places = _find_places(seen.values(), now)
    kept = {places[seen[one.id]]: one for one in before.review.items if seen[one.id] in places}
    said = [kept[id_].model_copy(update={"id": id_}) for id_ in now if id_ in kept]
    lost = [
        Remark(**one.model_dump(), of=then.get(one.id, "")) for one in before.review.items if seen[one.id] not in places
    ]
    file = ReviewFile(
        format="huimou-review",
        version=1,
        name=before.source.file,
        source_sha256=before.source.sha256,
        items_digest=compute_items_digest(before),
        items=lost,
    )
    return after.model_copy(update={"review": Review(items=said) if said else None}), file if lost else None


def _select_judged(item: Achievement | Shortcoming | Task) -> dict[str, Any]:
    """An item without its number and its places in the text."""
    terms = item.model_dump(mode="json", include=_TERMS)
    return {"is": type(item).__name__, "quotes": [part.quote for part in item.evidence]} | terms


def _find_seen_items(file: ReviewFile, digest: Digest) -> list[tuple[str, str]]:
    """Id and digest of the item that each remark is on; a digest made by an older huimou becomes that of today."""
    now = compute_item_digests(digest)
    old = {item.id: _hash_value(item.model_dump(mode="json", include=_WITH_PLACES)) for item in collect_items(digest)}
    return [(one.id, now[one.id] if old.get(one.id) == one.of else one.of) for one in file.items]


def _find_places(seen: Iterable[tuple[str, str]], now: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Id of each seen item today: the same id where its digest still fits, else the first item with the same digest."""
    asked = list(dict.fromkeys(seen))
    places = {(id_, of): id_ for id_, of in asked if now.get(id_) == of}
    taken = set(places.values())
    for id_, of in asked:
        if (id_, of) not in places and (free := next((i for i in now if now[i] == of and i not in taken), None)):
            places[id_, of] = free
            taken.add(free)
    return places


def _build_item_review(remark: Remark, place: str) -> ItemReview:
    return ItemReview(**remark.model_dump(exclude={"of", "id"}), id=place)


def _says_something(one: ItemReview) -> bool:
    return one.checked or one.corrected is not None or one.comment is not None


def _explain_skip(remark: Remark, now: Mapping[str, str]) -> str:
    return f"{remark.id} is not in the digest" if remark.id not in now else f"{remark.id} has changed since the review"


def _hash_value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_HEX]
