"""The probe tells the truth about every server: the healthy ones, and each quirk by its own finding."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from huimou.errors import EndpointError
from huimou.llm.probing import FULL, QUICK, probe
from huimou.llm.probing.constraint import KEYWORDS
from huimou.llm.probing.raw_calls import ProbeSession
from huimou.llm.probing.record import ProbeRecord
from huimou.llm.probing.speed import find_knee, repeat_request
from huimou.settings import Endpoint
from quirky_server import HEALTHY, KEY, MODEL, PROFILES, Quirks, quirky
from scripted_server import CHAT, Asked, Reply, ScriptedServer


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No cache of the user's own."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path))
    return


@cache
def probed(quirks: Quirks, *, quick: bool = False) -> tuple[ProbeRecord, ScriptedServer]:
    """Probe such a server, once for all tests."""
    key = KEY if quirks.key else ""
    with quirky(quirks) as server:
        return probe(Endpoint("openai", server.url, api_key=key), patience=2.0, quick=quick), server


def states(record: ProbeRecord) -> dict[str, str]:
    """State of each mode."""
    return {mode.name: mode.state for mode in record.modes}


def fates(record: ProbeRecord) -> dict[str, str]:
    """State of each keyword."""
    return {keyword.name: keyword.state for keyword in record.keywords}


IDENTITIES = {
    "llama.cpp": ("b7000-abc", 2, "POST /tokenize"),
    "ollama": ("0.14.0", None, "none, tokens are estimated"),
    "vllm": ("0.12.1", None, "POST /tokenize"),
    "sglang": ("0.5.6", None, "none, tokens are estimated"),
    "lmstudio": ("", None, "none, tokens are estimated"),
}


@pytest.mark.parametrize("kind", HEALTHY)
def test_healthy_servers(kind: str) -> None:
    """Identity, whole context, every keyword enforced, json_schema chosen; within the budget, as counted."""
    record, server = probed(HEALTHY[kind])
    identity = record.identity
    assert (identity.kind, identity.model) == (kind, MODEL)
    assert (identity.build, identity.slots, identity.tokenizer) == IDENTITIES[kind]
    assert record.context.claimed == record.context.usable == HEALTHY[kind].context
    assert record.context.cut == "no"
    assert 0.85 * record.context.usable < record.context.checked < record.context.usable
    assert set(fates(record).values()) == {"enforced"}
    assert set(fates(record)) == set(KEYWORDS)
    assert (record.choice.mode, record.thinking.place) == ("json_schema", "none")
    assert (record.determinism.repeated, record.determinism.after_others) == (True, True)
    assert record.calls == server.calls <= FULL


OVERFLOWS = {
    "llama.cpp": "400 with counts",
    "ollama": "200, cut without a word",
    "vllm": "400 with counts",
    "lmstudio": "400",
}


@pytest.mark.parametrize("kind", OVERFLOWS)
def test_overflow(kind: str) -> None:
    """What becomes of a prompt beyond the context is told in the server's own manner."""
    assert probed(HEALTHY[kind])[0].context.overflow == OVERFLOWS[kind]


def test_overflow_of_an_older_build() -> None:
    """500 is told as such, and is not waited for."""
    assert probed(PROFILES["llama.cpp: older build, overflow 500"])[0].context.overflow == "500"


@pytest.mark.parametrize(
    ("name", "usable", "side"),
    [("ollama: silent truncation", 512, "start"), ("ollama: half the window", 4096, "middle")],
)
def test_silent_truncation(name: str, usable: int, side: str) -> None:
    """A prompt within the claim that is cut without a word: how much is read, which part is lost, what to set."""
    record, _ = probed(PROFILES[name])
    assert (record.context.claimed, record.context.usable) == (8192, usable)
    assert (record.context.cut, record.context.side) == ("yes", side)
    assert "OLLAMA_CONTEXT_LENGTH=16384" in record.choice.remedies[0]
    assert (record.choice.mode is None) == (usable < 768)


def test_a_full_count_is_trusted() -> None:
    """A model that forgets the first code of a long prompt is no cut where all tokens are counted: it is only told."""
    record, _ = probed(PROFILES["truncation that is not counted"])
    assert (record.context.claimed, record.context.cut, record.context.side) == (None, "no", None)
    assert "did not repeat both codes" in record.context.evidence
    assert (record.choice.mode, record.choice.remedies) == ("json_schema", ())


def test_a_lost_code_where_nothing_is_counted() -> None:
    """Without counts a lost first code is suspicious; what huimou needs is checked after it."""
    record, _ = probed(Quirks("openai", context=2048, overflow="cut start", usage=False))
    assert (record.context.claimed, record.context.cut, record.context.side) == (None, "suspected", "start")
    assert 1000 <= (record.context.usable or 0) < 2048
    assert record.choice.remedies[0].startswith("set a longer context")


@pytest.mark.parametrize("claimed", [0, 4096])
def test_a_slow_machine_is_no_short_context(claimed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prompts end where the next would take longer than the bound; that is told, and there is nothing to do."""
    monkeypatch.setattr("huimou.llm.probing.context.NEEDLE_SECONDS", 2.0)
    with quirky(Quirks("openai", context=16384, claimed=claimed, reading=0.001, listed="context_length")) as server:
        record = probe(Endpoint("openai", server.url), patience=1.0)
    assert record.context.evidence.endswith("not tried further, too slow")
    assert record.context.overflow == "not tried further, too slow"
    assert 420 < record.context.checked < 2000
    assert (record.context.usable, record.choice.remedies) == (claimed or None, ())


def test_a_server_that_slows_down_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt that takes longer than its short sisters promised is given up at the bound."""
    monkeypatch.setattr("huimou.llm.probing.context.NEEDLE_SECONDS", 1.5)
    with quirky(Quirks("vllm", context=8192)) as server:
        plain = server.answer

        def answer(asked: Asked) -> Reply:
            slow = asked.path == CHAT and len(str(asked.body)) > 3000
            reply = plain(asked)
            return replace(reply, delay=4.0) if slow else reply

        server.answer = answer  # type: ignore[method-assign]
        begun = time.monotonic()
        record = probe(Endpoint("openai", server.url), patience=1.0)
    assert time.monotonic() - begun < 25
    assert sum(len(str(asked.body)) > 3000 for asked in server.chats) == 1
    assert record.context.overflow == "not tried further, too slow"
    assert (record.context.usable, record.choice.remedies) == (8192, ())


@pytest.mark.parametrize("name", ["max_model_len", "max_input_tokens", "context_length", "context_window"])
def test_the_context_that_a_list_of_models_tells(name: str) -> None:
    """Gateways have no route of their own for it."""
    record, _ = probed(Quirks("openai", context=3000, listed=name))
    assert (record.context.claimed, record.context.usable, record.context.cut) == (3000, 3000, "no")


@pytest.mark.parametrize(("usage", "cut", "checked"), [(True, "no", 3800), (False, "unknown", 0)])
def test_a_model_that_repeats_no_code(usage: bool, cut: str, checked: int) -> None:  # noqa: FBT001
    """A weak model is not taken for a cut: the count tells, and where there is none the claim stands unchecked."""
    record, _ = probed(Quirks(recalls=False, usage=usage))
    assert (record.context.cut, record.context.usable) == (cut, 4096)
    assert record.context.checked >= checked
    assert record.choice.mode == "json_schema"


def test_context_of_a_server_that_claims_none() -> None:
    """The server's own words of refusal tell it."""
    record, _ = probed(Quirks("openai", context=6000))
    assert (record.context.claimed, record.context.usable) == (None, 6000)


MODES = {
    "llama.cpp: grammar dropped with 200": ({"json_schema": "obeys", "json": "obeys", "tools": "ignored"}, "json"),
    "lmstudio: json_object refused": ({"json_schema": "obeys", "json": "rejected", "tools": "ignored"}, "md_json"),
    "ollama: tool_choice ignored": ({"json_schema": "obeys", "tools": "ignored"}, "json"),
    "vllm: no tool parser": ({"json_schema": "constrains", "tools": "rejected"}, "json_schema"),
    "two tool calls": ({"json_schema": "rejected", "json": "rejected", "tools": "ignored"}, "md_json"),
    "blanks without end": ({"json_schema": "endless", "json": "endless", "tools": "constrains"}, "tools"),
    "fenced JSON": ({"json_schema": "obeys", "json": "obeys", "md_json": "obeys"}, "json"),
    "nothing works": (dict.fromkeys(("json_schema", "json", "md_json", "tools"), "ignored"), None),
}
EVIDENCE = {
    "lmstudio: json_object refused": ("json", "'response_format.type' must be 'json_schema' or 'text'"),
    "vllm: no tool parser": ("tools", "does not support tools"),
    "two tool calls": ("tools", "the model made 2 tool calls where one was asked for"),
    "blanks without end": ("json_schema", "blanks until max_tokens"),
    "fenced JSON": ("json", "in a code fence"),
    "curly quotes": ("json_schema", "with curly quotes"),
    "sglang: JSON in the reasoning field": ("json_schema", "in the reasoning field"),
    "bare </think>": ("json_schema", "thinking beside the answer"),
}


@pytest.mark.parametrize("name", MODES)
def test_modes(name: str) -> None:
    """Which modes constrain, obey, do nothing or are refused, and which is chosen for it."""
    found, chosen = MODES[name]
    record, _ = probed(PROFILES[name])
    assert states(record).items() >= found.items()
    assert record.choice.mode == chosen


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_of_a_mode(name: str) -> None:
    """A refusal is told in the server's own words, and what had to be cleaned away is noted."""
    mode, said = EVIDENCE[name]
    record, _ = probed(PROFILES[name])
    (finding,) = (each for each in record.modes if each.name == mode)
    assert said in (finding.evidence, *finding.notes)
    assert finding.status == (400 if finding.state == "rejected" else 200)


def test_ignored_and_rejected_keywords() -> None:
    """One keyword that is ignored or refused does not cost the others their finding."""
    ignored = fates(probed(PROFILES["llama.cpp: pattern ignored"])[0])
    assert {name for name, state in ignored.items() if state == "ignored"} == {"pattern", "maxLength"}
    rejected = fates(probed(PROFILES["llama.cpp: nested $ref rejected"])[0])
    assert {name for name, state in rejected.items() if state != "enforced"} == {"$ref"}
    assert rejected["$ref"] == "rejected"


@pytest.mark.parametrize("keyword", ["minItems", "maxItems"])
def test_bounds_that_are_ignored(keyword: str) -> None:
    """A list that is longer or shorter than its schema allows is seen."""
    found = fates(probed(Quirks(ignores=frozenset({keyword})))[0])
    assert {name for name, state in found.items() if state == "ignored"} == {keyword}


THINKING = {
    "vllm: reasoning field": ("reasoning_content", {"chat_template_kwargs": {"enable_thinking": False}}),
    "ollama: reasoning field": ("reasoning", {"reasoning_effort": "none"}),
    "thinking in the content": ("content", {"chat_template_kwargs": {"enable_thinking": False}}),
    "bare </think>": ("content", {}),
}


@pytest.mark.parametrize("name", THINKING)
def test_thinking(name: str) -> None:
    """Where thinking lands and what turns it off; what stays on is named among what to do."""
    place, extra = THINKING[name]
    record, server = probed(PROFILES[name])
    assert (record.thinking.place, record.thinking.extra) == (place, extra)
    assert record.thinking.off == bool(extra)
    assert any("thinking" in remedy for remedy in record.choice.remedies) == (not extra)
    assert extra.items() <= server.chats[-1].body.items()


def test_sameness() -> None:
    """A server whose answers differ is said to."""
    record, _ = probed(PROFILES["moody"])
    assert (record.determinism.repeated, record.determinism.after_others) == (False, False)


@pytest.mark.parametrize(
    ("slots", "delay", "knee", "widths"),
    [(1, 1.5, 1, [1, 2]), (2, 1.5, 2, [1, 2, 4]), (64, 1.5, 8, [1, 2, 4, 8])],
)
def test_knee(slots: int, delay: float, knee: int, widths: list[int]) -> None:
    """The width is doubled until that gains nothing, at a server that does not tell its slots.

    An answer takes so long that what this machine does beside is nothing to it.
    """
    with (
        quirky(Quirks("vllm", slots=slots, delay=delay)) as server,
        ProbeSession(Endpoint("openai", server.url, MODEL), budget=16, patience=1.0) as session,
    ):
        found = find_knee(session, repeat_request(session, 1), slots=None)
    assert found.knee == knee
    assert [width.requests for width in found.widths] == widths
    assert session.calls == server.calls <= FULL


def test_slots_that_are_told_are_not_exceeded() -> None:
    """More requests than slots only wait: they are not tried."""
    record, _ = probed(Quirks(slots=1))
    assert [width.requests for width in record.parallelism.widths] == [1]
    assert (record.parallelism.knee, record.parallelism.evidence) == (1, "the server works on 1 at once")


def test_a_slow_machine_is_not_widened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one answer takes too long no width is tried, and the default number of requests stands."""
    monkeypatch.setattr("huimou.llm.probing.speed._SLOW", 0.001)
    with quirky(Quirks("vllm", delay=0.01)) as server:
        record = probe(Endpoint("openai", server.url), patience=1.0)
    assert (record.parallelism.knee, record.parallelism.evidence) == (None, "2 not tried: too slow")


def test_a_server_that_counts_nothing() -> None:
    """Without token counts the codes alone tell the context, and there is no speed to tell."""
    record, _ = probed(PROFILES["no usage"])
    assert record.context.usable == 4096
    assert (record.speed.generation, record.parallelism.knee) == (None, None)


def test_a_server_that_is_loading_is_waited_for() -> None:
    """503 costs time, not a finding."""
    record, server = probed(PROFILES["503 while loading"])
    assert record.choice.mode == "json_schema"
    assert server.calls == record.calls + 2


def test_a_list_of_models_that_is_not_ready_is_waited_for() -> None:
    """llama.cpp answers everything with 503 while it loads, its list of models too."""
    with quirky(HEALTHY["llama.cpp"]) as server:
        plain, early = server.answer, iter([Reply({"error": "Loading model"}, 503)] * 2)
        server.answer = lambda asked: next(early, None) or plain(asked)  # type: ignore[method-assign]
        assert probe(Endpoint("openai", server.url), patience=5.0, quick=True).choice.mode == "json_schema"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("429 with a long Retry-After", "asks to wait 300 seconds"),
        ("connection cut in mid-answer", "cut the connection in mid-answer"),
        ("HTML", "cannot ask .*for the model's name"),
    ],
)
def test_servers_that_cannot_be_probed(name: str, said: str) -> None:
    """One clear error, at once."""
    with pytest.raises(EndpointError, match=said):
        probed(PROFILES[name])


def test_html_instead_of_an_answer() -> None:
    """A page where a chat completion should be is no answer."""
    with quirky(Quirks("openai", html=True)) as server, pytest.raises(EndpointError, match="not a chat completion"):
        probe(Endpoint("openai", server.url, MODEL), patience=1.0)


def test_keys() -> None:
    """A key is needed and used, and is nowhere in the record."""
    assert KEY not in repr(probed(PROFILES["key needed"])[0])
    with quirky(PROFILES["key needed"]) as server, pytest.raises(EndpointError, match="HUIMOU_API_KEY"):
        probe(Endpoint("openai", server.url, MODEL, "wrong"), patience=1.0)


@pytest.mark.parametrize("name", [*HEALTHY, "thinking in the content", "bare </think>", "nothing works", "fenced JSON"])
def test_quick(name: str) -> None:
    """At most six calls tell who answers, thinking, and whether json_schema binds."""
    quirks = {**HEALTHY, **PROFILES}[name]
    record, server = probed(quirks, quick=True)
    assert record.calls == server.calls <= QUICK
    assert (record.quick, record.context.checked) == (True, 0)
    wanted = {"fenced JSON": "md_json", "nothing works": None}.get(name, "json_schema")
    assert record.choice.mode == wanted
    if wanted is None:
        assert "without --quick" in record.choice.remedies[0]


def test_the_users_own_mode_and_extra() -> None:
    """Keywords are tested in the mode that the user names, and his additions go into every request."""
    with quirky(HEALTHY["vllm"]) as server:
        record = probe(Endpoint("openai", server.url, mode="tools", extra={"top_k": 1}), patience=1.0)
    assert set(fates(record).values()) == {"enforced"}
    assert all(asked.body["top_k"] == 1 for asked in server.chats)
