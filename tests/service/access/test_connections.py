"""Connections that ask slowly or not at all: others are answered all the same. All over real sockets."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from huimou.service.access.connections import ConnectionBounds
from huimou.service.settings import ServiceSettings
from served_folder import a_folder, service, until

HALF = b"GET /api/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: "
QUICK = ConnectionBounds(most=60, most_of_one=40, head_seconds=0.3, beat_seconds=0.3, least_bytes=100)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one report."""
    return a_folder(tmp_path_factory.mktemp("connections") / "out", "x")


@contextmanager
def half_sent(client: httpx2.Client, many: int, begun: bytes = HALF) -> Iterator[list[socket.socket]]:
    """Connections that have sent the beginning of a request."""
    host, port = client.base_url.host, client.base_url.port
    with ExitStack() as stack:
        made = [stack.enter_context(socket.create_connection((host, port or 80), timeout=10)) for _ in range(many)]
        for one in made:
            one.sendall(begun)
        yield made


def is_closed(one: socket.socket) -> bool:
    """Whether the service has closed a connection, waited for."""
    one.settimeout(10)
    try:
        return one.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("begun", [b"", HALF, HALF[:3]])
def test_who_sends_half_a_request_is_let_go(out: Path, begun: bytes) -> None:
    """After the time that a head may take, whatever of it has come."""
    with service(ServiceSettings(out), bounds=QUICK) as client, half_sent(client, 3, begun) as made:
        assert all(is_closed(one) for one in made)
        assert client.get("/api/reports").status_code == 200


def test_a_head_that_trickles_gains_nothing(out: Path) -> None:
    """A byte now and then does not prolong the time."""
    with service(ServiceSettings(out), bounds=QUICK) as client, half_sent(client, 1) as [one]:
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < 10:
                one.sendall(b"x")
                time.sleep(0.05)
        assert time.monotonic() - began < 5


def test_a_body_must_grow(out: Path) -> None:
    """One that stops is let go; one that is slow but grows is waited for."""
    head = b"PUT /api/reports/x/reviews/A1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    head += b"Content-Length: 2000\r\n\r\n"
    with service(ServiceSettings(out), bounds=QUICK) as client:
        with half_sent(client, 2, head + b"x") as made:
            assert all(is_closed(one) for one in made)
        with half_sent(client, 1, head) as [slow]:
            for _ in range(10):
                slow.sendall(b"y" * 200)
                time.sleep(0.1)
            slow.settimeout(10)
            assert slow.recv(12).startswith(b"HTTP/1.1 ")


def test_many_half_sent_requests_starve_nobody(out: Path) -> None:
    """There are no more of one address than may be, and the one that asks is answered at once."""
    patient = ConnectionBounds(most=60, most_of_one=40, head_seconds=60)
    with service(ServiceSettings(out), bounds=patient) as client, half_sent(client, 150) as made:
        began = time.monotonic()
        assert client.get("/api/reports").status_code == 200
        assert time.monotonic() - began < 5
        for one in made:
            one.setblocking(False)  # noqa: FBT003
        assert until(lambda: sum(_is_open(one) for one in made) <= 40)


def _is_open(one: socket.socket) -> bool:
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_a_connection_is_used_again(out: Path) -> None:
    """Requests one after another on one connection each have their own time."""
    with service(ServiceSettings(out), bounds=QUICK) as client:
        for _ in range(5):
            assert client.get("/api/reports").status_code == 200
            time.sleep(0.15)
