"""The store of the served folder, which this process holds only while it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from huimou.store.answers import AnswerStore, open_store
from huimou.store.paths import STORE


class SharedStore:
    """The store: opened for the first thread that writes, closed after the last.

    While it is closed, other processes may work in the folder; while one of them does, opening it fails and says which.
    """

    def __init__(self, out: Path) -> None:
        self.path = out / STORE
        self._lock = Lock()
        self._users = 0
        self._store: AnswerStore | None = None

    @contextmanager
    def open(self) -> Iterator[AnswerStore]:
        """The store, open for writing while the context lasts.

        Raises:
            StoreInUse: another process has it.
            UsageError: it cannot be used.

        """
        with self._lock:
            if self._store is None:
                self._store = open_store(self.path)
            store = self._store
            self._users += 1
        try:
            yield store
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._store = None
                    store.close()
