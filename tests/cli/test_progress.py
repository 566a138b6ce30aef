"""How a long run shows that it is alive: on a terminal, and in a log."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress

from batch_stand_in import planned
from huimou.batch.events import BatchStarted, Noted, ReportStarted, ServersOpened, Warned
from huimou.cli.option_groups import ProgressOptions
from huimou.cli.progress import ProgressBars, ProgressLines, build_columns, open_progress
from huimou.llm.balancing.upstream import Busy, ServerState
from huimou.model.events import PartDone, StepStarted, TokensSpent, UnitDone, UnitsPlanned
from scripted_server import Reply, serving
from small_suite import REPORT, answer


def test_servers_together() -> None:
    """Calls, limits and retries add up; a server that is away offers no room."""
    one = ServerState("http://one/v1", 3, 4, 8, "closed", 2)
    other = ServerState("http://two/v1", 0, 6, 8, "open", 5)
    assert Busy.of([one]) == Busy(3, 4, 2, 1, 0)
    assert Busy.of([one, other]) == Busy(3, 4, 7, 2, 1)
    assert Busy.of([replace(other, in_flight=1, state="half-open")]) == Busy(1, 1, 5, 1, 1)


def test_beats_of_a_log() -> None:
    """Nothing before the batch starts; then reports, units, tokens, calls and retries, each as far as it is known."""
    console = Console(file=io.StringIO(), width=60)
    lines = ProgressLines(console)
    lines.beat()
    lines.show(BatchStarted((planned("a"), planned("b"))))
    lines.show(ReportStarted(planned("a")))
    lines.beat()
    lines.show(UnitsPlanned(4))
    lines.show(ServersOpened(lambda: Busy(5, 6, 1, 2, 1)))
    lines.show(UnitDone())
    lines.show(TokensSpent(90, 10))
    lines.beat()
    first, second = console.file.getvalue().splitlines()
    assert first == "[0/2] 0 of 0 units of the reports begun"
    assert second.startswith("[0/2] 1 of 4 units of the reports begun, ")
    assert re.search(r", \d+ tokens/s, about \d+:\d\d left, ", second)
    assert second.endswith(", 5 of 6 in flight, 1 retry, 1 of 2 servers away")


def test_a_log_beats_until_the_run_is_over() -> None:
    """At its pace, and not once more."""
    console = Console(file=io.StringIO(), width=60)
    lines = ProgressLines(console)
    lines.show(BatchStarted((planned("a"),)))
    with lines.beating(0.002):
        deadline = time.monotonic() + 10
        while console.file.getvalue().count("\n") < 3 and time.monotonic() < deadline:
            time.sleep(0.002)
    beats = console.file.getvalue().count("\n")
    assert beats >= 3
    time.sleep(0.01)
    assert console.file.getvalue().count("\n") == beats


def test_a_long_name_does_not_narrow_the_bars() -> None:
    """What stands beside the bars is cut at the end of the line; markup in a name stays text."""
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    progress = Progress(*build_columns(console), console=console)
    bars = ProgressBars(progress)
    bars.show(BatchStarted((planned("a"),)))
    bars.show(ServersOpened(lambda: Busy(5, 6, 0, 1, 0)))
    bars.show(ReportStarted(planned("[red]" + "常务委员会工作报告" * 9)))
    bars.show(UnitsPlanned(12))
    console.print(progress.get_renderable())
    reports, units = console.file.getvalue().splitlines()
    assert reports.startswith("reports " + " " * 20 + " 0/1")
    assert re.match(r"units {20,}0/12 5 of 6 in flight, \[red\]常务委员会", units)
    assert units.rstrip().endswith("…")


def test_a_long_step_of_the_program_has_a_bar() -> None:
    """The titles of a very long report are counted while they are written; those of a usual one show nothing."""
    console = Console(file=io.StringIO(), width=80)
    with Progress(*build_columns(console), console=console, auto_refresh=False) as progress:
        bars = ProgressBars(progress)
        bars.show(StepStarted("titles", 60))
        assert "titles" not in _draw(progress)
        bars.show(StepStarted("titles", 4000))
        bars.show(PartDone())
        assert re.search(r"titles +[━╸╺ ]* *1/4000", _draw(progress))
        bars.show(StepStarted("titles", 5000))
        assert "0/5000" in _draw(progress)


def _draw(progress: Progress) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(progress.get_renderable())
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_run_in_a_terminal(tmp_path: Path) -> None:
    """The command in a pseudo terminal shows both bars with tokens, time left, calls and retries, then the tables."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "qingsong.txt").write_text(REPORT, encoding="utf-8")
    told = []

    def slow(body: Any) -> Reply:
        told.append(body)
        return Reply({"error": {"message": "busy"}}, 503) if len(told) == 2 else replace(answer(body), delay=0.15)

    with serving(slow) as server:
        shown = _in_terminal(tmp_path, "summarise", "in", "-o", "out", "--base-url", server.url, "--model", "m")
    assert re.search(r"reports ━{20} 0/1 +\d+ tokens/s, about \d+:\d\d left", shown)
    assert re.search(r"units   [━╸╺]{20} +\d/\d \d of \d in flight, 1 retry, qingsong", shown)
    assert re.search(r"wording +item-summary", shown)


def _in_terminal(folder: Path, *arguments: str) -> str:
    """What `huimou` shows in a terminal of 80 columns, without its escape codes."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "HUIMOU_CACHE": str(folder / "cache")}
    command = [sys.executable, "-m", "huimou", *arguments]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment)
    os.close(theirs)
    data = b""
    try:
        while chunk := os.read(ours, 65536):
            data += chunk
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(ours)
    assert process.wait(30) == 0, data.decode(errors="replace")
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode(errors="replace"))


def test_a_warning_is_seen_by_who_wants_errors_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Notes are not."""
    with open_progress(ProgressOptions(quiet=True)) as emit:
        emit(Noted("by the way"))
        emit(Warned("mind this"))
    assert capsys.readouterr().err == "mind this\n"
