"""cli.gather: manifests and standard input on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from handmade import TEXT, a_digest
from huimou.cli import app
from huimou.model.report import Document
from pipeline_stand_in import stand_in


@pytest.fixture(autouse=True)
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """Documents that the pipeline's stand-in was given; no settings of the user's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("HUIMOU_BASE_URL", "HUIMOU_MODEL", "HUIMOU_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    documents: list[Document] = []
    stand_in(monkeypatch, lambda document: documents.append(document) or a_digest(text=document.text))
    return documents


def summarise(*arguments: str, said: bytes | None = None) -> Result:
    """`huimou summarise … -o out`, with `said` on standard input."""
    return CliRunner().invoke(app, ["summarise", *arguments, "-o", "out"], input=said)


def kept() -> list[dict[str, object]]:
    """The lines of `out/inputs.jsonl` without where the files are on this machine."""
    lines = [json.loads(line) for line in Path("out/inputs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(Path(line.pop("file")).is_absolute() for line in lines)
    return lines


def outputs() -> list[str]:
    """Digests in the output folder."""
    return sorted(path.name for path in Path("out").glob("*.json") if path.name != "run.json")


def test_a_folder_with_folders_and_a_readme() -> None:
    """`-r` looks into folders; what is about the folder is told and passed over, and said nothing of with `-q`."""
    for place in ("in/a.txt", "in/2022/b.txt", "in/README.md"):
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        Path(place).write_text(TEXT, encoding="utf-8")
    result = summarise("in")
    assert "passed over README.md (name such a file to have it read)" in result.stderr
    assert outputs() == ["a.json"]
    assert "passed over" not in summarise("in", "-r", "-q").stderr
    assert outputs() == ["a.json", "b.json"]


def test_a_manifest_names_the_outputs() -> None:
    """Ids name the digests, columns are kept beside them, a report that is missing fails alone."""
    Path("in").mkdir()
    Path("in/a.txt").write_text(TEXT, encoding="utf-8")
    Path("in/m.csv").write_text("path,id,城市\na.txt,420/7,随州\ngone.txt,8,\n", encoding="utf-8")
    result = summarise("--manifest", "in/m.csv")
    assert result.exit_code == 3
    assert "gone.txt: failed: cannot read in/gone.txt" in result.stderr
    assert outputs() == ["420_7.json"]
    assert kept() == [
        {"name": "420_7", "path": "a.txt", "id": "420/7", "columns": {"城市": "随州"}},
        {"name": "8", "path": "gone.txt", "id": "8", "columns": {"城市": None}},
    ]


@pytest.mark.parametrize(("options", "stem"), [([], "stdin"), (["--name", "临江.2023"], "临江.2023")])
def test_standard_input_is_a_report(heard: list[Document], options: list[str], stem: str) -> None:
    """Its text is decoded as any file's is; --name names the outputs."""
    result = summarise("-", *options, said=TEXT.encode("gb18030"))
    assert result.exit_code == 0
    assert outputs() == [f"{stem}.json"]
    assert (heard[0].file, heard[0].text, heard[0].encoding) == (stem, TEXT, "gb18030")
    assert kept() == [{"name": stem, "path": "-", "id": None, "columns": {}}]
    assert Path("out/.huimou/stdin", stem).read_bytes() == TEXT.encode("gb18030")


def test_files_and_standard_input_go_together() -> None:
    """A file that is called as the text is gets a name of its own."""
    Path("stdin.txt").write_text(TEXT, encoding="utf-8")
    assert summarise("stdin.txt", "-", said=TEXT.encode()).exit_code == 0
    assert outputs() == ["stdin-2.json", "stdin.json"]


def test_empty_standard_input_is_a_failed_report() -> None:
    """Nothing piped in is said in one line, as of an empty file; exit 3."""
    result = summarise("-", said=b"")
    assert result.exit_code == 3
    assert "stdin is empty" in result.stderr


def test_a_text_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is read than shows that it is too much."""
    monkeypatch.setattr("huimou.digest.steps.ingest.MAX_BYTES", 2**20)
    result = summarise("-", said=b"x" * (2**20 + 5))
    assert result.exit_code == 3
    assert "stdin is too large" in result.stderr
    assert Path("out/.huimou/stdin/stdin").stat().st_size == 2**20 + 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: no input given\nhint: "),
        (["a.txt", "--manifest", "m.csv"], "error: --manifest and INPUT exclude each other\nhint: "),
        (["--manifest", "m.csv"], "error: cannot read m.csv: "),
        (["--name", "x", "a.txt"], "error: --name is the name of a text on standard input\nhint: "),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(arguments: list[str], message: str) -> None:
    """One line and a hint, exit 2, no output folder."""
    result = summarise(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(message)
    assert not Path("out").exists()


def test_a_terminal_is_no_report() -> None:
    """Where nothing is piped in, that is said at once instead of waiting for ever."""
    leader, terminal = os.openpty()
    command = [sys.executable, "-m", "huimou", "summarise", "-", "-o", "out"]
    try:
        done = subprocess.run(command, stdin=terminal, capture_output=True, text=True, check=False, timeout=60)
    finally:
        os.close(leader)
        os.close(terminal)
    assert done.returncode == 2
    assert done.stderr.startswith("error: nothing is piped into standard input\nhint: ")
    assert not Path("out").exists()


def test_ids_are_not_told_one_by_one() -> None:
    """A note says that an output is called otherwise than asked for, and ids are asked for."""
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(folder, "x.txt").write_text(TEXT, encoding="utf-8")
    Path("m.jsonl").write_text('{"path": "a/x.txt", "id": "1"}\n{"path": "b/x.txt", "id": "2"}\n', encoding="utf-8")
    assert "written as" not in summarise("--manifest", "m.jsonl").stderr
    assert "b/x.txt is written as x-2" in summarise("a", "b").stderr
