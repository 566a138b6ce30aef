"""The layer that spreads requests over servers: those above it do not know that there are several.

What is sent is what the layers above sent, but for the address and the key; the digest of a request is of its body, so
that neither ledger nor recordings depend on who answers.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import httpx2

from huimou.llm.answerers.transport import Exchange, exchange_of, usage_of
from huimou.llm.balancing.adaptive_limit import Finished
from huimou.llm.balancing.dispatcher import Dispatcher, Turn
from huimou.llm.balancing.upstream import Outcome
from huimou.llm.refusals import refusal, retry_after_seconds, unreachable
from huimou.settings import Endpoint

_NOBODY = (httpx2.ConnectError, httpx2.ConnectTimeout)
_NOBODY_BEHIND = frozenset({502, 503, 504})
# Reading is so much cheaper than writing on all servers that were tried; only a steady measure is needed.
_READ_PER_WRITTEN = 8


class DispatchTransport(httpx2.BaseTransport):
    """Sends each request once, to the server whose turn the dispatcher gives, and tells it how that went.

    Args:
        inner: the network.
        dispatcher: of all servers.
        endpoint: whose address the requests have.

    """

    def __init__(self, inner: httpx2.BaseTransport, dispatcher: Dispatcher, endpoint: Endpoint) -> None:
        self._inner = inner
        self._dispatcher = dispatcher
        self._endpoint = endpoint

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Wait for a turn and send; the wait, and a try of a server that is still gone, are no part of the budget.

        Raises:
            EndpointError: no server is there, or may be asked, for too long.
            httpx2.TransportError: the call failed.

        """
        exchange = exchange_of(request)
        entered = time.monotonic()
        exchange.calls -= 1  # `RetryTransport` has counted it, but it is none before it is sent
        with self._dispatcher.turn(_report(exchange), exchange.failed) as turn:
            exchange.calls += 1
            return self._sent(request, exchange, turn, entered)

    def close(self) -> None:
        """Close the layer below; nobody waits any longer."""
        self._dispatcher.stop()
        self._inner.close()

    def _sent(self, request: httpx2.Request, exchange: Exchange, turn: Turn, entered: float) -> httpx2.Response:
        endpoint = turn.upstream.endpoint
        exchange.server = endpoint.base_url
        sent = time.monotonic()
        try:
            response = self._inner.handle_request(addressed(request, self._endpoint, endpoint))
            turn.outcome = answered(response, endpoint)
        except httpx2.TransportError as error:
            turn.outcome = broken(error, endpoint, time.monotonic() - sent)
            raise
        finally:
            failed = turn.outcome.why is not None
            exchange.waited += (time.monotonic() if turn.trying and failed else sent) - entered
            if failed:
                exchange.failed.add(endpoint.base_url)
        return response


def answered(response: httpx2.Response, endpoint: Endpoint) -> Outcome:
    """What an HTTP answer says of its server."""
    status = response.status_code
    seconds = response.extensions["seconds"]
    if status == httpx2.codes.OK:
        return Outcome(Finished(_work(response), seconds), is_there=True, serves=True)
    asked = retry_after_seconds(response.headers.get("retry-after"), datetime.now(UTC))
    why = refusal(response, endpoint)
    there = status not in _NOBODY_BEHIND
    return Outcome(
        Finished(0.0, seconds, status, asked),
        is_there=there,
        why=why,
        serves=status < httpx2.codes.INTERNAL_SERVER_ERROR,
    )


def broken(error: httpx2.TransportError, endpoint: Endpoint, seconds: float) -> Outcome:
    """What a call without an answer says of its server: only a refused connection says that nobody is there."""
    why = unreachable(error, endpoint)
    if isinstance(error, _NOBODY):
        return Outcome(is_there=False, why=why)
    late = isinstance(error, httpx2.TimeoutException)
    return Outcome(Finished(0.0, seconds, None) if late else None, why=why)


def addressed(request: httpx2.Request, own: Endpoint, to: Endpoint) -> httpx2.Request:
    """The request as it goes to another server: its address and its key, the body untouched."""
    if own.base_url == to.base_url:
        return request
    base = httpx2.URL(to.base_url)
    path = base.path.rstrip("/") + request.url.path.removeprefix(httpx2.URL(own.base_url).path.rstrip("/"))
    url = base.copy_with(path=path, query=request.url.query or None)
    headers = [
        (name, value) for name, value in request.headers.items() if name.lower() not in {"host", "authorization"}
    ]
    key = [("Authorization", f"Bearer {to.api_key}")] if to.api_key else []
    content = request.read()
    return httpx2.Request(request.method, url, headers=headers + key, content=content, extensions=request.extensions)


def _report(exchange: Exchange) -> str:
    return exchange.ticket.path.partition("/")[0] if exchange.ticket else ""


def _work(response: httpx2.Response) -> float:
    """Tokens written, and a part of those read; 1 where the server counts none."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return 1.0
    usage = usage_of(body if isinstance(body, dict) else {})
    work = usage.completion_tokens + (usage.prompt_tokens - usage.cached_tokens) / _READ_PER_WRITTEN
    return work if work > 0 else 1.0
