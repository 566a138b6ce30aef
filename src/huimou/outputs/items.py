"""The items of a digest as every output lists them: by domain, with persons' reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from huimou.model.digest import Digest, ItemReview, OverviewSentence

_OTHER = "other"


class _HasLook(Protocol):
    @property
    def look(self) -> str | None: ...


class _HasCorrected(Protocol):
    @property
    def corrected(self) -> str | None: ...


class _HasDomain(Protocol):
    @property
    def domain(self) -> str: ...


_Item = TypeVar("_Item", bound=_HasDomain)


def group_by_domain(items: Sequence[_Item], titles: Mapping[str, str]) -> tuple[tuple[str, tuple[_Item, ...]], ...]:
    """Items under the titles of their domains, in the order of `titles`; then unknown domains, and `other` last."""
    order = {key: index for index, key in enumerate(titles)} | {_OTHER: len(titles) + 1}
    domains = sorted(dict.fromkeys(item.domain for item in items), key=lambda key: order.get(key, len(titles)))
    return tuple((titles.get(key, key), tuple(item for item in items if item.domain == key)) for key in domains)


def count_looks(digest: Digest) -> int:
    """How many items are marked as to be checked by a person."""
    items: Sequence[_HasLook] = (
        *digest.year_review.achievements,
        *digest.year_review.shortcomings,
        *digest.next_year_plan.tasks,
    )
    return sum(item.look is not None for item in items)


def map_person_reviews(digest: Digest) -> dict[str, ItemReview]:
    """The persons' reviews that a digest holds, by id of item."""
    return {one.id: one for one in digest.review.items} if digest.review else {}


def find_sentence_number(digest: Digest, offset: int) -> int | None:
    """The number of the sentence that holds an offset of the report (code points); None where none does."""
    return next((one.n for one in digest.sentences if one.start <= offset < one.end), None)


def find_corrected_items(sentence: OverviewSentence, said: Mapping[str, _HasCorrected]) -> tuple[str, ...]:
    """Ids of the items of an overview's sentence whose wording a person has corrected."""
    return tuple(id_ for id_ in sentence.items if id_ in said and said[id_].corrected)
