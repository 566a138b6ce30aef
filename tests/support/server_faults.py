"""What model servers do wrong, as bytes on the wire; `faults` holds what is recorded of them and how it is mended."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from raw_server import CHUNKED, build_head, chunk, pack_zeros, respond, respond_packed
from scripted_server import completion

# What is sent for a chat request instead of the good answer, whose bytes it is told.
Fault = Callable[[bytes], Iterable[bytes]]
_MEBIBYTE = bytes(1 << 20)
_DEEP = 100_000


def _change(good: bytes, **changes: Any) -> bytes:
    """The good answer with other fields at the top."""
    return json.dumps({**json.loads(good), **changes}).encode()


def _change_choice(good: bytes, **changes: Any) -> bytes:
    return _change(good, choices=[{**json.loads(good)["choices"][0], **changes}])


def _change_message(good: bytes, **changes: Any) -> bytes:
    return _change_choice(good, message={**json.loads(good)["choices"][0]["message"], **changes})


def _drip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        time.sleep(0.05)


def _refuse(status: int, message: object = "not today", **headers: str) -> Fault:
    body = json.dumps({"error": {"message": message}}).encode()
    return lambda _: [respond(body, status, headers)]


def _send(body: bytes | str, status: int = 200, **headers: str) -> Fault:
    data = body.encode() if isinstance(body, str) else body
    return lambda _: [respond(data, status, headers)]


def _length(count: int) -> Fault:
    """The good answer with a wrong number of bytes."""
    return lambda good: [build_head(200, {"Content-Length": str(len(good) + count)}) + good]


# Answers that are of no use: the unit falls back, and the run goes on.
OF_NO_USE: dict[str, Fault] = {
    "51 MB": lambda _: itertools.chain([build_head(200, {"Content-Length": str(51 << 20)})], [_MEBIBYTE] * 51),
    "chunks without end": lambda _: itertools.chain([CHUNKED], itertools.repeat(chunk(_MEBIBYTE))),
    "no length and no end": lambda _: itertools.chain([build_head(200, {})], itertools.repeat(_MEBIBYTE)),
    "bomb of gzip": lambda _: [respond_packed(pack_zeros(32))],
    "bomb in a bomb": lambda _: [respond_packed(gzip.compress(pack_zeros(32)), "gzip, gzip")],
    "bomb of deflate": lambda _: [respond_packed(pack_zeros(32, 15), "deflate")],
    "no gzip": lambda good: [respond_packed(good)],
    "cut gzip": lambda good: [respond_packed(gzip.compress(good)[:60])],
    "packed in what was not offered": lambda good: [respond_packed(good, "br")],
    "packed nine times": lambda good: [respond_packed(good, ", ".join(["gzip"] * 9))],
    "lone surrogate": lambda good: [respond(_change_message(good, content='{"summary": "\ud800"}'))],
    "surrogate in JSON in JSON": lambda good: [respond(_change_message(good, content='{"summary": "\\ud800"}'))],
    "lists without end": _send('{"choices": ' + "[" * _DEEP + "]" * _DEEP + "}"),
    "objects without end": _send('{"choices": ' + '{"a":' * _DEEP + "1" + "}" * (_DEEP + 1)),
    "content without end": lambda good: [respond(_change_message(good, content='{"summary":' + "[" * 30_000))],
    "content of a megabyte": lambda good: [respond(_change_message(good, content="字" * 300_000))],
    "content of quotes": lambda good: [respond(_change_message(good, content='"\\"' * 30_000))],
    "broken JSON": lambda good: [respond(good[:-30])],
    "two answers in one": lambda good: [respond(good + good)],
    "not UTF-8": lambda good: [respond(good[:40] + b"\xff\xfe" + good[40:])],
    "a NUL": lambda good: [respond(good.replace(b"summary", b"sum\x00ary"))],
    "no choices": lambda good: [respond(_change(good, choices=[]))],
    "choices null": lambda good: [respond(_change(good, choices=None))],
    "choices an object": lambda good: [respond(_change(good, choices={}))],
    "choice null": lambda good: [respond(_change(good, choices=[None]))],
    "message null": lambda good: [respond(_change_choice(good, message=None))],
    "message a text": lambda good: [respond(_change_choice(good, message="x"))],
    "content null": lambda good: [respond(_change_message(good, content=None))],
    "content empty": lambda good: [respond(_change_message(good, content=""))],
    "content a number": lambda good: [respond(_change_message(good, content=3))],
    "content a list": lambda good: [respond(_change_message(good, content=[{"type": "text"}]))],
    "content some other JSON": lambda good: [respond(_change_message(good, content="[1, 2]"))],
    "cut at max_tokens": lambda good: [respond(_change_choice(good, finish_reason="length"))],
    "fewer bytes than it says, and no more": lambda good: [build_head(200, {"Content-Length": "20"}) + good],
}
# A good answer with something odd about it, or one that is not the best: it is taken, or the program's words are.
ODD: dict[str, Fault] = {
    "content of control characters": lambda good: [
        respond(_change_message(good, content=json.dumps({"summary": "\x1b[31m\u202e开会\x07[bold]"})))
    ],
    "usage NaN": lambda good: [respond(_change(good, usage={"prompt_tokens": float("nan")}))],
    "usage infinite": lambda good: [respond(_change(good, usage={"completion_tokens": float("inf")}))],
    "usage of texts": lambda good: [respond(_change(good, usage={"prompt_tokens": "900"}))],
    "usage a text": lambda good: [respond(_change(good, usage="many"))],
    "usage negative": lambda good: [respond(_change(good, usage={"prompt_tokens": -9, "completion_tokens": -9}))],
    "usage huge": lambda good: [respond(_change(good, usage={"prompt_tokens": 10**200}))],
    "finish_reason a list": lambda good: [respond(_change_choice(good, finish_reason=["stop"]))],
    "finish_reason an object": lambda good: [respond(_change_choice(good, finish_reason={}))],
    "finish_reason null": lambda good: [respond(_change_choice(good, finish_reason=None))],
    "more than one choice": lambda good: [respond(_change(good, choices=json.loads(good)["choices"] * 3))],
    "no field but choices": lambda good: [respond(json.dumps({"choices": json.loads(good)["choices"]}).encode())],
    "calls a text": lambda good: [respond(_change_message(good, tool_calls="x"))],
    "odd charset": lambda good: [respond(good, 200, {"Content-Type": "text/html; charset=zip"})],
    "gzip": lambda good: [respond_packed(gzip.compress(good))],
    "one byte a piece": lambda good: [bytes([byte]) for byte in respond(good)],
    "a chunk a byte": lambda good: [CHUNKED, *(chunk(bytes([byte])) for byte in good), chunk(b"")],
    "continue first": lambda good: [b"HTTP/1.1 100 Continue\r\n\r\n" * 20, respond(good)],
    "a cookie": lambda good: [respond(good, 200, {"Set-Cookie": "a=b"})],
    "byte order mark": lambda good: [respond(b"\xef\xbb\xbf" + good)],
}
# The server cannot be used, or not now: a clear line says so.
REFUSING: dict[str, Fault] = {
    "400": _refuse(400),
    "401": _refuse(401),
    "403": _refuse(403),
    "404": _refuse(404),
    "418 of escapes": _refuse(418, "\x1b]0;owned\x07\x1b[2J\u202e\u2066[bold]\n\n\tgone"),
    "422 of a list": _refuse(422, [{"loc": ["body"], "msg": "no"}]),
    "429 without a time": _refuse(429),
    "429 for an hour": _refuse(429, "slow down", **{"Retry-After": "3600"}),
    "429 for never": _refuse(429, "slow down", **{"Retry-After": "NaN"}),
    "500": _refuse(500),
    "503": _refuse(503, "Loading model"),
    "status 600": _send("{}", 600),
    "a redirect": _send("", 307, Location="http://127.0.0.1:9/"),
    "a redirect to itself": _send("", 308, Location="/v1/chat/completions"),
    "a refusal of 20 MB": lambda _: itertools.chain(
        [build_head(400, {"Content-Length": str(20 << 20)})], [b"x" * (1 << 20)] * 20
    ),
    "a packed refusal without end": lambda _: [
        build_head(400, {"Content-Encoding": "gzip", "Content-Length": str(len(pack_zeros(32)))}) + pack_zeros(32)
    ],
    "a page": _send("<html><body>Welcome</body></html>", 200, **{"Content-Type": "text/html"}),
    "nothing with 200": _send(""),
    "a list": _send("[]"),
    "an error with 200": _send('{"error": "no such endpoint"}'),
    "a stream": _send('data: {"choices": []}\n\ndata: [DONE]\n\n'),
    "hangs up": lambda _: [],
    "hangs up in the head": lambda _: [b"HTTP/1.1 200 x\r\nContent-"],
    "hangs up in the body": _length(500),
    "hangs up in a chunk": lambda good: [CHUNKED, b"ffff\r\n", good],
    "no HTTP": lambda _: [b"SSH-2.0-x\r\n\r\n"],
    "TLS": lambda _: [b"\x15\x03\x01\x00\x02\x02\x46"],
    "a chunk of no size": lambda _: [CHUNKED, b"zz\r\n\r\n"],
    "a negative length": lambda good: [build_head(200, {"Content-Length": "-5"}) + good],
    "two lengths": lambda good: [build_head(200, {"Content-Length": "5", "content-length": "6"}) + good],
    "headers without end": lambda _: itertools.chain([b"HTTP/1.1 200 x\r\n"], itertools.repeat(b"x: y\r\n" * 999)),
    "silence": lambda _: _drip(itertools.repeat(b"")),
    "a byte now and then": lambda _: _drip(itertools.chain([build_head(200, {})], itertools.repeat(b" "))),
    "signs of life": lambda _: _drip(itertools.chain([CHUNKED], itertools.repeat(chunk(b": ping\n\n")))),
    "continue without end": lambda _: _drip(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")),
}


def build_answer(content: str) -> bytes:
    """A good answer as bytes."""
    return json.dumps(completion(content, prompt_tokens=900).body, ensure_ascii=False).encode()
