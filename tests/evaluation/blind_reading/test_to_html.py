"""The page of a blind reading: what it shows, what it hides, and how answers leave it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from blind_sample import TEXTS, a_folder
from handmade import SENTENCES
from huimou.evaluation.blind_reading.answers import check_sample, read_answers
from huimou.evaluation.blind_reading.sample import LineSample, draw_sample
from huimou.evaluation.blind_reading.to_html import to_html
from huimou.language.text import to_one_line
from markup import Reader


@pytest.fixture(scope="module")
def sample() -> LineSample:
    """Nine sentences of three reports."""
    return draw_sample(a_folder(), 9, 7, TEXTS)


def test_it_shows_each_sentence_with_its_evidence(sample: LineSample) -> None:
    """Sentence, title, kind, who reports, heading and quote, and the choices."""
    seen = Reader(to_html(sample)).seen
    for line in sample.lines:
        assert line.text in seen
        assert line.organisation in seen
        assert all(to_one_line(source.quote) in seen for source in line.sources)
    assert SENTENCES[1] in seen
    assert seen.count("改几个字") == len(sample.lines) + 1


def test_it_hides_what_the_program_thinks(sample: LineSample) -> None:
    """No mark, no reason to look, no word for how a sentence was made, no id, in text or data."""
    body = re.sub(r"<style>.*?</style>", "", to_html(sample), flags=re.DOTALL)
    assert not re.search(r"⚠|请核对此条|重问|模型|选句|照录|reasked|look|made|\bA\d", body)


@pytest.fixture
def page(browser: Browser, sample: LineSample, tmp_path: Path) -> Iterator[Page]:
    """The page in a fresh browser, which complains of nothing."""
    path = tmp_path / "audit.html"
    path.write_text(to_html(sample), encoding="utf-8")
    with browser.new_context(accept_downloads=True) as context:
        faults: list[str] = []
        opened = context.new_page()
        opened.set_default_timeout(4000)
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.goto(path.as_uri())
        yield opened
        assert faults == []


def export(page: Page, path: Path) -> bytes:
    """What the button saves."""
    with page.expect_download() as download:
        page.locator("#export").click()
    download.value.save_as(path)
    return path.read_bytes()


def test_answers_are_saved_as_a_file_that_can_be_read(page: Page, sample: LineSample, tmp_path: Path) -> None:
    """Choices by mouse and by keys, a reason, the reader's name; what is not answered is told and left out."""
    expect(page.locator("#export")).to_be_disabled()
    page.locator("#l2 input[value=few]").check()
    page.locator("#l2 textarea").fill("缺时间")
    page.locator("#l1 input[value=unchanged]").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("#reader").fill("甲")
    page.locator("#reader").blur()
    expect(page.locator("#told")).to_have_text("已答 2 / 9")
    answers = read_answers(export(page, tmp_path / "a.json"))
    expect(page.locator("#told")).to_have_text("已存2句；还有7句未答。")
    check_sample(answers, sample)
    assert (answers.reader, answers.choices, answers.reasons) == ("甲", {1: "no", 2: "few"}, {2: "缺时间"})


def test_answers_outlive_the_page_and_belong_to_their_reader(page: Page, tmp_path: Path) -> None:
    """They are there again when it is opened again; another reader begins with none and does not see them."""
    page.locator("#l3 input[value=no]").check()
    page.locator("#reader").fill("甲")
    page.locator("#reader").blur()
    page.reload()
    expect(page.locator("#l3 input[value=no]")).to_be_checked()
    page.locator("#reader").fill("乙")
    page.locator("#reader").blur()
    expect(page.locator("input:checked")).to_have_count(0)
    page.locator("#l1 input[value=few]").check()
    assert json.loads(export(page, tmp_path / "b.json"))["answers"] == [{"n": 1, "choice": "few", "reason": ""}]
    page.locator("#reader").fill("甲")
    page.locator("#reader").blur()
    expect(page.locator("#l3 input[value=no]")).to_be_checked()
    expect(page.locator("input:checked")).to_have_count(1)
