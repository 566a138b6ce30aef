"""Writing the files of a team's own project: settings with its folders, and the test of its reports."""

from __future__ import annotations

import json
from pathlib import Path

from huimou.digest.questions.prompts import find_prompt_folder
from huimou.errors import UsageError
from huimou.store.files import make_folder, write_text

_SETTINGS = """\
# Where huimou finds things; paths are relative to this file's folder. See huimou fixtures --help.
reports = "reports"
fixtures = "fixtures"
prompts = "prompts"

# The model server that is asked; without base_url the built-in model answers. All settings: huimou guide servers
{base_url}
{model}
"""
_SERVER = {"base_url": "http://127.0.0.1:11434/v1", "model": "qwen3:8b"}  # examples
_TEST = """\
def test_reports_give_their_accepted_digests(huimou_replay):
    huimou_replay.check()
"""


def write_project(folder: Path, base_url: str | None = None, model: str | None = None) -> tuple[Path, ...]:
    """Write the files of a project into a folder; returns their paths.

    Args:
        folder: the project's own; it is made where it is missing.
        base_url: address of the model server; None writes an example that does not count.
        model: as that server names it; likewise.

    Raises:
        UsageError: one of the files is there already, or the folder cannot be written to.

    """
    prompts = {
        f"prompts/{path.name}": path.read_text(encoding="utf-8") for path in sorted(find_prompt_folder().glob("*.md"))
    }
    server = {"base_url": base_url, "model": model}
    settings = _SETTINGS.format(**{name: _format_setting(name, value) for name, value in server.items()})
    files = {"huimou.toml": settings, **prompts, "tests/test_huimou.py": _TEST}
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder} has {', '.join(taken)} already", "choose another folder, or move them away")
    make_folder(folder / "reports")
    for name, text in files.items():
        make_folder((folder / name).parent)
        write_text(folder / name, text)
    return tuple(folder / name for name in files)


def _format_setting(name: str, value: str | None) -> str:
    """A line of the settings file; a comment with an example where there is no value."""
    if value is None:
        return f'# {name} = "{_SERVER[name]}"'
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"  # such a text means the same in TOML
