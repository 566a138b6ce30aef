"""Real servers that refuse: they are asked a few times, told in their own words, and never in a hot loop."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from huimou.errors import EndpointError
from huimou.llm.client import Client, open_client
from huimou.settings import Endpoint
from scripted_server import Reply, ScriptedServer, completion, serving
from small_question import GOOD, ask_for

MODELS = {"/v1/models": Reply({"data": [{"id": "m"}]})}
SLOTS = {**MODELS, "/props": Reply({"default_generation_settings": {"n_ctx": 4096}, "total_slots": 2})}
LLAMA_CPP_PYTHON = Reply(
    {"error": {"message": "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type')}]", "code": None}}, 500
)
BUG = Reply({"error": {"message": "'NoneType' object is not callable"}}, 500)
BACKEND_GONE = Reply({"error": {"message": "OpenAIException - Cannot connect to host 10.0.0.2:8000"}}, 500)


def over(*servers: ScriptedServer, **settings: Any) -> Endpoint:
    """One endpoint of several servers."""
    first, *others = [server.url for server in servers]
    return Endpoint("openai", first, "m", others=tuple(others), **settings)


def ask_many(client: Client, number: int) -> list[str]:
    """Ask so many different questions from twelve threads; the message of each that failed."""

    def one(unit: int) -> str:
        try:
            client.ask(ask_for(unit=f"召开会议{unit}次。", name=str(unit)))
        except EndpointError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(12) as pool:
        return [message for message in pool.map(one, range(number)) if message]


@pytest.mark.parametrize("after", ["0", "0.0", "-1", "NaN", "Thu, 01 Jan 1970 00:00:00 GMT", ""])
@pytest.mark.parametrize("status", [429, 503])
def test_no_hot_loop(status: int, after: str) -> None:
    """However short a wait the server asks for: pauses, an end within the budget, and every call counted."""
    busy = Reply({"error": "slow down"}, status, {"Retry-After": after})
    with serving([busy], MODELS) as server, open_client(over(server), budget=1.5) as client:
        begun = time.monotonic()
        assert len(ask_many(client, 4)) == 4
        assert time.monotonic() - begun < 20
        assert client.usage_of("某市 2031").calls == server.calls
    assert server.calls < 80  # it was more than a thousand


def test_a_rest_without_end_ends_the_run() -> None:
    """A Retry-After of more seconds than there are is not waited for, by nobody, and crashes nothing."""
    rest = Reply({"error": "never"}, 429, {"Retry-After": "9" * 400})
    slow = Reply(completion(GOOD).body, delay=0.05)
    with serving([rest], SLOTS) as one, serving([slow], SLOTS) as two, open_client(over(one, two)) as client:
        assert ask_many(client, 12) == []
    with serving([rest], MODELS) as server, open_client(over(server)) as client:
        (said,) = ask_many(client, 1)
    assert "asks to wait 2592000 seconds" in said


def test_a_refusal_of_the_format_is_told_at_once() -> None:
    """llama-cpp-python refuses json_schema with 500: one call a question, and the way on."""
    with serving([LLAMA_CPP_PYTHON], MODELS) as server, open_client(over(server)) as client:
        (said,) = ask_many(client, 1)
    assert server.calls == 1
    assert "refuses the request with status 500" in said
    assert "run huimou probe" in said


def test_one_fault_from_the_start_is_given_up() -> None:
    """A server that never answered and repeats itself is asked a few times; its words are told once, while asking."""
    said: list[str] = []
    with serving([BUG], MODELS) as server, open_client(over(server), note=said.append) as client:
        begun = time.monotonic()
        messages = ask_many(client, 12)
        assert time.monotonic() - begun < 20
    assert len(messages) == 12
    assert all("status 500 ('NoneType' object is not callable)" in message for message in messages)
    assert server.calls < 20
    assert [line for line in said if "NoneType" in line] == [
        f"{server.url} answers with status 500 ('NoneType' object is not callable); it is asked again"
    ]


def test_a_fault_that_begins_later_has_the_budget() -> None:
    """A server that was at work and fails for good is tried, one request at a time, for the budget."""
    numbers = count()

    def reply(_: Any) -> Reply:
        return completion(GOOD) if next(numbers) < 4 else BUG

    with serving(reply, MODELS) as server, open_client(over(server), budget=1.5) as client:
        assert ask_many(client, 4) == []
        begun = time.monotonic()
        assert len(ask_many(client, 12)) == 12
        assert 1.0 < time.monotonic() - begun < 20
    assert server.calls < 60


def test_a_fault_that_passes_costs_no_question() -> None:
    """Some 500s between answers are only repeated."""
    numbers = count()

    def reply(_: Any) -> Reply:
        return BUG if next(numbers) % 3 == 1 else completion(GOOD)

    with serving(reply, MODELS) as server, open_client(over(server)) as client:
        assert ask_many(client, 12) == []


@pytest.mark.parametrize(
    "gone",
    [
        BACKEND_GONE,
        Reply("<html>502 Bad Gateway</html>", 502),
        Reply("", 504),
        Reply({"error": {"message": "No deployments available for selected model"}}, 429),
    ],
)
def test_a_gateway_whose_server_is_gone_and_comes_back(gone: Reply) -> None:
    """Patience covers it: one try at a time, and everything is answered once the server is back."""
    state = {"gone": False}

    def reply(_: Any) -> Reply:
        return gone if state["gone"] else completion(GOOD)

    with serving(reply, MODELS) as server, open_client(over(server, patience=30.0), budget=5.0) as client:
        assert ask_many(client, 4) == []
        state["gone"] = True
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(ask_many, client, 16)
            time.sleep(3.0)
            asked_in_vain = server.calls - 4
            state["gone"] = False
            assert work.result(timeout=30) == []
    assert 3 <= asked_in_vain < 24
    assert server.calls == 4 + asked_in_vain + 16


def test_a_gateway_beyond_patience() -> None:
    """It ends with the gateway's words."""
    state = {"gone": False}

    def reply(_: Any) -> Reply:
        return BACKEND_GONE if state["gone"] else completion(GOOD)

    with serving(reply, MODELS) as server, open_client(over(server, patience=1.0)) as client:
        assert ask_many(client, 4) == []
        state["gone"] = True
        messages = ask_many(client, 8)
    assert len(messages) == 8
    assert all("Cannot connect to host" in message for message in messages)
    assert server.calls < 40


def test_a_server_that_refuses_everything_is_named() -> None:
    """The other one does the work; who never answered is left out and named at the end with its words."""
    said: list[str] = []
    slow = Reply(completion(GOOD).body, delay=0.03)
    with (
        serving([BUG], SLOTS) as one,
        serving([slow], SLOTS) as two,
        open_client(over(one, two), note=said.append) as client,
    ):
        assert ask_many(client, 60) == []
    words = "status 500 ('NoneType' object is not callable)"
    assert one.calls < 15
    assert two.calls == 60
    assert said[-1] == f"{one.url} has answered none of {one.calls} requests: {words}"
    assert any(line.endswith("it is left out") and words in line for line in said)


def test_a_crowded_server_that_never_answers_is_named() -> None:
    """Also one that only ever says 429."""
    said: list[str] = []
    slow = Reply(completion(GOOD).body, delay=0.03)
    with (
        serving([Reply({"error": "quota"}, 429, {"Retry-After": "0"})], SLOTS) as one,
        serving([slow], SLOTS) as two,
        open_client(over(one, two), note=said.append) as client,
    ):
        assert ask_many(client, 30) == []
    assert two.calls == 30
    assert said[-1] == f"{one.url} has answered none of {one.calls} requests: status 429 (quota)"


def test_a_server_that_is_back_works_in_the_tail() -> None:
    """The last requests, which it has failed, wait for the other only a second: it does not stand idle meanwhile."""
    numbers = count()

    def reply(_: Any) -> Reply:
        return Reply("", 502) if next(numbers) < 2 else completion(GOOD)

    slow = Reply(completion(GOOD).body, delay=4.0)
    one_slot = {**MODELS, "/props": Reply({"default_generation_settings": {"n_ctx": 4096}, "total_slots": 1})}
    with (
        serving(reply, one_slot) as one,
        serving([slow], one_slot) as two,
        open_client(over(one, two, concurrency=1)) as client,
    ):
        assert ask_many(client, 3) == []
    assert (one.calls, two.calls) == (4, 1)


def test_refused_connections_are_no_calls() -> None:
    """What is counted came to a server: not the tries while it is down."""
    with serving([]) as server:
        url = server.url
    with open_client(Endpoint("openai", url, "m"), budget=0.6) as client:
        assert "cannot reach" in ask_many(client, 1)[0]
        assert client.usage_of("某市 2031").calls == 0


def test_a_request_without_its_seed_is_two_calls() -> None:
    """A server that knows no seed got the request twice."""

    def reply(body: Any) -> Reply:
        return Reply({"error": {"message": "unknown field seed"}}, 400) if "seed" in body else completion(GOOD)

    with serving(reply, MODELS) as server, open_client(over(server)) as client:
        client.ask(ask_for(name="a"))
        client.ask(ask_for(name="b"))
        assert client.usage_of("某市 2031").calls == server.calls == 3
