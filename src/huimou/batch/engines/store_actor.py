"""The store for machines that do not share its disk: an actor beside the main process, and its stand-in elsewhere.

The actor also hands out the input files, and keeps the messages of workers until the main process asks for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huimou.errors import UsageError
from huimou.store.answers import KeptAnswer, open_store


class StoreActor:
    """One process beside the main one; a member of its store. Safe in several threads.

    Args:
        path: of the store.
        owner: the main process.

    """

    def __init__(self, path: Path, owner: int) -> None:
        self._store = open_store(path, member_of=owner)
        self._lock = threading.Lock()
        self._messages: list[tuple[str, object]] = []

    def get(self, digest: str) -> KeptAnswer | None:
        """As `AnswerStore.get`."""
        return self._store.get(digest)

    def put(self, digest: str, answer: KeptAnswer) -> None:
        """As `AnswerStore.put`: durable when it returns."""
        self._store.put(digest, answer)

    def drop(self, digest: str) -> None:
        """As `AnswerStore.drop`."""
        self._store.drop(digest)

    def refuse(self, slot: str) -> None:
        """As `AnswerStore.refuse`."""
        self._store.refuse(slot)

    def read(self, path: Path) -> bytes | None:
        """The bytes of an input; None where it cannot be read."""
        try:
            return path.read_bytes() if path.is_file() else None
        except OSError:
            return None

    def add_message(self, worker: str, message: object) -> None:
        """Take in a message of a worker."""
        with self._lock:
            self._messages.append((worker, message))

    def take_messages(self) -> list[tuple[str, object]]:
        """Messages of workers since this was last called."""
        with self._lock:
            taken, self._messages = self._messages, []
        return taken


class RemoteStore:
    """`Answers` of a store actor elsewhere.

    Args:
        call: calls a method of the store actor by its name and waits for what it gives.

    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def get(self, digest: str) -> KeptAnswer | None:
        """As `AnswerStore.get`."""
        answer = self._call("get", digest)
        if answer is not None and not isinstance(answer, KeptAnswer):
            raise UsageError("the store actor is of another version", "install the same huimou on all nodes")
        return answer

    def put(self, digest: str, answer: KeptAnswer) -> None:
        """As `AnswerStore.put`."""
        self._call("put", digest, answer)

    def drop(self, digest: str) -> None:
        """As `AnswerStore.drop`."""
        self._call("drop", digest)

    def refuse(self, slot: str) -> None:
        """As `AnswerStore.refuse`."""
        self._call("refuse", slot)
