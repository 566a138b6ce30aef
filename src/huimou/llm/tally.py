"""What asking has cost, by slot, and what was paid for now by stage and question."""

from __future__ import annotations

import threading
from dataclasses import replace

from huimou.llm.question import Slot
from huimou.model.cost_category import CostPart, Stage, build_cost_part
from huimou.model.report import Usage


class Tally:
    """What each slot has cost; threads may add at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_report: dict[str, dict[str, Usage]] = {}  # then by slot
        self._paid: dict[CostPart, Usage] = {}

    def start(self, path: str) -> None:
        """Begin a slot at nothing."""
        with self._lock:
            self._slots_of(path)[path] = Usage()

    def add(self, path: str, usage: Usage, paid: bool = True, stage: Stage = "other") -> None:  # noqa: FBT001, FBT002 (as the reader tells)
        """Add one request to its slot, and to its part of the work if it was paid for now."""
        with self._lock:
            slots = self._slots_of(path)
            slots[path] = round_seconds(slots.get(path, Usage()) + usage)
            if paid:
                part = build_cost_part(stage, Slot.parse(path).question or path)
                self._paid[part] = self._paid.get(part, Usage()) + usage

    def usage_of(self, path: str) -> Usage:
        """What a slot has cost since its `start`."""
        with self._lock:
            return self._by_report.get(Slot.parse(path).report, {}).get(path, Usage())

    def usage_by_part(self) -> dict[CostPart, Usage]:
        """What was paid for now, by stage and question, in the order of the work."""
        with self._lock:
            return {part: round_seconds(usage) for part, usage in sorted(self._paid.items())}

    def forget(self, report: str) -> None:
        """Drop the slots of a report; `report` is the first part of their paths."""
        with self._lock:
            self._by_report.pop(report, None)

    def usage_of_report(self, report: str) -> Usage:
        """Sum over the slots of a report, in their order, so that threads do not change its last digits."""
        with self._lock:
            costs = [usage for _, usage in sorted(self._by_report.get(report, {}).items())]
        return round_seconds(sum(costs, Usage()))

    def _slots_of(self, path: str) -> dict[str, Usage]:
        return self._by_report.setdefault(Slot.parse(path).report, {})


def round_seconds(usage: Usage) -> Usage:
    """With seconds to the millisecond, as they are kept."""
    return replace(usage, seconds=round(usage.seconds, 3))
