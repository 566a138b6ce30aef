"""Signals that ask a command to end: the first ends it in order and in one line, a second at once, nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from follow_pair import a_pair
from huimou.batch.engines.signals import ENDING, EndedBySignal, get_exit_status, get_signal, obey_signals
from huimou.outputs.render.to_json import to_json
from huimou.store.answers import open_store
from huimou.store.journal import read_journal
from huimou.store.paths import STORE
from scripted_server import Reply, completion, serving
from small_suite import answer
from waiting import until
from worker_runs import CITIES, Crowd, asked_twice, bill, children, command, enter_folder, here, lives, started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to other processes")
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_SAID = "interrupted; run the same command again to go on\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four reports in the working directory."""
    enter_folder(tmp_path, monkeypatch)


@pytest.mark.parametrize("sent", _ENDING)
def test_a_batch_ends_in_order(sent: signal.Signals) -> None:
    """One line, the status that shells expect, a folder that is free, a journal that says so, and it goes on."""
    with serving(crowd := Crowd(at_once=6)) as server:
        with started(server.url, "--concurrency", "4", "--quiet") as process:
            until(lambda: server.calls >= 8)
            process.send_signal(sent)
            crowd.go_on.set()
            _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (128 + sent, _SAID)
        open_store(Path("out") / STORE).close()
        last, _ = read_journal(Path("out") / STORE)
        assert last is not None
        assert last.exit_status == 128 + sent
        assert here(server.url, "out").exit_code == 0
    assert bill()["reports"]["complete"] == 4
    assert asked_twice(server) == 0


@pytest.mark.parametrize("sent", _ENDING)
def test_a_second_signal_ends_at_once(sent: signal.Signals) -> None:
    """Although the server never answers; whichever came first."""
    with serving(crowd := Crowd(at_once=0)) as server:
        with started(server.url, "--concurrency", "4", "--quiet") as process:
            until(lambda: server.calls >= 2)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            assert process.poll() is None, "what is out is waited for"
            process.send_signal(sent)
            _, said = process.communicate(timeout=5)
        assert (process.returncode, said) == (128 + sent, "ended at once; run the same command again to go on\n")
        open_store(Path("out") / STORE).close()
        crowd.go_on.set()
        assert here(server.url, "out").exit_code == 0


def test_hang_up_stays_ignored_where_it_was() -> None:
    """As under nohup: the terminal goes, the batch stays."""
    with serving(crowd := Crowd(at_once=6)) as server:
        words = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command(server.url, "out", "--quiet")]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
            until(lambda: server.calls >= 6)
            process.send_signal(signal.SIGHUP)
            time.sleep(0.2)
            crowd.go_on.set()
            _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGQUIT])
def test_a_signal_to_every_process_of_a_batch(sent: signal.Signals) -> None:
    """A service manager sends it to the workers too: they leave it to the main process, which stops them."""
    with serving(crowd := Crowd(0.1, at_once=6)) as server:
        with started(server.url, "--workers", "2", "--concurrency", "4", "--quiet") as process:
            until(lambda: server.calls >= 8)
            workers = children(process.pid)
            assert len(workers) == 2
            for pid in (*workers, process.pid):
                os.kill(pid, sent)
            crowd.go_on.set()
            _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (128 + sent, _SAID)
        until(lambda: not any(map(lives, workers)), 10)
        assert here(server.url, "out").exit_code == 0
    assert asked_twice(server) == 0


def test_workers_end_with_a_main_process_that_ends_at_once() -> None:
    """Their pipe is closed then."""
    with serving(crowd := Crowd(0.1, at_once=6)) as server:
        with started(server.url, "--workers", "2", "--concurrency", "4", "--quiet") as process:
            until(lambda: server.calls >= 8)
            workers = children(process.pid)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)
            assert process.returncode == 128 + signal.SIGTERM
            until(lambda: not any(map(lives, workers)), 10)
        crowd.go_on.set()


def _answer_partly(body: Any) -> Reply:
    """No usable answer to one question."""
    is_asked = any(f"{CITIES[1]}夜间经济" in message["content"] for message in body["messages"])
    return completion("坏", prompt_tokens=900) if is_asked else answer(body)


_FOLLOW = ["follow", "2023.json", "2024.json", "-o", "f.md"]
_RECORD = ["fixtures", "record", "--reports", "in", "--fixtures", "fixtures"]
_TRY = ["try", "item-summary", "in/r0.txt", "--unit", "2"]


def _prepare(command: str, folder: Path) -> None:
    """Make what a command works on: a batch with a report that is partial, or the digests of two years."""
    if command == "retry":
        with serving(_answer_partly) as server:
            assert here(server.url, "out", "--effort", "low").exit_code == 3
    if command == "follow":
        for name, digest in zip(("2023", "2024"), a_pair(folder), strict=True):
            Path(f"{name}.json").write_text(to_json(digest), encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        (["retry", "out", "--quiet"], signal.SIGTERM),
        (_FOLLOW, signal.SIGHUP),
        (_RECORD, signal.SIGQUIT),
        (_TRY, signal.SIGTERM),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_other_commands_end_in_order(words: list[str], sent: signal.Signals, tmp_path: Path) -> None:
    """Those that ask a server: a line, the status, no traceback, and the folder is free."""
    _prepare(words[0], tmp_path)
    with serving(crowd := Crowd(at_once=0)) as server:
        run = [sys.executable, "-m", "huimou", *words, "--base-url", server.url, "--model", "m"]
        with subprocess.Popen(run, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
            until(lambda: server.calls >= 1)
            process.send_signal(sent)
            crowd.go_on.set()
            _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + sent, said
    assert said.splitlines()[-1].startswith("interrupted; ")
    assert "Traceback" not in said
    for store in Path().glob("*/.huimou/*.sqlite"):
        open_store(store).close()


def test_a_batch_in_two_containers_with_one_name() -> None:
    """Each has processes of its own with the same numbers, and the same host name: the second is refused."""
    if subprocess.run(["unshare", "--pid", "--fork", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to make namespaces of processes")
    contained = ["unshare", "--pid", "--fork", "--kill-child"]
    with serving(crowd := Crowd(at_once=4)) as server:
        run = [*contained, *command(server.url, "out", "--quiet")]
        with subprocess.Popen(run, stderr=subprocess.PIPE, text=True) as first:
            until(lambda: server.calls >= 5)
            second = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
            crowd.go_on.set()
            _, said = first.communicate(timeout=60)
    assert second.returncode == 2
    assert second.stderr.startswith("error: out/.huimou/ledger.sqlite is in use by process ")
    assert first.returncode == 0, said
    assert asked_twice(server) == 0


def test_the_first_process_of_a_container_ends_at_sigterm() -> None:
    """The system protects it from signals that it does not handle, and `docker stop` would wait for ten seconds."""
    if subprocess.run(["unshare", "--pid", "--fork", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to make namespaces of processes")
    contained = ["unshare", "--pid", "--fork", "--kill-child"]
    with serving(crowd := Crowd(at_once=4)) as server:
        run = [*contained, *command(server.url, "out", "--quiet")]
        with subprocess.Popen(run, stderr=subprocess.PIPE, text=True) as process:
            until(lambda: server.calls >= 5)
            (inner,) = children(process.pid)
            os.kill(inner, signal.SIGTERM)
            crowd.go_on.set()
            _, said = process.communicate(timeout=60)
    assert said == _SAID
    assert process.returncode == 128 + signal.SIGTERM


def test_an_interrupt_says_its_signal() -> None:
    """Ctrl-C as Python raises it is that of SIGINT."""
    assert get_signal(KeyboardInterrupt()) == signal.SIGINT
    assert get_signal(EndedBySignal(signal.SIGTERM)) == signal.SIGTERM
    assert [get_exit_status(number) for number in _ENDING] == [130, 143, 129, 131]


def test_handlers_are_given_back() -> None:
    """Also after one was called, and in other threads nothing is done."""
    before = [signal.getsignal(number) for number in ENDING]
    with pytest.raises(EndedBySignal, match="SIGTERM"), obey_signals():
        signal.raise_signal(signal.SIGTERM)
    assert [signal.getsignal(number) for number in ENDING] == before
    seen: list[object] = []

    def elsewhere() -> None:
        with obey_signals():
            seen.append([signal.getsignal(number) for number in ENDING])

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [before]
