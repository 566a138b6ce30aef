"""`huimou guide`: the list, one guide as Markdown or drawn for a terminal, and a name that is none."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from huimou.cli import app, options
from huimou.cli.results.guide import find_guides, read_title

TASKS = {
    "agents", "batch", "compare", "develop", "inputs", "install", "kinds", "ledgers", "prompts", "python", "reading",
    "rules", "server-llama-cpp-python", "server-transformers", "server-vllm", "servers", "service",
}  # fmt: skip


def guide(*arguments: str) -> Result:
    """Run `huimou guide` in this process."""
    return CliRunner().invoke(app, ["guide", *arguments])


def test_list_has_a_line_for_each() -> None:
    """Name and title, which is the first line of its file."""
    result = guide()
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(TASKS)
    for line, path in zip(lines, find_guides().values(), strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {read_title(path)}\n")
        assert line.endswith(read_title(path))
        assert len(line) <= 100


@pytest.mark.parametrize("name", sorted(TASKS))
def test_pipe_gets_the_text(name: str) -> None:
    """As the file has it."""
    result = guide(name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == find_guides()[name].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(TASKS))
def test_terminal_gets_it_drawn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings, tables and code without their marks; a link to another guide is the command that shows it."""
    drawn = io.StringIO()
    console = Console(file=drawn, force_terminal=True, color_system=None, width=120, highlight=False)
    monkeypatch.setattr(options, "open_console", lambda: console)
    assert guide(name).exit_code == 0
    text = drawn.getvalue()
    assert read_title(find_guides()[name])[:40] in text
    assert "```" not in text
    assert ".md)" not in text
    assert "|---|" not in text


def test_unknown_name_is_one_line() -> None:
    """With the names that there are."""
    result = guide("nothing")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no such guide: nothing\nhint: known are: agents, batch, compare, ")
    assert "Traceback" not in result.output
