"""What one input of a batch is called by its user, and the file beside the digests that remembers it.

`OUT/inputs.jsonl` has one line a report: `name` (of its outputs), `path` (as the user wrote it, `-` for standard
input), `id` and `columns` (the user's own, from a manifest), `file` (where it was read, absolute). Inputs of earlier
runs into the same folder stay in it, but for those that came to nothing and have been withdrawn since.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huimou.errors import UNSEEN, UsageError
from huimou.store.files import is_gone, list_names, read_text, write_text

FILE = "inputs.jsonl"
STDIN = "-"
# What some system refuses in a name, what cannot be seen, and what hides a file or is dropped at the end of a name.
_UNFIT = re.compile(rf'[{UNSEEN}/\\:*?"<>|]|^[.~\s]|[.\s]$')
# Devices of Windows, whatever stands behind a dot, and the end of another report's file.
_TAKEN = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))|\.(?=onepage$)")
_NAME_BYTES = 200  # leaves room for the suffixes within the 255 bytes that file systems allow
_KEYS = ("name", "path", "id", "columns", "file")


@dataclass(frozen=True, slots=True)
class Input:
    """One input.

    Args:
        path: where the report is read from.
        given: the path as the user wrote it.
        stem: what its outputs are to be called.
        id: the user's own name for it.
        columns: whatever else the user's manifest says of it, by the manifest's column names.

    """

    path: Path
    given: str
    stem: str
    id: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class InputRow:
    """One line of `OUT/inputs.jsonl`; `file` is empty where an older huimou wrote it, or the path is no text."""

    name: str
    path: str
    id: str | None
    columns: Mapping[str, str | None] = field(hash=False)
    file: str = ""


def as_input(path: Path | Input) -> Input:
    """The input that a mere path is."""
    return path if isinstance(path, Input) else Input(path, str(path), path.stem)


def from_stdin(out: Path, name: str) -> Input:
    """The input that standard input is; its bytes are to be kept in `out`, so that it can be read again."""
    stem = to_file_stem(name)
    return Input(out / ".huimou" / "stdin" / stem, STDIN, stem)


def to_file_stem(name: str) -> str:
    """`name` made fit for a file on any system: what files cannot be called becomes an underscore, or gets one."""
    stem = _shorten(_UNFIT.sub("_", name))
    return _TAKEN.sub(lambda match: f"{match[1] or ''}_", _UNFIT.sub("_", stem))


def to_printable(name: str) -> str:
    """File names may hold bytes that are no text; outputs may not."""
    return os.fsencode(name).decode(errors="replace")


def keep_inputs(out: Path, inputs: Iterable[tuple[str, Input]], known: Collection[str] | None = None) -> None:
    """Write `OUT/inputs.jsonl` whole or not at all, where it changes.

    Args:
        out: folder of the digests.
        inputs: names of outputs and what they are made from; they replace lines of the same name.
        known: names of which something became before. Where it is given, a line of which nothing became is dropped if
            its file is gone from a folder that `inputs` are of: it was withdrawn.

    Raises:
        UsageError: the file cannot be written, or the one that is there is broken.

    """
    before = read_inputs(out)
    now = {to_printable(name): one for name, one in inputs}
    rows = {name: _to_row(name, one) for name, one in now.items()}
    withdrawn: frozenset[str] = frozenset()
    others = [row for name, row in before.items() if name not in rows]
    if known is not None and others:
        withdrawn = _find_withdrawn(out, others, collect_folders(now.values()), known)
    after = {name: row for name, row in before.items() if name not in withdrawn} | rows
    if after != before:
        write_text(out / FILE, "".join(map(_format_row, after.values())))


def collect_folders(inputs: Iterable[Input]) -> frozenset[str]:
    """The folders that hold them, absolute."""
    return frozenset(str(folder.absolute()) for folder in {one.path.parent for one in inputs})


def _shorten(stem: str) -> str:
    """`stem`, cut so that suffixes find room behind it; `report` where it is empty."""
    return os.fsencode(stem)[:_NAME_BYTES].decode(errors="ignore") or "report"


def _to_row(name: str, one: Input) -> InputRow:
    path = str(one.path.absolute())
    return InputRow(name, to_printable(one.given), one.id, one.columns, path if path == to_printable(path) else "")


def _find_withdrawn(
    out: Path, rows: Iterable[InputRow], folders: Collection[str], known: Collection[str]
) -> frozenset[str]:
    """Names of the rows of which nothing became and whose file is gone."""
    outputs = list_names(out)
    unmade = (row for row in rows if row.name not in known and f"{row.name}.json" not in outputs)
    return frozenset(row.name for row in unmade if is_gone(row.file, folders))


def read_inputs(out: Path) -> dict[str, InputRow]:
    """What `OUT/inputs.jsonl` says, by name of outputs; nothing where there is no such file.

    Raises:
        UsageError: the file cannot be read, or a line of it is broken.

    """
    path = out / FILE
    if not path.exists():
        return {}
    lines = enumerate(read_text(path).split("\n"), start=1)
    rows = [_parse_row(line, f"{path} line {number}") for number, line in lines if line.strip()]
    return {row.name: row for row in rows}


def _format_row(row: InputRow) -> str:
    keys = {"name": row.name, "path": row.path, "id": row.id, "columns": dict(row.columns), "file": row.file}
    return json.dumps(keys, ensure_ascii=False) + "\n"


def _parse_row(line: str, place: str) -> InputRow:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or tuple(row) not in {_KEYS, _KEYS[:-1]} or not _well_typed(row):
        raise UsageError(f"{place} is broken", "mend that line, or delete the file and run huimou summarise again")
    return InputRow(**row)


def _well_typed(row: Mapping[str, Any]) -> bool:
    columns = row["columns"]
    texts = (row["name"], row["path"], row.get("file", ""))
    return (
        all(isinstance(text, str) for text in texts)
        and isinstance(row["id"], str | None)
        and isinstance(columns, dict)
        and all(isinstance(value, str | None) for value in columns.values())
    )
