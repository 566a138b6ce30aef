"""Digests as a user names them: files, their folders, globs; and their own pages."""

# ruff: noqa: PLC0415 (imports inside functions keep --help fast)
from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.batch.events import Emit
    from huimou.model.digest import Digest

MOST_REPORTS = 400
_DIGEST_KEY = "schema_version"


@dataclass(frozen=True, slots=True)
class DigestFile:
    """A digest and the file that it was read from."""

    path: Path
    digest: Digest


def read_reports(patterns: Sequence[str], emit: Emit) -> list[DigestFile]:
    """The digests that files, folders and globs name, in that order.

    Raises:
        UsageError: there is none or too many, one is named twice, or one cannot be read.

    """
    from huimou.model.events import tell_parts

    paths = _pass_over_beside([path for pattern in patterns for path in expand_digests(pattern)])
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise UsageError(f"the same report is given twice: {path}", "name each digest once")
        seen.add(path.resolve())
    if len(paths) > MOST_REPORTS:
        raise UsageError(f"{len(paths)} digests are too many to set side by side", f"name at most {MOST_REPORTS}")
    return [DigestFile(path, _read_digest(path)) for path in tell_parts(emit, "digests", paths)]


def read_digests(patterns: Sequence[str]) -> list[Digest]:
    """The digests that names stand for, each file once.

    Raises:
        UsageError: there is none, or one cannot be read.

    """
    named = dict.fromkeys(path.resolve() for pattern in patterns for path in expand_digests(pattern))
    return [_read_digest(path) for path in _pass_over_beside(list(named))]


def _pass_over_beside(paths: Sequence[Path]) -> list[Path]:
    """The files, of several without those that lie beside a digest."""
    from huimou.batch.index_page import is_beside

    return [path for path in paths if len(paths) == 1 or not is_beside(path.name)]


def _read_digest(path: Path) -> Digest:
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    try:
        return from_json(read_text(path))
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", error.hint) from error


def refuse_input(target: Path | None, found: Sequence[DigestFile]) -> None:
    """Refuse to write the result over a digest or a report's own page.

    Raises:
        UsageError: it would.

    """
    taken = {name.resolve() for one in found for name in (one.path, one.path.with_suffix(".html"))}
    if target is not None and target.resolve() in taken:
        raise UsageError(f"{target} belongs to one of the reports compared", "choose another name")


def find_page(digest: Path, page: Path) -> str | None:
    """Relative path of a digest's own page from another page; None where it has none, or is that page.

    Raises:
        ValueError: it is on another drive.

    """
    own = digest.with_suffix(".html")
    if not own.is_file() or own.resolve() == page.resolve():
        return None
    return Path(os.path.relpath(own.resolve(), page.resolve().parent)).as_posix()


def link_page(digest: Path, page: Path) -> str | None:
    """The address of a digest's own page for a link from another page; None where `find_page` gives none."""
    try:
        found = find_page(digest, page)
    except ValueError:
        return digest.with_suffix(".html").resolve().as_uri()
    return found and quote(found)


def expand_digests(pattern: str) -> Iterator[Path]:
    """The digests that a name stands for; other JSON files of a folder or glob are passed over.

    Raises:
        UsageError: there is none.

    """
    path = Path(pattern)
    if path.is_dir():
        yield from _select_digests(sorted(path.glob("*.json")), pattern)
    elif path.exists() or not glob.has_magic(pattern):
        if not path.exists():
            raise UsageError(f"no such file or folder: {pattern}", "name .json files that huimou summarise wrote")
        yield path
    else:
        matches = sorted(Path(name) for name in glob.glob(pattern, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
        yield from _select_digests([one for one in matches if one.suffix == ".json" and one.is_file()], pattern)


def _select_digests(paths: Sequence[Path], pattern: str) -> list[Path]:
    kept = [path for path in paths if _is_digest(path)]
    if not kept:
        raise UsageError(f"no digest in {pattern}", "name a folder that huimou summarise wrote")
    return kept


def _is_digest(path: Path) -> bool:
    """Whether a file is a digest by its content; one that cannot be read counts, so that the user hears of it."""
    from huimou.store.files import read_text

    try:
        value = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return True
    return isinstance(value, dict) and _DIGEST_KEY in value
