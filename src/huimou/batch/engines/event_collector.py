"""What workers tell, gathered: their events as those of one batch, what they paid as one bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from huimou.batch.engines.messages import ClientSettings, EventMessage, UsageMessage
from huimou.batch.run import Events
from huimou.model.cost_category import CostPart
from huimou.model.report import Usage


class EventCollector:
    """Takes in the words of all workers; safe in several threads.

    Args:
        events: told what workers tell.
        served: told once how the servers are asked, as `Client.served` says it.

    """

    def __init__(self, events: Events, served: Callable[[Mapping[str, Any]], None]) -> None:
        self._events, self._served = events, served
        self._lock = Lock()
        self._is_told = False
        self._paid: dict[object, Mapping[CostPart, Usage]] = {}
        self._said: Counter[tuple[object, str]] = Counter()
        self._noted: Counter[str] = Counter()

    def hear(self, worker: object, word: Any) -> None:
        """Take in a message of a worker; only `UsageMessage`, `ClientSettings` and `EventMessage` matter here."""
        if isinstance(word, UsageMessage):
            self.pay(worker, word)
        elif isinstance(word, ClientSettings) and not self._is_told:
            self._is_told = True
            self._served(word.served)
        elif isinstance(word, EventMessage) and (word.name != "note" or self._is_new(worker, word.arguments[0])):
            getattr(self._events, word.name)(*word.arguments)

    def pay(self, worker: object, word: UsageMessage) -> None:
        """Take in what a worker has paid since it began."""
        with self._lock:
            self._paid[worker] = word.by_part

    def paid(self) -> dict[CostPart, Usage]:
        """What all workers have paid, as far as they told."""
        total: dict[CostPart, Usage] = {}
        with self._lock:
            for paid in self._paid.values():
                for part, usage in paid.items():
                    total[part] = total.get(part, Usage()) + usage
        return {part: replace(usage, seconds=round(usage.seconds, 3)) for part, usage in sorted(total.items())}

    def _is_new(self, worker: object, line: str) -> bool:
        """Workers say the same of the same server: it is told as often as the one that says it most often."""
        with self._lock:
            self._said[worker, line] += 1
            new = self._said[worker, line] > self._noted[line]
            self._noted[line] += new
        return new
