"""`huimou synthesise`: what it takes, what it writes, and one line for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compared import a_report
from huimou.cli import app
from huimou.outputs.render.to_json import to_json


def huimou(*words: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["synthesise", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two digests, one of which has a page."""
    for name, place in (("a", "临江市"), ("b", "鹿鸣市")):
        digest = a_report("全年办理提案142件。", "市领导领衔督办提案。", place=place)
        (tmp_path / f"{name}.json").write_text(to_json(digest), encoding="utf-8")
    (tmp_path / "a.html").write_text("<p>", encoding="utf-8")
    return tmp_path


def test_three_files_of_one_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page with a link to the report's page, Markdown and Word file; without -o the Markdown is printed."""
    monkeypatch.chdir(folder)
    result = huimou(folder, "-o", "all.html", "-o", "all.md", "-o", "all.docx")
    assert result.exit_code == 0, result.output
    assert 'href="a.html#s2"' in (folder / "all.html").read_text(encoding="utf-8")
    assert "临江市、鹿鸣市都写到" in (folder / "all.md").read_text(encoding="utf-8")
    assert (folder / "all.docx").read_bytes()[:2] == b"PK"
    assert huimou(folder).stdout == (folder / "all.md").read_text(encoding="utf-8")


def test_what_is_wrong_is_one_line(folder: Path) -> None:
    """Another ending, one report alone, and an output that would overwrite a report's page."""
    for words, said in (
        ((folder, "-o", folder / "all.txt"), "the ending says what to write"),
        ((folder / "a.json",), "at least two"),
        ((folder, "-o", folder / "a.html"), "belongs to one of the reports"),
    ):
        result = huimou(*words)
        assert result.exit_code == 2
        assert said in result.stderr
        assert len(result.stderr.splitlines()) <= 2
