"""Types of columns, derived from the annotations of the digest's models, and values converted to them."""

from __future__ import annotations

import math
import types
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class ColumnType:
    """Type of a column's values, any of which may be null.

    Args:
        name: kind of the type; `int` is a signed integer of 64 bits, `float` a number of 64 bits.
        of: type of the elements of a list.
        fields: names and types of the fields of a struct, in order.

    """

    name: Literal["string", "int", "float", "bool", "list", "struct"]
    of: ColumnType | None = None
    fields: tuple[tuple[str, ColumnType], ...] = ()

    def __str__(self) -> str:
        """Such as `list<struct<code: string, start: int>>`."""
        inner = ", ".join(f"{name}: {kind}" for name, kind in self.fields) if self.fields else str(self.of)
        return self.name if self.of is None and not self.fields else f"{self.name}<{inner}>"


STRING, INT, FLOAT, BOOL = ColumnType("string"), ColumnType("int"), ColumnType("float"), ColumnType("bool")
_SCALARS = {frozenset({str}): STRING, frozenset({int}): INT, frozenset({bool}): BOOL} | dict.fromkeys(
    (frozenset({float}), frozenset({int, float})), FLOAT
)


def find_column_type(annotation: Any) -> ColumnType:
    """The column type of a field; `int | float` is `float`, an object with free keys a list of key and value.

    Raises:
        TypeError: a table cannot hold such a field.

    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is list:
        return ColumnType("list", find_column_type(arguments[0]))
    if origin is dict:
        return ColumnType(
            "list",
            ColumnType(
                "struct", fields=(("key", find_column_type(arguments[0])), ("value", find_column_type(arguments[1])))
            ),
        )
    if origin is Literal:
        return _scalar({type(value) for value in arguments}, annotation)
    if origin in {Union, types.UnionType}:
        members = [member for member in arguments if member is not type(None)]
        return find_column_type(members[0]) if len(members) == 1 else _scalar(set(members), annotation)
    model = find_model(annotation)
    if model is not None:
        return ColumnType(
            "struct", fields=tuple((name, find_column_type(f.annotation)) for name, f in model.model_fields.items())
        )
    return _scalar({annotation}, annotation)


def find_model(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation, alone or in a union with None; None if there is none."""
    candidates = [one for one in (annotation, *get_args(annotation)) if one is not type(None)]
    if get_origin(annotation) in {Union, types.UnionType}:
        candidates = candidates[1:]
    only = candidates[0] if len(candidates) == 1 else None
    return only if isinstance(only, type) and issubclass(only, BaseModel) else None


def fit_value(kind: ColumnType, value: Any) -> Any:
    """A value from JSON converted to the type of its column; null stays null.

    Raises:
        ValueError: a number is too large for its type, or the value is not a number.

    """
    if value is None:
        return None
    if kind.of is not None:
        inner = [{"key": key, "value": one} for key, one in value.items()] if isinstance(value, dict) else value
        return [fit_value(kind.of, one) for one in inner]
    if kind.fields:
        return {name: fit_value(inner, value.get(name)) for name, inner in kind.fields}
    return _number(kind, value) if kind in {INT, FLOAT} else value


def _number(kind: ColumnType, value: float) -> float:
    if kind == INT:
        if not -_LARGEST <= value < _LARGEST:
            raise ValueError(f"a whole number of {len(str(abs(value)))} digits is too large for a table")
        return value
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError("a number is too large for a table") from error
    if not math.isfinite(number):
        raise ValueError(f"{value} is no number")
    return number


def _scalar(types_: set[Any], annotation: Any) -> ColumnType:
    kind = _SCALARS.get(frozenset(types_))
    if kind is None:
        raise TypeError(f"no column type for {annotation}")
    return kind
