"""`huimou serve` as a process: what it prints, whom it lets in, how it ends."""

from __future__ import annotations

import builtins
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from huimou.cli import app
from huimou.cli.servers import serve as serve_command
from huimou.store.answers import open_store
from huimou.store.paths import STORE
from scripted_server import serving
from served_folder import a_folder, until
from small_suite import REPORT, answer
from worker_runs import Crowd


@contextmanager
def started(*arguments: str | Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A service in a process of its own, and its address."""
    command = [sys.executable, "-m", "huimou", "serve", *map(str, arguments), "--port", "0"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=os.environ | environment, **pipes) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_a_service_from_start_to_end(tmp_path: Path) -> None:
    """A new folder; the address is printed; an upload is digested; Ctrl-C ends it in order, the ledger is free."""
    out = tmp_path / "out"
    with serving(answer) as server:
        options = ("--base-url", server.url, "--model", "m")
        with started(out, *options, HUIMOU_CACHE=str(tmp_path / "cache")) as (process, url):
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
            with httpx2.Client(base_url=url, trust_env=False) as client:
                assert client.get("/").status_code == 200
                [job] = client.post("/api/reports", files={"files": ("a.txt", REPORT.encode())}).json()
                until(lambda: client.get(f"/api/jobs/{job['id']}").json()["status"] == "complete")
            process.send_signal(signal.SIGINT)
            assert process.wait(20.0) == 0
            assert process.stderr is not None
            said = process.stderr.read()
            assert "stopped" in said
            assert "Traceback" not in said
    with open_store(out / STORE) as ledger:
        assert ledger.count() > 0


def test_the_network_gets_a_token(tmp_path: Path) -> None:
    """It is made and printed once, and it opens."""
    with started(a_folder(tmp_path / "out"), "--host", "0.0.0.0") as (process, url):  # noqa: S104 (what is tried)
        assert process.stdout is not None
        token = process.stdout.readline().removeprefix("token: ").strip()
        assert len(token) >= 32
        port = httpx2.URL(url).port
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert client.get("/api/reports").status_code == 401
            known = client.get("/api/reports", headers={"authorization": f"Bearer {token}"})
            assert known.json()["total"] == 1
        process.send_signal(signal.SIGTERM)
        process.wait(20.0)
        assert process.stderr is not None
        assert "not encrypted" in process.stderr.read()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_every_signal_that_asks_it_to_ends_it_in_order(tmp_path: Path, sent: signal.Signals) -> None:
    """As Ctrl-C does: it says so, and its status is that of a service that was stopped as it should be."""
    with started(a_folder(tmp_path / "out")) as (process, url):
        assert httpx2.get(url, trust_env=False).status_code == 200
        process.send_signal(sent)
        assert process.wait(20.0) == 0
        assert process.stderr is not None
        assert process.stderr.read().endswith("stopped; what was in hand goes on at the next start\n")


def test_a_second_signal_ends_the_service_at_once(tmp_path: Path) -> None:
    """While a report waits for a server that never answers."""
    with serving(crowd := Crowd(at_once=0)) as server:
        options = ("--base-url", server.url, "--model", "m")
        with started(tmp_path / "out", *options, HUIMOU_CACHE=str(tmp_path / "cache")) as (process, url):
            with httpx2.Client(base_url=url, trust_env=False) as client:
                client.post("/api/reports", files={"files": ("a.txt", REPORT.encode())})
            until(lambda: server.calls >= 1)
            process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)
            process.send_signal(signal.SIGTERM)
            assert process.wait(5.0) == 143
        crowd.go_on.set()
    open_store(tmp_path / "out" / STORE).close()


def test_a_token_of_the_environment(tmp_path: Path) -> None:
    """It is asked for on this machine, too, and not printed."""
    token = "a-token-of-some-length"  # noqa: S105 (of the test)
    with started(a_folder(tmp_path / "out"), HUIMOU_SERVE_TOKEN=token) as (process, url):
        assert httpx2.get(f"{url}api/reports", trust_env=False).status_code == 401
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20.0)
        assert token not in output + errors


def refused(*arguments: str | Path) -> str:
    """What a service that does not start says."""
    done = CliRunner().invoke(app, ["serve", *map(str, arguments)])
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    return done.output


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """One line, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"cannot listen on 127.0.0.1 port {port}" in refused(tmp_path, "--port", port)


def test_a_short_token(tmp_path: Path) -> None:
    """It can be guessed."""
    assert "too short" in refused(tmp_path, "--token", "secret")


@pytest.mark.parametrize("module", ["fastapi", "uvicorn", "python_multipart"])
def test_without_the_extra(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line names what is missing and how to install it."""
    for name in [name for name in sys.modules if name.startswith("huimou.service") or name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == module:
            raise ModuleNotFoundError(name=module)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    said = refused(tmp_path)
    assert f"serve needs {module}" in said
    assert 'pip install "huimou[serve]"' in said


def test_leave_for_marked_reports_is_given_once_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who starts the service says whether uploads that are marked may go to a server on another machine."""
    given: list[bool] = []
    monkeypatch.setattr(serve_command, "_build_app", lambda _, run: given.append(run.digest.choices.allows_marked))
    monkeypatch.setattr(serve_command, "_serve_app", lambda *_, **__: None)
    for more in ((), ("--allow-marked",)):
        assert CliRunner().invoke(app, ["serve", str(tmp_path / "out"), *more]).exit_code == 0
    assert given == [False, True]
