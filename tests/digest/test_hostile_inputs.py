"""Three thousand files that are damaged or attack their reader: a whole, true digest of each, or one line why not."""

from __future__ import annotations

import html
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hostile_reports import make_hostile_file
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError, InputError
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.model.review import collect_items
from huimou.outputs.page.onepage import to_onepage_html
from huimou.outputs.page.report import to_page
from huimou.outputs.render.to_json import from_json, to_json
from huimou.outputs.render.to_markdown import to_markdown
from huimou.outputs.render.to_onepage import to_onepage_markdown
from silent_client import SilentClient

pytestmark = pytest.mark.slow
_FILES, _EACH = 3000, 50  # of so many files; a test is of fifty, so that all cores have their share
_LEAST_READ = 35  # of fifty: the others are refused in a line
_BLANK = "\ufeff\u200b \t\r\n\f\v\u3000\xa0\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_MARKDOWN_LINK = re.compile(r"(?<!\\)\]\(|(?<!\\)<(?!\!)")


@pytest.fixture(scope="module")
def prompts() -> PromptSet:
    """Huimou's own."""
    return load_checked_prompts()


@pytest.mark.parametrize("first", range(0, _FILES, _EACH))
def test_no_file_breaks_anything(first: int, tmp_path: Path, prompts: PromptSet) -> None:
    """What is said of each is true, whole and inert, whatever stands in it."""
    digested = 0
    for seed in range(first, first + _EACH):
        suffix, data = make_hostile_file(seed)
        path = tmp_path / f"{seed}{suffix}"
        path.write_bytes(data)
        try:
            document = read_report(path)
            digest = digest_report(document, SilentClient(), prompts, ignore_event)
        except InputError as error:
            _check_line(error)
            continue
        digested += 1
        try:
            _check_digest(digest, document)
            _check_files(digest, document.text)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
    assert digested >= _LEAST_READ


def _check_line(error: HuimouError) -> None:
    assert error.message
    assert "\n" not in str(error)


def _check_digest(digest: Digest, document: Document) -> None:
    text, items = document.text, list(collect_items(digest))
    assert not any("\ud800" <= char <= "\udfff" for char in text)
    places = [(one.start, one.end) for one in digest.sentences]
    assert all(start < end for start, end in places)
    gaps = itertools.pairwise([(0, 0), *places, (len(text), len(text))])
    assert all(before[1] <= behind[0] for before, behind in itertools.pairwise(places))
    assert not "".join(text[before[1] : behind[0]] for before, behind in gaps).strip(_BLANK)
    sections = [0, *(one.end for one in digest.sections)]
    assert [one.start for one in digest.sections] == sections[:-1]
    assert sections[-1] == len(text)
    for part in (*(part for item in items for part in item.evidence), *digest.figures):
        assert text[part.start : part.end] == part.quote
    ids = {item.id for item in items}
    assert len(ids) == len(items)
    for sentence in (*digest.year_review.overview, *digest.next_year_plan.overview):
        assert re.search(r"(?:：|方面，|^)[^：]*\w", sentence.text)
        assert not re.search(r"[：，、；][。；]", sentence.text), sentence.text
        assert sentence.items
        assert set(sentence.items) <= ids
    coverage = digest.coverage
    assert coverage.sentences == len(places)
    assert coverage.cited + sum(coverage.left_out.values()) + len(coverage.uncovered) == coverage.sentences
    assert coverage.figures == len(digest.figures)
    assert digest.next_year_plan.stated or not digest.next_year_plan.tasks


class _Page(HTMLParser):
    """What a browser would run or load of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.acts: list[str] = []
        self._script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep images, frames and handlers; scripts are looked at in their text."""
        self._script = tag == "script"
        for name, value in attrs:
            if name.startswith("on") or (name in {"src", "href", "action", "data"} and not _is_inert(value or "")):
                self.acts.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        """No script holds words of a report as code."""
        if self._script and "alert(1)" in data and "<" in data.partition("alert(1)")[0][-9:]:
            self.acts.append("script in a script")

    def handle_endtag(self, tag: str) -> None:
        """A script has ended."""
        if tag == "script":
            self._script = False


def _is_inert(address: str) -> bool:
    """Whether an address is a place in the page, a picture in it, or a file beside it."""
    return bool(re.match(r"(?:#|data:image/|[^:/\\]+$)", address))


def _check_files(digest: Digest, text: str) -> None:
    written = to_json(digest)
    assert from_json(written) == digest
    for page in (to_page(digest, text, "名"), to_onepage_html(digest)):
        assert _Page(page).acts == []
        assert "\x1b" not in page
        assert page.encode()
    for page in (to_markdown(digest, text), to_onepage_markdown(digest)):
        assert not _MARKDOWN_LINK.search(page), _MARKDOWN_LINK.search(page)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html.unescape(page))
        assert page.encode()
