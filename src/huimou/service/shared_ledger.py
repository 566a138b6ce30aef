"""The ledger of the served folder, which this process holds only while it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from huimou.store.answers import Ledger
from huimou.store.files import LEDGER


class SharedLedger:
    """The ledger: opened for the first thread that writes, closed after the last.

    While it is closed, other processes may work in the folder; while one of them does, opening it fails and says which.
    """

    def __init__(self, out: Path) -> None:
        self.path = out / LEDGER
        self._lock = Lock()
        self._users = 0
        self._ledger: Ledger | None = None

    @contextmanager
    def open(self) -> Iterator[Ledger]:
        """The ledger, open for writing while the context lasts.

        Raises:
            LedgerInUse: another process has it.
            UsageError: it cannot be used.

        """
        with self._lock:
            if self._ledger is None:
                self._ledger = Ledger(self.path)
            ledger = self._ledger
            self._users += 1
        try:
            yield ledger
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._ledger = None
                    ledger.close()
