"""An upload without room is answered before it is read."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import httpx2

from huimou.batch.engines.engine import RunResult
from huimou.service.settings import ServiceSettings
from served_folder import a_folder, service, until

FORM = "multipart/form-data; boundary=x"


class Waiting:
    """A digester that takes until it is stopped."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def __call__(self, *_: Any) -> RunResult:
        """Wait."""
        self.over.wait(20)
        return RunResult((), 0, None)

    def stop(self) -> None:
        """End."""
        self.over.set()


def _announce(client: httpx2.Client, length: int) -> bytes:
    """Send the head of an upload and nothing of its body; what is answered."""
    head = f"POST /api/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as one:
        one.sendall(head.encode())
        return one.recv(4096)


def test_a_full_queue_reads_no_upload(tmp_path: Path) -> None:
    """The answer comes although not a byte of the files was sent."""
    settings = ServiceSettings(a_folder(tmp_path / "out", "x"), max_pending=1)
    with service(settings, Waiting()) as client:
        assert client.post("/api/reports", files={"files": ("a.txt", b"x")}).status_code == 202
        assert _announce(client, 10_000_000).startswith(b"HTTP/1.1 429")


def test_few_uploads_at_once(tmp_path: Path) -> None:
    """One more than may be is told to come again; once one has ended there is room."""
    settings = ServiceSettings(a_folder(tmp_path / "out", "x"), max_uploads=2)
    head = f"POST /api/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nContent-Length: 1000\r\n\r\n--x"
    with service(settings, Waiting()) as client:
        address = (client.base_url.host, client.base_url.port or 80)
        with socket.create_connection(address) as one, socket.create_connection(address) as two:
            for half in (one, two):
                half.sendall(head.encode())
            assert until(lambda: _announce(client, 10).startswith(b"HTTP/1.1 429"))
        assert until(lambda: client.post("/api/reports", files={"files": ("a.txt", b"x")}).status_code == 202)
