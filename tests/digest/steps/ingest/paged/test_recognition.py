"""Scanned pages: the lines that a recogniser finds become paragraphs, and the digest says so."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from huimou.digest.steps.ingest import read_report
from huimou.digest.steps.ingest.child import pool
from huimou.digest.steps.ingest.paged import recognition
from huimou.digest.steps.ingest.paged.recognition import RecognisedLine, recognise_pdf
from huimou.digest.steps.ingest.pdf import extract_pdf
from huimou.errors import InputError

Image = pytest.importorskip("PIL.Image")
pytest.importorskip("pypdfium2")
SIZE, LEFT, TOP, STEP, PER_LINE = 16.0, 80.0, 100.0, 29.0, 27
PARAGRAPHS = [
    "政协青松市委员会工作报告",
    "一年来，市政协召开协商会议12次，办理提案325件，报送社情民意信息120条，走访委员860人次，组织视察9次。",
    "提交报告6篇。",
]


def _build_scan(pages: int = 1) -> bytes:
    """A PDF of pictures, grey pages without text."""
    pictures = [Image.new("RGB", (595, 842), (200, 200, 200)) for _ in range(pages)]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=72)
    return out.getvalue()


def _list_lines() -> Iterator[RecognisedLine]:
    """The lines of a page as a scan gives them: crooked, with a margin, some not quite reaching the edge."""
    at = 0
    for paragraph in PARAGRAPHS:
        pieces = [paragraph[:25], *(paragraph[n : n + PER_LINE] for n in range(25, len(paragraph), PER_LINE))]
        for number, piece in enumerate(pieces):
            left = LEFT + (0 if number else 2 * SIZE) + at % 3
            right = left + len(piece) * SIZE - (7 if number + 1 < len(pieces) else 0)
            top = TOP + at * STEP + at % 2
            yield RecognisedLine(piece, (left, top - 3, right, top + SIZE + 3), 0.98)
            at += 1


@pytest.fixture
def _recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(picture: Any, scale: float) -> Iterator[RecognisedLine]:
        assert picture.shape[2] == 3
        assert picture.shape[0] == pytest.approx(842 * scale, abs=2)
        yield from _list_lines()

    opened: Callable[[], Any] = lambda: read  # noqa: E731 - a stand-in
    monkeypatch.setattr(recognition, "_open_recogniser", opened)


@pytest.mark.usefixtures("_recogniser")
def test_lines_become_paragraphs() -> None:
    """They are joined as those of a PDF, have their places, and are told to be recognised, with how sure that is."""
    found = recognise_pdf(_build_scan(), "r.pdf")
    assert found.text.split("\n") == PARAGRAPHS
    assert [problem.code for problem in found.problems] == ["recognised_text"]
    assert "第1页是扫描图像" in found.problems[0].message
    assert "98.0%" in found.problems[0].message
    assert found.layout is not None
    assert found.layout.lines[0].box[0] == pytest.approx(LEFT + 2 * SIZE, abs=3)


@pytest.mark.usefixtures("_recogniser")
def test_a_scan_with_the_mark_of_its_program() -> None:
    """A page number, or a few words that the scanning program adds, do not make a scan readable."""
    pypdf = pytest.importorskip("pypdf")
    generic = pypdf.generic
    page = (writer := pypdf.PdfWriter(clone_from=io.BytesIO(_build_scan()))).pages[0]
    page[generic.NameObject("/Resources")][generic.NameObject("/Font")] = generic.DictionaryObject(
        {
            generic.NameObject("/F1"): generic.DictionaryObject(
                {
                    generic.NameObject("/Type"): generic.NameObject("/Font"),
                    generic.NameObject("/Subtype"): generic.NameObject("/Type1"),
                    generic.NameObject("/BaseFont"): generic.NameObject("/Helvetica"),
                }
            )
        }
    )
    words = generic.DecodedStreamObject()
    words.set_data(page.get_contents().get_data() + b"\nBT /F1 9 Tf 500 20 Td (ScanApp 1) Tj ET")
    page[generic.NameObject("/Contents")] = writer._add_object(words)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(InputError, match="probably scanned"):
        extract_pdf(out.getvalue(), "r.pdf")
    assert recognise_pdf(out.getvalue(), "r.pdf").text.split("\n") == PARAGRAPHS


@pytest.mark.usefixtures("_recogniser")
def test_many_pages() -> None:
    """The first few are listed, and how many there are."""
    (problem,) = (p for p in recognise_pdf(_build_scan(11), "r.pdf").problems if p.code == "recognised_text")
    assert "第1、2、3、4、5、6、7、8等11页" in problem.message


def test_nothing_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture without words is no report."""
    monkeypatch.setattr(recognition, "_open_recogniser", lambda: lambda _picture, _scale: iter(()))
    with pytest.raises(InputError, match="no text was recognised"):
        recognise_pdf(_build_scan(), "r.pdf")


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan is refused, and the line says what to install."""
    (tmp_path / "r.pdf").write_bytes(_build_scan())
    known = pool.find_spec
    monkeypatch.setattr(pool, "find_spec", lambda name: None if name == "rapidocr" else known(name))
    with pytest.raises(InputError, match=r'probably scanned: pip install "huimou\[ocr\]"'):
        read_report(tmp_path / "r.pdf")


def test_a_scan_is_handed_to_the_recogniser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra installed, a scan is ordered a second time, to be recognised."""
    (tmp_path / "r.pdf").write_bytes(_build_scan())
    ordered: list[str] = []

    class Pool:
        def extract(self, kind: str, data: bytes, name: str) -> recognition.ExtractedText:
            ordered.append(f"{kind} {name} {len(data)}")
            return recognition.ExtractedText("召开会议12次。")

    known = pool.find_spec
    monkeypatch.setattr(pool, "find_spec", lambda name: name if name == "rapidocr" else known(name))
    monkeypatch.setattr(pool, "_open_recogniser", lambda _id: Pool())
    assert read_report(tmp_path / "r.pdf").text == "召开会议12次。"
    assert ordered == [f"scan r.pdf {(tmp_path / 'r.pdf').stat().st_size}"]


def test_the_library_itself(tmp_path: Path) -> None:
    """RapidOCR reads a line that is drawn, with the models that come with it."""
    pytest.importorskip("rapidocr")
    draw, font = pytest.importorskip("PIL.ImageDraw"), pytest.importorskip("PIL.ImageFont")
    picture = Image.new("RGB", (1240, 1754), "white")
    draw.Draw(picture).text((160, 300), "REPORT 2023 1250 325", fill="black", font=font.load_default(60))
    picture.save(tmp_path / "r.pdf", resolution=150)
    document = read_report(tmp_path / "r.pdf")
    assert "2023" in document.text
    assert "recognised_text" in {problem.code for problem in document.problems}
