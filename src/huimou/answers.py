"""What a model server fills in. These models change with the prompts; what we mean is in `model` and `contract`.

No field has a default: an answer that lost half of itself must not pass as a short one. Numbers are restricted to those
that were shown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Summary(_Answer):
    """One sentence about one group."""

    summary: str


class OverviewLine(_Answer):
    """One sentence about several findings."""

    sentence: str


class Kept(_Answer):
    """Numbers of the clauses to keep; made for a given count by `kept_of`."""

    keep: list[int]


@lru_cache(maxsize=64)
def kept_of(count: int) -> type[Kept]:
    """`Kept` whose numbers are restricted to 1…count and that keeps at least one and no more than there are."""
    numbers: Any = Literal[tuple(range(1, count + 1))]
    return create_model(
        f"Kept{count}", __base__=Kept, keep=(Annotated[list[numbers], Field(min_length=1, max_length=count)], ...)
    )
