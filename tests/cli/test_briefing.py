"""`huimou briefing` and `huimou check-layout`."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner, Result

from handmade import a_digest
from huimou.cli import app
from huimou.outputs.render.to_json import to_json


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of two digests."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("linjiang", "jiangnan"):
        (folder / f"{name}.json").write_text(to_json(a_digest()), encoding="utf-8")
    return folder


def test_a_briefing_lies_beside_each_digest(out: Path) -> None:
    """Or in a folder that is made, or is one file; each is as the standard has it."""
    assert run("briefing", out).stdout == "2 briefings beside the digests\n"
    assert (out / "linjiang.docx").is_file()
    assert run("briefing", out, "-o", out / "new" / "all").exit_code == 0
    assert sorted(path.name for path in (out / "new" / "all").iterdir()) == ["jiangnan.docx", "linjiang.docx"]
    assert run("briefing", out / "linjiang.json", "-o", out / "one" / "b.docx", "-q").output == ""
    checked = run("check-layout", out / "one" / "b.docx")
    assert (checked.exit_code, checked.stdout) == (0, "b.docx: as GB/T 9704-2012 has it\n")


def test_head_and_annex_are_on_demand(out: Path) -> None:
    """Neither is there unless asked for."""
    texts = []
    for options in ((), ("--annex", "--letterhead", "临江市政协文件", "--number", "临协〔2023〕1号")):
        assert run("briefing", out / "linjiang.json", "-o", out / "b.docx", *options).exit_code == 0
        texts.append([paragraph.text for paragraph in docx.Document(str(out / "b.docx")).paragraphs])
    assert "附件" not in texts[0]
    assert texts[1][0] == "临江市政协文件"
    assert {"附件", "临协〔2023〕1号"} <= set(texts[1])


def test_what_a_person_edited_is_left_alone(out: Path) -> None:
    """The new one lies beside it, and a line says so."""
    run("briefing", out / "linjiang.json")
    document = docx.Document(str(out / "linjiang.docx"))
    document.paragraphs[0].add_run("改")
    document.save(str(out / "linjiang.docx"))
    edited = (out / "linjiang.docx").read_bytes()
    result = run("briefing", out / "linjiang.json")
    assert result.stderr == "linjiang.docx was edited and is left as it is; the new briefing is linjiang.new.docx\n"
    assert (out / "linjiang.docx").read_bytes() == edited


def test_a_broken_digest_is_named_and_left_out(out: Path) -> None:
    """The others are written."""
    (out / "broken.json").write_text("{", encoding="utf-8")
    result = run("briefing", out)
    assert result.exit_code == 3
    assert result.stderr.startswith("left out: broken.json: ")
    assert result.stdout == "2 briefings beside the digests\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["briefing", "{out}", "-o", "b.docx"], "2 digests for one briefing"),
        (["briefing", "{out}", "--pages", "9"], "a briefing of 9 pages"),
        (["briefing", "{out}", "--number", "1号"], "a number goes with a letterhead"),
        (["check-layout", "{out}/linjiang.json"], "not a Word document"),
        (["check-layout", "{out}/none.docx"], "cannot be read"),
    ],
)
def test_wrong_use_is_one_line(out: Path, arguments: list[str], said: str) -> None:
    """With status 2."""
    result = run(*(argument.replace("{out}", str(out)) for argument in arguments))
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_what_differs_is_listed(tmp_path: Path) -> None:
    """A line for each thing, exit status 1."""
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("一、总体要求")
    document.save(made)
    (tmp_path / "a.docx").write_bytes(made.getvalue())
    result = run("check-layout", tmp_path / "a.docx")
    assert result.exit_code == 1
    assert "a.docx: 下边距为25.4毫米，应为35毫米" in result.stdout.splitlines()
