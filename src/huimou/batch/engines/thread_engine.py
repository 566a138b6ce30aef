"""The engine within this process: several reports at a time, each read, digested and written whole by one thread."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from huimou.batch.engines.engine import LoopOptions, RunResult, run_engine
from huimou.batch.events import Emit, ReportStarted, Warned
from huimou.batch.planning import PlannedReport, plan_reports
from huimou.batch.report_run import digest_file, write_report
from huimou.model.cost_category import CostPart
from huimou.model.digest import Digest
from huimou.model.outcome import ReportResult
from huimou.model.report import Document, Usage
from huimou.store.inputs import Input
from huimou.store.stamps import Stamp


class ThreadEngine:
    """Works on reports in threads of this process.

    Args:
        out: folder of the outputs.
        work: makes the digest of a document.
        emit: told how it goes.
        read: makes the document of a file.
        options: how many reports in hand at once, and whom to tell to stop.
        usage_by_part: what the calls have cost.

    """

    def __init__(
        self,
        out: Path,
        work: Callable[[Document, Emit], Digest],
        emit: Emit,
        read: Callable[[Path], Document],
        options: LoopOptions,
        usage_by_part: Callable[[], Mapping[CostPart, Usage]] = dict,
    ) -> None:
        self._out, self._work, self._emit, self._read = out, work, emit, read
        self._width = max(1, options.parallel)
        self.stop = options.stop
        self.usage_by_part = usage_by_part
        self._formats = options.formats
        self._pool = ThreadPoolExecutor(max_workers=self._width, thread_name_prefix="report")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def results(self, reports: Sequence[PlannedReport]) -> Iterator[tuple[Stamp, ReportResult]]:
        """Results in the order in which reports are done; ten thousand reports are not submitted all at once."""
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
        source = Stamp.of(report.path, read=True)
        self._emit(ReportStarted(report))
        made = digest_file(
            report.path, report.name, self._out, self._read, partial(_digest_document, self._work, self._emit)
        )
        return source, write_report(self._out, made, self._formats, lambda line: self._emit(Warned(line)))


def _digest_document(work: Callable[[Document, Emit], Digest], emit: Emit, document: Document) -> Digest:
    return work(document, emit)


def run_in_threads(
    inputs: Sequence[Path | Input],
    out: Path,
    work: Callable[[Document, Emit], Digest],
    emit: Emit,
    read: Callable[[Path], Document],
    options: LoopOptions | None = None,
) -> RunResult:
    """Plan inputs and digest each into `out`.

    `work` gets documents whose `stem` is the name of their outputs.

    Raises:
        UsageError: `out` cannot be written to, or holds one of the inputs.

    """
    options = options or LoopOptions()
    return run_engine(ThreadEngine(out, work, emit, read, options), plan_reports(inputs, out), out, emit, options)
