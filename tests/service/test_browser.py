"""A served folder in a real browser: review, reload, apply; upload and watch; log in. Nothing is asked elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from axe import find_serious
from huimou.batch.run_settings import RunSettings
from huimou.digest.session import build_digest_settings
from huimou.outputs.render.to_json import from_json
from huimou.service.digester import ReportDigester
from huimou.service.settings import ServiceSettings
from huimou.settings import Endpoint
from scripted_server import serving
from served_folder import NAME, a_folder, service
from small_suite import REPORT, answer

TOKEN = "a-token-of-some-length"  # noqa: S105 (of the tests)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with one report."""
    return a_folder(tmp_path / "out")


def watched(context: BrowserContext, url: str, faults: list[str]) -> Page:
    """A page whose complaints and requests to elsewhere are kept."""
    page = context.new_page()
    page.set_default_timeout(8000)
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((url, "blob:")) else faults.append(asked.url))
    return page


def test_a_review_is_kept_by_the_service(browser: Browser, out: Path) -> None:
    """From the index to the page; tick, correct; in another browser it is there; applied, it is in the file."""
    faults: list[str] = []
    with service(ServiceSettings(out)) as client:
        url = str(client.base_url)
        with browser.new_context() as context:
            page = watched(context, url, faults)
            page.goto(url)
            page.get_by_role("link", name=NAME).first.click()
            page.locator("#desk summary").click()
            page.get_by_label("核对人").fill("张三")
            page.get_by_label("A1 已核对").check()
            expect(page.locator("#sent")).to_have_text("已存入服务。")
            page.locator("#i-A1 .edit").click()
            page.get_by_role("textbox", name="更正").fill("<b>更正的话")
            page.get_by_role("button", name="保存").click()
            expect(page.locator("#sent")).to_have_text("已存入服务。")
            page.reload()
            expect(page.get_by_label("A1 已核对")).to_be_checked()
        with browser.new_context() as context:
            page = watched(context, url, faults)
            page.goto(f"{url}/reports/{NAME.replace('#', '%23')}")
            expect(page.get_by_label("A1 已核对")).to_be_checked()
            expect(page.locator("#i-A1 .corrected span")).to_have_text("<b>更正的话")
            expect(page.locator("#i-A1 .who")).to_contain_text("张三")
            page.locator("#desk summary").click()
            page.get_by_role("button", name="并入摘要").click()
            expect(page.locator("#sent")).to_contain_text("人工核对1项")
            page.get_by_role("link", name="全部报告").click()
            expect(page.locator("#list tbody tr")).to_have_count(1)
    assert faults == []
    review = from_json((out / f"{NAME}.json").read_text(encoding="utf-8")).review
    assert review is not None
    assert [(one.id, one.checked, one.corrected, one.reviewer) for one in review.items] == [
        ("A1", True, "<b>更正的话", "张三")
    ]


def test_what_could_not_be_sent_is_sent_later(browser: Browser, out: Path) -> None:
    """A remark that the service did not get stays in the browser, is said to, and goes there on the next visit."""
    with browser.new_context() as context, service(ServiceSettings(out)) as client:
        page = context.new_page()
        page.goto(f"{client.base_url}/reports/{NAME.replace('#', '%23')}")
        context.set_offline(True)
        page.get_by_label("A1 已核对").check()
        expect(page.locator("#sent")).to_contain_text("1项未存入服务")
        context.set_offline(False)
        page.reload()
        expect(page.locator("#sent")).to_have_text("已存入服务。")
        digest = client.get(f"/api/reports/{NAME.replace('#', '%23')}").json()
        assert [one["id"] for one in digest["review"]["items"]] == ["A1"]


def test_two_persons_on_one_item(browser: Browser, out: Path) -> None:
    """The second is shown what the first has stored, and chooses; a clock that is behind loses nothing."""
    with browser.new_context() as one, browser.new_context() as two, service(ServiceSettings(out)) as client:
        url = f"{client.base_url}/reports/{NAME.replace('#', '%23')}"
        first, second = one.new_page(), two.new_page()
        second.clock.install(time=datetime(2020, 1, 1, tzinfo=UTC))
        for page, name in ((first, "张三"), (second, "李四")):
            page.goto(url)
            page.locator("#desk summary").click()
            page.get_by_label("核对人").fill(name)
        _comment(first, "甲的批注")
        expect(first.locator("#sent")).to_have_text("已存入服务。")
        _comment(second, "乙的批注")
        expect(second.locator("#i-A1 .conflict")).to_contain_text("张三已先存入：人工核对；批注：甲的批注")
        assert _read_comment(client) == "甲的批注"
        second.get_by_role("button", name="仍用我的").click()
        expect(second.locator("#sent")).to_have_text("已存入服务。")
        assert _read_comment(client) == "乙的批注"
        _comment(first, "甲再改")
        first.get_by_role("button", name="用这一份").click()
        expect(first.locator("#i-A1 .comment span")).to_have_text("乙的批注")
        assert _read_comment(client) == "乙的批注"
        second.reload()
        expect(second.locator("#i-A1 .comment span")).to_have_text("乙的批注")


def _comment(page: Page, words: str) -> None:
    page.get_by_label("A1 已核对").set_checked(True)
    page.locator("#i-A1 .edit").click()
    page.get_by_role("textbox", name="批注").fill(words)
    page.get_by_role("button", name="保存").click()


def _read_comment(client: httpx2.Client) -> str:
    digest = client.get(f"/api/reports/{NAME.replace('#', '%23')}").json()
    return str(digest["review"]["items"][0]["comment"])


def test_what_could_not_be_sent_is_sent_by_itself(browser: Browser, out: Path) -> None:
    """Once the service can be reached again, without a click."""
    with browser.new_context() as context, service(ServiceSettings(out)) as client:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{client.base_url}/reports/{NAME.replace('#', '%23')}")
        context.set_offline(True)
        page.get_by_label("A1 已核对").check()
        expect(page.locator("#sent")).to_contain_text("1项未存入服务")
        context.set_offline(False)
        page.clock.fast_forward(6000)
        expect(page.locator("#sent")).to_have_text("已存入服务。")


def test_upload_and_watch(browser: Browser, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is chosen and sent; its line ends as complete, and leads to the page; a bad one says why."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    good, bad = tmp_path / "青松.txt", tmp_path / "坏.pdf"
    good.write_text(REPORT, encoding="utf-8")
    bad.write_bytes(b"no pdf")
    faults: list[str] = []
    with serving(answer) as server, browser.new_context() as context:
        settings = RunSettings(build_digest_settings(Endpoint("openai", server.url, "m")), formats=("md", "html"))
        with service(ServiceSettings(out), ReportDigester(out, settings)) as client:
            page = watched(context, str(client.base_url), faults)
            page.goto(str(client.base_url))
            page.get_by_role("link", name="上传报告").click()
            page.get_by_label("报告文件").set_input_files([good, bad])
            page.get_by_role("button", name="上传").click()
            expect(page.locator("#told")).to_have_text("已收下2份。")
            rows = page.locator("#jobs tbody tr")
            expect(rows.filter(has_text="青松.txt")).to_contain_text("完整", timeout=30000)
            expect(rows.filter(has_text="坏.pdf")).to_contain_text("失败", timeout=30000)
            expect(rows.filter(has_text="坏.pdf")).to_contain_text("文件读不出正文")
            page.get_by_role("link", name="青松").click()
            expect(page.locator(".item").first).to_be_visible()
    assert faults == []


DROP = """async (names) => {
  const dropped = new DataTransfer();
  for (const [name, text] of names) dropped.items.add(new File([text], name));
  const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
  document.querySelector("#drop").dispatchEvent(event);
}"""


def test_each_file_has_its_own_line(
    browser: Browser, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are dropped: those that cannot be taken say why in Chinese, the others are taken, in kind and style."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    with serving(answer) as server, browser.new_context() as context:
        settings = RunSettings(build_digest_settings(Endpoint("openai", server.url, "m")), formats=("md", "html"))
        with service(ServiceSettings(out, max_bytes=5000), ReportDigester(out, settings)) as client:
            page = context.new_page()
            page.goto(f"{client.base_url}/upload")
            page.evaluate(DROP, [["好.txt", REPORT], ["表.xls", "x"], ["空.txt", ""], ["大.txt", "x" * 5001]])
            lines = page.locator("#chosen li")
            expect(lines).to_have_count(4)
            expect(lines.nth(1)).to_contain_text("没有收下：不是能读的格式")
            expect(lines.nth(2)).to_contain_text("没有收下：文件是空的")
            expect(lines.nth(3)).to_contain_text("没有收下：文件太大")
            page.get_by_label("报告种类").select_option(label="学校工作报告")
            page.get_by_label("总述写法").select_option("brief")
            page.get_by_role("button", name="上传").click()
            expect(page.locator("#told")).to_have_text("已收下1份，3份没有收下。")
            expect(lines.nth(0)).to_contain_text("已收下")
            expect(page.locator("#jobs tbody tr").first).to_contain_text("完整", timeout=30000)
            assert client.get("/api/reports/好").json()["report"]["kind"] == "school"
            assert page.locator("#drop").evaluate("e => e.getBoundingClientRect().height") > 80


def test_a_busy_service_keeps_the_files_chosen(browser: Browser, out: Path) -> None:
    """What finds no room is said to, in Chinese, and stays to be sent again."""
    with browser.new_context() as context, service(ServiceSettings(out, max_pending=0)) as client:
        page = context.new_page()
        page.goto(f"{client.base_url}/upload")
        page.evaluate(DROP, [["a.txt", "x"], ["b.txt", "x"]])
        page.get_by_role("button", name="上传").click()
        expect(page.locator("#told")).to_have_text("等候的报告太多，请稍后再传。")
        expect(page.locator("#chosen li").filter(has_text="待传")).to_have_count(2)
        expect(page.get_by_role("button", name="上传")).to_be_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_forms_can_be_used_by_everybody(
    browser: Browser, out: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    """No serious finding of axe-core; nothing is cut off; what is touched is large enough."""
    with (
        browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context,
        service(ServiceSettings(out, token=TOKEN)) as client,
    ):
        page = context.new_page()
        page.goto(f"{client.base_url}/upload")
        assert find_serious(page) == []
        page.get_by_label("口令").fill(TOKEN)
        page.get_by_role("button", name="登录").click()
        page.goto(f"{client.base_url}/upload")
        page.evaluate(DROP, [["a.txt", "x"], ["b.exe", "x"]])
        expect(page.locator("#chosen li")).to_have_count(2)
        assert find_serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = page.locator("main button, main select, main input").evaluate_all(
            "all => all.map((e) => e.getBoundingClientRect()).map((box) => Math.min(box.width, box.height))"
        )
        assert min(sizes) >= 44


def test_logging_in(browser: Browser, out: Path) -> None:
    """Led to the form; a wrong token is said to be; the right one opens, and reviewing works."""
    with service(ServiceSettings(out, token=TOKEN)) as client, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{client.base_url}/")
        page.get_by_label("口令").fill("wrong")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_have_text("口令不对。")
        page.get_by_label("口令").fill(TOKEN)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("link", name=NAME).first.click()
        page.get_by_label("A1 已核对").check()
        expect(page.locator("#sent")).to_have_text("已存入服务。")
        assert page.evaluate("document.cookie") == ""


def test_a_hostile_report(browser: Browser, tmp_path: Path) -> None:
    """Its script does not run in the served page, and another site's page cannot have it in a frame."""
    hostile = "<script>document.title='bad'</script><img src=x onerror=\"document.title='bad'\">"
    out = a_folder(tmp_path / "out", "x", hostile, outside=hostile)
    with service(ServiceSettings(out)) as client, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{client.base_url}/reports/x")
        expect(page.locator("#desk")).to_be_visible()
        assert page.title() != "bad"
        assert page.locator("#body img, #body script").count() == 0
        framing = context.new_page()
        framing.set_content(f"<iframe src='{client.base_url}/reports/x'></iframe>")
        framing.wait_for_load_state("networkidle")
        assert framing.frames[-1].locator("#apply").count() == 0
