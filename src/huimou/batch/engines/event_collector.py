"""The messages of all workers, gathered: their events as those of one batch, their usage as one bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from huimou.batch.engines.messages import ClientSettings, UsageMessage
from huimou.batch.events import Emit, Event, Noted
from huimou.model.cost_category import CostPart
from huimou.model.report import Usage


class EventCollector:
    """Takes in the messages of all workers; safe in several threads.

    Args:
        emit: told the events of all workers; a note that several send is told as often as one of them sends it.
        served: told once how the servers are asked, as `Client.served` says it.

    """

    def __init__(self, emit: Emit, served: Callable[[Mapping[str, Any]], None]) -> None:
        self._emit, self._served = emit, served
        self._lock = Lock()
        self._is_served = False
        self._usage: dict[object, Mapping[CostPart, Usage]] = {}
        self._sent: Counter[tuple[object, str]] = Counter()
        self._noted: Counter[str] = Counter()

    def receive(self, worker: object, message: object) -> None:
        """Take in a message of a worker; one that is neither an event nor about its client is passed over."""
        match message:
            case UsageMessage():
                self.record_usage(worker, message)
            case ClientSettings(served) if not self._is_served:
                self._is_served = True
                self._served(served)
            case Noted(line):
                if self._is_new(worker, line):
                    self._emit(message)
            case _ if isinstance(message, Event):
                self._emit(message)

    def record_usage(self, worker: object, message: UsageMessage) -> None:
        """Take in what a worker's calls have cost since it began."""
        with self._lock:
            self._usage[worker] = message.by_part

    def usage_by_part(self) -> dict[CostPart, Usage]:
        """What the calls of all workers have cost, as far as they told."""
        total: dict[CostPart, Usage] = {}
        with self._lock:
            for by_part in self._usage.values():
                for part, usage in by_part.items():
                    total[part] = total.get(part, Usage()) + usage
        return {part: replace(usage, seconds=round(usage.seconds, 3)) for part, usage in sorted(total.items())}

    def _is_new(self, worker: object, line: str) -> bool:
        """Whether no other worker has sent this note as often as this one now has."""
        with self._lock:
            self._sent[worker, line] += 1
            new = self._sent[worker, line] > self._noted[line]
            self._noted[line] += new
        return new
