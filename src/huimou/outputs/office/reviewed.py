"""What a person said of one item of a digest, as ledgers and briefing show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from huimou.model.digest import Digest


@dataclass(frozen=True, slots=True)
class ReviewState:
    """One item.

    Args:
        checked: a person says that it is right, as it stands or as `corrected`.
        corrected: the person's own words in place of the summary.
        comment: what the person remarked.

    """

    checked: bool
    corrected: str | None = None
    comment: str | None = None


Reviews = Mapping[str, ReviewState]
"""By id of item; an item that is not in it was seen by the machine only."""
NOBODY = ReviewState(checked=False)


def collect_reviews(digest: Digest) -> Reviews:
    """What the reviews that were put into a digest say."""
    said = digest.review.items if digest.review else []
    return {one.id: ReviewState(one.checked, one.corrected, one.comment) for one in said}
