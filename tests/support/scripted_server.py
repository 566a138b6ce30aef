"""A real HTTP server on loopback that answers by script and keeps what it was asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHAT = "/v1/chat/completions"


@dataclass(frozen=True)
class Reply:
    """One scripted answer; `body` is sent as JSON unless it is text; `cut` hangs up in the middle of it."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


def completion(
    content: str | None,
    *,
    finish_reason: str = "stop",
    prompt_tokens: int = 100,
    cached_tokens: int = 0,
    **message: Any,
) -> Reply:
    """A chat completion as llama.cpp words it; `message` adds fields to the message."""
    return Reply(
        {
            "id": f"chatcmpl-{time.monotonic_ns()}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": "whatever",
            "system_fingerprint": "b1-secret",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish_reason,
                    "message": {"role": "assistant", "content": content, **message},
                }
            ],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": 9,
                "total_tokens": prompt_tokens + 9,
                "prompt_tokens_details": {"cached_tokens": cached_tokens},
            },
        }
    )


def tool_call(arguments: str, name: str = "Gist") -> dict[str, Any]:
    """One entry of `tool_calls` with an id that is new each time, as servers make them up."""
    return {
        "id": f"call_{time.monotonic_ns()}",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class ScriptedServer:
    """Gives the scripted chat replies in order, the last one for ever; other paths by `routes`, else 404."""

    def __init__(self, replies: list[Reply] | Callable[[Any], Reply], routes: Mapping[str, Reply]) -> None:
        self._replies = replies
        self._routes = routes
        self._lock = threading.Lock()
        self.asked: list[Asked] = []
        self.url = ""

    @property
    def chats(self) -> list[Asked]:
        """The chat requests that arrived."""
        return [asked for asked in self.asked if asked.path == CHAT]

    @property
    def calls(self) -> int:
        """How many chat requests arrived."""
        return len(self.chats)

    def answer(self, asked: Asked) -> Reply:
        """The reply to one request."""
        with self._lock:
            self.asked.append(asked)
            number = self.calls
        if asked.path != CHAT:
            return self._routes.get(asked.path, Reply({"error": "not found"}, 404))
        if callable(self._replies):
            return self._replies(asked.body)
        return self._replies[min(number, len(self._replies)) - 1]


@contextmanager
def serving(
    replies: list[Reply] | Callable[[Any], Reply], routes: Mapping[str, Reply] | None = None, port: int = 0
) -> Iterator[ScriptedServer]:
    """Run the server in a thread while the context lasts; then it is gone with all its connections, as if killed."""
    script = ScriptedServer(replies, routes or {})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet a reply: two would wait for each other for 40 ms

        def _respond(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(size)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = script.answer(Asked(self.command, self.path, headers, json.loads(raw) if raw else None))
            time.sleep(reply.delay)
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body, ensure_ascii=False)
            data = text.encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if reply.cut else data)
            self.close_connection = reply.cut

        do_GET = do_POST = _respond  # noqa: N815 (names that http.server looks for)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def process_request(self, request: Any, client_address: Any) -> None:
            """Remember the connection."""
            connections.append(request)
            super().process_request(request, client_address)

        def handle_error(self, *_: Any) -> None:
            """A client that hangs up is part of some scripts."""

    connections: list[socket.socket] = []
    server = Server(("127.0.0.1", port), Handler)
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        for connection in connections:
            with suppress(OSError):  # those that the other side has closed
                connection.shutdown(socket.SHUT_RDWR)
        thread.join()
