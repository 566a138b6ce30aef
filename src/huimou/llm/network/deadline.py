"""Sockets on which a whole call ends in time, however slowly its bytes come.

The timeouts of HTTP libraries are for one read each, so that a server that sends a byte now and then is never done.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2

TLS_ANSWERED = "TLS was answered where plain HTTP was spoken"
_ALERT = b"\x15\x03"  # how an alert of TLS begins
_PIECE = 65536  # bytes that are sent between two looks at the clock


class DeadlineBackend(httpcore2.NetworkBackend):
    """Opens connections whose reads and writes never last beyond the deadline of the call that they serve.

    A call has the thread for itself, so that its deadline is the thread's.
    """

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()
        self._of_thread = threading.local()

    @contextmanager
    def until(self, deadline: float | None) -> Iterator[None]:
        """Let what this thread does on the network meanwhile end by then, in seconds of the monotonic clock."""
        self._of_thread.deadline = deadline
        try:
            yield
        finally:
            self._of_thread.deadline = None

    def find_rest(self, timeout: float | None) -> float | None:
        """Seconds that one step may take: its own timeout, or what is left of the call; below 0 if it is over."""
        deadline: float | None = getattr(self._of_thread, "deadline", None)
        if deadline is None:
            return timeout
        left = deadline - time.monotonic()
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to a host.

        Raises:
            httpcore2.ConnectError, httpcore2.ConnectTimeout: there is none.

        """
        rest = self.find_rest(timeout)
        if rest is not None and rest <= 0:
            raise httpcore2.ConnectTimeout
        return _DeadlineStream(self._inner.connect_tcp(host, port, rest, local_address, socket_options), self)


class _DeadlineStream(httpcore2.NetworkStream):
    """A connection whose reads and writes end with the call that they are for."""

    def __init__(self, inner: httpcore2.NetworkStream, backend: DeadlineBackend) -> None:
        self._inner = inner
        self._backend = backend
        self._is_fresh = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come."""
        rest = self._backend.find_rest(timeout)
        if rest is not None and rest <= 0:
            raise httpcore2.ReadTimeout
        data = self._inner.read(max_bytes, rest)
        if self._is_fresh and data.startswith(_ALERT):
            raise httpcore2.RemoteProtocolError(TLS_ANSWERED)
        self._is_fresh = False
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        for start in range(0, len(buffer), _PIECE):
            rest = self._backend.find_rest(timeout)
            if rest is not None and rest <= 0:
                raise httpcore2.WriteTimeout
            self._inner.write(buffer[start : start + _PIECE], rest)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The connection with TLS on it."""
        rest = self._backend.find_rest(timeout)
        if rest is not None and rest <= 0:
            raise httpcore2.ConnectTimeout
        return _DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, rest), self._backend)

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection."""
        return self._inner.get_extra_info(info)
