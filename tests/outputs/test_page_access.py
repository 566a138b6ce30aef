"""The pages beside a report's own can be used by everybody: axe-core, keyboard, what is touched, what is printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from axe import find_serious
from compared import a_report
from follow_pair import a_pair
from gates import a_problem
from gates import a_report as an_outcome
from handmade import TEXT, a_digest
from huimou.compare.cities import compare_reports
from huimou.compare.cities.to_html import to_html as comparison_page
from huimou.compare.followup.follow import follow_plan
from huimou.compare.followup.to_html import PageLinks
from huimou.compare.followup.to_html import to_html as follow_up_page
from huimou.compare.synthesis import synthesise_reports
from huimou.compare.synthesis.to_html import to_html as synthesis_page
from huimou.compare.years.to_html import to_html as years_page
from huimou.digest.prompt_check import load_checked_prompts
from huimou.evaluation.blind_reading.sample import draw_sample
from huimou.evaluation.blind_reading.to_html import to_html as audit_page
from huimou.evaluation.regression.outcome import GateOutcome
from huimou.evaluation.regression.to_html import to_html as changes_page
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay
from huimou.settings import Endpoint
from year_reports import a_chain

KINDS = ("comparison", "follow-up", "years", "synthesis", "changes", "audit")
LEAST = 24  # CSS pixels of a target (WCAG 2.2, 2.5.8) that does not stand in a sentence
SMALL = """(least) => [...document.querySelectorAll("nav a, summary, label, button, select, .place a, .matrix a")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.innerText, one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < least).map(([words]) => words)"""

FOCUSED = """() => {
  const one = document.activeElement;
  const place = one === document.body ? -1 : [...document.querySelectorAll("*")].indexOf(one);
  return [place, getComputedStyle(one).outlineStyle];
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A page of each kind, with all that it can hold."""
    folder: Path = tmp_path_factory.mktemp("pair")
    with open_client(Endpoint("builtin"), replay=Replay((folder / "none",), "note")) as client:
        followed = follow_plan(*a_pair(folder), client, load_checked_prompts())
    both = [
        a_report("全年办理提案142件。", "开展“晒一晒”活动。", plan=["办好提案。"]),
        a_report("全年办理提案325件，立案300件。", place="鹿鸣市", years=(2021, 2021)),
    ]
    outcome = GateOutcome((an_outcome(), an_outcome("同", same=True)), (a_problem("line"),), 1.0)
    return {
        "comparison": comparison_page(compare_reports(both), ["a.html", None]),
        "follow-up": follow_up_page(followed, PageLinks("a.html", "b.html")),
        "years": years_page(a_chain(folder), ["a.html", None, None]),
        "synthesis": synthesis_page(synthesise_reports(compare_reports(both)), ["a.html", None]),
        "changes": changes_page(outcome, {}),
        "audit": audit_page(draw_sample({"x": a_digest()}, 9, 7, {"x": TEXT})),
    }


def show(browser: Browser, html: str, path: Path, width: int, scheme: Literal["light", "dark"] = "light") -> Page:
    """A page in a fresh profile, all that it folds opened; the caller closes its context."""
    path.write_text(html, encoding="utf-8")
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    return page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_keeps_people_from_using_it(
    browser: Browser, pages: Mapping[str, str], tmp_path: Path, kind: str, scheme: Literal["light", "dark"], width: int
) -> None:
    """No serious finding of axe-core, what is touched is large enough, nothing is cut off sideways."""
    page = show(browser, pages[kind], tmp_path / "page.html", width, scheme)
    assert find_serious(page) == []
    assert page.evaluate(SMALL, LEAST) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_what_axe_finds_is_told(browser: Browser, tmp_path: Path) -> None:
    """A picture without words, grey on grey, a field without a name and tiny buttons side by side are findings."""
    html = (
        "<!DOCTYPE html><html lang='zh-CN'><title>t</title><main><h1>题</h1><img src='x.png'><input>"
        "<p style='color:#999;background:#aaa'>看不清</p><button style='all:unset;font-size:6px'>一</button>"
        "<button style='all:unset;font-size:6px'>二</button></main>"
    )
    page = show(browser, html, tmp_path / "page.html", 1440)
    rules = {line.partition(" ")[0] for line in find_serious(page)}
    assert rules >= {"image-alt", "color-contrast", "label", "target-size"}
    page.context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_by_keyboard_alone(browser: Browser, pages: Mapping[str, str], tmp_path: Path, kind: str) -> None:
    """The tab key comes to everything that can be used, in the order of the page, and shows where it is."""
    page = show(browser, pages[kind], tmp_path / "page.html", 1440)
    wanted = page.locator("a[href]:visible, summary:visible, select:visible, button:visible:enabled").count()
    seen: list[int] = []
    while len(seen) < 2 * wanted + 20:
        page.keyboard.press("Tab")
        place, outline = page.evaluate(FOCUSED)
        if place in {-1, *seen}:
            break
        assert outline != "none"
        seen.append(place)
    assert len(seen) >= wanted
    assert seen == sorted(seen)
    page.context.close()


@pytest.mark.parametrize("kind", ["comparison", "follow-up", "years", "synthesis"])
def test_paper_holds_all(browser: Browser, pages: Mapping[str, str], tmp_path: Path, kind: str) -> None:
    """What is folded on the screen is printed; what is only for a screen is not."""
    path = tmp_path / "page.html"
    path.write_text(pages[kind], encoding="utf-8")
    page = browser.new_context().new_page()
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    assert page.locator("nav:visible, .filter:visible").count() == 0
    if kind == "comparison":
        assert page.locator("#d1").evaluate("one => one.checkVisibility() && one.getBoundingClientRect().height") > 0
    page.context.close()
