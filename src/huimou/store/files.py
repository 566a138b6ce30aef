"""Files in and out: which inputs a command line means, and writes that are whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import glob
import itertools
import json
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from huimou.errors import UsageError
from huimou.store.process import Process

SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".pdf")
LEDGER = Path(".huimou", "ledger.sqlite")  # in an output folder
EXTRACTED = ".source.txt"  # after the name of a report's outputs, where its text was extracted from another format
_TEMP_PREFIX, _TEMP_SUFFIX = ".huimou-", ".tmp"
_TEMPORARY = re.compile(
    rf"{re.escape(_TEMP_PREFIX)}(?P<pid>\d+)-(?P<started>\d*)-\d+-(?P<host>.*){re.escape(_TEMP_SUFFIX)}"
)
_STALE_SECONDS = 60.0
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows knows no quota
_FRESH = itertools.count()


def find_inputs(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Reports that files, folders and globs stand for: each once, folders and globs sorted by path.

    A folder stands for the supported files right inside it. A file named in full is taken whatever it is called.

    Raises:
        UsageError: a name stands for nothing.

    """
    found: dict[str, Path] = {}
    for pattern in patterns:
        paths = _expand(pattern)
        for real, path in zip(real_paths(paths), paths, strict=True):
            found.setdefault(real, path)
    if not found:
        raise UsageError("no input given", "name report files, folders or globs")
    return tuple(found.values())


def real_paths(paths: Iterable[Path]) -> Iterator[str]:
    """Each file without links on its way; a folder of ten thousand is looked up once."""
    folders: dict[str, str] = {}
    for path in map(str, paths):  # a `Path` for each step of each would take three times as long
        folder, name = os.path.split(path)
        if os.path.islink(path) or name in {"", ".", ".."}:  # noqa: PTH114
            yield os.path.realpath(path)
        else:
            real = folders.get(folder) or folders.setdefault(folder, os.path.realpath(folder))
            yield os.path.join(real, name)  # noqa: PTH118


def names_in(folder: Path) -> frozenset[str]:
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
    with whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be written bit by bit; it is at `path`, durably, once the block ends, and not at all if that fails.

    Raises:
        UsageError: the folder or the disk does not take it.

    """
    temp = _temporary(path.parent)
    try:
        with _removed_on_failure(temp):
            with temp.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
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
    probe = _temporary(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        hint = "make room" if error.errno in _NO_ROOM else "choose a folder that you may write to with -o"
        raise UsageError(f"cannot write {folder}: {error.strerror or error}", hint) from error
    for left in folder.glob(f"{_TEMP_PREFIX}*{_TEMP_SUFFIX}"):
        with contextlib.suppress(OSError):
            if _is_scrap(left):
                left.unlink()


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


def _expand(pattern: str) -> tuple[Path, ...]:
    path = Path(pattern)
    if path.is_dir():
        return _children(path)
    if path.exists():
        return (path,)
    if not glob.has_magic(pattern):
        raise UsageError(f"no such file or folder: {pattern}")
    matches = tuple(sorted(Path(name) for name in glob.glob(pattern, recursive=True)))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    reports = tuple(match for match in matches if _is_report(match))
    if not reports:
        raise UsageError(f"no report matches {pattern}", f"looked for {_suffix_list()}")
    return reports


def _children(folder: Path) -> tuple[Path, ...]:
    try:
        with os.scandir(folder) as found:
            names = sorted(one.name for one in found if _names_report(one.name) and _is_file(one))
    except OSError as error:
        raise UsageError(f"cannot read folder {folder}: {error.strerror or error}") from error
    if not names:
        hint = f"looked for {_suffix_list()}; for folders within it use a glob such as '{folder}/**/*.txt'"
        raise UsageError(f"no report in folder {folder}", hint)
    return tuple(folder / name for name in names)


def _is_report(path: Path) -> bool:
    return _names_report(path.name) and path.is_file()


def _names_report(name: str) -> bool:
    folded = name.casefold()
    return folded.endswith(SUFFIXES) and not folded.startswith((".", "~$", "readme"))


def _suffix_list() -> str:
    return " ".join(SUFFIXES)


@contextlib.contextmanager
def _removed_on_failure(temp: Path) -> Iterator[None]:
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            temp.unlink(missing_ok=True)


def _temporary(folder: Path) -> Path:
    """A new name that says whose it is."""
    own = Process.own()
    return folder / f"{_TEMP_PREFIX}{own.pid}-{own.started}-{next(_FRESH)}-{own.host}{_TEMP_SUFFIX}"


def _is_scrap(temp: Path) -> bool:
    """Whether its writer is gone; where that cannot be told, whether nobody has written to it for a while."""
    told = _TEMPORARY.fullmatch(temp.name)
    if told and not Process(int(told["pid"]), told["host"], told["started"]).alive:
        return True
    return time.time() - temp.stat().st_mtime > _STALE_SECONDS


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can open folders at all."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
