"""Long answers in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


def cut_page(found: Sequence[_T], offset: int, limit: int) -> tuple[list[_T], int | None]:
    """The page of a list that starts at `offset`, and the offset of the next one, None where there is none."""
    after = offset + limit
    return list(found[offset:after]), after if after < len(found) else None
