"""Trying a prompt on one unit: what is sent, what comes back, what verification says; once, and on every save."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huimou.cli import app
from huimou.evaluation.regression.suite import open_suite
from scripted_server import ScriptedServer, completion, serving
from small_suite import a_project, accepted, answer, edit, set_version

UNIT = "围绕城区老旧管网改造"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers in the report's own words."""
    with serving(answer) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without recordings, which is the working directory."""
    a_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tried(*arguments: str) -> tuple[int, str]:
    """Exit status and output of `huimou try` on the project's report."""
    done = CliRunner().invoke(app, ["try", *arguments, "--prompts", "prompts", "--model", "m"])
    return done.exit_code, done.output


def test_units_are_listed_without_asking(project: Path) -> None:
    """Every unit that the question would be asked about, in the order of the report, without server or recordings."""
    status, said = tried("item-summary", "reports/qingsong.txt", "--list")
    assert status == 0
    names = [line.split()[1] for line in said.splitlines()]
    assert len(names) >= 3
    assert names == sorted(names, key=lambda name: (name.startswith("plan"), name))
    assert (project / "fixtures").exists() is False


def test_one_unit_is_asked_and_judged(project: Path, server: ScriptedServer) -> None:
    """Only the chosen unit goes to the server; sent text, answer, cost, verdict and source are all shown."""
    del project
    _, listed = tried("item-summary", "reports/qingsong.txt", "--list")
    for number in range(1, len(listed.splitlines()) + 1):
        before = server.calls
        status, said = tried("item-summary", "reports/qingsong.txt", "--unit", str(number), "--base-url", server.url)
        assert status == 0, said
        if UNIT in said:
            break
    assert server.calls == before + 1
    assert f"原文:{UNIT}" in said
    assert "status 200, stop, 900 + 9 tokens" in said
    assert '{"summary"' in said
    assert "verification" in said
    assert "〔第" in said
    assert "messages of prompt and examples before it" in said


def test_refusal_is_shown_with_its_reason(project: Path) -> None:
    """A made-up number is refused in words, and what is asked for instead is shown too."""
    del project

    def lying(body: object) -> object:
        reply = answer(body)
        text = reply.body["choices"][0]["message"]["content"]
        return completion(text.replace("220个", "202个"), prompt_tokens=900)

    with serving(lying) as server:  # type: ignore[arg-type]
        _, listed = tried("item-summary", "reports/qingsong.txt", "--list")
        names = [line.split()[1] for line in listed.splitlines()]
        outputs = [
            tried("item-summary", "reports/qingsong.txt", "--unit", n, "--base-url", server.url)[1] for n in names
        ]
    (said,) = [one for one in outputs if "202个" in one]
    assert "refused: " in said
    assert "202个" in said.partition("refused: ")[2]
    assert said.count("came back") == 2


def test_recorded_answers_stand_around_the_trial(project: Path, server: ScriptedServer) -> None:
    """With recordings only what is tried is asked, everything else comes from them."""
    accepted(a_project(project), server)
    before = server.calls
    status, said = tried("item-summary", "reports/qingsong.txt", "--base-url", server.url)
    assert status == 0, said
    assert server.calls == before + 1
    assert "A1" in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing", "reports/qingsong.txt"], "there is no prompt 'nothing'"),
        (["item-summary", "reports/absent.txt"], "absent.txt"),
        (["item-summary", "reports/qingsong.txt", "--unit", "99"], "there is no unit 99"),
        (["second-look", "reports/qingsong.txt"], "gives no reason to ask"),
    ],
)
def test_wrong_usage_is_one_line(project: Path, arguments: list[str], told: str) -> None:
    """What cannot be tried is said with what there is."""
    del project
    status, said = tried(*arguments)
    assert status in {2, 3}
    assert told in said
    assert "Traceback" not in said


def test_saving_the_prompt_asks_again(project: Path, server: ScriptedServer) -> None:
    """With --edit a saved file is tried at once, a broken one is told and survived, and Ctrl-C ends."""
    command = [sys.executable, "-m", "huimou", "try", "item-summary", "reports/qingsong.txt", "--prompts", "prompts"]
    process = subprocess.Popen(
        [*command, "--base-url", server.url, "--model", "m", "--edit"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=project,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    out = process.stdout
    threading.Thread(target=lambda: [lines.put(line) for line in out], daemon=True).start()

    def until(words: str) -> str:
        seen = ""
        while words not in seen:
            seen += lines.get(timeout=30)
        return seen

    prompt = project / "prompts" / "item-summary.md"
    try:
        until("waiting for")
        assert server.calls == 1
        edit(prompt, lambda text: set_version(text, 7))
        assert "prompt item-summary 7" in until("waiting for")
        edit(prompt, lambda text: text.replace("variables:", "variable:"))
        assert "error: item-summary.md" in until("waiting for")
        assert server.calls == 2
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    assert process.returncode == 0


def test_another_model_than_the_recordings_is_told(project: Path, server: ScriptedServer) -> None:
    """A server's model that is not the recordings' is named; the built-in model is not started unasked."""
    accepted(open_suite(project / "reports", project / "fixtures", prompts=project / "prompts"), server)
    status, said = tried("item-summary", "reports/qingsong.txt", "--base-url", server.url)
    assert (status, "the recordings are of" in said) == (0, False)
    words = ["try", "item-summary", "reports/qingsong.txt", "--prompts", "prompts"]
    done = CliRunner().invoke(app, [*words, "--model", "other", "--base-url", server.url])
    assert "the recordings are of m; this question goes to other" in done.stderr
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("error: the recordings are of m, and no server is named")
