"""Digests as a user names them: files, their folders, globs."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from huimou.batch.index_page import is_beside
from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import from_json
from huimou.store.files import read_text

_DIGEST_KEY = "schema_version"


def read_digests(patterns: Sequence[str]) -> list[Digest]:
    """The digests that names stand for, each file once.

    Raises:
        UsageError: there is none, or one cannot be read.

    """
    paths = list(dict.fromkeys(path.resolve() for pattern in patterns for path in expand_digests(pattern)))
    return [_read_digest(path) for path in paths if len(paths) == 1 or not is_beside(path.name)]


def _read_digest(path: Path) -> Digest:
    try:
        return from_json(read_text(path))
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", error.hint) from error


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
    try:
        value = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return True
    return isinstance(value, dict) and _DIGEST_KEY in value
