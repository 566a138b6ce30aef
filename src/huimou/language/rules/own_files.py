"""A user's own `.toml` files, rules and kinds of report: their folder, and what a misspelt name in them means."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from huimou.errors import UsageError

_NAMED = 3  # files that are passed over, in a message


def read_own_files(folder: Path, what: str) -> tuple[tuple[Path, str], ...]:
    """The `.toml` files of a folder by name, with their texts.

    Args:
        folder: of the user.
        what: the files hold, for messages, such as `rules`.

    Raises:
        UsageError: the folder or a file cannot be read, or there is none.

    """
    if folder.is_file():
        raise UsageError(f"{folder} is a file", f"give the folder that holds it: {folder.parent}")
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"cannot read the {what} in {folder}", error.strerror or "check the path") from error
    paths = [path for path in entries if path.suffix == ".toml" and path.is_file()]
    if not paths:
        passed = ", ".join(path.name for path in entries[:_NAMED])
        hint = f"names must end in .toml; there are {passed}" if passed else "give a folder with .toml files"
        raise UsageError(f"{folder} holds no {what}", hint)
    return tuple((path, read_own_file(path, what)) for path in paths)


def read_own_file(path: Path, what: str) -> str:
    """The text of one file.

    Raises:
        UsageError: it cannot be read, or is not UTF-8.

    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name} is not UTF-8", "save it as UTF-8 in your editor") from error
    except OSError as error:
        raise UsageError(f"cannot read the {what} of {path.name}", error.strerror or "check the path") from error


def find_nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word that looks most like another one, in small or large letters; None where none does.

    Args:
        word: that is not known.
        known: words.
        likeness: how alike two must be at least, from 0 to 1 (difflib's ratio).

    """
    names = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), names, n=1, cutoff=likeness)
    return names[near[0]] if near else None
