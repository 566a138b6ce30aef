"""What a job would cost, before it starts: as many questions and tokens as the run then pays, and nothing touched."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from huimou.batch.dry_run.forecast import CostBasis, Forecast, QuestionTokens, estimate_likely, read_basis
from huimou.batch.openai_batch.exchange import is_blocked
from huimou.cli import app
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.registry import find_cost_part
from huimou.llm.answerers.collecting import Collector
from huimou.llm.asking import InstructorFormat
from huimou.llm.client import collecting_client
from huimou.llm.prompt_tokens import PromptCounter
from huimou.llm.question import Question, request_digest
from huimou.llm.tokens import EndpointFacts, estimate_tokens
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint, Mode
from huimou.store.answers import AnswerReader, QuestionCost, open_store
from huimou.store.database import open_reader
from sampled import ask_samples
from scripted_server import Reply, ScriptedServer, serving
from small_suite import REPORT, answer

PROPS = Reply({"default_generation_settings": {"n_ctx": 8192}, "total_slots": 4})
SUMMARY, LOOK = find_cost_part("r/item-summary/u"), find_cost_part("r/second-look/s")


class LlamaServer(ScriptedServer):
    """With llama.cpp's own routes: a token for each character, and a template of three characters a message."""

    def answer(self, asked: Any) -> Reply:
        """The reply to one request."""
        if asked.path == "/tokenize":
            self.asked.append(asked)
            return Reply({"tokens": [1] * len(asked.body.get("content", ""))})
        if asked.path == "/apply-template":
            return Reply({"prompt": prompt_of(asked.body)})
        return super().answer(asked)


def prompt_of(body: Mapping[str, Any]) -> str:
    """A chat template's work."""
    return "".join(f"<{message['content']}>\n" for message in body["messages"])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A server that answers in the report's own words, and tells how many tokens a text has."""
    monkeypatch.setattr("scripted_server.ScriptedServer", LlamaServer)
    with serving(answer, {"/props": PROPS}) as running:
        yield running


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two reports in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "qingsong.txt").write_text(REPORT, encoding="utf-8")
    other = REPORT.replace("青松", "白杨").replace("26个", "27个").replace("112家", "113家")
    (tmp_path / "in" / "baiyang.txt").write_text(other, encoding="utf-8")


def run(*arguments: str, said: str | None = None) -> Result:
    """One command."""
    done = CliRunner().invoke(app, list(arguments), input=said)
    assert "Traceback" not in done.output
    return done


def summarise(url: str, *more: str) -> Result:
    """`huimou summarise` on the reports."""
    return run("summarise", "in", "-o", "out", "--base-url", url, "--model", "m", *more)


def rows(done: Result) -> list[list[str]]:
    """Cells of the table, without commas in the numbers."""
    lines = (line.strip().replace(",", "") for line in done.stdout.splitlines() if re.search(r"\S {2,}\S", line))
    return [re.split(r" {2,}", line) for line in lines]


def files() -> dict[str, bytes]:
    """All of the working directory, with content."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def test_first_questions_are_those_of_the_run(server: ScriptedServer) -> None:
    """Number, prompt tokens and bound of what is asked first are exact; no more is asked again than is told."""
    before = files()
    done = summarise(server.url, "--dry-run")
    assert done.exit_code == 0, done.output
    assert files() == before
    assert not Path("out").exists()
    assert server.calls == 0
    told = {row[1]: row for row in rows(done)}
    assert f"prompt tokens: counted with the tokenizer of {server.url}\n" in done.stdout
    tokenised = [asked.body["content"] for asked in server.asked if asked.path == "/tokenize"]
    assert max(Counter(tokenised).values()) <= 2, "instructions are tokenised once, not with every question"

    assert summarise(server.url).exit_code == 0
    asked = [one.body for one in server.chats]
    summaries = [body for body in asked if body["response_format"]["json_schema"]["name"] == "Summary"]
    first = [body for body in summaries if body["temperature"] == 0]
    assert told["item-summary"][2:6] == [
        str(len(first)),
        "0",
        str(sum(len(prompt_of(body)) for body in first)),
        str(sum(body["max_tokens"] for body in first)),
    ]
    assert len(summaries) - len(first) <= int(told["item-summary again"][2].removeprefix("up to ")) <= len(first)

    calls, before = server.calls, files()
    again = summarise(server.url, "--dry-run")
    assert "2 reports: 2 done already, 0 to do" in again.stdout
    anew = summarise(server.url, "--dry-run", "--new")
    assert rows(anew)[1][:4] == ["wording", "item-summary", str(len(first)), "0"]
    longer = summarise(server.url, "--dry-run", "--style", "brief")  # another job: summaries are kept
    assert [row[:3] for row in rows(longer) if row[1] == "item-summary"] == [["wording", "item-summary", "0"]]
    assert server.calls == calls
    assert files() == before


@pytest.mark.parametrize("mode", ["json_schema", "json", "md_json", "tools"])
def test_requests_are_worded_as_instructor_does(mode: Mode, tmp_path: Path) -> None:
    """Wanted and held requests are those that instructor makes of the questions, body for body, in every mode."""
    endpoint = Endpoint("openai", "http://127.0.0.1:9/v1", "m", mode=mode, extra={"top_k": 1})
    document = Document("qingsong.txt", "qingsong", REPORT, "0" * 64, "utf-8", "txt")
    collector = Collector(is_blocked)
    bodies: dict[str, Any] = {}
    with (
        AnswerReader(open_reader(tmp_path / "none")) as answers,
        collecting_client(endpoint, EndpointFacts("x", "m", 8192), answers, collector) as client,
    ):
        ask = client.ask

        def noted(question: Question[Any]) -> Any:
            body = InstructorFormat(mode).bind(client._plain_body(question), question.schema)
            bodies[question.slot.path] = {**body, "top_k": 1}
            return ask(question)

        client.ask = noted  # type: ignore[method-assign]
        digest_report(document, client, load_checked_prompts(None), ignore_event)
    wanted, held = collector.take_all("qingsong")
    assert len(wanted) > 4
    assert held
    assert {one.ticket.path: one.body for one in (*wanted, *held)} == bodies
    assert {one.digest for one in wanted} == {request_digest(bodies[one.ticket.path]) for one in wanted}


def test_a_running_batch_is_not_disturbed(server: ScriptedServer) -> None:
    """The ledger is read though another process has it, and its answers count."""
    assert summarise(server.url).exit_code == 0
    with open_store(Path("out/.huimou/ledger.sqlite")) as ledger:
        ledger.drop_refused("qingsong")  # something is in the write-ahead log
        done = summarise(server.url, "--dry-run", "--style", "full")
        assert done.exit_code == 0, done.output
        assert ledger.count() == server.calls
    kept = next(row for row in rows(done) if row[1] == "item-summary")
    assert (kept[2], int(kept[3]) > 0) == ("0", True)


@pytest.mark.parametrize("named", [True, False])
def test_nobody_to_count_with(named: bool) -> None:  # noqa: FBT001
    """A server that is not there, or the built-in model, which is not started: an estimate, said in one line."""
    endpoint = ["--base-url", "http://127.0.0.1:9/v1", "--model", "m"] if named else []
    done = run("summarise", "in", "-o", "out", "--dry-run", *endpoint)
    assert done.exit_code == 0, done.output
    line = next(line for line in done.stdout.splitlines() if "an estimate on the high side" in line)
    assert line.endswith(
        "http://127.0.0.1:9/v1 does not answer" if named else "the built-in model is not started to count"
    )
    assert not Path("out").exists()
    assert "no likely number of answer tokens or seconds: there are no answers here yet" in done.stdout


def test_what_is_piped_in_is_not_taken_for_what_was(server: ScriptedServer) -> None:
    """Another text on standard input is to be done, whatever came of the one before."""
    command = ("summarise", "-", "-o", "out", "--base-url", server.url, "--model", "m")
    assert run(*command, said=REPORT).exit_code == 0
    other = run(*command, "--dry-run", said=REPORT.replace("26个", "27个"))
    assert "0 done already, 1 to do" in other.stdout, other.output


def test_what_cannot_be_read_is_said(server: ScriptedServer) -> None:
    """A broken file costs only itself; standard input is read but not kept; recording is not for this."""
    Path("in/broken.txt").write_bytes(b"\x00\xff\xfe\x00" * 9)
    done = run("summarise", "in", "-", "-o", "out", "--base-url", server.url, "--model", "m", "--dry-run", said=REPORT)
    assert done.exit_code == 0, done.output
    assert "broken.txt is binary" in done.stdout
    assert "4 reports: 0 done already, 3 to do, 1 that cannot be digested" in done.stdout
    assert not Path("out").exists()
    for option in ("--record", "--replay"):
        refused = summarise(server.url, "--dry-run", option)
        assert refused.exit_code == 2
        assert "--dry-run is for a run with a server" in refused.output


def test_money_and_what_is_likely(server: ScriptedServer) -> None:
    """With enough answers of this model, means; of another model none; money is tokens by price."""
    for n in range(8):
        text = REPORT.replace("青松", "白杨").replace("26个", f"{30 + n}个").replace("112家", f"{120 + n}家")
        Path(f"in/r{n}.txt").write_text(text.replace("231件", f"{200 + n}件"), encoding="utf-8")
    assert summarise(server.url).exit_code == 0
    Path("in/new.txt").write_text(REPORT.replace("112家", "99家").replace("26个", "21个"), encoding="utf-8")
    prices = ("--price-in", "1000000", "--price-out", "1000000")
    done = summarise(server.url, "--dry-run", *prices)
    first = next(row for row in rows(done) if row[0] == "first exactly")
    told = re.search(r"money, if no prompt is cached: ([\d,.]+) at most first", done.stdout)
    assert told
    assert float(told[1].replace(",", "")) == int(first[3]) + int(first[4])
    found = re.search(r"likely, judging by the answers here: (\d+) questions, .* (\d+) answer tokens", done.stdout)
    assert found
    assert int(found[2]) == int(found[1]) * 9  # what the server says of each
    assert summarise(server.url).exit_code == 0
    last = json.loads(Path("out/run.json").read_text(encoding="utf-8"))["paid"]
    assert abs(last["calls"] - int(found[1])) <= 1
    with open_reader(Path("out/.huimou/ledger.sqlite")) as store:
        assert read_basis(store, "m").costs
        assert read_basis(store, "other").why_not == "the answers here are of another model, or of several"


def test_samples_are_told_apart_from_what_is_asked_first(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are a row of their own, as many as may be asked for; once the first are answered, the next are exact."""
    ask_samples(monkeypatch, 3)
    told = {row[1]: row for row in rows(summarise(server.url, "--dry-run"))}
    first = int(told["item-summary"][2])
    assert told["item-summary again"][2] == f"up to {2 * first}"
    assert summarise(server.url).exit_code == 0
    seeds = Counter(one.body["seed"] for one in server.chats)
    assert seeds[2] == seeds[3] == first
    with open_reader(Path("out/.huimou/ledger.sqlite")) as store:
        cost = read_basis(store, "m").costs["item-summary"]
    assert (cost.slots, cost.samples, cost.firsts) == (3 * first, 2 * first, first)


def test_samples_are_as_likely_as_before() -> None:
    """By the share of first answers that was asked for again, and never more than may be; they swell no other row."""
    found = Forecast(
        1,
        0,
        first={SUMMARY: QuestionTokens(40, 4000, 800), LOOK: QuestionTokens(20, 1000, 200)},
        again={SUMMARY: QuestionTokens(160, 16000, 3200)},
    )
    costs = {"item-summary": QuestionCost(30, 300, 1, 1.0, 10), "second-look": QuestionCost(20, 100, 1, 1.0)}
    assert estimate_likely(found, CostBasis(costs)) == {
        SUMMARY: QuestionTokens(60, 6000, 600),
        LOOK: QuestionTokens(20, 1000, 100),
    }
    eager = estimate_likely(found, CostBasis({**costs, "item-summary": QuestionCost(620, 6200, 1, 1.0, 600)}))
    assert eager is not None
    assert eager[SUMMARY].questions == 40 + 160


def test_nothing_is_likely_where_too_little_was_answered() -> None:
    """Each question that is to be asked needs ten answers of its own; one that is not asked needs none."""
    found = Forecast(1, 0, first={SUMMARY: QuestionTokens(40, 4000, 800), LOOK: QuestionTokens(8, 800, 90)})
    costs = {"item-summary": QuestionCost(20, 200, 1, 1.0), "second-look": QuestionCost(10, 60, 1, 1.0)}
    assert estimate_likely(found, CostBasis(costs)) == {
        SUMMARY: QuestionTokens(40, 4000, 400),
        LOOK: QuestionTokens(8, 800, 48),
    }
    few = {**costs, "second-look": QuestionCost(9, 54, 1, 1.0)}
    assert estimate_likely(found, CostBasis(few)) is None
    only = Forecast(1, 0, first={SUMMARY: QuestionTokens(40, 4000, 800)})
    assert estimate_likely(only, CostBasis(few)) == {SUMMARY: QuestionTokens(40, 4000, 400)}


@given(st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=4), min_size=1, max_size=9))
def test_estimates_are_sums(requests: list[list[str]]) -> None:
    """Without a tokenizer a request has the estimate of its texts and of the template, whatever came before."""
    counter = PromptCounter(Endpoint("openai", "http://127.0.0.1:9/v1", "m"), None)
    for texts in requests:
        body = {"messages": [{"role": "user", "content": text} for text in texts]}
        assert counter.of(body) == sum(map(estimate_tokens, texts)) + 8 * len(texts)
    assert (counter.counted, counter.estimated) == (0, len(requests))


def test_a_tokenizer_that_falls_silent_is_asked_no_more() -> None:
    """From then on an estimate, and how many are is known."""
    asked: list[str] = []

    def answering(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(200, json={"count": 5}) if len(asked) < 4 else httpx2.Response(500)

    with httpx2.Client(transport=httpx2.MockTransport(answering)) as http:
        counter = PromptCounter(Endpoint("openai", "http://127.0.0.1:9/v1", "m"), http)
        assert counter.of({"messages": [{"role": "user", "content": "一二"}]}) == 5  # the template adds nothing
        assert counter.of({"messages": [{"role": "user", "content": "三四"}]}) == 2 + 8
        assert counter.of({"messages": [{"role": "user", "content": "五六"}]}) == 2 + 8
    assert (counter.counted, counter.estimated) == (1, 2)
    assert asked == ["/tokenize", "/apply-template", "/tokenize", "/tokenize"]  # in the form that was understood


def test_reading_a_ledger_leaves_no_trace(tmp_path: Path) -> None:
    """None where there is none, no log or owner where there is one; what is none is refused in one line."""
    path = tmp_path / "x" / "ledger.sqlite"
    with AnswerReader(open_reader(path)) as empty:
        assert empty.count() == 0
    assert not path.parent.exists()
    open_store(path).close()
    with AnswerReader(open_reader(path)) as there:
        assert there.costs() == {}
    assert sorted(one.name for one in path.parent.iterdir()) == ["ledger.sqlite", "lock"]  # as the writer left it
    path.write_bytes(b"no ledger" * 99)
    done = run("summarise", "in", "-o", "out", "--dry-run")
    assert done.exit_code == 0
    Path("out/.huimou").mkdir(parents=True)
    Path("out/.huimou/ledger.sqlite").write_bytes(path.read_bytes())
    done = run("summarise", "in", "-o", "out", "--dry-run")
    assert done.exit_code == 2
    assert "ledger.sqlite is damaged (it is no database)" in done.output
