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
    items: list[T] = field(default_factory=list)
    committed: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None


class GroupCommit(Generic[T]):
    """Gathers items while the ones before are being committed; safe in any number of threads.

    Args:
        commit: commits several items at once, in the order in which they came; never called by two threads at a time.

    """

    def __init__(self, commit: Callable[[list[T]], None]) -> None:
        self._commit = commit
        self._gathering = threading.Lock()
        self._committing = threading.Lock()
        self._open: _Group[T] | None = None

    def add(self, item: T) -> None:
        """Return once the item is committed.

        Raises:
            Exception: what `commit` raised for the items that it was called with, or one like it.

        """
        with self._gathering:
            is_first = self._open is None
            group = self._open = self._open or _Group()
            group.items.append(item)
        if is_first:
            self._commit_group(group)
            if group.error is not None:
                raise group.error
        else:
            group.committed.wait()
            if group.error is not None:
                raise copy(group.error)  # each thread has its own, to which it adds where it was

    def _commit_group(self, group: _Group[T]) -> None:
        with self._committing:
            with self._gathering:
                self._open = None  # who comes now is of the next group
            try:
                self._commit(group.items)
            except Exception as error:  # noqa: BLE001 (each of the group raises it)
                group.error = error
            finally:
                group.committed.set()
