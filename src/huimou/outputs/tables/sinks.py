"""Writers of rows: JSON lines, and Parquet with one row group at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO, Protocol

from huimou.errors import UsageError
from huimou.outputs.tables.column_types import ColumnType
from huimou.outputs.tables.layout import ExportTable
from huimou.outputs.tables.rows import TableRow

_BATCH = 250  # rows held as Python objects
_GROUP = 8 * 2**20  # bytes, before compression, that make a row group of a Parquet file


class Sink(Protocol):
    """Writes the rows of one table, in order."""

    def add(self, rows: Sequence[TableRow]) -> None:
        """Write more rows."""

    def finish(self) -> None:
        """Write the rows that are still in memory."""

    def close(self) -> None:
        """Release the file; it is a whole table only after `finish`."""


class JsonLines:
    """Writes one JSON object a line, Chinese unescaped, keys in the order of the columns."""

    def __init__(self, file: BinaryIO, table: ExportTable) -> None:
        del table  # rows have its columns already
        self._file = file

    def add(self, rows: Sequence[TableRow]) -> None:
        """Write the rows at once."""
        text = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        self._file.write(text.encode())

    def finish(self) -> None:
        """Do nothing: all rows are written."""

    def close(self) -> None:
        """Do nothing: the file belongs to the caller."""


class Parquet:
    """Writes a Parquet file with zstd compression; a column has its type even if no row has a value in it.

    Raises:
        UsageError: pyarrow is not installed.

    """

    def __init__(self, file: BinaryIO, table: ExportTable) -> None:
        arrow = load_pyarrow()
        fields = [(column.name, _arrow_type(arrow, column.kind)) for column in table.columns]
        self._schema = arrow.schema(fields)
        self._arrow = arrow
        self._writer = arrow.parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[TableRow] = []
        self._batches: list[Any] = []  # rows as Arrow has them, a fraction of what they take as Python objects
        self._bytes = 0

    def add(self, rows: Sequence[TableRow]) -> None:
        """Keep the rows in memory until they fill a row group, then write it."""
        self._rows += rows
        if len(self._rows) >= _BATCH:
            self._pack()
        if self._bytes >= _GROUP:
            self._write()

    def finish(self) -> None:
        """Write the last row group and the footer."""
        self._pack()
        self._write()
        self._writer.close()

    def close(self) -> None:
        """Close the writer; one that could not finish would try again, and raise, when it is freed."""
        self._writer.is_open = False

    def _pack(self) -> None:
        batch = self._arrow.RecordBatch.from_pylist(self._rows, schema=self._schema)
        self._rows = []
        self._batches.append(batch)
        self._bytes += batch.nbytes

    def _write(self) -> None:
        group = self._arrow.Table.from_batches(self._batches)
        self._batches, self._bytes = [], 0
        if group.num_rows:
            self._writer.write_table(group, row_group_size=group.num_rows)


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


def _arrow_type(arrow: Any, kind: ColumnType) -> Any:
    if kind.of is not None:
        return arrow.list_(_arrow_type(arrow, kind.of))
    if kind.fields:
        return arrow.struct([(name, _arrow_type(arrow, inner)) for name, inner in kind.fields])
    return {"string": arrow.string(), "int": arrow.int64(), "float": arrow.float64(), "bool": arrow.bool_()}[kind.name]
