"""Items found by the words in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huimou.errors import HuimouError, UsageError
from huimou.language.text import fold
from huimou.model.digest import Digest
from huimou.model.review import collect_items
from huimou.service.agents.answers import ItemKind, ItemLine, SearchHit, SearchPage
from huimou.service.agents.paging import cut_page
from huimou.service.agents.reading import build_item_lines
from huimou.service.agents.workplace import Workplace


def search_items(
    place: Workplace, query: str, inside: Sequence[str] | None, kind: ItemKind | None, offset: int, limit: int
) -> SearchPage:
    """Items that have every word of a query in title, summary or quoted sentences, whatever their width and script.

    Args:
        place: what may be read.
        query: words with spaces between them.
        inside: digests or folders of digests; None for all digests that were made here.
        kind: of the items; None for all.
        offset: how many to pass over.
        limit: how many to give at most.

    Raises:
        UsageError: the query is empty, or a name stands for nothing.

    """
    words = fold(query).casefold().split()
    if not words:
        raise UsageError("the query is empty", "give one or more words that the items must have")
    paths = place.list_digest_paths(inside if inside is not None else [place.show(place.find_folder(None))])
    hits: list[SearchHit] = []
    skipped: list[str] = []
    for path in paths:
        try:
            digest = place.read_digest(path).digest
        except HuimouError as error:
            skipped.append(str(error))
            continue
        hits += [SearchHit(digest=path, item=one) for one in _find_lines(digest, words) if kind in {None, one.kind}]
    page, after = cut_page(hits, offset, limit)
    return SearchPage(total=len(hits), next_offset=after, hits=page, skipped=skipped)


def _find_lines(digest: Digest, words: Sequence[str]) -> Iterator[ItemLine]:
    for item, line in zip(collect_items(digest), build_item_lines(digest), strict=True):
        told = (line.title, line.summary, line.corrected, *(part.quote for part in item.evidence))
        text = fold("\n".join(filter(None, told))).casefold()
        if all(word in text for word in words):
            yield line
