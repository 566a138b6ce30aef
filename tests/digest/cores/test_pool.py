"""The same done to many items on the other cores: results in order, whatever becomes of the processes."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from huimou.digest.cores import HERE, Cores, open_cores
from huimou.digest.cores import pool as module
from huimou.language.rules import use_rules
from huimou.language.rules.rulebook import SHIPPED_RULES
from huimou.model.events import DigestEvent, PartDone, StepStarted
from waiting import until

_PROCESS = "__import__('os').getpid()"
_RULES = "__import__('huimou.language.rules.rule', fromlist=['x']).read_book().digest"
_LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
_SCRIPT = """
from huimou.digest.cores import open_cores
from huimou.digest.cores import pool
pool.count_cores = lambda: 2
print("runs", flush=True)
with open_cores(1, 1) as cores:
    processes = sorted(set(cores.map(eval, ["__import__('os').getpid()"] * 1000, "step")))
    waiting = cores.map(eval, ["__import__('time').sleep(0.2)"] * 1000, "step")  # kept: dropped it swallows signals
    print(*cores._team.list_ids(), flush=True)
    input()
"""


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two cores."""
    monkeypatch.setattr(module, "count_cores", lambda: 2)


@pytest.fixture
def cores(two_cores: None) -> Iterator[Cores]:
    """Two processes."""
    del two_cores
    with open_cores(10, 10) as opened:
        yield opened


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_results_are_in_order_wherever_they_are_made(cores: Cores) -> None:
    """Both ways give what a plain loop gives, and the items go to all processes."""
    expected = [math.factorial(n) for n in range(300)]
    assert list(cores.map(math.factorial, range(300), "step")) == expected
    assert list(HERE.map(math.factorial, range(300), "step")) == expected
    assert [result() for result in reversed(cores.begin(partial(pow, 2), range(200)))] == [
        2**n for n in reversed(range(200))
    ]
    busy = set(cores.map(eval, [f"[{_PROCESS}, __import__('time').sleep(0.02)][0]"] * 100, "step"))
    assert len(busy) == 2
    assert os.getpid() not in busy


def test_a_short_report_stays_here(two_cores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor has a machine with one core others."""
    del two_cores
    with open_cores(9, 10) as opened:
        assert list(opened.map(eval, [_PROCESS], "step")) == [os.getpid()]
    monkeypatch.setattr(module, "count_cores", lambda: 1)
    with open_cores(10, 10) as opened:
        assert list(opened.map(eval, [_PROCESS], "step")) == [os.getpid()]


def test_what_a_process_did_not_do_is_done_here(cores: Cores) -> None:
    """Processes that end over an item cost nothing; with none left all is done here."""
    deadly = f"__import__('os')._exit(9) if {_PROCESS} != {os.getpid()} else 7"
    assert list(cores.map(eval, ["1", deadly, "3"] * 30, "step")) == [1, 7, 3] * 30
    assert list(cores.map(eval, [_PROCESS] * 100, "step")) == [os.getpid()] * 100


@_LINUX
def test_a_killed_process_costs_nothing(cores: Cores) -> None:
    """As the system does it where memory is short."""
    results = cores.begin(eval, [f"__import__('time').sleep(0.01) or {n}" for n in range(300)])
    assert cores._team is not None
    os.kill(cores._team.list_ids()[0], signal.SIGKILL)
    assert [result() for result in results] == list(range(300))


def test_an_error_is_the_same_as_here(cores: Cores) -> None:
    """It is not taken for the death of a process."""
    with pytest.raises(ZeroDivisionError):
        list(cores.map(eval, ["1", "1 / 0"], "step"))


def test_processes_read_with_the_rules_in_force(two_cores: None) -> None:
    """Those of the user where there are some."""
    del two_cores
    with use_rules(SHIPPED_RULES.without("titles.no_title")), open_cores(10, 10) as opened:
        assert set(opened.map(eval, [_RULES] * 4, "step")) == {" without titles.no_title"}
    with open_cores(10, 10) as opened:
        assert set(opened.map(eval, [_RULES] * 4, "step")) == {""}


@_LINUX
def test_reports_share_processes_which_end_with_the_last(two_cores: None) -> None:
    """Two reports at once do not use twice as many."""
    del two_cores
    seen: list[tuple[int, ...]] = []
    meeting = threading.Barrier(2)

    def read(number: int) -> None:
        with open_cores(10, 10) as opened:
            meeting.wait()
            assert opened._team is not None
            seen.append(opened._team.list_ids())
            assert list(opened.map(partial(pow, number), range(200), "step")) == [number**n for n in range(200)]

    threads = [threading.Thread(target=read, args=(number,)) for number in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert not any(map(_is_running, seen[0]))


@_LINUX
def test_what_is_not_wanted_any_more_is_left(two_cores: None) -> None:
    """An error in the report ends the processes at once, whatever they are doing."""
    del two_cores
    processes: list[int] = []

    def read() -> None:
        with open_cores(10, 10) as opened:
            assert opened._team is not None
            processes.extend(opened._team.list_ids())
            opened.begin(eval, ["__import__('time').sleep(60)"] * 100)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read()
    assert len(processes) == 2
    assert not any(map(_is_running, processes))


def test_a_machine_without_room_for_processes_does_it_alone(two_cores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system starts none."""
    del two_cores

    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with open_cores(10, 10) as opened:
        assert list(opened.map(eval, [_PROCESS], "step")) == [os.getpid()]


def test_a_long_step_is_told_of(two_cores: None) -> None:
    """A step of very many items moves a bar; one of a few is over before anybody looks."""
    del two_cores
    told: list[DigestEvent] = []
    for characters in (9, 10):
        told.clear()
        with open_cores(characters, 10, told.append) as opened:
            list(opened.map(math.factorial, range(3), "few"))
            assert told == []
            list(opened.map(str, range(1500), "many"))
        assert told == [StepStarted("many", 1500), *[PartDone()] * 1500]


@_LINUX
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_script_without_a_main_guard_runs_once_and_leaves_no_process(tmp_path: Path, end: signal.Signals) -> None:
    """However it ends."""
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(_SCRIPT), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    ) as script:
        assert script.stdout is not None
        assert script.stdout.readline() == "runs\n"
        processes = [int(word) for word in script.stdout.readline().split()]
        assert len(processes) == 2
        assert all(map(_is_running, processes))
        script.send_signal(end)
        assert script.stdout.read() == ""
    until(lambda: not any(map(_is_running, processes)))
