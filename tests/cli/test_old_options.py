"""One name for what a command writes; the names of before still work, and no help names them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from documents import list_commands
from handmade import TEXT, a_digest
from huimou.cli import app
from huimou.cli.old_options import OLD_NAMES, replace_old_names
from huimou.outputs.formats import write_outputs


def test_names_are_replaced() -> None:
    """With a value behind = too; not behind --, and not where a command has an option of that name itself."""
    known = ["--output", "-o"]
    assert replace_old_names(["a", "--out", "b", "--to=c", "--", "--out"], known) == [
        *("a", "--output", "b", "--output=c", "--", "--out")
    ]
    assert replace_old_names(["--out", "b"], ["--out", "--output"]) == ["--out", "b"]
    assert replace_old_names(["--out", "b"], ["--html"]) == ["--out", "b"]
    assert replace_old_names(["--to", "b"], ["--requests", "--output"]) == ["--requests", "b"]


def test_no_command_has_an_old_name() -> None:
    """What a command writes is -o, --output, wherever there is one thing."""
    for name, command in list_commands():
        options = {option for parameter in command.params for option in parameter.opts}
        assert not options & set(OLD_NAMES), name
        assert ("-o" in options) == ("--output" in options), name


@pytest.mark.parametrize("option", ["-o", "--output", "--to", "--out"])
def test_export_under_each_name(tmp_path: Path, option: str) -> None:
    """The tables go where the option says, into a folder that is made."""
    (tmp_path / "out").mkdir()
    write_outputs(tmp_path / "out", "临江", TEXT, a_digest())
    folder = tmp_path / "new" / "tables"
    done = CliRunner().invoke(app, ["export", str(tmp_path / "out"), option, str(folder), "--format", "jsonl"])
    assert done.exit_code == 0, done.output
    assert (folder / "items.jsonl").is_file()
