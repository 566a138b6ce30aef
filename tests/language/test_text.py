"""Views of a text keep their way back to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.language.text import (
    TextCut,
    View,
    apply_cuts,
    find_places,
    fold,
    fold_width,
    join_lines,
    measure_traditional_share,
    merge_spans,
    to_plain,
    to_simplified,
    view_whole,
)

_ANY = st.text(
    alphabet=st.sampled_from("政協协會会１1９9，,。.（( \u3000\n\r\t……—AbＣ《》“”龍乾\U00020000"), max_size=60
)


@given(_ANY)
def test_fold_keeps_every_place(text: str) -> None:
    """Each character of the folded view stands for the one at the same offset, and folding again changes nothing."""
    folded = fold(text)
    assert len(folded) == len(text)
    assert all(fold(char) == folded[index] for index, char in enumerate(text))
    assert fold(folded) == folded


@given(st.text(max_size=40))
def test_fold_keeps_the_length_of_any_text(text: str) -> None:
    """No character of any script becomes two or none."""
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１２３，（Ａ）", "123,(A)"),
        ("會議　紀要", "会议 纪要"),
        ("……", "……"),
        ("①㎡", "①㎡"),
        ("。、《》“”", "。、《》“”"),
    ],
)
def test_fold_makes_half_width_and_simplified(text: str, folded: str) -> None:
    """Width and script are levelled; Chinese stops, ellipses and enclosed numbers stay what they are."""
    assert fold(text) == folded


def test_width_and_script_are_separate() -> None:
    """Folding the width leaves the script, simplifying leaves the width."""
    assert fold_width("會１") == "會1"
    assert to_simplified("會１") == "会１"


@given(_ANY, st.data())
def test_joined_maps_back(text: str, data: st.DataObject) -> None:
    """Every character of the view comes from its origin, origins rise, and a range maps to the range around it."""
    view = join_lines(text)
    assert len(view.origin) == len(view.text)
    assert list(view.origin) == sorted(set(view.origin))
    assert all(
        text[at] == char or (char == " " and text[at].isspace())
        for char, at in zip(view.text, view.origin, strict=True)
    )
    if view.text:
        start = data.draw(st.integers(0, len(view.text) - 1))
        end = data.draw(st.integers(start + 1, len(view.text)))
        left, right = view.map_back(start, end)
        assert join_lines(text, left, right).text.strip() == view.text[start:end].strip()


@given(_ANY)
def test_joined_loses_white_space_only(text: str) -> None:
    """What is not white space is all there, and no line break is left."""
    view = join_lines(text)
    assert "".join(view.text.split()) == "".join(text.split())
    assert not set("\r\n") & set(view.text)


def test_joined_closes_gaps_of_the_layout() -> None:
    """A break inside Chinese vanishes with the white space around it; one between Latin words becomes a space."""
    assert join_lines("联系党外 \n\n　　委员").text == "联系党外委员"
    assert join_lines("open\nsource").text == "open source"
    assert join_lines("前半 后半").text == "前半 后半"


def test_joined_reads_a_range_only() -> None:
    """A part of the text keeps offsets into the whole."""
    view = join_lines("甲乙\n丙丁", 1, 4)
    assert (view.text, view.origin) == ("乙丙", (1, 3))


def test_plain_is_for_reading() -> None:
    """A quote in running text has one line, simplified characters and no outer space."""
    assert to_plain(" 開展協\n商 ") == "开展协商"


@pytest.mark.parametrize(
    ("text", "low", "high"), [("政協會議", 0.5, 1.0), ("政协会议", 0.0, 0.0), ("abc 123", 0.0, 0.0)]
)
def test_traditional_share(text: str, low: float, high: float) -> None:
    """The share counts Chinese characters that simplified writing would change."""
    assert low <= measure_traditional_share(text) <= high


def test_without_leaves_out_and_finds_back() -> None:
    """Cuts go, what is put in their place stands for the whole cut; one that overlaps an earlier one is ignored."""
    text = "提(tí)案&ldquo;一&rdquo;"
    once = apply_cuts(view_whole(text), [TextCut(1, 5), TextCut(2, 4), TextCut(6, 13, "“"), TextCut(14, 21, "”")])
    assert once.text == "提案“一”"
    assert once.map_back(2, 5) == (6, 21)
    twice = apply_cuts(once, [TextCut(1, 2)])
    assert (twice.text, twice.map_back(0, 2)) == ("提“一”", (0, 13))
    assert apply_cuts(View("甲乙", (3, 7)), [TextCut(0, 1)]) == View("乙", (7,), (8,))


@given(st.text("甲乙 \n(", max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4)), max_size=6))
def test_without_keeps_the_rest_in_order(text: str, places: list[tuple[int, int]]) -> None:
    """Every character that no cut covers stands there as before."""
    cuts = [TextCut(start, min(start + size, len(text))) for start, size in places if start < len(text)]
    view = apply_cuts(view_whole(text), cuts)
    covered = {place for cut in cuts for place in range(cut.start, cut.end)}
    assert set(range(len(text))) - set(view.origin) <= covered
    assert all(text[place] == char for place, char in zip(view.origin, view.text, strict=True))


def test_merged() -> None:
    """Ranges no further apart than the gap are one."""
    assert merge_spans([(0, 2), (4, 5), (4, 9), (12, 13)], 2) == [(0, 9), (12, 13)]
    assert merge_spans([], 2) == []


@given(st.text("件6。", min_size=1, max_size=3), st.text("件6。", max_size=12))
def test_places_are_all_of_them(part: str, text: str) -> None:
    """Also those that overlap."""
    assert list(find_places(part, text)) == [at for at in range(len(text)) if text.startswith(part, at)]


def test_a_view_in_another_order_leads_back_to_all_around() -> None:
    """A table's view puts the header's words behind those of the row: what spans both is mapped to the whole."""
    view = View("行头", (5, 1), (6, 2))
    assert view.map_back(0, 1) == (5, 6)
    assert view.map_back(0, 2) == (1, 6)
