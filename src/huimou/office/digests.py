"""The digests that a command line names, each with the text of its report where that is still at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from huimou.contract import Digest
from huimou.errors import HuimouError, UsageError
from huimou.files import read_text
from huimou.inputs import STDIN, Kept, printable, read_inputs
from huimou.office.records import Report
from huimou.stages.ingest import read_report
from huimou.stages.render.to_json import from_json

_NO_DIGESTS = frozenset({"run.json"})  # what else a batch may write beside its digests


@dataclass(frozen=True, slots=True)
class Found:
    """What the names stand for: reports, and a line for each file that is no digest."""

    reports: tuple[Report, ...]
    broken: tuple[str, ...]


def find_digests(named: Sequence[Path]) -> Found:
    """Digests in folders, by name, and in files; a file named twice counts once.

    Raises:
        UsageError: a name stands for nothing, or `inputs.jsonl` beside a digest is broken.

    """
    paths = list({path.resolve(): path for name in named for path in _digest_paths(name)}.values())
    stems = Counter(path.stem for path in paths)
    known = {folder: read_inputs(folder) for folder in {path.parent for path in paths}}
    reports: list[Report] = []
    broken: list[str] = []
    for path in paths:
        name = printable(path.stem)
        try:
            digest = from_json(read_text(path))
        except HuimouError as error:
            broken.append(f"{path.name}: {error.message.removeprefix(f'{path}: ')}")
            continue
        shown = name if stems[path.stem] == 1 else f"{printable(path.parent.name)}/{name}"
        reports.append(Report(shown, digest, _text(path.parent, known[path.parent], name, digest)))
    return Found(tuple(reports), tuple(broken))


def _digest_paths(name: Path) -> Iterator[Path]:
    if name.is_file():
        yield name
        return
    try:
        found = sorted(p for p in name.iterdir() if p.suffix == ".json" and p.name not in _NO_DIGESTS)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}", "name folders or .json files") from error
    if not found:
        raise UsageError(f"{name} holds no digest", "give a folder that huimou summarise wrote")
    yield from found


def _text(folder: Path, known: Mapping[str, Kept], name: str, digest: Digest) -> str | None:
    """The report's text if its file is where it was and is still the same."""
    kept = known.get(name)
    if kept is None:
        return None
    path = folder / ".huimou" / "stdin" / name if kept.path == STDIN else Path(kept.path)
    try:
        document = read_report(path)
    except HuimouError:
        return None
    return document.text if document.sha256 == digest.source.sha256 else None
