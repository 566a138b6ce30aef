"""Writing the files of a team's own project: settings with its folders, and the test of its reports."""

from __future__ import annotations

from pathlib import Path

from huimou.digest.questions.prompts import find_prompt_folder
from huimou.errors import UsageError
from huimou.store.files import make_folder, write_text

_SETTINGS = """\
# Where huimou finds things; paths are relative to this file's folder. See huimou fixtures --help.
reports = "reports"
fixtures = "fixtures"
prompts = "prompts"
"""
_TEST = """\
def test_reports_give_their_accepted_digests(huimou_replay):
    huimou_replay.check()
"""


def write_project(folder: Path) -> tuple[Path, ...]:
    """Write the files of a project into a folder; returns their paths.

    Raises:
        UsageError: one of the files is there already, or the folder cannot be written to.

    """
    prompts = {
        f"prompts/{path.name}": path.read_text(encoding="utf-8") for path in sorted(find_prompt_folder().glob("*.md"))
    }
    files = {"huimou.toml": _SETTINGS, **prompts, "tests/test_huimou.py": _TEST}
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder} has {', '.join(taken)} already", "choose another folder, or move them away")
    make_folder(folder / "reports")
    for name, text in files.items():
        make_folder((folder / name).parent)
        write_text(folder / name, text)
    return tuple(folder / name for name in files)
