"""What asking has cost, by slot and by question."""

from __future__ import annotations

import threading
from dataclasses import replace

from huimou.model import Usage


class Tally:
    """What each slot has cost; threads may add at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_slot: dict[str, Usage] = {}
        self._paid: dict[str, Usage] = {}

    def start(self, path: str) -> None:
        """Begin a slot at nothing."""
        with self._lock:
            self._by_slot[path] = Usage()

    def add(self, path: str, usage: Usage, paid: bool = True) -> None:  # noqa: FBT001, FBT002 (as the transport tells)
        """Add one exchange to its slot, and to its question if it was paid for now."""
        with self._lock:
            self._by_slot[path] = rounded(self._by_slot.get(path, Usage()) + usage)
            if paid:
                question = path.split("/")[1] if path.count("/") == 2 else path
                self._paid[question] = self._paid.get(question, Usage()) + usage

    def of(self, path: str) -> Usage:
        """What a slot has cost since its `start`."""
        with self._lock:
            return self._by_slot.get(path, Usage())

    def by_question(self) -> dict[str, Usage]:
        """What was paid for now, by the second part of the path, the question."""
        with self._lock:
            return {name: rounded(usage) for name, usage in sorted(self._paid.items())}

    def forget(self, folder: str) -> None:
        """Drop the slots of a folder."""
        with self._lock:
            self._by_slot = {path: usage for path, usage in self._by_slot.items() if not path.startswith(folder)}

    def under(self, folder: str) -> Usage:
        """Sum over the slots of a folder, in their order, so that threads do not change its last digits."""
        with self._lock:
            costs = [usage for path, usage in sorted(self._by_slot.items()) if path.startswith(folder)]
        return rounded(sum(costs, Usage()))


def rounded(usage: Usage) -> Usage:
    """With seconds to the millisecond, as they are kept."""
    return replace(usage, seconds=round(usage.seconds, 3))
