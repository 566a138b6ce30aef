"""`huimou compare`: what it takes, what it writes, and one line for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compared import a_report
from huimou.cli import app
from huimou.outputs.render.to_json import to_json


def run(*words: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["compare", *map(str, words)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder as huimou summarise leaves it: two digests, one with a page, and files that are no digests."""
    made = {"临江": a_report("全年办理提案142件。"), "lu ming": a_report("全年办理提案325件。", place="鹿鸣市")}
    for name, digest in made.items():
        (tmp_path / f"{name}.json").write_text(to_json(digest), encoding="utf-8")
    (tmp_path / "lu ming.html").write_text("<p>", encoding="utf-8")
    (tmp_path / "run.json").write_text('{"reports": 2}', encoding="utf-8")
    (tmp_path / "inputs.jsonl").write_text("{}\n", encoding="utf-8")
    return tmp_path


def test_a_folder_a_glob_and_files_mean_the_same(out: Path) -> None:
    """Other files of a folder are passed over; the table says what stands side by side."""
    for words in ([out], [out / "*.json"], [out / "lu ming.json", out / "临江.json"]):
        done = run(*words)
        assert done.exit_code == 0, done.output
        assert "办理提案（件） 已做 · 一年 · 本机构" in done.output
        assert "鹿鸣市 2022年　325件" in done.output


def test_page_and_workbook_are_written(out: Path, tmp_path: Path) -> None:
    """Into a folder that is made; the page links to the report's own page, relative to where it lies itself."""
    done = run(out, "-o", tmp_path / "far" / "both.html", "--xlsx", tmp_path / "far" / "both.xlsx")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "far" / "both.html").read_text(encoding="utf-8")
    assert 'href="../lu%20ming.html#s1"' in page
    assert "%E4%B8%B4%E6%B1%9F.html" not in page
    assert (tmp_path / "far" / "both.xlsx").read_bytes()[:2] == b"PK"


def test_a_whole_province_is_compared(out: Path) -> None:
    """More than forty reports at once."""
    for number in range(45):
        report = a_report(f"全年办理提案{200 + number}件。", place=f"第{number}市")
        (out / f"n{number}.json").write_text(to_json(report), encoding="utf-8")
    done = run(out, "-o", out / "far" / "all.html")
    assert done.exit_code == 0, done.output
    assert "第44市 2022年　244件" in done.output


def test_what_is_wrong_is_one_line(out: Path) -> None:
    """One report, one twice, no digest, no file, a newer one, too many, and a target that belongs to a report."""
    bad = out / "bad.json"
    cases: list[tuple[tuple[object, ...], str]] = [
        ((out / "临江.json",), "a comparison needs at least two digests"),
        ((out / "临江.json", out), "the same report is given twice"),
        ((out / "临江.json", out / "run.json"), "a comparison needs at least two digests"),
        ((out / "临江.json", out / "none.json"), "no such file or folder"),
        ((out / "临江.json", out / "none*.json"), "no digest in"),
        ((out, "-o", out / "lu ming.html"), "belongs to one of the reports compared"),
        ((out, "-o", out / "临江.json"), "belongs to one of the reports compared"),
        ((out, "-o", out / "临江.json" / "both.html"), "cannot write"),
    ]
    for words, said in cases:
        fails(run(*words), said)
    bad.write_text("{", encoding="utf-8")
    fails(run(out), "bad.json: not JSON")
    bad.write_bytes(b"\xff\xfe")
    fails(run(out), "is not UTF-8")
    bad.write_text('{"schema_version": 99}', encoding="utf-8")
    fails(run(out), "bad.json: written by a newer huimou")
    bad.write_bytes((out / "临江.json").read_bytes())
    fails(run(out), "the same report is given twice")
    for number in range(401):
        (out / f"n{number}.json").write_text('{"schema_version": 1}', encoding="utf-8")
    fails(run(out), "too many")


def fails(done: Result, said: str) -> None:
    """The run ended with status 2 and one line that says it."""
    lines = done.output.splitlines()
    assert done.exit_code == 2, done.output
    assert lines[0].startswith("error: ")
    assert said in lines[0]
    assert len(lines) <= 2
