"""The shape of the code: imports point down, modules stay short, only the command line prints."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

_MODULES = sorted((ROOT / "src" / "huimou").rglob("*.py"))
_LONGEST = 400


def test_import_contracts_hold() -> None:
    """The layers and independences declared in pyproject.toml are kept."""
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if tool is None:
        pytest.skip("import-linter is not installed")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", _MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_module_is_short(path: Path) -> None:
    """No module is longer than one can read at a sitting."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= _LONGEST


@pytest.mark.parametrize(
    "path", [p for p in _MODULES if "cli" not in p.parts], ids=lambda path: str(path.relative_to(ROOT / "src"))
)
def test_only_the_command_line_prints(path: Path) -> None:
    """Outside cli/ nothing calls print."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]
