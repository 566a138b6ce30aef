"""The record: round trip, where it lies, and what it changes for later runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.errors import EndpointError, UsageError
from huimou.llm.balancing.find_servers import MOST
from huimou.llm.client import open_client
from huimou.llm.probing.choose import Choice
from huimou.llm.probing.constraint import ModeFinding
from huimou.llm.probing.context import Context
from huimou.llm.probing.identity import Identity
from huimou.llm.probing.record import (
    VERSION,
    ProbeRecord,
    apply_record,
    from_json,
    locate_record,
    to_json,
    write_record,
)
from huimou.llm.probing.speed import Determinism, Parallelism, Speed, Width
from huimou.llm.probing.thinking import Thinking
from huimou.llm.tokens import EndpointFacts
from huimou.settings import Endpoint
from quirky_server import HEALTHY, quirky

URL = "http://10.0.0.5:8000/v1"
FACTS = EndpointFacts("vllm", "m", 8192, build="0.12.1")
RECORD = ProbeRecord(
    Identity(URL, "vllm", "0.12.1", "m", None, "POST /tokenize"),
    Context(8192, 4096, 4000, "yes", "start", "400", "数到4096"),
    (ModeFinding("json_schema", "ignored"), ModeFinding("json", "constrains", notes=("in a code fence",))),
    (),
    Thinking("content", {"reasoning_effort": "none"}),
    Determinism(repeated=True),
    Speed(92.5, None),
    Parallelism((Width(1, 20.0), Width(2, 39.0), Width(4, 70.0)), 4),
    Choice("json", "JSON mode gives answers that fit"),
    21,
    12.5,
    quick=False,
)
records = st.builds(
    ProbeRecord,
    *map(st.from_type, (Identity, Context)),
    st.lists(st.from_type(ModeFinding), max_size=2).map(tuple),
    st.just(()),
    st.builds(
        Thinking, st.just("content"), st.dictionaries(st.text(), st.text(), max_size=2), st.booleans(), st.text()
    ),
    *map(st.from_type, (Determinism,)),
    st.just(Speed(1.5, None)),
    st.just(Parallelism((Width(1, 0.5),), 1)),
    st.from_type(Choice),
    st.integers(0, 99),
    st.floats(0, 1e4),
    quick=st.booleans(),
    version=st.just(VERSION),
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No cache of the user's own."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path))
    return


@given(records)
def test_round_trip(record: ProbeRecord) -> None:
    """What was written is read again, whatever the words in it."""
    assert from_json(to_json(record)) == record


def test_json_is_stable_and_readable() -> None:
    """Chinese stays as it is, keys have an order, and no key of the user's is among them."""
    text = to_json(RECORD)
    assert "数到4096" in text
    assert text == to_json(from_json(text) or replace(RECORD, calls=0))
    assert list(json.loads(text))[:3] == ["identity", "context", "modes"]
    assert "api_key" not in text


def test_broken_and_other_records_are_none() -> None:
    """A record that cannot be read, or of another version, is as good as none."""
    assert from_json("{") is None
    assert from_json("{}") is None
    assert from_json(to_json(replace(RECORD, version=VERSION + 1))) is None
    write_record(RECORD).write_text("{", encoding="utf-8")
    told: list[str] = []
    assert apply_record(Endpoint("openai", URL, "m"), FACTS, told.append)[0].mode == "json_schema"
    assert told


def test_one_record_for_each_server_model_and_build() -> None:
    """Another build or model is another endpoint; a new probe takes the old one's place."""
    write_record(RECORD)
    assert write_record(replace(RECORD, calls=3)) == locate_record(URL, "m", "0.12.1")
    assert len({locate_record(URL, "m", "1"), locate_record(URL, "m", "2"), locate_record(URL, "n", "1")}) == 3
    for facts in (replace(FACTS, build="0.12.2"), replace(FACTS, model="n")):
        assert apply_record(Endpoint("openai", URL, facts.model), facts, lambda _: None)[1].context_tokens == 8192


def test_what_a_record_changes() -> None:
    """Mode, switch, width and context come from the record; nothing is noted."""
    write_record(RECORD)
    told: list[str] = []
    endpoint, facts = apply_record(Endpoint("openai", URL, "m"), FACTS, told.append)
    assert (endpoint.mode, endpoint.concurrency, endpoint.extra) == ("json", 4, {"reasoning_effort": "none"})
    assert (facts.context_tokens, told) == (4096, [])


def test_what_the_user_chose_stays() -> None:
    """Each setting of the user's own wins, even one that equals the default."""
    write_record(RECORD)
    own = Endpoint("openai", URL, "m", extra={"top_k": 1}, chosen=frozenset({"mode", "concurrency", "extra"}))
    assert apply_record(own, FACTS, lambda _: None)[0] == own


def test_no_record_is_noted_once() -> None:
    """Without a record all is as it was, and a probe is suggested."""
    told: list[str] = []
    endpoint = Endpoint("openai", URL, "m")
    assert apply_record(endpoint, FACTS, told.append) == (endpoint, FACTS)
    assert told == [f"{URL} has not been probed; huimou probe finds out how best to use it"]


def test_the_builtin_model_is_known() -> None:
    """No record changes how the built-in model is asked, and none is missed."""
    write_record(RECORD)
    told: list[str] = []
    endpoint = Endpoint("builtin", URL, "m")
    assert apply_record(endpoint, FACTS, told.append) == (endpoint, FACTS)
    assert not told


def test_nothing_reliable_stops_unless_a_mode_is_chosen() -> None:
    """The reason and the remedy, exit 4; the user's own mode goes on."""
    write_record(replace(RECORD, choice=Choice(None, "only 512 tokens are read", ("set OLLAMA_CONTEXT_LENGTH=16384",))))
    with pytest.raises(
        EndpointError, match="only 512 tokens are read: set OLLAMA_CONTEXT_LENGTH=16384; then"
    ) as caught:
        apply_record(Endpoint("openai", URL, "m"), FACTS, lambda _: None)
    assert caught.value.exit_status == 4
    chosen = Endpoint("openai", URL, "m", chosen=frozenset({"mode"}))
    assert apply_record(chosen, FACTS, lambda _: None)[0].mode == "json_schema"


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear line, with what to set."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="HUIMOU_CACHE"):
        write_record(RECORD)


def test_client_takes_context_and_width_from_the_record() -> None:
    """What `open_client` hands on is what the probe found."""
    with quirky(HEALTHY["vllm"]) as server:
        identity = replace(RECORD.identity, base_url=server.url, model="some-model")
        write_record(replace(RECORD, identity=identity))
        with open_client(Endpoint("openai", server.url)) as client:
            assert client.facts.context_tokens == 4096
            assert client.balancer is not None
            (shown,) = client.balancer.servers()
            assert (shown.limit, shown.cap, client.concurrency) == (4, MOST, MOST)
