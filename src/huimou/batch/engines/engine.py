"""Who works on the reports of a batch, and the loop that hands them over and notes what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from huimou.batch.cost_report import Bill
from huimou.batch.edited_outputs import stamp_outputs
from huimou.batch.engines.signals import get_exit_status, get_signal
from huimou.batch.events import BatchStarted, Emit, Noted, ReportFailed, ReportFinished
from huimou.batch.planning import PlannedReport, find_done
from huimou.errors import HuimouError
from huimou.model.cost_category import CostPart
from huimou.model.outcome import ReportResult
from huimou.model.report import Usage
from huimou.outputs.formats import ALWAYS
from huimou.store.files import make_folder
from huimou.store.journal import Journal
from huimou.store.stamps import FinishedReport, Stamp

EXIT_INCOMPLETE = 3
_MOST_FRESH = 50  # reports whose files have just been written


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run came to.

    Args:
        reports: what became of each, those that were done before included; without those that were not reached.
        planned: how many there were.
        kept: how many of them were done before.
        stopped: the error that ended the run early.
        interrupted: number of the signal that ended it, such as that of Ctrl-C; 0 if none did.
        bill: what it cost; None where answers came from recordings.

    """

    reports: tuple[ReportResult, ...]
    planned: int
    kept: int = 0
    stopped: HuimouError | None = None
    interrupted: int = 0
    bill: Bill | None = None

    @property
    def exit_status(self) -> int:
        """0 all complete, 3 some failed or incomplete, 128 + n for signal n, else that of the error that stopped it."""
        if self.interrupted:
            return get_exit_status(self.interrupted)
        if self.stopped is not None:
            return self.stopped.exit_status
        return 0 if all(report.status == "complete" for report in self.reports) else EXIT_INCOMPLETE


@dataclass(frozen=True, slots=True)
class LoopOptions:
    """How reports are worked through.

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

    def usage_by_part(self) -> Mapping[CostPart, Usage]:
        """What the calls have cost, by stage and question, as far as it is known."""


def run_engine(
    engine: Engine, reports: Sequence[PlannedReport], out: Path, emit: Emit, options: LoopOptions
) -> RunResult:
    """Have an engine work on reports into `out`; those that are done are passed over.

    Raises:
        UsageError: `out` cannot be written to.

    """
    make_folder(out)
    for report in reports:
        if report.name != report.origin.stem:
            emit(Noted(f"{report.path} is written as {report.name}"))
    kept = _find_kept(reports, out, options)
    if kept:
        emit(Noted(f"{len(kept)} of {len(reports)} reports are done already"))
    left = tuple(report for report in reports if report.name not in kept)
    emit(BatchStarted(left))
    results: dict[str, ReportResult] = {}
    stopped: HuimouError | None = None
    interrupted = 0
    notes = _NoteTaker(out, emit, options)
    with engine:
        try:
            for source, result in engine.results(left):
                results[result.name] = result
                notes.note(result, source)
            notes.settle()
        except HuimouError as error:
            stopped = error
            engine.stop()
        except KeyboardInterrupt as error:
            interrupted = get_signal(error)
            engine.stop()
    if kept and options.journal is not None:  # ten thousand are read while no server waits for it
        results |= {name: entry.result for name, entry in options.journal.entries().items() if name in kept}
    done = tuple(results[report.name] for report in reports if report.name in results)
    return RunResult(done, len(reports), len(kept), stopped, interrupted)


class _NoteTaker:
    """Notes what became of reports in the journal and tells it; looks at the files of each once more a while later.

    By then their times prove that nothing has changed them, so that a later run need not read them.
    """

    def __init__(self, out: Path, emit: Emit, options: LoopOptions) -> None:
        self._out, self._emit, self._options = out, emit, options
        self._fresh: dict[str, FinishedReport] = {}

    def note(self, result: ReportResult, source: Stamp) -> None:
        """Note one result."""
        journal = self._options.journal
        if journal is not None:
            outputs = stamp_outputs(self._out, result.name) if result.status != "failed" else None
            journal.keep(result, source, self._options.job, outputs)
            if outputs is not None:
                self._fresh[result.name] = FinishedReport(source, outputs)
            if len(self._fresh) >= _MOST_FRESH:
                self.settle()
        self._emit(ReportFailed(result) if result.status == "failed" else ReportFinished(result))

    def settle(self) -> None:
        """Note the files of the reports of late again."""
        fresh, self._fresh = self._fresh, {}
        if self._options.journal is not None:
            now = {name: one.renew(one.source.file, self._out) for name, one in fresh.items()}
            self._options.journal.renew({name: one for name, one in now.items() if one and one is not fresh[name]})


def _find_kept(reports: Sequence[PlannedReport], out: Path, options: LoopOptions) -> frozenset[str]:
    """Names of the reports that are done already; where the times of their files have changed, that is noted."""
    journal = options.journal
    if journal is None:
        return frozenset()
    complete = journal.complete(options.job)
    done = find_done(reports, out, complete, options.formats)
    journal.renew({name: one for name, one in done.items() if one is not complete[name]})
    return frozenset(done)
