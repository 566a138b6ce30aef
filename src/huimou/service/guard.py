"""What stands before every request: who asks, from where, how much; and what every answer forbids the browser."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response

from huimou.service.settings import ServiceSettings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "huimou"
LOGIN = "/login"
_READS = ("GET", "HEAD", "OPTIONS")
_PLAIN = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, some browsers call the origin of a form null
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def make_cookie(token: str) -> str:
    """What a browser that knows the token keeps in its place."""
    return hmac.new(token.encode(), b"huimou serve", "sha256").hexdigest()


def is_same_secret(given: str, right: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell how far they are."""
    return hmac.compare_digest(given.encode(), right.encode())


class Guard:
    """Lets through what may pass; pure ASGI, so that it sees every request and every answer."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], scope["path"], headers)
        if refusal is not None:
            await refusal(scope, receive, _add_headers(send))
            return
        body = _Body(receive, _add_headers(send), self._settings.most(scope["path"]))
        await self._app(scope, body.receive, body.send)

    def _refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not self._settings.knows_host(host):
            return build_error_answer(HTTPStatus.MISDIRECTED_REQUEST, "this service is not called by that host name")
        if method not in _READS and not _is_own_page(headers, host):
            return build_error_answer(HTTPStatus.FORBIDDEN, "a page of another site may not change anything here")
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._settings.most(path):
            return _too_much(self._settings.most(path))
        return None if path == LOGIN or self._is_known(headers) else _stranger(method, headers)

    def _is_known(self, headers: Headers) -> bool:
        token = self._settings.token
        if token is None:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and is_same_secret(given.strip(), token):
            return True
        return is_same_secret(cookie_parser(headers.get("cookie", "")).get(COOKIE, ""), make_cookie(token))


def build_error_answer(status: HTTPStatus, detail: str) -> JSONResponse:
    """An error as programs read it."""
    return JSONResponse({"detail": detail}, status)


def _is_own_page(headers: Headers, host: str) -> bool:
    """Whether a request comes from a page of this service, or from no page at all."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    return origin is None or origin.partition("://")[2].lower() == host.lower()


def _stranger(method: str, headers: Headers) -> Response:
    if method == "GET" and "text/html" in headers.get("accept", ""):
        return RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    refusal = build_error_answer(
        HTTPStatus.UNAUTHORIZED, "give the token as Authorization: Bearer …, or log in at /login"
    )
    refusal.headers["www-authenticate"] = "Bearer"
    return refusal


def _too_much(most: int) -> Response:
    return build_error_answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the request is longer than {most} bytes")


def _add_headers(send: Send) -> Send:
    """Answers get the headers that forbid, where they have not set their own."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _PLAIN.items():
                headers.setdefault(name, value)
        await send(message)

    return dressed


class _Body:
    """Counts what comes in, whatever its announced length, and answers itself where it is too much."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._had = 0
        self._over = False
        self._answered = False

    async def receive(self) -> Message:
        """The next piece, or the end of it."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._had += len(message.get("body", b""))
        if self._had > self._most:
            self._over = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """The application's answer, unless it was cut off."""
        if not self._over:
            await self._send(message)
        elif not self._answered:
            self._answered = True
            refusal = _too_much(self._most)
            await self._send(
                {"type": "http.response.start", "status": refusal.status_code, "headers": refusal.raw_headers}
            )
            await self._send({"type": "http.response.body", "body": bytes(refusal.body)})
