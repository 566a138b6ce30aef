"""The ledger where its disk is not shared: an actor on the main process's machine, and what stands for it elsewhere.

It also hands out the input files, and takes in what workers tell until the main process asks for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huimou.errors import UsageError
from huimou.store.answers import KeptAnswer, open_store


class LedgerActor:
    """One process beside the main one; a member of its ledger. Safe in several threads.

    Args:
        path: of the ledger.
        owner: the main process.

    """

    def __init__(self, path: Path, owner: int) -> None:
        self._ledger = open_store(path, member_of=owner)
        self._lock = threading.Lock()
        self._told: list[tuple[str, Any]] = []

    def get(self, digest: str) -> KeptAnswer | None:
        """As `AnswerStore.get`."""
        return self._ledger.get(digest)

    def put(self, digest: str, answer: KeptAnswer) -> None:
        """As `AnswerStore.put`: durable when it returns."""
        self._ledger.put(digest, answer)

    def refuse(self, slot: str) -> None:
        """As `AnswerStore.refuse`."""
        self._ledger.refuse(slot)

    def read(self, path: Path) -> bytes | None:
        """The bytes of an input; None where it cannot be read."""
        try:
            return path.read_bytes() if path.is_file() else None
        except OSError:
            return None

    def tell(self, worker: str, word: Any) -> None:
        """Take in what a worker says."""
        with self._lock:
            self._told.append((worker, word))

    def told(self) -> list[tuple[str, Any]]:
        """What workers have said since this was last asked."""
        with self._lock:
            told, self._told = self._told, []
        return told


class RemoteLedger:
    """`Answers` of a ledger actor elsewhere.

    Args:
        call: calls a method of the ledger actor by its name and waits for what it gives.

    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def get(self, digest: str) -> KeptAnswer | None:
        """As `AnswerStore.get`."""
        answer = self._call("get", digest)
        if answer is not None and not isinstance(answer, KeptAnswer):
            raise UsageError("the keeper of the ledger is of another version", "install the same huimou on all nodes")
        return answer

    def put(self, digest: str, answer: KeptAnswer) -> None:
        """As `AnswerStore.put`."""
        self._call("put", digest, answer)

    def refuse(self, slot: str) -> None:
        """As `AnswerStore.refuse`."""
        self._call("refuse", slot)
