"""Prompt versions from a folder, accepted copies, git history and files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from huimou.digest.questions.prompts import find_prompt_folder, parse_prompt
from huimou.errors import PromptError, UsageError
from huimou.evaluation.ab_test.versions import VersionPlaces, find_both_versions, find_version, load_prompts_with
from small_suite import edit

ID = "item-summary"


def put(folder: Path, version: int, word: str = "") -> Path:
    """The prompts with `item-summary` in a version and with a word of its own before its first line."""
    if not folder.is_dir():
        shutil.copytree(find_prompt_folder(), folder)
    own = (find_prompt_folder() / f"{ID}.md").read_text(encoding="utf-8")
    head, mark, rest = own.partition("version: ")
    file = folder / f"{ID}.md"
    text = f"{head}{mark}{version}\n{rest.partition(chr(10))[2]}".replace("# system\n", f"# system\n{word}", 1)
    file.write_text(text, encoding="utf-8")
    return file


def git(folder: Path, *command: str) -> None:
    """Run git as somebody."""
    who = ["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *command], check=True, capture_output=True)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A repository whose prompts folder had versions 2, 3 (twice) and now 5; 5 is not committed."""
    folder = tmp_path / "repo" / "prompts"
    put(folder, 2, "甲")
    git(tmp_path / "repo", "init", "-q")
    for version, word in ((2, "甲"), (3, "乙"), (3, "丙")):
        put(folder, version, word)
        git(tmp_path / "repo", "add", "-A")
        git(tmp_path / "repo", "commit", "-q", "-m", f"version {version}", "--allow-empty")
    put(folder, 5, "丁")
    return folder


def test_now_and_a_number(history: Path) -> None:
    """`new` is the folder's; a number is the folder's if it has it, else the newest commit's that had it."""
    places = VersionPlaces(history)
    assert find_version(f"{ID}@new", places).prompt.system.startswith("丁")
    assert find_version(f"{ID}@5", places).source == "now"
    three, two = find_version(f"{ID}@3", places), find_version(f"{ID}@2", places)
    assert (three.prompt.version, three.prompt.system[0]) == (3, "丙")
    assert (two.prompt.version, two.prompt.system[0]) == (2, "甲")
    assert three.source.startswith("git ")


def test_accepted_copies_come_before_history(history: Path, tmp_path: Path) -> None:
    """A number that the accepted copies have is theirs."""
    put(tmp_path / "accepted", 3, "戊")
    found = find_version(f"{ID}@3", VersionPlaces(history, tmp_path / "accepted"))
    assert (found.prompt.system[0], found.source) == ("戊", "accepted")


def test_a_revision_and_a_file(history: Path, tmp_path: Path) -> None:
    """A commit by name, and any file whose id is the same."""
    places = VersionPlaces(history)
    assert find_version(f"{ID}@git:HEAD", places).prompt.system[0] == "丙"
    assert find_version(f"{ID}@git:HEAD~1", places).prompt.system[0] == "乙"
    file = put(tmp_path / "elsewhere", 9, "己")
    assert find_version(f"{ID}@{file}", places).prompt.version == 9
    with pytest.raises(UsageError, match="second-look"):
        find_version(f"{ID}@{tmp_path / 'elsewhere' / 'second-look.md'}", places)


def test_both_sides_and_their_prompts(history: Path) -> None:
    """The old one comes first; each side has today's other prompts, whose examples are checked."""
    places = VersionPlaces(history)
    before, after = find_both_versions(f"{ID}@new", f"{ID}@3", places)
    assert (before.prompt.version, after.prompt.version) == (3, 5)
    old, new = load_prompts_with(before, places), load_prompts_with(after, places)
    assert old[ID].version == 3
    assert old["second-look"] == new["second-look"]


def test_an_example_that_does_not_hold_names_the_version(history: Path, tmp_path: Path) -> None:
    """A version whose example makes up a number is refused before anything is asked."""
    file = put(tmp_path / "elsewhere", 9)
    said = str(parse_prompt(file.read_text(encoding="utf-8"), file.name).examples[0]["answer"]["summary"])
    digit = next(char for char in said if char.isdigit())
    edit(file, lambda text: text.replace(f'"{said}"', f'"{said.replace(digit, digit * 2, 1)}"'))
    places = VersionPlaces(history)
    with pytest.raises(PromptError, match=r"item-summary 9\+.*example 1 does not hold"):
        load_prompts_with(find_version(f"{ID}@{file}", places), places)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (ID, "write ID@new"),
        (f"{ID}@", "write ID@new"),
        ("@new", "write ID@new"),
        (f"{ID}@newest", "write ID@new"),
        ("plan-tasks@new", "there are: follow-task, item-summary, second-look"),
        (f"{ID}@4", "is at 5 now"),
        (f"{ID}@git:", "names no revision"),
        (f"{ID}@git:--help", "names no revision"),
        (f"{ID}@git:nowhere", "git: "),
        (f"{ID}@missing.md", "no file missing.md"),
    ],
)
def test_bad_specs_say_what_to_do(history: Path, spec: str, said: str) -> None:
    """One line that says what is wrong and another what would be right."""
    with pytest.raises(UsageError, match=r".+") as caught:
        find_version(spec, VersionPlaces(history))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sides_that_cannot_be_compared(history: Path) -> None:
    """Two prompts, or the same text twice: the version was not raised."""
    places = VersionPlaces(history)
    with pytest.raises(UsageError, match="different prompts"):
        find_both_versions(f"{ID}@new", "second-look@new", places)
    with pytest.raises(UsageError, match=r"same text.*raise the version"):
        find_both_versions(f"{ID}@new", f"{ID}@5", places)


def test_outside_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository, or no git at all: said in one line."""
    put(tmp_path / "prompts", 5)
    places = VersionPlaces(tmp_path / "prompts")
    with pytest.raises(UsageError, match="no version 4 of item-summary: git: fatal"):
        find_version(f"{ID}@4", places)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        find_version(f"{ID}@git:HEAD", places)
