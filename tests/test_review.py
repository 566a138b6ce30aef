"""review: the file that a page exports, and what merging it into a digest does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import TEXT, a_digest
from huimou.contract import Digest
from huimou.errors import UsageError
from huimou.page import to_page
from huimou.review import carried, item_digests, items_digest, merge, read_review
from huimou.stages.render.to_json import from_json, to_json
from huimou.stages.render.to_markdown import to_markdown

EARLY, LATE = "2026-01-02T03:04:05Z", "2026-01-02T03:04:06.123Z"


def a_remark(id_: str = "A1", **change: Any) -> dict[str, Any]:
    """One remark as the page writes it."""
    said = {"checked": True, "corrected": None, "comment": None, "reviewer": "张三", "time": EARLY}
    return {"id": id_, "of": item_digests(a_digest()).get(id_, "")} | said | change


def a_file(*remarks: dict[str, Any], **change: Any) -> str:
    """Text of a review file."""
    digest = a_digest()
    head = {"format": "huimou-review", "version": 1, "name": "临江", "source_sha256": digest.source.sha256}
    return json.dumps(head | {"items_digest": items_digest(digest), "items": list(remarks)} | change)


def merged(*texts: str, digest: Digest | None = None) -> Digest:
    """A digest with review files in it."""
    return merge(digest or a_digest(), [read_review(text) for text in texts]).digest


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
    """One clear line."""
    with pytest.raises(UsageError, match="is of another report than this digest"):
        merged(a_file(a_remark(), source_sha256="1" * 64))


def test_what_has_changed_is_skipped_and_named() -> None:
    """An item that is worded otherwise now, and one that is gone; the rest is taken."""
    found = merge(a_digest(), [read_review(a_file(a_remark(of="0" * 16), a_remark("A9"), a_remark("S1")))])
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
    """The review of an item that is the same is kept; of one that changed, or of another text, it is dropped."""
    before = merged(a_file(a_remark(), a_remark("S1")))
    data = a_digest().model_dump(mode="json")
    assert carried(before, a_digest()) == (before, ())
    data["year_review"]["achievements"][0]["summary"] = "别的。"
    after, lost = carried(before, Digest.model_validate(data))
    assert lost == ("A1",)
    assert after.review is not None
    assert [one.id for one in after.review.items] == ["S1"]
    data["source"]["sha256"] = "1" * 64
    assert carried(before, Digest.model_validate(data))[1] == ("A1", "S1")
    assert carried(a_digest(), a_digest()) == (a_digest(), ())


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
