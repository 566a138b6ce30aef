"""Persons' reviews of the items of a digest, as ledgers and briefing show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from huimou.model.digest import Digest


@dataclass(frozen=True, slots=True)
class PersonReview:
    """A person's review of one item.

    Args:
        checked: whether the person says that the item is right, as it stands or as `corrected`.
        corrected: the person's words in place of the summary.
        comment: the person's comment.
        reviewer: the person's name.
        time: of the last change, ISO 8601 in UTC.

    """

    checked: bool
    corrected: str | None = None
    comment: str | None = None
    reviewer: str | None = None
    time: str | None = None


Reviews = Mapping[str, PersonReview]
"""By id of item; an item that is not in it was seen by the machine only."""
NOBODY = PersonReview(checked=False)


def collect_person_reviews(digest: Digest) -> Reviews:
    """The reviews that a digest holds, by id of item."""
    said = digest.review.items if digest.review else []
    return {one.id: PersonReview(one.checked, one.corrected, one.comment, one.reviewer, one.time) for one in said}
