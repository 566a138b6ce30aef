"""tables.dictionary: every column of the tables is explained."""

from __future__ import annotations

import csv
import io

import duckdb
import pytest

from handmade import a_digest
from huimou.outputs.tables.dictionary import find_meaning, load_meanings, to_dictionary
from huimou.outputs.tables.layout import build_layout
from huimou.outputs.tables.rows import build_rows


def test_every_column_has_a_meaning_and_no_meaning_is_left_over() -> None:
    """In Chinese and English; a column that is added wants one here."""
    columns = {(table.name, column.name) for table in build_layout() for column in table.columns}
    for table, name in columns:
        said = find_meaning(table, name)
        assert said.zh, (table, name)
        assert said.en, (table, name)
        assert said.en.isascii() or table == "figures"  # examples of units
    known = {(table, name) for table, names in load_meanings().items() for name in names}
    assert {name for table, name in known if table == "all"} <= {name for _, name in columns}
    assert {one for one in known if one[0] != "all"} <= columns


def test_the_dictionary_has_a_row_for_each_column() -> None:
    """In the order of the tables, with types; a user's own column is said to be one."""
    data = to_dictionary(build_layout(("城市",)))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    layout = build_layout(("城市",))
    assert [(row["table"], row["column"], row["type"]) for row in rows] == [
        (table.name, column.name, str(column.kind)) for table in layout for column in table.columns
    ]
    (own,) = [row for row in rows if row["column"] == "user_城市"]
    assert "输入清单" in own["meaning_zh"]


@pytest.mark.parametrize(
    ("counted", "thing", "status"),
    [("召开全会", "全体会议", None), ("办理提案", "提案", "办理"), ("提案办理", "提案", "办理"), (None, None, None)],
)
def test_metrics_of_different_reports_meet_under_one_name(
    counted: str | None, thing: str | None, status: str | None
) -> None:
    """However the report words it; the printed metric and the figure as printed stay beside it."""
    digest = a_digest()
    figure = digest.figures[0].model_copy(update={"counted": counted, "metric": None, "unit": "千米"})
    rows = build_rows("临江", digest.model_copy(update={"figures": [figure]}), None, build_layout())
    (row,) = rows["figures"]
    assert (row["metric_thing"], row["metric_status"], row["unit_normalised"]) == (thing, status, "公里")
    assert (row["quote"], row["unit"]) == (figure.quote, "千米")


def test_every_column_can_be_asked_for_without_quotation_marks() -> None:
    """By its bare name."""
    for table in build_layout():
        names = ", ".join(column.name for column in table.columns)
        values = ", ".join("1" for _ in table.columns)
        query = f"select {names} from (values ({values})) as t({names})"  # noqa: S608 (names of our own)
        assert duckdb.sql(query).fetchall()
