"""What a worker tells while it works, however its words are carried."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from huimou.batch.engines.messages import ClientSettings, EventMessage, UsageMessage
from huimou.llm.client import Client

_PAY_EVERY = 0.5  # seconds


class WorkerEvents:
    """The `DigestEvents` of a worker, and its bill so far; safe in several threads.

    Args:
        say: carries a word to the main process.

    """

    def __init__(self, say: Callable[[Any], None]) -> None:
        self._say = say
        self._client: Client | None = None
        self._pay_from = 0.0

    def tell(self, name: str, *arguments: object) -> None:
        """An event of `batch.Events`, by the name of its method."""
        self._say(EventMessage(name, arguments))

    def units_total(self, units: int) -> None:
        """Tell it."""
        self.tell("units_total", units)

    def unit_done(self) -> None:
        """Tell it."""
        self.tell("unit_done")

    def tokens(self, prompt: int, completion: int) -> None:
        """Tell it, and now and then what was paid: what a killed worker has not told is missing in the bill."""
        self.tell("tokens", prompt, completion)
        if time.monotonic() > self._pay_from:
            self._pay_from = time.monotonic() + _PAY_EVERY
            self.pay()

    def served(self, client: Client) -> None:
        """How the client asks; what is paid from now on is its."""
        self._client = client
        self._say(ClientSettings(client.describe_settings()))

    def pay(self) -> None:
        """What was paid so far, once there is a client."""
        if self._client is not None:
            self._say(UsageMessage(self._client.usage_by_part()))
