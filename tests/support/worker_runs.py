"""Batches with workers, as commands: how they are started, watched and compared."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from scripted_server import Reply, ScriptedServer
from small_suite import answer, named

CITIES = ("青松", "白杨", "红河", "蓝田")


def enter_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of four reports, with a cache of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HUIMOU_CACHE", str(folder / "cache"))
    Path("in").mkdir()
    for number, city in enumerate(CITIES):
        Path(f"in/r{number}.txt").write_text(named(city), encoding="utf-8")


class Crowd:
    """A server's answers, with how many were on their way at once; after `at_once` of them it waits for `go_on`."""

    def __init__(self, delay: float = 0.02, at_once: int = sys.maxsize) -> None:
        self._lock = threading.Lock()
        self._delay = delay
        self.at_once = at_once
        self._asked = 0
        self._now = 0
        self.most = 0
        self.go_on = threading.Event()

    def __call__(self, body: Any) -> Reply:
        """The answer, after a moment."""
        with self._lock:
            self._now += 1
            self._asked += 1
            self.most = max(self.most, self._now)
            waits = self._asked > self.at_once
        time.sleep(self._delay)
        if waits:
            self.go_on.wait(60)
        with self._lock:
            self._now -= 1
        return answer(body)


def command(url: str, out: str, *more: str) -> list[str]:
    """`huimou summarise`."""
    return [sys.executable, "-m", "huimou", "summarise", "in", "-o", out, "--base-url", url, "--model", "m", *more]


def run(url: str, out: str, *more: str) -> subprocess.CompletedProcess[str]:
    """It, to its end."""
    done = subprocess.run(command(url, out, *more), capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def here(url: str, out: str, *more: str) -> Result:
    """It, in this process: cheaper where no worker is started."""
    return CliRunner().invoke(app, command(url, out, *more)[3:])


@contextmanager
def started(url: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    """It, in the middle of its work."""
    process = subprocess.Popen(command(url, "out", *more), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def children(pid: int) -> list[int]:
    """Living processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(path.parent.name))
    return sorted(found)


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def bill(out: str = "out") -> dict[str, Any]:
    """What the run came to."""
    told: dict[str, Any] = json.loads(Path(out, "run.json").read_text(encoding="utf-8"))
    return told


def asked_twice(server: ScriptedServer) -> int:
    """Requests that were asked before."""
    asked = [json.dumps(one.body, sort_keys=True) for one in server.chats]
    return len(asked) - len(set(asked))


def without_seconds(text: str) -> str:
    """A digest but for the times that the answers took."""
    return "\n".join(line for line in text.splitlines() if '"seconds"' not in line and "秒" not in line)
