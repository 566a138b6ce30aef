"""Live requests in turns, without the server's prompt cache: for two sides whose answers and times are compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import httpx2

from huimou.llm.answerers.transport import exchange_of

Turns = Callable[[], AbstractContextManager[None]]
# llama.cpp reuses the prompt that it has; its documentation says that this can change the answer.
_UNCACHED: Mapping[str, Mapping[str, Any]] = {
    "llama.cpp": {"cache_prompt": False},
    "builtin": {"cache_prompt": False},
}


def uncached(kind: str) -> Mapping[str, Any]:
    """What a kind of server must be sent to compute each prompt afresh; nothing for those that have no such switch."""
    return _UNCACHED.get(kind, {})


class TurnTransport(httpx2.BaseTransport):
    """Sends a request, with all its retries, when it is its turn.

    It sits below what answers without the server, so that only what is asked of it takes turns; `extra` is added to the
    body on the wire only, and is no part of what a recording is compared with.
    """

    def __init__(self, inner: httpx2.BaseTransport, turns: Turns, extra: Mapping[str, Any]) -> None:
        self._inner = inner
        self._turns = turns
        self._extra = extra

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Wait for the turn, send, and end the turn with the answer."""
        with self._turns():
            return self._inner.handle_request(_with(request, self._extra))

    def close(self) -> None:
        """Close the layer below."""
        self._inner.close()


def _with(request: httpx2.Request, extra: Mapping[str, Any]) -> httpx2.Request:
    if not extra:
        return request
    body = json.dumps({**exchange_of(request).body, **extra}, ensure_ascii=False).encode()
    headers = [(name, value) for name, value in request.headers.items() if name.lower() != "content-length"]
    return httpx2.Request(request.method, request.url, headers=headers, content=body, extensions=request.extensions)
