"""Open connections within bounds: how many, of one address and in all, and how long each may take to ask.

uvicorn has a bound for idle connections only: one that sends half a request is waited for without end.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """What connections are held to.

    Args:
        most: connections at once.
        most_of_one: connections of one address at once.
        head_seconds: from connecting, or from the last answer, to the end of a request's head.
        beat_seconds: in which a request's body has to grow by `least_bytes`.
        least_bytes: of a body in that time.

    """

    most: int = 500
    most_of_one: int = 100
    head_seconds: float = 10.0
    beat_seconds: float = 10.0
    least_bytes: int = 4096


class Connections:
    """The open connections of one service, the one that waits longest for its own request first to go."""

    def __init__(self, bounds: ConnectionBounds) -> None:
        self.bounds = bounds
        self._open: dict[BoundedConnection, str] = {}
        self._of: Counter[str] = Counter()

    def admit(self, connection: BoundedConnection, address: str) -> None:
        """Take in a connection; where there are too many then, one that has asked nothing yet is closed."""
        self._open[connection] = address
        self._of[address] += 1
        if self._of[address] > self.bounds.most_of_one:
            self._drop_one(address)
        elif len(self._open) > self.bounds.most:
            self._drop_one(max(self._of, key=lambda known: self._of[known]))

    def leave(self, connection: BoundedConnection) -> None:
        """Forget a connection that is closed."""
        address = self._open.pop(connection, None)
        if address is not None:
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]

    def _drop_one(self, address: str) -> None:
        own = [connection for connection, of in self._open.items() if of == address]
        waiting = (connection for connection in own if connection.waits_for_request)
        next(waiting, own[-1]).drop()


class BoundedConnection(H11Protocol):
    """A connection of uvicorn that is closed where its request does not come, or comes too slowly."""

    shared: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Join the others."""
        super().connection_made(transport)
        self._came = 0
        self._beat: asyncio.TimerHandle | None = None
        self._expect(self.shared.bounds.head_seconds)
        self.shared.admit(self, self.client[0] if self.client else "")

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the others."""
        self._rest()
        self.shared.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what came, and wait for a body no longer than it grows."""
        head = self.waits_for_request
        self._came += len(data)
        super().data_received(data)
        if head and not self.waits_for_request:
            self._came = 0
            self._expect(self.shared.bounds.beat_seconds)

    def on_response_complete(self) -> None:
        """The next request of the connection has as long as the first."""
        super().on_response_complete()
        if self.waits_for_request and not self.transport.is_closing():
            self._expect(self.shared.bounds.head_seconds)

    @property
    def waits_for_request(self) -> bool:
        """Whether the head of a request has not come to its end."""
        return self.conn.their_state is h11.IDLE

    def drop(self) -> None:
        """Close the connection without an answer; it counts no longer, though the system may close it later."""
        self._rest()
        self.shared.leave(self)
        self.transport.abort()

    def _expect(self, seconds: float) -> None:
        self._rest()
        self._beat = self.loop.call_later(seconds, self._look)

    def _rest(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None

    def _look(self) -> None:
        """Close the connection if nothing, or next to nothing, has come since the last look."""
        if self.waits_for_request:
            self.drop()
        elif self.conn.their_state is h11.SEND_BODY:
            if self._came < self.shared.bounds.least_bytes and not self.flow.read_paused:
                self.drop()
                return
            self._came = 0
            self._expect(self.shared.bounds.beat_seconds)


def bind_connections(bounds: ConnectionBounds) -> type[BoundedConnection]:
    """The kind of connection that a server is told to make, all of which know of each other."""
    return type("BoundConnection", (BoundedConnection,), {"shared": Connections(bounds)})
