"""Reports spread over worker processes: the same digests, nothing paid twice, whoever is killed."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.errors import PromptCut, UsageError
from huimou.llm.balancing.find_servers import choose_first_limit, share_limit
from huimou.llm.tokens import EndpointFacts
from huimou.settings import Endpoint, Share
from huimou.store.answers import open_store
from huimou.store.paths import STORE
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
    run,
    started,
    without_seconds,
)

_POISON = """
import os, signal, sys
if "huimou.batch.engines.worker" in sys.orig_argv:
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


def test_the_same_digests_within_the_same_limit() -> None:
    """Two workers give, byte for byte, what one process gives, with no more requests at once, and one bill."""
    with serving(crowd := Crowd()) as server:
        done = run(server.url, "out", "--workers", "2", "--concurrency", "3")
        assert done.returncode == 0, done.stderr
        assert 1 < crowd.most <= 3
        assert asked_twice(server) == 0
        assert bill()["paid"]["calls"] == server.calls
        assert sum(one["calls"] for one in bill()["paid_by_question"].values()) == server.calls
        calls = server.calls
        assert "4 of 4 reports are done already" in here(server.url, "out", "--workers", "2").output
        assert here(server.url, "alone").exit_code == 0
    assert server.calls == 2 * calls
    for number in range(len(CITIES)):
        for suffix in ("json", "md"):
            name = f"r{number}.{suffix}"
            mine, theirs = Path("out", name).read_text("utf-8"), Path("alone", name).read_text("utf-8")
            assert without_seconds(mine) == without_seconds(theirs)
    assert done.stderr.count("has not been probed") == 1  # both workers have found that out


def test_a_killed_worker_costs_only_what_was_in_flight() -> None:
    """Kill -9 of a worker in mid-report: another one goes on, and what was kept is not asked again."""
    crowd = Crowd(0.1, at_once=6)  # so that no worker is done before it is killed
    with serving(crowd) as server, started(server.url, "--workers", "2", "--concurrency", "4") as process:
        until(lambda: server.calls >= 8)
        before = children(process.pid)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        crowd.go_on.set()
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        assert "a worker process died (status -9)" in said
        assert bill()["reports"]["complete"] == 4
        with sqlite3.connect("out/.huimou/ledger.sqlite") as ledger:
            (kept,) = ledger.execute("SELECT count(*) FROM answers").fetchone()
    assert server.calls - kept == asked_twice(server)
    assert 0 <= asked_twice(server) <= 2  # its share of four requests
    assert not any(map(lives, before))


def test_a_report_that_kills_its_workers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the second death it has failed with a line that says so; the others, also those beside it, are done."""
    Path("in/poison.txt").write_text(REPORT, encoding="utf-8")
    Path("site").mkdir()
    Path("site/sitecustomize.py").write_text(_POISON, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["site", os.environ.get("PYTHONPATH", "")]))
    with serving(answer) as server:
        done = run(server.url, "out", "--workers", "2", "--concurrency", "4")
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("a worker process died (status -9)") == 2
    assert bill()["reports"] == {"planned": 5, "complete": 4, "partial": 0, "failed": 1, "left": 0}
    (failure,) = bill()["failures"]
    assert (failure["name"], failure["reason"]) == ("poison", "the worker process died twice on this report")


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_no_worker_outlives_the_main_process(sent: signal.Signals, status: int) -> None:
    """Ctrl-C stops them in order; also a main process that is killed leaves none, and the next run goes on."""
    with serving(crowd := Crowd(0.1, at_once=6)) as server:
        with started(server.url, "--workers", "2", "--concurrency", "4") as process:
            until(lambda: server.calls >= 8)
            workers = children(process.pid)
            process.send_signal(sent)
            crowd.go_on.set()
            _, said = process.communicate(timeout=60)
            assert process.returncode == status
            assert "Traceback" not in said
        open_store(Path("out") / STORE).close()  # free at once, though a worker may live a moment longer
        assert len(workers) == 2
        until(lambda: not any(map(lives, workers)), 10)
        assert here(server.url, "out").exit_code == 0
    assert bill()["reports"]["complete"] == 4
    assert asked_twice(server) <= (0 if sent == signal.SIGINT else 4)


def test_an_endpoint_that_is_not_there_stops_all() -> None:
    """Exit 4 with the error once, as with one process."""
    with serving(answer) as server:
        url = server.url
    done = run(url, "out", "--workers", "2", "--concurrency", "2")
    assert done.returncode == 4
    assert done.stderr.count("error: ") == 1
    assert "4 of 4 reports not done" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--workers", "none"), "--workers none: not a number from 1"),
        (("--workers", "0"), "--workers 0: not a number from 1"),
        (("--workers", "2", "--record"), "--record works with one process only"),
        (("--workers", "2", "--replay"), "--replay works with one process only"),
    ],
)
def test_what_does_not_go_together_is_refused(options: tuple[str, ...], said: str) -> None:
    """In one line, before anything is written."""
    done = here("http://127.0.0.1:9/v1", "out", *options)
    assert done.exit_code == 2
    assert said in done.output
    assert not Path("out").exists()


def test_more_workers_than_requests_are_not_started() -> None:
    """Each needs one request of those allowed."""
    with serving(crowd := Crowd()) as server:
        done = run(server.url, "out", "--workers", "4", "--concurrency", "1")
    assert done.returncode == 0
    assert crowd.most == 1
    assert "1 of 4 workers: no more than 1 requests at once are allowed" in done.stderr


def test_a_member_needs_its_parent_to_own_the_ledger(tmp_path: Path) -> None:
    """A ledger can be joined only beside the process that owns it now."""
    path = tmp_path / "ledger.sqlite"
    with pytest.raises(UsageError, match="is not owned by process"):
        open_store(path, member_of=os.getppid())
    with open_store(path):
        script = (
            f"from pathlib import Path; from huimou.store.answers import open_store; open_store(Path({str(path)!r})"
        )
        member = f"{script}, member_of={os.getpid()})"
        joins = subprocess.run([sys.executable, "-c", member], capture_output=True, check=False)
        takes = subprocess.run([sys.executable, "-c", f"{script})"], capture_output=True, text=True, check=False)
    assert joins.returncode == 0
    assert "is in use by process" in takes.stderr


@given(st.integers(0, 300), st.integers(1, 40))
def test_shares_are_the_whole(whole: int, many: int) -> None:
    """Together as many as allowed, or one each; more in all is never less for one."""
    parts = [Share(number, many).part(whole) for number in range(many)]
    assert sum(parts) == max(whole, many)
    assert max(parts) - min(parts) <= 1
    assert all(Share(number, many).part(whole + 1) >= part for number, part in enumerate(parts))


def test_what_was_found_for_a_server_is_shared_out() -> None:
    """Its slots and the spare one, 5 requests, are 3 and 2 for two processes, to begin with and at most."""
    facts = EndpointFacts("llama.cpp", "m", slots=4)
    found = choose_first_limit(Endpoint("openai", "http://127.0.0.1:9/v1"), facts, chosen=False)
    parts = [share_limit(found, Share(number, 2)) for number in range(2)]
    assert [(part.limit, part.cap) for part in parts] == [(3, 3), (2, 2)]


def test_errors_are_the_same_in_another_process() -> None:
    """Class, message and hint."""
    error = pickle.loads(pickle.dumps(PromptCut("cut", "use another")))  # noqa: S301 (our own)
    assert (type(error), error.message, error.hint, str(error)) == (PromptCut, "cut", "use another", "cut: use another")
