"""One run over an output folder, for the command line, the service and Python users alike.

What a killed run has written is whole; what it has asked is in the folder's store, so that the same call goes on where
it stopped. What became of each report is in the folder's journal; `run.json`, `failures.csv` and `index.html` sum up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from huimou.batch.cost_report import Bill, write_bill
from huimou.batch.engines.engine import Engine, LoopOptions, RunResult, run_engine
from huimou.batch.engines.thread_engine import ThreadEngine
from huimou.batch.events import Emit, Noted, ServersOpened
from huimou.batch.index_page import write_index
from huimou.batch.planning import PlannedReport
from huimou.batch.run_settings import RunSettings
from huimou.digest.session import ClientSession
from huimou.digest.steps.ingest import read_report
from huimou.errors import UsageError
from huimou.llm.client import Client
from huimou.model.cost_category import CostPart
from huimou.model.events import ignore_event
from huimou.model.outcome import ReportResult
from huimou.model.report import Usage
from huimou.store.answers import AnswerStore, open_store
from huimou.store.files import make_folder
from huimou.store.inputs import collect_folders, keep_inputs, to_printable
from huimou.store.journal import Journal, describe_changes, fingerprint
from huimou.store.paths import STORE


@dataclass(frozen=True, slots=True)
class _Ended:
    """A run whose reports are done, before it is summed up: `others` are reports of earlier runs."""

    result: RunResult
    others: tuple[ReportResult, ...]
    planned: int
    job: Mapping[str, Any]
    usage: Mapping[CostPart, Usage]


def run_batch(
    reports: Sequence[PlannedReport],
    out: Path,
    settings: RunSettings,
    emit: Emit = ignore_event,
    begin: Callable[[], None] = lambda: None,
) -> RunResult:
    """Digest reports into a folder; see `BatchRun`, which also can be stopped.

    Raises:
        HuimouError: it cannot begin; what ends it later is in the result.

    """
    return BatchRun(reports, out, settings, emit, begin).run()


class BatchRun:
    """Reports digested into an output folder; called again it goes on where it was stopped or killed.

    Args:
        reports: what they are and how their outputs are called (`plan_reports`).
        out: folder of the outputs; made where it is missing.
        settings: how it is run.
        emit: told how it goes, from several threads.
        begin: called once the folder is this run's own, before the first report is read.

    """

    def __init__(
        self,
        reports: Sequence[PlannedReport],
        out: Path,
        settings: RunSettings,
        emit: Emit = ignore_event,
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        self._reports, self._out, self._settings, self._emit, self._begin = reports, out, settings, emit, begin
        self._stopped = False
        self._session: ClientSession | None = None

    def run(self, store: AnswerStore | None = None) -> RunResult:
        """Run until every report is done or something ends the run.

        Args:
            store: the folder's, where the caller has it open already.

        Raises:
            HuimouError: it cannot begin; what ends it later is in the result.

        """
        begun = time.monotonic()
        make_folder(self._out)
        if self._settings.replay is not None:
            return self._replay()
        if store is not None:
            ended = self._ask(store)
        else:
            with open_store(self._out / STORE) as opened:
                ended = self._ask(opened)
        return self._sum_up(ended, time.monotonic() - begun)  # a store that is closed gives back the room that it held

    def stop(self) -> None:
        """Begin no further question in this process; may be called from another thread, also before `run`."""
        self._stopped = True
        if self._session is not None:
            self._session.stop()

    def _replay(self) -> RunResult:
        """Run with answers from recordings: there is no store and no journal."""
        self._keep_inputs(())
        options = LoopOptions(formats=self._settings.formats)
        with self._open_session(ClientSession(self._settings.digest, self._note, replay=self._settings.replay)) as made:
            engine = ThreadEngine(self._out, made.digest, self._emit, read_report, options)
            result = run_engine(engine, self._reports, self._out, self._emit, options)
        write_index(self._out, result.reports, self._settings.formats)
        return result

    def _ask(self, store: AnswerStore) -> _Ended:
        settings, journal = self._settings, Journal(store.database)
        job = settings.digest.as_job()
        if not settings.part:
            journal.drop_withdrawn(collect_folders(report.origin for report in self._reports))
        known = journal.names()
        self._keep_inputs(known)
        store.database.hold_room()
        self._prepare(store, journal, job)
        planned = len(known.union(one.name for one in self._reports)) if settings.part else len(self._reports)
        journal.begin(job, planned)

        def note_client(client: Client) -> None:
            self._emit(ServersOpened(client.busy))
            journal.note_server(client.describe_settings())

        session = ClientSession(settings.digest, self._note, answers=store, record=settings.record, opened=note_client)
        options = LoopOptions(
            None if settings.record is not None else journal,
            fingerprint(job),
            1 if settings.record is not None else settings.count_parallel_reports(1),
            session.stop,
            settings.formats,
        )
        with self._open_session(session):
            engine = self._build_engine(session, options, journal.note_server)
            result = run_engine(engine, self._reports, self._out, self._emit, options)
            usage = engine.usage_by_part()
        result = _note_outcome(result, lambda: journal.end(result.exit_status))
        return _Ended(result, journal.others({one.name for one in result.reports}), planned, job, usage)

    def _note(self, line: str) -> None:
        self._emit(Noted(line))

    def _open_session(self, session: ClientSession) -> ClientSession:
        """Make the session the one that `stop` stops."""
        self._session = session
        if self._stopped:
            session.stop()
        return session

    def _keep_inputs(self, known: Collection[str]) -> None:
        """Write `inputs.jsonl`, now that the folder is this run's; `known` are names of reports of earlier runs."""
        self._begin()
        if not self._settings.part:  # those are noted already
            keep_inputs(self._out, ((one.name, one.origin) for one in self._reports), known)

    def _prepare(self, store: AnswerStore, journal: Journal, job: Mapping[str, Any]) -> None:
        """Forget what is to be asked again, and say how this run differs from the one before."""
        settings = self._settings
        if settings.anew:
            store.reset()
        for report in self._reports if settings.part else ():
            store.drop_refused(report.name)
        before = journal.last_job()
        differences = describe_changes(before, job) if before and not settings.anew else ()
        if differences:
            self._note(f"not the job of the last run here: {'; '.join(differences)}")
            self._note("reports are made again; answers that still fit are not asked for again (--new asks for all)")

    def _build_engine(
        self, session: ClientSession, options: LoopOptions, served: Callable[[Mapping[str, Any]], None]
    ) -> Engine:
        """The engine that the settings name."""
        settings, store = self._settings, self._out / STORE
        if settings.engine == "local" and settings.workers == 1:
            return ThreadEngine(
                self._out, session.digest, self._emit, read_report, options, usage_by_part=session.usage_by_part
            )
        workers = settings.count_allowed_workers()
        if workers < settings.workers:
            self._note(f"{workers} of {settings.workers} workers: no more than {workers} requests at once are allowed")
        if settings.engine == "ray":
            from huimou.batch.engines.ray_engine import ClusterOptions, RayEngine  # noqa: PLC0415 (an extra)

            cluster = ClusterOptions(self._out, store, workers, settings.ray_address, settings.formats)
            return RayEngine(cluster, session.serve, self._emit, served)
        from huimou.batch.engines.process_engine import ProcessEngine, ProcessOptions  # noqa: PLC0415 (seldom)

        parallel = settings.count_parallel_reports(workers)
        spread = ProcessOptions(self._out, store, workers, parallel, settings.formats)
        return ProcessEngine(spread, session.serve, self._emit, served)

    def _sum_up(self, ended: _Ended, seconds: float) -> RunResult:
        """Write `run.json`, `failures.csv` and `index.html`; `seconds` is how long the run took."""
        settings, result = self._settings, ended.result
        known = sorted((*ended.others, *result.reports), key=lambda one: one.name)
        told = known if settings.part else result.reports
        stopped = str(result.stopped) if result.stopped else None
        done = {one.name for one in result.reports}
        left = [(one.name, to_printable(one.path.name)) for one in self._reports if one.name not in done]
        bill = Bill(
            ended.job,
            told,
            ended.planned,
            seconds,
            ended.usage,
            result.exit_status,
            stopped,
            settings.prices,
            left,
        )
        result = _note_outcome(replace(result, bill=bill), lambda: write_bill(self._out, bill))
        return _note_outcome(result, lambda: write_index(self._out, known, settings.formats))


def _note_outcome(result: RunResult, note: Callable[[], None]) -> RunResult:
    """Call `note`, which writes something; an error of it ends the run, unless something had ended it before."""
    try:
        note()
    except UsageError as error:
        return replace(result, stopped=result.stopped or error)
    return result
