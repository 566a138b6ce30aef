"""The server that an application runs on, with bounds for its connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from huimou.batch.engines.signals import obey_signals
from huimou.service.access.connections import ConnectionBounds, bind_connections

_GRACE = 3  # seconds that open connections get at the end


def build_server(app: FastAPI, bounds: ConnectionBounds | None = None) -> uvicorn.Server:
    """A server of an application, which has to be given its sockets.

    It ends in order at the first signal that asks it to, and at once at a second.

    It says nothing of itself in its answers and keeps no log of requests.
    """
    config = uvicorn.Config(
        app,
        http=bind_connections(bounds or ConnectionBounds()),
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=_GRACE,
    )
    return _EndingServer(config)


class _EndingServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with obey_signals(self._begin_end):
            yield

    def _begin_end(self, _: int) -> None:
        self.should_exit = True
