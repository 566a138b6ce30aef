"""Many reports, several at a time: each is read, digested and written whole, and none costs another.

What a killed run has written is whole; what it has asked is in the store, so that the same command goes on where it
stopped. Who does the work is an `Engine`: threads of this process here, other processes in `huimou.engines`.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from huimou.batch.report_run import digest_file, write_report
from huimou.errors import HuimouError, UsageError
from huimou.llm.balancing.upstream import Busy
from huimou.model.digest import Digest
from huimou.model.outcome import ReportResult
from huimou.model.report import Document
from huimou.outputs.formats import ALWAYS, list_file_names
from huimou.store.files import list_names, make_folder, resolve_paths
from huimou.store.inputs import Input, as_input, shorten_stem, to_printable
from huimou.store.journal import Journal, Stamp

_OWN = ("run", "index")  # OUT/run.json and OUT/index.html are the batch's own
EXIT_INCOMPLETE = 3
EXIT_INTERRUPTED = 130  # what shells expect after Ctrl-C


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """One input and the name of its outputs; `size` in bytes, for guessing how long it will take.

    `origin` has the user's own id and columns.
    """

    path: Path
    name: str
    size: int
    origin: Input

    @classmethod
    def of(cls, origin: Input, name: str) -> PlannedReport:
        """The input with the name of its outputs, and its file's size as it is now."""
        return cls(origin.path, name, Stamp.of(origin.path).size, origin)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of the batch; `stopped` is the error that ended it early, `kept` how many were done before."""

    reports: tuple[ReportResult, ...]
    planned: int
    kept: int = 0
    stopped: HuimouError | None = None
    interrupted: bool = False

    @property
    def exit_status(self) -> int:
        """0 all complete, 3 some failed or incomplete, 130 interrupted, else that of the error that stopped it."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.stopped is not None:
            return self.stopped.exit_status
        return 0 if all(report.status == "complete" for report in self.reports) else EXIT_INCOMPLETE


class Events(Protocol):
    """What a batch tells about itself. `units_total`, `unit_done` and `tokens` may be called from several threads."""

    def batch_started(self, reports: Sequence[PlannedReport]) -> None:
        """All inputs, in their order."""

    def note(self, line: str) -> None:
        """Something that the user should know."""

    def warn(self, line: str) -> None:
        """Something that the user must know, also one who wants to hear of errors only."""

    def serving(self, busy: Callable[[], Busy | None]) -> None:
        """Model servers are there; `busy` tells at any time how much they have to do."""

    def report_started(self, report: PlannedReport) -> None:
        """The report is about to be read."""

    def units_total(self, units: int) -> None:
        """How many units the current report will ask about."""

    def unit_done(self) -> None:
        """One of them is answered, rejected or failed."""

    def tokens(self, prompt: int, completion: int) -> None:
        """A call has cost this many tokens."""

    def report_finished(self, result: ReportResult) -> None:
        """The report is written, complete or partial."""

    def report_failed(self, result: ReportResult) -> None:
        """The report has no output."""


class SilentEvents:
    """Events that nobody hears."""

    def batch_started(self, reports: Sequence[PlannedReport]) -> None:
        """Nothing."""

    def note(self, line: str) -> None:
        """Nothing."""

    def warn(self, line: str) -> None:
        """As a note."""
        self.note(line)

    def serving(self, busy: Callable[[], Busy | None]) -> None:
        """Nothing."""

    def report_started(self, report: PlannedReport) -> None:
        """Nothing."""

    def units_total(self, units: int) -> None:
        """Nothing."""

    def unit_done(self) -> None:
        """Nothing."""

    def tokens(self, prompt: int, completion: int) -> None:
        """Nothing."""

    def report_finished(self, result: ReportResult) -> None:
        """Nothing."""

    def report_failed(self, result: ReportResult) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a batch runs.

    Args:
        journal: where it is noted what became of each report; what is done is passed over.
        job: fingerprint of the settings that the digests depend on.
        parallel: reports in hand at once.
        stop: called when the batch is interrupted, so that what is in hand ends soon.
        formats: what is written of each report beside its JSON; where one is missing the report is made again.

    """

    journal: Journal | None = None
    job: str = ""
    parallel: int = 1
    stop: Callable[[], None] = lambda: None
    formats: Sequence[str] = ALWAYS


class Engine(Protocol):
    """Who works on the reports; entered before the first, left after the last."""

    def __enter__(self) -> Self:
        """Begin; nothing is started before there is a report to work on."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is in hand, and end what was started."""

    def results(self, reports: Sequence[PlannedReport]) -> Iterator[tuple[Stamp, ReportResult]]:
        """What became of each report and the file it was read from, as they come; the outputs are written.

        Raises:
            HuimouError: what ends the whole batch.

        """

    def stop(self) -> None:
        """Begin nothing more, so that what is in hand ends soon."""


class ThreadEngine:
    """Works on reports in threads of this process.

    Args:
        out: folder of the outputs.
        work: makes the digest of a document.
        events: told how it goes.
        read: makes the document of a file.
        running: how many reports in hand at once, and whom to tell to stop.

    """

    def __init__(
        self,
        out: Path,
        work: Callable[[Document, Events], Digest],
        events: Events,
        read: Callable[[Path], Document],
        running: RunOptions,
    ) -> None:
        self._out, self._work, self._events, self._read = out, work, events, read
        self._width = max(1, running.parallel)
        self.stop = running.stop
        self._formats = running.formats
        self._pool = ThreadPoolExecutor(max_workers=self._width, thread_name_prefix="report")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def results(self, reports: Sequence[PlannedReport]) -> Iterator[tuple[Stamp, ReportResult]]:
        """As they come; never more than `width` reports are in hand, so that ten thousand wait for nothing."""
        waiting = iter(reports)
        in_hand = {self._pool.submit(self._one, one): one for one in itertools.islice(waiting, self._width)}
        while in_hand:
            finished, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda f: in_hand[f].name):
                del in_hand[future]
                yield future.result()
                for following in itertools.islice(waiting, 1):
                    in_hand[self._pool.submit(self._one, following)] = following

    def _one(self, report: PlannedReport) -> tuple[Stamp, ReportResult]:
        source = Stamp.of(report.path)
        self._events.report_started(report)
        made = digest_file(
            report.path, report.name, self._out, self._read, partial(_digest_document, self._work, self._events)
        )
        return source, write_report(self._out, made, self._formats, self._events.warn)


def _digest_document(work: Callable[[Document, Events], Digest], events: Events, document: Document) -> Digest:
    return work(document, events)


def run_batch(
    inputs: Sequence[Path | Input],
    out: Path,
    work: Callable[[Document, Events], Digest],
    events: Events,
    read: Callable[[Path], Document],
    running: RunOptions | None = None,
) -> BatchResult:
    """Digest every input into `out`; `work` gets documents whose `stem` is the name of their outputs.

    Raises:
        UsageError: `out` cannot be written to, or holds one of the inputs.

    """
    running = running or RunOptions()
    return run_engine(ThreadEngine(out, work, events, read, running), plan_reports(inputs, out), out, events, running)


def run_engine(
    engine: Engine, reports: Sequence[PlannedReport], out: Path, events: Events, running: RunOptions
) -> BatchResult:
    """As `run_batch`, by whatever engine, what is planned already."""
    make_folder(out)
    for report in reports:
        if report.name != report.origin.stem:
            events.note(f"{report.path} is written as {report.name}")
    kept = _find_kept(reports, out, running)
    if kept:
        events.note(f"{len(kept)} of {len(reports)} reports are done already")
    left = [report for report in reports if report.name not in kept]
    events.batch_started(left)
    results: dict[str, ReportResult] = {}
    stopped, interrupted = None, False
    with engine:
        try:
            for source, result in engine.results(left):
                results[result.name] = result
                if running.journal is not None:
                    running.journal.keep(result, source, running.job)
                (events.report_failed if result.status == "failed" else events.report_finished)(result)
        except HuimouError as error:
            stopped = error
            engine.stop()
        except KeyboardInterrupt:
            interrupted = True
            engine.stop()
    if kept and running.journal is not None:  # ten thousand are read while no server waits for it
        results |= {name: entry.result for name, entry in running.journal.entries().items() if name in kept}
    done = tuple(results[report.name] for report in reports if report.name in results)
    return BatchResult(done, len(reports), len(kept), stopped, interrupted)


def _find_kept(reports: Sequence[PlannedReport], out: Path, running: RunOptions) -> frozenset[str]:
    if running.journal is None:
        return frozenset()
    return find_done(reports, out, running.journal.complete(running.job), running.formats)


def find_done(
    reports: Sequence[PlannedReport], out: Path, complete: Mapping[str, Stamp], formats: Sequence[str] = ALWAYS
) -> frozenset[str]:
    """Names of reports that need not be made again: complete, by the same job, input and output as they were.

    Args:
        reports: of the batch.
        out: folder of the outputs.
        complete: reports that the same job made, from the folder's journal.
        formats: of which every file must be there.

    """
    there = list_names(out)
    return frozenset(
        report.name
        for report in reports
        if (file := complete.get(report.name)) is not None
        and file == Stamp.of(report.path)
        and there.issuperset(list_file_names(report.name, formats))
    )


def plan_reports(inputs: Sequence[Path | Input], out: Path) -> tuple[PlannedReport, ...]:
    """Inputs with distinct output names that do not depend on the order in which the inputs are given.

    Raises:
        UsageError: an input lies in `out`, where an output could overwrite it.

    """
    folder = str(out.resolve())
    origins = tuple(map(as_input, inputs))
    for origin, real in zip(origins, resolve_paths(origin.path for origin in origins), strict=True):
        if os.path.dirname(real) == folder:  # noqa: PTH120 (as in `resolve_paths`)
            raise UsageError(f"{out} holds the input {origin.path.name}", "choose another output folder with -o")
    names = name_outputs(origins)
    return tuple(PlannedReport.of(one, names[one.path]) for one in origins)


def name_outputs(inputs: Sequence[Path | Input]) -> dict[Path, str]:
    """`stem`; `stem-2`, `stem-3` … for further inputs of that stem by path; letter case does not tell stems apart.

    None is called `run` or `index`, since `run.json` says what the run came to and `index.html` lists it.
    """
    names: dict[Path, str] = {}
    stems = {one.path: to_printable(one.stem) for one in map(as_input, inputs)}
    taken = {shorten_stem(stem).casefold() for stem in stems.values()}
    given = set(_OWN)
    for path in sorted(stems, key=str):
        name = shorten_stem(stems[path])
        if name.casefold() in given:
            name = next(n for n in (f"{name}-{i}" for i in itertools.count(2)) if n.casefold() not in taken | given)
        given.add(name.casefold())
        names[path] = name
    return names
