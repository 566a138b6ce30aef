"""Requests without an answer are noted instead of sent, to be answered later from a file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import NoReturn

from huimou.errors import AnswerPending
from huimou.llm.answerers.wire import WireRequest
from huimou.store.hashing import safe_name

# Told a slot's path and those of its report that are pending: whether what it asks may still change with their answers.
Hold = Callable[[str, Collection[str]], bool]


class Collector:
    """Requests that wait for an answer, by report; threads may note at once.

    Args:
        hold: which slots are not to be asked yet.

    """

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self._lock = threading.Lock()
        self._by_report: dict[str, tuple[dict[str, WireRequest], dict[str, WireRequest]]] = {}

    def note(self, request: WireRequest) -> None:
        """Keep a request, apart from the others if its question depends on another that is pending."""
        path = request.ticket.path
        with self._lock:
            pending, held = self._by_report.setdefault(request.ticket.slot.report, ({}, {}))
            (held if self._hold(path, pending) else pending)[path] = request

    def take(self, report: str) -> tuple[WireRequest, ...]:
        """The requests of a report by slot, whatever order they came in; they are forgotten here."""
        return self.take_all(report)[0]

    def take_all(self, report: str) -> tuple[tuple[WireRequest, ...], tuple[WireRequest, ...]]:
        """As `take`, and the requests that were held, worded as if none of the pending ones had a usable answer."""
        with self._lock:
            pending, held = self._by_report.pop(safe_name(report), ({}, {}))
        return tuple(pending[path] for path in sorted(pending)), tuple(held[path] for path in sorted(held))


class CollectingAnswerer:
    """Lowest layer in place of the servers: notes every request and answers none."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def answer(self, request: WireRequest) -> NoReturn:
        """Note the request.

        Raises:
            AnswerPending: always.

        """
        self._collector.note(request)
        raise AnswerPending(f"{request.ticket.path}: the answer is still to come")
