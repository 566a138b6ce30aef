"""`huimou demo`, and what `huimou` says alone: a digest on screen before there is any model."""

from __future__ import annotations

import json
import time
import tomllib
import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from documents import COMMANDS
from huimou.cli import app
from huimou.cli.start.samples import find_samples
from places import ROOT

pytestmark = pytest.mark.usefixtures("elsewhere")
_PROMISED = 10.0  # seconds


def huimou(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that the browser was asked to open."""
    found: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(found.append(url)) or True)
    return found


def test_the_samples_are_on_screen(tmp_path: Path, opened: list[str]) -> None:
    """The list of the five reports is opened, whatever a settings file says, and what to do next is said."""
    (tmp_path / "huimou.toml").write_text('prompts = "none"\nbase_url = "http://127.0.0.1:9/v1"\n', encoding="utf-8")
    done = huimou("demo")
    assert done.exit_code == 0, done.output
    page = tmp_path / "huimou-demo" / "index.html"
    assert opened == [page.resolve().as_uri()]
    digests = [path for path in page.parent.glob("*.json") if "schema_version" in json.loads(path.read_text("utf-8"))]
    assert len(digests) == 5
    assert all(path.with_suffix(".html").is_file() for path in digests)
    assert "open huimou-demo/index.html" in done.stdout
    shown = next(line.split() for line in done.stdout.splitlines() if line.strip().startswith("huimou show"))
    assert huimou(*shown[1:]).exit_code == 0
    assert huimou("status", "huimou-demo").exit_code == 0


def test_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none can be opened the page is named; --no-open tries none; -q says nothing."""
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    done = huimou("demo", "-o", tmp_path / "deep" / "out")
    assert done.exit_code == 0, done.output
    assert f"open {tmp_path / 'deep' / 'out' / 'index.html'} in one" in done.stderr
    monkeypatch.setattr(webbrowser, "open", lambda _: pytest.fail("opened"))
    quiet = huimou("demo", "-o", tmp_path / "deep" / "out", "--no-open", "-q")
    assert (quiet.exit_code, quiet.output) == (0, "")


@pytest.mark.bench
def test_it_takes_seconds(opened: list[str]) -> None:
    """From the command to the page."""
    begun = time.monotonic()
    assert huimou("demo", "-q").exit_code == 0
    assert time.monotonic() - begun < _PROMISED
    assert opened


def test_the_samples_go_into_the_wheel() -> None:
    """The folders that an installed huimou looks into are those that the wheel is built with."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert built["wheel"]["force-include"]["seeds"] == "huimou/_samples/reports"
    assert built["wheel"]["force-include"]["fixtures/recordings"] == "huimou/_samples/recordings"
    assert {"seeds", "fixtures/recordings"} <= set(built["sdist"]["include"])
    assert find_samples().reports == ROOT / "seeds"


def test_huimou_alone_says_what_to_do_next() -> None:
    """At most ten lines; each command in them exists."""
    done = huimou()
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert len(lines) <= 10
    named = [line.split()[1] for line in lines if line.startswith("  huimou ")]
    assert named == ["demo", "summarise", "doctor"]
    assert set(named) <= set(COMMANDS.commands)
