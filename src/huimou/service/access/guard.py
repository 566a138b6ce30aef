"""Checks before every request (who asks, from which page, how many bytes) and headers that restrict the browser."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response

from huimou.service.access.attempts import Attempts
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
    """The value that a browser keeps as its cookie once it was given the token; the token cannot be read from it."""
    return hmac.new(token.encode(), b"huimou serve", "sha256").hexdigest()


def is_same_secret(given: str, right: str) -> bool:
    """Whether two secrets are equal; takes the same time wherever they differ."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), right.encode())


class Guard:
    """Middleware that answers what is not allowed itself; pure ASGI, so that it sees every request and every answer."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings, attempts: Attempts) -> None:
        self._app, self._settings, self._attempts = app, settings, attempts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the application, or answer with a refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._find_refusal(scope["method"], scope["path"], headers)
        if refusal is None and scope["path"] != LOGIN:
            refusal = await self._refuse_stranger(scope["method"], headers, find_address(scope))
        if refusal is not None:
            await refusal(scope, receive, _add_headers(send))
            return
        body = _Body(receive, _add_headers(send), self._settings.body_limit(scope["path"]))
        await self._app(scope, body.receive, body.send)

    def _find_refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        """The answer to a request that is not allowed; None for one that is."""
        host = headers.get("host", "")
        if not self._settings.knows_host(host):
            return build_error_answer(HTTPStatus.MISDIRECTED_REQUEST, "this service is not called by that host name")
        if method not in _READS and not _is_own_page(headers, host):
            return build_error_answer(HTTPStatus.FORBIDDEN, "a page of another site may not change anything here")
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._settings.body_limit(path):
            return _build_too_long(self._settings.body_limit(path))
        return None

    async def _refuse_stranger(self, method: str, headers: Headers, address: str) -> Response | None:
        """The answer to who does not know the token; who gave wrong ones before waits for it."""
        token = self._settings.token
        if token is None:
            return None
        scheme, _, given = headers.get("authorization", "").partition(" ")
        bearer = given.strip() if scheme.lower() == "bearer" else ""
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        if not bearer and not cookie:
            return _answer_stranger(method, headers)
        if not await self._attempts.wait_turn(address):
            return build_too_many_attempts()
        if (bearer and is_same_secret(bearer, token)) or (cookie and is_same_secret(cookie, make_cookie(token))):
            self._attempts.note_right(address)
            return None
        self._attempts.note_wrong(address)
        return _answer_stranger(method, headers)


def find_address(scope: Scope) -> str:
    """The address that a request comes from; empty where none is known."""
    return scope["client"][0] if scope.get("client") else ""


def build_too_many_attempts() -> Response:
    """The answer to a token that is not looked at, as many wrong ones came from the same address."""
    refusal = build_error_answer(HTTPStatus.TOO_MANY_REQUESTS, "too many wrong tokens: try again in ten seconds")
    refusal.headers["retry-after"] = "10"
    return refusal


def build_error_answer(status: HTTPStatus, detail: str) -> JSONResponse:
    """An error as JSON: `{"detail": …}`."""
    return JSONResponse({"detail": detail}, status)


def _is_own_page(headers: Headers, host: str) -> bool:
    """Whether a request comes from a page of this service or from a program, not from a page of another site."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    return origin is None or origin.partition("://")[2].lower() == host.lower()


def _answer_stranger(method: str, headers: Headers) -> Response:
    """Who gave no token is led to the login form if it is a browser that wants a page."""
    if method == "GET" and "text/html" in headers.get("accept", ""):
        return RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    refusal = build_error_answer(
        HTTPStatus.UNAUTHORIZED, "give the token as Authorization: Bearer …, or log in at /login"
    )
    refusal.headers["www-authenticate"] = "Bearer"
    return refusal


def _build_too_long(most: int) -> Response:
    return build_error_answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the request is longer than {most} bytes")


def _add_headers(send: Send) -> Send:
    """A `send` that adds the restricting headers to an answer, except those that it has set itself."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _PLAIN.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


class _Body:
    """The body of a request, cut off at `most` bytes whatever length was announced; what is longer gets a refusal."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._had = 0
        self._over = False
        self._answered = False

    async def receive(self) -> Message:
        """The next piece of the body; a disconnect once there was too much."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._had += len(message.get("body", b""))
        if self._had > self._most:
            self._over = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Send the application's answer, or the refusal once in its place where the body was cut off."""
        if not self._over:
            await self._send(message)
        elif not self._answered:
            self._answered = True
            refusal = _build_too_long(self._most)
            await self._send(
                {"type": "http.response.start", "status": refusal.status_code, "headers": refusal.raw_headers}
            )
            await self._send({"type": "http.response.body", "body": bytes(refusal.body)})
