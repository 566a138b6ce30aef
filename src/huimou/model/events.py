"""What the pipeline tells while it digests a report, as values: they may be sent to another process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class StepStarted:
    """The program is at a step of its own that has so many parts: after the wording, or in a very long report."""

    step: str
    parts: int


@dataclass(frozen=True, slots=True)
class PartDone:
    """One part of the step that started last is done."""


DigestEvent = UnitsPlanned | UnitDone | TokensSpent | StepStarted | PartDone
DigestEmit = Callable[[DigestEvent], None]  # may be called from several threads


def tell_parts(emit: DigestEmit, step: str, parts: Sequence[T]) -> Iterator[T]:
    """The parts of a step one after another, telling when it starts and of each part when it is done."""
    emit(StepStarted(step, len(parts)))
    for part in parts:
        yield part
        emit(PartDone())


def ignore_event(event: object) -> None:
    """Take any event and do nothing: for callers that want none."""
