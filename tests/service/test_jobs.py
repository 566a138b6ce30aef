"""Reports uploaded to a service: what is taken, what is refused, how they are digested, what a stop leaves."""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.batch.run_settings import RunSettings
from huimou.digest.session import build_digest_settings
from huimou.outputs.render.to_json import from_json
from huimou.service.digester import ReportDigester
from huimou.service.jobs import UPLOADS, _split_name
from huimou.service.settings import ServiceSettings
from huimou.service.upload_choice import UploadChoice, keep_choice, read_choice
from huimou.settings import Endpoint
from huimou.store.answers import open_store
from huimou.store.files import SUFFIXES
from huimou.store.journal import Journal, read_journal
from huimou.store.paths import STORE
from scripted_server import Reply, ScriptedServer, serving
from served_folder import a_folder, service, until
from small_suite import REPORT, answer, named

ENDED = {"complete", "partial", "failed", "stopped"}


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No record of a server of the user's own."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A model server that answers in the report's own words."""
    with serving(answer) as running:
        yield running


def reports(out: Path, server: ScriptedServer) -> ReportDigester:
    """What `huimou serve` digests with."""
    return reports_by(out, Endpoint("openai", server.url, "m", concurrency=2))


def reports_by(out: Path, endpoint: Endpoint) -> ReportDigester:
    """The same with an endpoint of one's own."""
    return ReportDigester(out, RunSettings(build_digest_settings(endpoint), formats=("md", "html")))


def send(client: httpx2.Client, *files: tuple[str, str | bytes]) -> httpx2.Response:
    """Upload files."""
    parts = [("files", (name, data if isinstance(data, bytes) else data.encode())) for name, data in files]
    return client.post("/api/reports", files=parts)


def ended(client: httpx2.Client, job: int) -> dict[str, Any]:
    """A job once it has ended."""
    return until(lambda: (found := client.get(f"/api/jobs/{job}").json())["status"] in ENDED and found)


def test_uploads_become_digests(tmp_path: Path, server: ScriptedServer) -> None:
    """One after another, by the same means as `summarise`; journal, bill, list of inputs and index know them."""
    out = tmp_path / "out"
    with service(ServiceSettings(out), reports(out, server)) as client:
        taken = send(client, ("青松.txt", REPORT), ("../../青松.txt", named("白杨")))
        assert taken.status_code == 202
        assert [job["name"] for job in taken.json()] == ["青松", "青松-2"]
        first, second = (ended(client, job["id"]) for job in taken.json())
        assert (first["status"], second["status"]) == ("complete", "complete"), (first, second)
        assert first["units_done"] == first["units"] > 0
        assert first["prompt_tokens"] > 0
        assert [job["id"] for job in client.get("/api/jobs").json()] == [2, 1]
        digest = from_json(client.get("/api/reports/青松").text)
        assert digest.source.chars == len(REPORT)
        assert '"service":' in client.get("/reports/青松-2").text
        assert client.get("/api/jobs/3").status_code == 404
    assert sorted(entry.result.name for entry in read_journal(out / STORE)[1]) == ["青松", "青松-2"]
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["reports"]["complete"] == 2
    assert json.dumps("青松-2")[1:-1] in (out / "index.html").read_text(encoding="utf-8")
    assert len((out / "inputs.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert not list(tmp_path.glob("*.txt"))


def test_a_job_is_told_as_it_goes(tmp_path: Path, server: ScriptedServer) -> None:
    """Events until it has ended; each differs from the one before, the last is the job's end."""
    out = tmp_path / "out"
    with service(ServiceSettings(out), reports(out, server)) as client:
        [job] = send(client, ("a.txt", REPORT)).json()
        with client.stream("GET", f"/api/jobs/{job['id']}/events") as answered:
            assert answered.headers["content-type"].startswith("text/event-stream")
            lines = [line for line in answered.iter_lines() if line]
        told = [json.loads(line.removeprefix("data: ")) for line in lines]
        assert told[-1]["status"] == "complete"
        assert all(before != after for before, after in itertools.pairwise(told))
        assert client.get("/api/jobs/9/events").status_code == 404


def test_kind_style_and_effort_are_those_of_the_folder(tmp_path: Path, server: ScriptedServer) -> None:
    """What `summarise` was told for the folder holds for what is uploaded to it."""
    out = tmp_path / "out"
    with open_store(out / STORE) as ledger:
        Journal(ledger.database).begin({"kind": "government", "style": "brief", "effort": "high"}, 1)
    with service(ServiceSettings(out), reports(out, server)) as client:
        [job] = send(client, ("a.txt", REPORT)).json()
        assert ended(client, job["id"])["status"] == "complete"
        assert client.get("/api/reports/a").json()["report"]["kind"] == "government"
    last = read_journal(out / STORE)[0]
    assert last is not None
    assert (last.job["style"], last.job["effort"]) == ("brief", "high")


def test_the_sender_chooses_kind_and_style(tmp_path: Path, server: ScriptedServer) -> None:
    """For what is sent with it, over the folder's last run; `auto` leaves the kind to the text."""
    out = tmp_path / "out"
    with open_store(out / STORE) as ledger:
        Journal(ledger.database).begin({"kind": "government", "style": "brief"}, 1)
    parts = [("files", ("a.txt", REPORT.encode()))]
    with service(ServiceSettings(out), reports(out, server)) as client:
        for kind, style in (("school", "full"), ("auto", "standard")):
            [job] = client.post("/api/reports", files=parts, data={"kind": kind, "style": style}).json()
            assert ended(client, job["id"])["status"] == "complete"
            last = read_journal(out / STORE)[0]
            assert last is not None
            assert (last.job["kind"], last.job["style"]) == (None if kind == "auto" else kind, style)
        assert client.get("/api/reports/a").json()["report"]["kind"] == "school"
        assert client.get("/api/reports/a-2").json()["report"]["kind"] != "school"


@pytest.mark.parametrize("said", [{"kind": "nothing"}, {"style": "long"}])
def test_an_unknown_choice_is_refused(tmp_path: Path, server: ScriptedServer, said: dict[str, str]) -> None:
    """With what is known, before anything is kept."""
    out = tmp_path / "out"
    with service(ServiceSettings(out), reports(out, server)) as client:
        answered = client.post("/api/reports", files=[("files", ("a.txt", b"x"))], data=said)
        assert answered.status_code == 422
        assert "known are" in answered.json()["detail"]
        assert client.get("/api/jobs").json() == []


def test_a_choice_outlives_the_service(tmp_path: Path, server: ScriptedServer) -> None:
    """A report that waited when the service ended is digested as its sender chose."""
    out = tmp_path / "out"
    gone = reports_by(out, Endpoint("openai", "http://127.0.0.1:9/v1", "m", patience=0))
    with service(ServiceSettings(out), gone) as client:
        chosen = {"kind": "school", "style": "brief"}
        [job] = client.post("/api/reports", files=[("files", ("a.txt", REPORT.encode()))], data=chosen).json()
        assert ended(client, job["id"])["reason"] == "server"
    with service(ServiceSettings(out), reports(out, server)) as client:
        assert ended(client, 1)["status"] == "complete"
        assert client.get("/api/reports/a").json()["report"]["kind"] == "school"


@given(st.binary(max_size=60))
def test_a_damaged_choice_is_none(data: bytes) -> None:
    """Whatever stands beside an upload, the report is digested; what is no choice chooses nothing."""
    with TemporaryDirectory() as folder:
        upload = Path(folder, "a.txt")
        keep_choice(upload, UploadChoice("school", "brief"))
        assert read_choice(upload) == UploadChoice("school", "brief")
        next(Path(folder).iterdir()).write_bytes(data)
        assert read_choice(upload) == UploadChoice()


def test_names_that_are_there_are_left_alone(tmp_path: Path, server: ScriptedServer) -> None:
    """An upload overwrites no report of the folder, nor the files of the batch itself."""
    out = a_folder(tmp_path / "out", "x")
    before = (out / "x.json").read_bytes()
    with service(ServiceSettings(out), reports(out, server)) as client:
        taken = send(client, ("X.txt", REPORT), ("run.txt", REPORT), ("index.md", REPORT)).json()
        assert [job["name"] for job in taken] == ["X-2", "run-2", "index-2"]
        assert [ended(client, job["id"])["status"] for job in taken] == ["complete"] * 3
    assert (out / "x.json").read_bytes() == before
    index = (out / "index.html").read_text(encoding="utf-8")
    assert all(f'"{name}.html"' in index for name in ("x", "X-2", "run-2", "index-2"))


def test_a_bad_file_is_one_line(tmp_path: Path, server: ScriptedServer) -> None:
    """It has failed, with the reason; the next one is digested."""
    out = tmp_path / "out"
    with service(ServiceSettings(out), reports(out, server)) as client:
        bad, good = send(client, ("bad.pdf", b"no pdf"), ("good.txt", REPORT)).json()
        found = ended(client, bad["id"])
        assert found["status"] == "failed"
        assert found["message"]
        assert found["reason"] == "unreadable"
        assert "\n" not in found["message"]
        assert "Traceback" not in found["message"]
        assert ended(client, good["id"])["status"] == "complete"
        rows = {row["name"]: row["status"] for row in client.get("/api/reports").json()["reports"]}
        assert rows == {"bad": "failed", "good": "complete"}


def test_an_uploaded_page_is_never_shown_as_one(tmp_path: Path, server: ScriptedServer) -> None:
    """HTML is read for its text; the file itself is given to nobody."""
    out = tmp_path / "out"
    lines = "".join(f"<p>{line}</p>" for line in REPORT.splitlines())
    html = f"<html><body><script>document.title='bad'</script>{lines}"
    with service(ServiceSettings(out), reports(out, server)) as client:
        [job] = send(client, ("页.html", html)).json()
        assert ended(client, job["id"])["status"] == "complete"
        assert "document.title='bad'" not in client.get("/reports/页").text
        for path in (
            "/reports/.huimou/uploads/页.html",
            "/reports/.huimou%2Fuploads%2F页.html",
            "/.huimou/uploads/页.html",
        ):
            assert client.get(path).status_code == 404


def test_limits(tmp_path: Path, server: ScriptedServer) -> None:
    """Kinds, sizes, numbers; whatever is wrong with one file, none is taken."""
    out = tmp_path / "out"
    out.mkdir()
    settings = ServiceSettings(out, max_bytes=2000, max_files=2, max_pending=1)
    good = ("a.txt", "好")
    with service(settings, reports(out, server)) as client:
        for status, files in (
            (415, [good, ("a.exe", "x")]),
            (415, [("a", "x")]),
            (415, [(".txt", "x")]),
            (400, [good, ("b.txt", "")]),
            (413, [good, ("b.txt", "x" * 2001)]),
            (413, [("b.txt", "x" * 100_000)]),
            (413, [good] * 3),
            (429, [good] * 2),
        ):
            answer = send(client, *files)
            assert answer.status_code == status, (files, answer.text)
            assert answer.json()["detail"]
        assert client.post("/api/reports").status_code == 422
        assert client.get("/api/jobs").json() == []
    assert not (out / UPLOADS).exists() or not list((out / UPLOADS).iterdir())


def test_a_stopped_job_goes_on_at_the_next_start(tmp_path: Path) -> None:
    """What was answered is not asked again; what was waiting is not lost."""
    out = tmp_path / "out"
    asked, free = threading.Semaphore(0), threading.Event()
    bodies: list[str] = []
    plan = "2024年工作安排"
    more = REPORT.partition("■服务发展大局")[2].partition(plan)[0]
    long = REPORT.replace(plan, re.sub(r"\d+", lambda found: f"{int(found[0]) + 500}", more) + plan)

    def slow(body: Any) -> Reply:
        bodies.append(json.dumps(body, sort_keys=True))
        if len(bodies) > 2:
            asked.release()
            assert free.wait(20.0)
        return answer(body)

    with serving(slow) as server:
        with service(ServiceSettings(out), reports(out, server)) as client:
            send(client, ("a.txt", long), ("b.txt", named("白杨")))
            assert asked.acquire(timeout=20.0)
            threading.Timer(0.5, free.set).start()
        assert not (out / "a.json").exists()
        with open_store(out / STORE) as ledger:
            kept = ledger.count()
        assert kept >= 3
        with service(ServiceSettings(out), reports(out, server)) as client:
            jobs = [job["id"] for job in client.get("/api/jobs").json()]
            assert len(jobs) == 2
            assert [ended(client, job)["status"] for job in jobs] == ["complete", "complete"]
    assert len(bodies) == len(set(bodies))
    with service(ServiceSettings(out), reports(out, server)) as client:
        assert client.get("/api/jobs").json() == []


def test_a_model_server_that_is_gone(tmp_path: Path, server: ScriptedServer) -> None:
    """The job has failed and says so; the upload is tried again at the next start."""
    out = tmp_path / "out"
    gone = reports_by(out, Endpoint("openai", "http://127.0.0.1:9/v1", "m", patience=0))
    with service(ServiceSettings(out), gone) as client:
        [job] = send(client, ("a.txt", REPORT)).json()
        found = ended(client, job["id"])
        assert found["status"] == "failed"
        assert "127.0.0.1:9" in found["message"]
    with service(ServiceSettings(out), reports(out, server)) as client:
        assert ended(client, 1)["status"] == "complete"


def test_a_fault_costs_one_job(tmp_path: Path, server: ScriptedServer) -> None:
    """The next one is worked on."""
    out = tmp_path / "out"
    right = reports(out, server)

    class Faulty:
        calls = 0

        def __call__(self, *arguments: Any) -> Any:
            self.calls += 1
            if self.calls == 1:
                raise ZeroDivisionError
            return right(*arguments)

        def stop(self) -> None:
            right.stop()

    with service(ServiceSettings(out), Faulty()) as client:
        first, second = send(client, ("a.txt", REPORT), ("b.txt", REPORT)).json()
        assert ended(client, first["id"])["message"] == "internal error (ZeroDivisionError)"
        assert ended(client, second["id"])["status"] == "complete"


def test_reviews_while_a_job_runs(tmp_path: Path) -> None:
    """The service's own job has the ledger, and reviews go to the same one."""
    out = a_folder(tmp_path / "out", "x")
    begun, free = threading.Event(), threading.Event()

    def held(body: Any) -> Reply:
        begun.set()
        assert free.wait(20.0)
        return answer(body)

    with serving(held) as server, service(ServiceSettings(out), reports(out, server)) as client:
        [job] = send(client, ("a.txt", REPORT)).json()
        assert begun.wait(20.0)
        assert client.post("/api/reports/x/reviews/apply").status_code == 200
        assert client.get(f"/api/jobs/{job['id']}").json()["status"] == "running"
        free.set()
        assert ended(client, job["id"])["status"] == "complete"


@given(st.text())
def test_any_name_becomes_a_name_in_the_folder(file: str) -> None:
    """No separator, no hidden file, not too long, whatever the sender calls it."""
    stem, suffix = _split_name(file)
    name = f"{stem}{suffix}"
    if suffix in SUFFIXES:
        assert Path(name).name == name
        assert not name.startswith(".")
        assert len(name.encode()) < 255
        assert "\x00" not in name
