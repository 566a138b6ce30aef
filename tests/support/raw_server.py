"""A server on loopback that sends exactly the bytes that a test gives it, on plain HTTP or TLS."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from certificates import KEY
from scripted_server import CHAT

# What is sent for a chat request, in pieces; told the request's body and how many there were, from 1.
Script = Callable[[Any, int], Iterable[bytes]]


@dataclass
class RawServer:
    """What arrived: paths, and headers of each request."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def chats(self) -> int:
        """How many chat requests arrived."""
        return self.paths.count(CHAT)


def respond(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """A whole answer."""
    sent = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    return build_head(status, sent) + body


def build_head(status: int, headers: Mapping[str, str]) -> bytes:
    """Status line and headers."""
    lines = [f"HTTP/1.1 {status} x", *(f"{name}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in [*lines, "Connection: close", ""]).encode("latin-1")


def respond_packed(body: bytes, coding: str = "gzip") -> bytes:
    """A whole answer that says how it is packed; `body` is packed already."""
    return respond(body, headers={"Content-Encoding": coding})


def chunk(piece: bytes) -> bytes:
    """A piece of a chunked answer."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)


CHUNKED = build_head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})


@cache
def pack_zeros(megabytes: int, window: int = 31) -> bytes:
    """So many megabytes of nothing, packed; with a window of 31 as gzip, of 15 as deflate."""
    packing = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join([*(packing.compress(bytes(1 << 20)) for _ in range(megabytes)), packing.flush()])


@contextlib.contextmanager
def serving_raw(
    script: Script,
    routes: Mapping[str, Callable[[], Iterable[bytes]]] | None = None,
    certificate: str | None = None,
    folder: Path | None = None,
) -> Iterator[RawServer]:
    """Run the server in threads while the context lasts.

    Args:
        script: what it sends for a chat request.
        routes: what it sends for other paths, else 404.
        certificate: PEM of the certificate with which it speaks TLS.
        folder: where that is written for the library to read.

    """
    server = RawServer()
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    over = threading.Event()
    tls = _load_certificate(certificate, folder) if certificate and folder else None
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{listening.getsockname()[1]}/v1"

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            spoken = tls.wrap_socket(connection, server_side=True) if tls else connection
            with spoken, spoken.makefile("rb") as file:
                try:
                    path, headers, body = _read_request(file)
                except (ValueError, IndexError):
                    spoken.sendall(respond(b"no HTTP", 400))
                    return
                server.paths.append(path)
                server.headers.append(headers)
                if path == CHAT:
                    pieces = script(json.loads(body), server.chats)
                else:
                    pieces = (routes or {}).get(path, lambda: [respond(b"{}", 404)])()
                for piece in pieces:
                    if over.is_set():
                        return
                    spoken.sendall(piece)

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.settimeout(30)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _read_request(file: Any) -> tuple[str, dict[str, str], bytes]:
    path = file.readline().decode().split(" ")[1]
    headers: dict[str, str] = {}
    while line := file.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return path, headers, file.read(int(headers.get("content-length") or 0))


def _load_certificate(certificate: str, folder: Path) -> ssl.SSLContext:
    path = folder / "server.pem"
    path.write_text(certificate + KEY, encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
