"""The rows of one digest for each table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from huimou.errors import InputError
from huimou.language.figures.counted import normalise_metric
from huimou.language.figures.numerals import equalise_unit
from huimou.model.digest import Digest, Figure
from huimou.outputs.tables.column_types import fit_value
from huimou.outputs.tables.layout import FIGURES, ITEM_KINDS, ExportTable, FieldPath, TableColumn
from huimou.store.inputs import InputRow

TableRow = dict[str, Any]


def build_rows(
    name: str, digest: Digest, kept: InputRow | None, tables: Sequence[ExportTable]
) -> dict[str, list[TableRow]]:
    """Rows by name of table, each with all columns of its table in their order.

    Args:
        name: of the digest's file, without suffix.
        digest: the digest.
        kept: what the user's list of inputs says of its report.
        tables: as `build_layout` gives them.

    Raises:
        InputError: a number of the digest is too large for its column.

    """
    data = digest.model_dump(mode="json")
    own = {"report": name, "id": kept and kept.id, "path": kept and kept.path, **_years(data["report"])}
    sources = {
        "reports": [{"own": own, "digest": data, "user": kept.columns if kept else {}}],
        "items": list(_items(data, own)),
        "figures": [
            {"own": own | _normalise(figure), "figure": values}
            for figure, values in zip(digest.figures, _at(data, FIGURES), strict=True)
        ],
    }
    try:
        return {table.name: [_row(source, table.columns) for source in sources[table.name]] for table in tables}
    except ValueError as error:
        raise InputError(f"{name}.json: {error}", "it is damaged: run huimou summarise on its report again") from error


def _items(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[TableRow]:
    titles = data["report"]["domains"]
    for kind, (path, _) in ITEM_KINDS.items():
        for item in _at(data, path):
            text = "\n".join(evidence["quote"] for evidence in item["evidence"])
            told = {"kind": kind, "domain_title": titles.get(item.get("domain")), "evidence_text": text}
            yield {"own": {**own, **told}, "item": item}


def _normalise(figure: Figure) -> TableRow:
    """What a figure counts, and its unit, under the names that all reports share."""
    named = normalise_metric(figure.thing) if figure.thing else None
    return {
        "metric_thing": named and named.thing,
        "metric_status": named and (named.status or None),
        "unit_normalised": equalise_unit(figure.unit),
    }


def _years(report: Mapping[str, Any]) -> TableRow:
    years = report["review_years"]
    return {"review_start": years["start"], "review_end": years["end"], "plan_year": report["plan_year"]["year"]}


def _row(source: Mapping[str, Any], columns: Sequence[TableColumn]) -> TableRow:
    return {column.name: _value(source, column) for column in columns}


def _value(source: Mapping[str, Any], column: TableColumn) -> Any:
    value = _at(source, column.path)
    return len(value) if column.counted else fit_value(column.kind, value)


def _at(data: Any, path: FieldPath) -> Any:
    for step in path:
        if data is None:
            return None
        data = data.get(step)
    return data
