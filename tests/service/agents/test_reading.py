"""Pieces of a digest as an agent reads them: pages, persons' words beside the machine's, pages of long lists."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from handmade import a_digest
from huimou.model.digest import Digest, ItemReview, PageBox, Review
from huimou.service.agents.paging import cut_page
from huimou.service.agents.reading import build_item_detail, build_item_lines, build_summary, list_digests
from huimou.service.agents.workplace import FoundDigest, Workplace


def found(digest: Digest, folder: Path = Path("/nowhere")) -> FoundDigest:
    """The digest as if it were read from a folder."""
    return FoundDigest(folder / "a.json", "a.json", digest, digest)


def test_evidence_has_the_pages_that_it_stands_on() -> None:
    """Each once, in order; none for a report without pages."""
    digest = a_digest()
    boxes = [PageBox(page=page, box=[0, 0, 1, 1]) for page in (3, 2, 3)]
    paged = [one.model_copy(update={"boxes": boxes}) if one.n == 3 else one for one in digest.sentences]
    assert [place.pages for place in build_item_detail(found(digest), "A1").evidence] == [[]]
    with_pages = digest.model_copy(update={"sentences": paged})
    assert [place.pages for place in build_item_detail(found(with_pages), "A1").evidence] == [[2, 3]]


def test_a_persons_words_stand_beside_the_machines() -> None:
    """In the line of the item and in the detail; other items are as the machine left them."""
    said = ItemReview(
        id="A1", checked=True, corrected="改过的话。", comment=None, reviewer="张三", time="2026-01-02T00:00:00.000Z"
    )
    digest = a_digest().model_copy(update={"review": Review(items=[said])})
    lines = {line.id: line for line in build_item_lines(digest)}
    assert (lines["A1"].summary, lines["A1"].corrected, lines["A1"].checked) == (
        "开展协商活动400余场。",
        "改过的话。",
        True,
    )
    assert all(line.corrected is None and not line.checked for line in lines.values() if line.id != "A1")
    detail = build_item_detail(found(digest), "A1")
    assert detail.review == said
    assert detail.checks == ["摘要太长"]
    assert detail.state == build_item_detail(found(a_digest()), "A1").state


def test_the_glance_adds_up(tmp_path: Path) -> None:
    """Domains have every achievement and task; what is to be checked is counted; files are named that are there."""
    (tmp_path / "a.html").touch()
    place = Workplace.of([tmp_path], tmp_path)
    summary = build_summary(place, found(a_digest(), place.out))
    assert summary.files == ["a.html"]
    assert sum(row.achievements for row in summary.domains) == summary.achievements == 1
    assert sum(row.tasks for row in summary.domains) == summary.tasks
    lines = list(build_item_lines(a_digest()))
    assert summary.to_check == sum(line.look is not None for line in lines) > 0
    assert {line.kind for line in lines} == {"achievement", "shortcoming", "task"}


def test_a_broken_file_costs_no_other(tmp_path: Path) -> None:
    """A folder is listed without it; before the first digest there is nothing."""
    place = Workplace.of([tmp_path], tmp_path / "out")
    assert list_digests(place, None, 0, 10).digests == []
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    assert list_digests(place, ".", 0, 10).total == 0


@given(total=st.integers(0, 60), limit=st.integers(1, 20))
def test_pages_have_everything_once(total: int, limit: int) -> None:
    """In order, none longer than asked for, the last without a next."""
    whole, seen, offset = list(range(total)), [], 0
    while True:
        page, after = cut_page(whole, offset, limit)
        seen += page
        assert len(page) <= limit
        if after is None:
            break
        assert page
        offset = after
    assert seen == whole
