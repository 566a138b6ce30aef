"""Folders of a user's own `.toml` files: rules, and kinds of report."""

from __future__ import annotations

from pathlib import Path

from huimou.errors import UsageError


def read_own_files(folder: Path, what: str) -> tuple[tuple[Path, str], ...]:
    """The `.toml` files of a folder by name, with their texts.

    Args:
        folder: of the user.
        what: the files hold, for messages, such as `rules`.

    Raises:
        UsageError: the folder or a file cannot be read, or there is none.

    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        raise UsageError(f"cannot read the {what} in {folder}", error.strerror or "check the path") from error
    if not paths:
        raise UsageError(f"{folder} holds no {what}", "give a folder with .toml files")
    return tuple((path, read_own_file(path, what)) for path in paths)


def read_own_file(path: Path, what: str) -> str:
    """The text of one file.

    Raises:
        UsageError: it cannot be read, or is not UTF-8.

    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the {what} of {path.name}", str(error)) from error
