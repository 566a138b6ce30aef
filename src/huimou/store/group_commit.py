"""One commit for what several threads want kept at the same time: group commit (DeWitt et al., SIGMOD 1984)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Group(Generic[T]):
    things: list[T] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None


class Together(Generic[T]):
    """Gathers things while the ones before are being done; safe in any number of threads.

    Args:
        do: does several at once, in the order in which they came; never called by two threads at a time.

    """

    def __init__(self, do: Callable[[list[T]], None]) -> None:
        self._do = do
        self._gathering = threading.Lock()
        self._doing = threading.Lock()
        self._open: _Group[T] | None = None

    def add(self, thing: T) -> None:
        """Returns when it is done.

        Raises:
            Exception: what `do` raised for the things that it was done with, or one like it.

        """
        with self._gathering:
            first = self._open is None
            group = self._open = self._open or _Group()
            group.things.append(thing)
        if first:
            self._lead(group)
            if group.error is not None:
                raise group.error
        else:
            group.done.wait()
            if group.error is not None:
                raise copy(group.error)  # each thread has its own, to which it adds where it was

    def _lead(self, group: _Group[T]) -> None:
        with self._doing:
            with self._gathering:
                self._open = None  # who comes now is of the next group
            try:
                self._do(group.things)
            except Exception as error:  # noqa: BLE001 (each of the group raises it)
                group.error = error
            finally:
                group.done.set()
