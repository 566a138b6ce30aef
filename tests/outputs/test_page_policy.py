"""Every kind of page in a real browser: its policy forbids nothing of its own, and all that is put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import huimou
from compared import a_report
from follow_pair import a_pair
from gates import SCRIPT, hostile
from gates import a_report as an_outcome
from handmade import TEXT, a_digest
from huimou.compare.cities import compare_reports
from huimou.compare.cities.to_html import to_html as comparison_page
from huimou.compare.followup.follow import follow_plan
from huimou.compare.followup.to_html import to_html as follow_up_page
from huimou.digest.prompt_check import load_checked_prompts
from huimou.evaluation.blind_reading.sample import draw_sample
from huimou.evaluation.blind_reading.to_html import SCRIPTS as AUDIT_SCRIPTS
from huimou.evaluation.blind_reading.to_html import to_html as audit_page
from huimou.evaluation.regression.outcome import GateOutcome
from huimou.evaluation.regression.to_html import to_html as changes_page
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay
from huimou.model.outcome import ReportResult
from huimou.outputs.html.shell import build_policy
from huimou.outputs.index_row import build_index_row
from huimou.outputs.page.index import SCRIPTS as INDEX_SCRIPTS
from huimou.outputs.page.index import IndexEntry, to_index
from huimou.outputs.page.report import SCRIPTS, SERVED_SCRIPTS, to_page
from huimou.service.settings import ServiceSettings
from huimou.settings import Endpoint
from served_folder import NAME, a_folder, service

KINDS = ("report", "index", "comparison", "follow-up", "changes", "hostile changes", "audit", "hostile audit")
SERVED = {
    "": INDEX_SCRIPTS,
    f"reports/{NAME.replace('#', '%23')}": SERVED_SCRIPTS,
    "upload": ("upload.js",),
    "login": (),
}
READERS = {"digest", "language"}  # which know HTML from reports
COMPLAINTS = {"error", "warning"}  # not hints, such as that a form has no field for a user's name
WATCH = "addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))"
ATTACK = """() => {
  document.body.insertAdjacentHTML('beforeend', '<p id="styled" style="position: fixed">x</p>');
  const [style, script] = ['style', 'script'].map((name) => document.createElement(name));
  style.textContent = 'body { letter-spacing: 9px }';
  script.textContent = 'document.title = "bad"';
  document.body.append(style, script);
  const seen = getComputedStyle(document.querySelector('#styled')).position;
  return [seen, getComputedStyle(document.body).letterSpacing, document.title === 'bad'];
}"""


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page in a browser, what the browser complains of, and the HTML that it was given."""

    page: Page
    faults: list[str]
    html: str


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A page of every kind that is written into a folder."""
    folder: Path = tmp_path_factory.mktemp("pair")
    with open_client(Endpoint("builtin"), replay=Replay((folder / "none",), "note")) as client:
        followed = follow_plan(*a_pair(folder), client, load_checked_prompts())
    line = ReportResult("r", "r.txt", "complete", None, 1.0, listed=build_index_row(a_digest()))
    both = [a_report("全年办理提案142件。", plan=["办好提案。"]), a_report("全年办理提案325件。", place="鹿鸣市")]
    return {
        "report": to_page(a_digest(), TEXT, "x"),
        "index": to_index([IndexEntry(line, "x.html")]),
        "comparison": comparison_page(compare_reports(both), ["a.html", None]),
        "follow-up": follow_up_page(followed),
        "changes": changes_page(GateOutcome((an_outcome(),), (), 1.0), {}),
        "hostile changes": changes_page(hostile(), {}),
        "audit": audit_page(draw_sample({"x": a_digest()}, 9, 7, {"x": TEXT})),
        "hostile audit": audit_page(draw_sample({SCRIPT: a_digest(outside=SCRIPT)}, 9, 7, {SCRIPT: SCRIPT})),
    }


def opened(browser: Browser, url: str, size: tuple[int, int] = (1300, 850), scheme: str = "light") -> OpenedPage:
    """A page in a fresh profile that tells of every violation; the caller closes its context."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in COMPLAINTS else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    answer = page.goto(url)
    assert answer is not None
    return OpenedPage(page, faults, answer.text())


def check_page(one: OpenedPage, policy: str) -> None:
    """The policy in the head is this one, without a way around it; no style or handler stands in an attribute."""
    head = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', one.html)
    assert head is not None
    assert head[1].replace("&#39;", "'") == policy
    assert "unsafe" not in policy
    assert one.html.count("<style>") == 1
    body = re.sub(r"<(script|style)\b.*?</\1>", "", one.html, flags=re.DOTALL)
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=", body)
    assert one.page.evaluate("getComputedStyle(document.body).margin") == "0px"  # the style sheet is not forbidden
    assert one.faults == []
    assert one.page.evaluate(ATTACK) == ["static", "normal", False]
    one.page.context.close()


def test_there_is_one_shell() -> None:
    """One template begins a page, one file styles it, and nothing else that writes output holds either."""
    root = Path(huimou.__file__).parent
    texts = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.suffix in {".py", ".html", ".css", ".js"} and path.relative_to(root).parts[0] not in READERS
    }
    base = ["outputs/html/templates/base.html"]
    assert [name for name, text in texts.items() if "<!doctype" in text.lower()] == base
    assert [name for name, text in texts.items() if "<style" in text] == base
    assert [name for name in texts if name.endswith(".css")] == ["outputs/html/style.css"]
    assert not [name for name, text in texts.items() if "unsafe-inline" in text]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_on_disk(browser: Browser, pages: Mapping[str, str], tmp_path: Path, kind: str) -> None:
    """Its own style and scripts pass, what is put into it does not, and the browser complains of nothing else."""
    path = tmp_path / "page.html"
    path.write_text(pages[kind], encoding="utf-8")
    known = {"report": SCRIPTS, "index": INDEX_SCRIPTS, "audit": AUDIT_SCRIPTS}
    scripts = known.get(kind.removeprefix("hostile "), ())
    check_page(opened(browser, path.as_uri()), build_policy(scripts))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service whose folder has a report, and one whose text is gone."""
    out = a_folder(tmp_path_factory.mktemp("served") / "out")
    a_folder(out, "gone")
    for name in ("gone.source.txt", "gone.html"):
        (out / name).unlink()
    with service(ServiceSettings(out)) as client:
        yield str(client.base_url)


@pytest.mark.parametrize("path", [*SERVED, "reports/gone"])
def test_a_served_page(browser: Browser, served: str, path: str) -> None:
    """As on disk; it may ask its own server, too."""
    check_page(opened(browser, f"{served}/{path}"), build_policy(SERVED.get(path, ()), served=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone(browser: Browser, pages: Mapping[str, str], tmp_path: Path, kind: str, scheme: str) -> None:
    """At 390 px nothing is cut off sideways, and the page has the colours of the system."""
    path = tmp_path / "page.html"
    path.write_text(pages[kind], encoding="utf-8")
    one = opened(browser, path.as_uri(), (390, 844), scheme)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
    light = one.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (min(light) > 128) is (scheme == "light")
    assert one.faults == []
    one.page.context.close()
