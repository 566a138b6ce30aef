"""`summarise` against every server that misbehaves: a whole digest, or one clear line; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from huimou.llm.client import open_client
from huimou.model.digest import Digest
from quirky_server import HEALTHY, MODEL, PROFILES, Quirks, quirky
from scripted_server import Reply, serving

ALL = {**HEALTHY, **PROFILES}
# What ends a run without a probe; with one, those below are known beforehand.
STOPS = {
    "429 with a long Retry-After": "asks to wait 300 seconds",
    "connection cut in mid-answer": "cut the connection in mid-answer",
    "HTML": "cannot ask",
    "key needed": "status 401",
    "two tool calls": "refuses the request with status 400",
}
PARTIAL = {"blanks without end", "nothing works"}
UNRELIABLE = {
    "ollama: silent truncation": "only 512 tokens of a prompt are read",
    "nothing works": "no mode gives an answer that fits its schema",
}
HELPED = ("two tool calls", "blanks without end", "lmstudio: json_object refused", "curly quotes")
SWITCHED = ("sglang: JSON in the reasoning field", "ollama: reasoning field", "503 while loading")
REPORT = """政协青松市委员会常务委员会工作报告

2023年工作回顾

一年来,政协青松市委员会召开全体会议1次、专题议政性常委会会议3次,收到提案268件,立案231件,全部办复。

■服务发展大局

●围绕城区老旧管网改造开展专题协商,组织委员走访社区26个,提出意见建议43条,形成《关于加快老旧管网改造的建议案》,得到市政府主要领导批示。

2024年工作安排

●围绕水库移民后期扶持、山区教育资源配置等课题深入调研,形成一批高质量的建言成果,为党委政府科学决策提供参考。
"""


pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture(autouse=True)
def _report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report in the working directory, little patience."""
    monkeypatch.setitem(open_client.__kwdefaults__, "budget", 2.0)  # type: ignore[arg-type]
    (tmp_path / "qingsong.txt").write_text(REPORT, encoding="utf-8")


def huimou(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, arguments)


def summarise(quirks: Quirks, *, probed: bool, options: tuple[str, ...] = ()) -> Result:
    """Digest the report on such a server, with or without a probe before."""
    with quirky(quirks) as server:
        if probed:
            huimou("probe", "--base-url", server.url)
        return huimou("summarise", "qingsong.txt", "-o", "out", "--base-url", server.url, *options)


def digest() -> Digest:
    """What was written."""
    return Digest.model_validate_json(Path("out/qingsong.json").read_text(encoding="utf-8"))


def clear(result: Result) -> None:
    """No traceback, at most one error and one hint."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    lines = result.stderr.splitlines()
    assert sum(line.startswith("error: ") for line in lines) <= 1
    assert sum(line.startswith("hint: ") for line in lines) <= 1


@pytest.mark.parametrize("name", ALL)
def test_without_a_probe(name: str) -> None:
    """A digest is whole, or says that it is not, or the run stops with the one line that says why."""
    result = summarise(ALL[name], probed=False)
    clear(result)
    if name in STOPS:
        assert result.exit_code == 4
        assert STOPS[name] in result.stderr
        return
    assert result.exit_code == (3 if name in PARTIAL else 0), result.output
    assert digest().run.complete == (name not in PARTIAL)
    assert digest().coverage.uncovered == []
    assert "has not been probed; huimou probe finds out" in result.stderr


@pytest.mark.parametrize("name", [*HELPED, *SWITCHED])
def test_with_a_probe(name: str) -> None:
    """What a probe found makes the digest whole, even where it was not without."""
    result = summarise(ALL[name], probed=True)
    clear(result)
    assert result.exit_code == 0, result.output
    assert digest().run.complete
    assert "has not been probed" not in result.stderr


@pytest.mark.parametrize("name", UNRELIABLE)
def test_an_unreliable_server_is_not_tried(name: str) -> None:
    """After such a probe nothing is asked; the line says why and what to do."""
    result = summarise(ALL[name], probed=True)
    clear(result)
    assert result.exit_code == 4
    assert UNRELIABLE[name] in result.stderr
    assert "then run huimou probe again" in result.stderr
    assert not Path("out/qingsong.json").exists()


def test_a_mode_of_the_users_own_overrides_the_record() -> None:
    """Who names a mode gets it, though a probe found nothing reliable."""
    result = summarise(PROFILES["nothing works"], probed=True, options=("--mode", "json_schema"))
    clear(result)
    assert result.exit_code == 3
    assert not digest().run.complete


def test_one_of_two_that_refuses_everything_is_named_at_the_end() -> None:
    """The digest is whole, and who never answered is told with its words after the reports."""
    bug = Reply({"error": {"message": "tensor of the wrong shape"}}, 500)
    with serving([bug], {"/v1/models": Reply({"data": [{"id": MODEL}]})}) as one, quirky(Quirks(delay=0.05)) as two:
        result = huimou("summarise", "qingsong.txt", "-o", "out", "--base-url", one.url, "--base-url", two.url)
    clear(result)
    assert result.exit_code == 0, result.output
    words = "status 500 (tensor of the wrong shape)"
    lines = result.stderr.splitlines()
    (told,) = [number for number, line in enumerate(lines) if line.startswith(f"{one.url} has answered none of")]
    (done,) = [number for number, line in enumerate(lines) if line.startswith("[1/1] qingsong.txt: complete")]
    assert told > done
    assert lines[told].endswith(words)
    assert f"{one.url} answers with {words}; it is asked again" in lines


@pytest.mark.parametrize("command", [("probe",), ("summarise", "qingsong.txt", "-o", "out")])
def test_nobody_there_and_no_model_named(command: tuple[str, ...]) -> None:
    """The server cannot be reached: that is said, and nothing of a key or a model's name."""
    with serving([]) as server:
        url = server.url
    result = huimou(*command, "--base-url", url)
    clear(result)
    assert result.exit_code == 4
    assert f"cannot reach the model server at {url} (ConnectError)" in result.stderr
    assert "start it" in result.stderr
    assert "KEY" not in result.stderr


def test_a_format_that_is_refused_with_500_ends_at_once() -> None:
    """As at llama-cpp-python's server: one line, and the way on."""
    refusal = Reply({"error": {"message": "[{'loc': ('body', 'response_format', 'type')}]"}}, 500)
    with serving([refusal], {"/v1/models": Reply({"data": [{"id": MODEL}]})}) as server:
        result = huimou("summarise", "qingsong.txt", "-o", "out", "--base-url", server.url)
    clear(result)
    assert result.exit_code == 4
    assert "refuses the request with status 500" in result.stderr
    assert "run huimou probe" in result.stderr
    assert server.calls <= 6
