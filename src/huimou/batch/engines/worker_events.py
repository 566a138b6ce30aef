"""The worker's end of progress: its events and its usage go to the main process, however messages are carried."""

from __future__ import annotations

import time
from collections.abc import Callable

from huimou.batch.engines.messages import ClientSettings, UsageMessage
from huimou.batch.events import Event, Noted
from huimou.llm.client import Client
from huimou.model.events import TokensSpent

_USAGE_EVERY = 0.5  # seconds


class WorkerEvents:
    """Sends a worker's events, and now and then what its calls have cost; safe in several threads.

    Args:
        send: carries a message to the main process.

    """

    def __init__(self, send: Callable[[object], None]) -> None:
        self._send = send
        self._client: Client | None = None
        self._next_usage = 0.0

    def emit(self, event: Event) -> None:
        """Send an event; a killed worker's usage is lost only as far as it was not sent after some `TokensSpent`."""
        self._send(event)
        if isinstance(event, TokensSpent) and time.monotonic() > self._next_usage:
            self._next_usage = time.monotonic() + _USAGE_EVERY
            self.send_usage()

    def note(self, line: str) -> None:
        """Send a line that the user should know."""
        self._send(Noted(line))

    def client_opened(self, client: Client) -> None:
        """Send how the client asks; from now on usage is what its calls have cost."""
        self._client = client
        self._send(ClientSettings(client.describe_settings()))

    def send_usage(self) -> None:
        """Send what the calls have cost so far, once there is a client."""
        if self._client is not None:
            self._send(UsageMessage(self._client.usage_by_part()))
