"""`huimou summarise --dry-run`: what a job would cost, before it starts."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from huimou.cli import options
from huimou.cli.runs import cost_table as costs
from huimou.cli.runs.job import Job, JobPipeline
from huimou.store.paths import STORE

if TYPE_CHECKING:
    import httpx2

    from huimou.batch.run import PlannedReport
    from huimou.llm.prompt_tokens import PromptCounter
    from huimou.llm.tokens import EndpointFacts
    from huimou.model.digest import Digest
    from huimou.model.report import Document
    from huimou.settings import Endpoint
    from huimou.store.database import DatabaseReader

_EVERY = 10.0  # seconds between two words on how far the counting is
_LISTED = 20
_BUILTIN_CONTEXT = 4096  # as `serve_builtin` has it


@dataclass(frozen=True, slots=True)
class _CountingEndpoint:
    """Whom a run would ask, and with what prompt tokens are counted: `http` is None where they are estimated."""

    endpoint: Endpoint
    facts: EndpointFacts
    http: httpx2.Client | None
    how: str


def print_forecast(job: Job, planned: Sequence[PlannedReport], said: bytes | None, *, quiet: bool) -> None:
    """Print what a job would cost.

    Args:
        job: that would be run.
        planned: its reports.
        said: what standard input held where the last of them is that.
        quiet: nothing is said meanwhile.

    Raises:
        HuimouError: it could not begin.

    """
    import httpx2

    from huimou.batch.dry_run import ForecastSetup, forecast_batch, read_basis
    from huimou.batch.openai_batch.exchange import is_blocked
    from huimou.batch.run import SilentEvents, find_done
    from huimou.digest.pipeline import DigestChoices, digest_report
    from huimou.digest.questions.registry import OVERVIEW_SENTENCE, find_cost_part
    from huimou.digest.steps.overview import STYLES
    from huimou.llm.answerers.collecting import Collector
    from huimou.llm.client import collecting_client
    from huimou.llm.prompt_tokens import PromptCounter
    from huimou.store.answers import CountingAnswerReader
    from huimou.store.database import open_reader
    from huimou.store.journal import JournalReader, fingerprint

    begun = time.monotonic()
    work = JobPipeline(job, SilentEvents(), None)
    settings, prompts = work.settings(), work.prompts()
    with (
        open_reader(job.out / STORE) as told,
        open_reader(job.out / STORE if not job.anew else Path()) as known,
        httpx2.Client(trust_env=False) as http,
        _open_reader(planned, said) as read,
    ):
        files = planned if said is None else planned[:-1]  # what is piped in is always read again
        done = find_done(files, job.out, JournalReader(known).complete(fingerprint(settings)), job.formats)
        left = [report for report in planned if report.name not in done]
        answers = CountingAnswerReader(known, find_cost_part)
        asked = _resolve_endpoint(job.endpoint, told, http)
        counter = PromptCounter(asked.endpoint, asked.http)
        collector = Collector(is_blocked)
        choices = DigestChoices(job.kind, STYLES[job.style], job.profiles)
        with collecting_client(asked.endpoint, asked.facts, answers, collector) as client:

            def digest(document: Document) -> Digest:
                try:
                    return digest_report(document, client, prompts, SilentEvents(), choices)
                finally:
                    client.forget(document.stem)

            say = _build_reporter(len(left), quiet=quiet)
            overview = prompts[OVERVIEW_SENTENCE.id]
            reading = ForecastSetup(read, digest, collector, answers, counter, overview, choices.style)
            found = forecast_batch(left, len(done), reading, say)
        basis = read_basis(told, str(settings["model"]))
    console = options.open_console()
    for file, why in found.unreadable[:_LISTED]:
        console.print(Text(f"{file}: {why}"), soft_wrap=True)
    console.print(costs.build_forecast_table(found, basis))
    for line in (*costs.describe_forecast(found, basis, job.prices), _describe_counting(counter, asked)):
        console.print(Text(line), soft_wrap=True)
    console.print(Text(f"counted in {time.monotonic() - begun:.1f} s; nothing was asked and nothing written"))


@contextlib.contextmanager
def _open_reader(planned: Sequence[PlannedReport], said: bytes | None) -> Iterator[Callable[[Path], Document]]:
    """How to read reports; standard input is read from a file that is gone afterwards."""
    from huimou.digest.steps.ingest import read_report

    if said is None:
        yield read_report
        return
    with tempfile.TemporaryDirectory(prefix="huimou-") as folder:
        path = planned[-1].path
        copy = Path(folder) / path.name
        copy.write_bytes(said)
        yield lambda wanted: read_report(copy if wanted == path else wanted)


def _resolve_endpoint(endpoint: Endpoint, told: DatabaseReader, http: httpx2.Client) -> _CountingEndpoint:
    """The endpoint as a run would ask it; where it cannot be reached, as the last run here did."""
    from huimou.errors import EndpointError
    from huimou.llm.balancing.find_servers import find_servers

    if endpoint.kind == "builtin":
        return _recall_endpoint(endpoint, told, "the built-in model is not started to count")
    try:
        servers = find_servers(endpoint, http)
    except EndpointError as error:
        return _recall_endpoint(endpoint, told, error.message)
    if servers.facts.has_tokenizer:
        how = f"counted with the tokenizer of {servers.endpoint.base_url}"
        return _CountingEndpoint(servers.endpoint, servers.facts, http, how)
    if _is_reachable(servers.endpoint, http):
        return _CountingEndpoint(
            servers.endpoint, servers.facts, None, f"{servers.endpoint.base_url} serves no tokenizer"
        )
    return _recall_endpoint(endpoint, told, f"{endpoint.base_url} does not answer")


def _is_reachable(endpoint: Endpoint, http: httpx2.Client) -> bool:
    import httpx2 as library

    try:
        http.get(f"{endpoint.base_url}/models", timeout=3.0)
    except library.HTTPError:
        return False
    return True


def _recall_endpoint(endpoint: Endpoint, told: DatabaseReader, how: str) -> _CountingEndpoint:
    """Requests as the last run here worded them, so that its answers are found again."""
    from huimou.llm.builtin_model_file import BUILTIN
    from huimou.llm.tokens import EndpointFacts
    from huimou.store.journal import JournalReader

    own = (Path(endpoint.gguf).stem if endpoint.gguf else BUILTIN.name) if endpoint.kind == "builtin" else ""
    model = own or endpoint.model
    served = next((run.facts for run in JournalReader(told).runs() if run.facts), None)
    if served is not None and (not model or served["facts"]["model"] == model):
        facts = EndpointFacts(**served["facts"])
        asking = replace(endpoint, model=facts.model, mode=served["mode"], extra=served["extra"])
        return _CountingEndpoint(asking, facts, None, how)
    context = _BUILTIN_CONTEXT if endpoint.kind == "builtin" else None
    named = replace(endpoint, model=model or "unknown")
    return _CountingEndpoint(named, EndpointFacts(endpoint.kind, named.model, context), None, how)


def _build_reporter(reports: int, *, quiet: bool) -> Callable[[int], None]:
    """Says on stderr now and then how many reports are counted."""
    console, begun = options.open_error_console(), time.monotonic()
    last = begun

    def say(number: int) -> None:
        nonlocal last
        now = time.monotonic()
        if quiet or now - last < _EVERY:
            return
        last = now
        left = (now - begun) / number * (reports - number)
        console.print(f"{number} of {reports} reports counted, about {left:.0f} s left")

    return say


def _describe_counting(counter: PromptCounter, asked: _CountingEndpoint) -> str:
    estimate = "prompt tokens are an estimate on the high side (one for each Chinese character, one for three others)"
    if asked.http is None:
        return f"{estimate}: {asked.how}"
    if counter.estimated:
        many = f"{counter.estimated} of {counter.counted + counter.estimated} questions"
        return f"prompt tokens: {asked.how}, which then fell silent; those of {many} are an estimate on the high side"
    template = "" if counter.knows_template or not counter.counted else "; what its chat template adds is an estimate"
    return f"prompt tokens: {asked.how}{template}"
