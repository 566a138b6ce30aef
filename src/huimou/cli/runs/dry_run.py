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
from huimou.store.files import LEDGER

if TYPE_CHECKING:
    import httpx2

    from huimou.batch.planning import PlannedReport
    from huimou.batch.run_settings import RunSettings
    from huimou.llm.prompt_tokens import PromptCounter
    from huimou.llm.tokens import EndpointFacts
    from huimou.model.digest import Digest
    from huimou.model.report import Document
    from huimou.settings import Endpoint
    from huimou.store.read_only_answers import KeptAnswers

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


def print_forecast(
    planned: Sequence[PlannedReport], out: Path, run: RunSettings, piped: bytes | None, *, quiet: bool
) -> None:
    """Print what a run would cost.

    Args:
        planned: its reports.
        out: its folder.
        run: how it would be run.
        piped: what standard input held where the last of the reports is that.
        quiet: nothing is said meanwhile.

    Raises:
        HuimouError: it could not begin.

    """
    import httpx2

    from huimou.batch.dry_run import ForecastSetup, forecast_batch, read_basis
    from huimou.batch.openai_batch.exchange import is_blocked
    from huimou.batch.planning import find_done
    from huimou.llm.answerers.foresee import FramingCollector, foresee
    from huimou.llm.client import collecting_client
    from huimou.llm.prompt_tokens import PromptCounter
    from huimou.model.events import ignore_event
    from huimou.store.journal import Journal, fingerprint
    from huimou.store.read_only_answers import KeptAnswers

    begun = time.monotonic()
    settings, job = run.digest, run.digest.as_job()
    with (
        KeptAnswers(out / LEDGER) as told,
        KeptAnswers(out / LEDGER if not run.anew else Path()) as answers,
        httpx2.Client(trust_env=False) as http,
        _open_reader(planned, piped) as read,
    ):
        files = planned if piped is None else planned[:-1]  # what is piped in is always read again
        done = find_done(files, out, Journal(answers).complete(fingerprint(job)), run.formats)
        left = [report for report in planned if report.name not in done]
        asked = _resolve_endpoint(settings.endpoint, told, http)
        counter = PromptCounter(asked.endpoint, asked.http)
        collector = FramingCollector(is_blocked)
        with collecting_client(asked.endpoint, asked.facts, answers, collector) as client:
            foresee(client, answers, collector)

            def digest(document: Document) -> Digest:
                return settings.digest(document, client, ignore_event)

            say = _build_reporter(len(left), quiet=quiet)
            overview = settings.prompts["overview-sentence"]
            reading = ForecastSetup(read, digest, collector, answers, counter, overview, settings.choices.style)
            found = forecast_batch(left, len(done), reading, say)
        basis = read_basis(told, str(job["model"]))
    console = options.open_console()
    for file, why in found.unreadable[:_LISTED]:
        console.print(Text(f"{file}: {why}"), soft_wrap=True)
    console.print(costs.build_forecast_table(found, basis))
    for line in (*costs.describe_forecast(found, basis, run.prices), _describe_counting(counter, asked)):
        console.print(Text(line), soft_wrap=True)
    console.print(Text(f"counted in {time.monotonic() - begun:.1f} s; nothing was asked and nothing written"))


@contextlib.contextmanager
def _open_reader(planned: Sequence[PlannedReport], piped: bytes | None) -> Iterator[Callable[[Path], Document]]:
    """How to read reports; standard input is read from a file that is gone afterwards."""
    from huimou.digest.steps.ingest import read_report

    if piped is None:
        yield read_report
        return
    with tempfile.TemporaryDirectory(prefix="huimou-") as folder:
        path = planned[-1].path
        copy = Path(folder) / path.name
        copy.write_bytes(piped)
        yield lambda wanted: read_report(copy if wanted == path else wanted)


def _resolve_endpoint(endpoint: Endpoint, told: KeptAnswers, http: httpx2.Client) -> _CountingEndpoint:
    """The endpoint as a run would ask it; where it cannot be reached, as the last run here did."""
    from huimou.errors import EndpointError
    from huimou.llm.balancing.servers import find_servers

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


def _recall_endpoint(endpoint: Endpoint, told: KeptAnswers, how: str) -> _CountingEndpoint:
    """Requests as the last run here worded them, so that its answers are found again."""
    from huimou.llm.builtin_model_file import BUILTIN
    from huimou.llm.tokens import EndpointFacts
    from huimou.store.journal import Journal

    own = (Path(endpoint.gguf).stem if endpoint.gguf else BUILTIN.name) if endpoint.kind == "builtin" else ""
    model = own or endpoint.model
    served = next((run.facts for run in Journal(told).runs() if run.facts), None)
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
