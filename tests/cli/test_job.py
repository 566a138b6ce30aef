"""A batch as it is run from the command line: state, bill, status, retry, what is asked again and what is not."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from huimou.settings import Endpoint
from scripted_server import Reply, ScriptedServer, completion, serving
from small_suite import REPORT, answer

NAMES = ("qingsong", "baiyang", "honghe")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers in the report's own words."""
    with serving(answer) as running:
        yield running


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three reports of different cities in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    (tmp_path / "in").mkdir()
    for name, city in zip(NAMES, ("青松", "白杨", "红河"), strict=True):
        (tmp_path / "in" / f"{name}.txt").write_text(REPORT.replace("青松", city), encoding="utf-8")


def run(*arguments: str) -> Result:
    """One command."""
    done = CliRunner().invoke(app, list(arguments))
    assert "Traceback" not in done.output
    return done


def summarise(server: ScriptedServer, *more: str) -> Result:
    """`huimou summarise` on the three reports."""
    return run("summarise", "in", "-o", "out", "--base-url", server.url, "--model", "m", *more)


def bill() -> dict[str, Any]:
    """What the run came to."""
    told: dict[str, Any] = json.loads(Path("out/run.json").read_text(encoding="utf-8"))
    return told


def test_run_and_bill(server: ScriptedServer) -> None:
    """Every call is on the bill, by question too, with money where prices are given; no failure is listed."""
    done = summarise(server, "--price-in", "2", "--price-out", "10")
    assert done.exit_code == 0, done.output
    told = bill()
    assert told["reports"] == {"planned": 3, "complete": 3, "partial": 0, "failed": 0, "left": 0}
    assert told["paid"]["calls"] == server.calls
    assert sum(q["calls"] for q in told["paid_by_question"].values()) == server.calls
    assert sum(q["calls"] for q in told["paid_by_stage"].values()) == server.calls
    assert "wording" in told["paid_by_stage"]
    assert "item-summary" in done.output  # the table
    assert told["spent_on_digests"]["calls"] >= server.calls
    tokens = told["paid"]["prompt_tokens"], told["paid"]["completion_tokens"]
    assert told["paid"]["cost"] == pytest.approx((tokens[0] * 2 + tokens[1] * 10) / 1e6, abs=1e-4)
    assert told["job"]["model"] == "m"
    rows = list(csv.reader(Path("out/failures.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [["name", "file", "status", "reason", "retryable"]]


def test_finished_batch_asks_nothing_and_needs_no_server(server: ScriptedServer) -> None:
    """The same command again opens no connection at all, and says what is done."""
    summarise(server)
    asked, before = len(server.asked), Path("out/qingsong.json").read_bytes()
    done = summarise(server)
    assert done.exit_code == 0
    assert "3 of 3 reports are done already" in done.output
    assert len(server.asked) == asked
    assert Path("out/qingsong.json").read_bytes() == before


def test_another_setting_is_told_and_asks_only_what_it_touches(server: ScriptedServer) -> None:
    """A longer overview is another job: said by name; item summaries are in the ledger and not asked again."""
    summarise(server)
    asked = server.calls
    done = summarise(server, "--style", "brief")
    assert "not the job of the last run here: style standard to brief" in done.output
    assert server.calls - asked < asked / 2
    again = server.calls
    done = summarise(server, "--style", "brief", "--new")
    assert "not the job" not in done.output
    assert server.calls - again >= asked / 2


def test_another_effort_is_another_job(server: ScriptedServer) -> None:
    """It is said by name; what was answered is not asked for again, and the store still explains the digests."""
    summarise(server)
    asked = server.calls
    done = summarise(server, "--effort", "low")
    assert "not the job of the last run here: effort standard to low" in done.output
    assert server.calls - asked < asked / 2
    assert run("store", "verify", "out").exit_code == 0
    assert run("summarise", "in", "-o", "out", "--effort", "heroic").exit_code == 2


def test_partial_reports_are_listed_and_tried_again(server: ScriptedServer) -> None:
    """Answers of no use leave a report partial: told by status, and retry asks for just these again."""

    def useless(body: Any) -> Reply:
        if any("红河夜间经济" in m["content"] for m in body["messages"]):
            return completion("坏", prompt_tokens=900)
        return answer(body)

    text = REPORT.replace("青松", "红河").replace("夜间经济发展", "红河夜间经济发展")
    Path("in/honghe.txt").write_text(text, encoding="utf-8")
    with serving(useless) as bad:
        done = summarise(bad, "--effort", "low")
        url = bad.url
    assert done.exit_code == 3
    told = bill()
    assert told["reports"]["partial"] == 1
    assert told["failures"][0]["name"] == "honghe"
    assert told["failures"][0]["retryable"] is True
    rows = list(csv.DictReader(Path("out/failures.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["name"], row["status"], row["retryable"]) for row in rows] == [("honghe", "partial", "yes")]
    state = run("status", "out")
    assert state.exit_code == 3
    assert "2 complete, 1 partial, 0 failed" in state.output
    assert "partial: honghe: 1 groups got no usable answer" in state.output
    assert url

    done = run("retry", "out", "--failed", "--base-url", server.url, "--model", "m")
    assert "nothing to try again" in done.output
    done = run("retry", "out", "--base-url", server.url, "--model", "m")
    assert done.exit_code == 0, done.output
    assert 0 < server.calls <= 3
    assert bill()["reports"] == {"planned": 3, "complete": 3, "partial": 0, "failed": 0, "left": 0}
    assert bill()["job"]["effort"] == "low"
    assert run("status", "out").exit_code == 0
    assert json.loads(run("status", "out", "--json").output)["reports"] == {"complete": 3}


def test_ledger_verifies_every_digest(server: ScriptedServer) -> None:
    """Digests follow from the answers; a touched file, a lost answer and a changed input are told apart."""
    summarise(server)
    asked = len(server.asked)
    done = run("store", "verify", "out")
    assert done.exit_code == 0, done.output
    assert "3 digests as they follow from the store, 0 not, 0 that cannot be derived" in done.output
    touched = Path("out/baiyang.json")
    touched.write_text(touched.read_text(encoding="utf-8").replace("231", "232"), encoding="utf-8")
    done = run("store", "verify", "out")
    assert done.exit_code == 1
    assert "baiyang: out/baiyang.json is not what follows from the store" in done.output
    Path("in/honghe.txt").write_text(REPORT, encoding="utf-8")
    assert "honghe: its input" in run("store", "verify", "out").output
    with sqlite3.connect(Path("out/.huimou/ledger.sqlite")) as ledger:
        ledger.execute("DELETE FROM answers WHERE slot LIKE '%item-summary%'")
    assert "answers that it rests on are not in the store" in run("store", "verify", "out").output
    assert len(server.asked) == asked
    assert run("store", "verify", "nowhere").exit_code == 2


HOLLOW = "全年工作风生水起，令人振奋。"
OWN = """
[dispositions.stirring]
title = "振奋"
why = "只说令人振奋，没有做了什么。"
decides = "rhetoric"
any = ["令人振奋"]
examples = ["工作风生水起,令人振奋。"]
"""


def test_own_rules_make_another_job(server: ScriptedServer) -> None:
    """Digests name them; with other rules a report is made anew, and its digest is derived with them alone."""
    Path("my").mkdir()
    Path("my/own.toml").write_text(OWN, encoding="utf-8")
    text = Path("in/honghe.txt").read_text(encoding="utf-8").replace("。", f"。{HOLLOW}", 1)
    Path("in/honghe.txt").write_text(text, encoding="utf-8")
    assert summarise(server).exit_code == 0
    assert json.loads(Path("out/honghe.json").read_text(encoding="utf-8"))["run"]["rules"] == {}
    done = summarise(server, "--rules", "my")
    assert done.exit_code == 0, done.output
    assert "rules" in done.output
    told = json.loads(Path("out/honghe.json").read_text(encoding="utf-8"))
    assert told["run"]["rules"] == {"dispositions.stirring": "added"}
    assert [s["disposition"] for s in told["sentences"] if s["rule"] == "dispositions.stirring"] == ["rhetoric"]
    assert "振奋" in Path("out/honghe.html").read_text(encoding="utf-8")
    assert "it was made with other rules" in run("store", "verify", "out").output
    assert run("store", "verify", "out", "--rules", "my").exit_code == 0
    Path("huimou.toml").write_text('rules = "my"\n', encoding="utf-8")
    asked = server.calls
    assert "3 of 3 reports are done already" in summarise(server).output
    assert server.calls == asked


def test_a_mistake_in_own_rules_stops_before_anything_is_asked(server: ScriptedServer) -> None:
    """One line, exit status 2."""
    Path("my").mkdir()
    Path("my/own.toml").write_text("[dispositions.nothing]\noff = true\n", encoding="utf-8")
    done = summarise(server, "--rules", "my")
    assert done.exit_code == 2
    assert "own.toml: dispositions.nothing: there is no such rule" in done.output
    assert server.calls == 0


def test_the_older_name_of_store_goes_on_working(server: ScriptedServer) -> None:
    """`huimou ledger verify` does the same, and is not listed."""
    assert summarise(server).exit_code == 0
    older, newer = run("ledger", "verify", "out"), run("store", "verify", "out")
    assert (older.exit_code, older.output) == (newer.exit_code, newer.output) == (0, newer.output)
    listed = run("--help").output
    assert re.search(r"^\s+store\s", listed, re.MULTILINE)
    assert not re.search(r"^\s+ledger\s", listed, re.MULTILINE)


def test_broken_file_costs_only_itself(server: ScriptedServer) -> None:
    """It is failed with its reason and not retryable; when it is mended retry does it."""
    Path("in/broken.txt").write_bytes(b"\x00\xff\xfe\x00" * 9)
    done = summarise(server)
    assert done.exit_code == 3
    told = bill()
    assert (told["reports"]["complete"], told["reports"]["failed"]) == (3, 1)
    assert told["failures"][0]["retryable"] is False
    Path("in/broken.txt").write_text(REPORT, encoding="utf-8")
    assert run("retry", "out", "--base-url", server.url, "--model", "m").exit_code == 0
    assert Path("out/broken.json").is_file()


def test_status_of_nothing_is_one_line() -> None:
    """A folder without a ledger is wrong usage."""
    done = run("status", "nowhere")
    assert done.exit_code == 2
    assert "there is no store" in done.output


def test_what_was_planned_and_never_done_is_known(server: ScriptedServer) -> None:
    """After a server that cannot be used: status counts what is left, retry says how to go on."""
    del server
    nobody = "http://127.0.0.1:9/v1"
    assert run("summarise", "in", "-o", "out", "--base-url", nobody, "--model", "m").exit_code == 4
    planned = len(list(Path("in").iterdir()))
    state = run("status", "out")
    assert state.exit_code == 3
    assert f"{planned} not done" in state.output
    assert "next: run the same summarise command again" in state.output
    done = run("retry", "out", "--base-url", nobody, "--model", "m")
    assert done.exit_code == 3
    assert f"{planned} reports not done yet" in done.output
    assert "nothing to try again" not in done.output


def test_what_was_withdrawn_is_no_longer_told_of(server: ScriptedServer) -> None:
    """One that failed and one that nothing became of, their files gone; what is done stays, and other folders."""
    Path("in/scrap.txt").write_bytes(b"\x00\xff\xfe\x00" * 9)
    Path("other").mkdir()
    Path("other/late.txt").write_text(REPORT, encoding="utf-8")
    with serving([Reply({"error": "no"}, 401)]) as closed:
        for place in ("in", "other"):
            assert run("summarise", place, "-o", "out", "--base-url", closed.url, "--model", "m").exit_code == 4
    assert summarise(server).exit_code == 3
    done = sorted(Path("out").glob("*.json"))
    assert "1 failed, 1 not done" in run("status", "out").output
    for name in ("in/scrap.txt", "in/qingsong.txt", "other/late.txt"):
        Path(name).unlink()
    assert summarise(server).exit_code == 0
    assert "0 failed, 1 not done" in run("status", "out").output  # of a folder that was not looked into
    assert sorted(Path("out").glob("*.json")) == done
    assert "scrap" not in Path("out/index.html").read_text(encoding="utf-8")
    Path("other/new.txt").write_text(REPORT, encoding="utf-8")
    assert run("summarise", "other", "-o", "out", "--base-url", server.url, "--model", "m").exit_code == 0
    assert run("status", "out").exit_code == 0


def test_names_that_are_no_text_or_too_long(server: ScriptedServer) -> None:
    """A file name that is not UTF-8 is digested like any other, and passed over later; a path too long only fails."""
    Path(os.fsdecode(b"in/r\xff.txt")).write_text(REPORT.replace("青松", "红松"), encoding="utf-8")
    assert summarise(server).exit_code == 0
    assert Path("out/r\ufffd.json").is_file()
    assert "4 of 4 reports are done already" in summarise(server).output
    assert run("status", "out").exit_code == 0
    assert run("store", "verify", "out").exit_code == 0
    rows = f"path\nin/qingsong.txt\n{'n' * 300}.txt\n"
    Path("list.csv").write_text(rows, encoding="utf-8")
    for _ in range(2):
        done = run("summarise", "--manifest", "list.csv", "-o", "two", "--base-url", server.url, "--model", "m")
        assert done.exit_code == 3
    assert "1 failed" in run("status", "two").output
    assert run("retry", "two", "--base-url", server.url, "--model", "m").exit_code == 3


def test_a_marked_report_is_let_go_when_it_is_tried_again(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leave is asked for each time: a retry without it sends nothing, one with it makes the digest."""
    monkeypatch.setattr(Endpoint, "list_remote", lambda _: ("http://far.example/v1",))
    marked = Path("in/qingsong.txt")
    marked.write_text("内部资料 注意保存\n" + marked.read_text(encoding="utf-8"), encoding="utf-8")
    assert summarise(server).exit_code == 3
    words = ("retry", "out", "--failed", "--base-url", server.url, "--model", "m")
    calls = server.calls
    refused = run(*words)
    assert (refused.exit_code, server.calls) == (3, calls)
    assert "is marked “内部资料 注意保存” and would go to http://far.example/v1" in refused.output
    assert not Path("out/qingsong.json").exists()
    assert run(*words, "--allow-marked").exit_code == 0
    assert Path("out/qingsong.json").exists()


def test_no_ledger_is_told_of(server: ScriptedServer) -> None:
    """Digests of recordings have none, and that is said."""
    del server
    Path("out").mkdir()
    assert "there is no store in out" in run("status", "out").output
    Path("out/a.json").write_text("{}", encoding="utf-8")
    for command in (("status",), ("retry",), ("store", "verify")):
        told = run(*command, "out")
        assert told.exit_code == 2
        assert "these digests come from recordings (--replay)" in told.output


def test_digests_of_recordings_have_a_state(server: ScriptedServer) -> None:
    """How far a replay came, what is not done, and why there is nothing to try again; the page to open is named."""
    words = ("summarise", "in", "--recordings", "kept")
    assert run(*words, "-o", "first", "--record", "--base-url", server.url, "--model", "m").exit_code == 0
    done = run(*words, "-o", "out", "--replay")
    assert done.exit_code == 0
    assert "open: out/index.html" in done.stderr
    told = run("status", "out")
    assert (told.exit_code, told.stdout.split(";")[0]) == (0, "3 complete, 0 partial")
    assert "from recordings (--replay)" in told.stdout
    assert json.loads(run("status", "out", "--json").stdout)["reports"] == {"complete": 3}
    again = run("retry", "out")
    assert again.exit_code == 0
    assert "nothing to try again" in again.stdout
    Path("out/baiyang.json").unlink()
    assert "2 complete, 0 partial, 1 without a digest" in run("status", "out").stdout
    assert run("status", "out").exit_code == run("retry", "out").exit_code == 3


def test_reports_that_were_not_come_to_are_listed(server: ScriptedServer) -> None:
    """The server is gone after the first report: the others are failures as far as the lists are concerned."""
    done = 0

    def vanish(body: Any) -> Reply:
        nonlocal done
        done += 1
        return answer(body) if done < 3 else Reply({"error": {"message": "no credit"}}, 401)

    with serving(vanish) as failing:
        assert summarise(failing, "--concurrency", "1").exit_code == 4
    rows = list(csv.DictReader(Path("out/failures.csv").read_text(encoding="utf-8-sig").splitlines()))
    finished = {path.stem for path in Path("out").glob("*.json")} - {"run"}
    assert {row["name"] for row in rows if row["status"] == "not done"} == set(NAMES) - finished
    assert all(row["reason"] for row in rows)
    assert bill()["not_done"] == [{"name": row["name"], "file": row["file"]} for row in rows]
    assert bill()["reports"]["left"] == len(rows) > 0
    assert summarise(server).exit_code == 0
    assert Path("out/failures.csv").read_text(encoding="utf-8-sig").count("\n") == 1


def test_without_any_model(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked; the digests say so, follow from what is kept, and a model takes over where it is wanted."""
    monkeypatch.setenv("HUIMOU_BASE_URL", server.url)
    done = run("summarise", "in", "-o", "out", "--no-model")
    assert (done.exit_code, server.calls) == (3, 0), done.output
    assert re.search(r"no model was asked, \d groups stand in the report's own words; huimou retry", done.stderr)
    assert "answer tokens" not in done.stdout
    told = json.loads(Path("out/qingsong.json").read_text(encoding="utf-8"))
    assert (told["run"]["model"], told["run"]["endpoint_kind"], told["run"]["complete"]) == ("none", "none", False)
    items = [*told["year_review"]["achievements"], *told["next_year_plan"]["tasks"]]
    assert items
    assert {item["made"] for item in items} == {"source"}
    assert re.search(r"没有请模型，\d处只由程序从原文摘编", Path("out/qingsong.md").read_text(encoding="utf-8"))
    assert "0 not, 0 that cannot be derived" in run("store", "verify", "out").stdout
    again = run("summarise", "in", "-o", "out", "--base-url", server.url, "--model", "m")
    assert (again.exit_code, server.calls > 0) == (0, True), again.output
    assert "3 complete" in run("status", "out").stdout


def test_a_retry_asks_a_model(server: ScriptedServer) -> None:
    """What the program did alone is tried again with one; a server beside --no-model is a contradiction."""
    assert run("summarise", "in", "-o", "out", "--no-model").exit_code == 3
    assert run("retry", "out", "--base-url", server.url, "--model", "m").exit_code == 0
    for more in (("--base-url", server.url), ("--replay",), ("--dry-run",)):
        refused = run("summarise", "in", "-o", "two", "--no-model", *more)
        assert refused.exit_code == 2
        assert "--no-model excludes" in refused.stderr


def test_one_report_is_opened_by_its_own_page(server: ScriptedServer) -> None:
    """Its page, or its Markdown where no page is written; verbosely what is done, in a log too; quietly nothing."""
    words = ("in/qingsong.txt", "-o", "new/out", "--base-url", server.url, "--model", "m")
    done = run("summarise", *words, "-v", "--log", "logs/run.log")
    assert done.stderr.splitlines()[-1] == "open: new/out/qingsong.html"
    assert re.search(r"begin: qingsong \([\d,]+ bytes\)\n(?:.*\n)*?\d+ units to be worded\n", done.stderr)
    log = Path("logs/run.log").read_text(encoding="utf-8")
    assert "units to be worded" in log
    assert log.splitlines()[-1].endswith(" end")
    done = run("summarise", "in/qingsong.txt", "-o", "plain", *words[3:], "--format", "json")
    assert done.stderr.splitlines()[-1] == "open: plain/qingsong.md"
    assert "open:" not in run("summarise", *words, "-q").output
