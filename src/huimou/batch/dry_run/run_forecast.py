"""What a run would cost, given the folder that it would write and the server that it would ask."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2

from huimou.batch.dry_run.forecast import CostBasis, Forecast, ForecastSetup, forecast_batch, read_basis
from huimou.batch.openai_batch.exchange import is_blocked
from huimou.batch.planning import PlannedReport, find_done
from huimou.batch.run_settings import RunSettings
from huimou.digest.questions.registry import find_cost_part
from huimou.digest.steps.ingest import read_report
from huimou.errors import EndpointError
from huimou.llm.answerers.collecting import Collector
from huimou.llm.balancing.find_servers import find_servers
from huimou.llm.builtin_model_file import BUILTIN
from huimou.llm.client import collecting_client
from huimou.llm.network.transport import open_http
from huimou.llm.prompt_tokens import PromptCounter
from huimou.llm.tokens import EndpointFacts
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint
from huimou.store.answers import CountingAnswerReader
from huimou.store.database import DatabaseReader, open_reader
from huimou.store.journal import JournalReader, fingerprint
from huimou.store.paths import STORE

_BUILTIN_CONTEXT = 4096  # as `serve_builtin` has it

_SECONDS = 10.0  # for one call


@dataclass(frozen=True, slots=True)
class RunForecast:
    """What a run would cost.

    Args:
        forecast: what it would ask.
        basis: what earlier runs of the folder tell of the cost of a question.
        counting: how prompt tokens were counted, one line.

    """

    forecast: Forecast
    basis: CostBasis
    counting: str


@dataclass(frozen=True, slots=True)
class _CountingEndpoint:
    """Whom a run would ask, and with what prompt tokens are counted: `http` is None where they are estimated."""

    endpoint: Endpoint
    facts: EndpointFacts
    http: httpx2.Client | None
    how: str


def forecast_run(
    reports: Sequence[PlannedReport],
    out: Path,
    settings: RunSettings,
    piped: bytes | None = None,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> RunForecast:
    """Count what `run_batch` would ask; nothing is asked of a model and nothing is written.

    Args:
        reports: as of `run_batch`.
        out: as of `run_batch`; it need not be there.
        settings: as of `run_batch`.
        piped: what standard input held where the last of the reports is that.
        tell: told after each report how many are counted, and of how many.

    Raises:
        HuimouError: the run could not begin.

    """
    digests, job = settings.digest, settings.digest.as_job()
    with (
        open_reader(out / STORE) as told,
        open_reader(out / STORE if not settings.anew else Path()) as known,
        open_http(_SECONDS, digests.endpoint.api_key, sends_key=False) as http,
        _open_reader(reports, piped) as read,
    ):
        files = reports if piped is None else reports[:-1]  # what is piped in is always read again
        done = find_done(files, out, JournalReader(known).complete(fingerprint(job)), settings.formats)
        left = [report for report in reports if report.name not in done]
        answers = CountingAnswerReader(known, find_cost_part)
        asked = _resolve_endpoint(digests.endpoint, told, http)
        counter = PromptCounter(asked.endpoint, asked.http)
        collector = Collector(is_blocked)
        with collecting_client(asked.endpoint, asked.facts, answers, collector) as client:

            def digest(document: Document) -> Digest:
                return digests.digest(document, client, ignore_event)

            setup = ForecastSetup(read, digest, collector, answers, counter)
            found = forecast_batch(left, len(done), setup, lambda number: tell(number, len(left)))
        basis = read_basis(told, str(job["model"]))
    return RunForecast(found, basis, _describe_counting(counter, asked))


@contextlib.contextmanager
def _open_reader(planned: Sequence[PlannedReport], piped: bytes | None) -> Iterator[Callable[[Path], Document]]:
    """How to read reports; standard input is read from a file that is gone afterwards."""
    if piped is None:
        yield read_report
        return
    with tempfile.TemporaryDirectory(prefix="huimou-") as folder:
        path = planned[-1].path
        copy = Path(folder) / path.name
        copy.write_bytes(piped)
        yield lambda wanted: read_report(copy if wanted == path else wanted)


def _resolve_endpoint(endpoint: Endpoint, told: DatabaseReader, http: httpx2.Client) -> _CountingEndpoint:
    """The endpoint as a run would ask it; where it cannot be reached, as the last run here did."""
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
    try:
        http.get(f"{endpoint.base_url}/models", timeout=3.0)
    except httpx2.HTTPError:
        return False
    return True


def _recall_endpoint(endpoint: Endpoint, told: DatabaseReader, how: str) -> _CountingEndpoint:
    """Requests as the last run here worded them, so that its answers are found again."""
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


def _describe_counting(counter: PromptCounter, asked: _CountingEndpoint) -> str:
    estimate = "prompt tokens are an estimate on the high side (one for each Chinese character, one for three others)"
    if asked.http is None:
        return f"{estimate}: {asked.how}"
    if counter.estimated:
        many = f"{counter.estimated} of {counter.counted + counter.estimated} questions"
        return f"prompt tokens: {asked.how}, which then fell silent; those of {many} are an estimate on the high side"
    template = "" if counter.knows_template or not counter.counted else "; what its chat template adds is an estimate"
    return f"prompt tokens: {asked.how}{template}"
