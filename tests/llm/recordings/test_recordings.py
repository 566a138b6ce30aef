"""Recordings replay byte for byte without a network, read well, and say why they are stale."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_socket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from huimou.errors import AnswerError, AnswerTruncated, EndpointError, HuimouError, ReplayMiss, UsageError
from huimou.language.rules import use_rules
from huimou.language.rules.own_rules import load_rules
from huimou.llm.answerers.listening import Exchange
from huimou.llm.client import open_client
from huimou.llm.question import Answer, Question, Slot
from huimou.llm.recordings.files import Recordings, RecordSettings
from huimou.llm.recordings.manifest import read_manifest
from huimou.llm.recordings.replay import Replay, SlotState, is_not_fresh
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving, tool_call
from small_question import GOOD, Gist, ask_for
from small_suite import edit

NOWHERE = Endpoint("builtin")


class Note(BaseModel):
    """One free text."""

    text: str


class WiderGist(Gist):
    """`Gist` with one more field."""

    deadline: str = ""


WiderGist.__name__ = "Gist"


def outcome(folder: Path, question: Question[BaseModel]) -> Answer[BaseModel] | str:
    """What replay gives, errors as text, with every socket forbidden."""
    pytest_socket.disable_socket()
    try:
        with open_client(NOWHERE, replay=folder) as client:
            return client.ask(question)
    except AnswerError as error:
        return str(error)
    finally:
        pytest_socket.enable_socket()


def recorded(
    folder: Path, replies: list[Reply], question: Question[BaseModel], mode: str = "json_schema"
) -> Answer[BaseModel] | str:
    """Record one question on a scripted server; answers' errors as text."""
    with serving(replies) as server:
        endpoint = Endpoint("openai", server.url, "m", "s3cret", mode)  # type: ignore[arg-type]
        with open_client(endpoint, record=folder) as client:
            try:
                return client.ask(question)
            except AnswerError as error:
                return str(error)


def load(folder: Path, name: str = "某市 2031/item/u1.json") -> dict[str, object]:
    """The one recording that the pattern names."""
    (path,) = folder.glob(name)
    value: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return value


def tool(text: str) -> Reply:
    """A tool call with a random id."""
    return completion(None, tool_calls=[tool_call(text)])


@pytest.mark.parametrize(
    ("mode", "replies"),
    [
        ("json_schema", [completion(GOOD, prompt_tokens=61, cached_tokens=17)]),
        ("json_schema", [completion("{}"), completion(GOOD)]),
        ("json", [completion("{}"), completion(GOOD)]),
        ("md_json", [completion("不会"), completion(f"```json\n{GOOD}\n```")]),
        ("tools", [tool("{}"), tool(GOOD)]),
        ("json_schema", [completion(f"<think>嗯</think>{GOOD}")]),
        ("json_schema", [completion(None, reasoning=GOOD)]),
        ("json_schema", [Reply({"error": "Loading model"}, 503), completion(GOOD)]),
        ("json_schema", [completion(GOOD[:9], finish_reason="length")]),
        ("json_schema", [Reply({"error": {"type": "exceed_context_size_error"}}, 400)]),
        ("json_schema", [completion("坏"), completion("还是坏")]),
        ("tools", [completion(None, tool_calls=[tool_call(GOOD), tool_call(GOOD)])]),
    ],
)
def test_replay_equals_the_recorded_run(mode: str, replies: list[Reply], tmp_path: Path) -> None:
    """Values, costs, seconds and errors are the same offline, good answers and bad ones."""
    live = recorded(tmp_path, replies, ask_for(), mode)
    assert outcome(tmp_path, ask_for()) == live
    assert outcome(tmp_path, ask_for()) == live


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    unit=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
    said=st.text(
        st.sampled_from('年会１２％（）……①“”\u3000\r\n\t \u2028🙂👩‍👩‍👧é\u0301繁體{}</think>\\"'), max_size=40
    ),
)
def test_any_text_replays_unchanged(unit: str, said: str) -> None:
    """Full-width forms, emoji, combining marks and control characters come back exactly, in and out."""
    question = ask_for(Note, unit=unit)
    with tempfile.TemporaryDirectory() as name:
        live = recorded(Path(name), [completion(json.dumps({"text": said}, ensure_ascii=False))], question)
        again = outcome(Path(name), question)
        assert load(Path(name))["messages"] == [{"role": "user", "content": unit}]
    assert isinstance(live, Answer)
    assert live.value == Note(text=said)
    assert again == live


def test_recording_reads_well(tmp_path: Path) -> None:
    """Plain Chinese, shared prefix once, no key, address, id or time of the server anywhere."""
    recorded(tmp_path, [completion(GOOD)], ask_for())
    recorded(tmp_path, [completion(GOOD)], ask_for(name="u2"))
    files = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = load(tmp_path)
    assert list(kept) == ["prompt", "schema", "sampling", "messages", "responses"]
    assert kept["messages"] == [{"role": "user", "content": "全年召开会议12次。"}]
    assert kept["responses"] == [{"status": 200, "content": GOOD, "finish_reason": "stop"}]
    index = json.loads(files["某市 2031/index.json"])
    assert index["某市 2031/item/u1.json"]["digest"].startswith("sha256:")
    assert index["某市 2031/item/u1.json"]["costs"][0][1:] == [100, 0, 9]
    assert sorted(name for name in files if name.startswith(("prompts/", "schemas/"))) == [
        "prompts/item-summary.md",
        "schemas/Gist.json",
    ]
    everything = b"".join(files.values()).decode()
    for secret in ("s3cret", "127.0.0.1", "chatcmpl", "b1-secret", "\\u"):
        assert secret not in everything
    assert all(content.endswith(b"\n") and b"\r" not in content for content in files.values())
    assert read_manifest(tmp_path).facts.model == "m"


def test_recording_twice_changes_only_seconds(tmp_path: Path) -> None:
    """Recording again on the same answers gives the same files but for the time that the calls took."""
    for name in ("a", "b"):
        recorded(tmp_path / name, [tool("{}"), tool(GOOD)], ask_for(), "tools")
    one, other = (
        {p.relative_to(tmp_path / n).as_posix(): p.read_text(encoding="utf-8") for p in (tmp_path / n).rglob("*.*")}
        for n in "ab"
    )
    assert {k: v for k, v in one.items() if not k.endswith("index.json")} == {
        k: v for k, v in other.items() if not k.endswith("index.json")
    }
    without = [re.sub(r"\[\[[\d.]+, ", "[[", tree["某市 2031/index.json"]) for tree in (one, other)]
    assert without[0] == without[1]


def shorter(question: Question[BaseModel]) -> Question[BaseModel]:
    """The question with another system prompt."""
    return replace(question, messages=(("system", "你是新编辑。"), *question.messages[1:]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: ask_for(unit="全年召开会议13次。"), ["unit text changed", "会议12次", "会议13次"]),
        (lambda q: replace(q, prompt_version=4), []),
        (lambda q: replace(shorter(q), prompt_version=4), ["prompt item-summary 3 to 4", "你是新编辑"]),
        (shorter, ["prompt text changed", "你是编辑", "你是新编辑"]),
        (lambda q: replace(q, schema=WiderGist), ["schema changed: field `deadline` added"]),
        (lambda q: replace(q, max_tokens=90), ["sampling: max_tokens 80 to 90"]),
    ],
)
def test_stale_recordings_say_what_changed(
    change: Callable[[Question[BaseModel]], Question[BaseModel]], said: list[str], tmp_path: Path
) -> None:
    """A miss names the slot and the change; a new version of a prompt with the same words is no miss."""
    question = ask_for()
    recorded(tmp_path, [completion(GOOD)], question)
    if not said:
        assert isinstance(outcome(tmp_path, change(question)), Answer)
        return
    with pytest.raises(ReplayMiss) as caught:
        outcome(tmp_path, change(question))
    assert question.slot.path in caught.value.message
    assert not caught.value.retryable
    for words in said:
        assert words in caught.value.message
    assert len(caught.value.message) < 500


def test_own_rules_that_changed_are_named(tmp_path: Path) -> None:
    """Where a recording no longer fits, it says that it was made with other rules; where it fits, it serves."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "my.toml").write_text("[dispositions.proverb]\noff = true\n", encoding="utf-8")
    book = load_rules(own)
    recorded(tmp_path / "kept", [completion(GOOD)], ask_for())
    with use_rules(book):
        assert isinstance(outcome(tmp_path / "kept", ask_for()), Answer)
        with pytest.raises(ReplayMiss, match=f"your own rules changed: none to {book.digest}"):
            outcome(tmp_path / "kept", ask_for(unit="全年召开会议13次。"))


def test_missing_recording(tmp_path: Path) -> None:
    """A slot that was never recorded is named, with the file that was looked for."""
    recorded(tmp_path, [completion(GOOD)], ask_for())
    with pytest.raises(ReplayMiss, match=r"no recording for .*/item/u9"):
        outcome(tmp_path, ask_for(unit="全年召开会议13次。", name="u9"))


def test_broken_recording(tmp_path: Path) -> None:
    """A file that was damaged is named instead of a traceback."""
    recorded(tmp_path, [completion(GOOD)], ask_for())
    (path,) = tmp_path.glob("*/item/u1.json")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ReplayMiss, match="cannot be read"):
        outcome(tmp_path, ask_for())


def test_folder_without_recordings(tmp_path: Path) -> None:
    """Replaying from an empty folder is a usage error."""
    with pytest.raises(UsageError, match="holds no recordings"):
        open_client(NOWHERE, replay=tmp_path)


def test_unreachable_server_is_recorded(tmp_path: Path) -> None:
    """A fault without an answer replays as the same error."""
    with serving([]) as server:
        endpoint = Endpoint("openai", server.url, "m")
    with (
        open_client(endpoint, record=tmp_path, budget=0.1) as client,
        pytest.raises(EndpointError, match="ConnectError"),
    ):
        client.ask(ask_for())
    with open_client(NOWHERE, replay=tmp_path) as client, pytest.raises(EndpointError, match="ConnectError"):
        client.ask(ask_for())


def test_no_recording_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CI run never records, but replays."""
    recorded(tmp_path / "made", [completion(GOOD)], ask_for())
    monkeypatch.setenv("CI", "true")
    with serving([completion(GOOD)]) as server, pytest.raises(UsageError, match="not made in CI"):
        open_client(Endpoint("openai", server.url, "m"), record=tmp_path / "new")
    assert isinstance(outcome(tmp_path / "made", ask_for()), Answer)
    assert not (tmp_path / "new").exists()


def test_models_do_not_mix(tmp_path: Path) -> None:
    """A folder holds recordings of one model in one mode."""
    recorded(tmp_path, [completion(GOOD)], ask_for())
    with serving([]) as server, pytest.raises(UsageError, match="holds recordings of m in mode json_schema"):
        open_client(Endpoint("openai", server.url, "other"), record=tmp_path)


def test_recording_asks_although_the_ledger_knows(tmp_path: Path) -> None:
    """With both, the server is asked, so that every recording is complete; the ledger still keeps."""
    with serving([completion(GOOD)]) as server:
        endpoint = Endpoint("openai", server.url, "m")
        for record in (None, tmp_path / "r", None):
            with open_client(endpoint, record=record, store=tmp_path / "l") as client:
                client.ask(ask_for())
        assert server.calls == 2
    assert isinstance(outcome(tmp_path / "r", ask_for()), Answer)


def test_identical_request_in_another_slot_is_recorded_once(tmp_path: Path) -> None:
    """Only what has no fresh recording goes to the server; another slot's of the very same request will do."""
    other = replace(ask_for(), slot=replace(ask_for().slot, report="other"))
    told: list[SlotState] = []
    with serving([completion(GOOD)]) as server:
        endpoint = Endpoint("openai", server.url, "m")
        for question in (ask_for(), other):
            replay = Replay((tmp_path / "r",), ask=is_not_fresh, tell=told.append)
            with open_client(endpoint, record=tmp_path / "r", replay=replay) as client:
                client.ask(question)
        assert server.calls == 1
    assert [(state.state, state.asked) for state in told] == [("missing", True), ("fresh", False)]
    assert Recordings(tmp_path / "r").files("other") == ()
    assert isinstance(outcome(tmp_path / "r", other), Answer)
    changed = replace(other, max_tokens=other.max_tokens + 1)
    with pytest.raises(ReplayMiss, match="no recording for other/item"):
        outcome(tmp_path / "r", changed)


def test_recordings_of_another_folder_answer_identical_requests(tmp_path: Path) -> None:
    """A folder names the one whose recordings it need not hold again, and only what it lacks is asked."""
    recorded(tmp_path / "r", [completion(GOOD)], ask_for())
    other = replace(ask_for(), slot=replace(ask_for().slot, report="other"))
    with serving([]) as server:
        endpoint = Endpoint("openai", server.url, "m")
        recording = RecordSettings(tmp_path / "v", also="../r")
        with open_client(endpoint, record=recording, replay=Replay((tmp_path / "v",), ask=is_not_fresh)) as client:
            client.ask(other)
        assert server.calls == 0
    assert isinstance(outcome(tmp_path / "v", other), Answer)


def test_noted_misses_go_on(tmp_path: Path) -> None:
    """With `note` a stale recording is played and its reason told; a missing one leaves the question unanswered."""
    recorded(tmp_path, [completion(GOOD)], ask_for())
    told: list[SlotState] = []
    with open_client(NOWHERE, replay=Replay((tmp_path,), "note", tell=told.append)) as client:
        assert isinstance(client.ask(ask_for(unit="全年召开会议13次。")), Answer)
        with pytest.raises(AnswerError, match="no recording for"):
            client.ask(ask_for(unit="全年召开会议13次。", name="u9"))
    assert [state.state for state in told] == ["stale", "missing"]
    assert [reason.part for reason in told[0].why] == ["text:unit"]
    assert told[0].why[0].before == "全年召开会议12次。"


def test_retries_are_replayed_through_the_retries_of_today(tmp_path: Path) -> None:
    """A 429 with its Retry-After and the answer after it are both played, without the waiting."""
    busy = Reply({"error": "busy"}, 429, {"retry-after": "1"})
    with (
        serving([busy, completion(GOOD)]) as server,
        open_client(Endpoint("openai", server.url, "m"), record=tmp_path, budget=5) as client,
    ):
        live = client.ask(ask_for())
    assert load(tmp_path)["responses"][0]["retry_after"] == "1"  # type: ignore[index]
    (path,) = tmp_path.rglob("u1.json")
    edit(path, lambda text: text.replace('"retry_after": "1"', '"retry_after": "60"'))
    told: list[SlotState] = []
    begun = time.monotonic()
    with open_client(NOWHERE, replay=Replay((tmp_path,), tell=told.append)) as client:
        assert client.ask(ask_for()) == live
    assert time.monotonic() - begun < 30
    assert (told[0].played, told[0].kept, live.usage.calls) == (2, 2, 2)


def test_listener_hears_what_was_really_sent(tmp_path: Path) -> None:
    """Body and answer of every attempt as on the wire, with whose it was and whether a recording answered."""
    heard: list[Exchange] = []
    with serving([completion("{}"), completion(GOOD)]) as server:
        endpoint = Endpoint("openai", server.url, "m", mode="json")
        with open_client(endpoint, record=tmp_path, listen=heard.append) as client:
            client.ask(ask_for())
    with open_client(NOWHERE, replay=tmp_path, listen=heard.append) as client:
        client.ask(ask_for())
    assert [(h.ticket.attempt, h.replayed, h.status) for h in heard] == [
        (1, False, 200),
        (2, False, 200),
        (1, True, 200),
        (2, True, 200),
    ]
    assert heard[0].sent == heard[2].sent
    assert "json_schema" in heard[0].sent["messages"][0]["content"]
    assert heard[1].choice["message"]["content"] == GOOD
    assert [len(h.sent["messages"]) for h in heard[:2]] == [4, 6]
    assert heard[0].usage.completion_tokens == 9


def test_what_instructor_adds_stands_apart(tmp_path: Path) -> None:
    """Our own prompt is recorded as we wrote it; the text that a mode adds to it is kept with the schema."""
    recorded(tmp_path, [completion(GOOD)], ask_for(), "md_json")
    ours = (tmp_path / "prompts" / "item-summary.md").read_text(encoding="utf-8")
    assert ours.startswith("## system\n\n你是编辑。\n\n## user")
    assert "schema" not in ours
    schema = json.loads((tmp_path / "schemas" / "Gist.json").read_text(encoding="utf-8"))
    assert set(schema["added"]) == {"1", "4"}
    assert "json_schema" in schema["added"]["1"]
    assert load(tmp_path)["messages"] == [{"role": "user", "content": "全年召开会议12次。"}]


def test_repeats_have_recordings_of_their_own(tmp_path: Path) -> None:
    """The same question asked a second time stands beside the first."""
    with serving([completion(GOOD), completion(GOOD.replace("12", "13"))]) as server:
        for repeat in (1, 2):
            with open_client(Endpoint("openai", server.url, "m"), record=tmp_path, repeat=repeat) as client:
                client.ask(ask_for())
    report = Slot.parse(ask_for().slot.path).report
    assert Recordings(tmp_path).files(report) == (f"{report}/item/u1.json", f"{report}/item/u1.r2.json")


def test_hand_made_recordings_say_so(tmp_path: Path) -> None:
    """A recording that no model made is marked."""
    with (
        serving([completion(GOOD)]) as server,
        open_client(Endpoint("openai", server.url, "m"), record=RecordSettings(tmp_path, made_by_hand=True)) as client,
    ):
        client.ask(ask_for())
    assert load(tmp_path)["made_by_hand"] is True


def test_reask_is_its_own_file(tmp_path: Path) -> None:
    """The second attempt stands beside the first and shares its prefix."""
    recorded(tmp_path, [completion("{}"), completion(GOOD)], ask_for())
    second = load(tmp_path, "*/item/u1.a2.json")
    assert [message["role"] for message in second["messages"]] == ["user", "assistant", "user"]  # type: ignore[attr-defined]
    assert len(list((tmp_path / "prompts").iterdir())) == 1


def test_errors_keep_their_type(tmp_path: Path) -> None:
    """A miss on the re-ask reaches the caller as a miss."""
    recorded(tmp_path, [completion("{}"), completion(GOOD)], ask_for())
    next(tmp_path.glob("*/item/u1.a2.json")).unlink()
    with pytest.raises(ReplayMiss) as caught:
        outcome(tmp_path, ask_for())
    assert isinstance(caught.value, HuimouError)
    assert not isinstance(caught.value, AnswerTruncated)
