"""What is given to agents and programs as an example works: the skill file, the client of the API, the notebook."""

from __future__ import annotations

import ast
import json
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from documents import find_blocks, find_command_lines, find_spans, read_document
from huimou.batch.run_settings import RunSettings
from huimou.cli import app
from huimou.cli.results.guide import NOTEBOOK, SKILL
from huimou.digest.session import build_digest_settings
from huimou.service.agents.tools import AgentTools
from huimou.service.digester import ReportDigester
from huimou.service.settings import ServiceSettings
from huimou.settings import Endpoint
from places import ROOT
from scripted_server import serving
from served_folder import service
from small_suite import REPORT, answer

SEED = "xianning-2022"
RECORDINGS = ROOT / "fixtures" / "recordings"
NEXT_YEAR = REPORT.replace("2024", "2025").replace("2023", "2024")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two reports of one body and a seed, and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    for name, text in (("reports/2023.txt", REPORT), ("reports/2024.txt", NEXT_YEAR)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "seeds").mkdir()
    shutil.copy(ROOT / "seeds" / f"{SEED}.txt", tmp_path / "seeds")
    return tmp_path


def test_the_skill_file_is_printed() -> None:
    """By `huimou mcp --skill`; its head is what agents' tools look for."""
    result = CliRunner().invoke(app, ["mcp", "--skill"])
    assert result.exit_code == 0
    assert result.stdout == SKILL.read_text(encoding="utf-8")
    _, head, body = result.stdout.split("---\n", 2)
    known = yaml.safe_load(head)
    assert set(known) == {"name", "description"}
    assert known["name"] == "huimou"
    assert 0 < len(known["description"]) <= 1024
    assert "工作报告" in known["description"]
    assert body.strip()


def test_every_command_of_the_skill_file_runs(folder: Path) -> None:
    """One after another, with a model server that the environment names."""
    commands = find_command_lines(SKILL.read_text(encoding="utf-8"))
    assert len(commands) >= 6
    with serving(answer) as server:
        environment = {"HUIMOU_BASE_URL": server.url, "HUIMOU_MODEL": "m"}
        for words in commands:
            result = CliRunner(env=environment).invoke(app, words)
            assert result.exit_code == 0, (words, result.output, result.exception)
    for file in ("out/2023.json", "out/2024.html", "out/index.html", "out/follow.md", "out/side.html"):
        assert (folder / file).is_file()


def test_commands_and_tools_that_the_skill_file_names_are_there() -> None:
    """Every tool is named, and nothing that looks like one is not."""
    text = SKILL.read_text(encoding="utf-8")
    tools = {name for name in vars(AgentTools) if re.match(r"(get|list|search|follow|compare|review)_", name)}
    spans = find_spans(text)
    named = {span for span in spans if re.fullmatch(r"(digest|get|list|search|follow|compare|review)_[a-z]+", span)}
    assert named == tools | {"digest_report"}
    for span in spans:
        if span.startswith("huimou "):
            name = span.split()[1]
            assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0, span


def test_the_table_of_the_guide_has_every_tool() -> None:
    """As the skill file does."""
    rows = "\n".join(line for line in read_document("agents").splitlines() if line.startswith("| `"))
    tools = {name for name in vars(AgentTools) if re.match(r"(get|list|search|follow|compare|review)_", name)}
    assert {name for name in tools if f"`{name}`" not in rows} == set()


def test_settings_of_an_agents_tool_start_the_server() -> None:
    """The piece of JSON is whole, and its command takes its arguments."""
    [block] = [block for block in find_blocks(read_document("agents")) if block.info == "json"]
    server = json.loads(block.body)["mcpServers"]["huimou"]
    assert server["command"] == "huimou"
    result = CliRunner().invoke(app, [*server["args"], "--help"])
    assert result.exit_code == 0


def test_the_client_of_the_api_works(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """The example uploads, waits and reads, against a real service that replays."""
    [block] = [block for block in find_blocks(read_document("agents")) if block.info == "python"]
    out = folder / "out"
    digester = ReportDigester(out, RunSettings(build_digest_settings(Endpoint("builtin")), replay=RECORDINGS))
    out.mkdir()
    token = "a-token-of-some-length"  # noqa: S105 (of the test)
    with service(ServiceSettings(out, token=token), digester) as client:
        monkeypatch.setenv("HUIMOU_SERVICE", str(client.base_url))
        monkeypatch.setenv("HUIMOU_SERVE_TOKEN", token)
        exec(compile(block.body, "agents.md", "exec"), {"__name__": "example"})  # noqa: S102 (our own guide)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("complete ") for line in lines)
    digest = json.loads((out / f"{SEED}.json").read_text(encoding="utf-8"))
    items = [*digest["year_review"]["achievements"], *digest["next_year_plan"]["tasks"]]
    told = "\n".join(lines)
    assert all(f"{item['id']} {item['title']} " in told for item in items)


def test_the_notebook_runs(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Cell by cell: a digest, tables, a picture, an item with its evidence; it is kept without output."""
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(SVG=bytes))
    words = ["summarise", f"seeds/{SEED}.txt", "-o", "out", "--replay", "--recordings", str(RECORDINGS), "-q"]
    assert CliRunner().invoke(app, words).exit_code == 0
    printed = CliRunner().invoke(app, ["guide", "--notebook"]).stdout
    assert printed == NOTEBOOK.read_text(encoding="utf-8")
    book = json.loads(printed)
    assert (book["nbformat"], len({cell["id"] for cell in book["cells"]})) == (4, len(book["cells"]))
    names: dict[str, Any] = {}
    shown = [show_cell("".join(cell["source"]), names) for cell in book["cells"] if cell["cell_type"] == "code"]
    assert all(cell.get("outputs", []) == [] for cell in book["cells"])
    digest, items, counts, picture, figures, _ = shown
    assert digest.report.region == "咸宁市"
    assert len(items) == 10
    assert int(counts.to_numpy().sum()) == len(digest.year_review.achievements) + len(digest.next_year_plan.tasks)
    assert b"<svg" in picture
    assert "政治引领与党建".encode() in picture
    assert figures["figure"].iloc[0] == "F1"
    text = (folder / "seeds" / f"{SEED}.txt").read_text(encoding="utf-8")
    _, *quotes = capsys.readouterr().out.splitlines()
    assert quotes
    assert all(quote in text for quote in quotes)


def show_cell(source: str, names: dict[str, Any]) -> Any:
    """What a cell shows: the value of its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "notebook", "exec"), names)  # noqa: S102 (our own notebook)
    return eval(compile(ast.Expression(last.value), "notebook", "eval"), names) if last else None  # noqa: S307
