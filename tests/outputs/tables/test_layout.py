"""tables.kind and tables.layout: columns and their types come from the contract."""

from __future__ import annotations

import re
from typing import Any, Literal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from huimou.model import digest as contract
from huimou.outputs.tables.column_types import BOOL, FLOAT, INT, STRING, ColumnType, find_column_type, fit_value
from huimou.outputs.tables.layout import (
    NOT_EXPORTED,
    build_figures_columns,
    build_items_columns,
    build_layout,
    build_reports_columns,
)

EVIDENCE = "list<struct<sentence: int, start: int, end: int, quote: string>>"
OVERVIEW = f"list<struct<text: string, items: list<string>, made: string, evidence: {EVIDENCE}, look: string>>"
ENTRIES = "list<struct<key: string, value: {}>>"
REPORTS = {
    **dict.fromkeys(["report", "id", "path"], "string"),
    "schema_version": "int",
    **dict.fromkeys(["source_file", "source_sha256", "source_encoding", "source_format"], "string"),
    "source_chars": "int",
    **dict.fromkeys(["organisation", "region", "kind", "kind_title"], "string"),
    "domains": ENTRIES.format("string"),
    "language_script": "string",
    **dict.fromkeys(["review_start", "review_end"], "int"),
    "review_basis": "string",
    "review_evidence": EVIDENCE,
    "plan_year": "int",
    "plan_basis": "string",
    "plan_evidence": EVIDENCE,
    "review_overview": OVERVIEW,
    **dict.fromkeys(["achievements", "shortcomings"], "int"),
    "plan_stated": "bool",
    "plan_overview": OVERVIEW,
    "plan_requirement_text": "string",
    "plan_requirement_evidence": EVIDENCE,
    "plan_requirement_summary": "string",
    **dict.fromkeys(["tasks", "figures"], "int"),
    "sections": "list<struct<role: string, heading: string, start: int, end: int, rule: string>>",
    **dict.fromkeys(["coverage_sentences", "coverage_cited"], "int"),
    "coverage_left_out": ENTRIES.format("int"),
    "coverage_uncovered": "list<int>",
    **dict.fromkeys(["coverage_figures", "coverage_figures_cited"], "int"),
    "problems": "list<struct<code: string, message: string, start: int, end: int>>",
    "checks": "list<struct<code: string, message: string, item: string, start: int, end: int>>",
    **dict.fromkeys(["run_model", "run_endpoint_kind"], "string"),
    "run_prompts": ENTRIES.format("string"),
    **dict.fromkeys(["run_calls", "run_prompt_tokens", "run_cached_tokens", "run_completion_tokens"], "int"),
    "run_seconds": "float",
    **dict.fromkeys(["run_second_look_asked", "run_second_look_taken", "run_second_look_calls"], "int"),
    **dict.fromkeys(["run_second_look_prompt_tokens", "run_second_look_completion_tokens"], "int"),
    "run_second_look_seconds": "float",
    "run_rejected": "int",
    "run_complete": "bool",
    "run_rules": ENTRIES.format("string"),
    "review_items": "list<struct<id: string, checked: bool, corrected: string, comment: string, reviewer: string, "
    "time: string>>",
}
YEARS = dict.fromkeys(["review_start", "review_end", "plan_year"], "int")
ITEMS = {
    **dict.fromkeys(["report", "id", "kind", "item", "title", "summary", "made", "look", "domain", "actor"], "string"),
    "figures": "list<string>",
    "evidence": EVIDENCE,
    "candidates": "list<struct<summary: string, made: string, score: float, faults: list<string>>>",
    **dict.fromkeys(["target", "deadline", "responsible"], "string"),
    "targets": "list<struct<text: string, quote: string, figure: string, metric: string, modifier: string, "
    "value: float, value_max: float, mode: string, unit: string, direction: string, deadline: string, "
    f"responsible: string, evidence: {EVIDENCE.removeprefix('list<')[:-1]}>>",
    **dict.fromkeys(["domain_title", "evidence_text"], "string"),
    **YEARS,
}
FIGURES = {
    **dict.fromkeys(["report", "id", "figure", "quote"], "string"),
    **dict.fromkeys(["start_char", "end_char"], "int"),
    **dict.fromkeys(["value", "value_max"], "float"),
    **dict.fromkeys(["mode", "unit", "metric", "actor", "section"], "string"),
    "items": "list<string>",
    **dict.fromkeys(["direction", "rule", "actor_rule", "counted", "repeats"], "string"),
    **dict.fromkeys(["metric_thing", "metric_status", "unit_normalised"], "string"),
    **YEARS,
}


def test_columns_are_stable() -> None:
    """Names, order and types are what other people's queries rest on: add to them, do not change them."""
    found = {table.name: {column.name: str(column.kind) for column in table.columns} for table in build_layout()}
    assert found == {"reports": REPORTS, "items": ITEMS, "figures": FIGURES}
    assert [list(found[name]) for name in found] == [list(REPORTS), list(ITEMS), list(FIGURES)]


def test_names_are_distinct_and_plain() -> None:
    """No table has a name twice, and each is snake_case English."""
    for table in build_layout(("城市",)):
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == (
            ["user_城市"] if table.name == "reports" else []
        )


def test_no_column_is_a_reserved_word() -> None:
    """Of SQL as DuckDB has it, so that no query needs quotation marks."""
    reserved = duckdb.sql("select keyword_name from duckdb_keywords() where keyword_category = 'reserved'").fetchall()
    names = {column.name for table in build_layout() for column in table.columns}
    assert names & {"start", "end", *(word for (word,) in reserved)} == set()


def test_a_field_added_to_the_contract_is_a_column() -> None:
    """Whichever part grows, the tables grow with it."""

    class MoreRun(contract.Run):
        price: float | None

    class MoreDigest(contract.Digest):
        run: MoreRun
        mood: Literal["good", "bad"]

    class MoreTask(contract.Task):
        budget: int | float | None

    class MoreFigure(contract.Figure):
        rank: int

    reports = {column.name: column.kind for column in build_reports_columns(MoreDigest)}
    assert (reports["run_price"], reports["mood"]) == (FLOAT, STRING)
    assert {column.name: column.kind for column in build_items_columns([contract.Shortcoming, MoreTask])}[
        "budget"
    ] == FLOAT
    assert {column.name: column.kind for column in build_figures_columns(MoreFigure)}["rank"] == INT


def test_items_that_disagree_about_a_field_are_refused() -> None:
    """One column cannot have two types."""

    class Odd(contract.Task):
        title: int

    with pytest.raises(TypeError, match=r"Odd\.title"):
        build_items_columns([contract.Achievement, Odd])


def test_what_is_not_exported_is_in_the_contract() -> None:
    """The list of exceptions names real fields, and few."""
    assert {("sentences",)} == NOT_EXPORTED
    assert "sentences" in contract.Digest.model_fields


class Leaf(BaseModel):
    """A struct."""

    n: int
    text: str | None


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (str, STRING),
        (str | None, STRING),
        (bool, BOOL),
        (int | None, INT),
        (float | int | None, FLOAT),
        (Literal["a", "b"] | None, STRING),
        (Literal[1], INT),
        (list[int], ColumnType("list", INT)),
        (Leaf, ColumnType("struct", fields=(("n", INT), ("text", STRING)))),
        (Leaf | None, ColumnType("struct", fields=(("n", INT), ("text", STRING)))),
        (dict[str, int], ColumnType("list", ColumnType("struct", fields=(("key", STRING), ("value", INT))))),
    ],
)
def test_types_follow_annotations(annotation: Any, kind: ColumnType) -> None:
    """Each annotation that the contract uses has one type."""
    assert find_column_type(annotation) == kind


@pytest.mark.parametrize("annotation", [Any, str | int, Literal["a", 1], bytes, tuple[int, ...], str | Leaf])
def test_an_annotation_without_a_type_is_refused(annotation: Any) -> None:
    """Whoever adds such a field learns of it here, not from a user."""
    with pytest.raises(TypeError, match="no column type"):
        find_column_type(annotation)


def test_values_become_what_the_column_says() -> None:
    """Whole numbers become floats where the column has floats, at any depth; null stays null."""
    kind = find_column_type(list[contract.Target])
    assert kind.of is not None
    fitted_values = fit_value(kind, [{"text": "增长", "value": 7, "evidence": None}])
    assert fitted_values == [dict.fromkeys(dict(kind.of.fields)) | {"text": "增长", "value": 7.0}]
    assert isinstance(fitted_values[0]["value"], float)
    assert fit_value(find_column_type(dict[str, int]), {"标题": 2}) == [{"key": "标题", "value": 2}]
    assert [fit_value(each, None) for each in (kind, STRING, INT)] == [None, None, None]


@given(st.integers())
def test_whole_numbers_fit_or_are_refused(number: int) -> None:
    """Sixty-four bits and a sign, neither more nor less."""
    if -(2**63) <= number < 2**63:
        assert fit_value(INT, number) == number
    else:
        with pytest.raises(ValueError, match="too large"):
            fit_value(INT, number)


@pytest.mark.parametrize("value", [10**400, float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    """JSON lines could not hold it."""
    with pytest.raises(ValueError, match="number"):
        fit_value(FLOAT, value)
