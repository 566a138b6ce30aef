"""Answer models with a JSON schema that every server understands."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any, cast

from pydantic import BaseModel

from huimou.llm.question import T


def wire_model(schema: type[T]) -> type[T]:
    """The same model with a JSON schema that every server understands: no `$ref`, no needless titles."""
    return cast("type[T]", _wire_model(schema))


@cache
def _wire_model(schema: type[BaseModel]) -> type[BaseModel]:
    plain = inlined(schema.model_json_schema())

    class Wire(schema):  # type: ignore[valid-type,misc]
        @classmethod
        def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
            if args or kwargs:
                return inlined(super().model_json_schema(*args, **kwargs))
            return deepcopy(plain)  # made once: pydantic takes ten times as long as the copy

    Wire.__name__ = Wire.__qualname__ = schema.__name__
    Wire.__doc__ = schema.__doc__
    return Wire


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema with its definitions put in place and the titles of its parts left out.

    Raises:
        ValueError: the schema contains itself.

    """
    definitions = schema.get("$defs", {})

    def at(node: object, above: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [at(entry, above) for entry in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = str(node["$ref"]).rpartition("/")[2]
            if name in above:
                raise ValueError(f"the schema {name} contains itself")
            return at({**definitions[name], **{k: v for k, v in node.items() if k != "$ref"}}, (*above, name))
        return {
            key: named(value, above) if key == "properties" else at(value, above)
            for key, value in node.items()
            if key != "$defs" and not (key == "title" and isinstance(value, str))
        }

    def named(properties: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        return {name: at(value, above) for name, value in properties.items()}

    flat: dict[str, Any] = at(dict(schema), ())
    # Instructor names a forced tool call by the title of the whole.
    return {"title": schema["title"], **flat} if "title" in schema else flat
