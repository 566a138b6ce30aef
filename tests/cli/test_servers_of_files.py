"""Where texts and keys go is said and guarded; what servers say does nothing to a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from huimou.cli import app
from quirky_server import Quirks, QuirkyServer
from raw_server import respond, serving_raw
from scripted_server import Reply, ScriptedServer, serving
from small_suite import REPORT, answer

KEY = "zq-7KdZ92hmPxW4vRt81LbNc"
MODELS = {"/v1/models": Reply({"data": [{"id": "some-model"}]})}


pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture(autouse=True)
def _report(tmp_path: Path) -> None:
    """A report in the working directory."""
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")


def run(*arguments: str) -> Result:
    """Run a command; a traceback fails the test."""
    done = CliRunner().invoke(app, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def write_settings(server: ScriptedServer, name: str = "huimou.toml", more: str = "") -> None:
    """A settings file that names the server."""
    head = "" if name == "huimou.toml" else "[tool.huimou]\n"
    Path(name).write_text(f'{head}base_url = "{server.url}"\n{more}', encoding="utf-8")


SUMMARISE = ("summarise", "report.txt", "-o", "out")
COMMANDS = {
    "summarise": SUMMARISE,
    "quiet": (*SUMMARISE, "-q"),
    "dry run": (*SUMMARISE, "--dry-run"),
    "probe": ("probe", "--quick"),
}


@pytest.mark.parametrize("file", ["huimou.toml", "pyproject.toml"])
@pytest.mark.parametrize("name", COMMANDS)
def test_address_from_a_file_is_told_and_gets_no_key_of_the_environment(
    name: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says where texts go and which file says so, another what becomes of the key."""
    for variable in ("HUIMOU_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(variable, KEY)
    with serving(answer, MODELS) as server:
        write_settings(server, file)
        done = run(*COMMANDS[name])
    assert server.asked
    assert not [asked for asked in server.asked if "authorization" in asked.headers]
    assert KEY not in json.dumps([asked.headers for asked in server.asked])
    assert done.stderr.count(f"texts go to {server.url}, as {Path(file).absolute()} says") == 1
    assert "the key in HUIMOU_API_KEY does not go there: name the address with --base-url" in done.stderr
    assert KEY not in done.output


def test_a_key_that_the_same_file_has_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is meant for that address."""
    monkeypatch.setenv("HUIMOU_API_KEY", KEY)
    with serving(answer, MODELS) as server:
        write_settings(server, more='api_key = "key-of-the-file"\n')
        assert run(*SUMMARISE).exit_code == 0
    assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer key-of-the-file"}


@pytest.mark.parametrize("by_option", [True, False])
def test_an_address_of_the_user_needs_no_words(by_option: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    """It gets the key, and nothing is said, whatever a file says besides."""
    monkeypatch.setenv("HUIMOU_API_KEY", KEY)
    with serving(answer, MODELS) as server:
        Path("huimou.toml").write_text('base_url = "http://127.0.0.1:9/v1"\n', encoding="utf-8")
        if not by_option:
            monkeypatch.setenv("HUIMOU_BASE_URL", server.url)
        done = run(*SUMMARISE, *(["--base-url", server.url] if by_option else []))
    assert done.exit_code == 0
    assert {asked.headers["authorization"] for asked in server.asked} == {f"Bearer {KEY}"}
    assert "texts go to" not in done.output


def test_a_refused_key_that_was_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint says how to have it sent, not to set what is set."""
    monkeypatch.setenv("HUIMOU_API_KEY", KEY)
    with serving([Reply({"error": "no key"}, 401)], MODELS) as server:
        write_settings(server)
        done = run(*SUMMARISE)
    assert done.exit_code == 4
    assert "name the address with --base-url or HUIMOU_BASE_URL" in done.stderr.splitlines()[-2]


@pytest.mark.parametrize("key", ["密钥", "a b", "abc\n", "“abc”"])
@pytest.mark.parametrize("command", [SUMMARISE, ("probe",), ("try", "item-summary", "report.txt")])
def test_a_key_that_cannot_be_sent(key: str, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """One line and exit 2, before anything is asked."""
    monkeypatch.setenv("HUIMOU_API_KEY", key)
    with serving(answer, MODELS) as server:
        done = run(*command, "--base-url", server.url)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[0].startswith("error: the key cannot be sent")
    assert len(done.stderr.splitlines()) == 2
    assert not server.asked
    assert not Path("out").exists()


def test_many_models_are_few_lines() -> None:
    """A list of fifty thousand names, some of them hostile, is one short line."""
    names = ["\x1b[2J", "a\u202eb", *(f"model-{number}" for number in range(50_000))]
    with serving(answer, {"/v1/models": Reply({"data": [{"id": name} for name in names]})}) as server:
        done = run(*SUMMARISE, "--base-url", server.url)
    assert done.exit_code == 2
    assert "offers several models: model-0, model-1" in done.stderr
    assert "… and 49992 more" in done.stderr
    assert len(done.output) < 500


HOSTILE = "\x1b]0;owned\x07\x1b[31m\u202egnp.exe\u2066 [bold red]x[/] [link=http://a]y[/link] \u200b\u2028end"


def test_words_of_a_server_do_nothing() -> None:
    """Escape codes and direction marks are shown as such, and markup as it stands."""
    with serving([Reply({"error": {"message": HOSTILE}}, 418)], MODELS) as server:
        done = run(*SUMMARISE, "--base-url", server.url)
        probed = run("probe", "--quick", "--base-url", server.url)
    for output in (done.output, probed.output, Path("out/run.json").read_text(encoding="utf-8")):
        assert not set("\x1b\x07\u202e\u2066\u200b\u2028") & set(output)
        assert "\\u001b" not in output
    assert "[bold red]x[/]" in done.output


def test_a_name_of_a_build_does_nothing() -> None:
    """What a server tells of itself is shown by the probe."""
    routes = {
        **MODELS,
        "/props": Reply({"default_generation_settings": {"n_ctx": 4096}, "build_info": HOSTILE, "total_slots": 1}),
    }
    with serving(QuirkyServer(Quirks()), routes) as server:
        done = run("probe", "--quick", "--base-url", server.url)
    assert "gnp.exe" in done.output
    assert not set("\x1b\x07\u202e\u2066\u200b") & set(done.output)


def test_the_run_says_nothing_of_the_key_that_its_server_quotes() -> None:
    """Neither on the terminal nor in any file, wherever an excerpt is cut."""
    for before in (0, 150, 176, 185, 194):
        refusal = json.dumps({"error": {"message": f"{'x' * before} {KEY}"}}).encode()
        with serving_raw(lambda *_, refusal=refusal: [respond(refusal, 400)]) as server:
            done = run(*SUMMARISE, "--base-url", server.url, "--model", "m", "--api-key", KEY)
        assert done.exit_code == 4
        assert KEY[:6] not in done.output
        files = [path.read_bytes() for path in Path("out").rglob("*") if path.is_file()]
        assert files
        assert not [data for data in files if KEY[:6].encode() in data]
