"""Several answers to the same words: what is sent, where each is kept, what is paid for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.errors import EndpointError, ReplayMiss
from huimou.llm.answerers.refusals import refuses_seed
from huimou.llm.answerers.wire import WireAnswer
from huimou.llm.client import Client, choose_sampling, open_client
from huimou.llm.probing.raw_calls import BudgetSpent, ProbeSession
from huimou.llm.question import Slot, Ticket, request_digest
from huimou.llm.recordings.files import Recordings
from huimou.llm.recordings.replay import Replay, SlotState
from huimou.settings import Endpoint
from huimou.store.answers import QuestionCost, open_store
from scripted_server import Reply, ScriptedServer, completion, serving
from small_question import Gist, ask_for

UNKNOWN_SEED = Reply({"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "not permitted"}]}, 422)


def seeded(body: Any) -> Reply:
    """An answer that tells the seed by which it was asked for; 0 where there was none."""
    return completion(json.dumps({"summary": f"第{body.get('seed', 0)}种", "count": 12}, ensure_ascii=False))


def without_seed(body: Any) -> Reply:
    """What a server says that knows no seed."""
    return UNKNOWN_SEED if "seed" in body else seeded(body)


@contextmanager
def asking(
    replies: Any = seeded, extra: dict[str, Any] | None = None, **more: Any
) -> Iterator[tuple[Client, ScriptedServer]]:
    """A client on a server that answers by seed."""
    with (
        serving(replies) as server,
        open_client(Endpoint("openai", server.url, "m", extra=extra or {}), **more) as client,
    ):
        yield client, server


def said(client: Client, sample: int, **about: Any) -> str:
    """The answer to a sample."""
    value = client.ask(ask_for(sample=sample, **about)).value
    assert isinstance(value, Gist)
    return value.summary


def test_samples_differ_in_sampling_alone() -> None:
    """The first is sent as ever, at temperature 0 with the fixed seed; others are warm, each with its own seed."""
    with asking() as (client, server):
        assert [said(client, sample) for sample in (1, 2, 3)] == ["第7种", "第2种", "第3种"]
    bodies = [asked.body for asked in server.chats]
    sampling = [(body.pop("temperature"), body.pop("seed")) for body in bodies]
    assert sampling == [(0, 7), (0.7, 2), (0.7, 3)]
    assert bodies[0] == bodies[1] == bodies[2]


def test_sampling_of_the_users_own() -> None:
    """The user's temperature and seed are those of the first; other samples keep a temperature above 0 alone."""
    with asking(extra={"temperature": 0.3, "seed": 5, "top_k": 9}) as (client, server):
        for sample in (1, 2, 3):
            said(client, sample)
    assert [(one.body["temperature"], one.body["seed"], one.body["top_k"]) for one in server.chats] == [
        (0.3, 5, 9),
        (0.3, 2, 9),
        (0.3, 3, 9),
    ]
    assert choose_sampling(4, {"temperature": 0}) == {"temperature": 0.7, "seed": 4}


@given(
    st.tuples(st.text(), st.text(), st.from_regex(r"[a-z]+\.[0-9]{1,3}(-[ab]){0,2}", fullmatch=True)),
    st.integers(1, 99),
)
def test_a_slot_knows_its_sample(names: tuple[str, str, str], sample: int) -> None:
    """Each sample has a path of its own, from which it is read back; of the first it is that of the question."""
    slot = Slot(*names, sample)
    assert Slot.parse(slot.path) == replace(Slot.parse(replace(slot, sample=1).path), sample=sample)
    assert (slot.path == Slot(*names).path) == (sample == 1)
    assert Slot.parse(slot.path).path == slot.path


def test_names_of_files() -> None:
    """A sample stands before the repeat and the re-ask."""
    question = ask_for(name="review.3-a", sample=12)
    assert Ticket.of(question, attempt=2, repeat=3).file == "某市 2031/item/review.3-a.s12.r3.a2.json"
    assert Ticket.of(question).slot == Slot("某市 2031", "item", "review.3-a", 12)
    assert (question.slot.name, question.sample) == ("item/review.3-a.s12", 12)
    assert Slot.parse("某市/item/u.s1") == Slot("某市", "item", "u.s1")


def test_recorded_samples_replay(tmp_path: Path) -> None:
    """Each sample from its own file, a re-ask beside it; another report with the same words takes the same sample."""
    folder = tmp_path / "recordings"
    with asking(record=folder) as (client, _):
        live = [said(client, sample) for sample in (1, 2)]
    with asking([completion("坏"), completion('{"summary": "第3种", "count": 12}')], record=folder) as (client, _):
        live.append(said(client, 3))
    assert Recordings(folder).files("某市 2031") == tuple(
        f"某市 2031/item/u1{end}.json" for end in ("", ".s2", ".s3.a2", ".s3")
    )
    kept = json.loads((folder / "某市 2031/item/u1.s2.json").read_text(encoding="utf-8"))
    assert (kept["sampling"]["temperature"], kept["sampling"]["seed"]) == (0.7, 2)
    states: list[SlotState] = []
    with open_client(Endpoint("builtin"), replay=Replay((folder,), tell=states.append)) as client:
        assert [said(client, sample) for sample in (1, 2, 3)] == live
        assert said(client, 2, report="邻市", name="u9") == live[1]
        with pytest.raises(ReplayMiss, match=r"no recording for 某市 2031/item/u1\.s4 \(某市 2031/item/u1\.s4\.json\)"):
            said(client, 4)
    assert [state.state for state in states] == ["fresh"] * 5 + ["missing"]


def test_a_stale_sample_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its slot and by what changed; the first answer stays fresh where only the sampling of samples changed."""
    with asking(record=tmp_path) as (client, _):
        for sample in (1, 2):
            said(client, sample)
    with open_client(Endpoint("builtin"), replay=tmp_path) as client:
        with pytest.raises(
            ReplayMiss, match=r"recording of 某市 2031/item/u1\.s2 is stale: .*'全年召开会议12次。' is now"
        ):
            said(client, 2, unit="全年召开会议13次。")
        monkeypatch.setattr("huimou.llm.client.SAMPLE_TEMPERATURE", 0.9)
        with pytest.raises(ReplayMiss, match=r"u1\.s2 is stale: sampling: temperature 0\.7 to 0\.9"):
            said(client, 2)
        assert said(client, 1) == "第7种"


def test_paid_samples_are_kept_apart(tmp_path: Path) -> None:
    """Nothing is asked twice, costs count to their slot, and the store tells samples from first answers."""
    with asking(store=tmp_path / "s.sqlite") as (client, server):
        first = [said(client, sample) for sample in (1, 2, 11)]
        assert client.usage_of("某市 2031").calls == server.calls == 3
    with asking(without_seed, store=tmp_path / "s.sqlite") as (client, server):
        assert [said(client, sample) for sample in (1, 2, 11)] == first
        assert server.calls == 0
    with open_store(tmp_path / "s.sqlite") as store:
        assert store.costs() == {"item": QuestionCost(3, 27, 300, pytest.approx(0, abs=9), samples=2)}
        assert store.costs()["item"].firsts == 1


ASKER = """
import sys
from pathlib import Path
from huimou.llm.client import open_client
from huimou.settings import Endpoint
from small_question import ask_for

with open_client(Endpoint("openai", sys.argv[1], "m"), store=Path(sys.argv[2])) as client:
    for sample in (1, 2, 3):
        print(client.ask(ask_for(sample=sample)).value.summary, flush=True)
"""


def test_samples_survive_a_kill(tmp_path: Path) -> None:
    """A process killed while it waits for the third loses neither of the first two, and the next asks for one."""
    killed = threading.Event()

    def slow(body: Any) -> Reply:
        if body["seed"] == 3:
            killed.wait(20.0)
        return seeded(body)

    path = tmp_path / "s.sqlite"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with serving(slow) as server:
        command = [sys.executable, "-c", ASKER, server.url, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as process:
            assert process.stdout is not None
            assert [process.stdout.readline() for _ in range(2)] == ["第7种\n", "第2种\n"]
            process.kill()
        killed.set()
    with asking(store=path) as (client, server):
        assert [said(client, sample) for sample in (1, 2, 3)] == ["第7种", "第2种", "第3种"]
        assert [one.body["seed"] for one in server.chats] == [3]


def test_a_refused_sample_leaves_the_others(tmp_path: Path) -> None:
    """An answer of no use is dropped for a retry; those to the other samples are not asked for again."""

    def unfit(body: Any) -> Reply:
        return completion("坏") if body["seed"] == 2 else seeded(body)

    with asking(unfit, store=tmp_path / "s.sqlite") as (client, _):
        said(client, 1)
        with pytest.raises(Exception, match=r"u1\.s2: the answer does not fit"):
            said(client, 2)
    with open_store(tmp_path / "s.sqlite") as store:
        assert store.drop_refused("某市 2031") == 2
    with asking(store=tmp_path / "s.sqlite") as (client, server):
        assert [said(client, sample) for sample in (1, 2)] == ["第7种", "第2种"]
        assert server.calls == 1


def test_a_server_without_seeds_is_asked_without(tmp_path: Path) -> None:
    """It refuses once; what is kept is found by the request with the seed, so that samples stay apart."""
    with asking(without_seed, store=tmp_path / "s.sqlite") as (client, server):
        assert [said(client, sample) for sample in (1, 2, 3)] == ["第0种"] * 3
    assert ["seed" in asked.body for asked in server.chats] == [True, False, False, False]
    assert [asked.body["temperature"] for asked in server.chats] == [0, 0, 0.7, 0.7]
    with open_store(tmp_path / "s.sqlite") as store:
        assert store.count() == 3


def test_what_else_a_server_refuses_is_an_error() -> None:
    """A refusal that names no seed, and one that does though none was sent, are told."""
    for reply, calls in ((Reply({"error": {"message": "unknown field temperature"}}, 400), 1), (UNKNOWN_SEED, 2)):
        with asking([reply]) as (client, server), pytest.raises(EndpointError, match="refuses the request"):
            said(client, 2)
        assert server.calls == calls


@pytest.mark.parametrize(
    ("status", "text", "refused"),
    [
        (422, '{"loc": ["body", "seed"]}', True),
        (400, "Unsupported parameter: 'seed'", True),
        (400, "seeds of wheat", False),
        (500, "seed", False),
        (200, "seed", False),
    ],
)
def test_what_refuses_a_seed(status: int, text: str, refused: bool) -> None:  # noqa: FBT001
    """A refusal of the request's form that names it."""
    assert refuses_seed(WireAnswer(status, text.encode())) is refused


def test_a_probe_goes_on_without_seeds() -> None:
    """The question is put once more and counts; the budget holds."""
    with (
        serving(without_seed) as server,
        ProbeSession(Endpoint("openai", server.url, "m"), budget=3, patience=1.0) as session,
    ):
        assert [session.ask((("user", "好"),), 8).status for _ in range(2)] == [200, 200]
        with pytest.raises(BudgetSpent):
            session.ask((("user", "好"),), 8)
    assert ["seed" in asked.body for asked in server.chats] == [True, False, False]


def test_digests_tell_samples_apart() -> None:
    """So ids of batch requests do, too."""
    bodies = [{"model": "m", "messages": [], **choose_sampling(sample, {})} for sample in range(1, 6)]
    assert len({request_digest(body) for body in bodies}) == 5
