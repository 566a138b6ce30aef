"""Answers are read within bounds of size and time, from servers that keep to neither."""

from __future__ import annotations

import gzip
import itertools
import json
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

import certificates
import huimou.llm.asking  # noqa: F401 (it takes seconds, which no call is to be charged with)
from huimou.errors import AnswerInvalid, EndpointError, HuimouError
from huimou.llm.client import open_client
from huimou.llm.network import faults
from huimou.llm.network.model_names import choose_model
from huimou.llm.network.transport import MOST_BYTES, MOST_OF_ERROR, name_fault, open_http
from huimou.llm.tokens import detect_server
from huimou.settings import Endpoint
from memory import read_peak
from raw_server import CHUNKED, RawServer, build_head, chunk, pack_zeros, respond, respond_packed, serving_raw
from scripted_server import completion
from small_question import GOOD, ask_for

MODELS = "/v1/models"
MEBIBYTE = bytes(1 << 20)


def answer(content: str = GOOD) -> bytes:
    """A good completion as bytes."""
    return json.dumps(completion(content).body, ensure_ascii=False).encode()


def endless_chunks() -> Iterator[bytes]:
    """A chunked answer without an end."""
    yield CHUNKED
    yield from itertools.repeat(chunk(MEBIBYTE))


def drip(pieces: Iterable[bytes], pause: float = 0.05) -> Iterator[bytes]:
    """Pieces with a pause after each."""
    for piece in pieces:
        yield piece
        time.sleep(pause)


TOO_LONG = {
    "a long body": lambda: itertools.chain(
        [build_head(200, {"Content-Length": str(51 << 20)})], itertools.repeat(MEBIBYTE, 51)
    ),
    "endless chunks": endless_chunks,
    "a body without a length": lambda: itertools.chain(
        [build_head(200, {"Content-Type": "application/json"})], itertools.repeat(MEBIBYTE)
    ),
    "a bomb of gzip": lambda: [respond_packed(pack_zeros(256))],
    "a bomb of deflate": lambda: [respond_packed(pack_zeros(256, 15), "deflate")],
    "gzip in gzip": lambda: [respond_packed(gzip.compress(pack_zeros(256)), "gzip, gzip")],
    "gzip that unpacks to nothing": lambda: itertools.chain(
        [build_head(200, {"Content-Encoding": "deflate", "Transfer-Encoding": "chunked"})],
        [chunk(zlib.compressobj().flush(zlib.Z_SYNC_FLUSH)[:2])],
        itertools.repeat(chunk(b"\x00\x00\x00\xff\xff" * 100_000)),
    ),
    "a good answer and much behind it": lambda: [respond(answer() + b" " * (MOST_BYTES + 1))],
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_long_answer_is_not_read_to_its_end(name: str) -> None:
    """It is an invalid answer of one unit, and takes neither memory nor time."""
    before, begun = read_peak(), time.monotonic()
    with (
        serving_raw(lambda *_: TOO_LONG[name]()) as server,
        open_client(Endpoint("openai", server.url, "m", timeout=20)) as client,
        pytest.raises(AnswerInvalid),
    ):
        client.ask(ask_for())
    assert server.chats == 1
    assert time.monotonic() - begun < 15
    assert read_peak() - before < 80


@pytest.mark.parametrize("path", [MODELS, "/props", "/tokenize"])
def test_what_a_server_tells_of_itself_is_bounded_too(path: str) -> None:
    """Lists and facts are not read without end either; they count as not told."""
    with serving_raw(lambda *_: [respond(answer())], {path: endless_chunks}) as server:
        endpoint = Endpoint("openai", server.url, timeout=10)
        with open_http(10) as http:
            assert detect_server(endpoint, http).kind == "openai"
        with pytest.raises(EndpointError, match="cannot ask"):
            choose_model(endpoint)


def test_a_long_refusal_is_read_as_far_as_it_is_shown() -> None:
    """Its first words are shown; the rest is left at the server."""
    refusal = b'{"error": {"message": "no such thing"}}' + b" " * (51 << 20)
    with (
        serving_raw(lambda *_: [respond(refusal, 400)]) as server,
        open_client(Endpoint("openai", server.url, "m")) as client,
        pytest.raises(EndpointError, match="no such thing"),
    ):
        client.ask(ask_for())
    with serving_raw(lambda *_: [respond(refusal, 400)]) as server, open_http(5) as http:
        assert len(http.post(f"{server.url}/chat/completions", json={}).content) == MOST_OF_ERROR


def test_an_answer_at_the_bound_is_read() -> None:
    """The bound itself is allowed, packed and not."""
    body = answer()
    body += b" " * (MOST_BYTES - len(body))
    for sent in (respond(body), respond_packed(gzip.compress(body))):
        with serving_raw(lambda *_, sent=sent: [sent]) as server, open_http(20) as http:
            assert http.post(f"{server.url}/chat/completions", json={}).content == body


def _slow_head() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 x\r\n"
    yield from drip(itertools.repeat(b"x: y\r\n"))


SLOW = {
    "a byte now and then": lambda: itertools.chain(
        [build_head(200, {"Content-Length": "1000000"})], drip(itertools.repeat(b" "))
    ),
    "endless chunks": lambda: itertools.chain([CHUNKED], drip(itertools.repeat(chunk(b" ")))),
    "endless extensions of a chunk": lambda: itertools.chain([CHUNKED, b"5;x="], drip(itertools.repeat(b"x"))),
    "signs of life of a stream": lambda: itertools.chain(
        [build_head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})],
        drip(itertools.repeat(chunk(b": keep-alive\n\n"))),
    ),
    "headers without an end": _slow_head,
    "go on and on": lambda: drip(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")),
    "silence": lambda: drip(itertools.repeat(b""), 0.2),
    "silence after the head": lambda: itertools.chain(
        [build_head(200, {"Content-Length": "10"})], drip(itertools.repeat(b""), 0.2)
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_call_ends_in_time(name: str) -> None:
    """The timeout is of the whole call, however its bytes come."""
    with (
        serving_raw(lambda *_: SLOW[name]()) as server,
        open_client(Endpoint("openai", server.url, "m", timeout=0.6), budget=0.1) as client,
    ):
        begun = time.monotonic()
        with pytest.raises(EndpointError, match=r"did not answer within 0\.6 seconds"):
            client.ask(ask_for())
        assert 0.5 < time.monotonic() - begun < 3


@pytest.mark.parametrize("name", SLOW)
def test_the_list_of_models_comes_in_time(name: str) -> None:
    """So are the calls that are no question."""
    with serving_raw(lambda *_: [], {MODELS: SLOW[name]}) as server:
        begun = time.monotonic()
        with pytest.raises(EndpointError, match=r"cannot reach .*ReadTimeout"):
            choose_model(Endpoint("openai", server.url, timeout=0.6))
        assert time.monotonic() - begun < 3


def test_a_slow_answer_within_the_time_is_taken() -> None:
    """Each byte may take its time as long as the whole does not."""
    body = answer()
    pieces = [respond(body)[at : at + 40] for at in range(0, len(respond(body)), 40)]
    with (
        serving_raw(lambda *_: drip(pieces, 0.02)) as server,
        open_client(Endpoint("openai", server.url, "m", timeout=10)) as client,
    ):
        assert client.ask(ask_for()).value


def test_a_connection_is_used_again_with_a_time_of_its_own() -> None:
    """A call's deadline is not that of the next one on the same connection."""
    with open_http(0.5) as http, serving_raw(lambda *_: [respond(answer())]) as server:
        for _ in range(4):
            assert http.post(f"{server.url}/chat/completions", json={}).status_code == 200
            time.sleep(0.2)


@pytest.mark.parametrize(
    ("packed", "coding"),
    [(b"no gzip", "gzip"), (gzip.compress(answer())[:-60], "gzip"), (b"\xff\xff", "deflate"), (answer(), "br")],
)
def test_an_answer_that_cannot_be_unpacked(packed: bytes, coding: str) -> None:
    """It is an invalid answer of one unit; the next one is asked for."""

    def script(_: Any, number: int) -> list[bytes]:
        return [respond_packed(packed, coding)] if number == 1 else [respond(answer())]

    with serving_raw(script) as server, open_client(Endpoint("openai", server.url, "m")) as client:
        with pytest.raises(AnswerInvalid):
            client.ask(ask_for())
        assert client.ask(ask_for()).value


@pytest.mark.parametrize("charset", ["zip", "rot13", "hex", "idna", "no-such", "utf-16"])
def test_a_charset_changes_nothing(charset: str) -> None:
    """A completion is JSON, whatever the header says, and a refusal is shown."""
    headers = {"Content-Type": f"application/json; charset={charset}"}
    refusal = b'{"error": "not today"}'

    def script(_: Any, number: int) -> list[bytes]:
        return [respond(answer(), 200, headers) if number == 1 else respond(refusal, 400, headers)]

    with serving_raw(script) as server, open_client(Endpoint("openai", server.url, "m")) as client:
        assert client.ask(ask_for()).value
        with pytest.raises(HuimouError, match="not today"):
            client.ask(ask_for())


def test_nothing_of_a_server_is_kept_for_its_next_request() -> None:
    """Neither cookies nor the place that it sends one to."""
    moved = build_head(307, {"Location": "http://127.0.0.1:9/v1", "Set-Cookie": "a=b", "Content-Length": "0"})
    with serving_raw(lambda *_: [moved]) as server, open_http(5, "some-key") as http:
        for _ in range(2):
            assert http.post(f"{server.url}/chat/completions", json={}).status_code == 307
        assert [("cookie" in headers, headers["authorization"]) for headers in server.headers] == [
            (False, "Bearer some-key")
        ] * 2


CERTIFICATES = {
    "SELF_SIGNED": "it is signed by itself",
    "ISSUED": "its issuer is not known",
    "OTHER_HOST": "it is for another host",
    "OUT_OF_DATE": "it is out of date",
}


def _ask(server: RawServer, url: str | None = None) -> HuimouError:
    """The error of a question to a server that is named with its model."""
    with (
        open_client(Endpoint("openai", url or server.url, "m", timeout=5), budget=1.0) as client,
        pytest.raises(HuimouError) as caught,
    ):
        client.ask(ask_for())
    return caught.value


@pytest.mark.parametrize("name", CERTIFICATES)
def test_what_is_wrong_with_a_certificate(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says it, with and without a model's name; nothing is asked again and again."""
    if name in {"OTHER_HOST", "OUT_OF_DATE"}:
        (tmp_path / "ca.pem").write_text(certificates.ISSUER, encoding="ascii")
        _trust(tmp_path / "ca.pem", monkeypatch)
    with serving_raw(lambda *_: [], None, getattr(certificates, name), tmp_path) as server:
        error = _ask(server)
        assert isinstance(error, EndpointError)
        assert error.message == f"the certificate of {server.url} is not trusted: {CERTIFICATES[name]}" + (
            " to this machine" * (name == "ISSUED") + " or not valid yet" * (name == "OUT_OF_DATE")
        )
        with pytest.raises(EndpointError, match=CERTIFICATES[name]):
            choose_model(Endpoint("openai", server.url))


def _trust(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl  # noqa: PLC0415

    import httpcore2  # noqa: PLC0415

    monkeypatch.setattr(
        httpcore2._sync.connection, "default_ssl_context", lambda: ssl.create_default_context(cafile=path)
    )


def test_a_trusted_certificate_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on TLS is asked as any other."""
    (tmp_path / "ca.pem").write_text(certificates.ISSUER, encoding="ascii")
    _trust(tmp_path / "ca.pem", monkeypatch)
    with (
        serving_raw(lambda *_: [respond(answer())], None, certificates.ISSUED, tmp_path) as server,
        open_client(Endpoint("openai", server.url, "m", timeout=5)) as client,
    ):
        assert client.ask(ask_for()).value


def test_plain_http_where_tls_was_named() -> None:
    """The error says which of the two to write."""
    with serving_raw(lambda *_: [respond(answer())]) as server:
        url = server.url.replace("http:", "https:")
        error = _ask(server, url)
    assert str(error) == f"{url} speaks plain HTTP, not TLS: write http:// instead of https:// in --base-url"


def test_tls_where_plain_http_was_named() -> None:
    """The same the other way round, where the server says so in its own way."""
    alert = b"\x15\x03\x01\x00\x02\x02\x46"
    with serving_raw(lambda *_: [alert], {MODELS: lambda: [alert]}) as server:
        assert "write https:// instead of http://" in str(_ask(server))
        with pytest.raises(EndpointError, match="write https://"):
            choose_model(Endpoint("openai", server.url))


def test_a_tls_server_that_hangs_up_on_plain_http(tmp_path: Path) -> None:
    """Most say nothing at all; then it is looked whether they answer a greeting of TLS."""
    with serving_raw(lambda *_: [respond(answer())], None, certificates.ISSUED, tmp_path) as server:
        url = server.url.replace("https:", "http:")
        assert "write https:// instead of http://" in str(_ask(server, url))
        with pytest.raises(EndpointError, match="write https://"):
            choose_model(Endpoint("openai", url))


def test_a_server_that_hangs_up_speaks_no_tls_for_that() -> None:
    """Without a greeting of TLS it is a server that cut its answer."""
    with serving_raw(lambda *_: []) as server:
        assert "cut the connection in mid-answer" in str(_ask(server))


def test_names_of_faults_are_those_that_are_explained() -> None:
    """A fault of the library keeps its name, and each name of ours has words."""
    assert name_fault(httpx2.ReadTimeout("x")) == "ReadTimeout"
    assert name_fault(httpx2.DecodingError("x")) == faults.UNDECODABLE
    assert faults.explain_by_name("ReadTimeout", "u") is None
    for name in (faults.TOO_LONG, faults.SELF_SIGNED, faults.PLAIN_HTTP, faults.TLS_FAILED):
        error = faults.explain_by_name(name, "http://u/{x}")
        assert error is not None
        assert "http://u/{x}" in error.message
