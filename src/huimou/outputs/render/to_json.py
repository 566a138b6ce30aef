"""A digest as JSON text and back; the same digest gives the same bytes."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from huimou.errors import UsageError
from huimou.model.digest import SCHEMA_VERSION, Digest


def to_json(digest: Digest) -> str:
    """Text of `OUT/<stem>.json`: keys as declared, plain elements of a list one a line, LF at the end."""
    return format_json(digest.model_dump(mode="json"))


def format_json(value: Any) -> str:
    """Plain data as JSON text: keys in the order given, plain elements of a list one a line, LF at the end."""
    return _pretty(value, "") + "\n"


def from_json(text: str) -> Digest:
    """The digest that `to_json` wrote.

    Raises:
        UsageError: not such a file, or one of a newer schema version.

    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not JSON: {error}", "give a .json file that huimou summarise wrote") from error
    version = data.get("schema_version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(
            f"written by a newer huimou (schema version {version}, this one reads {SCHEMA_VERSION})", "upgrade huimou"
        )
    try:
        return Digest.model_validate(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        raise UsageError(
            f"not a digest of huimou: {place}: {first['msg']}", "give a .json file that huimou summarise wrote"
        ) from error


def _pretty(value: Any, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        lines = [f"{_line(key)}: {_pretty(inner, deeper)}" for key, inner in value.items()]
        return "{\n" + ",\n".join(deeper + line for line in lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(inner, (dict, list)) for inner in value):
        lines = [_line(inner) if _is_plain(inner) else _pretty(inner, deeper) for inner in value]
        return "[\n" + ",\n".join(deeper + line for line in lines) + f"\n{indent}]"
    return _line(value)


def _is_plain(value: Any) -> bool:
    """Whether a value stands on one line: scalars, and objects or lists that hold at most lists of scalars."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(
        not isinstance(part, dict)
        and not (isinstance(part, list) and any(isinstance(deep, (dict, list)) for deep in part))
        for part in inner
    )


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
