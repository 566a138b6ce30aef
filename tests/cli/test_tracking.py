"""How counted work shows that it is alive: lines and a log, a bar on a terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from huimou.batch.events import Noted
from huimou.cli.option_groups import ProgressOptions
from huimou.cli.tracking import StepBar, StepLines, open_steps
from huimou.errors import UsageError
from huimou.model.events import tell_parts


def test_beats_of_a_step() -> None:
    """Nothing before it begins and after its end; how far it is meanwhile, though nobody asked for more."""
    console = Console(file=io.StringIO(), width=60)
    lines = StepLines(console)
    lines.beat()
    for part in tell_parts(lines.show, "digests", "abc"):
        if part == "b":
            lines.beat()
    lines.beat()
    assert console.file.getvalue() == "digests: 1 of 3\n"  # type: ignore[attr-defined]


def test_the_log_has_what_the_screen_has_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A quiet command still writes its log, each line with the time; a second one goes on behind it."""
    log = tmp_path / "logs" / "a.log"
    for _ in range(2):
        with open_steps(ProgressOptions(quiet=True, log=log)) as emit:
            emit(Noted("by the [red]way"))
    assert capsys.readouterr().err == ""
    lines = log.read_text(encoding="utf-8").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S", line) for line in lines)
    assert [line[20:] for line in lines if "begin" not in line] == ["by the [red]way", "end"] * 2


def test_the_log_says_what_ended_it(tmp_path: Path) -> None:
    """An error is its last line; a log that cannot be written is one too."""
    log = tmp_path / "a.log"
    with pytest.raises(UsageError), open_steps(ProgressOptions(log=log)):
        raise UsageError("no room", "make room")
    assert log.read_text(encoding="utf-8").splitlines()[-1].endswith("error: no room: make room")
    with pytest.raises(UsageError, match="cannot write"), open_steps(ProgressOptions(log=log / "b.log")):
        pass


def test_a_bar_counts_its_step() -> None:
    """The step that started last."""
    console = Console(file=io.StringIO(), width=80)
    columns = TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn()
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        bar = StepBar(progress)
        list(tell_parts(bar.show, "digests", "abc"))
        for _ in tell_parts(bar.show, "workbooks", "ab"):
            break
        console.print(progress.get_renderable())
    assert "digests" not in console.file.getvalue()  # type: ignore[attr-defined]
    assert re.search(r"workbooks.* 0/2", console.file.getvalue())  # type: ignore[attr-defined]


def test_more_and_less_at_once() -> None:
    """That is a contradiction."""
    with pytest.raises(UsageError, match="--verbose and --quiet exclude each other"):
        ProgressOptions(verbose=True, quiet=True)
