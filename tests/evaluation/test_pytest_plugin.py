"""A team's own repository: begun, recorded, accepted, and held by its own pytest run in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huimou.cli import app
from huimou.digest.prompt_check import load_checked_prompts
from huimou.evaluation.regression import lifecycle
from huimou.evaluation.regression.suite import open_suite
from huimou.llm.recordings.files import Recordings
from scripted_server import serving
from small_suite import REPORT, REWORDED, answer, edit, record, reword

OWN = """
def test_one_report(huimou_replay):
    digest = huimou_replay("qingsong")
    assert digest.next_year_plan.stated
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that `huimou fixtures init` began, with one report, recorded and accepted."""
    folder = tmp_path / "team"
    done = CliRunner().invoke(app, ["fixtures", "init", str(folder)])
    assert done.exit_code == 0, done.output
    (folder / "reports" / "qingsong.txt").write_text(REPORT, encoding="utf-8")
    (folder / "tests" / "test_own.py").write_text(OWN, encoding="utf-8")
    suite = open_suite(folder / "reports", folder / "fixtures", prompts=folder / "prompts")
    with serving(answer) as server:
        record(suite, server, "all")
    lifecycle.accept_candidate(suite, load_checked_prompts(suite.prompts))
    return folder


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """The team's tests."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_gate_holds_in_a_repository_of_its_own(project: Path) -> None:
    """Both tests pass, offline; the files that init wrote are all that is needed."""
    done = run(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_edited_prompt_fails_with_the_reason(project: Path) -> None:
    """The failure names what changed instead of a traceback."""
    edit(project / "prompts" / "item-summary.md", reword)
    done = run(project)
    assert done.returncode == 1
    assert "prompt text changed" in done.stdout
    assert REWORDED in done.stdout
    assert "2 failed" in done.stdout
    assert "Traceback" not in done.stdout


def test_unused_and_half_used_recordings_fail(project: Path) -> None:
    """A recording that nothing asks for fails the test that replayed its report."""
    recordings = Recordings(project / "fixtures" / "recordings")
    first = recordings.files("qingsong")[0]
    recordings.adopt(recordings, first, first.replace(".json", "9.json"))
    done = run(project)
    assert done.returncode == 1
    assert "never asked for" in done.stdout


def test_unknown_report_is_one_line(project: Path) -> None:
    """A name that is not there says which are."""
    edit(project / "tests" / "test_own.py", lambda text: text.replace("qingsong", "absent"))
    done = run(project)
    assert "no report absent" in done.stdout
    assert "there are: qingsong" in done.stdout


def test_init_overwrites_nothing(project: Path) -> None:
    """A second time it refuses and leaves every file alone."""
    edit(project / "huimou.toml", lambda text: text + "\n# mine\n")
    done = CliRunner().invoke(app, ["fixtures", "init", str(project)])
    assert done.exit_code == 2
    assert "huimou.toml" in done.output
    assert "# mine" in (project / "huimou.toml").read_text(encoding="utf-8")
