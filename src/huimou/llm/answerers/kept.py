"""The layer that answers from the ledger, and keeps in it what the layers below answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

import httpx2

from huimou.errors import HuimouError
from huimou.llm.answerers.transport import Exchange, exchange_of, plain_response
from huimou.llm.question import request_digest
from huimou.store.answers import Answers, AnswerSource, KeptAnswer


class LedgerTransport(httpx2.BaseTransport):
    """Answers from the ledger where it can, and keeps each new answer before handing it up.

    Once an answer could not be kept, no other is paid for.

    Args:
        inner: the layer below.
        source: where answers are looked up; None for a recording, for which every request is to be made.
        keeper: where new answers are kept; None where there will be none.

    """

    def __init__(self, inner: httpx2.BaseTransport, source: AnswerSource | None, keeper: Answers | None) -> None:
        self._inner = inner
        self._source, self._keeper = source, keeper
        self._counting = threading.Lock()
        self._out: dict[str, tuple[threading.Lock, int]] = {}
        self._lost: HuimouError | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer from the ledger or from below; only status 200 is kept.

        A request that is out already is waited for: reports side by side may ask the very same.
        """
        exchange = exchange_of(request)
        key = request_digest(exchange.body)
        with self._alone(key):
            kept = self._source.get(key) if self._source is not None else None
            if kept is not None:
                exchange.calls, exchange.seconds, exchange.kept = kept.calls, kept.seconds, True
                return plain_response(kept.status, kept.body, kept.seconds)
            if self._lost is not None:
                raise copy(self._lost)
            response = self._inner.handle_request(request)
            if self._keeper is not None and response.status_code == httpx2.codes.OK and _is_object(response):
                self._keep(self._keeper, key, exchange, response)
            return response

    def _keep(self, keeper: Answers, key: str, exchange: Exchange, response: httpx2.Response) -> None:
        slot, attempt = (exchange.ticket.path, exchange.ticket.attempt) if exchange.ticket else ("", 1)
        seconds = round(exchange.seconds, 3)
        try:
            answer = KeptAnswer(slot, attempt, response.status_code, response.content, exchange.calls, seconds)
            keeper.put(key, answer)
        except HuimouError as error:
            self._lost = error
            raise

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """One at a time for each request."""
        with self._counting:
            lock, others = self._out.get(key, (threading.Lock(), 0))
            self._out[key] = lock, others + 1
        try:
            with lock:
                yield
        finally:
            with self._counting:
                lock, others = self._out.pop(key)
                if others > 1:
                    self._out[key] = lock, others - 1

    def close(self) -> None:
        """Close the layer below; the ledger belongs to whoever opened it."""
        self._inner.close()


def _is_object(response: httpx2.Response) -> bool:
    """Whether it is a chat completion at all and not the page of some other server."""
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("choices"), list)
