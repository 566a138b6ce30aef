"""One run over an output folder: what is wired to what, what is kept of it, what is printed in the end."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import typer

from huimou.cli import options

if TYPE_CHECKING:
    from huimou.batch import BatchResult, Events
    from huimou.bill import Prices
    from huimou.config import Endpoint
    from huimou.contract import Digest
    from huimou.inputs import Input
    from huimou.llm.client import Client
    from huimou.llm.ledger import Ledger
    from huimou.model import Document
    from huimou.profile import Profiles
    from huimou.prompts import PromptSet

LEDGER = Path(".huimou") / "ledger.sqlite"
_MOST_IN_HAND = 32  # reports; each takes a few MB while it is worked on
_TABLE = 60  # reports; of more only those that are not complete are listed


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done.

    Args:
        inputs: the reports.
        out: folder of the outputs.
        endpoint: whom to ask.
        prompts: folder of prompts.
        kind: of the reports, None to read it from each.
        profiles: kinds of report.
        style: of the overviews, by name.
        record: folder to record into.
        replay: folder to answer from; at most one of the two.
        anew: forget what the folder's ledger holds.
        names: of the outputs where they are tried again: fixed, and their useless answers are asked for anew.
        prices: of tokens.
        keep: called once the folder is this run's own, before the first report.
        formats: what is written of each report beside its JSON.

    """

    inputs: tuple[Input, ...]
    out: Path
    endpoint: Endpoint
    prompts: Path | None
    kind: str | None
    profiles: Profiles
    style: str
    record: Path | None = None
    replay: Path | None = None
    anew: bool = False
    names: Mapping[Path, str] | None = None
    prices: Prices | None = None
    keep: Callable[[], None] = lambda: None
    formats: tuple[str, ...] = ("md", "html")


def run(job: Job, *, quiet: bool) -> None:
    """Run, write what it came to, print it, and leave with its exit status.

    Raises:
        HuimouError: it cannot begin.
        typer.Exit: always, at the end.

    """
    from huimou.cli.progress import open_events

    with open_events(quiet=quiet) as events:
        result = _replayed(job, events) if job.replay else _asked(job, events)
    _conclude(result, quiet=quiet)


def _replayed(job: Job, events: Events) -> BatchResult:
    from huimou.batch import Running, run_batch
    from huimou.listing import write_index
    from huimou.stages.ingest import read_report

    job.keep()
    with Work(job, events, None) as work:
        result = run_batch(job.inputs, job.out, work, events, read_report, Running(formats=job.formats))
    write_index(job.out, result.reports, job.formats)
    return result


def _asked(job: Job, events: Events) -> BatchResult:
    from huimou.batch import Running, output_names, run_batch
    from huimou.bill import Bill, write_bill
    from huimou.journal import Journal, fingerprint
    from huimou.listing import write_index
    from huimou.llm.ledger import Ledger
    from huimou.stages.ingest import read_report

    begun = time.monotonic()
    with Ledger(job.out / LEDGER) as ledger:
        job.keep()
        journal = Journal(ledger)
        work = Work(job, events, ledger, lambda client: journal.served_by(client.served()))
        names = (job.names or output_names(job.inputs)).values()
        settings = work.settings()
        _prepare(job, ledger, journal, settings, events)
        planned = len(journal.entries().keys() | set(names)) if job.names else len(names)
        journal.begin(settings, planned)
        running = Running(
            None if job.record else journal,
            fingerprint(settings),
            1 if job.record else work.parallel,
            job.names,
            work.stop,
            job.formats,
        )
        with work:
            result = run_batch(job.inputs, job.out, work, events, read_report, running)
            spent = work.client.spent_by_question() if work.client is not None else {}
        journal.end(result.exit_status)
        known = [entry.result for entry in journal.entries().values()]
        results = known if job.names else result.reports
    stopped = str(result.stopped) if result.stopped else None
    seconds = time.monotonic() - begun
    bill = Bill(settings, results, planned, seconds, spent, result.exit_status, stopped, job.prices)
    write_bill(job.out, bill)
    write_index(job.out, {one.name: one for one in (*known, *result.reports)}.values(), job.formats)
    return result


def _prepare(job: Job, ledger: Ledger, journal: Any, settings: Mapping[str, Any], events: Events) -> None:
    """Forget what is to be asked again, and say how this job differs from the one before."""
    from huimou.journal import changed

    if job.anew:
        ledger.reset()
    for name in (job.names or {}).values():
        ledger.drop_refused(name)
    before = journal.last_job()
    differences = changed(before, settings) if before and not job.anew else ()
    if differences:
        events.note(f"not the job of the last run here: {'; '.join(differences)}")
        events.note("reports are made again; answers that still fit are not asked for again (--new asks for all)")


@dataclass
class Work:
    """The pipeline wired to a model, which is started or reached when the first report needs it."""

    job: Job
    events: Events
    ledger: Ledger | None
    opened: Callable[[Client], None] = lambda _: None
    client: Client | None = None
    _closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _lock: Lock = field(default_factory=Lock)
    _prompts: PromptSet | None = None

    def __enter__(self) -> Callable[[Document, Events], Digest]:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def __call__(self, document: Document, events: Events) -> Digest:
        """The digest of one document."""
        from huimou.overview import STYLES
        from huimou.pipeline import Choices, digest_report

        client = self._opened()
        choices = Choices(self.job.kind, STYLES[self.job.style], self.job.profiles)
        try:
            return digest_report(document, client, self.prompts(), events, choices)
        finally:
            client.forget(document.stem)

    @property
    def parallel(self) -> int:
        """Reports in hand at once: enough that no server is idle while one is read, written or nearly done."""
        endpoint = self.job.endpoint
        if endpoint.kind == "builtin" or endpoint.is_chosen("concurrency"):
            return min(2 + endpoint.concurrency * len(endpoint.each()) // 4, _MOST_IN_HAND)
        return _MOST_IN_HAND // 2

    def prompts(self) -> PromptSet:
        """The prompts, checked."""
        from huimou.prompt_check import load_checked

        if self._prompts is None:
            self._prompts = load_checked(self.job.prompts)
        return self._prompts

    def settings(self) -> dict[str, Any]:
        """Every setting that a digest depends on; a model whose choice is left to the server has no name yet."""
        from huimou.llm.weights import BUILTIN

        endpoint = self.job.endpoint
        own = Path(endpoint.gguf).stem if endpoint.gguf else BUILTIN.name
        return {
            "model": own if endpoint.kind == "builtin" else endpoint.model,
            "mode": endpoint.mode,
            "extra": dict(endpoint.extra),
            "prompts": self.prompts().labels,
            "kind": self.job.kind,
            "style": self.job.style,
            "profiles": self.job.profiles.digest,
        }

    def stop(self) -> None:
        """Begin no further question."""
        if self.client is not None:
            self.client.stop()

    def _opened(self) -> Client:
        from huimou.llm.client import open_client

        with self._lock:
            if self.client is None:
                job = self.job
                if job.endpoint.kind == "builtin" and not job.replay:
                    self.events.note("loading the built-in model")
                server = self._closing.enter_context(options.served(job.endpoint, replay=job.replay is not None))
                self.client = self._closing.enter_context(
                    open_client(server, ledger=self.ledger, record=job.record, replay=job.replay, note=self.events.note)
                )
                self.opened(self.client)
            return self.client


def _conclude(result: BatchResult, *, quiet: bool) -> None:
    from huimou.cli.progress import summary
    from huimou.stages.render import running

    if not quiet:
        options.console().print(summary(result, most=_TABLE))
    for report in result.reports:
        if quiet and report.reason:  # otherwise said when it happened
            typer.echo(f"{running(report.file)}: {report.status}: {running(report.reason)}", err=True)
    if result.stopped:
        left = result.planned - len(result.reports)
        options.report_error(result.stopped)
        typer.echo(f"{left} of {result.planned} reports not done; run the same command again to go on", err=True)
    if result.interrupted:
        typer.echo("interrupted; run the same command again to go on", err=True)
    raise typer.Exit(result.exit_status)
