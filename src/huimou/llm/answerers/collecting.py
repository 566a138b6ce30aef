"""Requests without an answer are noted instead of sent, to be answered later from a file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NoReturn

import httpx2

from huimou.errors import AnswerPending, UsageError
from huimou.llm.answerers.transport import exchange_of
from huimou.llm.question import Ticket, request_digest
from huimou.store.hashing import safe_name

# Told a slot's path and those of its report that are pending: whether what it asks may still change with their answers.
Hold = Callable[[str, Collection[str]], bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that has no answer yet: whose it is, its digest, and its wire body."""

    ticket: Ticket
    digest: str
    body: dict[str, Any]


class Collector:
    """Requests that wait for an answer, by report; threads may note at once.

    Args:
        hold: which slots are not to be asked yet.

    """

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self._lock = threading.Lock()
        self._by_report: dict[str, tuple[dict[str, Wanted], dict[str, Wanted]]] = {}

    def note(self, wanted: Wanted) -> None:
        """Keep a request, apart from the others if its question depends on another that is pending."""
        path = wanted.ticket.path
        with self._lock:
            pending, held = self._by_report.setdefault(path.partition("/")[0], ({}, {}))
            (held if self._hold(path, pending) else pending)[path] = wanted

    def take(self, report: str) -> tuple[Wanted, ...]:
        """The requests of a report by slot, whatever order they came in; they are forgotten here."""
        return self.take_all(report)[0]

    def take_all(self, report: str) -> tuple[tuple[Wanted, ...], tuple[Wanted, ...]]:
        """As `take`, and the requests that were held, worded as if none of the pending ones had a usable answer."""
        with self._lock:
            pending, held = self._by_report.pop(safe_name(report), ({}, {}))
        return tuple(pending[path] for path in sorted(pending)), tuple(held[path] for path in sorted(held))


class CollectTransport(httpx2.BaseTransport):
    """Lowest layer in place of the network: notes every request and answers none."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def handle_request(self, request: httpx2.Request) -> NoReturn:
        """Note the request.

        Raises:
            AnswerPending: always.

        """
        exchange = exchange_of(request)
        if exchange.ticket is None:
            raise UsageError("only questions that have a slot can wait for an answer")
        # Instructor changes its messages later; the exchange has a body of its own.
        self._collector.note(Wanted(exchange.ticket, request_digest(exchange.body), exchange.body))
        raise AnswerPending(f"{exchange.ticket.path}: the answer is still to come")
