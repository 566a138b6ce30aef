"""Which columns the tables have: derived from the contract, so that a field added to it is a column here.

In every table `report` is the digest's name and `id` the user's own; an item's id is called `item` and a figure's
`figure`, which is what the lists `figures` and `items` hold. Nested fields are joined by underscores; lists stay lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from huimou.model import digest as contract
from huimou.outputs.tables.column_types import INT, STRING, Kind, kind_of, model_of

Path = tuple[str, ...]
ITEM_KINDS: Mapping[str, tuple[Path, type[BaseModel]]] = {
    "achievement": (("year_review", "achievements"), contract.Achievement),
    "shortcoming": (("year_review", "shortcomings"), contract.Shortcoming),
    "task": (("next_year_plan", "tasks"), contract.Task),
}
FIGURES: Path = ("figures",)
_ITEM_MODELS = tuple(model for _, model in ITEM_KINDS.values())
# Lists that have a table of their own, and what only the digest has: every sentence of the report.
_COUNTED = {path for path, _ in ITEM_KINDS.values()} | {FIGURES}
NOT_EXPORTED: frozenset[Path] = frozenset({("sentences",)})
_PREFIXES: Mapping[Path, str] = {
    ("report",): "",
    ("report", "review_years"): "review_",
    ("report", "plan_year"): "plan_",
    ("year_review",): "review_",
    ("next_year_plan",): "plan_",
}
_YEARS = {
    "review_start": contract.ReviewYears.model_fields["start"],
    "review_end": contract.ReviewYears.model_fields["end"],
    "plan_year": contract.PlanYear.model_fields["year"],
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `path` is where its value is in what a row is made from; `counted`: how many are there."""

    name: str
    kind: Kind
    path: Path
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table and its columns, in order."""

    name: str
    columns: tuple[Column, ...]


def layout(user_columns: Sequence[str] = ()) -> tuple[Table, Table, Table]:
    """The tables of reports, items and figures; each of the user's columns is `user_<name>` in the first."""
    return (
        Table("reports", reports_columns(user_columns=user_columns)),
        Table("items", items_columns()),
        Table("figures", figures_columns()),
    )


def reports_columns(model: type[BaseModel] = contract.Digest, user_columns: Sequence[str] = ()) -> tuple[Column, ...]:
    """Columns of the reports table: the digest without what has a table of its own, which is counted."""
    return (
        *map(_own, ("report", "id", "path")),
        *(Column(name, kind, ("digest", *path), counted) for name, kind, path, counted in _flat(model, ())),
        *(Column(f"user_{name}", STRING, ("user", name)) for name in user_columns),
    )


def items_columns(models: Sequence[type[BaseModel]] = _ITEM_MODELS) -> tuple[Column, ...]:
    """Columns of the items table: the fields of all kinds of item; those that a kind has not are null.

    `evidence_text` is the quotes of the evidence, a line end between them; `domain_title` is Chinese.

    Raises:
        TypeError: two kinds have a field of one name and different types.

    """
    kinds: dict[str, Kind] = {}
    for model in models:
        for name, field in model.model_fields.items():
            kind = kind_of(field.annotation)
            if kinds.setdefault(name, kind) != kind:
                raise TypeError(f"{model.__name__}.{name} differs from another item's")
    return (
        *map(_own, ("report", "id", "kind")),
        *(Column(_renamed(name, "item"), kind, ("item", name)) for name, kind in kinds.items()),
        *map(_own, ("domain_title", "evidence_text")),
        *_years(),
    )


def figures_columns(model: type[BaseModel] = contract.Figure) -> tuple[Column, ...]:
    """Columns of the figures table: the contract's, and the years of the report."""
    fields = model.model_fields.items()
    return (
        *map(_own, ("report", "id")),
        *(Column(_renamed(name, "figure"), kind_of(field.annotation), ("figure", name)) for name, field in fields),
        *_years(),
    )


def _flat(model: type[BaseModel], above: Path) -> Iterator[tuple[str, Kind, Path, bool]]:
    for name, field in model.model_fields.items():
        path = (*above, name)
        inner = model_of(field.annotation)
        if path in NOT_EXPORTED:
            continue
        if path in _COUNTED:
            yield name, INT, path, True
        elif inner is not None:
            yield from _flat(inner, path)
        else:
            yield _prefix(above) + name, kind_of(field.annotation), path, False


def _prefix(path: Path) -> str:
    return "" if not path else _PREFIXES.get(path, f"{_prefix(path[:-1])}{path[-1]}_")


def _own(name: str) -> Column:
    return Column(name, STRING, ("own", name))


def _years() -> Iterator[Column]:
    return (Column(name, kind_of(field.annotation), ("own", name)) for name, field in _YEARS.items())


def _renamed(name: str, what: str) -> str:
    return what if name == "id" else name
