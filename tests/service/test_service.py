"""A folder served: pages, files, JSON; nothing else of the disk; reviews kept by the service."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from typer.testing import CliRunner

from handmade import a_digest
from huimou.batch.report_run import build_result
from huimou.cli import app
from huimou.model.review import Remark, compute_item_digests, compute_items_digest
from huimou.outputs.html.shell import read_script
from huimou.outputs.page.report import SERVED_SCRIPTS
from huimou.outputs.render.to_json import from_json, to_json
from huimou.service.settings import ServiceSettings
from huimou.store.answers import open_store
from huimou.store.database import MIGRATIONS
from huimou.store.journal import Journal
from huimou.store.paths import STORE
from huimou.store.stamps import Stamp
from served_folder import NAME, a_folder, service

PATH = quote(NAME)
HOSTILE = "<script>document.title='bad'</script>"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with one report."""
    return a_folder(tmp_path / "out")


@pytest.fixture
def client(out: Path) -> Iterator[httpx2.Client]:
    """A service of it."""
    with service(ServiceSettings(out)) as running:
        yield running


def a_remark(item: str = "A1", **change: object) -> dict[str, object]:
    """A remark on an item of the digest made by hand."""
    said = {
        "id": item,
        "of": compute_item_digests(a_digest())[item],
        "checked": True,
        "corrected": None,
        "comment": None,
        "reviewer": "张三",
        "time": "2026-01-02T03:04:05.000Z",
    }
    return said | change


def a_review_file(*remarks: dict[str, object]) -> str:
    """A file as a page exports it."""
    digest = a_digest()
    head = {"format": "huimou-review", "version": 1, "name": NAME, "source_sha256": digest.source.sha256}
    return json.dumps(head | {"items_digest": compute_items_digest(digest), "items": list(remarks)})


def put(client: httpx2.Client, remark: dict[str, object], name: str = PATH) -> httpx2.Response:
    """Send a remark that replaces what is there, as one who has just loaded the page does."""
    review = (client.get(f"/api/reports/{name}").json().get("review") or {"items": []})["items"]
    seen = next((one["time"] for one in review if one["id"] == remark["id"]), None)
    return put_over(client, remark, seen, name)


def put_over(
    client: httpx2.Client, remark: dict[str, object], replaces: str | None, name: str = PATH
) -> httpx2.Response:
    """Send a remark that replaces the one of this time."""
    query = {} if replaces is None else {"replaces": replaces}
    return client.put(f"/api/reports/{name}/reviews/{remark['id']}", json=remark, params=query)


def test_index_and_page(client: httpx2.Client) -> None:
    """The index leads to the page that is made from digest and text, and that takes reviews."""
    index = client.get("/")
    assert index.status_code == 200
    assert f"reports/{PATH}" in index.text
    page = client.get(f"/reports/{PATH}")
    assert page.status_code == 200
    assert '"service":"../api/reports/' in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "connect-src 'self'" in page.headers["content-security-policy"]


def test_the_page_on_disk_asks_nobody(out: Path) -> None:
    """What is written has neither the script of a service nor the leave to connect anywhere."""
    html = (out / f"{NAME}.html").read_text(encoding="utf-8")
    assert "connect-src" not in html
    assert "huimou serve" not in html
    assert '"service"' not in html


def test_scripts_of_a_page_share_no_name() -> None:
    """They run in one global scope, where a second function of a name silently takes the place of the first."""
    names = [
        name
        for script in SERVED_SCRIPTS
        for name in re.findall(r"^(?:async )?(?:function|const|let) (\w+)", read_script(script), re.MULTILINE)
    ]
    assert len(names) > 50
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_files_are_those_of_the_folder(client: httpx2.Client, out: Path) -> None:
    """JSON, Markdown, page, text and the briefing beside an edited one are given as files, byte for byte."""
    for name in (f"{NAME}.new.docx", f"{NAME}.new2.docx", "other.new.docx"):
        (out / name).write_bytes(name.encode())
    assert client.get("/reports/other.new.docx").status_code == 404
    for suffix in (".json", ".md", ".html", ".source.txt", ".new.docx", ".new2.docx"):
        answer = client.get(f"/reports/{PATH}{suffix}")
        assert answer.status_code == 200
        assert answer.content == (out / f"{NAME}{suffix}").read_bytes()
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_without_its_text_the_page_of_then_is_shown(client: httpx2.Client, out: Path) -> None:
    """Reading goes on; with no page either, one line says what is missing."""
    (out / f"{NAME}.source.txt").unlink()
    page = client.get(f"/reports/{PATH}")
    assert page.content == (out / f"{NAME}.html").read_bytes()
    assert "connect-src" not in page.headers["content-security-policy"]
    (out / f"{NAME}.html").unlink()
    assert "找不到原文" in client.get(f"/reports/{PATH}").text


TRAVERSALS = (
    "/reports/..%2F..%2Fsecret.json",
    "/reports/../secret.json",
    "/reports/%2e%2e/secret.json",
    "/reports/%2e%2e%2fsecret",
    "/reports/..%5csecret.json",
    "/reports/.huimou%2fledger.sqlite",
    "/reports/.hidden.json",
    "/reports/.hidden",
    "/reports/run.json",
    "/reports/index.html",
    "/reports/inputs.jsonl",
    "/reports/other.txt",
    "/reports/link.json",
    "/reports/link",
    "/reports/%00",
    "/api/reports/..%2Fsecret",
    "/api/reports/link",
    "/api/reports/.hidden",
    "/secret.json",
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_nothing_else_is_given(client: httpx2.Client, out: Path, path: str) -> None:
    """Neither what lies outside, nor hidden files, links out of the folder, or files of no report."""
    secret = to_json(a_digest())
    (out.parent / "secret.json").write_text(secret, encoding="utf-8")
    (out / ".hidden.json").write_text(secret, encoding="utf-8")
    (out / "link.json").symlink_to(out.parent / "secret.json")
    (out / "inputs.jsonl").write_text("", encoding="utf-8")
    (out / "run.json").write_text("{}", encoding="utf-8")
    (out / "other.txt").write_text("x", encoding="utf-8")
    url = httpx2.URL(str(client.base_url)).copy_with(raw_path=path.encode())
    answer = client.get(url)
    assert answer.status_code == 404, answer.text
    assert "临江" not in answer.text
    assert [row["name"] for row in client.get("/api/reports").json()["reports"]] == [NAME]


def test_reports_as_json(client: httpx2.Client, out: Path) -> None:
    """Rows by name, a page at a time; a digest is the contract's."""
    a_folder(out, "b")
    rows = client.get("/api/reports", params={"offset": 1, "limit": 1}).json()
    assert (rows["total"], [row["name"] for row in rows["reports"]]) == (2, [NAME])
    assert client.get("/api/reports", params={"limit": 0}).status_code == 422
    digest = client.get(f"/api/reports/{PATH}")
    assert digest.text.encode() == digest.content
    assert from_json(digest.text) == from_json((out / f"{NAME}.json").read_text(encoding="utf-8"))
    gone = client.get("/api/reports/none")
    assert (gone.status_code, gone.json()) == (404, {"detail": "no report 'none' here"})


def test_openapi(client: httpx2.Client) -> None:
    """Every operation says what it does; the digest is there by name; no page of it asks the network."""
    told = client.get("/openapi.json").json()
    operations = [one for path in told["paths"].values() for one in path.values()]
    assert len(operations) == 8
    assert all(one["summary"] and one["description"] and one["tags"] for one in operations)
    answer = told["paths"]["/api/reports/{name}"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Digest")
    assert client.get("/docs").status_code == 404


def test_a_hostile_report_runs_nothing(tmp_path: Path) -> None:
    """Its words are escaped, in page and index; and every answer forbids scripts that are not huimou's."""
    out = a_folder(tmp_path / "out", "x", HOSTILE, outside=HOSTILE)
    with service(ServiceSettings(out)) as client:
        for path in ("/", "/reports/x", "/reports/x.html", "/reports/x.json", "/api/reports/x", "/none"):
            answer = client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            if "html" in answer.headers["content-type"]:
                assert HOSTILE not in answer.text
        assert '"service":' in client.get("/reports/x").text
        assert client.get("/reports/x.html").headers["content-type"] == "application/octet-stream"


def test_a_remark_is_kept_and_shown(client: httpx2.Client, out: Path) -> None:
    """It is in the page and in the JSON at once, in the files once it is applied; history stays."""
    assert put(client, a_remark(comment="请核")).json()["comment"] == "请核"
    assert put(client, a_remark(comment="再核", time="2026-01-03T00:00:00.000Z", reviewer="李四")).status_code == 200
    assert put(client, a_remark(comment="三核", time="2025-01-01T00:00:00.000Z")).status_code == 200
    [said] = client.get(f"/api/reports/{PATH}").json()["review"]["items"]
    assert (said["comment"], said["reviewer"]) == ("三核", "张三")
    assert "三核" in client.get(f"/reports/{PATH}").text
    path = out / f"{NAME}.json"
    assert from_json(path.read_text(encoding="utf-8")).review is None
    applied = client.post(f"/api/reports/{PATH}/reviews/apply")
    assert applied.json() == {"taken": 3, "checked": 1, "skipped": [], "notes": []}
    review = from_json(path.read_text(encoding="utf-8")).review
    assert review is not None
    assert review.items[0].comment == "三核"
    assert "三核" in (out / f"{NAME}.html").read_text(encoding="utf-8")
    with sqlite3.connect(out / STORE) as db:
        rows = [Remark.model_validate_json(row) for (row,) in db.execute("SELECT remark FROM reviews ORDER BY id")]
    assert [row.comment for row in rows] == ["请核", "再核", "三核"]


@pytest.mark.parametrize("journalled", [True, False])
def test_the_list_says_how_much_is_checked(client: httpx2.Client, out: Path, *, journalled: bool) -> None:
    """By the journal at once; without one, where the digest is read for the list, once it is applied."""
    if journalled:
        with open_store(out / STORE) as ledger:
            Journal(ledger.database).keep(build_result(NAME, "临江.txt", a_digest(), 1.0), Stamp.of(out), "job")

    def checked() -> int:
        return int(client.get("/api/reports").json()["reports"][0]["checked"])

    assert put(client, a_remark()).status_code == 200
    assert checked() == int(journalled)
    review = out / "other.review.json"
    review.write_text(a_review_file(a_remark("T1", checked=False, comment="看")), encoding="utf-8")
    assert CliRunner().invoke(app, ["apply-review", str(out / f"{NAME}.json"), str(review)]).exit_code == 0
    assert checked() == int(journalled)
    client.post(f"/api/reports/{PATH}/reviews/apply")
    assert checked() == 1
    assert put(client, a_remark(checked=False, time="2026-01-04T00:00:00.000Z")).status_code == 200
    client.post(f"/api/reports/{PATH}/reviews/apply")
    assert checked() == 0


def test_a_time_in_the_future_is_now(client: httpx2.Client) -> None:
    """A clock that is wrong does not win for ever."""
    kept = put(client, a_remark(comment="a", time="2999-01-01T00:00:00Z")).json()
    assert kept["time"] < "2999"
    assert put(client, a_remark(comment="b", time="2999-01-01T00:00:00Z")).status_code == 200
    assert client.get(f"/api/reports/{PATH}").json()["review"]["items"][0]["comment"] == "b"


def test_the_order_is_that_of_receipt(client: httpx2.Client, out: Path) -> None:
    """Whatever the browsers' clocks say: also over a remark that a file brought with the time of a clock ahead."""
    review = out / "other.review.json"
    review.write_text(a_review_file(a_remark(comment="早", time="2999-01-01T00:00:00.000Z")), encoding="utf-8")
    assert CliRunner().invoke(app, ["apply-review", str(out / f"{NAME}.json"), str(review)]).exit_code == 0
    first = put_over(client, a_remark(comment="后", time="2001-01-01T00:00:00.000Z"), "2999-01-01T00:00:00.000Z")
    assert first.json()["time"] == "2999-01-01T00:00:00.001Z"
    assert client.get(f"/api/reports/{PATH}").json()["review"]["items"][0]["comment"] == "后"
    assert put(client, a_remark(comment="再后", time="2001-01-01T00:00:00.000Z")).status_code == 200
    client.post(f"/api/reports/{PATH}/reviews/apply")
    assert client.get(f"/api/reports/{PATH}").json()["review"]["items"][0]["comment"] == "再后"


def test_two_persons_do_not_overwrite_each_other(client: httpx2.Client) -> None:
    """Who has not seen the last remark is told it, and nothing is written; whoever has seen it may replace it."""
    kept = put_over(client, a_remark(comment="甲"), None).json()
    refused = put_over(client, a_remark(comment="乙", reviewer="李四"), None)
    assert refused.status_code == 409
    assert refused.json()["present"] == {key: kept[key] for key in kept if key != "of"}
    assert "replaces" in refused.json()["detail"]
    assert client.get(f"/api/reports/{PATH}").json()["review"]["items"][0]["comment"] == "甲"
    assert put_over(client, a_remark(comment="乙", reviewer="李四"), kept["time"]).status_code == 200
    assert put_over(client, a_remark(comment="丙"), kept["time"]).json()["present"]["comment"] == "乙"


def test_a_remark_whose_answer_was_lost_is_sent_again(client: httpx2.Client, out: Path) -> None:
    """It is there already: the answer is the same, and there is no second row."""
    kept = put_over(client, a_remark(comment="甲"), None).json()
    assert put_over(client, a_remark(comment="甲"), None).json() == kept
    with sqlite3.connect(out / STORE) as db:
        assert db.execute("SELECT count(*) FROM reviews").fetchone() == (1,)


def test_what_was_taken_back_is_replaced_by_a_remark_on_nothing(client: httpx2.Client) -> None:
    """A page that saw the remark is told that there is none any more."""
    kept = put_over(client, a_remark(comment="甲"), None).json()
    assert put_over(client, a_remark(checked=False), kept["time"]).status_code == 200
    refused = put_over(client, a_remark(comment="乙"), kept["time"])
    assert (refused.status_code, refused.json()["present"]) == (409, None)
    assert put_over(client, a_remark(comment="乙"), None).status_code == 200


def test_remarks_that_do_not_fit(client: httpx2.Client) -> None:
    """Another item, another state of it, another shape: each is refused with a word."""
    assert put(client, a_remark(of="0" * 16)).status_code == 409
    assert put(client, a_remark(id="A99")).status_code == 404
    assert put(client, a_remark(checked="yes")).status_code == 422
    assert put(client, a_remark(comment="长" * 4001)).status_code == 422
    assert put(client, a_remark(more=1)).status_code == 422
    assert put(client, a_remark(), name="none").status_code == 404
    assert client.get(f"/api/reports/{PATH}").json()["review"] is None


def test_read_only_while_another_process_has_the_folder(client: httpx2.Client, out: Path) -> None:
    """It can be read; what would write says who has it; afterwards all is as before."""
    assert put(client, a_remark()).status_code == 200
    hold = "import sys; from pathlib import Path; from huimou.store.answers import open_store\n"
    hold += "with open_store(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(out / STORE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert len(client.get(f"/api/reports/{PATH}").json()["review"]["items"]) == 1
        for answer in (
            put(client, a_remark(comment="x")),
            client.post(f"/api/reports/{PATH}/reviews/apply"),
            client.post("/api/reports", files={"files": ("a.txt", b"x")}),
        ):
            assert answer.status_code == 409
            assert f"in use by process {other.pid}" in answer.json()["detail"]
        other.communicate("")
    assert put(client, a_remark(comment="x")).status_code == 200


def test_a_ledger_of_an_older_huimou_is_read(client: httpx2.Client, out: Path) -> None:
    """It has no reviews, and gets room for them with the first one."""
    (out / STORE).parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(out / STORE)) as old:
        for statement in (*MIGRATIONS[:6], "PRAGMA user_version = 6"):
            old.execute(statement)
    answer = client.get(f"/api/reports/{PATH}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["review"] is None
    assert put(client, a_remark()).status_code == 200
    assert len(client.get(f"/api/reports/{PATH}").json()["review"]["items"]) == 1


def test_the_service_has_the_ledger_only_while_it_writes(client: httpx2.Client, out: Path) -> None:
    """A batch may begin while the service runs."""
    assert put(client, a_remark()).status_code == 200
    assert client.get("/").status_code == 200
    command = [
        sys.executable,
        "-c",
        "import sys, pathlib, huimou.store.answers as l; l.open_store(pathlib.Path(sys.argv[1]))",
    ]
    subprocess.run([*command, str(out / STORE)], check=True)
    with open_store(out / STORE) as ledger:
        assert ledger.database.rows("SELECT count(*) FROM reviews") == [(1,)]


def test_digests_are_json_without_escapes(client: httpx2.Client) -> None:
    """As in the files: UTF-8, keys in the contract's order."""
    text = client.get(f"/api/reports/{PATH}").text
    assert "临江" in text
    assert list(json.loads(text))[:3] == ["schema_version", "source", "report"]
