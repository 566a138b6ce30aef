"""Files of a report that are no longer what huimou wrote: what a person made of them is kept, what is torn is not.

Workbooks and Word documents are left out: what a person writes there is kept by those formats themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from huimou.outputs.formats import FORMATS, KEEPS_EDITS, find_present_formats, list_file_names
from huimou.store.files import EXTRACTED, write_bytes
from huimou.store.stamps import Stamp

_EDITED = ".edited"


@dataclass(frozen=True, slots=True)
class ChangedOutput:
    """A file that is not what huimou wrote, and the file that keeps what it holds now."""

    path: Path
    kept: Path


def stamp_outputs(out: Path, name: str) -> tuple[Stamp, ...]:
    """The files of a report as they are now, by their names in the folder."""
    formats = [key for key in find_present_formats(out, name) if key not in KEEPS_EDITS]
    files = (*list_file_names(name, formats), f"{name}{EXTRACTED}")
    stamps = (Stamp.of(out / file, name=file, read=True) for file in files)
    return tuple(one for one in stamps if one.there)


def keep_changed_outputs(out: Path, written: Iterable[Stamp]) -> tuple[ChangedOutput, ...]:
    """Copy files that are about to be written over and are not as they were written.

    Args:
        out: their folder.
        written: as they were when huimou had written them.

    Raises:
        UsageError: the folder or the disk does not take the copies.

    """
    changed = []
    for one in written:
        path = out / one.path
        if one.renew(path) is not None:
            continue
        with suppress(OSError):
            data = path.read_bytes()
            kept = _find_free(path, data)
            write_bytes(kept, data)
            changed.append(ChangedOutput(path, kept))
    return tuple(changed)


def remove_emptied_outputs(out: Path, name: str) -> None:
    """Remove files of a report that hold nothing, so that none is taken for one that a person has edited."""
    for key in KEEPS_EDITS:
        path = out / f"{name}{FORMATS[key].suffix}"
        with suppress(OSError):
            if path.stat().st_size == 0:
                path.unlink()


def describe_changed_outputs(changed: Sequence[ChangedOutput]) -> Iterator[str]:
    """A line for each file, once all are written anew; a copy that holds nothing of a person's is removed."""
    for one in changed:
        held, now = one.kept.read_bytes(), one.path.read_bytes()
        if now.startswith(held.rstrip(b"\0")):
            one.kept.unlink()
            if held != now:
                yield f"{one.path.name} was {'torn' if held else 'empty'} and is written again"
        else:
            yield f"{one.path.name} was edited since it was written: kept as {one.kept.name}, and written again"


def _find_free(path: Path, data: bytes) -> Path:
    """A name beside a file that no other content has."""
    names = (path.with_name(f"{path.name}{_EDITED}{number or ''}") for number in itertools.count())
    return next(one for one in names if not one.exists() or one.read_bytes() == data)
