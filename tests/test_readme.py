"""The README shows real output of real commands: what it prints is in the digests that the recordings give."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the five digests, replayed."""
    folder = tmp_path_factory.mktemp("readme")
    run("summarise", "seeds", "-o", str(folder), "--replay")
    return folder


def run(*words: str) -> str:
    """Standard output of a huimou command, run in the project's folder."""
    command = [sys.executable, "-m", "huimou", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_excerpt_is_of_the_real_digest(out: Path) -> None:
    """Each line of the excerpt stands in the Markdown that the recordings give."""
    excerpt = re.search(r"```markdown\n(.*?)```", README, re.DOTALL)
    assert excerpt
    page = set((out / "xianning-2022.md").read_text(encoding="utf-8").splitlines())
    assert [line for line in excerpt.group(1).splitlines() if line not in page] == []


def test_measures_are_those_of_eval(out: Path) -> None:
    """The table of measures is what `huimou eval` prints."""
    printed = [line.rstrip() for line in run("eval", str(out)).splitlines() if line.strip()]
    assert "\n".join(printed) in README


def test_every_command_is_named() -> None:
    """A command that the README does not mention cannot be found."""
    names = re.findall(r"^  ([a-z][a-z-]+)  ", run("--help"), re.MULTILINE)
    assert names
    assert [name for name in names if f"huimou {name}" not in README] == []
