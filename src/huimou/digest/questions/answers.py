"""What a model server fills in. These models change with the prompts; what we mean is in `huimou.model`.

No field has a default: an answer that lost half of itself must not pass as a short one. Numbers are restricted to those
that were shown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Summary(_Answer):
    """One sentence about one group."""

    summary: str


class Judged(_Answer):
    """For each numbered sentence whether it states a deed; made for a given count by `build_judged_model`."""

    @property
    def stated_numbers(self) -> tuple[int, ...]:
        """Numbers (from 1) of the sentences that were answered with 有."""
        said = self.model_dump(by_alias=True)
        return tuple(int(number) for number in said if said[number] == "有")


@lru_cache(maxsize=16)
def build_judged_model(count: int) -> type[Judged]:
    """`Judged` with one required key, its number, for each of `count` sentences: so each gets exactly one answer."""
    verdict: Any = Literal["有", "无"]
    fields: Any = {f"s{number}": (verdict, Field(alias=str(number))) for number in range(1, count + 1)}
    return create_model(f"Judged{count}", __base__=Judged, **fields)
