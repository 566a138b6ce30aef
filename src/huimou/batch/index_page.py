"""`OUT/index.html`: every report of a folder, from what the journal keeps, and which files of a folder are digests.

A digest is read only where the journal knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from huimou.batch.report_run import build_result
from huimou.errors import HuimouError, UsageError
from huimou.model.outcome import ReportResult
from huimou.model.review import REVIEW_SUFFIX
from huimou.outputs.page.index import IndexEntry, to_index
from huimou.outputs.render.to_json import from_json
from huimou.store.files import read_text, write_text
from huimou.store.journal import read_journal
from huimou.store.paths import STORE

INDEX = "index.html"
_LINKED = (".html", ".md")
_NO_DIGESTS = ("run.json",)


def write_index(out: Path, results: Iterable[ReportResult], formats: Iterable[str] = ("html",)) -> None:
    """Write `OUT/index.html` where `formats` have HTML.

    Raises:
        UsageError: the folder or the disk does not take it.

    """
    if "html" not in formats:
        return
    rows = sorted(results, key=lambda result: result.name)
    write_text(out / INDEX, to_index([IndexEntry(result, _find_link(out, result.name)) for result in rows]))


def redraw_index(out: Path) -> None:
    """Write `OUT/index.html` again where it is there, as the folder is now.

    Raises:
        UsageError: the folder cannot be read or does not take it.

    """
    if (out / INDEX).is_file():
        write_index(out, read_results(out))


def read_results(out: Path) -> tuple[ReportResult, ...]:
    """What became of every report of a folder: from the journal, and from digests of which the journal knows nothing.

    Raises:
        UsageError: the folder cannot be read.

    """
    known = {result.name: result for result in _read_journal_results(out)}
    for path in find_digests(out):
        name = path.name.removesuffix(".json")
        before = known.get(name)
        if before is not None and before.listed is not None:
            continue
        try:
            digest = from_json(read_text(path))
        except HuimouError:
            continue
        made = build_result(name, digest.source.file, digest, digest.run.seconds)
        known[name] = made if before is None else replace(before, listed=made.listed)
    return tuple(known.values())


def find_digests(out: Path) -> tuple[Path, ...]:
    """Files of a folder that are digests by their name, sorted.

    Raises:
        UsageError: the folder cannot be read.

    """
    try:
        found = sorted(path for path in out.iterdir() if path.suffix == ".json" and path.is_file())
    except OSError as error:
        raise UsageError(f"cannot read folder {out}: {error.strerror or error}") from error
    return tuple(path for path in found if is_digest_name(path.name))


def is_digest_name(file: str) -> bool:
    """Whether a file of an output folder is a digest by its name."""
    return file.endswith(".json") and file not in _NO_DIGESTS and not file.endswith(REVIEW_SUFFIX)


def is_beside(file: str) -> bool:
    """Whether a file is by its name one that huimou writes beside digests, such as `run.json`."""
    return file in _NO_DIGESTS or file.endswith(REVIEW_SUFFIX)


def resolve_digest_paths(named: Iterable[Path]) -> Iterator[Path]:
    """The digests that folders and files stand for.

    Of several files those that are no digests by their name are passed over, since `OUT/*.json` names them, too.

    Raises:
        UsageError: a name stands for nothing.

    """
    paths = tuple(named)
    files = sum(path.is_file() for path in paths)
    for path in paths:
        if files > 1 and path.is_file() and is_beside(path.name):
            continue
        if path.is_dir():
            found = find_digests(path)
            if not found:
                raise UsageError(f"{path} holds no digest", "give a folder that huimou summarise wrote")
            yield from found
        elif path.is_file():
            yield path
        else:
            raise UsageError(f"no such file or folder: {path}", "name folders or .json files")


def _read_journal_results(out: Path) -> tuple[ReportResult, ...]:
    if not (out / STORE).is_file():
        return ()
    return tuple(entry.result for entry in read_journal(out / STORE)[1])


def _find_link(out: Path, name: str) -> str:
    """The page of a report, its Markdown if there is none, empty if it has no output."""
    return next((f"{name}{suffix}" for suffix in _LINKED if (out / f"{name}{suffix}").is_file()), "")
