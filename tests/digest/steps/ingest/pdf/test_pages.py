"""Order and direction of what is read, the places of lines, and what cannot be read."""

from __future__ import annotations

import io
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.steps.ingest.pdf import extract_pdf
from huimou.errors import InputError
from pdf_pages import Drawn, DrawnPage, Sheet, break_lines, number_pages, set_paragraphs, write_pdf
from pdf_report import REPORT, TITLE, read_body

(LINES,) = set_paragraphs(REPORT, Sheet())


def _columns(paragraphs: list[str], gap: float, lowered: float) -> list[DrawnPage]:
    """Pages with two columns below the title; the right one stands a little lower or not."""
    width = (448 - gap) / 2
    columns = set_paragraphs(["序", *paragraphs], Sheet(right=72 + width, top=700, size=10.5, step=16))
    pages = []
    for at in range(0, len(columns), 2):
        right = columns[at + 1] if at + 1 < len(columns) else []
        moved = [replace(one, x=one.x + width + gap, y=one.y - lowered) for one in right]
        pages.append([*columns[at], *moved])
    pages[0] = [Drawn(TITLE, 110, 760, 20), *pages[0]]
    return number_pages(pages)


@pytest.mark.parametrize(("gap", "lowered"), [(24, 0), (24, 5), (18, 8), (14, 0)])
def test_two_columns_are_read_one_after_the_other(gap: float, lowered: float) -> None:
    """Sentences go on down a column, then at the top of the next."""
    body = [*REPORT[1:]] * 4
    assert read_body(_columns(body, gap, lowered)) == [TITLE, "序", *body]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_are_read(turn: int) -> None:
    """A page that the file turns is read, whether its text was turned to fit or not."""
    assert read_body([DrawnPage(LINES, turn=turn)]) == list(REPORT)
    fitted = [Drawn(one.text, 842 - one.y, one.x, one.size, 90) for one in LINES]
    assert read_body([DrawnPage(fitted, size=(842, 595), turn=90)]) == list(REPORT)


def test_vertical_lines_are_read_from_the_right() -> None:
    """Text in vertical lines is read down the lines, the rightmost first."""
    paragraphs = [
        "各位委员同志们",
        "一年来我们认真履行职能，广泛凝聚共识，召开协商会议十二次，办理提案二百件，各项工作取得新的成效。",
    ]
    drawn = []
    x = 540.0
    for paragraph in paragraphs:
        for at, line in enumerate(break_lines(paragraph, Sheet(left=0, right=420), 14, 2)):
            drawn.append(Drawn(line, x, 760 - (28 if at == 0 else 0), 14, vertical=True))
            x -= 24
    assert read_body([DrawnPage(drawn)]) == paragraphs


def test_words_across_the_margin_stand_in_no_line() -> None:
    """A line that runs up the margin is read by itself."""
    body = read_body([DrawnPage([*LINES, Drawn("临川县政协档案", 30, 300, 12, 90)])])
    assert body == [*REPORT, "临川县政协档案"]


def test_what_lies_beside_the_page_is_not_read() -> None:
    """Nobody sees it."""
    assert read_body([DrawnPage([*LINES, Drawn("页外的999户", 700, 300, 12)])]) == list(REPORT)


def test_every_character_has_its_place() -> None:
    """The lines cover the text, and the box of some words lies where they were drawn."""
    read = extract_pdf(write_pdf(number_pages(set_paragraphs(REPORT * 2, Sheet()))), "r.pdf")
    assert "".join(read.text[line.start : line.end] for line in read.layout.lines) == read.text.replace("\n", "")
    start = read.text.index("召开专题协商会16次")
    line = next(line for line in read.layout.lines if line.start <= start < line.end)
    left, top, right, bottom = line.find_box(start, start + 7)
    drawn = next(one for one in LINES if "召开专题协商会16次" in one.text)
    at = drawn.text.index("召开")
    assert line.page == 1
    assert (left, right) == pytest.approx((drawn.x + at * 14, drawn.x + (at + 7) * 14), abs=0.6)
    assert top < 842 - drawn.y < bottom


def test_places_of_a_turned_page_are_on_the_page_as_shown() -> None:
    """A line that runs down the shown page has an upright box."""
    read = extract_pdf(write_pdf([DrawnPage(LINES, turn=90)]), "r.pdf")
    line = read.layout.lines[0]
    left, top, right, bottom = line.find_box(line.start, line.start + 4)
    assert line.is_upright
    assert bottom - top == pytest.approx(4 * LINES[0].size, abs=1)
    assert right - left == pytest.approx(LINES[0].size, abs=1)
    assert 0 < left < right < 842
    assert 0 < top < bottom < 595


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_spoilt_bytes_are_refused_in_one_line(seed: int) -> None:
    """A PDF with spoilt bytes is read, or refused with one line; nothing else comes."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    data = bytearray(write_pdf([DrawnPage(LINES)]))
    for _ in range(chance.choice((1, 5, 60))):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(3)] = bytes(chance.randrange(256) for _ in range(chance.randrange(4)))
    told = ""
    try:
        extract_pdf(bytes(data), "r.pdf")
    except InputError as error:
        told = str(error)
    assert "\n" not in told


def test_fonts_without_meaning_are_refused() -> None:
    """A PDF whose fonts do not say which characters they draw gives no text at all."""
    data = write_pdf([DrawnPage(LINES)])
    for old, new in ((b"UniGB-UCS2-H", b"Identity-H  "), (b"/Ordering(GB1)", b"/Ordering(XY1)")):
        data = data.replace(old, new)
    with pytest.raises(InputError, match="which characters"):
        extract_pdf(data, "r.pdf")


def test_a_password_only_of_the_owner_does_not_matter() -> None:
    """A file that anybody may open is read."""
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(write_pdf([DrawnPage(LINES)])))
    writer.encrypt("", "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert extract_pdf(out.getvalue(), "r.pdf").text.split("\n") == list(REPORT)


def test_too_much_on_a_page_is_refused() -> None:
    """A page with more characters than any sheet of paper has is not read."""
    with pytest.raises(InputError, match="characters on one page"):
        extract_pdf(
            write_pdf([DrawnPage([Drawn("一二三四五六七八九十" * 300, 0, 20 * at, 0.1) for at in range(40)])]), "r.pdf"
        )
