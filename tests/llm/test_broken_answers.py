"""Answers that are no good: one question falls back, and nothing of them is kept to trip the next run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from huimou.errors import AnswerError, AnswerInvalid, EndpointError, ReplayMiss
from huimou.llm.client import open_client
from huimou.llm.recordings.files import Recordings
from huimou.settings import Endpoint, Mode
from huimou.store.answers import open_store
from raw_server import respond, serving_raw
from scripted_server import Reply, completion, serving, tool_call
from small_question import GOOD, ask_for

DEEP = 200_000


def build_body(**changes: Any) -> dict[str, Any]:
    """A good completion with other fields."""
    return {**completion(GOOD).body, **changes}


def build_choice(**changes: Any) -> dict[str, Any]:
    """A good completion whose only choice has other fields."""
    choice = completion(GOOD).body["choices"][0]
    return build_body(choices=[{**choice, **changes}])


def build_message(**changes: Any) -> dict[str, Any]:
    """A good completion whose message has other fields."""
    return build_choice(message={"role": "assistant", "content": GOOD, **changes})


def dump(value: object) -> bytes:
    """As servers write it; lone halves of pairs stay escapes."""
    return json.dumps(value).encode()


UNUSABLE: dict[str, bytes] = {
    "lone surrogate": dump(build_message(content='{"summary":"开会\ud800","count":12}')),
    "lone low surrogate": dump(build_message(content="\udfff")),
    "surrogate in the thinking": dump(build_message(reasoning_content="\ud83d")),
    "surrogate in the arguments": dump(build_message(tool_calls=[tool_call("\ud800")])),
    "JSON without end": b'{"choices": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects without end": b'{"choices": ' + b'{"a":' * DEEP + b"1" + b"}" * (DEEP + 1),
    "deep, but not too deep for the parser": b'{"choices": ' + b"[" * 400 + b"]" * 400 + b"}",
    "deep beside the answer": dump(build_body())[:-1] + b', "x": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "cut JSON": dump(build_body())[:-40],
    "two answers": dump(build_body()) * 2,
    "GBK": json.dumps(build_body(), ensure_ascii=False).encode("gbk"),
    "broken UTF-8": dump(build_body())[:30] + b"\xff\xfe" + dump(build_body())[30:],
    "control character": dump(build_body()).replace(b"12", b"\x00"),
    "no choice": dump(build_body(choices=[])),
    "choices null": dump(build_body(choices=None)),
    "choices missing": dump({key: value for key, value in build_body().items() if key != "choices"}),
    "choices a text": dump(build_body(choices="no")),
    "choices an object": dump(build_body(choices={"0": 1})),
    "choice null": dump(build_body(choices=[None])),
    "choice a number": dump(build_body(choices=[3])),
    "choice a list": dump(build_body(choices=[[]])),
    "message null": dump(build_choice(message=None)),
    "message a text": dump(build_choice(message=GOOD)),
    "message a list": dump(build_choice(message=[GOOD])),
    "content null": dump(build_message(content=None)),
    "content empty": dump(build_message(content="")),
    "content a number": dump(build_message(content=12)),
    "content a list": dump(build_message(content=[GOOD])),
    "content an object": dump(build_message(content={"summary": 1})),
    "content NaN": dump(build_message(content=float("nan"))),
    "content far too long": dump(build_message(content=GOOD + "好" * 200_000)),
    "content nested without end": dump(build_message(content='{"summary":' + "[" * 40_000)),
    "content of quotes": dump(build_message(content='"\\"' * 30_000)),
    "number of a million digits": dump(build_message(content='{"summary":"a","count":' + "9" * 90_000 + "}")),
    "surrogate inside the content's JSON": dump(build_message(content='{"summary":"\\ud800","count":1}')),
}
USABLE: dict[str, bytes] = {
    "usage NaN": dump(build_body(usage={"prompt_tokens": float("nan"), "completion_tokens": float("inf")})),
    "usage infinite": dump(build_body(usage={"prompt_tokens": float("inf"), "completion_tokens": float("-inf")})),
    "usage a text": dump(build_body(usage="many")),
    "usage of texts": dump(build_body(usage={"prompt_tokens": "100", "completion_tokens": "nine"})),
    "usage negative": dump(build_body(usage={"prompt_tokens": -5, "completion_tokens": -(2**70)})),
    "usage huge": dump(build_body(usage={"prompt_tokens": 10**300, "completion_tokens": 2**63})),
    "usage of lists": dump(build_body(usage={"prompt_tokens": [1], "prompt_tokens_details": [2]})),
    "usage true": dump(build_body(usage={"prompt_tokens": True, "completion_tokens": None})),
    "usage null": dump(build_body(usage=None)),
    "usage a list": dump(build_body(usage=[1, 2])),
    "details odd": dump(build_body(usage={"prompt_tokens_details": {"cached_tokens": "x"}})),
    "finish_reason null": dump(build_choice(finish_reason=None)),
    "finish_reason a number": dump(build_choice(finish_reason=3)),
    "finish_reason a list": dump(build_choice(finish_reason=["length"])),
    "finish_reason an object": dump(build_choice(finish_reason={"a": 1})),
    "finish_reason of surrogates": dump(build_choice(finish_reason="\ud800")),
    "finish_reason unknown": dump(build_choice(finish_reason="eos")),
    "two choices": dump(build_body(choices=[*build_body()["choices"], {"message": None}])),
    "calls that are none": dump(build_message(tool_calls=[None, 3, {"function": None}])),
    "calls a text": dump(build_message(tool_calls="no")),
    "a byte order mark": b"\xef\xbb\xbf" + dump(build_body()),
    "white space around it": b"\n \n" + dump(build_body()) + b"\n\n",
    "fields that nobody knows": dump(build_body(id=None, model=[], object=7, created="x", logprobs=float("nan"))),
}


@pytest.mark.parametrize("name", UNUSABLE)
@pytest.mark.parametrize("mode", ["json_schema", "md_json", "tools", "json"])
def test_unusable_answer_costs_one_question(name: str, mode: Mode, tmp_path: Path) -> None:
    """It falls back, the next question is answered, and the next run asks for the first one again."""
    good = dump(build_body()) if mode != "tools" else dump(build_message(content=None, tool_calls=[tool_call(GOOD)]))

    def script(body: Any, _: int) -> list[bytes]:
        return [respond(UNUSABLE[name] if "坏" in body["messages"][3]["content"] else good)]

    with serving_raw(script) as server:
        with open_client(Endpoint("openai", server.url, "m", mode=mode), store=tmp_path / "s.sqlite") as client:
            with pytest.raises(AnswerError):
                client.ask(ask_for(unit="坏"))
            assert client.ask(ask_for(unit="好")).value
        with open_store(tmp_path / "s.sqlite") as store:
            assert isinstance(store.costs(), dict)


@pytest.mark.parametrize("name", [name for name, body in UNUSABLE.items() if b'"content": ' not in body])
def test_what_is_no_completion_is_not_kept(name: str, tmp_path: Path) -> None:
    """The same question is asked anew by the next run."""
    replies = [UNUSABLE[name], dump(build_body())]
    with serving_raw(lambda _, number: [respond(replies[number - 1])]) as server:
        for _ in range(2):
            with open_client(Endpoint("openai", server.url, "m"), store=tmp_path / "s.sqlite") as client:
                try:
                    assert client.ask(ask_for()).value
                except AnswerInvalid:
                    continue
        assert server.chats == 2


@pytest.mark.parametrize("name", USABLE)
def test_odd_fields_beside_a_good_answer(name: str, tmp_path: Path) -> None:
    """The answer is taken, kept and recorded; counts that are none count as none."""
    with serving_raw(lambda *_: [respond(USABLE[name])]) as server:
        endpoint = Endpoint("openai", server.url, "m")
        for _ in range(2):
            with open_client(endpoint, store=tmp_path / "s.sqlite") as client:
                answer = client.ask(ask_for())
                assert 0 <= answer.usage.prompt_tokens <= 10**9
        assert server.chats == 1
        with open_store(tmp_path / "s.sqlite") as store:
            assert isinstance(store.costs(), dict)
        with open_client(endpoint, record=tmp_path / "recordings") as client:
            recorded = client.ask(ask_for()).value
    with open_client(Endpoint("builtin"), replay=tmp_path / "recordings") as client:
        assert client.ask(ask_for()).value == recorded == answer.value


@pytest.mark.parametrize("name", UNUSABLE)
def test_recording_of_an_unusable_answer(name: str, tmp_path: Path) -> None:
    """It is written, and replayed with the same end."""
    errors: list[AnswerError] = []
    with serving_raw(lambda *_: [respond(UNUSABLE[name])]) as server:
        with (
            open_client(Endpoint("openai", server.url, "m"), record=tmp_path) as client,
            pytest.raises(AnswerError) as caught,
        ):
            client.ask(ask_for())
        errors.append(caught.value)
    with open_client(Endpoint("builtin"), replay=tmp_path) as client, pytest.raises(AnswerError) as caught:
        client.ask(ask_for())
    assert type(caught.value) is type(errors[0])


@pytest.mark.parametrize("body", ["<html>Welcome</html>", "", "null", "[]", '"text"', "data: {}\n\n", "hello"])
def test_page_of_another_server(body: str) -> None:
    """What never was a completion says that the address is wrong."""
    with (
        serving([Reply(body)]) as server,
        open_client(Endpoint("openai", server.url, "m")) as client,
        pytest.raises(EndpointError, match="not a chat completion"),
    ):
        client.ask(ask_for())


ROTS: dict[str, Callable[[bytes], object]] = {
    "cut": lambda body: body[:-30],
    "empty": lambda _: b"",
    "zeros": lambda body: bytes(len(body)),
    "text": lambda body: body.decode(),
    "a number": lambda _: 7,
    "no completion": lambda _: b'{"error": 1}',
    "no choice": lambda _: b'{"choices": []}',
    "a lone surrogate": lambda _: dump(build_message(content="\ud800")),
    "deep": lambda _: b"[" * DEEP,
    "garbled": lambda body: bytes(byte ^ 0x55 for byte in body),
}


@pytest.mark.parametrize("name", ROTS)
def test_rotted_answer_in_the_store_is_asked_for_again(name: str, tmp_path: Path) -> None:
    """It is dropped, and the new one is kept in its place."""
    path = tmp_path / "s.sqlite"
    with serving([completion(GOOD)]) as server:
        endpoint = Endpoint("openai", server.url, "m")
        with open_client(endpoint, store=path) as client:
            first = client.ask(ask_for()).value
        with closing(sqlite3.connect(path)) as db, db:
            ((body,),) = db.execute("SELECT body FROM answers")
            db.execute("UPDATE answers SET body = ?", (ROTS[name](body),))
        for _ in range(2):
            with open_client(endpoint, store=path) as client:
                assert client.ask(ask_for()).value == first
        assert server.calls == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", 500), ("status", "x"), ("calls", "many"), ("seconds", "long"), ("attempt", 1.5), ("slot", 3)],
)
def test_rotted_row_in_the_store(column: str, value: object, tmp_path: Path) -> None:
    """Whatever stands in a column, the question has its answer."""
    path = tmp_path / "s.sqlite"
    with serving([completion(GOOD)]) as server:
        endpoint = Endpoint("openai", server.url, "m")
        with open_client(endpoint, store=path) as client:
            client.ask(ask_for())
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(f"UPDATE answers SET {column} = ?", (value,))  # noqa: S608
        with open_client(endpoint, store=path) as client:
            assert client.ask(ask_for()).value


def record_one(folder: Path) -> Path:
    """The file of a recording of one question."""
    with (
        serving([completion(GOOD)]) as server,
        open_client(Endpoint("openai", server.url, "m"), record=folder) as client,
    ):
        client.ask(ask_for())
    tree = Recordings(folder)
    (report,) = tree.reports()
    (file,) = tree.files(report)
    return folder / file


RECORDING_ROTS: dict[str, Callable[[str], str]] = {
    "cut": lambda text: text[:-40],
    "empty": lambda _: "",
    "no object": lambda _: "[]",
    "deep": lambda _: "[" * DEEP,
    "responses a number": lambda text: json.dumps({**json.loads(text), "responses": 3}),
    "response a number": lambda text: json.dumps({**json.loads(text), "responses": [3]}),
    "response empty": lambda text: json.dumps({**json.loads(text), "responses": [{}]}),
    "status a text": lambda text: text.replace('"status": 200', '"status": "fine"'),
    "content a number": lambda text: json.dumps(
        {**json.loads(text), "responses": [{"status": 200, "content": 3, "finish_reason": "stop"}]}
    ),
    "content a surrogate": lambda text: text.replace("开会", "\\ud800"),
    "finish_reason a list": lambda text: text.replace('"stop"', "[]"),
    "fault a number": lambda text: json.dumps({**json.loads(text), "responses": [{"fault": 3}]}),
}


@pytest.mark.parametrize("name", RECORDING_ROTS)
def test_rotted_recording_is_named(name: str, tmp_path: Path) -> None:
    """One line says which file to record anew."""
    path = record_one(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(RECORDING_ROTS[name](text), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    with open_client(Endpoint("builtin"), replay=tmp_path) as client, pytest.raises(ReplayMiss) as caught:
        client.ask(ask_for())
    assert path.relative_to(tmp_path).as_posix() in str(caught.value)
    assert "record it" in str(caught.value)
