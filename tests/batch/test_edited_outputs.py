"""A report is done as long as its files are what they were: what is torn is written again, what is edited is kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huimou.batch.planning import find_done, plan_reports
from huimou.cli import app
from huimou.store import stamps
from huimou.store.stamps import FinishedReport, Stamp
from scripted_server import ScriptedServer, serving
from small_suite import REPORT, answer

SUFFIXES = ("json", "md", "html")
OUT = Path("out")


def _run(*words: str) -> Result:
    done = CliRunner().invoke(app, list(words))
    assert "Traceback" not in done.output
    return done


def _summarise(server: ScriptedServer, *more: str) -> Result:
    return _run("summarise", "in", "-o", "out", "--base-url", server.url, "--model", "m", *more)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A server, and beside it a folder with one report that is done."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    Path("in").mkdir()
    Path("in/a.txt").write_text(REPORT, encoding="utf-8")
    with serving(answer) as running:
        assert _summarise(running).exit_code == 0
        yield running


def _set_back(path: Path, data: bytes) -> None:
    """Write other bytes of the same length, and set the time back."""
    before = path.stat()
    assert len(data) == before.st_size
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _swap(path: Path, data: bytes) -> None:
    """Put another file of the same length and time in its place."""
    before = path.stat()
    path.with_name("other").write_bytes(data)
    os.utime(path.with_name("other"), ns=(before.st_atime_ns, before.st_mtime_ns))
    path.with_name("other").rename(path)


TEARS: dict[str, Callable[[Path, bytes], object]] = {
    "emptied": lambda path, _: path.write_bytes(b""),
    "half": lambda path, data: path.write_bytes(data[: len(data) // 2]),
    "last byte": lambda path, data: path.write_bytes(data[:-1]),
    "zeros": lambda path, data: path.write_bytes(bytes(len(data))),
    "tail of zeros": lambda path, data: _set_back(path, data[:-99] + bytes(99)),
}
EDITS: dict[str, Callable[[Path, bytes], object]] = {
    "appended": lambda path, data: path.write_bytes(data + b"\n"),
    "a word": lambda path, data: path.write_bytes(data.replace("青松".encode(), "红河".encode(), 1)),
    "time set back": lambda path, data: _set_back(path, data.replace("青松".encode(), "红河".encode(), 1)),
    "swapped": lambda path, data: _swap(path, data.replace("青松".encode(), "红河".encode(), 1)),
    "another text": lambda path, _: path.write_text("我的笔记\n", encoding="utf-8"),
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("tear", TEARS)
def test_a_torn_file_is_written_again_and_nothing_asked(server: ScriptedServer, tear: str, suffix: str) -> None:
    """Its answers are in the store; nothing of it is kept, and a line says so."""
    path = OUT / f"a.{suffix}"
    whole, calls = path.read_bytes(), server.calls
    TEARS[tear](path, whole)
    done = _summarise(server, "--quiet")
    assert done.exit_code == 0
    assert path.read_bytes() == whole
    assert server.calls == calls
    assert done.stderr == f"a.{suffix} was {'empty' if tear == 'emptied' else 'torn'} and is written again\n"
    assert not list(OUT.glob("*.edited*"))
    assert "1 of 1 reports are done already" in _summarise(server).output


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_is_kept_beside_the_new_one(server: ScriptedServer, edit: str, suffix: str) -> None:
    """Neither lost nor counted as what huimou wrote; another edit does not replace the first."""
    path, beside = OUT / f"a.{suffix}", OUT / f"a.{suffix}.edited"
    whole, calls = path.read_bytes(), server.calls
    EDITS[edit](path, whole)
    edited = path.read_bytes()
    done = _summarise(server, "--quiet")
    assert done.exit_code == 0
    assert (path.read_bytes(), beside.read_bytes()) == (whole, edited)
    assert server.calls == calls
    assert done.stderr == (
        f"a.{suffix} was edited since it was written: kept as a.{suffix}.edited, and written again\n"
    )
    assert "1 of 1 reports are done already" in _summarise(server).output
    path.write_bytes(b"once more")
    assert f"kept as a.{suffix}.edited1" in _summarise(server).output
    assert beside.read_bytes() == edited


def test_an_edit_is_kept_also_when_the_report_is_made_anew(server: ScriptedServer) -> None:
    """By another job, which would have written over it."""
    edited = (OUT / "a.md").read_bytes() + "补记".encode()
    (OUT / "a.md").write_bytes(edited)
    assert "a.md was edited" in _summarise(server, "--style", "brief").output
    assert (OUT / "a.md.edited").read_bytes() == edited


def test_a_file_that_is_gone_is_made_again(server: ScriptedServer) -> None:
    """Without a word, as ever; one that nobody asks for now may go."""
    assert _summarise(server, "--format", "html", "--format", "onepage.md").exit_code == 0
    (OUT / "a.onepage.md").unlink()
    assert "done already" in _summarise(server).output
    (OUT / "a.html").unlink()
    done = _summarise(server, "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    assert (OUT / "a.html").is_file()


@pytest.mark.parametrize("how", [_set_back, _swap])
def test_an_input_of_the_same_size_and_time_is_read_again(
    server: ScriptedServer, how: Callable[[Path, bytes], None]
) -> None:
    """Its content is another."""
    time.sleep(0.02)
    how(Path("in/a.txt"), REPORT.replace("268", "862").encode())
    calls = server.calls
    assert _summarise(server).exit_code == 0
    assert server.calls > calls or "862" in (OUT / "a.json").read_text(encoding="utf-8")
    assert "862" in (OUT / "a.json").read_text(encoding="utf-8")


def test_times_alone_make_nothing_again(server: ScriptedServer) -> None:
    """Copied, checked out or touched: the same bytes; the next run need not read them."""
    for path in (Path("in/a.txt"), *(OUT / f"a.{suffix}" for suffix in SUFFIXES)):
        os.utime(path, ns=(10**18, 10**18))
    before = (OUT / "a.json").stat().st_ino
    assert "1 of 1 reports are done already" in _summarise(server).output
    assert (OUT / "a.json").stat().st_ino == before


def test_reviews_and_pages_that_huimou_writes_are_no_edits(server: ScriptedServer) -> None:
    """A page made again by `render`."""
    (OUT / "a.html").unlink()
    assert _run("render", "out", "--quiet").exit_code == 0
    assert "1 of 1 reports are done already" in _summarise(server).output
    assert not list(OUT.glob("*.edited*"))


def test_an_emptied_workbook_is_filled_again(server: ScriptedServer) -> None:
    """What a person types into one is kept by the format itself; nothing is in this one."""
    pytest.importorskip("openpyxl")
    pytest.importorskip("docx")
    formats = ("--format", "xlsx", "--format", "docx")
    assert _summarise(server, *formats).exit_code == 0
    for name in ("a.xlsx", "a.docx"):
        (OUT / name).write_bytes(b"")
    assert _summarise(server, *formats).exit_code == 0
    assert all((OUT / name).stat().st_size for name in ("a.xlsx", "a.docx"))
    assert not (OUT / "a.new.docx").exists()
    assert "done already" in _summarise(server, *formats).output


def test_thousands_of_finished_reports_are_passed_over_without_reading_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only sizes and times are looked at."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    (tmp_path / "one").write_bytes(b"x")
    for number in range(3_000):
        os.link(tmp_path / "one", source / f"r{number}.txt")
        for suffix in SUFFIXES:
            os.link(tmp_path / "one", out / f"r{number}.{suffix}")
    reports = plan_reports(sorted(source.iterdir()), out)
    kept = Stamp.of(tmp_path / "one", read=True)
    settled = (kept.size, kept.modified, kept.changed, kept.noted + 10**9, kept.sha256)
    complete = {
        one.name: FinishedReport(
            Stamp(str(one.path), *settled), tuple(Stamp(f"{one.name}.{suffix}", *settled) for suffix in SUFFIXES)
        )
        for one in reports
    }
    monkeypatch.setattr(stamps, "_hash_file", lambda _: pytest.fail("a file was read"))
    begun = time.monotonic()
    assert len(find_done(reports, out, complete, ("md", "html"))) == 3_000
    assert time.monotonic() - begun < 3
