"""Every sentence of a report that has pages knows where it stands on them."""

from __future__ import annotations

import json

import pytest

from huimou.digest.choices import DigestChoices
from huimou.digest.explanation import explain_sentences
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.ingest import read_report
from huimou.digest.steps.page_boxes import find_boxes
from huimou.model.digest import Digest
from huimou.model.report import Document, PlacedLine
from huimou.outputs.render.to_json import to_json
from pdf_pages import Drawn, Sheet, number_pages, set_paragraphs, write_pdf
from pdf_report import REPORT
from pipeline_run import PLANNED, run
from silent_client import SilentClient


@pytest.fixture(name="read", scope="module")
def read_pdf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Digest]:
    """The report as a PDF of several pages with heads, feet and a watermark, and its digest."""
    path = tmp_path_factory.mktemp("pdf") / "r.pdf"
    pages = number_pages(set_paragraphs(REPORT, Sheet(bottom=560)), head=["临川县政协文件"])
    marked = [type(page)([Drawn("内部资料", 150, 300, 60, 45, 0.8), *page.drawn]) for page in pages]
    path.write_bytes(write_pdf(marked))
    document = read_report(path)
    return document, digest_report(document, SilentClient(), load_checked_prompts(), lambda _: None)


def test_every_sentence_has_boxes_on_its_pages(read: tuple[Document, Digest]) -> None:
    """One box for each line; a sentence across pages has boxes on both, and they lie on the page."""
    _, digest = read
    assert all(sentence.boxes for sentence in digest.sentences)
    pages = [{place.page for place in sentence.boxes or ()} for sentence in digest.sentences]
    assert {1, 2} in pages
    for place in (place for sentence in digest.sentences for place in sentence.boxes or ()):
        left, top, right, bottom = place.box
        assert 0 <= left < right <= 595
        assert 0 <= top < bottom <= 842


def test_heads_and_feet_are_left_out_and_the_watermark_told(read: tuple[Document, Digest]) -> None:
    """They are sentences with their reason; nothing of them is quoted."""
    document, digest = read
    left = digest.coverage.left_out
    pages = max(place.page for sentence in digest.sentences for place in sentence.boxes or ())
    assert (left["running_head"], left["page_number"]) == (pages, pages)
    assert [problem.message for problem in digest.problems if problem.code == "watermark"] == [
        f"第1至{pages}页印有水印“内部资料”，盖在正文上，不作正文"
    ]
    quotes = [piece.quote for item in digest.year_review.achievements for piece in item.evidence]
    assert not any("临川县政协文件" in quote or "\n" in quote for quote in quotes)
    assert all(document.text[figure.start : figure.end] == figure.quote for figure in digest.figures)


def test_boxes_stand_in_the_output_only_where_there_are_pages(read: tuple[Document, Digest]) -> None:
    """The key is missing for a text; a digest with boxes is read back as it was."""
    written = json.loads(to_json(read[1]))
    assert written["sentences"][0]["boxes"][0]["page"] == 1
    assert Digest.model_validate(written) == read[1]
    assert all("boxes" not in sentence for sentence in json.loads(to_json(run(PLANNED).digest))["sentences"])


def test_a_sentence_of_a_page_is_explained_as_it_was_read(read: tuple[Document, Digest]) -> None:
    """What is left out as a running head is so without the file at hand too."""
    document, digest = read
    numbers = [sentence.n for sentence in digest.sentences]
    found = list(explain_sentences(digest, document.text, numbers, DigestChoices()))
    assert [one.sentence.n for one in found] == numbers


def test_the_box_of_a_part_of_a_line() -> None:
    """Only the lines that have characters of the range, cut to them."""
    lines = (
        PlacedLine(0, 4, 1, (10, 0, 50, 10), (10, 20, 30, 40, 50), is_upright=False, kind="body"),
        PlacedLine(4, 6, 2, (10, 0, 30, 10), (10, 20, 30), is_upright=False, kind="body"),
        PlacedLine(7, 9, 2, (90, 0, 100, 40), (40, 20, 0), is_upright=True, kind="body"),
    )
    found = [(place.page, place.box) for place in find_boxes(lines, 2, 8)]
    assert found == [(1, [30, 0, 50, 10]), (2, [10, 0, 30, 10]), (2, [90, 20, 100, 40])]
    assert list(find_boxes(lines, 6, 7)) == []
