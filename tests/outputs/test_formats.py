"""formats, source_text, listing: the files of a digest, made and made again."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handmade import TEXT, a_digest
from huimou.batch.index_page import find_digests, read_results, write_index
from huimou.batch.source_text import find_sources, find_text
from huimou.cli import app
from huimou.errors import InputError, UsageError
from huimou.model.outcome import ReportResult
from huimou.model.review import compute_item_digests
from huimou.outputs.formats import ALWAYS, DEFAULT, FORMATS, find_present_formats, select_formats, write_outputs
from huimou.outputs.index_row import build_index_row
from huimou.outputs.render.to_json import from_json, to_json
from huimou.store.answers import open_store
from huimou.store.journal import Journal, read_journal
from huimou.store.stamps import Stamp

SHA = hashlib.sha256(TEXT.encode()).hexdigest()
DIGEST = a_digest().model_copy(update={"source": a_digest().source.model_copy(update={"sha256": SHA})})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with one digest and its files; the report lies beside the folder."""
    (tmp_path / "out").mkdir()
    (tmp_path / DIGEST.source.file).write_bytes(TEXT.encode())
    write_outputs(tmp_path / "out", "临江", TEXT, DIGEST)
    return tmp_path / "out"


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_formats_by_name() -> None:
    """The usual ones, those named and those always written, in one order; an unknown one is named."""
    assert select_formats(()) == DEFAULT
    assert select_formats(["json"]) == ALWAYS
    assert select_formats(["html", "html"]) == ("md", "html")
    assert select_formats(["json,html, xlsx", "docx"]) == select_formats(["xlsx", "docx", "html", "json"])
    assert select_formats(["json,html, xlsx", "docx"]) == ("md", "html", "xlsx", "docx")
    assert select_formats(["html,all"]) == tuple(FORMATS)
    assert set(DEFAULT) <= set(FORMATS)
    with pytest.raises(UsageError, match="no such format: pdf"):
        select_formats(["pdf"])


@pytest.mark.parametrize(("module", "package"), [("openpyxl", "openpyxl"), ("docx", "python-docx")])
def test_a_library_that_is_missing(out: Path, monkeypatch: pytest.MonkeyPatch, module: str, package: str) -> None:
    """Said before anything is made, by each command that takes it; other formats are written without it."""
    monkeypatch.setitem(sys.modules, module, None)
    name = "xlsx" if module == "openpyxl" else "onepage.docx"
    commands = [
        ["summarise", str(out.parent), "-o", str(out.parent / "new"), "--no-model", "--format", "all"],
        ["render", str(out), "--format", f"html,{name}"],
    ]
    commands += [["worksheet", str(out), "-o", str(out / "w.xlsx")]] if module == "openpyxl" else []
    for command in commands:
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2, done.output
        assert f"files need {package}, which is not installed" in done.output
        assert 'pip install "huimou[report]"' in done.output
    assert not (out.parent / "new").exists()
    assert CliRunner().invoke(app, ["render", str(out), "--format", "html,onepage.html"]).exit_code == 0


def test_what_is_written(out: Path) -> None:
    """JSON and the formats, under the report's name."""
    assert sorted(files(out)) == ["临江.html", "临江.json", "临江.md"]
    assert (out / "临江.json").read_text(encoding="utf-8") == to_json(DIGEST)
    assert find_present_formats(out, "临江") == ("md", "html")
    assert find_present_formats(out, "别的") == ()


def run(*words: str) -> tuple[int, str]:
    """Exit status and output of a command."""
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_render_makes_the_same_bytes(out: Path) -> None:
    """Twice, from the folder and from one file; a folder gets its index as well."""
    before = files(out)
    for path in (out / "临江.html", out / "临江.md"):
        path.unlink()
    code, said = run("render", str(out))
    assert (code, said) == (0, "1 report written as md, html\n")
    again = files(out)
    assert again.pop("index.html").startswith(b"<!DOCTYPE html>")
    assert again == before
    written = (out / "临江.json").stat().st_ino
    assert run("render", str(out / "临江.json"))[0] == 0
    assert (out / "临江.json").stat().st_ino == written, "a batch may have written a newer one meanwhile"
    assert {name: data for name, data in files(out).items() if name != "index.html"} == before


def test_render_says_what_it_has_no_text_for(out: Path, tmp_path: Path) -> None:
    """The report gone, or another text in its place; --source names it."""
    report = tmp_path / DIGEST.source.file
    moved = tmp_path / "moved"
    moved.mkdir()
    report.rename(moved / report.name)
    code, said = run("render", str(out))
    assert code == 3
    assert "the text of 临江 is not there: 临江.txt: name the report" in said
    assert said.count("\n") == 2
    report.write_text(TEXT + "。", encoding="utf-8")
    assert "is not the text that 临江.json was made of" in run("render", str(out))[1]
    for source in (moved, moved / report.name):
        assert run("render", str(out), "--source", str(source))[0] == 0
    assert run("render", str(tmp_path / "nowhere"))[0] == 2
    assert run("render", str(moved))[0] == 2


def test_the_text_that_was_extracted_is_used(out: Path, tmp_path: Path) -> None:
    """Of a PDF, `<stem>.source.txt` is the text; one that does not hold the quotes is not."""
    (tmp_path / DIGEST.source.file).unlink()
    kept = out / "临江.source.txt"
    kept.write_bytes(TEXT.encode())
    assert find_text("临江", DIGEST, find_sources(out)) == TEXT
    kept.write_bytes(TEXT[::-1].encode())
    with pytest.raises(InputError, match="is not the text"):
        find_text("临江", DIGEST, find_sources(out))


def test_the_journal_knows_where_it_lies(out: Path, tmp_path: Path) -> None:
    """The path that it was read from is asked for, too; and its line is in the journal with all counts."""
    moved = tmp_path / "elsewhere.txt"
    (tmp_path / DIGEST.source.file).rename(moved)
    line = build_index_row(DIGEST)
    made = ReportResult("临江", "临江.txt", "complete", None, 1.0, 2, 1, 2, 1, listed=line)
    with open_store(out / ".huimou" / "ledger.sqlite") as ledger:
        Journal(ledger.database).keep(made, Stamp.of(moved), "job")
    assert find_text("临江", DIGEST, find_sources(out)) == TEXT
    (entry,) = read_journal(out / ".huimou" / "ledger.sqlite")[1]
    assert entry.result == made
    assert line.domains["基层协商平台"] == (1, 1)
    assert sum(map(sum, line.domains.values())) == 2
    assert read_results(out) == (made,)


def test_a_journal_of_before_is_read(out: Path) -> None:
    """One that keeps four counts; the index then reads the digest."""
    with open_store(out / ".huimou" / "ledger.sqlite") as ledger:
        Journal(ledger.database).keep(ReportResult("临江", "临江.txt", "complete", None, 1.0), Stamp.of(out), "job")
        ledger.database.write("UPDATE reports SET counts = ?", ('["临江.txt", 2, 1, 2, 1]',))
    (entry,) = read_journal(out / ".huimou" / "ledger.sqlite")[1]
    assert entry.result.figures == 2
    assert entry.result.listed is None
    (made,) = read_results(out)
    assert made.listed == build_index_row(DIGEST)


def test_the_index_reads_no_digest_that_the_journal_knows(out: Path) -> None:
    """A digest that cannot be read costs nothing but its own line; run.json and reviews are no digests."""
    for name in ("broken.json", "run.json", "临江.review.json"):
        (out / name).write_text("{", encoding="utf-8")
    assert [path.name for path in find_digests(out)] == ["broken.json", "临江.json"]
    write_index(out, read_results(out))
    page = (out / "index.html").read_text(encoding="utf-8")
    found = re.search(r'id="data">(.*?)</script>', page)
    assert found is not None
    (row,) = json.loads(found[1])
    assert row[:7] == ["政协临江市委员会", "2022年", "2023年", "临江", "临江市", "政协工作报告", "完整"]
    assert row[7:13] == [2, 1, 2, 1, 2, 1]
    write_index(out, (), ("md",))
    assert (out / "index.html").read_text(encoding="utf-8") == page


def a_review(path: Path, *of: str, source: str = SHA) -> Path:
    """A review file that corrects items, of which T1 has changed since."""
    said = {
        "checked": True,
        "corrected": "更正的话",
        "comment": None,
        "reviewer": "张三",
        "time": "2026-01-02T03:04:05Z",
    }
    seen = {"A1": compute_item_digests(DIGEST)["A1"], "T1": "0" * 16}
    head = {"format": "huimou-review", "version": 1, "name": "临江", "source_sha256": source, "items_digest": "0" * 16}
    items = [{"id": one, "of": seen[one]} | said for one in of]
    path.write_text(json.dumps(head | {"items": items}), encoding="utf-8")
    return path


def test_the_index_says_how_much_is_checked(out: Path, tmp_path: Path) -> None:
    """From the journal, which is told; a batch that is running refuses the review, which is then applied later."""
    made = ReportResult("临江", "临江.txt", "complete", None, 1.0, listed=build_index_row(DIGEST))
    with open_store(out / ".huimou" / "ledger.sqlite") as ledger:
        Journal(ledger.database).keep(made, Stamp.of(out), "job")
    write_index(out, read_results(out))
    review = a_review(tmp_path / "a.review.json", "A1")
    hold = "import sys; from pathlib import Path; from huimou.store.answers import open_store\n"
    hold += "with open_store(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(out / ".huimou" / "ledger.sqlite")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as batch:
        assert batch.stdout is not None
        assert batch.stdout.readline() == "held\n"
        code, told = run("apply-review", str(out / "临江.json"), str(review))
        assert code == 2
        assert f"in use by process {batch.pid}" in told
        batch.communicate("")
    assert from_json((out / "临江.json").read_text(encoding="utf-8")) == DIGEST
    assert run("apply-review", str(out / "临江.json"), str(review))[0] == 0
    (result,) = read_results(out)
    assert result == replace(made, listed=replace(build_index_row(DIGEST), checked=1))
    found = re.search(r'id="data">(.*?)</script>', (out / "index.html").read_text(encoding="utf-8"))
    assert found is not None
    assert json.loads(found[1])[0][12:14] == [1, 1]


def test_apply_review(out: Path, tmp_path: Path) -> None:
    """The files are written again with what a person said; twice is the same; another's review is refused."""
    path = a_review(tmp_path / "a.review.json", "A1", "T1")
    code, told = run("apply-review", str(out / "临江.json"), str(path))
    assert code == 3
    assert "skipped: T1 has changed since the review" in told
    assert "1 remark applied; 1 item checked by a person" in told
    once = files(out)
    digest = from_json(once["临江.json"].decode())
    assert digest.review is not None
    assert digest.review.items[0].corrected == "更正的话"
    assert "更正的话" in once["临江.md"].decode()
    assert "更正的话" in once["临江.html"].decode()
    assert run("apply-review", str(out / "临江.json"), str(path))[0] == 3
    assert files(out) == once
    a_review(path, "T1", source="0" * 64)
    code, told = run("apply-review", str(out / "临江.json"), str(path))
    assert code == 2
    assert "of another report" in told
    assert files(out) == once
