"""Files in and out: which inputs a command line means, and writes that are whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import glob
import itertools
import json
import os
import re
import secrets
import socket
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from huimou.errors import UsageError
from huimou.store.lock import try_lock

SUFFIXES = (
    *(".txt", ".md", ".html", ".htm", ".docx", ".pdf"),
    *(".doc", ".wps", ".rtf", ".odt", ".ofd", ".eml"),
)
EXTRACTED = ".source.txt"  # after the name of a report's outputs, where its text was extracted from another format
_TEMP_PREFIX, _TEMP_SUFFIX = ".huimou-", ".tmp"
_TEMPORARY = re.compile(rf"{re.escape(_TEMP_PREFIX)}[0-9a-f]+-(?P<host>.*){re.escape(_TEMP_SUFFIX)}")
# Whoever writes a temporary file has it locked until it is renamed; Windows renames no file that is open.
_LOCKS_TEMPORARY = sys.platform != "win32"
_STALE_SECONDS = 60.0
# What is called so in a folder is about the folder; named itself, it is read.
_ABOUT = re.compile(r"readme|(?:change(?:s|log)|licen[cs]e|copying|contributing|authors|notice|todo)(?![a-z])")
_OUTPUT_SIGNS = (".huimou", "inputs.jsonl")  # a folder that has one holds digests, no reports
_DEEP = "**"  # of a glob: folders within folders
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows knows no quota


def find_inputs(
    patterns: Sequence[str], *, recursive: bool = False, pass_over: Callable[[Path], None] = lambda _: None
) -> tuple[Path, ...]:
    """Reports that files, folders and globs stand for: each once, folders and globs sorted by path.

    A folder stands for the supported files right inside it. A file named in full is taken whatever it is called.

    Args:
        patterns: files, folders or globs.
        recursive: whether a folder stands for the files in the folders within it, too; links to folders, hidden folders
            and folders of digests are left out.
        pass_over: told of every file in a folder that is left out since it is about the folder, such as a README.

    Raises:
        UsageError: a name stands for nothing.

    """
    found: dict[str, Path] = {}
    for pattern in patterns:
        paths = tuple(_leave_out(_expand(pattern, recursive=recursive), pattern, pass_over))
        for real, path in zip(resolve_paths(paths), paths, strict=True):
            found.setdefault(real, path)
    if not found:
        raise UsageError("no input given", "name report files, folders or globs")
    return tuple(found.values())


def resolve_paths(paths: Iterable[Path]) -> Iterator[str]:
    """Each file without links on its way; a folder of ten thousand is looked up once."""
    folders: dict[str, str] = {}
    for path in map(str, paths):  # a `Path` for each step of each would take three times as long
        folder, name = os.path.split(path)
        if os.path.islink(path) or name in {"", ".", ".."}:  # noqa: PTH114
            yield os.path.realpath(path)
        else:
            real = folders.get(folder) or folders.setdefault(folder, os.path.realpath(folder))
            yield os.path.join(real, name)  # noqa: PTH118


def list_names(folder: Path) -> frozenset[str]:
    """Names of the files right inside a folder, which is looked up once; none where it is no folder."""
    try:
        with os.scandir(folder) as found:
            return frozenset(one.name for one in found if _is_file(one))
    except OSError:
        return frozenset()


def is_gone(path: str, folders: Collection[str]) -> bool:
    """Whether an absolute path is of one of these folders and no longer there; what cannot be told is not gone."""
    place = Path(path)
    if str(place.parent) not in folders:
        return False
    try:
        place.stat()
    except (OSError, ValueError) as error:
        return isinstance(error, FileNotFoundError | NotADirectoryError)
    return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 exactly as given, atomically and durably: readers see the old file or the whole new one.

    Raises:
        UsageError: the folder or the disk does not take it.

    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes as `write_text` writes text.

    Raises:
        UsageError: the folder or the disk does not take it.

    """
    with open_whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def open_whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be written bit by bit; it is at `path`, durably, once the block ends, and not at all if that fails.

    Raises:
        UsageError: the folder or the disk does not take it.

    """
    try:
        temp, file = _open_temporary(path.parent)
        with _remove_on_failure(temp):
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                if _LOCKS_TEMPORARY:
                    temp.replace(path)
            if not _LOCKS_TEMPORARY:
                temp.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        hint = "make room, then run the same command again" if error.errno in _NO_ROOM else ""
        raise UsageError(f"cannot write {path}: {error.strerror or error}", hint) from error


def make_folder(folder: Path) -> None:
    """Create `folder` where it is missing, prove that it can be written to, and sweep what a killed run left.

    Raises:
        UsageError: it cannot be created or written to.

    """
    probe = _name_temporary(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink(missing_ok=True)  # another process that makes the same folder may have swept it
    except OSError as error:
        hint = "make room" if error.errno in _NO_ROOM else "choose a folder that you may write to with -o"
        why = "it is a file" if folder.is_file() else error.strerror or error
        raise UsageError(f"cannot write {folder}: {why}", hint) from error
    for left in folder.glob(f"{_TEMP_PREFIX}*{_TEMP_SUFFIX}"):
        with contextlib.suppress(OSError):
            _sweep(left)


def read_text(path: Path) -> str:
    """Text of a UTF-8 file that huimou or its user wrote, line ends untouched.

    Raises:
        UsageError: it is not there, cannot be read or is not UTF-8.

    """
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text (byte {error.start})") from error


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        UsageError: it cannot be read, or holds no JSON object.

    """
    try:
        value = json.loads(read_text(path))
    except ValueError as error:
        raise UsageError(f"{path} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise UsageError(f"{path} holds no JSON object")
    return value


def _leave_out(paths: Iterable[Path], pattern: str, pass_over: Callable[[Path], None]) -> Iterator[Path]:
    """The paths but those that are about their folder, unless the pattern is such a file."""
    for path in paths:
        if str(path) != str(Path(pattern)) and _ABOUT.match(path.name.casefold()):
            pass_over(path)
        else:
            yield path


def _expand(pattern: str, *, recursive: bool) -> tuple[Path, ...]:
    if not pattern:
        raise UsageError("an empty word names no input", "name report files, folders or globs")
    path = Path(pattern)
    if path.is_dir():
        return _list_deep_reports(path) if recursive else _list_reports(path)
    if path.exists():
        return (path,)
    if not glob.has_magic(pattern):
        raise UsageError(f"no such file or folder: {pattern}")
    reports = tuple(match for match in sorted(map(Path, set(_expand_glob(pattern)))) if _is_report(match))
    if all(_ABOUT.match(report.name.casefold()) for report in reports):
        raise UsageError(f"no report matches {pattern}", f"looked for {_join_suffixes()}")
    return reports


def _expand_glob(pattern: str) -> Iterator[str]:
    """Paths that a glob matches; its `**` leads into no folder by a link, which may lead elsewhere or in a circle."""
    parts = Path(pattern).parts
    if _DEEP not in parts:
        yield from glob.glob(pattern)  # noqa: PTH207 (Path.glob takes no absolute pattern)
        return
    at = parts.index(_DEEP)
    after = str(Path(*itertools.dropwhile(lambda part: part == _DEEP, parts[at:])))
    for root in glob.glob(str(Path(*parts[:at]))):  # noqa: PTH207
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            if after == os.curdir:
                yield from (os.path.join(folder, name) for name in files)  # noqa: PTH118
            else:
                found = _expand_glob(os.path.join(glob.escape(folder), after))  # noqa: PTH118
                yield from (one for one in found if not _passes_link(one, folder))


def _passes_link(path: str, root: str) -> bool:
    """Whether a folder on the way from the root to the path is a link."""
    folder = os.path.dirname(path)  # noqa: PTH120
    while len(folder) > len(root):
        if os.path.islink(folder):  # noqa: PTH114
            return True
        folder = os.path.dirname(folder)  # noqa: PTH120
    return False


def _list_deep_reports(root: Path) -> tuple[Path, ...]:
    found: list[Path] = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and not _holds_digests(Path(folder, name))]
        found += (path for name in files if _names_report(name) and (path := Path(folder, name)).is_file())
    if not any(not _ABOUT.match(path.name.casefold()) for path in found):
        raise UsageError(f"no report in folder {root} and the folders within it", f"looked for {_join_suffixes()}")
    return tuple(sorted(found))


def _holds_digests(folder: Path) -> bool:
    return any((folder / sign).exists() for sign in _OUTPUT_SIGNS)


def _list_reports(folder: Path) -> tuple[Path, ...]:
    try:
        with os.scandir(folder) as found:
            names = sorted(one.name for one in found if _names_report(one.name) and _is_file(one))
    except OSError as error:
        raise UsageError(f"cannot read folder {folder}: {error.strerror or error}") from error
    if all(_ABOUT.match(name.casefold()) for name in names):
        hint = f"looked for {_join_suffixes()}; -r looks into the folders within it, too"
        raise UsageError(f"no report in folder {folder}", hint)
    return tuple(folder / name for name in names)


def _is_report(path: Path) -> bool:
    return _names_report(path.name) and path.is_file()


def _names_report(name: str) -> bool:
    folded = name.casefold()
    return folded.endswith(SUFFIXES) and not folded.startswith((".", "~$"))


def _join_suffixes() -> str:
    return " ".join(SUFFIXES)


@contextlib.contextmanager
def _remove_on_failure(temp: Path) -> Iterator[None]:
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            temp.unlink(missing_ok=True)


def _open_temporary(folder: Path) -> tuple[Path, BinaryIO]:
    """A new file that is locked while it is open, by which others know that its writer is still there."""
    while True:
        temp = _name_temporary(folder)
        file = temp.open("xb")
        if not _LOCKS_TEMPORARY or _is_locked(file):
            return temp, file
        file.close()  # swept in the moment before it was locked


def _is_locked(file: BinaryIO) -> bool:
    """Lock a new file; false if it is being swept. Where the disk has no locks nobody sweeps a young file."""
    try:
        return try_lock(file.fileno()) and os.fstat(file.fileno()).st_nlink > 0
    except OSError:
        return True


def _name_temporary(folder: Path) -> Path:
    """A new name that says on which machine it is written."""
    return folder / f"{_TEMP_PREFIX}{secrets.token_hex(8)}-{socket.gethostname()}{_TEMP_SUFFIX}"


def _sweep(temp: Path) -> None:
    """Remove a temporary file whose writer is gone, or, where that cannot be told, that has not grown for a while."""
    named = _TEMPORARY.fullmatch(temp.name)
    if _LOCKS_TEMPORARY and named and named["host"] == socket.gethostname():
        with temp.open("rb+") as file, contextlib.suppress(OSError):
            if try_lock(file.fileno()):
                temp.unlink()
            return
    if time.time() - temp.stat().st_mtime > _STALE_SECONDS:
        temp.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can open folders at all."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
