"""The engine that spreads reports over processes of this machine, since one Python process uses one core.

The main process owns folder, store and journal; workers are members of its store and write the outputs. A worker that
is killed costs only what was in flight: its answers are in the store, and its reports go to another one.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

import huimou
from huimou.batch.engines.event_collector import EventCollector
from huimou.batch.engines.messages import (
    BatchFailure,
    End,
    MessagePipe,
    Ready,
    ReportDone,
    ReportOrder,
    Stop,
    UsageMessage,
    WorkerSetup,
)
from huimou.batch.engines.roster import Roster
from huimou.batch.events import Emit, Noted, ReportStarted
from huimou.batch.planning import PlannedReport
from huimou.batch.report_run import DIED_TWICE, build_failure
from huimou.digest.session import DigestSettings
from huimou.errors import UsageError
from huimou.model.cost_category import CostPart
from huimou.model.outcome import ReportResult
from huimou.model.report import Usage
from huimou.outputs.formats import ALWAYS
from huimou.settings import Share
from huimou.store.stamps import Stamp

_COMMAND = (sys.executable, "-P", "-m", "huimou.batch.engines.worker")
_MOST_FAILED_STARTS = 2  # one after the other: a worker may be killed while it starts, but not for ever


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """How reports are spread.

    Args:
        out: folder of the outputs.
        store: that this process owns.
        workers: processes; no more than there are reports are started.
        parallel: reports in hand at once in a worker.
        formats: what is written of each report beside its JSON.

    """

    out: Path
    store: Path
    workers: int
    parallel: int
    formats: tuple[str, ...] = ALWAYS


@dataclass(frozen=True, slots=True)
class _PipeClosed:
    """A worker's pipe is closed."""


class ProcessEngine:
    """The engine of worker processes.

    Args:
        options: how reports are spread.
        serve: gives the settings when the first worker is started, so that a server is started no sooner.
        emit: told how it goes, from the thread that takes the results.
        served: told once how the servers are asked, as `Client.served` says it.

    """

    def __init__(
        self,
        options: ProcessOptions,
        serve: Callable[[], DigestSettings],
        emit: Emit,
        served: Callable[[Mapping[str, Any]], None] = lambda _: None,
    ) -> None:
        self._options, self._serve, self._emit = options, serve, emit
        self._inbox: SimpleQueue[tuple[_WorkerProcess, Any]] = SimpleQueue()
        self._workers: dict[int, _WorkerProcess] = {}
        self._collector = EventCollector(emit, served)
        self._started = self._failed_starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        workers = tuple(self._workers.values())
        try:
            for worker in workers:
                worker.send(End())
            for worker in workers:
                worker.wait()
        except BaseException:
            for worker in workers:
                worker.kill()
            raise

    def usage_by_part(self) -> dict[CostPart, Usage]:
        """What the calls of all workers have cost, as far as they told."""
        return self._collector.usage_by_part()

    def stop(self) -> None:
        """Tell all workers to begin no further question."""
        for worker in self._workers.values():
            worker.send(Stop())

    def results(self, reports: Sequence[PlannedReport]) -> Iterator[tuple[Stamp, ReportResult]]:
        """Results in the order in which reports are done.

        Raises:
            HuimouError: a worker met with what ends the whole batch, or cannot be started.

        """
        if not reports:
            return
        many = min(self._options.workers, len(reports))
        roster = Roster(reports, min(self._options.parallel, math.ceil(len(reports) / many)))
        settings = self._serve()
        for number in range(many):
            self._start(settings, Share(number, many))
        while not roster.is_done:
            self._hand_out(roster)
            worker, message = self._inbox.get()
            if isinstance(message, ReportDone):
                roster.mark_done(worker.number, message.result.name)
                yield message.source, message.result
            elif isinstance(message, _PipeClosed):
                yield from self._give_up(worker, roster)
                if roster.has_waiting:
                    self._start(settings, worker.share)
            else:
                self._handle(worker, message, roster)

    def _hand_out(self, roster: Roster) -> None:
        while (given := roster.take_next()) is not None:
            number, report = given
            self._emit(ReportStarted(report))
            self._workers[number].send(ReportOrder(report))

    def _handle(self, worker: _WorkerProcess, message: Any, roster: Roster) -> None:
        if isinstance(message, Ready):
            worker.is_ready, self._failed_starts = True, 0
            roster.add_worker(worker.number)
        elif isinstance(message, BatchFailure):
            raise message.error
        else:
            self._collector.receive(worker.number, message)

    def _start(self, settings: DigestSettings, share: Share) -> None:
        self._started += 1
        mine = replace(settings, endpoint=replace(settings.endpoint, share=share))
        worker = _WorkerProcess(self._started, share, self._receive)
        self._workers[worker.number] = worker
        worker.send(
            WorkerSetup(mine, self._options.out, self._options.store, self._options.parallel, self._options.formats)
        )

    def _receive(self, worker: _WorkerProcess, message: Any) -> None:
        """Runs in the worker's own thread; usage counts also once the batch has stopped."""
        if isinstance(message, UsageMessage):
            self._collector.record_usage(worker.number, message)
        else:
            self._inbox.put((worker, message))

    def _give_up(self, worker: _WorkerProcess, roster: Roster) -> Iterator[tuple[Stamp, ReportResult]]:
        """Forget a dead worker; yields a failure for each report in its hand that a worker had died on before."""
        status = worker.wait()
        del self._workers[worker.number]
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts > _MOST_FAILED_STARTS:
                raise UsageError(
                    f"worker processes end before they begin (status {status})", "leave --workers out, or see why above"
                )
            return
        self._emit(Noted(f"a worker process died (status {status}); its reports are worked on again"))
        for report in roster.remove_worker(worker.number):
            yield Stamp.of(report.path), build_failure(report.path, report.name, DIED_TWICE, time.monotonic())


class _WorkerProcess:
    """One process, and the thread that receives its messages."""

    def __init__(self, number: int, share: Share, receive: Callable[[_WorkerProcess, Any], None]) -> None:
        self.number, self.share, self.is_ready = number, share, False
        self._process = subprocess.Popen(  # noqa: S603 (this program itself)
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_build_environment(),
            **_process_group_options(),
        )
        assert self._process.stdin is not None  # noqa: S101 (said for the type checker)
        assert self._process.stdout is not None  # noqa: S101
        self._pipe = MessagePipe(self._process.stdout, self._process.stdin)  # type: ignore[arg-type]
        self._listening = Thread(target=self._listen, args=(receive,), daemon=True)
        self._listening.start()

    def send(self, message: object) -> None:
        """Send a message; where the process is gone, its thread puts a `_PipeClosed` into the inbox."""
        try:
            self._pipe.send(message)
        except (OSError, ValueError):
            return

    def wait(self) -> int:
        """Wait until the process has ended and its last message is received; returns its exit status."""
        status = self._process.wait()
        self._listening.join()
        self._pipe.close()
        return status

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()

    def _listen(self, receive: Callable[[_WorkerProcess, Any], None]) -> None:
        for message in self._pipe.receive():
            receive(self, message)
        receive(self, _PipeClosed())


def _build_environment() -> dict[str, str]:
    """The environment of a worker: this very installation comes first on its path of modules."""
    own = str(Path(huimou.__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH", ""))))}


def _process_group_options() -> dict[str, Any]:
    """Options that keep Ctrl-C from the workers: the main process gets it and tells them to stop."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
