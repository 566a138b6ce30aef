"""Live requests in turns: who waits, what is added on the wire, and what recordings know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from huimou.llm.answerers.alternation import find_cache_switch
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay, is_not_fresh
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving
from small_question import GOOD, ask_for

LLAMA = {"/props": Reply({"default_generation_settings": {"n_ctx": 4096}, "total_slots": 1})}


def test_only_what_goes_to_the_server_takes_a_turn(tmp_path: Path) -> None:
    """A recording made without the switch answers at once; another question waits, and carries the switch."""
    turns: list[str] = []

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append("begin")
        yield
        turns.append("end")

    with serving([completion(GOOD)], LLAMA) as server:
        endpoint = Endpoint("openai", server.url, "m")
        with open_client(endpoint, record=tmp_path) as client:
            client.ask(ask_for())
        assert "cache_prompt" not in server.chats[0].body
        with open_client(endpoint, replay=Replay((tmp_path,), ask=is_not_fresh), take_turn=turn) as client:
            client.ask(ask_for())
            assert (turns, server.calls) == ([], 1)
            client.ask(ask_for(unit="召开会议9次。", name="u2"))
    assert turns == ["begin", "end"]
    assert server.chats[1].body.pop("cache_prompt") is False
    assert server.chats[1].body.keys() == server.chats[0].body.keys()


def test_a_turn_holds_through_the_retries() -> None:
    """A server that is busy at first is asked again within the same turn."""
    turns: list[int] = []
    with serving([Reply({"error": "busy"}, 503, {"retry-after": "0"}), completion(GOOD)]) as server:

        @contextmanager
        def turn() -> Iterator[None]:
            yield
            turns.append(server.calls)

        with open_client(Endpoint("openai", server.url, "m"), take_turn=turn) as client:
            client.ask(ask_for())
    assert turns == [2]


@pytest.mark.parametrize("kind", ["openai", "ollama", "lmstudio", "vllm"])
def test_other_servers_are_sent_nothing_they_may_not_know(kind: str) -> None:
    """The switch is llama.cpp's."""
    assert find_cache_switch(kind) == {}
    assert find_cache_switch("builtin") == find_cache_switch("llama.cpp") == {"cache_prompt": False}
