"""tables.sinks: rows as JSON lines and as Parquet, read back by other people's readers."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.errors import UsageError
from huimou.outputs.tables import sinks
from huimou.outputs.tables.column_types import BOOL, FLOAT, INT, STRING, ColumnType
from huimou.outputs.tables.layout import ExportTable, TableColumn
from huimou.outputs.tables.sinks import JsonLines, Parquet

STRUCT = ColumnType("struct", fields=(("n", INT), ("texts", ColumnType("list", STRING))))
TABLE = ExportTable(
    "t",
    tuple(
        TableColumn(name, kind, ("own", name))
        for name, kind in {
            "text": STRING,
            "number": INT,
            "value": FLOAT,
            "flag": BOOL,
            "structs": ColumnType("list", STRUCT),
        }.items()
    ),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | TEXT,
            "number": st.none() | WHOLE,
            "value": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "flag": st.none() | st.booleans(),
            "structs": st.none() | st.lists(st.fixed_dictionaries({"n": st.none() | WHOLE, "texts": st.lists(TEXT)})),
        }
    )
)


def written(sink: type[JsonLines | Parquet], rows: list[dict[str, Any]], step: int = 3) -> bytes:
    """Bytes of a table whose rows arrive some at a time."""
    file = io.BytesIO()
    writer = sink(file, TABLE)
    for start in range(0, len(rows), step):
        writer.add(rows[start : start + step])
    writer.finish()
    return file.getvalue()


@given(ROWS)
def test_parquet_is_read_back(rows: list[dict[str, Any]]) -> None:
    """Every value with its type and every null; no row is a table too."""
    read = pyarrow.parquet.read_table(io.BytesIO(written(Parquet, rows)))
    assert read.to_pylist() == rows
    assert [str(field.type) for field in read.schema] == [
        "string",
        "int64",
        "double",
        "bool",
        "list<element: struct<n: int64, texts: list<element: string>>>",
    ]


@given(ROWS)
def test_json_lines_are_read_back(rows: list[dict[str, Any]]) -> None:
    """One object a line, whatever line ends the text holds."""
    lines = written(JsonLines, rows).decode().split("\n")
    assert [json.loads(line) for line in lines[:-1]] == rows
    assert lines[-1] == ""


def test_groups_are_written_as_they_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long table is several row groups, so that it is never held as a whole; order and rows are kept."""
    monkeypatch.setattr(sinks, "_BATCH", 4)
    monkeypatch.setattr(sinks, "_GROUP", 400)
    rows = [{"text": "政协" * 20, "number": number, "value": None, "flag": None, "structs": []} for number in range(50)]
    file = pyarrow.parquet.ParquetFile(io.BytesIO(written(Parquet, rows)))
    assert file.metadata.num_row_groups > 5
    assert file.read().to_pylist() == rows


def test_the_same_rows_are_the_same_bytes() -> None:
    """Nothing of the hour or the machine is in a file."""
    rows = [{"text": "甲", "number": 1, "value": 0.5, "flag": True, "structs": None}]
    for sink in (JsonLines, Parquet):
        assert written(sink, rows) == written(sink, rows)


def test_without_pyarrow_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named, and the way without it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="pyarrow, which is not installed") as caught:
        written(Parquet, [])
    assert "huimou[tables]" in caught.value.hint
    assert "--format jsonl" in caught.value.hint
