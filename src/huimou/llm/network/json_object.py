"""The JSON object in what a server sent."""

from __future__ import annotations

import json
from typing import Any

_DEEPEST = 100


def read_object(data: bytes | str) -> dict[str, Any] | None:
    """The JSON object in a body; None if it is anything else, such as one that is nested without end."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and not _is_too_deep(value) else None


def _is_too_deep(value: object) -> bool:
    """Whether a value is nested deeper than any that means something, and than whatever walks through it could bear."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            part
            for one in level
            if isinstance(one, (dict, list))
            for part in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)


def is_text(value: object) -> bool:
    """Whether a value is text that can be written to a file: JSON can hold halves of surrogate pairs."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
