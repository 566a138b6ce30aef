"""One run over an output folder: what is wired to what, what is kept of it, what is printed in the end."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import typer

from huimou.cli import options
from huimou.store.paths import STORE

if TYPE_CHECKING:
    from huimou.batch.cost_report import Bill, Prices
    from huimou.batch.engines.digest_settings import DigestSettings
    from huimou.batch.run import BatchResult, Engine, Events, PlannedReport, RunOptions
    from huimou.digest.questions.prompts import PromptSet
    from huimou.language.profiles.profile import ProfileSet
    from huimou.llm.client import Client
    from huimou.model.cost_category import CostPart
    from huimou.model.digest import Digest
    from huimou.model.outcome import ReportResult
    from huimou.model.report import Document, Usage
    from huimou.settings import Endpoint
    from huimou.store.answers import AnswerStore

_MOST_IN_HAND = 32  # reports; each takes a few MB while it is worked on
_TABLE = 60  # reports; of more only those that are not complete are listed


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done.

    Args:
        reports: what they are and how their outputs are called.
        out: folder of the outputs.
        endpoint: whom to ask.
        prompts: folder of prompts.
        kind: of the reports, None to read it from each.
        profiles: kinds of report.
        style: of the overviews, by name.
        record: folder to record into.
        replay: folder to answer from; at most one of the two.
        anew: forget what the folder's store holds.
        part: they are some of the folder's, tried again or added: their useless answers are asked for anew, and what is
            told at the end is of all.
        prices: of tokens.
        workers: processes that work on reports; 1 is this one.
        engine: `local` for processes of this machine, `ray` for a Ray cluster.
        ray_address: of the cluster; None starts one on this machine.
        keep: called with the reports that the folder's journal knows once the folder is this run's own, before the
            first report.
        formats: what is written of each report beside its JSON.

    """

    reports: tuple[PlannedReport, ...]
    out: Path
    endpoint: Endpoint
    prompts: Path | None
    kind: str | None
    profiles: ProfileSet
    style: str
    record: Path | None = None
    replay: Path | None = None
    anew: bool = False
    part: bool = False
    prices: Prices | None = None
    workers: int = 1
    engine: str = "local"
    ray_address: str | None = None
    keep: Callable[[Collection[str]], None] = lambda _: None
    formats: tuple[str, ...] = ("md", "html")


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a run came to, before it is told: `others` were done by other runs, `paid` by stage and question."""

    result: BatchResult
    others: tuple[ReportResult, ...]
    planned: int
    settings: Mapping[str, Any]
    paid: Mapping[CostPart, Usage]


def require_store(out: Path) -> None:
    """See that a folder has a store.

    Raises:
        UsageError: it has none; where it has digests they come from recordings.

    """
    from huimou.batch.index_page import find_digests
    from huimou.errors import UsageError

    if (out / STORE).is_file():
        return
    if out.is_dir() and find_digests(out):
        raise UsageError(
            f"no store in {out}: these digests come from recordings (--replay)",
            "huimou summarise without --replay keeps one",
        )
    raise UsageError(f"there is no store in {out}", "name a folder that huimou summarise wrote")


def run_job(job: Job, *, quiet: bool) -> None:
    """Run, write what it came to, print it, and leave with its exit status.

    Raises:
        HuimouError: it cannot begin.
        typer.Exit: always, at the end.

    """
    from huimou.cli.progress import open_events

    with open_events(quiet=quiet) as events:
        result, bill = (_replay_job(job, events), None) if job.replay else _ask_model(job, events)
    _print_outcome(result, bill, quiet=quiet)


def _replay_job(job: Job, events: Events) -> BatchResult:
    from huimou.batch.index_page import write_index
    from huimou.batch.run import RunOptions, ThreadEngine, run_engine
    from huimou.digest.steps.ingest import read_report

    job.keep(())
    running = RunOptions(formats=job.formats)
    with JobPipeline(job, events, None) as work:
        result = run_engine(
            ThreadEngine(job.out, work, events, read_report, running), job.reports, job.out, events, running
        )
    write_index(job.out, result.reports, job.formats)
    return result


def _ask_model(job: Job, events: Events) -> tuple[BatchResult, Bill]:
    from huimou.store.answers import open_store

    begun = time.monotonic()
    with open_store(job.out / STORE) as store:
        ran = on_store(job, JobPipeline(job, events, store), store)
    return write_outcome(job, ran, time.monotonic() - begun)  # a store that is closed gives back the room that it held


def on_store(job: Job, work: JobPipeline, store: AnswerStore) -> JobOutcome:
    """Run a job on the store of its folder, which the caller has open.

    Raises:
        HuimouError: it cannot begin.

    """
    from huimou.batch.run import RunOptions, run_engine
    from huimou.store.inputs import collect_folders
    from huimou.store.journal import Journal, fingerprint

    settings = work.settings()
    journal = Journal(store.database)
    if not job.part:
        journal.drop_withdrawn(collect_folders(report.origin for report in job.reports))
    known = journal.names()
    job.keep(known)
    store.database.hold_room()
    work.opened = lambda client: journal.note_server(client.describe_settings())
    _prepare_ledger(job, store, journal, settings, work.events)
    planned = len(known.union(one.name for one in job.reports)) if job.part else len(job.reports)
    journal.begin(settings, planned)
    running = RunOptions(
        None if job.record else journal,
        fingerprint(settings),
        1 if job.record else work.parallel,
        work.stop,
        job.formats,
    )
    with work:
        engine, paying = _build_engine(work, running, journal.note_server)
        result = run_engine(engine, job.reports, job.out, work.events, running)
        paid = paying()
    result = _note_outcome(result, lambda: journal.end(result.exit_status))
    others = journal.others({one.name for one in result.reports})
    return JobOutcome(result, others, planned, settings, paid)


def write_outcome(job: Job, ran: JobOutcome, seconds: float) -> tuple[BatchResult, Bill]:
    """Write what a run came to: `run.json`, `failures.csv`, `index.html`; `seconds` is how long it took."""
    from huimou.batch.cost_report import Bill, write_bill
    from huimou.batch.index_page import write_index

    result = ran.result
    known = sorted((*ran.others, *result.reports), key=lambda one: one.name)
    results = known if job.part else result.reports
    stopped = str(result.stopped) if result.stopped else None
    bill = Bill(ran.settings, results, ran.planned, seconds, ran.paid, result.exit_status, stopped, job.prices)
    result = _note_outcome(result, lambda: write_bill(job.out, bill))
    return _note_outcome(result, lambda: write_index(job.out, known, job.formats)), bill


def _note_outcome(result: BatchResult, note: Callable[[], None]) -> BatchResult:
    """Note what the run came to; where that cannot be written it is what ended the run, unless something had before."""
    from huimou.errors import UsageError

    try:
        note()
    except UsageError as error:
        return replace(result, stopped=result.stopped or error)
    return result


def _build_engine(
    work: JobPipeline, running: RunOptions, served: Callable[[Mapping[str, Any]], None]
) -> tuple[Engine, Callable[[], Mapping[CostPart, Usage]]]:
    """Who works on the reports, and how to ask what that has cost by stage and question."""
    job = work.job
    if job.engine == "ray":
        from huimou.batch.engines.ray_engine import ClusterOptions, RayEngine

        ray = RayEngine(
            ClusterOptions(job.out, job.out / STORE, work.workers(), job.ray_address, job.formats),
            work.recipe,
            work.events,
            served,
        )
        return ray, ray.paid
    if job.workers == 1:
        from huimou.batch.run import ThreadEngine
        from huimou.digest.steps.ingest import read_report

        threads = ThreadEngine(job.out, work, work.events, read_report, running)
        return threads, lambda: work.client.usage_by_part() if work.client is not None else {}
    from huimou.batch.engines.process_engine import ProcessEngine, ProcessOptions

    workers = work.workers()
    plan = ProcessOptions(job.out, job.out / STORE, workers, work.parallel_of(workers), job.formats)
    processes = ProcessEngine(plan, work.recipe, work.events, served)
    return processes, processes.paid


def _prepare_ledger(job: Job, store: AnswerStore, journal: Any, settings: Mapping[str, Any], events: Events) -> None:
    """Forget what is to be asked again, and say how this job differs from the one before."""
    from huimou.store.journal import describe_changes

    if job.anew:
        store.reset()
    for report in job.reports if job.part else ():
        store.drop_refused(report.name)
    before = journal.last_job()
    differences = describe_changes(before, settings) if before and not job.anew else ()
    if differences:
        events.note(f"not the job of the last run here: {'; '.join(differences)}")
        events.note("reports are made again; answers that still fit are not asked for again (--new asks for all)")


def describe_settings(
    endpoint: Endpoint, prompts: PromptSet, kind: str | None, style: str, profiles: ProfileSet
) -> dict[str, Any]:
    """Every setting that a digest depends on; a model whose choice is left to the server has no name yet."""
    from huimou.llm.builtin_model_file import BUILTIN

    own = Path(endpoint.gguf).stem if endpoint.gguf else BUILTIN.name
    return {
        "model": own if endpoint.kind == "builtin" else endpoint.model,
        "mode": endpoint.mode,
        "extra": dict(endpoint.extra),
        "prompts": prompts.labels,
        "kind": kind,
        "style": style,
        "profiles": profiles.digest,
    }


@dataclass
class JobPipeline:
    """The pipeline wired to a model, which is started or reached when the first report needs it."""

    job: Job
    events: Events
    store: AnswerStore | None
    opened: Callable[[Client], None] = lambda _: None
    client: Client | None = None
    _closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _lock: Lock = field(default_factory=Lock)
    _prompts: PromptSet | None = None
    _stopped: bool = False

    def __enter__(self) -> Callable[[Document, Events], Digest]:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def __call__(self, document: Document, events: Events) -> Digest:
        """The digest of one document."""
        return self._recipe(self.job.endpoint).digest(document, self._opened(), events)

    @property
    def parallel(self) -> int:
        """Reports in hand at once: enough that no server is idle while one is read, written or nearly done."""
        return self.parallel_of(1)

    def parallel_of(self, workers: int) -> int:
        """As `parallel`, for each of so many workers."""
        endpoint = self.job.endpoint
        if self._has_limit():
            return min(2 + endpoint.concurrency * len(endpoint.each()) // (4 * workers), _MOST_IN_HAND)
        return max(2, _MOST_IN_HAND // (2 * workers))

    def workers(self) -> int:
        """As many as are wanted; where there is a limit of requests at once, each must have one of them."""
        wanted, limit = self.job.workers, self.job.endpoint.concurrency
        if self._has_limit() and wanted > limit:
            self.events.note(f"{limit} of {wanted} workers: no more than {limit} requests at once are allowed")
            return limit
        return wanted

    def recipe(self) -> DigestSettings:
        """How digests are made, for other processes; a server that is to be started is."""
        return self._recipe(self._served())

    def _recipe(self, endpoint: Endpoint) -> DigestSettings:
        from huimou.batch.engines.digest_settings import DigestSettings
        from huimou.digest.pipeline import DigestChoices
        from huimou.digest.steps.overview import STYLES

        return DigestSettings(
            endpoint, self.prompts(), DigestChoices(self.job.kind, STYLES[self.job.style], self.job.profiles)
        )

    def _has_limit(self) -> bool:
        return self.job.endpoint.kind == "builtin" or self.job.endpoint.is_chosen("concurrency")

    def prompts(self) -> PromptSet:
        """The prompts, checked."""
        from huimou.digest.prompt_check import load_checked_prompts

        if self._prompts is None:
            self._prompts = load_checked_prompts(self.job.prompts)
        return self._prompts

    def settings(self) -> dict[str, Any]:
        """Every setting that a digest depends on."""
        return describe_settings(self.job.endpoint, self.prompts(), self.job.kind, self.job.style, self.job.profiles)

    def stop(self) -> None:
        """Begin no further question."""
        self._stopped = True
        if self.client is not None:
            self.client.stop()

    def _opened(self) -> Client:
        from huimou.llm.client import open_client

        with self._lock:
            if self.client is None:
                job, server = self.job, self._served()
                self.client = self._closing.enter_context(
                    open_client(server, ledger=self.store, record=job.record, replay=job.replay, note=self.events.note)
                )
                if self._stopped:
                    self.client.stop()
                self.events.serving(self.client.busy)
                self.opened(self.client)
            return self.client

    def _served(self) -> Endpoint:
        job = self.job
        if job.endpoint.kind == "builtin" and not job.replay:
            self.events.note("loading the built-in model")
        return self._closing.enter_context(options.serve_endpoint(job.endpoint, replay=job.replay is not None))


def _print_outcome(result: BatchResult, bill: Bill | None, *, quiet: bool) -> None:
    from huimou.cli.progress import build_summary
    from huimou.cli.runs.cost_table import build_usage_table
    from huimou.language.text import to_one_line

    if not quiet and result.reports:
        options.open_console().print(build_summary(result, most=_TABLE))
    if bill is not None and bill.paid_for and not quiet:
        options.open_console().print(build_usage_table(bill))
    for report in result.reports:
        if quiet and report.reason:  # otherwise said when it happened
            typer.echo(f"{to_one_line(report.file)}: {report.status}: {to_one_line(report.reason)}", err=True)
    if result.stopped:
        left = result.planned - len(result.reports)
        options.report_error(result.stopped)
        typer.echo(f"{left} of {result.planned} reports not done; run the same command again to go on", err=True)
    if result.interrupted:
        typer.echo("interrupted; run the same command again to go on", err=True)
    raise typer.Exit(result.exit_status)
