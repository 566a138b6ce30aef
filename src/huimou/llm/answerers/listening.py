"""What goes over the wire, for whoever wants to see or measure it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from huimou.llm.answerers.transport import exchange_of, usage_of
from huimou.llm.question import Ticket
from huimou.model.report import Usage


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it was sent, what came back, and what it cost.

    Args:
        ticket: whose request it was; None if the question had no slot.
        sent: the wire body.
        status: of HTTP; None where no answer came.
        said: the whole body of the answer; empty where none came.
        usage: tokens, calls and seconds.
        replayed: whether a recording answered.

    """

    ticket: Ticket | None
    sent: Mapping[str, Any]
    status: int | None
    said: str
    usage: Usage
    replayed: bool

    @property
    def choice(self) -> Mapping[str, Any]:
        """The first choice of the completion; empty where the answer is none."""
        try:
            choice = json.loads(self.said)["choices"][0]
        except (ValueError, KeyError, TypeError, IndexError):
            return {}
        return choice if isinstance(choice, dict) else {}


class TapTransport(httpx2.BaseTransport):
    """Tells `listen` of every exchange, failed ones too; it may be called from several threads."""

    def __init__(self, inner: httpx2.BaseTransport, listen: Callable[[Heard], None]) -> None:
        self._inner = inner
        self._listen = listen

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request on and tell."""
        exchange = exchange_of(request)
        sent = json.loads(json.dumps(exchange.body))  # instructor changes its messages later
        status, said, usage = None, "", Usage()
        try:
            response = self._inner.handle_request(request)
            status, said = response.status_code, response.text
            usage = usage_of(_object(said))
            return response
        finally:
            spent = usage + Usage(calls=exchange.calls, seconds=round(exchange.seconds, 3))
            self._listen(Heard(exchange.ticket, sent, status, said, spent, exchange.recorded is not None))

    def close(self) -> None:
        """Close the layer below."""
        self._inner.close()


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
