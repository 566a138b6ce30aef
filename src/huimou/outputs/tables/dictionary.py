"""The data dictionary of the tables: table, column, type, unit and meaning of every column, in Chinese and English.

Columns and types come from the layout, meanings from `meanings.toml`.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from huimou.outputs.tables.layout import ExportTable

DICTIONARY = "dictionary.csv"
"""Name of the file beside the tables."""
_HEAD = ("table", "column", "type", "unit", "meaning_zh", "meaning_en")
_ALL, _USERS = "all", "user_"
_BOM = "utf-8-sig"  # as Excel wants it


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """What a column means, in Chinese and English, and its unit; empty where it has none."""

    zh: str
    en: str
    unit: str = ""


_OF_USER = ColumnMeaning("输入清单中用户自己的同名栏", "the user's own column of this name in the list of inputs")
_UNKNOWN = ColumnMeaning("", "")


@cache
def load_meanings() -> Mapping[str, Mapping[str, ColumnMeaning]]:
    """Meanings by table and column; those of all tables are under `all`."""
    text = (resources.files("huimou.outputs.tables") / "meanings.toml").read_text(encoding="utf-8")
    return {
        table: {name: ColumnMeaning(**said) for name, said in columns.items()}
        for table, columns in tomllib.loads(text).items()
    }


def find_meaning(table: str, column: str) -> ColumnMeaning:
    """What a column of a table means; empty words where nothing is known of it."""
    if column.startswith(_USERS):
        return _OF_USER
    known = load_meanings()
    return known.get(table, {}).get(column) or known[_ALL].get(column, _UNKNOWN)


def to_dictionary(tables: Sequence[ExportTable]) -> bytes:
    """The dictionary of tables as CSV, UTF-8 with a byte order mark, a row for each column in its order."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for table in tables:
        for column in table.columns:
            said = find_meaning(table.name, column.name)
            writer.writerow((table.name, column.name, str(column.kind), said.unit, said.zh, said.en))
    return out.getvalue().encode(_BOM)
