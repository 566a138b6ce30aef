"""What the words of a refusal mean: whether it may pass, whether anybody is there, and what to do about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from huimou.errors import ContextOverflow
from huimou.llm.answerers.refusals import explain_refusal, is_nobody_there, may_pass
from huimou.llm.answerers.wire import WireAnswer
from huimou.settings import Endpoint

ENDPOINT = Endpoint("openai", "http://127.0.0.1:1/v1", "json-schema-7b.v2", "s3cret-key")


def refusal(status: int, body: Any) -> WireAnswer:
    """An answer of a status with a body, text or JSON."""
    return WireAnswer(status, body.encode() if isinstance(body, str) else json.dumps(body).encode())


FOR_GOOD = [
    # llama-cpp-python's server words pydantic's list of errors with status 500.
    (
        500,
        {
            "error": {
                "message": "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input "
                "should be 'text' or 'json_object'\", 'input': 'json_schema'}]",
                "type": "internal_server_error",
                "code": None,
            }
        },
    ),
    (500, {"error": {"message": "failed to parse grammar"}}),
    (500, "Internal Server Error: unsupported JSON schema keyword 'pattern'"),
    (502, {"error": {"message": "provider rejected response_format"}}),
    (500, {"detail": "1 validation error for ChatRequest"}),
    (503, {"message": "structured outputs are not available in this build"}),
    (501, {"error": "tool_choice is not implemented"}),
]
PASSING = [
    (500, {"error": {"message": "CUDA error: device-side assert triggered"}}),
    (500, {"error": {"message": "'NoneType' object is not callable in function generate"}}),
    (500, "Internal Server Error"),
    (503, {"error": {"message": "Loading model, its grammar and tokenizer"}}),
    (500, {"error": {"message": "model is not loaded yet"}}),
    (502, "<html><title>502 Bad Gateway</title></html>"),
    # FastAPI repeats the request: what that says of formats is no reason.
    (500, {"detail": [{"msg": "engine died", "input": {"response_format": {"type": "json_schema"}}}]}),
]
GONE = [
    (500, "litellm.InternalServerError: Hosted_vllmException - Cannot connect to host 10.0.0.2:8000 ssl:default"),
    (500, {"error": {"message": "OpenAIException - Connection error.."}}),
    (500, {"error": "dial tcp 10.0.0.2:8000: connect: connection refused"}),
    (500, {"detail": "Open WebUI: Server Connection Error"}),
    (500, {"error": {"message": "All connection attempts failed"}}),
    (500, "proxy: unable to reach upstream"),
    (502, "<html><title>502 Bad Gateway</title></html>"),
    (503, "no healthy upstream"),
    (504, ""),
    (522, ""),
    (429, {"error": {"message": "No deployments available for selected model, Try again in 5 seconds."}}),
]
THERE = [
    (500, {"error": {"message": "list index out of range"}}),
    (500, {"error": {"message": "out of memory"}}),
    (429, {"error": {"message": "rate limit reached"}}),
    (429, "too many connections"),
    (400, {"error": {"message": "Cannot connect to host"}}),
    (401, "connection refused for this key"),
]


@pytest.mark.parametrize(("status", "body"), FOR_GOOD)
def test_a_fault_that_names_the_format_is_a_refusal(status: int, body: Any) -> None:
    """It is not asked again, and the way on is a probe."""
    answer = refusal(status, body)
    assert not may_pass(answer)
    error = explain_refusal(answer, ENDPOINT)
    assert "refuses the request" in error.message
    assert "run huimou probe" in error.hint


@pytest.mark.parametrize(("status", "body"), PASSING)
def test_a_fault_that_names_something_else_may_pass(status: int, body: Any) -> None:
    """It is asked again."""
    answer = refusal(status, body)
    assert may_pass(answer)
    assert "keeps answering" in explain_refusal(answer, ENDPOINT).message


@pytest.mark.parametrize(("status", "body"), GONE)
def test_a_gateway_without_its_server(status: int, body: Any) -> None:
    """Nobody is there, whatever the gateway's status."""
    answer = refusal(status, body)
    assert is_nobody_there(answer)
    assert may_pass(answer)


@pytest.mark.parametrize(("status", "body"), THERE)
def test_a_server_that_is_there(status: int, body: Any) -> None:
    """A fault of the server itself, a crowd, or a refusal of the request is no absence."""
    assert not is_nobody_there(refusal(status, body))


@pytest.mark.parametrize(
    ("fault", "is_away"), [("ConnectError", True), ("ConnectTimeout", True), ("ReadTimeout", False), ("", False)]
)
def test_faults_of_the_network(fault: str, is_away: bool) -> None:  # noqa: FBT001
    """Only a connection that was not made says that nobody is there."""
    assert is_nobody_there(WireAnswer(None, fault=fault)) == is_away


FORMAT, MODEL, KEY = "run huimou probe", "--model", "HUIMOU_API_KEY"
HINTS = [
    (400, {"error": {"message": "'response_format.type' must be 'json_schema' or 'text'"}}, {FORMAT}),
    (400, {"error": {"message": "this model does not support tools"}}, {FORMAT}),
    (422, {"detail": [{"loc": ["body", "response_format"], "msg": "extra fields not permitted"}]}, {FORMAT}),
    (400, {"error": {"message": "Invalid schema: minItems is unknown"}}, {FORMAT}),
    (400, {"error": {"message": "grammar is too complex"}}, {FORMAT}),
    (400, {"error": {"message": "The model `json-schema-7b.v2` does not exist."}}, {MODEL}),
    (400, {"error": {"message": "Invalid model name passed in model=qwen. Call `/v1/models`"}}, {MODEL}),
    (400, {"message": "model 'qwen2.5:7b' not found, try pulling it first"}, {MODEL}),
    (400, {"error": {"code": "model_not_found"}}, {MODEL}),
    (422, "no model loaded", {MODEL}),
    (400, {"error": {"code": "1211", "message": "模型不存在，请检查模型代码。"}}, {KEY, MODEL, "--mode"}),
    (400, {"error": {"message": "API key not valid. Please pass a valid API key."}}, {KEY}),
    (400, {"error": {"message": "Authentication Error, Invalid proxy server token"}}, {KEY}),
    (400, {"error": {"message": "temperature is out of range"}}, {KEY, MODEL, "--mode"}),
    (402, {"error": {"message": "insufficient balance"}}, {KEY, MODEL, "--mode"}),
    (405, "", {KEY, MODEL, "--mode"}),
    (422, {"detail": [{"loc": ["body", "n"], "input": {"response_format": 1, "tools": []}}]}, {KEY, MODEL, "--mode"}),
]


@pytest.mark.parametrize(("status", "body", "hinted"), HINTS)
def test_the_hint_follows_the_words(status: int, body: Any, hinted: set[str]) -> None:
    """Formats lead to a probe, models to their name, keys to the key; what says none of it may be any of them."""
    hint = explain_refusal(refusal(status, body), ENDPOINT).hint
    assert {one for one in (FORMAT, MODEL, KEY, "--mode") if one in hint} - {"--mode"} == hinted - {"--mode"}
    assert ("md_json" in hint) == (hinted == {FORMAT})


def test_a_mode_that_binds_nothing_is_not_advised_twice() -> None:
    """Who asks in md_json already is not told to."""
    endpoint = Endpoint("openai", "http://127.0.0.1:1/v1", "m", mode="md_json")
    assert "md_json:" in explain_refusal(refusal(400, "no grammar"), endpoint).hint
    assert "try --mode" not in explain_refusal(refusal(400, "no grammar"), endpoint).hint


def test_context_length_stays_what_it_was() -> None:
    """A prompt that is too long is asked in parts, whatever else the words name."""
    answer = refusal(400, {"error": {"message": "maximum context length of this model is 2048 tokens"}})
    assert isinstance(explain_refusal(answer, ENDPOINT), ContextOverflow)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"detail": "no such route"}, "(no such route)"),
        ({"object": "error", "message": "bad seed"}, "(bad seed)"),
        ({"error": {"message": None, "code": 3}}, "'code': 3"),
        ({"error": None}, "(no reason given)"),
        ([1, 2], "([1, 2])"),
        ("", "(no reason given)"),
        ("the key s3cret-key is old", "(the key *** is old)"),
    ],
)
def test_the_servers_words_are_found(body: Any, shown: str) -> None:
    """Wherever servers put them; never the key."""
    assert shown in explain_refusal(refusal(400, body), ENDPOINT).message
