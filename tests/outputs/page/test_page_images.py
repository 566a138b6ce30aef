"""page_images: the pages of a PDF beside the text of its report, with a box around each sentence."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import PIL.Image
import pytest
from playwright.sync_api import Browser, expect
from typer.testing import CliRunner

from handmade import TEXT, a_digest
from huimou.cli import app
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.ingest import read_report
from huimou.errors import InputError
from huimou.model.digest import Digest
from huimou.model.review import compute_item_digests
from huimou.outputs.formats import write_outputs
from huimou.outputs.html.shell import build_policy
from huimou.outputs.page import page_images
from huimou.outputs.page.page_images import build_image_data, draw_page_images
from huimou.outputs.page.report import SCRIPTS, to_page
from huimou.store.files import EXTRACTED
from pdf_pages import Sheet, number_pages, set_paragraphs, write_pdf
from pdf_report import REPORT
from silent_client import SilentClient


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report as a PDF of several pages."""
    path = tmp_path_factory.mktemp("pdf") / "r.pdf"
    path.write_bytes(write_pdf(number_pages(set_paragraphs(REPORT, Sheet(bottom=640)))))
    return path


@pytest.fixture(scope="module")
def digest(source: Path) -> Digest:
    """Its digest."""
    return digest_report(read_report(source), SilentClient(), load_checked_prompts(), lambda _: None)


def test_boxes_hold_the_ink_of_their_sentences(source: Path, digest: Digest) -> None:
    """Every box of a sentence has dark pixels in it on the image of its page; the page's edge has none."""
    images = draw_page_images(source.read_bytes(), digest)
    assert sorted(images) == [1, 2, 3]
    for number, one in images.items():
        drawn = PIL.Image.open(io.BytesIO(one.webp)).convert("L")
        scale = drawn.width / one.width
        boxes = [box.box for line in digest.sentences for box in line.boxes or () if box.page == number]
        assert boxes
        for box in boxes:
            inside = drawn.crop(tuple(round(side * scale) for side in box))
            assert inside.getextrema()[0] < 100
        assert drawn.crop((0, 0, 40, drawn.height)).getextrema()[0] > 200


def test_they_are_bounded(source: Path, digest: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In number and in size; boxes of pages without an image are left out, and the page says how many are missing."""
    monkeypatch.setattr(page_images, "MOST_PAGES", 2)
    assert sorted(draw_page_images(source.read_bytes(), digest)) == [1, 2]
    first = len(draw_page_images(source.read_bytes(), digest)[1].webp)
    monkeypatch.setattr(page_images, "MOST_BYTES", first)
    images = draw_page_images(source.read_bytes(), digest)
    assert sorted(images) == [1]
    data = build_image_data(images, digest)
    assert {box[0] for boxes in data["boxes"].values() for box in boxes} == {1}
    assert "另有2页未附" in to_page(digest, read_report(source).text, images=images)


def test_what_is_no_pdf_is_said_to_be_none(digest: Digest) -> None:
    """One line, no traceback; so is a PDF that is damaged."""
    with pytest.raises(InputError, match=r"r\.pdf is no PDF"):
        draw_page_images(b"PK\x03\x04", digest)
    with pytest.raises(InputError, match=r"the pages of r\.pdf cannot be drawn"):
        draw_page_images(b"%PDF-1.4\nnothing", digest)


def test_a_page_without_images_allows_none() -> None:
    """The policy names images only where the page holds some, and then only those in the page itself."""
    assert "img-src" not in to_page(a_digest(), TEXT)
    assert "img-src" not in build_policy(SCRIPTS)
    assert re.findall(r"img-src [^;]*", build_policy(SCRIPTS, images=True)) == ["img-src data:"]


def test_an_item_frames_its_sentence_on_its_page(
    browser: Browser, source: Path, digest: Digest, tmp_path: Path
) -> None:
    """By render --page-images: j shows the page and frames the lines of the item's sentence; pages can be turned."""
    text = read_report(source).text
    write_outputs(tmp_path, "r", text, digest)
    said = CliRunner().invoke(app, ["render", str(tmp_path), "--source", str(source), "--page-images"])
    assert said.exit_code == 0, said.output
    item = digest.next_year_plan.tasks[0]
    boxes = [box for one in digest.sentences if item.id in one.items for box in one.boxes or ()]
    with browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce") as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((tmp_path / "r.html").as_uri())
        page.locator(f"#i-{item.id} .made").click()
        frames = page.locator("#leaf rect")
        expect(frames).to_have_count(sum(box.page == boxes[0].page for box in boxes))
        assert float(frames.first.get_attribute("y") or 0) + 2 == pytest.approx(boxes[0].box[1])
        expect(page.locator("#leaf output")).to_have_text(f"第{boxes[0].page}页")
        assert page.locator("#leaf image").evaluate("e => e.getBBox().width") == 595
        shown, pane = frames.first.bounding_box(), page.locator(".sheet-of-it").bounding_box()
        assert shown is not None
        assert pane is not None
        assert pane["y"] <= shown["y"] <= pane["y"] + pane["height"] - shown["height"]
        page.get_by_role("button", name="原件上一页").click()
        expect(page.locator("#leaf output")).to_have_text(f"第{boxes[0].page - 1}页")
        assert faults == []


def test_on_a_phone_the_lines_stand_under_the_item(
    browser: Browser, source: Path, digest: Digest, tmp_path: Path
) -> None:
    """Cut out of the page, framed."""
    images = draw_page_images(source.read_bytes(), digest)
    path = tmp_path / "r.html"
    path.write_text(to_page(digest, read_report(source).text, "r", images=images), encoding="utf-8")
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        page.locator(f"#i-{digest.next_year_plan.tasks[0].id} .made").tap()
        expect(page.locator(".origin rect").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_the_file_the_page_is_written_all_the_same(source: Path, digest: Digest, tmp_path: Path) -> None:
    """One line says why it has no images; nothing failed."""
    text = read_report(source).text
    write_outputs(tmp_path, "r", text, digest)
    (tmp_path / f"r{EXTRACTED}").write_text(text, encoding="utf-8")
    said = CliRunner().invoke(app, ["render", str(tmp_path), "--page-images"])
    assert said.exit_code == 0
    assert "r.json: the page is without images: the file of r is not there as it was read: r.pdf" in said.stderr
    assert "img-src" not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_images_stay_when_a_review_is_applied(source: Path, digest: Digest, tmp_path: Path) -> None:
    """The page is written again with the images that it had."""
    write_outputs(tmp_path, "r", read_report(source).text, digest)
    shown, page = source.with_name("shown.pdf"), tmp_path / "r.html"
    shown.write_bytes(source.read_bytes())
    run = CliRunner().invoke
    assert run(app, ["render", str(tmp_path), "--source", str(shown), "--page-images"]).exit_code == 0
    drawn = page.read_text(encoding="utf-8").count("data:image/webp")
    assert drawn == 3
    item = digest.next_year_plan.tasks[0].id
    review = tmp_path / "r.review.json"
    remark = {"id": item, "of": compute_item_digests(digest)[item], "checked": True, "time": "2026-01-02T03:04:05Z"}
    remark |= {"corrected": None, "comment": None, "reviewer": "张三"}
    head = {"format": "huimou-review", "version": 1, "name": "r", "source_sha256": digest.source.sha256}
    review.write_text(json.dumps(head | {"items_digest": "0" * 16, "items": [remark]}), encoding="utf-8")
    done = run(app, ["apply-review", str(tmp_path / "r.json"), str(review), "--source", str(shown)])
    assert done.exit_code == 0, done.output
    again = page.read_text(encoding="utf-8")
    assert 'id="leaf"' in again
    assert again.count("data:image/webp") == drawn
