"""A folder of digests made by hand, and a real service of it on loopback, in a thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from handmade import TEXT, a_digest
from huimou.batch.engines.engine import RunResult
from huimou.outputs.formats import write_outputs
from huimou.service.access.connections import ConnectionBounds
from huimou.service.access.server import build_server
from huimou.service.app import create_app
from huimou.service.settings import ServiceSettings

NAME = "临江 2023#1"


class Nobody:
    """A digester for tests that upload nothing."""

    def __call__(self, *_: Any) -> RunResult:
        """Never called."""
        raise AssertionError

    def stop(self) -> None:
        """Nothing to stop."""


def a_folder(out: Path, name: str = NAME, text: str = TEXT, outside: str = "") -> Path:
    """Files of one report in `out`, its text beside them, as if extracted from a document."""
    out.mkdir(exist_ok=True)
    write_outputs(out, name, text, a_digest(text=text, outside=outside), ("md", "html"))
    (out / f"{name}.source.txt").write_bytes(text.encode())
    return out


@contextmanager
def service(
    settings: ServiceSettings, digester: Any = None, bounds: ConnectionBounds | None = None, **headers: str
) -> Iterator[httpx2.Client]:
    """A client of a running service; it has ended in order when the context is left."""
    server = build_server(create_app(settings, digester or Nobody()), bounds)
    bound = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    try:
        with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=20.0) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20.0)
        assert not thread.is_alive()


def until(true: Any, seconds: float = 20.0) -> Any:
    """What `true()` gives once it is something."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return found
