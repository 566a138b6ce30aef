"""What `ask` does for each kind of answer, with the exact number of HTTP calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import get_args

import pytest

from huimou.errors import AnswerInvalid, AnswerTruncated, ContextOverflow, EndpointError, PromptCut, UsageError
from huimou.llm.answerers.listening import Exchange
from huimou.llm.client import Client, open_client
from huimou.llm.inline_schema import inline_model, inline_schema
from huimou.llm.question import Slot, Ticket, request_digest
from huimou.settings import Endpoint, Mode
from huimou.store.hashing import safe_name
from scripted_server import Reply, ScriptedServer, completion, serving, tool_call
from small_question import GOOD, Gist, Loose, ask_for

OVERFLOWS = [
    (400, {"error": {"code": 400, "type": "exceed_context_size_error", "message": "too big", "n_ctx": 4096}}),
    (500, {"error": {"code": 500, "message": "the request exceeds the available context size. try increasing it"}}),
    (
        400,
        {"object": "error", "message": "This model's maximum context length is 4096 tokens. However, you requested 5"},
    ),
    (400, {"error": {"message": "input length exceeds the context length"}}),
    (400, {"error": "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded"}),
    (400, {"error": {"message": "The input (5000 tokens) is longer than the model's context length (4096 tokens)."}}),
]


@contextmanager
def asking(*replies: Reply, **settings: object) -> Iterator[tuple[Client, ScriptedServer]]:
    """A client on a scripted server."""
    budget = float(str(settings.pop("budget", 5.0)))
    routes = settings.pop("routes", None)
    with serving(list(replies), routes) as server:  # type: ignore[arg-type]
        endpoint = replace(Endpoint("openai", server.url, "m"), **settings)  # type: ignore[arg-type]
        with open_client(endpoint, budget=budget) as client:
            yield client, server


def test_good_answer_costs_one_call() -> None:
    """A fitting answer comes back as the question's own model, with what it cost."""
    with asking(completion(GOOD, prompt_tokens=50, cached_tokens=20)) as (client, server):
        answer = client.ask(ask_for())
    assert answer.value == Gist(summary="开会12次", count=12)
    assert type(answer.value) is Gist
    assert not answer.reasked
    assert server.calls == answer.usage.calls == 1
    assert (answer.usage.prompt_tokens, answer.usage.cached_tokens, answer.usage.completion_tokens) == (50, 20, 9)


@pytest.mark.parametrize("details", [None, {}, {"cached_tokens": None}, {"cached_tokens": "17"}])
def test_cached_tokens_that_are_not_told(details: object) -> None:
    """A server that does not tell them has not told nought."""
    body = completion(GOOD).body
    body["usage"]["prompt_tokens_details"] = details
    with asking(Reply(body), completion(GOOD, cached_tokens=3)) as (client, _):
        assert client.ask(ask_for(name="a")).usage.cached_tokens is None
        assert client.ask(ask_for(name="b")).usage.cached_tokens == 3


@pytest.mark.parametrize("mode", get_args(Mode))
def test_no_reference_is_ever_sent(mode: Mode) -> None:
    """Grammars of some servers ignore `$ref`, and then bind nothing: a nested model is written out in every mode."""
    reply = completion(None, tool_calls=[tool_call(GOOD)]) if mode == "tools" else completion(GOOD)
    with asking(reply, mode=mode) as (client, server):
        client.ask(ask_for())
    sent = json.dumps(server.chats[0].body, ensure_ascii=False)
    assert "$ref" not in sent
    assert "$defs" not in sent
    assert "会议" in sent


def test_request_is_plain_and_bounded() -> None:
    """The wire body is deterministic, without references; no private header, telemetry or made-up key leaves."""
    with asking(completion(GOOD)) as (client, server):
        client.ask(ask_for(unit="变量{{ x }}与“引号”，１２％"))
    (asked,) = server.chats
    assert (asked.body["temperature"], asked.body["seed"], asked.body["max_tokens"]) == (0, 7, 80)
    assert asked.body["messages"][-1] == {"role": "user", "content": "变量{{ x }}与“引号”，１２％"}
    assert "$" not in json.dumps(asked.body["response_format"])
    assert not [name for name in asked.headers if name.startswith(("x-", "openai-")) or name == "authorization"]


def test_extra_goes_into_the_body() -> None:
    """Additions of the user's own are part of the request; without any the body is as it was."""
    with asking(completion(GOOD), extra={"chat_template_kwargs": {"enable_thinking": False}}) as (client, server):
        client.ask(ask_for())
    with asking(completion(GOOD)) as (client, plain):
        client.ask(ask_for())
    more = server.chats[0].body
    assert more.pop("chat_template_kwargs") == {"enable_thinking": False}
    assert more == plain.chats[0].body


def test_key_is_sent_but_environment_keys_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only huimou's own key goes to the server, whatever the environment holds for others."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-public")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-public")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with asking(completion(GOOD)) as (client, server):
        client.ask(ask_for())
    with asking(completion(GOOD), api_key="own") as (client, keyed):
        client.ask(ask_for())
    assert "public" not in str([asked.headers for asked in server.asked])
    assert keyed.chats[0].headers["authorization"] == "Bearer own"


@pytest.mark.parametrize("mode", ["json_schema", "json", "md_json", "tools"])
def test_reask_in_our_words(mode: str) -> None:
    """A wrong answer is asked for once more, in Chinese, without any text of pydantic or instructor's re-ask."""
    bad = '{"summary": 3}'
    replies = [completion(text) for text in (bad, GOOD)]
    if mode == "tools":
        replies = [completion(None, tool_calls=[tool_call(text)]) for text in (bad, GOOD)]
    with asking(*replies, mode=mode) as (client, server):
        answer = client.ask(ask_for())
    told = server.chats[1].body["messages"][-1]["content"]
    assert told == (
        "上一个回答不合要求：\n- summary：应当是字符串\n- count：缺少这个字段\n请只输出改正后的完整 JSON，不要解释。"
    )
    assert answer.reasked
    assert server.calls == answer.usage.calls == 2


def test_own_validator_speaks_in_the_reask() -> None:
    """What a validator of the schema says reaches the model."""
    long = json.dumps({"summary": "长" * 21, "count": 1})
    with asking(completion(long), completion(GOOD)) as (client, server):
        client.ask(ask_for())
    assert "- summary：概述太长\n" in server.chats[1].body["messages"][-1]["content"]


@pytest.mark.parametrize("mode", ["json_schema", "json", "md_json"])
@pytest.mark.parametrize(
    "content",
    [
        f"<think>先想 {{想}}</think>{GOOD}",
        f"先想想</think>\n{GOOD}",
        f"```json\n{GOOD}\n```",
        f"好的，答案是：\n{GOOD}\n以上。",
    ],
)
def test_wrapped_json_costs_one_call(mode: str, content: str) -> None:
    """Thinking, fences and small talk around the only JSON object cost nothing in any mode."""
    with asking(completion(content), mode=mode) as (client, server):
        assert client.ask(ask_for()).value == Gist(summary="开会12次", count=12)
    assert server.calls == 1


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
@pytest.mark.parametrize("content", [None, "", " \n"])
def test_json_in_the_reasoning_field(field: str, content: str | None) -> None:
    """JSON that a server put into its reasoning field is taken from there."""
    with asking(completion(content, **{field: GOOD})) as (client, server):
        assert not client.ask(ask_for()).reasked
    assert server.calls == 1


@pytest.mark.parametrize("mode", ["json_schema", "md_json"])
@pytest.mark.parametrize(
    "content",
    [
        "",
        "   \n\n  ",
        "不知道",
        "{“summary”: “好",
        '{"title": "x", "items": [{"title": "内"}',
        '{"title":"x"} 注：{"k":1}',
    ],
)
def test_unusable_content_is_never_a_success(mode: str, content: str) -> None:
    """Empty, broken or ambiguous content fails after one re-ask, though every field has a default."""
    with asking(completion(content), mode=mode) as (client, server), pytest.raises(AnswerInvalid) as caught:
        client.ask(ask_for(Loose))
    assert server.calls == 2
    assert "pydantic" not in str(caught.value)
    assert client.usage_of("某市 2031").calls == 2


@pytest.mark.parametrize(
    "body", [{"choices": []}, {"choices": [3]}, {"choices": [{"message": {"content": [1], "tool_calls": 3}}]}]
)
@pytest.mark.parametrize("mode", ["json_schema", "tools"])
def test_odd_completions_are_invalid_answers(mode: str, body: object) -> None:
    """A completion without a usable choice is an answer that does not fit, not a crash."""
    with asking(Reply(body), mode=mode) as (client, _), pytest.raises(AnswerInvalid):
        client.ask(ask_for(Loose))


@pytest.mark.parametrize("content", [GOOD[:12], "", " " * 300, "{" + "\n " * 200, GOOD])
def test_cut_answer_is_not_asked_again(content: str) -> None:
    """`length` is reported at once, also when the cut left nothing but blanks."""
    with asking(completion(content, finish_reason="length")) as (client, server):
        with pytest.raises(AnswerTruncated, match="max_tokens"):
            client.ask(ask_for())
        assert server.calls == 1
        assert client.usage_of("某市 2031").completion_tokens == 9


@pytest.mark.parametrize(("status", "body"), OVERFLOWS)
def test_overflow_is_told_apart(status: int, body: object) -> None:
    """Each server's way of saying that the context is too short ends in ContextOverflow after one call."""
    with asking(Reply(body, status)) as (client, server), pytest.raises(ContextOverflow):
        client.ask(ask_for())
    assert server.calls == 1


def test_two_tool_calls_are_refused() -> None:
    """A second tool call is not dropped in silence."""
    reply = completion(None, tool_calls=[tool_call(GOOD), tool_call(GOOD)])
    with asking(reply, mode="tools") as (client, server), pytest.raises(AnswerInvalid, match="2 tool calls"):
        client.ask(ask_for())
    assert server.calls == 1


def test_tools_mode_with_plain_text() -> None:
    """Text instead of a tool call is asked for once more and then refused."""
    with asking(completion("好的"), mode="tools") as (client, server), pytest.raises(AnswerInvalid):
        client.ask(ask_for())
    assert server.calls == 2


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "HUIMOU_API_KEY"), (403, "HUIMOU_API_KEY"), (404, "--model"), (400, "--mode")]
)
def test_refusals_say_what_to_do(status: int, hint: str, caplog: pytest.LogCaptureFixture) -> None:
    """A refusal costs one call, names the address and what to do, and shows the key nowhere."""
    reply = Reply({"error": {"message": "no: s3cret-key is wrong\n  Traceback (most recent"}}, status)
    with asking(reply, api_key="s3cret-key") as (client, server), pytest.raises(EndpointError) as caught:
        client.ask(ask_for())
    assert server.calls == 1
    assert server.url in caught.value.message
    assert hint in caught.value.hint
    assert "s3cret" not in str(caught.value) + repr(caught.value) + caplog.text


def test_server_that_is_not_one() -> None:
    """A web page with status 200 is an endpoint error, not an answer."""
    with asking(Reply("<html>hello</html>")) as (client, server), pytest.raises(EndpointError, match="/v1"):
        client.ask(ask_for())
    assert server.calls == 1


def test_unreachable_server() -> None:
    """Nobody at the address: an error with the address, after the first-contact budget."""
    with serving([]) as server:
        url = server.url
    with (
        open_client(Endpoint("openai", url, "m"), budget=0.1) as client,
        pytest.raises(EndpointError, match="cannot reach") as caught,
    ):
        client.ask(ask_for())
    assert url in caught.value.message
    assert "--base-url" in caught.value.hint


def test_cut_prompt_is_noticed() -> None:
    """A server that counts far fewer tokens than were sent has cut the prompt."""
    with (
        asking(completion(GOOD, prompt_tokens=40)) as (client, _),
        pytest.raises(PromptCut, match="OLLAMA_CONTEXT_LENGTH"),
    ):
        client.ask(ask_for(unit="会" * 1000))


def test_server_without_usage_is_believed() -> None:
    """No token counts: nothing is concluded from that."""
    body = dict(completion(GOOD).body)
    del body["usage"]
    with asking(Reply(body)) as (client, _):
        assert client.ask(ask_for(unit="会" * 1000)).usage.prompt_tokens == 0


def test_half_cut_prompt_is_noticed_by_the_tokenizer() -> None:
    """Where a tokenizer is served, a count that looks low is compared with the exact one."""
    routes = {"/tokenize": Reply({"tokens": list(range(700))})}
    with (
        asking(completion(GOOD, prompt_tokens=350), routes=routes) as (client, _),
        pytest.raises(PromptCut, match="630"),
    ):
        client.ask(ask_for(unit="会" * 1000))


def test_threads_do_not_mix() -> None:
    """Answers and costs stay with their questions when several threads ask at once."""

    def reply(body: dict[str, list[dict[str, str]]]) -> Reply:
        unit = body["messages"][3]["content"]
        number = int(unit)
        bad = len(body["messages"]) == 4 and number % 2
        return completion("{}" if bad else json.dumps({"summary": unit, "count": number}))

    with serving(reply) as server, open_client(Endpoint("openai", server.url, "m")) as client:
        questions = [ask_for(unit=str(number), name=str(number)) for number in range(24)]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(client.ask, questions))
        assert [answer.value.count for answer in answers] == list(range(24))  # type: ignore[attr-defined]
        assert [answer.usage.calls for answer in answers] == [1, 2] * 12
        assert client.usage_of("某市 2031").calls == server.calls == 36
        assert client.usage_of("某市").calls == 0


def test_schema_is_flat() -> None:
    """References are put in place, a field called title stays, a schema that contains itself is refused."""
    flat = inline_model(Gist).model_json_schema()
    assert "$" not in json.dumps(flat)
    assert flat["properties"]["parts"]["items"]["properties"]["title"] == {"type": "string"}
    with pytest.raises(ValueError, match="contains itself"):
        inline_schema({"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"a": {"$ref": "#/$defs/A"}}}}})


def test_options_that_cannot_be() -> None:
    """A client needs an address."""
    with pytest.raises(UsageError, match="no base URL"):
        open_client(Endpoint("builtin"))


def test_slot_paths_are_file_names() -> None:
    """Chinese stays, what file systems refuse goes, and different names never meet."""
    assert Slot("随州2023", "item", "u-1.2").path == "随州2023/item/u-1.2"
    names = ["a/b", "a_b", "a b", "a\u3000b", "..", "", "CON", "prefixes", "x.a2", "长" * 300, "长" * 301, "end."]
    safe = [safe_name(name) for name in names]
    assert len(set(safe)) == len(names)
    assert all(len(name.encode()) < 200 and "/" not in name and name.strip(". ") == name for name in safe)


def test_ticket_goes_with_every_request() -> None:
    """The layers know of each attempt what the question holds; the slot's path can be taken apart again."""
    question = ask_for(unit="１２％，🙂")
    heard: list[Exchange] = []
    with (
        serving([completion("{}"), completion(GOOD)]) as server,
        open_client(Endpoint("openai", server.url, "m"), listen=heard.append) as client,
    ):
        client.ask(question)
    assert [one.ticket for one in heard] == [Ticket.of(question, 1), Ticket.of(question, 2)]
    assert Slot.parse(question.slot.path) == heard[0].ticket.slot == Slot("某市 2031", "item", "u1")


def test_request_identity() -> None:
    """Key order and streaming do not count; the order of the schema's fields does."""
    one = {"model": "m", "messages": [], "response_format": {"a": 1, "b": 2}}
    assert request_digest(one) == request_digest({"stream": False, **dict(reversed(one.items()))})
    assert request_digest(one) != request_digest({**one, "response_format": {"b": 2, "a": 1}})
