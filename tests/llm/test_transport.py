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
from huimou.llm.answerers.completion import clean_content, find_only_object, straighten_quotes
from huimou.llm.answerers.refusals import may_pass, read_retry_after
from huimou.llm.answerers.wire import WireAnswer, WireRequest
from huimou.llm.balancing.adaptive_limit import AdaptiveLimit
from huimou.llm.balancing.balancer import Balancer
from huimou.llm.balancing.retrying import RetryingAnswerer
from huimou.llm.balancing.upstream import Upstream
from huimou.llm.client import open_client
from huimou.llm.question import Ticket
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving
from small_question import GOOD, ask_for

NOW = datetime(2031, 5, 1, 8, 0, 0, tzinfo=UTC)


def retried(answers: list[WireAnswer], budget: float = 30.0) -> tuple[Callable[[], WireAnswer], list[float]]:
    """A retrying layer over scripted answers of one server, and the sleeps it would take."""
    slept: list[float] = []
    script = iter(answers)

    class Scripted:
        def answer(self, request: WireRequest) -> WireAnswer:
            del request
            return next(script)

        def close(self) -> None:
            """Nothing is open."""

    server = Upstream(Endpoint("openai", "http://127.0.0.1/v1", "m"), AdaptiveLimit(1, 1))
    balancer = Balancer([server], budget=budget, clock=lambda: sum(slept))
    answerer = RetryingAnswerer(balancer, lambda _: Scripted(), sleep=slept.append)
    request = WireRequest.of(Ticket.of(ask_for()), {})
    return (lambda: answerer.answer(request)), slept


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_faults_are_repeated(status: int) -> None:
    """One such answer and then a good one: two calls, whose seconds add up."""
    send, slept = retried([WireAnswer(status, b"{}", seconds=0.25), WireAnswer(200, b"{}", seconds=0.5)])
    answer = send()
    assert answer.status == 200
    assert (answer.calls, answer.seconds, len(slept)) == (2, 0.75, 1)
    assert 0 <= slept[0] <= 0.5


@pytest.mark.parametrize(("fault", "calls"), [("ConnectError", 1), ("ReadTimeout", 2), ("RemoteProtocolError", 2)])
def test_connection_faults_are_repeated(fault: str, calls: int) -> None:
    """A connection that breaks is tried again; one that was refused is no call, since it came to no server."""
    send, slept = retried([WireAnswer(None, fault=fault, seconds=9.0), WireAnswer(200, b"{}")])
    answer = send()
    assert answer.status == 200
    assert (answer.calls, answer.seconds, len(slept)) == (calls, 0.0, 1)


def test_faults_are_the_librarys() -> None:
    """Of the network's faults those pass that are no fault of the request, by the names that the library has now."""
    passing = (httpx2.NetworkError, httpx2.TimeoutException, httpx2.RemoteProtocolError)
    faults = [one for one in vars(httpx2).values() if isinstance(one, type) and issubclass(one, httpx2.RequestError)]
    parents = {parent for one in faults for parent in one.__mro__[1:]}
    leaves = [one for one in faults if one not in parents]
    assert len(leaves) > 8
    for fault in leaves:
        assert may_pass(WireAnswer(None, fault=fault.__name__)) == issubclass(fault, passing)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 501])
def test_lasting_refusals_are_not_repeated(status: int) -> None:
    """What will be refused again is handed up at once."""
    send, slept = retried([WireAnswer(status, b"{}")])
    answer = send()
    assert answer.status == status
    assert (answer.calls, slept) == (1, [])


def test_retry_after_is_obeyed() -> None:
    """The server's own number of seconds is waited, where that is more than the first pause, neither more nor less."""
    send, slept = retried([WireAnswer(429, retry_after="7"), WireAnswer(200, b"{}")])
    assert send().status == 200
    assert slept == [7.0]


def test_retry_after_beyond_the_budget_ends_it() -> None:
    """A wait that would outlast the budget is not begun."""
    send, slept = retried([WireAnswer(429, retry_after="31")], budget=30.0)
    answer = send()
    assert answer.status == 429
    assert (answer.calls, slept) == (1, [])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        (" 1.5 ", 1.5),
        (format_datetime(NOW.replace(minute=2), usegmt=True), 120.0),
        ("Thu, 01 May 2031 07:00:00 GMT", 0.0),
        ("soon", None),
        ("0", 0.0),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("9" * 400, 30 * 86400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 30 * 86400.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Thu, 01 May 2031 07:00:00 -9999", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_forms(value: str | None, seconds: float | None) -> None:
    """Seconds and dates are read, past dates mean now, anything else means nothing."""
    assert read_retry_after(value, NOW) == seconds


def test_budget_bounds_the_whole_request() -> None:
    """A server that never recovers is given up within the budget, with its status in the error."""
    loading = Reply({"error": {"code": 503, "message": "Loading model"}}, 503)
    with serving([loading]) as server, open_client(Endpoint("openai", server.url, "m"), budget=1.5) as client:
        started = time.monotonic()
        with pytest.raises(EndpointError, match=r"status 503 \(Loading model\)"):
            client.ask(ask_for())
        assert time.monotonic() - started < 25.0
        assert client.usage_of("某市 2031").calls == server.calls >= 2


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
    assert find_only_object(text[:cut]) is None


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
    assert straighten_quotes(whole) == whole
    plain = {key: text.replace("“", "").replace("”", "") for key, text in value.items()}
    curly = "{" + ",".join(f"“{key}”: “{text}”" for key, text in plain.items()) + "}"
    assert json.loads(clean_content(curly)) == plain
