"""review: the file that a page exports, and what merging it into a digest does."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import TEXT, a_digest
from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.model.review import carry_reviews, compute_item_digests, compute_items_digest, merge_reviews, read_review
from huimou.outputs.page.report import to_page
from huimou.outputs.render.to_json import from_json, to_json
from huimou.outputs.render.to_markdown import to_markdown

EARLY, LATE = "2026-01-02T03:04:05Z", "2026-01-02T03:04:06.123Z"


def a_remark(id_: str = "A1", **change: Any) -> dict[str, Any]:
    """One remark as the page writes it."""
    said = {"checked": True, "corrected": None, "comment": None, "reviewer": "张三", "time": EARLY}
    return {"id": id_, "of": compute_item_digests(a_digest()).get(id_, "")} | said | change


def a_file(*remarks: dict[str, Any], **change: Any) -> str:
    """Text of a review file."""
    digest = a_digest()
    head = {"format": "huimou-review", "version": 1, "name": "临江", "source_sha256": digest.source.sha256}
    return json.dumps(head | {"items_digest": compute_items_digest(digest), "items": list(remarks)} | change)


def merged(*texts: str, digest: Digest | None = None) -> Digest:
    """A digest with review files in it."""
    return merge_reviews(digest or a_digest(), [read_review(text) for text in texts]).digest


def test_what_was_said_is_in_the_digest_and_its_files() -> None:
    """State, correction and comment, beside the machine's words, marked as the person's."""
    digest = merged(
        a_file(a_remark(corrected="更<b>正", comment="批\n注"), a_remark("T1", checked=False, comment="再看"))
    )
    assert digest.review is not None
    assert [one.id for one in digest.review.items] == ["A1", "T1"]
    assert from_json(to_json(digest)) == digest
    assert digest.year_review == a_digest().year_review
    page = to_markdown(digest, TEXT)
    assert "A1已人工更正，此句未改）" in page
    assert "- 人工核对，张三，2026-01-02\n- 人工更正：更&lt;b&gt;正\n- 批注：批注" in page.replace("批 注", "批注")
    html = to_page(digest, TEXT)
    assert "更&lt;b&gt;正" in html
    assert "<b>正" not in html


def test_again_changes_nothing() -> None:
    """Merging the same file twice, or a digest without remarks."""
    text = a_file(a_remark(comment="一"))
    once = merged(text)
    assert merged(text, digest=once) == once
    assert merged(a_file(), digest=once) == once
    assert merged(a_file()) == a_digest()


def test_the_later_remark_stands() -> None:
    """Whatever the order of the files; of the same time, the last; an empty one takes back."""
    early, late = a_file(a_remark(comment="早")), a_file(a_remark(comment="晚", time=LATE))
    for order in ((early, late), (late, early)):
        review = merged(*order).review
        assert review is not None
        assert [one.comment for one in review.items] == ["晚"]
    assert merged(early, a_file(a_remark(checked=False, reviewer=None, time=LATE))).review is None
    assert merged(late, early).review == merged(early, digest=merged(late)).review


def test_another_report_is_refused() -> None:
    """One clear line, where nothing of it fits."""
    for remarks in ((), (a_remark(of="0" * 16), a_remark("A9"))):
        with pytest.raises(UsageError, match="is of another report than this digest"):
            merged(a_file(*remarks, source_sha256="1" * 64))


def moved(**change: Any) -> Digest:
    """The digest of the report with two characters put before everything: places and numbers differ."""
    data = a_digest().model_dump(mode="json")
    data["source"]["sha256"] = "1" * 64
    for item in (*data["year_review"]["achievements"], *data["next_year_plan"]["tasks"]):
        item["id"] = f"{item['id']}0"
        for part in item["evidence"]:
            part |= {name: part[name] + 2 for name in ("sentence", "start", "end")}
    data["year_review"]["achievements"][0] |= change
    return Digest.model_validate(data)


def test_the_review_of_another_version_is_taken_as_far_as_it_fits() -> None:
    """An item is the same wherever it stands and whatever its number; the rest is named."""
    found = merge_reviews(
        moved(), [read_review(a_file(a_remark(comment="一"), a_remark("S1"), a_remark("T1", of="0" * 16)))]
    )
    assert found.digest.review is not None
    assert [(one.id, one.comment) for one in found.digest.review.items] == [("A10", "一"), ("S1", None)]
    assert found.skipped == ("T1 is not in the digest",)


def test_an_older_page_had_places_in_what_it_saw() -> None:
    """Its file is still read."""
    item = a_digest().year_review.achievements[0]
    kept = {"id", "title", "summary", "evidence", "target", "deadline", "responsible"}
    told = json.dumps(item.model_dump(mode="json", include=kept), sort_keys=True, separators=(",", ":"))
    review = merged(a_file(a_remark(of=sha256(told.encode()).hexdigest()[:16]))).review
    assert review is not None
    assert [one.id for one in review.items] == ["A1"]


def test_what_has_changed_is_skipped_and_named() -> None:
    """An item that is worded otherwise now, and one that is gone; the rest is taken."""
    found = merge_reviews(a_digest(), [read_review(a_file(a_remark(of="0" * 16), a_remark("A9"), a_remark("S1")))])
    assert found.skipped == ("A1 has changed since the review", "A9 is not in the digest")
    assert found.taken == 1
    assert found.digest.review is not None
    assert [one.id for one in found.digest.review.items] == ["S1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a review file"),
        ("{}", "not a review file: format"),
        (a_file(version=2), "version 2, this huimou reads 1"),
        (a_file(a_remark(time="gestern")), "items.0.time"),
        (a_file(a_remark(comment="长" * 4001)), "items.0.comment"),
        (a_file(a_remark(comment=" ")), "items.0.comment"),
        (a_file(a_remark(more=1)), "items.0.more"),
    ],
)
def test_what_is_no_review_is_refused(text: str, message: str) -> None:
    """Damaged, foreign and newer files."""
    with pytest.raises(UsageError, match=message):
        read_review(text)


def test_a_digest_made_anew_keeps_what_fits() -> None:
    """The review of an item that is the same is kept, also in a changed text; the rest is handed back."""
    before = merged(a_file(a_remark(comment="一"), a_remark("S1")))
    assert carry_reviews(before, a_digest()) == (before, None)
    assert carry_reviews(a_digest(), a_digest()) == (a_digest(), None)
    after, lost = carry_reviews(before, moved(summary="别的。"))
    assert after.review is not None
    assert [one.id for one in after.review.items] == ["S1"]
    assert lost is not None
    assert [(one.id, one.comment) for one in lost.items] == [("A1", "一")]
    assert merge_reviews(a_digest(), [read_review(lost.model_dump_json())]).taken == 1


@given(st.sets(st.sampled_from(["A1", "S1", "T1"])), st.booleans())
def test_nothing_said_is_lost(ids: set[str], changed: bool) -> None:  # noqa: FBT001 (hypothesis gives it)
    """Every remark is in the digest made anew or in the file beside it."""
    before = merged(a_file(*map(a_remark, sorted(ids))))
    after, lost = carry_reviews(before, moved(summary="别的。") if changed else moved())
    kept = {one.id.removesuffix("0") for one in after.review.items} if after.review else set()
    aside = {one.id for one in lost.items} if lost else set()
    assert kept | aside == ids
    assert aside == ({"A1"} & ids if changed else set())


said = st.builds(
    a_remark,
    st.sampled_from(["A1", "S1", "T1"]),
    checked=st.booleans(),
    comment=st.sampled_from([None, "甲", "乙"]),
    time=st.sampled_from([EARLY, LATE]),
)


@given(st.lists(said, max_size=6))
def test_merging_is_idempotent(remarks: list[dict[str, Any]]) -> None:
    """Whatever was said, in whatever order."""
    text = a_file(*remarks)
    once = merged(text)
    assert merged(text, digest=once) == once
    assert once.model_copy(update={"review": None}) == a_digest()
