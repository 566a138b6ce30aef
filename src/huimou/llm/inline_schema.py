"""Answer models with a JSON schema that every server understands."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any, cast

from pydantic import BaseModel

from huimou.llm.question import T


def inline_model(schema: type[T]) -> type[T]:
    """The same model with a JSON schema that every server understands: no `$ref`, no needless titles."""
    return cast("type[T]", _inline_model(schema))


@cache
def _inline_model(schema: type[BaseModel]) -> type[BaseModel]:
    plain = inline_schema(schema.model_json_schema())

    class InlineModel(schema):  # type: ignore[valid-type,misc]
        @classmethod
        def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
            if args or kwargs:
                return inline_schema(super().model_json_schema(*args, **kwargs))
            return deepcopy(plain)  # made once: pydantic takes ten times as long as the copy

    InlineModel.__name__ = InlineModel.__qualname__ = schema.__name__
    InlineModel.__doc__ = schema.__doc__
    return InlineModel


def inline_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema with its definitions put in place and the titles of its parts left out.

    Raises:
        ValueError: the schema contains itself.

    """
    definitions = schema.get("$defs", {})

    def inline(node: object, above: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [inline(entry, above) for entry in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = str(node["$ref"]).rpartition("/")[2]
            if name in above:
                raise ValueError(f"the schema {name} contains itself")
            return inline({**definitions[name], **{k: v for k, v in node.items() if k != "$ref"}}, (*above, name))
        return {
            key: inline_properties(value, above) if key == "properties" else inline(value, above)
            for key, value in node.items()
            if key != "$defs" and not (key == "title" and isinstance(value, str))
        }

    def inline_properties(properties: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        return {name: inline(value, above) for name, value in properties.items()}

    flat: dict[str, Any] = inline(dict(schema), ())
    # Instructor names a forced tool call by the title of the whole.
    return {"title": schema["title"], **flat} if "title" in schema else flat
