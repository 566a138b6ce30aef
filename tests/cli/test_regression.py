"""`huimou fixtures` and `huimou regress` as commands: what they print, write and return."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from huimou.settings import resolve_endpoint
from scripted_server import ScriptedServer, serving
from small_suite import REWORDED, a_project, answer, edit, reword, shorter


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers in the report's own words."""
    with serving(answer) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a settings file and no recordings yet, which is the working directory."""
    a_project(tmp_path)
    (tmp_path / "huimou.toml").write_text('reports = "reports"\nfixtures = "fixtures"\nprompts = "prompts"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """One command."""
    done = CliRunner().invoke(app, list(arguments))
    assert "Traceback" not in done.output
    return done


def recorded(server: ScriptedServer, which: str = "stale") -> Result:
    """`huimou fixtures record` on a server."""
    return run("fixtures", "record", which, "--base-url", server.url, "--model", "m")


def test_whole_life_on_the_command_line(project: Path, server: ScriptedServer) -> None:
    """Record, accept, pass; edit, explain, record, diff, accept, pass; nothing is asked but by record."""
    assert run("fixtures", "status").exit_code == 2
    done = recorded(server, "all")
    assert done.exit_code == 0, done.output
    asked = server.calls
    assert f"qingsong: {asked} asked, 0 kept" in done.output
    assert run("fixtures", "accept").exit_code == 0
    assert run("fixtures", "status").exit_code == 0
    done = run("regress")
    assert done.exit_code == 0, done.output
    assert "1 of 1 reports as accepted" in done.output
    assert "nothing to record" in recorded(server).output
    assert server.calls == asked

    edit(project / "prompts" / "item-summary.md", reword)
    done = run("fixtures", "status", "--diff")
    assert done.exit_code == 1
    assert "prompt text changed ('" in done.output
    assert f"+{REWORDED}" in done.output
    assert run("regress").exit_code == 1
    with serving(shorter) as other:
        assert recorded(other).exit_code == 0
    done = run("fixtures", "diff", "--html", "diff.html")
    assert done.exit_code == 1
    assert "altered achievement" in done.output
    assert "候选" in (project / "diff.html").read_text(encoding="utf-8")
    assert "a candidate waits" in run("fixtures", "status").output
    assert run("fixtures", "accept").exit_code == 0
    assert run("regress").exit_code == 0
    assert run("fixtures", "diff").exit_code == 2
    assert "0 files removed" in run("fixtures", "trim").output


def test_status_as_json(project: Path, server: ScriptedServer) -> None:
    """For programs: every slot with its state and the reasons."""
    recorded(server, "all")
    run("fixtures", "accept")
    edit(project / "prompts" / "item-summary.md", reword)
    done = run("fixtures", "status", "--json")
    told = json.loads(done.output)
    assert told["fresh"] is False
    (report,) = told["reports"]
    stale = [slot for slot in report["slots"] if slot["state"] == "stale"]
    assert report["recordings"]["stale"] == len(stale) > 0
    assert all(slot["slot"].startswith("qingsong/item-summary/") for slot in stale)
    assert all("prompt text changed" in slot["why"][0] for slot in stale)


def test_regress_writes_junit_and_page(project: Path, server: ScriptedServer) -> None:
    """A failure is in both files, by name."""
    recorded(server, "all")
    run("fixtures", "accept")
    edit(project / "fixtures" / "accepted" / "qingsong.json", lambda text: text.replace('"268件"', '"269件"'))
    done = run("regress", "--junit", "junit.xml", "--html", "page.html")
    assert done.exit_code == 1
    suite = ET.parse(project / "junit.xml").getroot()  # noqa: S314 (our own file)
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert "269件" in "".join(suite.itertext())
    page = (project / "page.html").read_text(encoding="utf-8")
    assert "269件" in re.sub(r"<[^>]*>", "", page)


def test_no_recording_in_ci(project: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, before any server is started or asked."""
    del project
    monkeypatch.setenv("CI", "true")
    done = recorded(server, "all")
    assert done.exit_code == 2
    assert "not made in CI" in done.output
    assert server.asked == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["regress", "absent"], "no report absent"),
        (["regress", "--reports", "nowhere"], "nowhere"),
        (["regress", "--fixtures", "nowhere"], "holds no recordings"),
        (["fixtures", "accept"], "holds no recordings"),
        (["fixtures", "diff"], "there is no candidate"),
        (["fixtures", "record", "some"], "some"),
    ],
)
def test_wrong_usage_is_one_line(project: Path, arguments: list[str], told: str) -> None:
    """Exit 2, with what is wrong."""
    del project
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.output


def test_a_prompt_that_nothing_asks_is_seen_by_status_and_gate_alike(project: Path, server: ScriptedServer) -> None:
    """It is named once, by both; accepting settles it without a question."""
    assert recorded(server, "all").exit_code == 0
    assert run("fixtures", "accept").exit_code == 0
    states = json.loads(run("fixtures", "status", "--json").stdout)["reports"][0]["slots"]
    unasked = {"second-look", "follow-task"} - {slot["slot"].split("/")[1] for slot in states}
    assert "second-look" in unasked
    edit(project / "prompts" / "second-look.md", lambda text: text.replace("逐句回答:", "逐句作答:"))
    done = run("fixtures", "status")
    assert (done.exit_code, run("regress").exit_code) == (1, 1)
    assert re.search(r"prompt second-look 1\+\w+ to 1\+\w+: 1 accepted digest named the former one", done.stdout)
    assert "next: huimou fixtures accept" in done.stdout
    assert json.loads(run("fixtures", "status", "--json").stdout)["fresh"] is False
    assert run("fixtures", "accept").exit_code == 0
    assert (run("fixtures", "status").exit_code, run("regress").exit_code) == (0, 0)


def test_words_at_the_end_of_a_prompt_are_told_once(project: Path, server: ScriptedServer) -> None:
    """They stand behind each unit's own text, and are one reason for all units."""
    assert recorded(server, "all").exit_code == 0
    assert run("fixtures", "accept").exit_code == 0
    edit(project / "prompts" / "item-summary.md", lambda text: f"{text.rstrip()}\n只输出JSON。\n")
    said = run("fixtures", "status").stdout
    assert said.count("the wording around the unit changed") == 1
    assert "('' is now '\\n只输出JSON。')" in said
    assert "other reasons" not in said


def test_a_project_begins_with_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings file names the server, as an example or as given; a model alone is none."""
    for name in ("HUIMOU_BASE_URL", "HUIMOU_MODEL"):
        monkeypatch.delenv(name, raising=False)
    assert run("fixtures", "init", str(tmp_path / "one")).exit_code == 0
    text = (tmp_path / "one" / "huimou.toml").read_text(encoding="utf-8")
    assert '# base_url = "http://' in text
    assert resolve_endpoint(environment={}, folder=tmp_path / "one").kind == "builtin"
    (tmp_path / "one" / "huimou.toml").write_text(re.sub(r"(?m)^# (?=\w+ = )", "", text), encoding="utf-8")
    assert resolve_endpoint(environment={}, folder=tmp_path / "one").model
    words = ("--base-url", "http://127.0.0.1:9/v1", "--model", 'a "b"')
    assert run("fixtures", "init", str(tmp_path / "two"), *words).exit_code == 0
    endpoint = resolve_endpoint(environment={}, folder=tmp_path / "two")
    assert (endpoint.base_url, endpoint.model) == ("http://127.0.0.1:9/v1", 'a "b"')
    assert run("fixtures", "init", str(tmp_path / "three"), "--model", "m").exit_code == 2
