"""Reports spread over a real Ray of this machine, in the processes of a command: the network is blocked here."""

from __future__ import annotations

import os
import signal
import sqlite3
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huimou.cli import app
from scripted_server import serving
from small_suite import REPORT, answer
from waiting import until
from worker_runs import (
    CITIES,
    Crowd,
    asked_twice,
    bill,
    children,
    enter_folder,
    here,
    lives,
    started,
    without_seconds,
)

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install 'huimou[ray]'")
_SECONDS = 400  # on a busy machine; in quiet a tenth of it
_POISON = """
import sys
if any(word.endswith("default_worker.py") for word in sys.orig_argv):
    import os, signal
    from huimou.digest.steps import ingest
    read = ingest.read_report
    def read_report(path):
        if path.name == "poison.txt":
            os.kill(os.getpid(), signal.SIGKILL)
        return read(path)
    ingest.read_report = read_report
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four reports in the working directory."""
    enter_folder(tmp_path, monkeypatch)


def below(pid: int) -> list[int]:
    """All processes that a process has started, and those that they have."""
    return [found for child in children(pid) for found in (child, *below(child))]


def actors(pid: int) -> list[int]:
    """Of those, the ones that work on reports."""
    return [one for one in below(pid) if b"ReportActor" in title(one)]


def title(pid: int) -> bytes:
    """What a process calls itself."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@needs_ray
def test_killed_workers_cost_only_what_was_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker is killed in mid-report, one report kills every worker: the rest is as one process makes it."""
    Path("in/poison.txt").write_text(REPORT, encoding="utf-8")
    Path("site").mkdir()
    Path("site/sitecustomize.py").write_text(_POISON, encoding="utf-8")
    site = str(Path("site").absolute())
    with monkeypatch.context() as patched, serving(crowd := Crowd(0.3)) as server:
        patched.setenv("PYTHONPATH", os.pathsep.join([site, os.environ.get("PYTHONPATH", "")]))
        with started(server.url, "--engine", "ray", "--workers", "2", "--concurrency", "4") as process:
            until(lambda: server.calls >= 12, _SECONDS)  # 5 calls a report: the third is begun at least
            os.kill(actors(process.pid)[0], signal.SIGKILL)
            everything = below(process.pid)
            _, said = process.communicate(timeout=_SECONDS)
        assert process.returncode == 3, said
        assert "Traceback" not in said
        assert "ray" not in said.casefold(), said  # only what becomes of the reports is told
        told = bill()
        with sqlite3.connect("out/.huimou/ledger.sqlite") as ledger:
            (kept,) = ledger.execute("SELECT count(*) FROM answers").fetchone()
        assert crowd.most <= 4
        assert server.calls - kept == asked_twice(server)
        assert asked_twice(server) <= 2  # in flight at the worker that was killed
        until(lambda: not any(map(lives, everything)), 30)
    assert told["reports"] == {"planned": 5, "complete": 4, "partial": 0, "failed": 1, "left": 0}
    (failure,) = told["failures"]
    assert (failure["name"], failure["reason"]) == ("poison", "the worker process died twice on this report")
    assert told["paid"]["calls"] >= kept - 2  # what a killed worker had not told yet
    Path("in/poison.txt").unlink()
    with serving(answer) as server:
        assert here(server.url, "alone").exit_code == 0
    for number in range(len(CITIES)):
        for suffix in ("json", "md"):
            name = f"r{number}.{suffix}"
            mine, theirs = Path("out", name).read_text("utf-8"), Path("alone", name).read_text("utf-8")
            assert without_seconds(mine) == without_seconds(theirs)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--engine", "ray", "--record"), "--record works with one process only"),
        (("--ray-address", "head:6379"), "--ray-address is for --engine ray"),
        (("--engine", "ray", "--ray-address", "ray://head:10001"), "ray://head:10001 is no node of the cluster"),
    ],
)
def test_what_does_not_go_together_is_refused(options: tuple[str, ...], said: str) -> None:
    """In one line."""
    done = here("http://127.0.0.1:9/v1", "out", *options)
    assert done.exit_code == 2
    assert said in done.output


def test_the_built_in_model_serves_no_cluster() -> None:
    """It is on this machine's loopback."""
    words = ["summarise", "in", "-o", "out", "--engine", "ray", "--ray-address", "head:6379"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "the built-in model serves this machine only, not the nodes of a cluster" in done.output
