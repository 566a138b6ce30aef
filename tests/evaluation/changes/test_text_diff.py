"""Differences by the character, that lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.evaluation.changes.text_diff import DiffRun, cut_excerpt, make_inert, mark_differences

TEXTS = st.text(alphabet="协商活动，。 12a", max_size=20) | st.text(max_size=10)


def _differing(pieces: tuple[DiffRun, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.differs]


@given(TEXTS, TEXTS)
def test_pieces_are_the_values(before: str, after: str) -> None:
    """Joined they are the values; what is not marked is the same on both sides; equal values have no mark."""
    old, new = mark_differences(before, after)
    assert ("".join(p.text for p in old), "".join(p.text for p in new)) == (before, after)
    unmarked = ["".join(p.text for p in pieces if not p.differs) for pieces in (old, new)]
    assert unmarked[0] == unmarked[1]
    assert (not _differing(old) and not _differing(new)) is (before == after)


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("开展协商活动400余场。", "开展协商活动4000余场。", ["400"], ["4000"]),
        ("完成12.8亿元投资。", "完成12.9亿元投资。", ["12.8"], ["12.9"]),
        ("推进协商平台建设", "推进平台建设", ["协商"], []),
        ("甲乙丙丁一戊己庚辛", "甲乙丙丁二戊三己庚辛", ["一戊"], ["二戊三"]),
        ("全无相同之处", "另外八个大字", ["全无相同之处"], ["另外八个大字"]),
        ("甲" * 5000, "甲" * 5001, ["甲" * 5000], ["甲" * 5001]),
    ],
)
def test_marked(before: str, after: str, old: list[str], new: list[str]) -> None:
    """Numbers as a whole, Chinese by the character, no islands of one character, nothing where nothing is alike."""
    assert tuple(map(_differing, mark_differences(before, after))) == (old, new)


def test_excerpt_begins_before_the_difference() -> None:
    """A long value is cut around what differs, a short one is whole."""
    before, after = "甲" * 50 + "一" + "乙" * 50, "甲" * 50 + "二" + "乙" * 50
    old, new = mark_differences(before, after)
    assert cut_excerpt(old, 5, 20) == "…甲甲甲甲甲一" + "乙" * 14 + "…"
    assert cut_excerpt(new, 5, 200) == after
    assert cut_excerpt((), 5, 20) == ""


def test_inert() -> None:
    """Controls are taken away, but two values never come to look the same."""
    assert make_inert("一\n二\x1b[31m", None) == ("一二\ufffd[31m", None)
    assert make_inert("a  b", "a b") == ('"a  b"', '"a b"')
    assert make_inert("会\n议", "会议") == ('"会\\n议"', '"会议"')
    assert make_inert("会\u200b", "会\u200e")[0] != make_inert("会\u200b", "会\u200e")[1]
    assert make_inert("一", "一") == ("一", "一")


@given(TEXTS | st.none(), TEXTS | st.none())
def test_what_differs_is_seen_to_differ(before: str | None, after: str | None) -> None:
    """Two values are shown alike if and only if they are the same, and never with a control character."""
    old, new = make_inert(before, after)
    assert (old == new) is (before == after)
    assert not {char for char in f"{old}{new}" if char < " "}
