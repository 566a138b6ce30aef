"""`huimou regress` with two sides, in its own words, against a real HTTP server."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from huimou.batch.events import Event
from huimou.cli import app
from huimou.evaluation.evaluate import score_digest
from huimou.evaluation.regression.suite import Suite
from huimou.model.events import UnitDone
from huimou.settings import Endpoint
from scripted_server import Reply, ScriptedServer, serving
from small_suite import a_project as project
from small_suite import accepted, answer, edit, set_version, shorter, suite_of

OPTIONS = ("--reports", "reports", "--fixtures", "fixtures", "--prompts", "prompts")
MARK = "【乙】"


def model(body: Any) -> Reply:
    """The report's own words as summary; what comes before its last comma for a marked prompt or the model `hasty`."""
    hasty = MARK in body["messages"][0]["content"] or body["model"] == "hasty"
    return shorter(body) if hasty else answer(body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """The model, and no settings of the user's own."""
    for name in [name for name in os.environ if name.startswith("HUIMOU_")]:
        monkeypatch.delenv(name)
    with serving(model) as running:
        yield running


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> Suite:
    """A project in the working directory, recorded and accepted, whose summary prompt has since got a mark."""
    monkeypatch.chdir(tmp_path)
    project(tmp_path)
    prompt = tmp_path / "prompts" / "item-summary.md"
    prompt.write_text(set_version(prompt.read_text(encoding="utf-8"), 1), encoding="utf-8")
    made = suite_of(tmp_path)
    accepted(made, server)
    edit(prompt, lambda text: set_version(text, 2).replace("# system\n", f"# system\n{MARK}"))
    server.asked.clear()
    return made


def huimou(*arguments: str | Path) -> Result:
    """Run `huimou regress` in this process."""
    return CliRunner().invoke(app, ["regress", *OPTIONS, *map(str, arguments)])


def asking(server: ScriptedServer) -> tuple[str, ...]:
    """Options that name the server."""
    return ("--base-url", server.url, "--model", "m", "--concurrency", "1")


def test_new_prompt_against_the_accepted_one(suite: Suite, server: ScriptedServer) -> None:
    """The line of the issue: the accepted copy is the other side; the table, named changes and files come of it."""
    done = huimou(
        *("--prompt", "item-summary@new", "--against", "item-summary@1", "--repeat", "2"),
        *(*asking(server), "--json", "c.json", "--html", "c.html"),
    )
    assert done.exit_code in {0, 1}, done.output
    assert re.search(r"^A  item-summary 1\+\w{12} \(accepted\); m \(openai\); \d+ requests", done.output, re.MULTILINE)
    assert re.search(r"^B  item-summary 2\+\w{12} \(now\)", done.output, re.MULTILINE)
    assert "[1/2] qingsong, repeat 1" in done.output
    assert re.search(r"altered achievement .*summary.*\(2 of 2\)", done.output)
    assert "note: no annotation for qingsong" in done.output
    data = json.loads(Path("c.json").read_text(encoding="utf-8"))
    found = {one["measure"]: one for one in data["judgements"]}
    assert found["said_coverage"]["before"] == 1.0
    assert found["length"]["verdict"] is None
    assert {kind for one in server.chats if (kind := one.body["response_format"]["json_schema"]["name"])} >= {"Summary"}
    assert "首答保留的数字" in Path("c.html").read_text(encoding="utf-8")
    assert suite.cases[0].name == "qingsong"


def test_exit_status_says_whether_anything_is_worse(suite: Suite) -> None:
    """The mark turned round is no worse; a prompt that makes up a number is."""
    del suite

    def inventive(body: Any) -> Reply:
        reply = answer(body)
        if MARK in body["messages"][0]["content"] and "Summary" in body["response_format"]["json_schema"]["name"]:
            message = reply.body["choices"][0]["message"]
            message["content"] = message["content"].replace('"}', ',惠及98765人"}')
        return reply

    sides = ("--prompt", "item-summary@new", "--against", "item-summary@1", "--repeat", "1")
    with serving(inventive) as worse:
        done = huimou(*sides, *asking(worse))
    assert done.exit_code == 1
    assert "worse: made-up numbers in first answers 0.000 to 1.000" in done.output
    with serving(answer) as same:
        done = huimou(*sides, *asking(same))
    assert done.exit_code == 0, done.output
    assert "worse:" not in done.output


def test_two_models(suite: Suite, server: ScriptedServer) -> None:
    """Each model's name is on half of the wire; no recording answers."""
    del suite
    done = huimou("--model", "hasty", "--against-model", "m", "--base-url", server.url, "--repeat", "1")
    assert re.search(r"^A  m; m \(openai\); (\d+) requests, 0 from recordings", done.output, re.MULTILINE), done.output
    assert re.search(r"^B  hasty; hasty", done.output, re.MULTILINE)
    assert {one.body["model"] for one in server.chats} == {"m", "hasty"}


def test_a_key_goes_to_its_own_server_only(
    suite: Suite, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other endpoint gets the key that is named for it, never the first one's."""
    del suite
    monkeypatch.setenv("HUIMOU_API_KEY", "first")
    monkeypatch.setenv("HUIMOU_AGAINST_API_KEY", "second")
    with serving(model) as other:
        done = huimou(*asking(server), "--against-base-url", other.url, "--repeat", "1")
    assert done.exit_code == 0, done.output
    assert {one.headers["authorization"] for one in server.chats} == {"Bearer first"}
    assert {one.headers["authorization"] for one in other.chats} == {"Bearer second"}
    assert len(server.chats) == len(other.chats)


def test_annotated_reports_are_measured_against_it(suite: Suite, server: ScriptedServer) -> None:
    """With gold there are recall, gist and domains, as `huimou eval` has them."""
    text = suite.cases[0].path.read_text(encoding="utf-8")
    start, end = text.index("围绕城区"), text.index("领导批示")
    middle = text.index("2024年工作安排")
    gold = {
        "file": "qingsong.txt",
        "chars": len(text),
        "meta": {"review_years": [2023, 2023], "plan_year": 2024, "region": "青松市"},
        "sections": [
            {"role": "review", "start": 0, "end": middle},
            {"role": "plan", "start": middle, "end": len(text)},
        ],
        "achievements": [
            {"gist": "老旧管网改造专题协商", "domain": "consultation", "spans": [[start, end]]},
        ],
        "tasks": [],
        "figures": [],
    }
    suite.gold.mkdir()
    (suite.gold / "qingsong.json").write_text(json.dumps(gold), encoding="utf-8")
    done = huimou(*asking(server), "--model", "hasty", "--against-model", "m", "--repeat", "1", "--json", "c.json")
    data = json.loads(Path("c.json").read_text(encoding="utf-8"))
    found = {one["measure"]: one for one in data["judgements"]}
    digest = json.loads((suite.accepted / "qingsong.json").read_text(encoding="utf-8"))
    assert found["recall"]["before"] == score_digest(digest, gold, text).achievements.recall == 1.0
    assert found["gist"]["units"] == 1
    assert "no annotation" not in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--prompt", "item-summary@new"], "--prompt needs --against"),
        (["--against", "item-summary@1"], "--against needs --prompt"),
        (["--model", "m"], "no other side"),
        (["--prompt", "a@1", "--against", "a@2", "--against-model", "m"], "one thing at a time"),
        (["--against-base-url", "http://127.0.0.1:9", "--against-gguf", "x.gguf"], "exclude each other"),
        (["--prompt", "item-summary@new", "--against", "second-look@1"], "different prompts"),
        (["--prompt", "item-summary@new", "--against", "item-summary@2"], "same text"),
        (["--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--against-model", "m"], "same model at the same"),
        (["--against-model", "m"], "knows one model"),
        (["--against-model", "m", "--junit", "x.xml"], "--junit is of the gate"),
    ],
)
def test_sides_that_make_no_sense(suite: Suite, arguments: list[str], said: str) -> None:
    """Exit 2, one line that says what is wrong, before any server is asked."""
    del suite
    done = huimou(*arguments)
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert "Traceback" not in done.output


def test_two_files_of_the_builtin_server(suite: Suite, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two servers are up at once, each with half of the slots, named after their files."""
    del suite
    up: list[Endpoint] = []

    @contextlib.contextmanager
    def served(endpoint: Endpoint) -> Iterator[Endpoint]:
        up.append(endpoint)
        stem = Path(endpoint.gguf).stem if endpoint.gguf else "own"
        yield replace(endpoint, base_url=server.url, model=stem)

    monkeypatch.setattr("huimou.llm.builtin_server.serve_endpoint", served)
    done = huimou("--gguf", "new.gguf", "--against-gguf", "old.gguf", "--concurrency", "2", "--repeat", "1")
    assert done.exit_code == 0, done.output
    assert [(one.gguf, one.concurrency) for one in up] == [("old.gguf", 1), ("new.gguf", 1)]
    assert re.search(r"^A  old; old .*^B  new; new ", done.output, re.MULTILINE | re.DOTALL)
    done = huimou("--against-gguf", "old.gguf", "--repeat", "1")
    assert re.search(r"^A  old; .*^B  own; ", done.output, re.MULTILINE | re.DOTALL)


def test_an_interruption_is_no_verdict(suite: Suite, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C: its own exit status, one line."""
    del suite

    def interrupted(_: Any, event: Event) -> None:
        if isinstance(event, UnitDone):
            raise KeyboardInterrupt

    monkeypatch.setattr("huimou.cli.progress.ProgressLines.show", interrupted)
    done = huimou(*asking(server), "--against-model", "hasty", "--repeat", "1")
    assert done.exit_code == 130
    assert "interrupted" in done.output


def test_a_server_that_refuses(suite: Suite) -> None:
    """Exit 4 and what to do."""
    del suite
    with serving([Reply({"error": "no"}, 401)]) as closed:
        done = huimou("--base-url", closed.url, "--model", "a", "--against-model", "b", "--repeat", "1")
    assert done.exit_code == 4
    assert "refuses the key (status 401)" in done.output
    assert "set HUIMOU_API_KEY" in done.output
