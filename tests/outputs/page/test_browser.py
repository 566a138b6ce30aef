"""The pages in a real browser: every way to get from an item to its source and back, keyboard, print, phone, review."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pypdf import PdfReader

from follow_pair import EARLIER, LATER, a_pair
from handmade import TEXT, a_digest, weighed
from huimou.compare.cities.comparison import compare_reports
from huimou.compare.cities.to_html import to_html as comparison_page
from huimou.compare.followup.follow import follow_plan
from huimou.compare.followup.to_html import PageLinks, to_html
from huimou.digest.prompt_check import load_checked_prompts
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay
from huimou.model.digest import Digest, ItemReview, OverviewSentence, Review
from huimou.model.outcome import IndexRow
from huimou.model.review import merge_reviews, read_review
from huimou.outputs.labels import INDEX_TERMS
from huimou.outputs.page.index import to_index
from huimou.outputs.page.report import SCRIPTS, to_page
from huimou.outputs.render.to_json import from_json
from huimou.settings import Endpoint
from large_pages import build_index_entries, repeat_report
from places import ROOT

NAME = "xianning-2022"
SIZE = {"width": 1300, "height": 850}


@pytest.fixture(scope="module")
def seed() -> tuple[Digest, str]:
    """A report with a plan, and its text."""
    digest = from_json((ROOT / "fixtures" / "accepted" / f"{NAME}.json").read_text(encoding="utf-8"))
    return digest, (ROOT / "seeds" / digest.source.file).read_bytes().decode()


@pytest.fixture(scope="module")
def folder(seed: tuple[Digest, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the seed on disk, as a user opens it."""
    found = tmp_path_factory.mktemp("pages")
    (found / f"{NAME}.html").write_text(to_page(*seed, NAME), encoding="utf-8")
    return found


class Faults(list[str]):
    """What the browser complains of."""

    def watch(self, page: Page) -> Page:
        """Listen to a page."""
        page.on("console", lambda message: self.append(message.text))
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on(
            "request", lambda request: None if request.url.startswith(("file:", "blob:")) else self.append(request.url)
        )
        return page


@pytest.fixture
def opened(browser: Browser, folder: Path) -> Iterator[Page]:
    """The seed's page in a fresh profile; no complaint, no request to anywhere."""
    with browser.new_context(viewport=SIZE, reduced_motion="reduce") as context:
        faults = Faults()
        page = faults.watch(context.new_page())
        page.set_default_timeout(4000)
        page.goto((folder / f"{NAME}.html").as_uri())
        yield page
        assert faults == []


def show(browser: Browser, html: str, path: Path) -> Page:
    """A page of its own from HTML; the caller closes its context."""
    path.write_text(html, encoding="utf-8")
    page = browser.new_context(viewport=SIZE, reduced_motion="reduce").new_page()
    page.goto(path.as_uri())
    return page


def marked(page: Page) -> list[str]:
    """The exact characters that are marked as a source."""
    return page.evaluate("[...(CSS.highlights.get('source') ?? [])].map(String)")


def quotes(digest: Digest, id_: str) -> list[str]:
    """Quotes of an item."""
    review, plan = digest.year_review, digest.next_year_plan
    items = (*review.achievements, *review.shortcomings, *plan.tasks)
    return [part.quote for item in items if item.id == id_ for part in item.evidence]


def jump(page: Page, part: str) -> None:
    """To a part of the page by the bar on top."""
    page.get_by_role("navigation").get_by_role("link", name=part).click()


def in_view(page: Page, query: str) -> bool:
    """Whether an element can be seen without scrolling."""
    return page.locator(query).first.evaluate(
        "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight && b.width > 0; }"
    )


def test_an_item_marks_its_source(opened: Page, seed: tuple[Digest, str]) -> None:
    """A click on an item scrolls the text to its evidence, and marks exactly its characters."""
    for id_ in ("A6", "T8"):
        opened.locator(f"#i-{id_} .words").click()
        assert marked(opened) == quotes(seed[0], id_)
        assert in_view(opened, ".s.hit")
        expect(opened.locator(".sides [aria-current]")).to_have_attribute("data-id", id_)


def test_a_figure_and_an_overview_sentence_mark_theirs(opened: Page, seed: tuple[Digest, str]) -> None:
    """A row of the ledger marks the quantity alone; an overview sentence marks the evidence of its items."""
    digest = seed[0]
    opened.locator(".overview li > span").first.click()
    expected = [quote for id_ in digest.year_review.overview[0].items for quote in quotes(digest, id_)]
    assert marked(opened) == expected
    figure = next(figure for figure in digest.figures if figure.quote == "12.8亿元")
    opened.locator("#figures tr", has_text=figure.quote).locator("td").nth(4).click()
    assert marked(opened) == ["12.8亿元"]
    assert in_view(opened, ".s.hit")


def test_a_sentence_shows_what_rests_on_it(opened: Page, seed: tuple[Digest, str]) -> None:
    """A click in the text names sentence, disposition and all that rests on it, and leads there."""
    sentence = next(sentence for sentence in seed[0].sentences if sentence.items == ["A6"])
    opened.locator(f"#s{sentence.n}").click()
    info = opened.locator("#info")
    expect(info).to_contain_text(f"第{sentence.n}句（字符{sentence.start}–{sentence.end}）")
    expect(info).to_contain_text("已引用")
    expect(opened.locator("#i-A6")).to_have_class("item on")
    assert in_view(opened, "#i-A6")
    jump(opened, "概况")
    info.get_by_role("button", name="A6").click()
    expect(opened.locator("#i-A6")).to_be_focused()
    left = next(sentence for sentence in seed[0].sentences if sentence.disposition == "guiding_idea")
    opened.locator(f"#s{left.n}").click()
    expect(info).to_contain_text("略去：指导思想")


def test_checks_and_problems_lead_to_their_places(opened: Page, seed: tuple[Digest, str]) -> None:
    """A check marks its characters and leads to its item; a problem marks its own."""
    check = seed[0].checks[0]
    jump(opened, "核对")
    line = opened.locator(".lines li").first
    line.get_by_role("button", name="看原文").click()
    assert "".join(marked(opened)) == seed[1][check.start : check.end]
    line.get_by_role("button", name=str(check.item)).click()
    expect(opened.locator(f"#i-{check.item}")).to_be_focused()


def test_what_was_not_chosen_is_not_found(browser: Browser, tmp_path: Path) -> None:
    """Candidates open on demand; a search finds the words of items and not those that were weighed beside them."""
    path = tmp_path / "weighed.html"
    path.write_text(to_page(weighed(a_digest()), TEXT), encoding="utf-8")
    with browser.new_page() as page:
        page.goto(path.as_uri())
        fold = page.locator("#i-A1 .weighed")
        expect(fold.locator("li").first).to_be_hidden()
        fold.get_by_text("候选2句").click()
        expect(fold.locator(".chosen")).to_be_visible()
        for sought, shown in (("缺少结果", 0), (a_digest().next_year_plan.tasks[0].summary[:5], 1)):
            page.locator("#search").fill(sought)
            expect(page.locator(".item:visible")).to_have_count(shown)


def test_filters(opened: Page, seed: tuple[Digest, str]) -> None:
    """By kind, domain, what wants a look; Esc takes all back."""
    visible = opened.locator(".item:visible")
    tasks = seed[0].next_year_plan.tasks
    expect(opened.locator(".filters").first).to_be_hidden()
    opened.locator("#choose summary").click()
    opened.get_by_role("button", name="任务", exact=True).click()
    expect(visible).to_have_count(len(tasks))
    domain = tasks[0].domain
    opened.get_by_role("combobox", name="领域").select_option(domain)
    expect(visible).to_have_count(sum(task.domain == domain for task in tasks))
    opened.keyboard.press("Escape")
    opened.get_by_role("button", name="待核").click()
    looked = [item for item in (*seed[0].year_review.achievements, *tasks) if item.look]
    expect(visible).to_have_count(len(looked))
    expect(opened.locator("#choose summary")).to_be_in_viewport()
    expect(opened.locator("#count")).to_contain_text(f"{len(looked)} /")


def test_the_table_sorts(opened: Page, seed: tuple[Digest, str]) -> None:
    """By value as numbers, up and down, with aria-sort; vague ones last both times."""
    jump(opened, "指标")
    for state, down in (("ascending", False), ("descending", True)):
        opened.get_by_role("button", name="数值").click()
        expect(opened.get_by_role("columnheader", name="数值")).to_have_attribute("aria-sort", state)
        ids = opened.locator("#figures tbody td:first-child").all_inner_texts()
        known = [figure for figure in seed[0].figures if figure.value is not None]
        values = {figure.id: figure.value for figure in known}
        assert [values[id_] for id_ in ids[: len(known)]] == sorted(values.values(), reverse=down)


def test_search(opened: Page, seed: tuple[Digest, str]) -> None:
    """In items and text, across sentences; Enter goes from place to place."""
    opened.keyboard.press("/")
    opened.keyboard.type("提案")
    times = seed[1].count("提案")
    expect(opened.locator("#hits")).to_contain_text(f"原文{times}")
    assert opened.locator(".item:visible").count() > 0
    assert all("提案" in text for text in opened.locator(".item:visible").all_inner_texts())
    opened.keyboard.press("Enter")
    expect(opened.locator("#hits")).to_contain_text(f"1 / {times}")
    assert opened.evaluate("[...CSS.highlights.get('here')].map(String)") == ["提案"]
    first, second = seed[0].sentences[7], seed[0].sentences[8]
    opened.locator("#search").fill(seed[1][first.end - 3 : second.start + 3])
    expect(opened.locator("#hits")).to_contain_text("原文1")
    opened.keyboard.press("Escape")
    expect(opened.locator("#search")).to_have_value("")


def test_the_legend_says_why(opened: Page, seed: tuple[Digest, str]) -> None:
    """Every sentence is tinted; a reason of the legend picks out its sentences."""
    counts = seed[0].coverage.left_out
    assert opened.locator(".s").count() == seed[0].coverage.sentences
    button = opened.locator("div.legend").get_by_role("button", name="他稿")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(opened.locator(".s.chosen")).to_have_count(counts["unrelated"])


def test_a_sentence_names_its_rule(opened: Page, seed: tuple[Digest, str]) -> None:
    """One that was left out says by which rule, with its name and its id."""
    digest, _ = seed
    left = next(one for one in digest.sentences if one.rule == "dispositions.overall_requirement")
    opened.locator(f"#s{left.n}").click()
    assert "规则“计划的总体要求”，dispositions.overall_requirement" in opened.locator("body").inner_text()


def test_the_overview_goes_with_its_items(opened: Page, seed: tuple[Digest, str]) -> None:
    """Where a kind is chosen, no sentence is left that rests only on items of another; all come back."""
    lines = opened.locator(".overview li:not([hidden])")
    plan, review = (len(part.overview) for part in (seed[0].next_year_plan, seed[0].year_review))
    expect(lines).to_have_count(plan + review)
    opened.keyboard.press("f")
    opened.get_by_role("button", name="任务", exact=True).click()
    expect(lines).to_have_count(plan)
    opened.keyboard.press("Escape")
    expect(lines).to_have_count(plan + review)


def test_search_folds(browser: Browser, tmp_path: Path) -> None:
    """Simplified finds traditional and the other way, full width finds half, in items and text; marks are exact."""
    digest = from_json((ROOT / "fixtures" / "accepted" / "yingtan-2022.json").read_text(encoding="utf-8"))
    text = (ROOT / "seeds" / digest.source.file).read_bytes().decode()
    page = show(browser, to_page(digest, text, "y"), tmp_path / "y.html")
    assert text.count("政協") > 5
    for sought in ("政协", "政協"):
        page.locator("#search").fill(sought)
        assert page.evaluate("[...new Set([...CSS.highlights.get('found')].map(String))].sort()") == sorted(
            {found for found in ("政协", "政協") if found in text}
        )
        count = text.count("政協") + text.count("政协")
        expect(page.locator("#hits")).to_contain_text(f"原文{count}")
        assert page.locator(".item:visible").count() > 0
    assert "2022" in text
    page.locator("#search").fill("２０２２")
    expect(page.locator("#hits")).to_contain_text(f"原文{text.count('2022') + text.count('２０２２')}")
    page.context.close()


def test_print_shows_no_mark(opened: Page) -> None:
    """The last item that was clicked or has the focus has no frame or ground of its own on paper."""
    opened.locator("#i-A6 .words").click()
    opened.keyboard.press("j")
    opened.emulate_media(media="print")
    names = ("outlineStyle", "borderLeftWidth", "boxShadow", "backgroundColor")
    style = f"[{', '.join(f'getComputedStyle(e).{name}' for name in names)}]"
    for query in (".item.on", ".s.hit"):
        outline, border, shadow, ground = opened.locator(query).first.evaluate(f"e => {style}")
        assert (outline, border, shadow) == ("none", "0px", "none")
        assert ground in {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}


WIDE, PHONE = {"width": 1300, "height": 850}, {"width": 390, "height": 844}


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_address_names_an_item_a_figure_or_a_sentence(
    browser: Browser, folder: Path, seed: tuple[Digest, str], size: ViewportSize
) -> None:
    """On load, and when only the part after # changes: shown, marked, in view, its source marked."""
    address = (folder / f"{NAME}.html").as_uri()
    figure = seed[0].figures[-1]
    with browser.new_context(viewport=size) as context:
        faults = Faults()
        page = faults.watch(context.new_page())
        for begin in (address, "about:blank"):
            for id_ in ("A6", "T8", seed[0].year_review.achievements[-1].id):
                page.goto(begin)
                page.goto(f"{address}#{id_}")
                expect(page.locator(f"#i-{id_}")).to_have_class("item on")
                page.wait_for_function(SHOWN, arg=f"#i-{id_}")
                assert marked(page) == quotes(seed[0], id_)
            page.goto(f"{address}#{figure.id}")
            page.wait_for_function(SHOWN, arg=f"#figures #{figure.id}")
            assert marked(page) == [figure.quote]
            page.goto(f"{address}#s40")
            page.wait_for_function(SHOWN, arg="#s40")
            expect(page.locator("#info")).to_contain_text("第40句")
            expect(page.locator("#s40")).to_have_attribute("aria-current", "true")
        for name in ("nothing", "%E0%A4%A", "i-A6<b>", "digest"):
            page.goto("about:blank")
            page.goto(f"{address}#{name}")
            expect(page.locator("#i-A1")).to_be_visible()
        assert faults == []


SHOWN = """query => { const b = document.querySelector(query).getBoundingClientRect();
  return b.width > 0 && b.top >= 0 && b.top < innerHeight - 20; }"""


def linked(page: Page, query: str) -> list[str]:
    """The addresses of the first links of each kind that lead into a report's page."""
    found: list[str] = page.locator(query).evaluate_all("all => all.map((a) => a.href)")
    first = {re.sub(r"\d+$", "", address): address for address in reversed(found) if "#" in address}
    return sorted(first.values())


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_links_of_comparison_and_follow_up_lead_to_their_places(
    browser: Browser, seed: tuple[Digest, str], tmp_path: Path, size: ViewportSize
) -> None:
    """Every kind of link of a real comparison and of a real follow-up, clicked, shows and marks what it names."""
    for name in (NAME, "yingtan-2022"):
        digest = from_json((ROOT / "fixtures" / "accepted" / f"{name}.json").read_text(encoding="utf-8"))
        text = (ROOT / "seeds" / digest.source.file).read_bytes().decode()
        (tmp_path / f"{name}.html").write_text(to_page(digest, text, name), encoding="utf-8")
        if name != NAME:
            compared = comparison_page(compare_reports([seed[0], digest]), [f"{NAME}.html", f"{name}.html"])
            (tmp_path / "both.html").write_text(compared, encoding="utf-8")
    earlier, later = a_pair(tmp_path)
    (tmp_path / "later.html").write_text(to_page(later, LATER, "later"), encoding="utf-8")
    (tmp_path / "earlier.html").write_text(to_page(earlier, EARLIER, "earlier"), encoding="utf-8")
    with open_client(Endpoint("builtin"), replay=Replay((tmp_path / "none",), "note")) as client:
        found = follow_plan(earlier, later, client, load_checked_prompts())
    (tmp_path / "follow.html").write_text(to_html(found, PageLinks("earlier.html", "later.html")), encoding="utf-8")
    with browser.new_context(viewport=size) as context:
        page = context.new_page()
        for start, kinds in (("both.html", {"A", "T", "s"}), ("follow.html", {"s"})):
            page.goto((tmp_path / start).as_uri())
            addresses = linked(page, "a[href]")
            assert {address.split("#")[1][0] for address in addresses if ".html#" in address} >= kinds
            for address in (one for one in addresses if f"{start}#" not in one):
                page.goto((tmp_path / start).as_uri())
                page.locator(f'a[href="{address.rsplit("/", 1)[1]}"]').first.evaluate("a => a.click()")
                page.wait_for_url(address)
                id_ = address.split("#")[1]
                query = f"#{id_}" if id_[0] == "s" else f"#i-{id_}"
                page.wait_for_function(SHOWN, arg=query)
                expect(page.locator(query)).to_have_attribute("class", re.compile(r"\bon\b|\bhit\b"))


def test_a_place_without_scripts(browser: Browser, folder: Path) -> None:
    """The browser itself goes to an item, a figure and a sentence."""
    with browser.new_context(viewport=SIZE, java_script_enabled=False) as context:
        page = context.new_page()
        for name, what in (("T8", "#i-T8"), ("F10", "#F10"), ("s60", "#s60")):
            page.goto("about:blank")
            page.goto(f"{(folder / NAME).as_uri()}.html#{name}")
            place = page.locator(what).bounding_box()
            assert place is not None
            assert 0 <= place["y"] < SIZE["height"]


def test_without_a_mouse(opened: Page, seed: tuple[Digest, str]) -> None:
    """The keys j and k walk the items and mark their sources, ] walks the sentences, tabs turn by arrows, ? helps."""
    opened.keyboard.press("j")
    opened.keyboard.press("j")
    second = opened.locator(".item").nth(1)
    expect(second).to_be_focused()
    assert marked(opened) == quotes(seed[0], second.get_attribute("data-id") or "")
    opened.keyboard.press("k")
    expect(opened.locator(".item").first).to_be_focused()
    opened.keyboard.press("Escape")
    assert marked(opened) == []
    opened.keyboard.press("]")
    expect(opened.locator("#info")).to_contain_text("第1句")
    opened.keyboard.press("]")
    expect(opened.locator("#info")).to_contain_text("第2句")
    opened.keyboard.press("[")
    expect(opened.locator("#info")).to_contain_text("第1句")
    opened.keyboard.press("?")
    expect(opened.get_by_role("dialog")).to_be_visible()
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("dialog")).to_be_hidden()


def test_everything_has_a_name(opened: Page) -> None:
    """Every control that can be reached says what it is; there is one main, and headings in order."""
    nameless = opened.evaluate(
        """() => [...document.querySelectorAll('button, input, select, textarea, a')].filter((e) =>
        !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length || e.hidden))
        .map((e) => e.outerHTML)"""
    )
    assert nameless == []
    assert opened.locator("main").count() == 1
    assert opened.locator("h1").count() == 1


CONTRAST = """() => {
  const channels = (value) => value.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const low = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.disabled || e.closest('svg')) continue;
    const [a, b] = [luminance(channels(getComputedStyle(e).color)), luminance(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...low];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Browser, folder: Path, scheme: str) -> None:
    """All text has a contrast of 4.5 or more on what is behind it, tints and marks included, light and dark."""
    with browser.new_context(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto((folder / f"{NAME}.html").as_uri())
        page.evaluate("document.querySelector('#s9').classList.replace('cited', 'uncovered')")
        page.locator("#i-A6 .words").click()
        page.locator("#i-A5 .edit").click()
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert page.evaluate(CONTRAST) == []


def test_light_and_dark_by_hand(opened: Page) -> None:
    """The toggle goes from the system's to light to dark, and is remembered."""
    colour = "getComputedStyle(document.body).backgroundColor"
    light = opened.evaluate(colour)
    button = opened.locator("#theme")
    button.click()
    button.click()
    opened.wait_for_function(f"light => {colour} !== light", arg=light)
    opened.reload()
    expect(button).to_have_text("深色")
    opened.wait_for_function(f"light => {colour} !== light", arg=light)


def test_a_phone(browser: Browser, folder: Path, seed: tuple[Digest, str]) -> None:
    """One column without sideways scrolling; an item unfolds its source under it, and leads to the text, and back."""
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        page = context.new_page()
        page.goto((folder / f"{NAME}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("#i-A6 h4").tap()
        expect(page.locator("#i-A6 .origin")).to_be_visible()
        marks = page.locator("#i-A6 .origin mark").all_inner_texts()
        assert "".join(marks) == re.sub(r"\s*\n\s*", "", "".join(quotes(seed[0], "A6")))
        page.get_by_role("button", name="看上下文").tap()
        page.wait_for_function(SHOWN, arg=".s.hit")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="返回").tap()
        expect(page.locator("#i-A6")).to_be_focused()
        page.wait_for_function(SHOWN, arg="#i-A6")
        page.locator("#i-A6 h4").tap()
        expect(page.locator(".origin")).to_have_count(0)


def test_print_is_a_clean_document(opened: Page) -> None:
    """The digest alone on numbered pages, no control, black on white; the text on demand, without other articles."""
    opened.locator("#i-A6 .words").click()
    opened.emulate_media(media="print", color_scheme="dark")
    for query in ("#search", ".jumps", ".filters", ".fold", "div.legend", "#info", ".tick", "#about", "#text"):
        expect(opened.locator(query).first).to_be_hidden()
    for query in ("#onepage", "#review", "#plan", "#numbers", "#checks"):
        expect(opened.locator(query)).to_be_visible()
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert opened.evaluate("getComputedStyle(document.querySelector('.s.cited')).color") == "rgb(0, 0, 0)"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(opened.pdf(prefer_css_page_size=True))).pages]
    assert len(pages) <= 8
    assert [re.findall(r"— (\d+) —", page) for page in pages] == [[str(n)] for n in range(1, len(pages) + 1)]
    opened.evaluate("document.querySelector('#with-text').click()")
    expect(opened.locator("#text")).to_be_visible()
    shown = {bool(one.is_visible()) for one in opened.locator(".s.cited").all()}
    other = {bool(one.is_visible()) for one in opened.locator(".s.else").all()}
    assert (shown, other) == ({True}, {False})


def test_a_table_across_pages_has_its_head_on_each(browser: Browser, tmp_path: Path) -> None:
    """On paper the figures of a second page stand under their names, too."""
    digest = from_json((ROOT / "fixtures" / "accepted" / "yingtan-2022.json").read_text(encoding="utf-8"))
    text = (ROOT / "seeds" / digest.source.file).read_bytes().decode()
    page = show(browser, to_page(digest, text, "y"), tmp_path / "y.html")
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    holding = [one for one in pages if re.search(r"^F\d+ ", one, re.MULTILINE)]
    assert len(holding) > 1
    assert all("编号" in one for one in holding)
    page.context.close()


def test_a_review_is_kept_exported_and_merged(opened: Page, seed: tuple[Digest, str], tmp_path: Path) -> None:
    """Tick, correct, remark; it survives a reload; the file that is exported merges into the digest; import works."""
    opened.locator("#desk summary").click()
    opened.get_by_label("核对人").fill("张三")
    opened.get_by_label("A5 已核对").check()
    opened.locator("#i-A6 .edit").click()
    opened.get_by_role("textbox", name="更正").fill("组织协商活动400余场。<b>")
    opened.get_by_role("textbox", name="批注").fill("=请再核\n二行")
    opened.get_by_role("button", name="保存").click()
    expect(opened.locator("#i-A6 .edit")).to_be_focused()
    resting = opened.locator(".overview .to[data-to=A6]")
    assert resting.count() > 0
    assert resting.count() == opened.locator(".overview .to[data-was]").count()
    opened.reload()
    expect(opened.get_by_label("A5 已核对")).to_be_checked()
    expect(opened.locator("#i-A6 .corrected span")).to_have_text("组织协商活动400余场。<b>")
    expect(opened.locator("#checked")).to_have_text("已核对 1 / 47")
    opened.locator("#desk summary").click()
    with opened.expect_download() as download:
        opened.get_by_role("button", name="导出核对").click()
    assert download.value.suggested_filename == f"{NAME}.review.json"
    path = tmp_path / "a.review.json"
    download.value.save_as(path)
    merged = merge_reviews(seed[0], [read_review(path.read_text(encoding="utf-8"))])
    assert merged.skipped == ()
    assert merged.digest.review is not None
    assert [(one.id, one.checked, one.corrected, one.comment, one.reviewer) for one in merged.digest.review.items] == [
        ("A5", True, None, None, "张三"),
        ("A6", False, "组织协商活动400余场。<b>", "=请再核\n二行", "张三"),
    ]
    opened.evaluate("localStorage.clear()")
    opened.reload()
    expect(opened.get_by_label("A5 已核对")).not_to_be_checked()
    assert opened.locator(".overview .to[data-was]").count() == 0
    opened.locator("#file").set_input_files(path)
    expect(opened.locator("#told")).to_contain_text("已导入2项")
    expect(opened.get_by_label("A5 已核对")).to_be_checked()
    other = json.loads(path.read_text(encoding="utf-8")) | {"source_sha256": "0" * 64}
    path.write_text(json.dumps(other), encoding="utf-8")
    opened.locator("#file").set_input_files(path)
    expect(opened.locator("#told")).to_contain_text("另一份报告")


def test_keys_review_too(opened: Page) -> None:
    """The key c ticks the item that has the focus, e opens its form, Esc leaves it."""
    opened.keyboard.press("j")
    opened.keyboard.press("c")
    expect(opened.get_by_label("A1 已核对")).to_be_checked()
    opened.keyboard.press("e")
    expect(opened.get_by_role("textbox", name="更正")).to_be_focused()
    opened.keyboard.type("jk/")
    opened.keyboard.press("Escape")
    expect(opened.locator(".pen")).to_have_count(0)
    expect(opened.locator("#i-A1 .edit")).to_be_focused()


def test_a_merged_review_is_shown(browser: Browser, seed: tuple[Digest, str], tmp_path: Path) -> None:
    """A digest with a review in it shows it in a browser that has none, and without scripts."""
    said = ItemReview(
        id="A5", checked=True, corrected="更正的话", comment=None, reviewer="李四", time="2026-01-02T03:04:05Z"
    )
    html = to_page(seed[0].model_copy(update={"review": Review(items=[said])}), seed[1], NAME)
    page = show(browser, html, tmp_path / "a.html")
    expect(page.get_by_label("A5 已核对")).to_be_checked()
    expect(page.locator("#i-A5 .who")).to_contain_text("李四")
    page.context.close()
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto((tmp_path / "a.html").as_uri())
        expect(plain.locator("#i-A5 .corrected")).to_contain_text("更正的话")
        expect(plain.locator("#i-A5 .who")).to_contain_text("人工核对，李四，2026-01-02")


HOSTILE = (
    "<script>document.title='bad'</script></script><img src=x onerror=\"document.title='bad'\"><!--\x00\ud800\u202e"
)


def test_a_hostile_report(browser: Browser, tmp_path: Path) -> None:
    """Markup, script ends, NUL, half a surrogate pair and a direction mark are text; nothing runs; offsets hold."""
    text = f"{HOSTILE}\r\n第二句。\r第三句𠮷好。\n"
    page = show(browser, to_page(a_digest(text=text, outside=HOSTILE), text, "x"), tmp_path / "h.html")
    assert page.title() != "bad"
    assert page.locator("#body img, #body script").count() == 0
    shown = page.locator("#body").evaluate("e => e.textContent")
    assert shown == text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd").replace("\u202e", "\ufffd").replace(
        "。\r第", "。\n第"
    )
    assert page.locator("script:not([type])").count() == len(SCRIPTS)
    page.context.close()


def test_offsets_beyond_the_basic_plane(browser: Browser, tmp_path: Path) -> None:
    """Characters that take two code units in the browser move no mark."""
    text = TEXT.replace("开展协商活动", "𠮷𠮷开展协商活动")
    digest = a_digest()
    shifted = json.loads(json.dumps(digest.model_dump(mode="json")))
    item = shifted["year_review"]["achievements"][0]
    start = text.index("400余场")
    item["evidence"] = [{"sentence": 3, "start": start, "end": start + 5, "quote": "400余场"}]
    for sentence in shifted["sentences"]:
        sentence["end"] += 2 * (sentence["n"] >= 3)
        sentence["start"] += 2 * (sentence["n"] > 3)
    page = show(browser, to_page(Digest.model_validate(shifted), text, "x"), tmp_path / "p.html")
    page.locator("#i-A1 .words").click()
    assert marked(page) == ["400余场"]
    page.context.close()


def test_uncovered_strikes_the_eye(browser: Browser, tmp_path: Path) -> None:
    """A sentence that nothing disposes of is tinted, underlined, listed, counted, and found by a key."""
    page = show(browser, to_page(a_digest(), TEXT, "x"), tmp_path / "u.html")
    style = page.locator("#s5").evaluate(
        "e => [getComputedStyle(e).textDecorationLine, getComputedStyle(e).backgroundColor]"
    )
    assert style[0] == "underline"
    assert style[1] not in {
        "rgba(0, 0, 0, 0)",
        page.locator("#s3").evaluate("e => getComputedStyle(e).backgroundColor"),
    }
    page.keyboard.press("u")
    expect(page.locator("#info")).to_contain_text("未引用也未说明")
    expect(page.locator("#checks")).to_contain_text("办理渠道还不够宽。")
    page.context.close()


def test_a_long_report_is_whole(browser: Browser, seed: tuple[Digest, str], tmp_path: Path) -> None:
    """40,000 characters are there, and can be used."""
    long, text = repeat_report(*seed, 40_000)
    page = show(browser, to_page(long, text, "long"), tmp_path / "long.html")
    page.locator("#i-A6 .words").first.click()
    assert len(page.locator("#body").evaluate("e => e.textContent")) == len(text)
    page.context.close()


def test_the_index(browser: Browser, tmp_path: Path) -> None:
    """Rows link to pages; filter, sort and sums; the matrix leads to pages, too."""
    faults = Faults()
    (tmp_path / "index.html").write_text(to_index(build_index_entries(5)), encoding="utf-8")
    page = faults.watch(browser.new_context(viewport=SIZE).new_page())
    page.goto((tmp_path / "index.html").as_uri())
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.last).to_contain_text("z<b>")
    expect(page.get_by_role("link", name="政协临江市委员会").first).to_have_attribute("href", "./r00000.html")
    for _ in range(2):  # blanks are last both ways
        page.get_by_role("button", name="机构").click()
        expect(rows.last).to_contain_text("z<b>")
    expect(page.locator("#list tfoot td").nth(7)).to_have_text("6")
    expect(page.get_by_role("link", name="r00003")).to_have_attribute("href", "./r00003.html")
    page.get_by_role("button", name="成绩与不足").click()
    expect(rows.first).to_contain_text("r00003")
    page.locator("#status").select_option("失败")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("no text <b>")
    page.locator("#status").select_option("")
    page.keyboard.press("Tab")
    page.locator("body").press("/")
    page.keyboard.type("第2市")
    expect(rows).to_have_count(1)
    assert page.locator(".matrix tbody tr").count() == 4
    assert faults == []
    page.context.close()


def test_an_index_of_ten_thousand(browser: Browser, tmp_path: Path) -> None:
    """It is drawn a page at a time, and says how many the matrix leaves out."""
    html = to_index(build_index_entries(10_000))
    assert len(html.encode()) < 4_000_000
    page = show(browser, html, tmp_path / "index.html")
    expect(page.locator("#list tbody tr")).to_have_count(200)
    expect(page.locator("#count")).to_contain_text("10,000份")
    page.get_by_role("button", name="下一页").click()
    expect(page.locator("#list tbody tr").first).to_contain_text("r00200")
    expect(page.locator("main")).to_contain_text("其余9,939份未列")
    page.context.close()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["wide", "phone"])
def test_the_page_is_read_top_down(browser: Browser, folder: Path, size: ViewportSize) -> None:
    """The draft comes first, then filters that are folded, then items; every part is one press away."""
    with browser.new_context(viewport=size, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto((folder / f"{NAME}.html").as_uri())
        tops = {
            name: page.locator(f"#{name}").evaluate("e => e.getBoundingClientRect().top")
            for name in ("onepage", "choose", "review", "plan", "numbers", "checks", "about")
        }
        assert list(tops) == sorted(tops, key=lambda name: tops[name])
        assert tops["onepage"] < 200
        expect(page.locator(".filters").first).to_be_hidden()
        for name in ("主要任务", "指标", "核对", "概况", "工作回顾", "一页稿"):
            jump(page, name)
            link = page.get_by_role("navigation").get_by_role("link", name=name)
            expect(link).to_have_attribute("aria-current", "location")
            part = str(link.get_attribute("href"))
            top = page.locator(f"{part} h2").evaluate("e => e.getBoundingClientRect().top")
            assert 40 <= top <= size["height"] / 2, name
            expect(link).to_be_in_viewport()


def test_review_stands_beside_plan(browser: Browser, seed: tuple[Digest, str], tmp_path: Path) -> None:
    """On a wide screen both columns of the draft begin at the same height; one without a plan says so beside it."""
    page = show(browser, to_page(*seed, NAME), tmp_path / "wide.html")
    page.set_viewport_size({"width": 1440, "height": 900})
    boxes = [column.bounding_box() for column in page.locator(".sheet > div").all()]
    assert len(boxes) == 2
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[1]["x"] > boxes[0]["x"] + boxes[0]["width"]
    expect(page.locator(".sheet h3")).to_have_text(["工作回顾", "2023年任务"])
    page.context.close()
    without = show(browser, to_page(a_digest(planned=False), TEXT, "x"), tmp_path / "without.html")
    expect(without.locator(".sheet")).to_contain_text("本报告未设下一年计划。")
    without.context.close()


def test_titles_are_bold_and_figures_marked(opened: Page, seed: tuple[Digest, str]) -> None:
    """Every item that has a title shows it in bold, once; the figures of A6 are marked in its sentence and lead."""
    titled = (*seed[0].year_review.achievements, *seed[0].next_year_plan.tasks)
    for item in titled:
        bold = opened.locator(f"#i-{item.id}").locator("h4, .words b")
        expect(bold).to_have_count(1)
        assert bold.inner_text() == item.title.removesuffix("…")
        assert int(bold.evaluate("e => getComputedStyle(e).fontWeight")) >= 600
    assert opened.locator("#i-A6 .fig").all_inner_texts() == ["179个", "400余场", "6000多人次", "400余个"]
    opened.locator("#i-A6 .fig").nth(1).click()
    assert marked(opened) == ["400余场"]


def test_checks_have_words_and_a_tick(opened: Page, seed: tuple[Digest, str]) -> None:
    """A line shows the item's words and the report's; its tick is the item's; one about no item keeps its own."""
    check = seed[0].checks[0]
    line = opened.locator("#checks .lines li").first
    item = next(one for one in seed[0].next_year_plan.tasks if one.id == check.item)
    expect(line.locator(".said")).to_contain_text(item.summary)
    expect(line.locator(".quote")).to_contain_text(seed[1][check.start : check.end].strip()[:20])
    line.get_by_role("checkbox").check()
    expect(opened.get_by_label(f"{check.item} 已核对")).to_be_checked()
    opened.get_by_label(f"{check.item} 已核对").uncheck()
    expect(line.get_by_role("checkbox")).not_to_be_checked()
    problem = opened.locator(".problems li").first
    problem.get_by_role("checkbox").check()
    link = opened.get_by_role("navigation").get_by_role("link", name="核对")
    expect(link).to_have_text(f"核对 1/{len(seed[0].checks) + len(seed[0].problems)}")
    opened.reload()
    expect(opened.locator(".problems li").first.get_by_role("checkbox")).to_be_checked()
    expect(opened.locator("#checked")).to_have_text("已核对 0 / 47")


def test_an_item_is_checked_in_three_keys(opened: Page, seed: tuple[Digest, str]) -> None:
    """The key j shows the next one and its source, o or Enter the source again, x or space ticks; so for checks."""
    opened.keyboard.press("j")
    assert in_view(opened, ".s.hit")
    for key in ("x", "x", "Space"):
        opened.keyboard.press(key)
    expect(opened.get_by_label("A1 已核对")).to_be_checked()
    expect(opened.locator("#i-A1")).to_be_focused()
    opened.locator(".source").evaluate("e => e.scrollTo(0, 99999)")
    for key in ("o", "Enter"):
        opened.keyboard.press(key)
        assert in_view(opened, ".s.hit")
        assert marked(opened) == quotes(seed[0], "A1")
    opened.keyboard.press("j")
    opened.keyboard.press("Space")
    expect(opened.get_by_label("A2 已核对")).to_be_checked()
    expect(opened.locator("#checked")).to_have_text("已核对 2 / 47")
    line = opened.locator("#checks .lines li").first
    line.locator("p").first.click()
    opened.keyboard.press("x")
    expect(line.get_by_role("checkbox")).to_be_checked()


def test_the_draft_can_be_copied(browser: Browser, folder: Path, seed: tuple[Digest, str]) -> None:
    """As text: title, headings and paragraphs, without the ids beside the sentences."""
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto((folder / f"{NAME}.html").as_uri())
        page.locator("#copy").click()
        expect(page.locator("#copy")).to_have_text("已复制")
        lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[2::2] == ["工作回顾", "2023年任务"]
    assert lines[3] == "".join(one.text for one in seed[0].year_review.overview)


def test_what_finds_no_room_on_the_draft_is_folded(browser: Browser, tmp_path: Path) -> None:
    """Its sentences are counted, unfold, and are reached from the text."""
    digest = a_digest()
    told = [OverviewSentence(text="推进" + "各项工作" * 18 + f"{n}。", items=["A1"], made="model") for n in range(20)]
    review = digest.year_review.model_copy(update={"overview": told})
    page = show(browser, to_page(digest.model_copy(update={"year_review": review}), TEXT, "x"), tmp_path / "x.html")
    kept = page.locator(".sheet .overview li").count()
    assert 2 <= kept < 20
    fold = page.locator(".beyond")
    expect(fold.locator("summary")).to_contain_text(f"另有{20 - kept}句未入一页稿")
    expect(fold.locator("li").first).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("li")).to_have_count(20 - kept)
    page.context.close()


def test_the_index_notes_scans(browser: Browser, tmp_path: Path) -> None:
    """Below the outcome of the report whose text was recognised, and of no other."""
    one, *others = build_index_entries(3)
    listed = replace(one.result.listed or IndexRow(), note="文字为识别所得")
    entries = [replace(one, result=replace(one.result, listed=listed)), *others]
    page = show(browser, to_index(entries), tmp_path / "index.html")
    assert page.locator("#list tbody small").all_inner_texts().count("文字为识别所得") == 1
    page.context.close()


def test_the_index_explains_its_terms_and_uses_its_width(browser: Browser, tmp_path: Path) -> None:
    """Every column has a title and a line below; chart and terms stand side by side, on a phone one under another."""
    page = show(browser, to_index(build_index_entries(30)), tmp_path / "index.html")
    page.set_viewport_size({"width": 1440, "height": 900})
    for name in ("未说明", "请先核对", "待核", "结果"):
        meaning = labels_of(name)
        expect(page.get_by_role("columnheader", name=name)).to_have_attribute("title", meaning)
        expect(page.locator(".terms div", has=page.locator(f"dt:text-is('{name}')"))).to_contain_text(meaning)
    widths = {"list": "#list", "matrix": ".matrix", "beside": ".beside"}
    for query in widths.values():
        assert page.locator(query).evaluate("e => e.getBoundingClientRect().width") > 1300
    chart, terms = (page.locator(f".beside > :nth-child({n})").bounding_box() for n in (1, 2))
    assert chart is not None
    assert terms is not None
    assert chart["y"] == terms["y"]
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#list").evaluate("e => e.scrollWidth") <= 390
    page.get_by_role("combobox", name="排序").select_option(label="任务")
    values = page.locator("#list tbody td[data-label=任务]").all_inner_texts()
    assert values == sorted(values, key=int, reverse=True)
    page.context.close()


def labels_of(name: str) -> str:
    """What a column of the index means."""
    return next(term.meaning for term in INDEX_TERMS.values() if term.name == name)
