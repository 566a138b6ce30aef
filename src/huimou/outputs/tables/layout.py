"""The columns of the tables, derived from the digest's models: a field that is added there is a column here.

In every table `report` is the digest's name and `id` the user's own; an item's id is called `item` and a figure's
`figure`, which is what the lists `figures` and `items` hold. Nested fields are joined by underscores; lists stay lists.
No column is called by a reserved word of SQL: a figure's place is `start_char` and `end_char`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from huimou.model import digest as contract
from huimou.outputs.tables.column_types import INT, STRING, ColumnType, find_column_type, find_model

FieldPath = tuple[str, ...]
ITEM_KINDS: Mapping[str, tuple[FieldPath, type[BaseModel]]] = {
    "achievement": (("year_review", "achievements"), contract.Achievement),
    "shortcoming": (("year_review", "shortcomings"), contract.Shortcoming),
    "task": (("next_year_plan", "tasks"), contract.Task),
}
FIGURES: FieldPath = ("figures",)
_ITEM_MODELS = tuple(model for _, model in ITEM_KINDS.values())
# Lists that have a table of their own, and what only the digest has: every sentence of the report.
_COUNTED = {path for path, _ in ITEM_KINDS.values()} | {FIGURES}
NOT_EXPORTED: frozenset[FieldPath] = frozenset({("sentences",)})
_PREFIXES: Mapping[FieldPath, str] = {
    ("report",): "",
    ("report", "review_years"): "review_",
    ("report", "plan_year"): "plan_",
    ("year_review",): "review_",
    ("next_year_plan",): "plan_",
}
_PLACES = {"start": "start_char", "end": "end_char"}  # `end` is a reserved word of SQL
_YEARS = {
    "review_start": contract.ReviewYears.model_fields["start"],
    "review_end": contract.ReviewYears.model_fields["end"],
    "plan_year": contract.PlanYear.model_fields["year"],
}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: `path` leads to its value in the source of a row; with `counted` its value is a list's length."""

    name: str
    kind: ColumnType
    path: FieldPath
    counted: bool = False


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One table and its columns, in order."""

    name: str
    columns: tuple[TableColumn, ...]


def build_layout(user_columns: Sequence[str] = ()) -> tuple[ExportTable, ExportTable, ExportTable]:
    """The tables of reports, items and figures; each of the user's columns is `user_<name>` in the first."""
    return (
        ExportTable("reports", build_reports_columns(user_columns=user_columns)),
        ExportTable("items", build_items_columns()),
        ExportTable("figures", build_figures_columns()),
    )


def build_reports_columns(
    model: type[BaseModel] = contract.Digest, user_columns: Sequence[str] = ()
) -> tuple[TableColumn, ...]:
    """Columns of the reports table: the fields of a digest; items and figures, which have own tables, are counted."""
    return (
        *map(_own, ("report", "id", "path")),
        *(TableColumn(name, kind, ("digest", *path), counted) for name, kind, path, counted in _flat(model, ())),
        *(TableColumn(f"user_{name}", STRING, ("user", name)) for name in user_columns),
    )


def build_items_columns(models: Sequence[type[BaseModel]] = _ITEM_MODELS) -> tuple[TableColumn, ...]:
    """Columns of the items table: the fields of all kinds of item; fields that a kind lacks are null.

    `evidence_text` is the quotes of the evidence, a line end between them; `domain_title` is Chinese.

    Raises:
        TypeError: two kinds have a field of one name and different types.

    """
    kinds: dict[str, ColumnType] = {}
    for model in models:
        for name, field in model.model_fields.items():
            kind = find_column_type(field.annotation)
            if kinds.setdefault(name, kind) != kind:
                raise TypeError(f"{model.__name__}.{name} differs from another item's")
    return (
        *map(_own, ("report", "id", "kind")),
        *(TableColumn(_rename_field(name, "item"), kind, ("item", name)) for name, kind in kinds.items()),
        *map(_own, ("domain_title", "evidence_text")),
        *_years(),
    )


def build_figures_columns(model: type[BaseModel] = contract.Figure) -> tuple[TableColumn, ...]:
    """Columns of the figures table: the fields of a figure, its metric under a common name, its report's years."""
    fields = model.model_fields.items()
    return (
        *map(_own, ("report", "id")),
        *(
            TableColumn(_rename_field(name, "figure"), find_column_type(field.annotation), ("figure", name))
            for name, field in fields
        ),
        *map(_own, ("metric_thing", "metric_status", "unit_normalised")),
        *_years(),
    )


def _flat(model: type[BaseModel], above: FieldPath) -> Iterator[tuple[str, ColumnType, FieldPath, bool]]:
    for name, field in model.model_fields.items():
        path = (*above, name)
        inner = find_model(field.annotation)
        if path in NOT_EXPORTED:
            continue
        if path in _COUNTED:
            yield name, INT, path, True
        elif inner is not None:
            yield from _flat(inner, path)
        else:
            yield _prefix(above) + name, find_column_type(field.annotation), path, False


def _prefix(path: FieldPath) -> str:
    return "" if not path else _PREFIXES.get(path, f"{_prefix(path[:-1])}{path[-1]}_")


def _own(name: str) -> TableColumn:
    return TableColumn(name, STRING, ("own", name))


def _years() -> Iterator[TableColumn]:
    return (TableColumn(name, find_column_type(field.annotation), ("own", name)) for name, field in _YEARS.items())


def _rename_field(name: str, what: str) -> str:
    return what if name == "id" else _PLACES.get(name, name)
