"""What the pipeline tells while it digests a report, as values: they may be sent to another process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitsPlanned:
    """So many groups of sentences more will be worded."""

    units: int


@dataclass(frozen=True, slots=True)
class UnitDone:
    """One group is answered, rejected or failed."""


@dataclass(frozen=True, slots=True)
class TokensSpent:
    """Questions have cost so many tokens since the last event of this kind about the same report."""

    prompt: int
    completion: int


DigestEvent = UnitsPlanned | UnitDone | TokensSpent
DigestEmit = Callable[[DigestEvent], None]  # may be called from several threads


def ignore_event(event: object) -> None:
    """Take any event and do nothing: for callers that want none."""
