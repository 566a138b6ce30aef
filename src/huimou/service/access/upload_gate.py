"""Uploads that may begin: only where there is room for a report, and few at once, before a byte of them is read."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from huimou.service.access.guard import build_error_answer
from huimou.service.settings import UPLOADS_PATH

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_AGAIN = {"retry-after": "5"}  # seconds


class UploadGate:
    """Middleware that answers an upload for which there is no room at once; pure ASGI, as the body is not read."""

    def __init__(self, app: ASGIApp, has_room: Callable[[], bool], most: int, most_waiting: int) -> None:
        self._app, self._has_room, self._most, self._most_waiting = app, has_room, most, most_waiting
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an upload in, or answer that it must come later."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != UPLOADS_PATH:
            await self._app(scope, receive, send)
            return
        why = self._find_reason()
        if why is not None:
            refusal = build_error_answer(HTTPStatus.TOO_MANY_REQUESTS, why)
            refusal.headers.update(_AGAIN)
            await refusal(scope, receive, send)
            return
        self._open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= 1

    def _find_reason(self) -> str | None:
        if not self._has_room():
            return f"{self._most_waiting} reports wait already: come back when some are done"
        if self._open >= self._most:
            return f"{self._most} uploads are on their way: come back in a moment"
        return None
