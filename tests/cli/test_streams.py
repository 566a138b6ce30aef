"""Output that takes nothing any more: a full disk is one line, a reader that has gone is none, and no run is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from scripted_server import serving
from small_suite import answer, many

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
_PRINTING = (["profiles"], ["schema"], ["rules"], ["guide", "batch"], ["--help"], ["summarise", "--help"])


def _run(words: list[str], **streams: IO[bytes] | int) -> subprocess.CompletedProcess[str]:
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE} | streams
    return subprocess.run([sys.executable, "-m", "huimou", *words], **pipes, text=True, check=False, timeout=120)  # type: ignore[call-overload,no-any-return]


def _closed_pipe() -> IO[bytes]:
    """The writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "wb")


@pytest.mark.parametrize("words", _PRINTING, ids=" ".join)
def test_a_full_disk_is_one_line(words: list[str]) -> None:
    """With what to do; exit 2."""
    with Path("/dev/full").open("wb") as full:
        done = _run(words, stdout=full)
    assert done.returncode == 2
    assert done.stderr == (
        "error: cannot write standard output: No space left on device\nhint: make room, or send it elsewhere\n"
    )


@pytest.mark.parametrize("words", _PRINTING, ids=" ".join)
def test_a_reader_that_has_gone_is_no_error(words: list[str]) -> None:
    """As with `| head`: nothing is said, and the status is as of a program that SIGPIPE ended."""
    with _closed_pipe() as closed:
        done = _run(words, stdout=closed)
    assert (done.returncode, done.stderr) in {(141, ""), (1, "")}


@pytest.mark.parametrize("where", ["full", "closed"])
@pytest.mark.parametrize("words", [["profiles"], ["show", "missing.json"]], ids=" ".join)
def test_errors_that_nobody_can_read(words: list[str], where: str) -> None:
    """Standard error takes nothing either: the status still says what there is to say, within moments."""
    with Path("/dev/full").open("wb") if where == "full" else _closed_pipe() as gone:
        done = _run(words, stdout=gone, stderr=gone)
    assert done.returncode in {1, 2, 141}


@pytest.mark.parametrize("where", ["full", "closed"])
def test_a_batch_whose_progress_nobody_reads_is_done(tmp_path: Path, where: str) -> None:
    """What would have been said of the reports is lost, and no report is."""
    many(tmp_path / "in", 2)
    out = tmp_path / "out"
    with serving(answer) as server, Path("/dev/full").open("wb") if where == "full" else _closed_pipe() as gone:
        words = ["summarise", str(tmp_path / "in"), "-o", str(out), "--base-url", server.url, "--model", "m"]
        done = _run(words, stderr=gone)
    assert done.returncode == 0
    assert len(list(out.glob("r0*.json"))) == 2
    assert not (out / ".huimou" / "errors").exists()
