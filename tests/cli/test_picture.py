"""`huimou picture`: one digest, several, SVG and PNG, and one line for what is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compared import a_report
from huimou.cli import app
from huimou.outputs.render.to_json import to_json


def run(*words: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["picture", *map(str, words)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of two digests and a file that is none."""
    made = {"a": a_report("全年办理提案142件。"), "b": a_report("全年办理提案325件。", place="鹿鸣市")}
    for name, digest in made.items():
        (tmp_path / f"{name}.json").write_text(to_json(digest), encoding="utf-8")
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    return tmp_path


def test_one_and_several(out: Path) -> None:
    """One digest is its year, a folder the bodies side by side; the folder of the picture is made."""
    one, both = out / "new" / "one.svg", out / "new" / "both.SVG"
    done = run(out / "a.json", "-o", one)
    assert done.exit_code == 0, done.output
    assert done.output == f"written to {one}\n"
    assert "政协临江市委员会 2022年一览" in one.read_text(encoding="utf-8")
    done = run(out, "-o", both)
    assert done.exit_code == 0, done.output
    assert "各地同口径数字" in both.read_text(encoding="utf-8")


def test_png(out: Path) -> None:
    """By its ending."""
    pytest.importorskip("resvg_py")
    done = run(out, "-o", out / "both.png", "--zoom", 1)
    if "no font" in done.output:
        pytest.skip(done.output)
    assert done.exit_code == 0, done.output
    assert (out / "both.png").read_bytes()[:4] == b"\x89PNG"


def test_what_is_wrong_is_one_line(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown ending, no digest, nothing to draw, a missing extra; nothing is written."""
    (out / "c.json").write_text(to_json(a_report("开展大走访。", place="青松市")), encoding="utf-8")
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    for words, said in (
        ((out, "-o", out / "x.jpg"), "the ending says what to write"),
        ((out / "none.json", "-o", out / "x.svg"), "no such file or folder"),
        ((out / "run.json", "-o", out / "x.svg"), "run.json: not a digest of huimou"),
        ((out / "a.json", out / "c.json", "-o", out / "x.svg"), "nothing to draw"),
        ((out, "-o", out / "x.png"), "PNG needs resvg_py"),
    ):
        done = run(*words)
        assert done.exit_code == 2, done.output
        assert done.output.startswith("error: ")
        assert said in done.output
        assert len(done.output.splitlines()) <= 2
    assert not list(out.glob("x.*"))
