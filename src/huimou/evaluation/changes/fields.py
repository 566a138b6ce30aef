"""Flattening a part of a digest into fields, each with a value to compare and a value for a person to read.

Fields are taken from the contract itself, so that one that it gains later is compared without a change here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from huimou.evaluation.changes.alignment import AlignedDigest
from huimou.evaluation.labels import translate_field, translate_value
from huimou.model.digest import CandidateOut, Evidence, PageBox, Target

_REFERENCES = {"items", "figures", "item", "figure"}
_VERBATIM = {"quote", "heading"}
_NUMBERED = {"id", "n"}


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field by its dotted path: `common` to compare with the other side, `shown` to people, `raw` as it is stored."""

    field: str
    common: str
    shown: str | None
    raw: str


def flatten_fields(part: BaseModel, side: AlignedDigest) -> dict[str, FieldValue]:
    """The fields of a part by a name that is unique in it; its own id and sentence number are left out."""
    return dict(_flatten(part, side, ""))


def describe_part(part: BaseModel, side: AlignedDigest) -> str:
    """All fields of a part in one line."""
    said = (facet for facet in flatten_fields(part, side).values() if facet.shown is not None)
    return "；".join(f"{translate_field(facet.field)}：{facet.shown}" for facet in said)


def _flatten(part: BaseModel, side: AlignedDigest, path: str) -> Iterator[tuple[str, FieldValue]]:
    spanned = _is_placed(part)
    if spanned and side.placed:
        yield f"{path}place", _place(part, f"{path}place")
    for name in type(part).model_fields:
        if name not in _NUMBERED and not (spanned and name in {"start", "end"}):
            yield from _field(f"{path}{name}", name, getattr(part, name), side)


def _is_placed(part: BaseModel) -> bool:
    """Whether `start` and `end` of a part are offsets, not years."""
    fields = type(part).model_fields
    return {"start", "end"} <= fields.keys() and "basis" not in fields


def _place(part: Any, path: str) -> FieldValue:
    bounds = [part.start, part.end]
    shown = None if bounds == [None, None] else f"{part.start}–{part.end}"
    return FieldValue(path, _dump_value(bounds), shown, _dump_value(bounds))


def _field(path: str, name: str, value: Any, side: AlignedDigest) -> Iterator[tuple[str, FieldValue]]:
    """The field, or a field for each named part of it: years, tokens by kind, counts by reason, targets."""
    if isinstance(value, BaseModel) and not isinstance(value, Evidence):
        yield from _flatten(value, side, f"{path}.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (
                f"{path}.{key}",
                FieldValue(f"{path}.{key}", _dump_value(inner), _show_value(name, inner, side), _dump_value(inner)),
            )
    elif isinstance(value, list) and value and isinstance(value[0], Target):
        yield from _targets(path, value, side)
    else:
        yield (
            path,
            FieldValue(
                path,
                _dump_value(_common(name, value, side)),
                _show_value(name, value, side),
                _dump_value(_plain(value)),
            ),
        )


def _targets(path: str, targets: Sequence[Target], side: AlignedDigest) -> Iterator[tuple[str, FieldValue]]:
    """A field for each target, named by its clause, which is the only thing that tells targets apart."""
    seen: dict[str, int] = {}
    for target in targets:
        seen[target.text] = seen.get(target.text, 0) + 1
        common = _dump_value(_common("", target, side))
        key = f"{path}.{target.text}.{seen[target.text]}"
        yield key, FieldValue(path, common, describe_part(target, side), _dump_value(_plain(target)))


def _common(name: str, value: Any, side: AlignedDigest) -> Any:
    """A value with shared names in place of ids and sentence numbers, and offsets only where they can be compared."""
    if name in _REFERENCES and isinstance(value, (str, list)):
        return side.key(value) if isinstance(value, str) else side.refers(value)
    if name in _VERBATIM and isinstance(value, str):
        return side.quote(value)
    if name == "uncovered":
        return [side.number(number) for number in value]
    return _common_inside(value, side)


def _common_inside(value: Any, side: AlignedDigest) -> Any:
    if isinstance(value, Evidence):
        place = [side.number(value.sentence), value.start, value.end] if side.placed else []
        return [*place, side.quote(value.quote)]
    if isinstance(value, BaseModel):
        return {field: _common(field, getattr(value, field), side) for field in type(value).model_fields}
    if isinstance(value, list):
        return [_common("", inner, side) for inner in value]
    return value


def _show_value(name: str, value: Any, side: AlignedDigest) -> str | None:
    if value is None or value == []:
        return None
    if name in _REFERENCES and isinstance(value, (str, list)):
        return side.name(value) if isinstance(value, str) else "、".join(map(side.name, value))
    if isinstance(value, Evidence):
        return value.quote
    if isinstance(value, PageBox | CandidateOut):
        return _show_part(value)
    if isinstance(value, list):
        between = " … " if isinstance(value[0], Evidence) else "、"
        return between.join(_show_value(name, inner, side) or "" for inner in value)
    return translate_value(name, value, side.domains)


def _show_part(part: PageBox | CandidateOut) -> str:
    if isinstance(part, CandidateOut):
        return f"{part.summary}（{part.score:g}）"
    return f"第{part.page}页（{'，'.join(f'{side:g}' for side in part.box)}）"


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _dump_value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def find_differing(
    before: Mapping[str, FieldValue], after: Mapping[str, FieldValue]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Path and both values of each field that differs; where both read alike, the values as they are stored."""
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        known = old or new
        if known is None or (old and new and old.common == new.common):
            continue
        pair = (old.shown if old else None, new.shown if new else None)
        if pair[0] == pair[1]:
            pair = (old.raw if old else None, new.raw if new else None)
        yield known.field, *pair
