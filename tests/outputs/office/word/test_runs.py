"""office.word.runs: corrections read as a person made them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huimou.outputs.office.word.runs import compare_wordings

_words = st.text(alphabet="开展协商活动4百余场。", max_size=30)


def test_a_changed_word_is_one_deletion_and_one_insertion() -> None:
    """What both wordings have stays."""
    parts = list(compare_wordings("开展协商活动400余场。", "开展协商活动四百余场。"))
    assert parts == [("开展协商活动", None), ("400", "del"), ("四百", "ins"), ("余场。", None)]


@given(_words, _words)
def test_both_wordings_can_be_read_from_the_parts(before: str, after: str) -> None:
    """Rejecting all changes gives the old wording, accepting all the new one; no part is empty."""
    parts = list(compare_wordings(before, after))
    assert "".join(text for text, change in parts if change != "ins") == before
    assert "".join(text for text, change in parts if change != "del") == after
    assert all(text for text, _ in parts)
