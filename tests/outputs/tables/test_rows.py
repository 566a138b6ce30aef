"""tables.rows: everything that a digest says is in the tables."""

from __future__ import annotations

import copy
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from handmade import a_digest
from huimou.errors import InputError
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import from_json
from huimou.outputs.tables.layout import NOT_EXPORTED, build_layout
from huimou.outputs.tables.rows import TableRow, build_rows
from huimou.store.inputs import InputRow
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))
Place = tuple[str | int, ...]


def rows(digest: Digest, kept: InputRow | None = None) -> dict[str, list[TableRow]]:
    """Rows of a digest called 临江."""
    return build_rows("临江", digest, kept, build_layout(tuple(kept.columns) if kept else ()))


def example(annotation: Any, other: int) -> Any:
    """A value of the annotation, nothing null or empty; another one for another number."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        return example(arguments[0], other)
    if origin is Literal:
        return arguments[other % len(arguments)]
    if origin is list:
        return [example(arguments[0], other)]
    if origin is dict:
        return {f"key {other}": example(arguments[1], other)}
    if issubclass(annotation, BaseModel):
        return {
            name: example(field.annotation, other)
            * max((getattr(m, "min_length", 1) for m in field.metadata), default=1)
            if get_origin(field.annotation) is list
            else example(field.annotation, other)
            for name, field in annotation.model_fields.items()
        }
    return {str: f"text {other}", int: 10 + other, float: 10.5 + other, bool: bool(other)}[annotation]


def leaves(annotation: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Place and annotation of every value that a digest of `example` holds."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        yield from leaves(arguments[0], place)
    elif origin is list:
        yield from leaves(arguments[0], (*place, 0))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from leaves(field.annotation, (*place, name))
    else:
        yield place, annotation


LEAVES = [
    (place, kind) for place, kind in leaves(Digest) if place[:1] not in NOT_EXPORTED and len(set(get_args(kind))) != 1
]


@pytest.mark.parametrize(
    ("place", "kind"), LEAVES, ids=lambda value: ".".join(map(str, value)) if value and isinstance(value, tuple) else ""
)
def test_no_value_of_the_contract_is_forgotten(place: Place, kind: Any) -> None:
    """Whichever value of a digest is another one, some table shows it; a field added later is among them."""
    data = example(Digest, 0)
    changed = copy.deepcopy(data)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = example(kind, 1)
    assert rows(Digest.model_validate(changed)) != rows(Digest.model_validate(data))


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_rows_of_real_digests(path: Path) -> None:
    """As many rows as the digest has items and figures, in its order, with its values; ids join the tables."""
    digest = from_json(path.read_text(encoding="utf-8"))
    found = rows(digest)
    review, plan = digest.year_review, digest.next_year_plan
    items = [*review.achievements, *review.shortcomings, *plan.tasks]
    assert [row["item"] for row in found["items"]] == [item.id for item in items]
    assert [row["summary"] for row in found["items"]] == [item.summary for item in items]
    assert [row["evidence"] for row in found["items"]] == [[e.model_dump() for e in item.evidence] for item in items]
    assert [(row["figure"], row["value"]) for row in found["figures"]] == [(f.id, f.value) for f in digest.figures]
    (report,) = found["reports"]
    assert report["achievements"] + report["shortcomings"] + report["tasks"] == len(items)
    assert report["figures"] == len(digest.figures)
    known = {row["figure"] for row in found["figures"]}
    assert {figure for row in found["items"] for figure in row["figures"] or []} <= known
    titles = digest.report.domains
    assert all(row["domain_title"] == titles.get(row["domain"]) for row in found["items"])


def test_every_row_has_every_column() -> None:
    """In the order of the table, whatever the kind of item; what a kind has not is null."""
    found = rows(a_digest())
    for table in build_layout():
        for row in found[table.name]:
            assert list(row) == [column.name for column in table.columns]
    achievement, shortcoming, task = found["items"]
    assert [row["kind"] for row in found["items"]] == ["achievement", "shortcoming", "task"]
    assert (achievement["targets"], task["targets"]) == (None, [])
    assert (shortcoming["title"], shortcoming["figures"], shortcoming["domain_title"]) == (None, None, None)
    assert achievement["evidence_text"] == "开展协商活动400余场,惠及群众约2—3万人。"


def test_the_users_words_are_carried_through() -> None:
    """His id is in every row, his columns are in the reports table; years are in the rows of items and figures."""
    found = rows(a_digest(), InputRow("临江", "in/a.txt", "007", {"城市": "随州", "note": None}))
    assert {row["id"] for name in found for row in found[name]} == {"007"}
    (report,) = found["reports"]
    assert (report["report"], report["path"], report["user_城市"], report["user_note"]) == (
        "临江", "in/a.txt", "随州", None)  # fmt: skip
    for row in found["items"] + found["figures"]:
        assert (row["report"], row["review_start"], row["review_end"], row["plan_year"]) == ("临江", 2022, 2022, 2023)


def test_a_report_without_a_requirement() -> None:
    """A part that is null as a whole is null in each of its columns."""
    (report,) = rows(a_digest(planned=False))["reports"]
    assert (report["plan_stated"], report["plan_requirement_text"], report["plan_requirement_evidence"]) == (
        False, None, None)  # fmt: skip


def test_a_number_that_fits_no_column_is_one_line() -> None:
    """The digest is named; it costs no other."""
    digest = a_digest()
    huge = digest.figures[0].model_copy(update={"value": 10**400})
    with pytest.raises(InputError, match=r"临江\.json: a number is too large"):
        rows(digest.model_copy(update={"figures": [huge]}))
