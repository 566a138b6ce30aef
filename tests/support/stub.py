"""What the stub servers of benchmarks and kills share; `scripted_server` is for tests that say each reply."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answering(BaseHTTPRequestHandler):
    """What a stub says of itself, and how it sends what it answers."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    slots = 8

    def do_GET(self) -> None:
        """Only `/props` is there."""
        data = json.dumps({"default_generation_settings": {"n_ctx": 0}, "total_slots": self.slots}).encode()
        self.send(200 if self.path == "/props" else 404, data)

    def send(self, status: int, data: bytes) -> None:
        """One whole answer, which is out when this returns."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


class Answers(ThreadingHTTPServer):
    """A stub's server: many may knock at once."""

    daemon_threads = True
    request_queue_size = 256
