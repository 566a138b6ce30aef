"""openai_batch: export and import take turns until every digest is that of a live run."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch_runner import Service, expired, requests_of, run
from handmade import a_digest
from huimou.batch.engines.thread_engine import run_in_threads
from huimou.batch.events import Emit
from huimou.batch.openai_batch.exchange import (
    AnswerImport,
    ExportedRequest,
    RequestExport,
    export_requests,
    import_answers,
    is_blocked,
    judge_answer,
)
from huimou.digest.pipeline import digest_report
from huimou.digest.questions.prompts import load_prompts
from huimou.digest.steps.ingest import read_report
from huimou.errors import EndpointError, UsageError
from huimou.llm.answerers.collecting import Collector
from huimou.llm.answerers.wire import WireRequest
from huimou.llm.client import collecting_client, open_client
from huimou.llm.question import Ticket, request_digest
from huimou.llm.tokens import EndpointFacts
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint, Mode
from huimou.store.answers import AnswerStore, open_store
from sampled import ask_samples
from scripted_server import Reply, completion, serving
from small_suite import REPORT, answer

Answer = Callable[[Any], Reply]
TOGETHER = "http://openai-batch.invalid/v1"


def ledger_of(out: Path) -> AnswerStore:
    """The ledger of an output folder."""
    return open_store(out / ".huimou" / "ledger.sqlite")


def reports(folder: Path, *texts: str) -> list[Path]:
    """Reports on disk."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"r{number}.txt" for number, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def export(inputs: list[Path], out: Path, *, mode: Mode = "json_schema", **limits: Any) -> RequestExport:
    """What the command does."""
    collector = Collector(is_blocked)
    endpoint = Endpoint("openai", TOGETHER, "m", mode=mode, extra={"top_k": 1})
    with (
        ledger_of(out) as ledger,
        collecting_client(endpoint, EndpointFacts("openai", "m"), ledger, collector) as client,
    ):
        work = partial(digest_report, client=client, prompts=load_prompts())
        return export_requests(
            inputs,
            out,
            out.parent / "to",
            lambda document, emit: work(document, emit=emit),
            collector,
            read_report,
            **limits,
        )


def imported(out: Path, *parts: Iterable[str], tail: str = "\n") -> AnswerImport:
    """Import lines, one file for each part."""
    files = []
    for number, lines in enumerate(parts):
        path = out.parent / f"results-{number}.jsonl"
        path.write_bytes(("\n".join(lines) + tail).encode())
        files.append(path)
    with ledger_of(out) as ledger:
        return import_answers(out, files, ledger)


def through(inputs: list[Path], out: Path, answering: Answer = answer, service: Service = "openai") -> int:
    """Export and import until nothing is missing; number of waves."""
    for wave in range(12):
        done = export(inputs, out)
        if not done.waiting:
            return wave
        result = run(done.files, answering, service)
        imported(out, result.output, result.errors)
    pytest.fail("it does not come to an end")


def live(inputs: list[Path], out: Path, answering: Answer = answer) -> list[dict[str, Any]]:
    """Digests of a live run, and the requests that it sent."""
    with serving(answering) as server:
        endpoint = Endpoint("openai", server.url, "m", extra={"top_k": 1})
        out.mkdir(parents=True, exist_ok=True)
        with ledger_of(out) as ledger, open_client(endpoint, store=ledger) as client:
            run_in_threads(
                inputs,
                out,
                lambda document, emit: digest_report(document, client, load_prompts(), emit),
                ignore_event,
                read_report,
            )
        return [asked.body for asked in server.chats]


def digests(out: Path) -> dict[str, Any]:
    """All digests by name, without the time that answers took."""
    found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json")}
    for value in found.values():
        value["run"].pop("seconds")
    return found


def answers(out: Path) -> list[tuple[Any, ...]]:
    """What the ledger holds, but for the time."""
    with ledger_of(out) as ledger:
        return ledger.database.rows("SELECT digest, slot, attempt, status, body FROM answers ORDER BY digest")


def fickle(body: Any) -> Reply:
    """Some summaries are untrue, some are not JSON at first, and one is cut off."""
    name = body["response_format"]["json_schema"]["name"]
    asked = body["messages"][-1]["content"]
    if name == "Summary" and "夜间经济" in asked:
        return completion('{"summary": "新增夜市摊位99999个,带动就业88888人"}', prompt_tokens=900)
    if name == "Summary" and "营商环境" in asked and "上一个回答不合要求" not in asked:
        return completion('{"said": "x"}', prompt_tokens=900)
    if name == "Summary" and "老旧管网" in asked:
        return completion('{"summary": "围绕', finish_reason="length", prompt_tokens=900)
    if "上一个回答不合要求" in asked:
        return completion('{"summary": "走访企业112家,协调解决用地、融资等问题37个"}', prompt_tokens=900)
    return answer(body)


@pytest.mark.parametrize("service", ["openai", "vllm"])
@pytest.mark.parametrize("answering", [answer, fickle])
def test_digests_are_those_of_a_live_run(tmp_path: Path, service: Service, answering: Answer) -> None:
    """Refused, malformed and cut answers end in the same digest, and in the same requests, as asking at once."""
    inputs = reports(tmp_path / "in", REPORT, REPORT.replace("青松", "白河"))
    waves = through(inputs, tmp_path / "batch", answering, service)
    assert waves == 1 if answering is answer else 2 <= waves <= 5
    sent = live(inputs, tmp_path / "live", answering)
    assert digests(tmp_path / "batch") == digests(tmp_path / "live")
    asked = {row[0] for row in answers(tmp_path / "batch")}
    assert asked == {request_digest(body) for body in sent}
    assert {row[:4] for row in answers(tmp_path / "batch")} == {row[:4] for row in answers(tmp_path / "live")}


@pytest.mark.parametrize("answering", [answer, fickle])
def test_samples_come_wave_by_wave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answering: Answer) -> None:
    """Each is exported once the one before is answered, with an id of its own; the end is that of a live run."""
    ask_samples(monkeypatch, 3)
    inputs = reports(tmp_path / "in", REPORT)
    first = export(inputs, tmp_path / "batch")
    assert {request["body"]["seed"] for request in requests_of(first.files)} == {7}
    imported(tmp_path / "batch", run(first.files, answering, "openai").output)
    second = export(inputs, tmp_path / "batch")
    assert {request["body"]["seed"] for request in requests_of(second.files)} >= {2}
    assert {request["body"]["seed"] for request in requests_of(second.files)} <= {2, 7}
    assert 2 <= through(inputs, tmp_path / "batch", answering) <= 7
    sent = live(inputs, tmp_path / "live", answering)
    assert digests(tmp_path / "batch") == digests(tmp_path / "live")
    assert {row[:4] for row in answers(tmp_path / "batch")} == {row[:4] for row in answers(tmp_path / "live")}
    assert {row[0] for row in answers(tmp_path / "batch")} == {request_digest(body) for body in sent}
    assert {body["seed"] for body in sent} == {7, 2, 3}


def test_live_and_batch_can_be_mixed(tmp_path: Path) -> None:
    """A live run asks nothing that a batch has brought, and an export nothing that a live run has."""
    first, second = reports(tmp_path / "in", REPORT, REPORT.replace("268", "269"))
    out = tmp_path / "out"
    through([first], out)
    assert live([first], out) == []
    assert live([second], out)
    assert export([first, second], out).waiting == {}


def test_nothing_is_asked_before_its_time(tmp_path: Path) -> None:
    """The first wave has no samples; what is written is not written as complete."""
    done = export(reports(tmp_path / "in", REPORT), tmp_path / "out")
    names = [request["body"]["response_format"]["json_schema"]["name"] for request in requests_of(done.files)]
    assert "Summary" in names
    assert {request["body"]["temperature"] for request in requests_of(done.files)} == {0}
    assert done.waiting == {"r0": len(names)}
    assert done.reports.exit_status == 3
    assert list((tmp_path / "out").glob("*.json")) == []


def test_a_body_is_plain(tmp_path: Path) -> None:
    """What a server is sent, flat, with the endpoint's own keys and no trace of our header."""
    done = export(reports(tmp_path / "in", REPORT), tmp_path / "out")
    for request in requests_of(done.files):
        assert {"model", "messages", "response_format", "temperature", "seed", "max_tokens", "top_k"} == set(
            request["body"]
        )
        assert len(request["custom_id"]) <= 64


def test_an_identical_request_is_written_once(tmp_path: Path) -> None:
    """Two copies of a report cost what one does, and both get their digest."""
    inputs = reports(tmp_path / "in", REPORT, REPORT)
    done = export(inputs, tmp_path / "out")
    ids = [request["custom_id"] for request in requests_of(done.files)]
    assert len(ids) == len(set(ids)) == done.requests == done.waiting["r0"] == done.waiting["r1"]
    through(inputs, tmp_path / "out")
    assert set(digests(tmp_path / "out")) == {"r0.json", "r1.json"}


def test_an_export_repeats_itself(tmp_path: Path) -> None:
    """Threads do not change the order of lines, and nothing that still waits is left out."""
    inputs = reports(tmp_path / "in", REPORT)
    first = [path.read_bytes() for path in export(inputs, tmp_path / "out").files]
    assert [path.read_bytes() for path in export(inputs, tmp_path / "out").files] == first


def test_shards_keep_to_small_limits(tmp_path: Path) -> None:
    """Several files hold together what one would."""
    inputs = reports(tmp_path / "in", REPORT)
    whole = b"".join(path.read_bytes() for path in export(inputs, tmp_path / "out").files)
    done = export(inputs, tmp_path / "out", most_lines=2)
    assert len(done.files) == -(-done.requests // 2)
    assert b"".join(path.read_bytes() for path in done.files) == whole
    assert len(export(inputs, tmp_path / "out", most_bytes=1).files) == done.requests


def test_every_line_is_counted_once(tmp_path: Path) -> None:
    """Doubled, foreign, failed, expired and torn lines; the ones that failed are in the next export."""
    inputs, out = reports(tmp_path / "in", REPORT), tmp_path / "out"
    done = export(inputs, out)
    good = list(run(done.files, answer).output)
    assert len(good) >= 5
    failed, late, torn = (json.loads(line)["custom_id"] for line in good[:3])
    errors = [*run(done.files, lambda _: Reply({"error": {"code": "rate_limit"}}, 429)).errors[:1], expired(late)]
    foreign = json.dumps({**json.loads(good[0]), "custom_id": "somebody-else"})
    result = imported(out, [*good[3:], foreign, *good[3:5], good[2][:-9]], errors, tail="")
    assert result.taken == len(good) - 3
    assert (result.repeated, result.foreign, result.unreadable, result.already) == (2, 1, 1, 0)
    assert result.refused == {"status 429: rate_limit": 1, "error batch_expired": 1}
    assert (result.missing, result.asked) == (3, len(good))
    again = {request["custom_id"] for request in requests_of(export(inputs, out).files)}
    assert {failed, late, torn} <= again
    assert not again & {json.loads(line)["custom_id"] for line in good[3:]}


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    """All is already there."""
    out = tmp_path / "out"
    result = run(export(reports(tmp_path / "in", REPORT), out).files, answer)
    first = imported(out, result.output)
    before = answers(out)
    again = imported(out, result.output)
    assert (again.taken, again.already, again.missing) == (0, first.taken, 0)
    assert answers(out) == before


def test_answers_of_an_earlier_export_are_still_known(tmp_path: Path) -> None:
    """A late file of the first wave is no stranger after the second export."""
    inputs, out = reports(tmp_path / "in", REPORT), tmp_path / "out"
    first = run(export(inputs, out).files, answer).output
    imported(out, first[1:])
    second = run(export(inputs, out).files, answer).output
    assert imported(out, second).missing == 0
    assert imported(out, first).foreign == 0


def test_a_cut_prompt_is_refused(tmp_path: Path) -> None:
    """A server that counted fewer tokens than were sent has not read the request."""
    out = tmp_path / "out"
    files = export(reports(tmp_path / "in", REPORT), out).files
    result = imported(out, run(files, lambda _: completion('{"summary": "好"}', prompt_tokens=5)).output)
    assert result.taken == 0
    assert [reason.partition(":")[0] for reason in result.refused] == ["the prompt was cut"]


def test_import_without_export_is_refused(tmp_path: Path) -> None:
    """One clear line."""
    with ledger_of(tmp_path) as ledger, pytest.raises(UsageError, match="nothing was exported"):
        import_answers(tmp_path, [], ledger)


ASKED = ExportedRequest("c", "sha256:0", "r/item-summary/u", 1, "m", "Summary", strict=False, least_tokens=50)


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (completion('{"summary": "好"}').body, "fits"),
        (completion('<think>嗯</think>```json\n{"summary": "好"}\n```').body, "fits"),
        (completion('{"summary": "好", "more": 1}').body, "unfit"),
        (completion('{"summary": 1}').body, "unfit"),
        (completion(None).body, "unfit"),
        (completion('{"summary": "好"}', finish_reason="length").body, "cut"),
        (completion('{"summary": "好"}', prompt_tokens=49).body, None),
        ({"choices": []}, None),
        ({"choices": ["x"]}, None),
        ({"choices": [{}], "usage": {"prompt_tokens": "many"}}, None),
        ({"choices": [{}], "usage": [1]}, None),
        ({"object": "list"}, None),
        (completion('{"summary": "\ud800"}').body, None),
        ({"choices": [{}], "created": float("nan")}, None),
    ],
)
def test_an_answer_is_judged_as_live(body: dict[str, Any], verdict: str | None) -> None:
    """What would be used, asked again, or is no answer at all; the last has a reason."""
    found, reason = judge_answer(body, ASKED)
    assert found == verdict
    assert bool(reason) == (verdict != "fits")


@pytest.mark.parametrize(
    ("path", "pending", "held"),
    [
        ("r/item-summary/p.1", ["r/item-summary/p.2"], False),
        ("r/item-summary/p.1", ["r/item-summary/p.1.s2"], False),
        ("r/item-summary/p.1.s2", ["r/item-summary/p.1"], True),
        ("r/item-summary/p.1.s2", ["r/item-summary/p.1-a"], True),
        ("r/item-summary/p.1-b.s3", ["r/item-summary/p.1-a.s2"], True),
        ("r/item-summary/p.1.s2", ["r/item-summary/p.1.s3", "r/item-summary/p.2", "r/second-look/p.1"], False),
        ("r/item-summary/p.1.s2", ["r/item-summary/p.10"], False),
        ("r/second-look/sentence-3", ["r/item-summary/p.1"], False),
        ("r/other/p.1.s2", ["r/other/p.1"], True),
    ],
)
def test_what_waits_for_what(path: str, pending: list[str], held: object) -> None:
    """Only a sample waits, for the lower ones of its unit."""
    assert is_blocked(path, pending) is held


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An export, and lines for it: good ones, a second answer to some, broken and foreign ones."""
    folder = tmp_path_factory.mktemp("wave")
    files = export(reports(folder / "in", REPORT), folder / "out").files
    good = list(run(files, answer).output)
    other = [line.replace('completion_tokens": 9', 'completion_tokens": 8') for line in good[:3]]
    assert other[0] != good[0]
    unfit = list(run(files, lambda _: completion("{}", prompt_tokens=900)).output[2:5])
    failed = list(run(files, lambda _: Reply({}, 500)).errors[4:6])
    return folder / "out", [*good[:-1], *other, *unfit, *failed, good[0][:50], expired("nobody")]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), extra=st.integers(0, 9), cut=st.floats(0, 1))
def test_order_and_repetition_do_not_matter(
    wave: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory, seed: int, extra: int, cut: float
) -> None:
    """However the lines are shuffled, doubled and spread over files, the ledger ends the same."""
    out, lines = wave
    chance = random.Random(seed)  # noqa: S311 (not for secrets)
    shuffled = [*lines, *chance.choices(lines, k=extra)]
    chance.shuffle(shuffled)
    middle = int(len(shuffled) * cut)

    def ends(*parts: list[str]) -> tuple[Any, Any]:
        folder = tmp_path_factory.mktemp("end") / "out"
        (folder / ".huimou").mkdir(parents=True)
        (folder / ".huimou" / "openai-batch").symlink_to(out / ".huimou" / "openai-batch")
        return imported(folder, *parts), answers(folder)

    (plain, kept), (mixed, same) = ends(lines), ends(shuffled[:middle], shuffled[middle:])
    assert same == kept
    assert kept
    assert (mixed.taken, mixed.unfit, mixed.missing) == (plain.taken, plain.unfit, plain.missing)
    refused = sum(mixed.refused.values())
    counted = mixed.taken + sum(mixed.unfit.values()) + mixed.already + mixed.repeated + refused
    assert counted + mixed.foreign + mixed.unreadable == len(shuffled)


def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is taken as it was judged, or not at all."""
    out = tmp_path / "out"
    lines = list(run(export(reports(tmp_path / "in", REPORT), out).files, answer).output)
    get = AnswerStore.get

    def shortened(ledger: AnswerStore, digest: str) -> Any:
        (out.parent / "results-0.jsonl").write_bytes(b"")
        return get(ledger, digest)

    monkeypatch.setattr(AnswerStore, "get", shortened)
    with pytest.raises(UsageError, match="was changed"):
        imported(out, lines)
    monkeypatch.undo()
    assert answers(out) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EndpointError("gone")])
def test_an_export_that_ends_early_changes_no_file(tmp_path: Path, error: BaseException) -> None:
    """The request files and the record of the export before stand, so that their answers can still come."""
    inputs, out = reports(tmp_path / "in", REPORT, REPORT.replace("268", "269")), tmp_path / "out"
    kept = export(inputs, out).files[0].read_bytes()
    collector = Collector(is_blocked)
    body = {"model": "m", "messages": []}
    ticket = Ticket("r0/item-summary/p", 1, 1, "p", 1, "Summary", (), "", ())
    collector.note(WireRequest(ticket, request_digest(body), body))

    def ending(document: Document, _: Emit) -> Digest:
        if document.stem == "r0":  # one request is written, and then it ends
            return a_digest()
        raise error

    if isinstance(error, EndpointError):
        with pytest.raises(EndpointError):
            export_requests(inputs, out, tmp_path / "to", ending, collector, read_report)
    else:
        done = export_requests(inputs, out, tmp_path / "to", ending, collector, read_report)
        assert (done.files, done.reports.exit_status) == ((), 130)
    assert [path.read_bytes() for path in (tmp_path / "to").iterdir()] == [kept]
    assert len(list((out / ".huimou" / "openai-batch").iterdir())) == 1
