"""What is drawn over the text: characters drawn again, watermarks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.steps.ingest.pdf import extract_pdf
from huimou.digest.steps.ingest.pdf.glyphs import Glyph
from huimou.digest.steps.ingest.pdf.overprints import drop_doubles
from pdf_pages import Drawn, DrawnPage, Sheet, set_paragraphs, write_pdf
from pdf_report import REPORT, read_body

(LINES,) = set_paragraphs(REPORT, Sheet())
MARKS = {
    "slanted": [Drawn("内部资料注意保管", 150, 300, 44, 45, 0.8)],
    "slanted, dark": [Drawn("机密 2025", 100, 250, 60, -40, 0.4)],
    "slanted, small, many": [
        Drawn("李文 8866", 80 + 200 * across, 100 + 150 * up, 12, 30, 0.0, 0.3)
        for across in range(3)
        for up in range(5)
    ],
    "upright, pale": [Drawn("样稿", 120, 500, 140, 0, 0.85)],
    "upright, transparent": [Drawn("征求意见稿", 60, 520, 90, 0, 0, 0.2)],
    "upright, pale, small, many": [
        Drawn("临川县政协办公室", 60 + 180 * across, 750 - 97 * down, 11, 0, 0.85)
        for across in range(3)
        for down in range(6)
    ],
}


@pytest.mark.parametrize(("across", "down"), [(0.3, 0.0), (0.8, 0.0), (1.5, 0.0), (0.2, 0.4), (-0.4, 0.0)])
@pytest.mark.parametrize("order", ["at once", "afterwards", "four times"])
def test_characters_drawn_twice_are_read_once(across: float, down: float, order: str) -> None:
    """Bold that is made by drawing again, a little beside, gives no doubled characters; real doubles stay."""
    again = [replace(one, x=one.x + across, y=one.y + down) for one in LINES]
    drawn = {
        "at once": [one for pair in zip(LINES, again, strict=True) for one in pair],
        "afterwards": [*LINES, *again],
        "four times": [*LINES, *again, *LINES, *again],
    }
    assert read_body([DrawnPage(drawn[order])]) == list(REPORT)


@pytest.mark.parametrize("chosen", [0, 3, 5])
def test_only_some_lines_drawn_twice(chosen: int) -> None:
    """A title or heading alone may be bold."""
    twice = [LINES[chosen], replace(LINES[chosen], x=LINES[chosen].x + 0.4)]
    assert read_body([DrawnPage([*LINES[:chosen], *twice, *LINES[chosen + 1 :]])]) == list(REPORT)


def test_a_shadow_is_no_text() -> None:
    """A pale copy beside the title is the title's shadow."""
    shadow = replace(LINES[0], x=LINES[0].x + 1.5, y=LINES[0].y - 1.5, gray=0.7)
    assert read_body([DrawnPage([shadow, *LINES])]) == list(REPORT)


@given(st.text("0123456789人会11..，", min_size=1, max_size=30), st.floats(4, 40))
@settings(max_examples=80)
def test_neighbours_are_no_doubles(text: str, size: float) -> None:
    """However characters repeat side by side, each stays; drawn again in place, none is added."""
    glyphs: list[Glyph] = []
    x = 50.0
    for char in text:
        width = size * (0.25 if char == "." else 0.5 if char.isascii() else 1)
        glyphs.append(Glyph(char, x, 100, x + width, 100 + size, size, 0, (0, 0, 0, 255), 1, 1))
        x += width
    again = [replace(glyph, x0=glyph.x0 + size / 30, x1=glyph.x1 + size / 30, part=2) for glyph in glyphs]
    assert "".join(glyph.char for glyph in drop_doubles(glyphs)) == text
    assert "".join(glyph.char for glyph in drop_doubles([*glyphs, *again])) == text


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("under", [True, False])
def test_watermarks_are_told_and_not_read(name: str, *, under: bool) -> None:
    """A watermark puts no letter into a line, takes no figure out of one, and is a problem."""
    drawn = [*MARKS[name], *LINES] if under else [*LINES, *MARKS[name]]
    read = extract_pdf(write_pdf([DrawnPage(drawn)]), "r.pdf")
    assert read.text.split("\n") == list(REPORT)
    (problem,) = read.problems
    assert (problem.code, problem.start) == ("watermark", None)
    assert MARKS[name][0].text in problem.message


def test_a_watermark_of_many_pages_is_told_once() -> None:
    """The problem names the pages."""
    pages = [DrawnPage([*MARKS["slanted"], *LINES])] * 3
    (problem,) = extract_pdf(write_pdf(pages), "r.pdf").problems
    assert "第1至3页" in problem.message


@pytest.mark.parametrize(
    "beside",
    [
        Drawn("临川县政协办公室编印", 72, 300, 30),
        Drawn("附：灰色的说明文字", 72, 300, 11, 0, 0.6),
        Drawn("浅色的小标题", 72, 300, 14, 0, 0.8),
    ],
)
def test_large_or_gray_words_that_cover_nothing_stay(beside: Drawn) -> None:
    """Only what lies over the text, or is pale and printed again and again, is a watermark."""
    assert read_body([DrawnPage([*LINES, beside])]) == [*REPORT, beside.text]


def test_white_words_on_white_paper_are_told_and_not_read() -> None:
    """What nobody sees is no part of the report."""
    read = extract_pdf(write_pdf([DrawnPage([*LINES, Drawn("另办理提案999件。", 72, 300, 12, gray=1.0)])]), "r.pdf")
    assert read.text.split("\n") == list(REPORT)
    assert [(one.code, "另办理提案999件。" in one.message) for one in read.problems] == [("hidden_text", True)]


@pytest.mark.parametrize("painted", [b"0.7 0 0 rg 60 290 500 30 re f\n", b"q 0 0 0.5 rg 0 0 595 842 re f Q\n"])
def test_white_words_on_a_coloured_bar_are_read(painted: bytes) -> None:
    """They are a heading."""
    words = Drawn("附：有关情况", 72, 300, 12, gray=1.0)
    assert read_body([DrawnPage([*LINES, words], painted=painted)]) == [*REPORT, words.text]


def test_a_page_all_in_white_is_read() -> None:
    """Its ground is drawn in a way that is not understood."""
    white = [replace(one, gray=1.0) for one in LINES]
    assert read_body([DrawnPage(white)]) == list(REPORT)
