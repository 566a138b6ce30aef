"""The probe's raw requests: the same bodies as instructor's, counted, patient."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict

from huimou.llm.client import open_client
from huimou.llm.inline_schema import inline_model
from huimou.llm.probing.raw_calls import BudgetSpent, ProbeSession, shape_body
from huimou.llm.question import Question, Slot
from huimou.settings import Endpoint, Mode
from scripted_server import Reply, completion, serving, tool_call

MESSAGES = (("system", "你是编辑。"), ("user", "全年召开会议12次。"))


class Chosen(BaseModel):
    """Its schema goes over the wire in both ways."""

    model_config = ConfigDict(extra="forbid")
    word: Literal["琥珀鲸", "kuplim"]


@pytest.mark.parametrize("mode", get_args(Mode))
def test_bodies_are_instructors(mode: Mode) -> None:
    """In each mode the probe sends, to the letter, what instructor sends for a question."""
    answer = '{"word": "kuplim"}'
    reply = completion(None, tool_calls=[tool_call(answer, "Chosen")]) if mode == "tools" else completion(answer)
    question = Question(Slot("r", "q", "u"), "q", 1, MESSAGES, Chosen, 64, {})
    with serving([reply]) as server:
        endpoint = Endpoint("openai", server.url, "m", mode=mode, extra={"top_k": 1})
        with open_client(endpoint) as client:
            client.ask(question)
        with ProbeSession(endpoint, budget=1, patience=1.0) as session:
            session.ask(MESSAGES, 64, mode, inline_model(Chosen).model_json_schema())
    assert server.chats[0].body == server.chats[1].body


def test_free_question_binds_nothing() -> None:
    """Without a mode only the messages are sent."""
    assert set(shape_body(MESSAGES, None, None)) == {"messages"}


def test_budget_is_hard() -> None:
    """However many threads ask, no call beyond the budget is made."""
    with (
        serving([completion("好")]) as server,
        ProbeSession(Endpoint("openai", server.url, "m"), budget=3, patience=1.0) as session,
    ):

        def one(_: int) -> str:
            try:
                return session.ask(MESSAGES, 8).content
            except BudgetSpent:
                return "spent"

        with ThreadPoolExecutor(8) as pool:
            said = sorted(pool.map(one, range(8)))
    assert said == ["spent"] * 5 + ["好"] * 3
    assert server.calls == session.calls == 3


@pytest.mark.parametrize("status", [429, 503])
def test_waits_as_asked_within_patience(status: int) -> None:
    """A busy server is waited for as long as it asks, unless that outlasts patience."""
    slept: list[float] = []
    busy = [Reply({}, status, {"Retry-After": "7"}), completion("好")]
    with serving(busy) as server:
        with ProbeSession(Endpoint("openai", server.url, "m"), budget=3, patience=30.0, sleep=slept.append) as session:
            assert session.ask(MESSAGES, 8).content == "好"
        assert slept == [7.0]
    with serving(busy) as server:
        with ProbeSession(Endpoint("openai", server.url, "m"), budget=3, patience=6.0, sleep=slept.append) as session:
            assert "asks to wait 7 seconds" in str(session.ask(MESSAGES, 8).error)
        assert (slept, server.calls) == ([7.0], 1)


def test_cut_connection_is_tried_once_more() -> None:
    """One cut costs a second try, two are told."""
    good = completion("好")
    for script, status, calls in (([replace(good, cut=True), good], 200, 2), ([replace(good, cut=True)], 0, 2)):
        with (
            serving(script) as server,
            ProbeSession(Endpoint("openai", server.url, "m"), budget=1, patience=5.0, sleep=lambda _: None) as session,
        ):
            reply = session.ask(MESSAGES, 8)
        assert (reply.status, server.calls) == (status, calls)
        assert ("mid-answer" in str(reply.error)) == (status == 0)


@pytest.mark.parametrize(
    "body",
    [{"choices": []}, {"choices": [3]}, {"choices": [{"message": None}], "usage": 3, "timings": []}, {"error": 1}],
)
def test_odd_bodies_are_empty_answers(body: Any) -> None:
    """Whatever JSON comes, nothing is raised and nothing is known."""
    with (
        serving([Reply(body)]) as server,
        ProbeSession(Endpoint("openai", server.url, "m"), budget=1, patience=0.1) as session,
    ):
        reply = session.ask(MESSAGES, 8)
    assert (reply.content, reply.count("prompt_tokens"), reply.timing("prompt_ms"), reply.finish) == (
        "",
        None,
        None,
        "",
    )


def test_dead_server_is_told_quickly() -> None:
    """Nobody there: no waiting."""
    with serving([]) as server:
        url = server.url
    begun = time.monotonic()
    with ProbeSession(Endpoint("openai", url, "m"), budget=1, patience=60.0) as session:
        assert "cannot reach" in str(session.ask(MESSAGES, 8).error)
    assert time.monotonic() - begun < 30.0  # half of its patience
