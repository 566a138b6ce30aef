"""wording: an item's sentence with its title and its figures apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import a_digest
from huimou.model.digest import Figure
from huimou.outputs.page.wording import split_sentence


def figure(quote: str, number: int = 1) -> Figure:
    """A figure as it is printed."""
    return a_digest().figures[0].model_copy(update={"id": f"F{number}", "quote": quote, "start": 7, "end": 9})


def split(sentence: str, title: str, *quotes: str) -> list[tuple[str, str]]:
    """Kind and text of each piece."""
    figures = [figure(quote, number) for number, quote in enumerate(quotes, 1)]
    return [(piece.kind, piece.text) for piece in split_sentence(sentence, title, figures).pieces]


@pytest.mark.parametrize(
    ("sentence", "title", "quotes", "expected"),
    [
        ("办理提案93件。", "提案", ["93件"], [("words", "办理提案"), ("figure", "93件"), ("words", "。")]),
        ("办理提案93件。", "办理提案", ["93件"], [("title", "办理提案"), ("figure", "93件"), ("words", "。")]),
        ("办理提案工作。", "办理提案…", [], [("title", "办理提案"), ("words", "工作。")]),
        ("办理193件。", "", ["93件"], [("words", "办理193件。")]),
        ("办理1.5件、5件", "", ["5件"], [("words", "办理1.5件、"), ("figure", "5件")]),
        ("提案３件", "", ["3件"], [("words", "提案"), ("figure", "３件")]),
        ("提案3件", "", ["3\n件"], [("words", "提案"), ("figure", "3件")]),
        ("访2次、看2次", "", ["2次"] * 2, [("words", "访"), ("figure", "2次"), ("words", "、看"), ("figure", "2次")]),
        ("走访2次", "", ["2次", "2次", ""], [("words", "走访"), ("figure", "2次")]),
        ("协商8次会", "协商8次", ["8次"], [("title", "协商8次"), ("words", "会")]),
    ],
)  # fmt: skip
def test_pieces(sentence: str, title: str, quotes: list[str], expected: list[tuple[str, str]]) -> None:
    """A title only at the beginning, a figure only whole and once, in any width."""
    assert split(sentence, title, *quotes) == expected


def test_a_figure_knows_its_place() -> None:
    """Its offsets in the report; which figures stand in the sentence is told by id."""
    found = split_sentence("办理提案93件。", "", [figure("93件", 1), figure("5次", 2)])
    assert [piece.at for piece in found.pieces] == ["", "7-9", ""]
    assert found.figures == {"F1"}


@given(st.text("提案12,件.３…", max_size=12), st.text("提案1", max_size=3), st.lists(st.text("提12件", max_size=3)))
def test_nothing_is_lost(sentence: str, title: str, quotes: list[str]) -> None:
    """The pieces joined are the sentence, none is empty."""
    pieces = split(sentence, title, *quotes)
    assert "".join(text for _, text in pieces) == sentence
    assert all(text for _, text in pieces)
