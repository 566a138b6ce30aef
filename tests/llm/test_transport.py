"""Who repeats what, for how long, and what cleaning may touch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.errors import EndpointError
from huimou.llm.answerers.transport import (
    Exchange,
    RetryTransport,
    clean_content,
    exchange_of,
    only_object,
    plain_response,
    straightened,
)
from huimou.llm.client import open_client
from huimou.llm.refusals import retry_after_seconds
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving
from small_question import GOOD, ask_for

NOW = datetime(2031, 5, 1, 8, 0, 0, tzinfo=UTC)


def retried(
    answers: list[httpx2.Response | Exception], budget: float = 30.0
) -> tuple[Callable[[], httpx2.Response], list[float], Exchange]:
    """A retrying transport over scripted answers, the sleeps it would take, and its exchange."""
    slept: list[float] = []
    script = iter(answers)

    class Scripted(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            del request
            answer = next(script)
            if isinstance(answer, Exception):
                raise answer
            return answer

    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions", extensions={"huimou": Exchange(None, {})})
    transport = RetryTransport(Scripted(), budget, slept.append)
    return (lambda: transport.handle_request(request)), slept, exchange_of(request)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_faults_are_repeated(status: int) -> None:
    """One such answer and then a good one: two calls, whose seconds add up."""
    send, slept, exchange = retried([plain_response(status, b"{}", 0.25), plain_response(200, b"{}", 0.5)])
    assert send().status_code == 200
    assert (exchange.calls, exchange.seconds, len(slept)) == (2, 0.75, 1)
    assert 0 <= slept[0] <= 0.5


@pytest.mark.parametrize("fault", [httpx2.ConnectError("x"), httpx2.ReadTimeout("x"), httpx2.RemoteProtocolError("x")])
def test_connection_faults_are_repeated(fault: Exception) -> None:
    """A connection that breaks is tried again."""
    send, slept, exchange = retried([fault, plain_response(200, b"{}", 0.0)])
    assert send().status_code == 200
    assert (exchange.calls, len(slept)) == (2, 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 501])
def test_lasting_refusals_are_not_repeated(status: int) -> None:
    """What will be refused again is handed up at once."""
    send, slept, exchange = retried([plain_response(status, b"{}", 0.0)])
    assert send().status_code == status
    assert (exchange.calls, slept) == (1, [])


def test_retry_after_is_obeyed() -> None:
    """The server's own number of seconds is waited, neither more nor less."""
    send, slept, _ = retried([plain_response(429, b"", 0.0, "7"), plain_response(200, b"{}", 0.0)])
    assert send().status_code == 200
    assert slept == [7.0]


def test_retry_after_beyond_the_budget_ends_it() -> None:
    """A wait that would outlast the budget is not begun."""
    send, slept, exchange = retried([plain_response(429, b"", 0.0, "31")], budget=30.0)
    assert send().status_code == 429
    assert (exchange.calls, slept) == (1, [])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        (" 1.5 ", 1.5),
        (format_datetime(NOW.replace(minute=2), usegmt=True), 120.0),
        ("Thu, 01 May 2031 07:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_forms(value: str | None, seconds: float | None) -> None:
    """Seconds and dates are read, past dates mean now, anything else means nothing."""
    assert retry_after_seconds(value, NOW) == seconds


def test_budget_bounds_the_whole_request() -> None:
    """A server that never recovers is given up within the budget, with its status in the error."""
    loading = Reply({"error": {"code": 503, "message": "Loading model"}}, 503)
    with serving([loading]) as server, open_client(Endpoint("openai", server.url, "m"), budget=1.5) as client:
        started = time.monotonic()
        with pytest.raises(EndpointError, match=r"status 503 \(Loading model\)"):
            client.ask(ask_for())
        assert time.monotonic() - started < 25.0
        assert client.spent("某市 2031").calls == server.calls >= 2


def test_server_that_finishes_loading() -> None:
    """503 while a model loads costs calls, not the question."""
    replies = [Reply({"error": "Loading model"}, 503), Reply("", 429, {"Retry-After": "0"}), completion(GOOD)]
    with serving(replies) as server, open_client(Endpoint("openai", server.url, "m")) as client:
        answer = client.ask(ask_for())
    assert server.calls == answer.usage.calls == 3
    assert not answer.reasked


def test_timeout_is_named() -> None:
    """A server that is too slow is an endpoint error that says how long was waited."""
    with serving([Reply({}, delay=0.6)]) as server:
        endpoint = Endpoint("openai", server.url, "m", timeout=0.2)
        with open_client(endpoint, budget=0.1) as client, pytest.raises(EndpointError, match=r"within 0\.2 seconds"):
            client.ask(ask_for())


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3))
def test_valid_json_is_never_touched(value: dict[str, str]) -> None:
    """Content that is one JSON object stays as it is, whatever its strings hold."""
    text = json.dumps(value, ensure_ascii=False)
    assert json.loads(clean_content(text)) == value


def test_marks_inside_strings_are_text() -> None:
    """A thinking mark within the JSON is data; a brace within a string does not make a second object."""
    text = '{"summary":"用了</think>标记{和}"}'
    assert clean_content(text) == text


@given(st.dictionaries(st.text("ab{}", max_size=3), st.text('x{}"\\', max_size=6), min_size=1, max_size=3), st.data())
def test_broken_object_yields_nothing(value: dict[str, str], data: st.DataObject) -> None:
    """No object is ever taken from inside one that was cut off."""
    text = json.dumps({"outer": value})
    cut = data.draw(st.integers(1, len(text) - 1))
    assert only_object(text[:cut]) is None


CURLY = [
    ("{“summary”: “开会12次”}", '{"summary": "开会12次"}'),
    ("{”summary” : ”开会“讲堂”12次”, “keep”:[1]}", '{"summary" : "开会“讲堂”12次", "keep":[1]}'),
    ('好的：\n```json\n{"summary”: “他说：“好”。”}\n```', '{"summary": "他说：“好”。"}'),
]


@pytest.mark.parametrize(("said", "meant"), CURLY)
def test_curly_quotes_used_as_json_quotes(said: str, meant: str) -> None:
    """They are made straight where JSON has quotes; those inside a string are content and stay."""
    assert clean_content(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        '{"summary": "举办“讲堂”, “课堂”: 各12次"}',
        '{"summary":"他说：“好”","keep":[“1”]',
        "{“summary”: “举办“讲堂”,开会12次”}",
    ],
)
def test_curly_quotes_that_are_content_stay(text: str) -> None:
    """Whole JSON is never touched, and what no change of quotes makes whole stays as it was."""
    assert clean_content(text) == text


@given(
    st.dictionaries(
        st.text("甲乙ab", min_size=1, max_size=4), st.text("会议“”「」、。甲乙12", max_size=12), min_size=1
    ),
)
def test_straightening_changes_quotes_only(value: dict[str, str]) -> None:
    """Nothing but quotes changes, no straight string is touched, and curly JSON without inner quotes is regained."""
    whole = json.dumps(value, ensure_ascii=False)
    assert straightened(whole) == whole
    plain = {key: text.replace("“", "").replace("”", "") for key, text in value.items()}
    curly = "{" + ",".join(f"“{key}”: “{text}”" for key, text in plain.items()) + "}"
    assert json.loads(clean_content(curly)) == plain
