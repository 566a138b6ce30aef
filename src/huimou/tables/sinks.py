"""Where rows go: JSON lines, and Parquet a row group at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO, Protocol

from huimou.errors import UsageError
from huimou.tables.kind import Kind
from huimou.tables.layout import Table
from huimou.tables.rows import Row

_GROUP = 500  # rows held back until they make a group of a Parquet file


class Sink(Protocol):
    """Takes the rows of one table, in order."""

    def add(self, rows: Sequence[Row]) -> None:
        """Take more rows."""

    def finish(self) -> None:
        """Write what is still held back."""


class JsonLines:
    """One JSON object a line, Chinese as such, keys in the order of the columns."""

    def __init__(self, file: BinaryIO, table: Table) -> None:
        del table  # rows have its columns already
        self._file = file

    def add(self, rows: Sequence[Row]) -> None:
        """Write them."""
        text = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        self._file.write(text.encode())

    def finish(self) -> None:
        """Nothing is held back."""


class Parquet:
    """A Parquet file with zstd compression, its columns typed whether or not a row has a value there.

    Raises:
        UsageError: pyarrow is not installed.

    """

    def __init__(self, file: BinaryIO, table: Table) -> None:
        arrow = load_pyarrow()
        fields = [(column.name, _arrow_type(arrow, column.kind)) for column in table.columns]
        self._schema = arrow.schema(fields)
        self._batch = arrow.RecordBatch
        self._writer = arrow.parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._held: list[Row] = []

    def add(self, rows: Sequence[Row]) -> None:
        """Hold them back, and write whole groups."""
        self._held += rows
        while len(self._held) >= _GROUP:
            self._write(self._held[:_GROUP])
            del self._held[:_GROUP]

    def finish(self) -> None:
        """Write the last group and the footer."""
        if self._held:
            self._write(self._held)
            self._held = []
        self._writer.close()

    def _write(self, rows: Sequence[Row]) -> None:
        self._writer.write_batch(self._batch.from_pylist(rows, schema=self._schema))


def load_pyarrow() -> Any:
    """The module pyarrow, with its Parquet part.

    Raises:
        UsageError: it is not installed.

    """
    try:
        import pyarrow as pa  # noqa: PLC0415 (an extra)
        import pyarrow.parquet  # noqa: PLC0415 (an extra)
    except ImportError as error:
        hint = 'pip install "huimou[tables]", or write JSON lines only with --format jsonl'
        raise UsageError("writing Parquet needs pyarrow, which is not installed", hint) from error
    return pa


def _arrow_type(arrow: Any, kind: Kind) -> Any:
    if kind.of is not None:
        return arrow.list_(_arrow_type(arrow, kind.of))
    if kind.fields:
        return arrow.struct([(name, _arrow_type(arrow, inner)) for name, inner in kind.fields])
    return {"string": arrow.string(), "int": arrow.int64(), "float": arrow.float64(), "bool": arrow.bool_()}[kind.name]
