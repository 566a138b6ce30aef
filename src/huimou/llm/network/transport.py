"""Clients of HTTP whose answers are read whole, within bounds of size and time, and hide the key.

The bounds are those of the bytes as unpacked: a megabyte of gzip can hold a gigabyte.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import httpcore2
import httpx2

from huimou.llm.network import faults
from huimou.llm.network.deadline import TLS_ANSWERED, DeadlineBackend
from huimou.llm.network.key_mask import KeyMask

# The longest answer that is read. No question lets a model write more than some thousand tokens, and none of these is
# longer than a few hundred bytes; what a server tells of itself is shorter still.
MOST_BYTES = 4 * 1024 * 1024
MOST_OF_ERROR = 64 * 1024  # of a refusal, whose first words are shown
_LONGEST_CONNECTING = 10.0  # seconds
_ERROR = 400  # statuses from here on
_KEPT_HEADERS = ("retry-after", "content-type")
_LONGEST_HEADER = 200
_NETWORK_FAULTS = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
)
_CUTS = (httpcore2.ReadError, httpcore2.RemoteProtocolError)
_HTTP_PORT = 80
_LONGEST_LOOK = 2.0  # seconds
_VERIFY_CODES = {
    9: faults.OUT_OF_DATE,
    10: faults.OUT_OF_DATE,
    18: faults.SELF_SIGNED,
    19: faults.SELF_SIGNED,
    20: faults.UNKNOWN_ISSUER,
    21: faults.UNKNOWN_ISSUER,
    62: faults.OTHER_HOST,
    64: faults.OTHER_HOST,
}
_PLAIN_HTTP_REASONS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"}
)


class NamedFault(httpx2.TransportError):
    """A fault of the network that the library has no name for.

    Args:
        name: one of `faults`.

    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def name_fault(error: httpx2.RequestError) -> str:
    """The name under which a fault is kept and explained."""
    return error.name if isinstance(error, NamedFault) else type(error).__name__


class BoundedTransport(httpx2.BaseTransport):
    """Sends requests and reads their answers.

    The `read` timeout of a request is that of the whole call, from the first byte that is sent to the last that comes.

    Args:
        key: of the server, to be hidden in what it sends; empty if it has none.
        idle: connections that are kept open for the next request.

    """

    def __init__(self, key: str = "", idle: int | None = None) -> None:
        self._mask = KeyMask(key)
        self._backend = DeadlineBackend()
        self._pool = httpcore2.ConnectionPool(
            max_connections=None,
            max_keepalive_connections=idle,
            keepalive_expiry=5.0,
            network_backend=self._backend,
        )
        self._was_heard = False  # whether anything ever came

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to a request, read whole; of a long refusal its beginning.

        Raises:
            httpx2.TransportError: there is none, it did not end in time, is too long or cannot be unpacked.

        """
        seconds: float | None = request.extensions.get("timeout", {}).get("read")
        with self._backend.until(None if seconds is None else time.monotonic() + seconds), self._naming_faults(request):
            answer = self._pool.handle_request(_to_core(request))
            try:
                body = self._read_body(answer, request)
            finally:
                answer.close()
        self._was_heard = True
        headers = httpx2.Headers(answer.headers)
        kept = {name: self._mask.hide(headers[name])[:_LONGEST_HEADER] for name in _KEPT_HEADERS if name in headers}
        if "content-type" in kept:  # without a charset, which may name any codec
            kept["content-type"] = kept["content-type"].partition(";")[0]
        return httpx2.Response(answer.status, headers=kept, content=body, request=request)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @contextmanager
    def _naming_faults(self, request: httpx2.Request) -> Iterator[None]:
        try:
            yield
        except _NETWORK_FAULTS as error:
            if isinstance(error, _CUTS) and request.url.scheme == "http" and not self._was_heard:
                self._was_heard = True  # one look is enough
                if _speaks_tls(request.url):
                    raise NamedFault(faults.TLS_SPOKEN) from error
            _raise_named(error)

    def _read_body(self, answer: httpcore2.Response, request: httpx2.Request) -> bytes:
        if answer.status < _ERROR:
            return self._mask.hide_in_answer(b"".join(_unpack(answer, request)))
        body = bytearray()
        with suppress(httpx2.DecodingError, NamedFault):  # the status says enough
            for piece in _unpack(answer, request):
                body += piece
                if len(body) > MOST_OF_ERROR:
                    break
        text = body[:MOST_OF_ERROR].decode(errors="surrogateescape")
        return self._mask.hide(text).encode(errors="surrogateescape")


def _unpack(answer: httpcore2.Response, request: httpx2.Request) -> Iterator[bytes]:
    """An answer's body in pieces, unpacked.

    Raises:
        NamedFault: it is too long, or packed in a way that was not offered: the library would hand it on as it is.
        httpx2.DecodingError: it cannot be unpacked.

    """
    _check_packing(answer, request)
    unpacking = httpx2.Response(
        answer.status, headers=answer.headers, stream=_CountedStream(answer.iter_stream()), request=request
    )
    count, is_packed = 0, "content-encoding" in unpacking.headers
    for piece in unpacking.iter_bytes():
        count += len(piece)
        if count > MOST_BYTES:
            raise NamedFault(faults.TOO_LONG)
        yield piece
    if is_packed and not count:  # as what was cut seems to be
        raise NamedFault(faults.UNDECODABLE)


class _CountedStream(httpx2.SyncByteStream):
    """The bytes of an answer as they come; what is packed may unpack to nothing, without end."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for piece in self._pieces:
            count += len(piece)
            if count > MOST_BYTES:
                raise NamedFault(faults.TOO_LONG)
            yield piece


def limit_call(seconds: float) -> httpx2.Timeout:
    """The bounds of a call that may take so many seconds from its beginning to its end."""
    return httpx2.Timeout(seconds, connect=min(_LONGEST_CONNECTING, seconds), pool=None)


def open_http(
    seconds: float,
    key: str = "",
    *,
    sends_key: bool = True,
    idle: int | None = None,
    on_request: Callable[[httpx2.Request], Any] | None = None,
) -> httpx2.Client:
    """A client that asks servers directly, whatever proxy the environment names.

    Args:
        seconds: that one call may take, from its beginning to its end.
        key: of the server.
        sends_key: whether the client adds the key to each request.
        idle: connections that are kept open for the next request; any number if None.
        on_request: told of each request before it is sent.

    """
    return httpx2.Client(
        transport=BoundedTransport(key, idle),
        trust_env=False,
        timeout=limit_call(seconds),
        headers={"authorization": f"Bearer {key}"} if key and sends_key else {},
        event_hooks={"request": [on_request] if on_request else []},
    )


def _check_packing(answer: httpcore2.Response, request: httpx2.Request) -> None:
    offered = {"identity", *(word.strip() for word in request.headers.get("accept-encoding", "").split(","))}
    packed = httpx2.Headers(answer.headers).get("content-encoding", "")
    if not {word.strip().lower() for word in packed.split(",") if word.strip()} <= offered:
        raise NamedFault(faults.UNDECODABLE)


def _to_core(request: httpx2.Request) -> httpcore2.Request:
    url = request.url
    return httpcore2.Request(
        method=request.method,
        url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _speaks_tls(url: httpx2.URL) -> bool:
    """Whether a server that says nothing to plain HTTP, and hangs up, speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is sent to it
    try:
        with (
            socket.create_connection((url.host, url.port or _HTTP_PORT), _LONGEST_LOOK) as plain,
            context.wrap_socket(plain, server_hostname=url.host),
        ):
            return True
    except OSError:
        return False


def _raise_named(error: Exception) -> NoReturn:
    """The fault under the name that httpx has for it, or one that says more.

    Raises:
        httpx2.TransportError: always.

    """
    tls = _find_tls_fault(error)
    if tls is not None:
        raise NamedFault(tls) from error
    known: type[httpx2.TransportError] = getattr(httpx2, type(error).__name__, httpx2.TransportError)
    raise known(str(error)) from error


def _find_tls_fault(error: Exception) -> str | None:
    if str(error) == TLS_ANSWERED:
        return faults.TLS_SPOKEN
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _VERIFY_CODES.get(cause.verify_code, faults.NOT_TRUSTED)
    if cause is None or not isinstance(error, httpcore2.ConnectError):
        return None
    return faults.PLAIN_HTTP if cause.reason in _PLAIN_HTTP_REASONS else faults.TLS_FAILED
