"""Manifests: lists of reports with ids and columns of the user's own.

A CSV file with a header or a JSONL file of flat objects. `path` is relative to the manifest, `id` is optional and names
the outputs, every other column is carried through as text. UTF-8 with or without byte order mark; what is not UTF-8 is
read as GB18030, as Excel writes CSV on a Chinese system. An empty cell is null, an empty line is nothing.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huimou.errors import UsageError
from huimou.store.inputs import Input, to_file_stem

_OWN = ("path", "id")


@dataclass(frozen=True, slots=True)
class _ManifestLine:
    """One row as text by column, with the line it starts in; `wrong` says why it cannot be used."""

    number: int
    cells: Mapping[str, str | None] = field(default_factory=dict)
    wrong: str = ""


def read_manifest(path: Path) -> tuple[Input, ...]:
    """Inputs in the manifest's order; reports that are missing are let through, unless all are.

    Raises:
        UsageError: it cannot be read, a line is bad, an id or a report stands in it twice, or no report is there.

    """
    parse = _PARSERS.get(path.suffix.casefold())
    if parse is None:
        raise UsageError(f"{path} is no manifest", "give a .csv or a .jsonl file")
    lines = _mark_repeats(tuple(parse(_decode_file(path))), path.parent)
    bad = [line for line in lines if line.wrong]
    if bad:
        more = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise UsageError(f"{path} line {bad[0].number}: {bad[0].wrong}{more}", "mend the manifest; nothing was started")
    inputs = tuple(_build_input(line, path.parent) for line in lines)
    if not inputs:
        raise UsageError(f"{path} names no report", "give it a line for each report")
    if not any(one.path.exists() for one in inputs):
        raise UsageError(
            f"{path}: none of its reports is there, such as {inputs[0].path}", "paths are relative to the manifest"
        )
    return inputs


def _build_input(line: _ManifestLine, folder: Path) -> Input:
    given, identity = line.cells["path"] or "", line.cells.get("id")
    path = folder / given
    columns = {name: value for name, value in line.cells.items() if name not in _OWN}
    return Input(path, given, path.stem if identity is None else to_file_stem(identity), identity, columns)


def _mark_repeats(lines: Sequence[_ManifestLine], folder: Path) -> list[_ManifestLine]:
    """The lines; one that names no report, or repeats an id or report of an earlier line, is marked as wrong."""
    ids: dict[str, int] = {}
    paths: dict[str, int] = {}
    return [
        line if line.wrong else _ManifestLine(line.number, line.cells, _find_fault(line, folder, ids, paths))
        for line in lines
    ]


def _find_fault(line: _ManifestLine, folder: Path, ids: dict[str, int], paths: dict[str, int]) -> str:
    given, identity = line.cells.get("path"), line.cells.get("id")
    if not given:
        return "no path"
    if any("\0" in (text or "") or not _is_text(text or "") for pair in line.cells.items() for text in pair):
        return "it holds characters that are no text"
    first = paths.setdefault(os.path.abspath(folder / given), line.number)  # noqa: PTH100 (resolve asks the disk)
    if first != line.number:
        return f"the same report as in line {first}"
    first = ids.setdefault(identity, line.number) if identity is not None else line.number
    return f"the id {identity} stands in line {first} too" if first != line.number else ""


def _is_text(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _decode_file(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    wide = ("utf-16",) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ()
    for encoding in (*wide, "utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path} is neither UTF-8, UTF-16 nor GB18030 text", "save it as UTF-8")


def _parse_csv(text: str) -> Iterator[_ManifestLine]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    number = 1
    try:
        for cells in reader:
            if header is None and any(cells):
                header = _parse_header(cells)
                wrong = _find_header_fault(header)
                if wrong:
                    yield _ManifestLine(number, wrong=wrong)
                    return
            elif header is not None and any(cells):
                yield _build_csv_line(number, header, cells)
            number = reader.line_num + 1
    except csv.Error as error:
        yield _ManifestLine(number, wrong=f"not CSV: {error}")


def _build_csv_line(number: int, header: Sequence[str], cells: Sequence[str]) -> _ManifestLine:
    if len(cells) != len(header):
        return _ManifestLine(number, wrong=f"{len(cells)} cells, but the header has {len(header)}")
    if any(cell and not name for name, cell in zip(header, cells, strict=True)):
        return _ManifestLine(number, wrong="a cell stands in a column without a name")
    return _ManifestLine(number, {name: cell or None for name, cell in zip(header, cells, strict=True) if name})


def _parse_header(cells: Sequence[str]) -> list[str]:
    """Names of columns; 路径 is the column of paths where none is called path."""
    names = [_normalise_column(name) for name in cells]
    return names if "path" in names else ["path" if name == "路径" else name for name in names]


def _find_header_fault(header: Sequence[str]) -> str:
    named = [name for name in header if name]
    twice = sorted({name for name in named if named.count(name) > 1})
    if "path" not in named:
        return "the header has no column path (or 路径)"
    return f"the header has the column {twice[0]} twice" if twice else ""


def _parse_json(text: str) -> Iterator[_ManifestLine]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _parse_json_line(number, line)


def _parse_json_line(number: int, line: str) -> _ManifestLine:
    try:
        values = json.loads(line, object_pairs_hook=_build_object)
        exact = json.loads(line, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        return _ManifestLine(number, wrong=f"not JSON: {error}")
    if not isinstance(values, dict):
        return _ManifestLine(number, wrong="not a JSON object")
    cells = {_normalise_column(name): _as_text(value, exact[name]) for name, value in values.items()}
    if len(cells) < len(values) or "" in cells:
        return _ManifestLine(number, wrong="a column stands in it twice or has no name")
    return _ManifestLine(number, cells)


def _build_object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands in it twice")
    return found


def _as_text(value: Any, exact: Any) -> str | None:
    """A JSON value as text, numbers as they are written."""
    if value is None or value == "":
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | dict | list) else str(exact)


def _normalise_column(name: str) -> str:
    """Column name without white space around it; letter case does not tell `path` and `id` apart."""
    bare = name.strip()
    return bare.casefold() if bare.casefold() in _OWN else bare


_PARSERS: Mapping[str, Callable[[str], Iterator[_ManifestLine]]] = {
    ".csv": _parse_csv,
    ".jsonl": _parse_json,
    ".ndjson": _parse_json,
}
