"""Requests over real servers: the same answers and digests whoever gives them, and none lost when one goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from huimou.errors import EndpointError, UsageError
from huimou.llm.answerers.wire import WireRequest
from huimou.llm.asking import LiveAnswerer
from huimou.llm.client import Client, open_client
from huimou.llm.question import Ticket
from huimou.llm.recordings.files import Recordings
from huimou.settings import Endpoint
from huimou.store.answers import open_store
from quirky_server import Quirks, quirky
from scripted_server import Reply, ScriptedServer, completion, serving
from small_question import GOOD, ask_for
from waiting import until

MODELS = {"/v1/models": Reply({"data": [{"id": "m"}]})}
SLOTS = {**MODELS, "/props": Reply({"default_generation_settings": {"n_ctx": 4096}, "total_slots": 2})}


def over(*servers: ScriptedServer, **settings: Any) -> Endpoint:
    """One endpoint of several servers."""
    first, *others = [server.url for server in servers]
    return Endpoint("openai", first, "m", others=tuple(others), **settings)


def ask_many(client: Client, count: int, each: Callable[[int], object] = lambda _: None) -> int:
    """Ask so many different questions from eight threads; how many were answered."""

    def one(number: int) -> bool:
        each(number)
        return client.ask(ask_for(unit=f"召开会议{number}次。", name=str(number))).value is not None

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(one, range(count)))


def port_of(server: ScriptedServer) -> int:
    """Where it listens."""
    return urlsplit(server.url).port or 0


def test_work_is_shared() -> None:
    """Two servers of the same speed get about half each; none is asked for anything twice."""
    slow = Reply(completion(GOOD).body, delay=0.01)
    with serving([slow], SLOTS) as one, serving([slow], SLOTS) as two, open_client(over(one, two)) as client:
        assert ask_many(client, 40) == 40
        assert client.concurrency == 6
        assert client.facts.context_tokens == 4096
    assert one.calls + two.calls == 40
    assert min(one.calls, two.calls) >= 12


def test_ledger_does_not_know_who_answered(tmp_path: Path) -> None:
    """What one server has answered is not asked of another, whatever their order."""
    with serving([completion(GOOD)], SLOTS) as one, serving([completion(GOOD)], SLOTS) as two:
        for endpoint in (over(one, two), over(two, one), over(two)):
            with open_store(tmp_path / "ledger.sqlite") as ledger, open_client(endpoint, store=ledger) as client:
                assert ask_many(client, 10) == 10
        assert one.calls + two.calls == 10


def test_recording_keeps_the_call_that_failed(tmp_path: Path) -> None:
    """A refusal of one and the answer of the other are one recording, at a steady pace."""
    busy = Reply({"error": "busy"}, 503)
    with (
        serving([busy], SLOTS) as one,
        serving([completion(GOOD)], SLOTS) as two,
        open_client(over(one, two), record=tmp_path) as client,
    ):
        assert client.concurrency == 4
        answer = client.ask(ask_for())
    kept = Recordings(tmp_path).read(Ticket.of(ask_for()).file)
    assert [response.get("status") for response in kept.responses] == [503, 200]
    assert answer.usage.calls == 2


def test_each_server_is_addressed_as_itself() -> None:
    """Host, path and key are those of the server that is asked; the body is untouched."""
    path = "/llm/v1/chat/completions"
    request = WireRequest.of(Ticket.of(ask_for()), {"messages": [], "model": "m"})
    with serving([completion(GOOD)]) as one, serving([], {path: completion(GOOD)}) as two:
        places = {"key1": one.url, "key2": two.url.replace("/v1", "/llm/v1")}
        for key, url in places.items():
            with closing(LiveAnswerer(Endpoint("openai", url, "m", key), {})) as live:
                assert live.answer(request).status == 200
    for key, server in (("key1", one), ("key2", two)):
        (sent,) = server.asked
        assert sent.path == ("/v1/chat/completions" if server is one else path)
        assert (sent.headers["host"], sent.headers["authorization"]) == (
            f"127.0.0.1:{port_of(server)}",
            f"Bearer {key}",
        )
        assert sent.body == request.body


def test_retry_after_of_one_of_two() -> None:
    """The refused request goes to the other at once; the first is left alone until its time."""
    slow = Reply(completion(GOOD).body, delay=0.02)
    with (
        serving([Reply("", 429, {"Retry-After": "30"})], SLOTS) as one,
        serving([slow], SLOTS) as two,
        open_client(over(one, two)) as client,
    ):
        started = time.monotonic()
        assert ask_many(client, 24) == 24
        assert time.monotonic() - started < 25  # the first one asks for 30
        assert client.balancer is not None
        assert [server.state for server in client.balancer.servers()] == ["closed", "closed"]
    assert 1 <= one.calls <= 3
    assert two.calls == 24


def test_one_still_loads() -> None:
    """503 while it loads: the other works meanwhile, and the first joins in."""
    with quirky(Quirks(loading=4, delay=0.05)) as one, quirky(Quirks(delay=0.05)) as two:
        endpoint = Endpoint("openai", one.url, others=(two.url,), concurrency=2)
        with open_client(endpoint) as client:
            assert ask_many(client, 60) == 60
    assert one.calls > 4
    assert one.calls + two.calls == 64


def test_one_is_killed_and_comes_back() -> None:
    """Nothing is lost: the other takes over, and the first is at work again once it is back on its port."""
    slow = Reply(completion(GOOD).body, delay=0.02)
    said: list[str] = []
    with serving([slow], SLOTS) as two:
        with serving([slow], SLOTS) as one:
            client = open_client(over(one, two), note=said.append)
            assert ask_many(client, 20) == 20
            work = threading.Thread(target=lambda: said.append(str(ask_many(client, 120))))
            work.start()
            time.sleep(0.1)
        until(lambda: len(said) > 1)
        with serving([slow], SLOTS, port_of(one)) as again:
            work.join(20)
            while not again.calls:
                ask_many(client, 8)
    client.close()
    assert said[1] == f"{one.url} does not answer; it is set aside and tried again"
    assert sorted(said[2:]) == ["120", f"{one.url} answers again"]


def test_all_are_gone_and_come_back() -> None:
    """Within patience: requests wait and are answered, though the budget of each is short."""
    with serving([completion(GOOD)], SLOTS) as first:
        client = open_client(over(first, patience=20.0), budget=0.5)
        assert ask_many(client, 4) == 4
    done: list[int] = []
    work = threading.Thread(target=lambda: done.append(ask_many(client, 16)))
    work.start()
    time.sleep(1.2)
    assert client.balancer is not None
    assert client.balancer.servers()[0].state != "closed"
    with serving([completion(GOOD)], SLOTS, port_of(first)) as again:
        work.join(20)
        assert done == [16]
        assert again.calls == 16
    client.close()


def test_all_are_gone_beyond_patience() -> None:
    """One clear error, the same for everybody, no sooner and not much later."""
    with serving([completion(GOOD)], SLOTS) as one, serving([completion(GOOD)], SLOTS) as two:
        client = open_client(over(one, two, patience=1.0))
        assert ask_many(client, 8) == 8
    started = time.monotonic()
    with pytest.raises(EndpointError) as caught:
        ask_many(client, 30)
    assert 0.9 < time.monotonic() - started < 25
    assert caught.value.message == f"none of the 2 model servers {one.url}, {two.url} can be used, for 1 seconds"
    client.close()


def test_a_refusal_names_the_server_that_refuses() -> None:
    """An error is about the server that was asked."""
    with (
        serving([completion(GOOD)], SLOTS) as one,
        serving([Reply({"error": "no"}, 401)], SLOTS) as two,
        open_client(over(one, two)) as client,
        pytest.raises(EndpointError, match=f"{two.url} refuses the key"),
    ):
        ask_many(client, 30)


def test_one_model_on_all() -> None:
    """Another model on one of them is refused before anything is asked."""
    other = {"/v1/models": Reply({"data": [{"id": "n"}]})}
    with (
        serving([completion(GOOD)], MODELS) as one,
        serving([completion(GOOD)], other) as two,
        pytest.raises(UsageError, match=f"not have the same model: {two.url} offers n, not m"),
    ):
        open_client(over(one, two))
    assert one.calls + two.calls == 0


def test_names_that_no_server_lists() -> None:
    """llama.cpp answers to any name: what they list must be the same then."""
    file = {"/v1/models": Reply({"data": [{"id": "q4.gguf"}]})}
    with serving([completion(GOOD)], file) as one, serving([completion(GOOD)], file) as two:
        with open_client(over(one, two)) as client:
            client.ask(ask_for())
        with (
            serving([completion(GOOD)], {"/v1/models": Reply({"data": [{"id": "q8.gguf"}]})}) as three,
            pytest.raises(UsageError, match="the servers do not have the same model"),
        ):
            open_client(over(one, three))


def test_one_is_not_there_yet() -> None:
    """A server that is down at first is noted, the others serve, and the model is chosen from theirs."""
    said: list[str] = []
    with serving([completion(GOOD)], SLOTS) as two:
        with serving([]) as one:
            pass
        endpoint = Endpoint("openai", one.url, others=(two.url,))
        with open_client(endpoint, note=said.append) as client:
            assert client.facts.model == "m"
            assert ask_many(client, 12) == 12
    assert said[0] == f"{one.url} does not say which models it has; it is asked for m all the same"
    assert two.calls == 12
