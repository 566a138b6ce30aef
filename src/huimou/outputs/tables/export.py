"""Export of a folder of digests as tables, one digest at a time; a file is either whole or as it was before."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from huimou.errors import HuimouError, InputError, UsageError
from huimou.model.review import REVIEW_SUFFIX
from huimou.outputs.render.to_json import from_json
from huimou.outputs.tables.dictionary import DICTIONARY, to_dictionary
from huimou.outputs.tables.layout import ExportTable, build_layout
from huimou.outputs.tables.rows import TableRow, build_rows
from huimou.outputs.tables.sinks import JsonLines, Parquet, Sink, load_pyarrow
from huimou.store.files import make_folder, open_whole_file, read_text
from huimou.store.inputs import InputRow, read_inputs, to_printable

TableFormat = Literal["jsonl", "parquet"]
_SINKS: Mapping[TableFormat, type[JsonLines | Parquet]] = {"jsonl": JsonLines, "parquet": Parquet}
_NO_DIGESTS = frozenset({"run.json"})  # what else a batch may write beside its digests


@dataclass(frozen=True, slots=True)
class TableExport:
    """What an export wrote.

    Args:
        rows: number of rows by table.
        broken: one line for each digest that could not be read.
        missing: number of known inputs that have no digest.

    """

    rows: Mapping[str, int]
    broken: tuple[str, ...]
    missing: int


def export_tables(
    out: Path,
    to: Path,
    forms: Sequence[TableFormat],
    watch: Callable[[Sequence[Path]], Iterable[Path]] = iter,
) -> TableExport:
    """Write `reports`, `items` and `figures` into `to`, in each form, from every digest in `out`, by name.

    Beside them lies `dictionary.csv`, which explains every column.

    Args:
        out: folder that `huimou summarise` wrote.
        to: folder of the tables; made where it is missing.
        forms: suffixes of the files.
        watch: yields the paths of the digests one by one, and may show progress.

    Raises:
        UsageError: there is no digest, `OUT/inputs.jsonl` is broken, pyarrow is missing, or a file cannot be written.
        InputError: no digest can be read; nothing is written.

    """
    paths = _digest_paths(out)
    if "parquet" in forms:
        load_pyarrow()
    known = read_inputs(out)
    tables = build_layout(tuple(dict.fromkeys(name for kept in known.values() for name in kept.columns)))
    make_folder(to)
    counts = {table.name: 0 for table in tables}
    broken: list[str] = []
    with _sinks(to, forms, tables) as sinks:
        for path in watch(paths):
            rows = _rows(path, known, tables)
            if isinstance(rows, str):
                broken += [] if path.name in _NO_DIGESTS else [rows]
                continue
            for name, more in rows.items():
                counts[name] += len(more)
                for sink in sinks[name]:
                    sink.add(more)
        if not counts["reports"]:
            raise InputError(f"none of the {len(broken)} digests can be read", "".join(broken[:1]))
    names = {to_printable(path.stem) for path in paths}
    return TableExport(counts, tuple(broken), sum(name not in names for name in known))


def _digest_paths(out: Path) -> list[Path]:
    try:
        found = sorted(path for path in out.iterdir() if path.suffix == ".json")
    except OSError as error:
        raise UsageError(f"cannot read folder {out}: {error.strerror or error}") from error
    paths = [path for path in found if not path.name.endswith(REVIEW_SUFFIX)]
    if not paths:
        raise UsageError(f"{out} holds no digest", "give the folder that huimou summarise wrote")
    return paths


def _rows(path: Path, known: Mapping[str, InputRow], tables: Sequence[ExportTable]) -> dict[str, list[TableRow]] | str:
    """The rows of one digest by table, or in one line why it cannot be read."""
    name = to_printable(path.stem)
    try:
        return build_rows(name, from_json(read_text(path)), known.get(name), tables)
    except HuimouError as error:
        return f"{name}.json: {error.message.removeprefix(f'{name}.json: ')}"


@contextlib.contextmanager
def _sinks(to: Path, forms: Sequence[TableFormat], tables: Sequence[ExportTable]) -> Iterator[dict[str, list[Sink]]]:
    """Open sinks by table; their files take the place of older ones only when all are finished."""
    with contextlib.ExitStack() as files:
        sinks: dict[str, list[Sink]] = {
            table.name: [
                _SINKS[form](files.enter_context(open_whole_file(to / f"{table.name}.{form}")), table) for form in forms
            ]
            for table in tables
        }
        for sink in itertools.chain(*sinks.values()):
            files.callback(sink.close)
        files.enter_context(open_whole_file(to / DICTIONARY)).write(to_dictionary(tables))
        yield sinks
        for sink in itertools.chain(*sinks.values()):
            sink.finish()
