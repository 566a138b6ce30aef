"""The built-in model server: what goes wrong before it starts, and (live) that it answers as it should."""

from __future__ import annotations

import json
import socket
import sys

import httpx2
import pytest

from huimou.errors import EndpointError
from huimou.llm.builtin_model_file import BUILTIN
from huimou.llm.builtin_server import count_usable_cores, serve_builtin

SCHEMA = {
    "type": "object",
    "properties": {"1": {"type": "string"}, "2": {"type": "string"}},
    "required": ["1", "2"],
    "additionalProperties": False,
}
PREFIX = "你是政协年度工作报告的编辑。" + "把每个要点写成一句话,保留数字和名称。" * 12


def test_without_xllamacpp_the_extra_is_named(monkeypatch):
    """A missing library is an endpoint error that says what to install."""
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(EndpointError, match="xllamacpp") as error, serve_builtin():
        pytest.fail("served without a library")
    assert 'pip install "huimou[local]"' in error.value.hint


def test_a_taken_port_is_named(tmp_path):
    """A port that another program listens on is an endpoint error with that port in it."""
    pytest.importorskip("xllamacpp")
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EndpointError, match=str(port)), serve_builtin(gguf=own, port=port):
            pytest.fail("served on a taken port")


def test_a_broken_model_file_is_named_and_makes_no_noise(tmp_path, capfd):
    """A file that only begins like a GGUF is an endpoint error, and llama.cpp writes nothing to the terminal."""
    pytest.importorskip("xllamacpp")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(EndpointError, match=r"broken\.gguf"), serve_builtin(gguf=broken):
        pytest.fail("served a broken file")
    assert capfd.readouterr() == ("", "")


def test_at_least_one_core_is_used():
    """The default number of threads is sane on any machine."""
    assert 1 <= count_usable_cores() <= 16


@pytest.fixture(scope="module")
def server():
    """The built-in model, once for the live tests."""
    with serve_builtin(slots=2) as running:
        yield running


def chat(server, user, **more):
    """One chat answer, as the server gives it."""
    messages = [{"role": "system", "content": PREFIX}, {"role": "user", "content": user}]
    body = {"model": server.model, "messages": messages, "temperature": 0, "max_tokens": 60} | more
    with httpx2.Client(trust_env=False, timeout=300) as client:
        return client.post(f"{server.base_url}/chat/completions", json=body).raise_for_status().json()


@pytest.mark.live
def test_it_answers_within_the_schema(server):
    """A JSON schema binds the answer to its keys."""
    form = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}
    reply = chat(server, "1. 办理提案142件。\n2. 开展协商12次。", response_format=form, max_tokens=200)
    assert reply["model"] == BUILTIN.name
    assert set(json.loads(reply["choices"][0]["message"]["content"])) == {"1", "2"}


@pytest.mark.live
def test_the_system_prompt_is_read_once(server):
    """A second request with the same system prompt takes it from the cache."""
    chat(server, "办理提案142件。", max_tokens=1)
    usage = chat(server, "开展协商活动12次。", max_tokens=1)["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] > usage["prompt_tokens"] / 2


@pytest.mark.live
def test_props_and_tokenize_tell_the_truth(server):
    """The context a slot has and the tokens of a text can be asked for; what others sent cannot."""
    root = server.base_url.removesuffix("/v1")
    with httpx2.Client(base_url=root, trust_env=False, timeout=60) as client:
        assert client.get("/props").json()["default_generation_settings"]["n_ctx"] == server.context_tokens
        assert client.post("/tokenize", json={"content": "政协"}).json()["tokens"]
        assert client.get("/slots").is_error
        page = client.get("/v1/models", headers={"Origin": "https://example.org"})
        assert page.headers.get("access-control-allow-origin") not in ("*", "https://example.org")


@pytest.mark.live
def test_it_is_gone_afterwards():
    """Leaving the context closes the port, also after an error inside."""
    places = []

    def fail():
        with serve_builtin(slots=1, context_tokens=512) as running:
            places.append(running.base_url)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with httpx2.Client(trust_env=False, timeout=5) as client, pytest.raises(httpx2.TransportError):
        client.get(f"{places[0]}/models")
