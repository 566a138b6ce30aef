"""Which worker has which report in hand, and what becomes of the reports of a worker that died.

A death is blamed on no report at once: there may have been several in hand, and the process may have been killed from
outside. Each of them is worked on once more, alone; who dies then, dies of that report.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from huimou.batch.planning import PlannedReport


class Roster:
    """Reports to be worked on, by workers that come and go. Workers are numbers; names of reports are distinct.

    Args:
        reports: all of them.
        parallel: how many one worker has in hand at most.

    """

    def __init__(self, reports: Sequence[PlannedReport], parallel: int) -> None:
        self._waiting = deque(reports)
        self._suspects: deque[PlannedReport] = deque()
        self._struck: set[str] = set()
        self._in_hand: dict[int, dict[str, PlannedReport]] = {}
        self._parallel = max(1, parallel)

    @property
    def is_done(self) -> bool:
        """Whether no report waits and none is in hand."""
        return not self._waiting and not self._suspects and not any(self._in_hand.values())

    @property
    def has_waiting(self) -> bool:
        """Whether some report is in nobody's hand."""
        return bool(self._waiting or self._suspects)

    def add_worker(self, worker: int) -> None:
        """A worker has come."""
        self._in_hand[worker] = {}

    def take_next(self) -> tuple[int, PlannedReport] | None:
        """Give the next report to a worker; returns the two, or None while no worker can take one."""
        worker = min(self._in_hand, key=lambda w: (len(self._in_hand[w]), w), default=None)
        if worker is None:
            return None
        if self._suspects and not self._in_hand[worker]:
            return self._hand_over(worker, self._suspects)
        free = [w for w, hand in self._in_hand.items() if len(hand) < self._parallel and not self._struck & hand.keys()]
        if not self._waiting or not free:
            return None
        return self._hand_over(min(free, key=lambda w: (len(self._in_hand[w]), w)), self._waiting)

    def mark_done(self, worker: int, name: str) -> None:
        """A worker is done with a report."""
        del self._in_hand[worker][name]

    def remove_worker(self, worker: int) -> tuple[PlannedReport, ...]:
        """A worker died: its reports are to be worked on again, but for those returned, of which it is the second."""
        hand = self._in_hand.pop(worker)
        self._suspects += [report for name, report in hand.items() if name not in self._struck]
        lost = tuple(report for name, report in hand.items() if name in self._struck)
        self._struck |= hand.keys()
        return lost

    def _hand_over(self, worker: int, queue: deque[PlannedReport]) -> tuple[int, PlannedReport]:
        report = queue.popleft()
        self._in_hand[worker][report.name] = report
        return worker, report
