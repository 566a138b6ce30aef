"""The text that a digest was made of, found again and proved to be the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError, InputError
from huimou.model.digest import Digest, Evidence, Figure
from huimou.model.review import collect_items
from huimou.store.files import EXTRACTED, read_text
from huimou.store.inputs import from_stdin, read_inputs
from huimou.store.journal import read_journal
from huimou.store.paths import STORE


@dataclass(frozen=True, slots=True)
class ReportSources:
    """Where the reports of one output folder may lie.

    Args:
        out: folder of the digests.
        given: a report or a folder of reports that the user names, looked at first.
        known: files by name of outputs, as the folder's journal and list of inputs have them.

    """

    out: Path
    given: Path | None = None
    known: Mapping[str, tuple[Path, ...]] = field(default_factory=dict, hash=False)


def find_sources(out: Path, given: Path | None = None) -> ReportSources:
    """Where the reports of an output folder were read, from its journal and list of inputs, as they are now."""
    known: dict[str, tuple[Path, ...]] = {}
    for name, path in (*_list_journal_files(out), *_list_input_files(out)):
        known[name] = (*known.get(name, ()), path)
    return ReportSources(out, given, known)


def find_text(name: str, digest: Digest, sources: ReportSources) -> str:
    """The text of the report that `<name>.json` was made of.

    Raises:
        InputError: it is nowhere, or what is there is another text than the digest's.

    """
    tried: list[str] = []
    for path in dict.fromkeys(_list_candidates(name, digest, sources)):
        if not path.is_file():
            continue
        text = _read_matching_text(path, digest, extracted=path.name.endswith(EXTRACTED))
        if text is not None:
            return text
        tried.append(str(path))
    missing = f"the text of {name} is not there: {digest.source.file}"
    changed = f"{', '.join(tried)} is not the text that {name}.json was made of"
    raise InputError(changed if tried else missing, "name the report, or the folder that it lies in, with --source")


def find_text_or_none(name: str, digest: Digest, sources: ReportSources) -> str | None:
    """The text of the report, or None where `find_text` raises."""
    try:
        return find_text(name, digest, sources)
    except InputError:
        return None


def find_source_bytes(name: str, digest: Digest, sources: ReportSources) -> bytes:
    """The bytes of the very file that `<name>.json` was made of.

    Raises:
        InputError: it is nowhere, or what is there is another file.

    """
    for path in dict.fromkeys(_list_candidates(name, digest, sources)):
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == digest.source.sha256:
            return data
    raise InputError(
        f"the file of {name} is not there as it was read: {digest.source.file}",
        "name it, or the folder that it lies in, with --source",
    )


def _list_candidates(name: str, digest: Digest, sources: ReportSources) -> Iterator[Path]:
    given, file = sources.given, digest.source.file
    if given is not None:
        yield given / file if given.is_dir() else given
    yield sources.out / f"{name}{EXTRACTED}"
    yield from sources.known.get(name, ())
    yield sources.out / file
    yield sources.out.parent / file


def _read_matching_text(path: Path, digest: Digest, *, extracted: bool) -> str | None:
    """The text of a file, None if it is not the digest's."""
    source = digest.source
    try:
        if extracted:
            text, same = read_text(path), True
        else:
            document = read_report(path)
            text, same = document.text, document.sha256 == source.sha256
    except HuimouError:
        return None
    return text if same and len(text) == source.chars and _has_quotes(text, digest) else None


def _has_quotes(text: str, digest: Digest) -> bool:
    """Whether every quote of the digest stands in the text at its place."""
    quoted: list[Evidence | Figure] = [part for item in collect_items(digest) for part in item.evidence]
    return all(text[part.start : part.end] == part.quote for part in (*quoted, *digest.figures))


def _list_journal_files(out: Path) -> Iterator[tuple[str, Path]]:
    try:
        entries = list(read_journal(out / STORE)[1])
    except HuimouError:
        return
    for entry in entries:
        yield entry.result.name, entry.stamp.file


def _list_input_files(out: Path) -> Iterator[tuple[str, Path]]:
    try:
        kept = read_inputs(out)
    except HuimouError:
        return
    for name, one in kept.items():
        yield name, from_stdin(out, name).path if one.path == "-" else Path(one.path)
