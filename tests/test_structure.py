"""The shape of the tree: few rooms, each explained, and names that say what a thing does."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

_SOURCE = Path(__file__).parent.parent / "src" / "huimou"
_MODULES = sorted(_SOURCE.rglob("*.py"))
_PACKAGES = sorted(path.parent for path in _MODULES if path.name == "__init__.py")
_MOST_ENTRIES, _MOST_MODULES = 16, 12
_LONGEST_DOCSTRING = 12
# Past forms that do not end in -ed; a function that is called so does not say what it does.
_PAST = frozenset(
    {"told", "said", "kept", "made", "shown", "held", "found", "known", "given", "drawn", "written", "taken", "sent"}
    | {"left", "heard", "seen", "got", "begun", "done", "gone", "met", "brought", "bought", "built", "hidden", "lost"}
    | {"meant", "spent", "thought", "worn", "broken", "chosen", "fallen", "forgotten", "spoken", "stuck", "struck"}
    | {"torn", "paid"}
)
_NOT_PAST = frozenset({"need", "feed", "seed", "embed", "exceed"})


def _name(path: Path) -> str:
    return path.relative_to(_SOURCE.parent).as_posix()


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in _MODULES:
        yield _name(path), ast.parse(path.read_text(encoding="utf-8"))


def test_the_package_has_few_entries() -> None:
    """At most sixteen files and folders stand at the top."""
    entries = [path.name for path in _SOURCE.iterdir() if path.name not in {"__pycache__", "_prompts"}]
    assert len(entries) <= _MOST_ENTRIES, sorted(entries)


@pytest.mark.parametrize("package", _PACKAGES, ids=_name)
def test_a_folder_can_be_read_at_a_glance(package: Path) -> None:
    """No folder has more than a dozen modules beside its `__init__`."""
    assert len([path for path in package.glob("*.py") if path.name != "__init__.py"]) <= _MOST_MODULES


@pytest.mark.parametrize("package", [path for path in _PACKAGES if path != _SOURCE], ids=_name)
def test_a_package_says_what_it_holds(package: Path) -> None:
    """Its docstring is there, short, and says what it holds and what it may import."""
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")))
    assert said
    assert "import" in said.casefold(), "say what it may import"
    assert len(said.splitlines()) <= _LONGEST_DOCSTRING


def test_no_two_classes_share_a_name() -> None:
    """One word, one meaning: a class name stands in one module only."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for module, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(module)
    assert {name: sorted(modules) for name, modules in places.items() if len(modules) > 1} == {}


def test_functions_are_named_by_what_they_do() -> None:
    """No function of a module is called by a participle (`told`, `shown`, `_checked`)."""
    odd = [
        f"{module}:{node.name}"
        for module, tree in _trees()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and _is_past(node.name.strip("_").split("_")[0])
    ]
    assert odd == []


def _is_past(word: str) -> bool:
    return word in _PAST or (word.endswith("ed") and word not in _NOT_PAST)
