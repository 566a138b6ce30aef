"""The pages of a report and of a batch for everybody: axe-core, sizes, landmarks, headings, a keyboard, less motion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from axe import find_serious
from handmade import TEXT, a_digest, weighed
from huimou.model.digest import OverviewSentence
from huimou.outputs.page.index import to_index
from huimou.outputs.page.report import to_page
from huimou.outputs.render.to_json import from_json
from large_pages import build_index_entries
from places import ROOT
from small_targets import list_small_targets

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
NAME = "xianning-2022"
OPEN = "for (const fold of document.querySelectorAll('details')) fold.open = true"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seed's page, an invented one with everything that a page can have, and an index."""
    found = tmp_path_factory.mktemp("pages")
    digest = from_json((ROOT / "fixtures" / "accepted" / f"{NAME}.json").read_text(encoding="utf-8"))
    text = (ROOT / "seeds" / digest.source.file).read_bytes().decode()
    (found / "seed.html").write_text(to_page(digest, text, NAME), encoding="utf-8")
    told = OverviewSentence(text="协商活动广泛开展。", items=["A1"], made="model", look="或是他人所做")
    review = a_digest().year_review.model_copy(update={"overview": [told]})
    full = weighed(a_digest().model_copy(update={"year_review": review}))
    (found / "full.html").write_text(to_page(full, TEXT, "full"), encoding="utf-8")
    (found / "index.html").write_text(to_index(build_index_entries(30)), encoding="utf-8")
    return found


@contextmanager
def opened(
    browser: Browser, path: Path, size: ViewportSize = WIDE, scheme: str = "light", *, bypass: bool = False
) -> Iterator[Page]:
    """A page in a fresh profile that asks for less motion."""
    with browser.new_context(
        viewport=size,
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        bypass_csp=bypass,  # so that axe-core may be put in
        has_touch=size is PHONE,
    ) as context:
        page = context.new_page()
        page.set_default_timeout(5000)
        page.goto(path.as_uri())
        yield page


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["seed", "full", "index"])
def test_axe_finds_nothing_serious(browser: Browser, folder: Path, name: str, size: ViewportSize, scheme: str) -> None:
    """Folds open, an item marked, its form open; contrast, names, roles, order of headings and sizes of targets."""
    with opened(browser, folder / f"{name}.html", size, scheme, bypass=True) as page:
        page.evaluate(OPEN)
        if name != "index":
            page.keyboard.press("j")
            page.keyboard.press("Enter")
            page.keyboard.press("e")
            page.evaluate("scrollTo(0, 0)")  # the bar on top, which stays, lies over nothing
        assert find_serious(page) == []


@SIZES
@pytest.mark.parametrize("name", ["seed", "full", "index"])
def test_what_is_pressed_is_large_enough(browser: Browser, folder: Path, name: str, size: ViewportSize) -> None:
    """24 CSS pixels at least; on a phone 44 for the tools, the bar of parts and the ticks."""
    with opened(browser, folder / f"{name}.html", size) as page:
        page.evaluate(OPEN)
        assert list_small_targets(page, 24) == []
        if size is PHONE:
            low = page.locator(".tools > *, .jumps a, .tick, .filters button, .filters select").evaluate_all(
                "all => all.filter((e) => e.checkVisibility() && e.textContent + e.value !== '' "
                "&& e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"
            )
            assert low == []


@pytest.mark.parametrize("name", ["seed", "full", "index"])
def test_landmarks_and_headings(browser: Browser, folder: Path, name: str) -> None:
    """One main, one first heading, no level left out, the language named; the skip link leads to the main part."""
    with opened(browser, folder / f"{name}.html") as page:
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert (page.locator("main").count(), page.locator("h1").count()) == (1, 1)
        levels = [
            int(tag[1]) for tag in page.locator("h1, h2, h3, h4").evaluate_all("all => all.map((e) => e.tagName)")
        ]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        expect(skip).to_be_focused()
        assert skip.evaluate("e => e.getBoundingClientRect().left") >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.matches('main, .digest')")


def test_the_focus_can_be_seen(browser: Browser, folder: Path) -> None:
    """Whatever the Tab key reaches has an outline, and only what can be seen is reached."""
    with opened(browser, folder / "full.html") as page:
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            name, style, width = page.evaluate(
                "() => { const e = document.activeElement, s = getComputedStyle(e);"
                " return [e.outerHTML.slice(0, 60), s.outlineStyle, e.getBoundingClientRect().width]; }"
            )
            if name.startswith("<body"):
                break
            reached.add(name)
            assert style != "none", name
            assert width > 0, name
        assert len(reached) > 20


def test_nothing_moves_by_itself(browser: Browser, folder: Path) -> None:
    """Where less motion is asked for, the text is at its place at once."""
    with opened(browser, folder / "seed.html") as page:
        moving = page.evaluate(
            """() => { let asked = ''; const real = Element.prototype.scrollIntoView;
            Element.prototype.scrollIntoView = function (how) { asked = how.behavior; real.call(this, how); };
            document.querySelector('#i-A9 h4, #i-A9 .words').click(); return asked; }"""
        )
        assert moving == "auto"
