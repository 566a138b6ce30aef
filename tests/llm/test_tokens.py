"""Counting, fitting, and telling servers apart by what they answer."""

from __future__ import annotations

from dataclasses import replace

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.llm.tokens import EndpointFacts, Tokenizer, detect_server, estimate_tokens, fits_context
from huimou.settings import Endpoint
from scripted_server import Asked, Reply, serving
from small_question import ask_for

PROPS = Reply({"build_info": "b7000", "default_generation_settings": {"n_ctx": 4096}, "total_slots": 2})
SERVERS = {
    "llama.cpp": (
        {"/props": PROPS, "/tokenize": Reply({"tokens": [1, 2]})},
        EndpointFacts("llama.cpp", "m", 4096, 2, has_tokenizer=True, build="b7000"),
    ),
    "ollama": (
        {
            "/api/ps": Reply({"models": [{"name": "m", "context_length": 8192}]}),
            "/api/version": Reply({"version": "0.14.0"}),
        },
        EndpointFacts("ollama", "m", 8192, build="0.14.0"),
    ),
    "lmstudio": (
        {"/api/v0/models": Reply({"data": [{"id": "x"}, {"id": "m", "loaded_context_length": 2048}]})},
        EndpointFacts("lmstudio", "m", 2048),
    ),
    "vllm": (
        {
            "/v1/models": Reply({"data": [{"id": "m", "max_model_len": 32768}]}),
            "/tokenize": Reply({"count": 1, "max_model_len": 32768, "tokens": [1]}),
        },
        EndpointFacts("vllm", "m", 32768, has_tokenizer=True),
    ),
    "sglang": (
        {
            "/get_model_info": Reply({"model_path": "m"}),
            "/server_info": Reply({"version": "0.5.6"}),
            "/v1/models": Reply({"data": [{"id": "m", "max_model_len": 4000}]}),
        },
        EndpointFacts("sglang", "m", 4000, build="0.5.6"),
    ),
    "gateway": (
        {"/v1/models": Reply({"data": [{"id": "m", "max_input_tokens": 6000, "max_context_length": 8000}]})},
        EndpointFacts("openai", "m", 6000),
    ),
    "unknown": ({"/v1/models": Reply({"data": [{"id": "m"}]})}, EndpointFacts("openai", "m")),
    "odd": (
        {
            "/props": Reply("<html>"),
            "/api/ps": Reply([1]),
            "/api/v0/models": Reply("", 500),
            "/v1/models": Reply({"data": [{"id": "m", "context_length": "8k", "max_input_tokens": -1}]}),
        },
        EndpointFacts("openai", "m"),
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_detection(name: str) -> None:
    """Each server is known by its own routes; odd answers mean that nothing is known."""
    routes, facts = SERVERS[name]
    with serving([], routes) as server, httpx2.Client() as http:
        assert detect_server(Endpoint("openai", server.url, "m"), http) == facts


def test_builtin_keeps_its_kind() -> None:
    """The built-in server is llama.cpp too, but is called what it is."""
    with serving([], {"/props": PROPS}) as server, httpx2.Client() as http:
        facts = detect_server(Endpoint("builtin", server.url, "m"), http)
    assert (facts.kind, facts.context_tokens) == ("builtin", 4096)


def test_dead_server_is_unknown() -> None:
    """Nobody there: no error, no knowledge."""
    with serving([]) as server:
        url = server.url
    with httpx2.Client() as http:
        assert detect_server(Endpoint("openai", url, "m"), http) == EndpointFacts("openai", "m")


def test_counts_by_either_tokenizer() -> None:
    """Both shapes of /tokenize are understood."""
    with serving([], {"/tokenize": Reply({"tokens": [5, 6, 7]})}) as server, httpx2.Client() as http:
        assert Tokenizer(Endpoint("openai", server.url, "m"), http).count("三个字") == 3
        assert server.asked[0].body == {"content": "三个字"}


def _tokenize_as_vllm(asked: Asked) -> Reply:
    if asked.path != "/tokenize" or "content" in asked.body:
        return Reply({"error": "not found"}, 404 if asked.path != "/tokenize" else 400)
    return Reply({"count": 4, "tokens": [1, 2, 3, 4]})


@pytest.mark.parametrize(("kind", "in_vain"), [("", 2), ("vllm", 0)])
def test_the_form_that_works_is_remembered(kind: str, in_vain: int) -> None:
    """At vLLM, which refuses llama.cpp's form, at most the first request of each sort is in vain, not every other."""
    body = {"messages": [{"role": "user", "content": "三个字"}], "model": "m"}
    with serving([]) as server, httpx2.Client() as http:
        plain = server.answer
        server.answer = lambda asked: (plain(asked), _tokenize_as_vllm(asked))[1]  # type: ignore[method-assign]
        tokenizer = Tokenizer(Endpoint("openai", server.url, "m"), http, kind)
        assert [tokenizer.count("三个字") for _ in range(5)] == [4] * 5
        assert [tokenizer.count_request(body) for _ in range(5)] == [4] * 5
    assert len(server.asked) == 10 + in_vain


def test_llama_cpp_words_each_prompt() -> None:
    """Its template is asked for each time; a server that has none and takes no messages tells nothing."""
    routes = {"/apply-template": Reply({"prompt": "<|u|>三个字"}), "/tokenize": Reply({"tokens": [1, 2]})}
    body = {"messages": [{"role": "user", "content": "三个字"}]}
    with serving([], routes) as server, httpx2.Client() as http:
        tokenizer = Tokenizer(Endpoint("openai", server.url, "m"), http)
        assert [tokenizer.count_request(body), tokenizer.count_request(body)] == [2, 2]
        assert [asked.path for asked in server.asked] == ["/apply-template", "/tokenize"] * 2
    with serving([], {"/tokenize": Reply({"tokens": []})}) as server, httpx2.Client() as http:
        assert Tokenizer(Endpoint("openai", server.url, "m"), http).count_request(body) is None


@given(st.text(), st.text())
def test_estimate_grows_with_the_text(one: str, other: str) -> None:
    """More text never counts less, and a CJK character counts one."""
    assert (
        max(estimate_tokens(one), estimate_tokens(other))
        <= estimate_tokens(one + other)
        <= estimate_tokens(one) + estimate_tokens(other)
    )
    assert estimate_tokens("会" * 7) == 7
    assert estimate_tokens("abcd") == 2


def test_fits_counts_the_answer_too() -> None:
    """A question that fits exactly no longer does with one more token of answer."""
    question = ask_for()
    least = next(n for n in range(1, 9999) if fits_context(question, EndpointFacts("openai", "m", n)))
    assert not fits_context(replace(question, max_tokens=81), EndpointFacts("openai", "m", least))
    assert fits_context(question, EndpointFacts("openai", "m", None))
