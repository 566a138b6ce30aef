"""Reports spread over processes of this machine: past the one core that a Python process can use.

The main process owns folder, ledger and journal; workers are members of its ledger and write the outputs. A worker that
is killed costs only what was in flight: its answers are in the ledger, and its reports go to another one.
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
from huimou.batch.engines.digest_settings import DigestSettings
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
from huimou.batch.report_run import DIED_TWICE, build_failure
from huimou.batch.run import Events, PlannedReport
from huimou.errors import UsageError
from huimou.model.cost_category import CostPart
from huimou.model.outcome import ReportResult
from huimou.model.report import Usage
from huimou.outputs.formats import ALWAYS
from huimou.settings import Share
from huimou.store.journal import Stamp

_COMMAND = (sys.executable, "-P", "-m", "huimou.batch.engines.worker")
_MOST_FAILED_STARTS = 2  # one after the other: a worker may be killed while it starts, but not for ever


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """How reports are spread.

    Args:
        out: folder of the outputs.
        ledger: that this process owns.
        workers: processes; no more than there are reports are started.
        parallel: reports in hand at once in a worker.
        formats: what is written of each report beside its JSON.

    """

    out: Path
    ledger: Path
    workers: int
    parallel: int
    formats: tuple[str, ...] = ALWAYS


@dataclass(frozen=True, slots=True)
class _PipeClosed:
    """A worker's pipe is closed."""


class ProcessEngine:
    """The engine of worker processes.

    Args:
        plan: how reports are spread.
        recipe: gives the recipe when the first worker is started, so that a server is started no sooner.
        events: told how it goes, from the thread that takes the results.
        served: told once how the servers are asked, as `Client.served` says it.

    """

    def __init__(
        self,
        plan: ProcessOptions,
        recipe: Callable[[], DigestSettings],
        events: Events,
        served: Callable[[Mapping[str, Any]], None] = lambda _: None,
    ) -> None:
        self._plan, self._recipe, self._events = plan, recipe, events
        self._inbox: SimpleQueue[tuple[_WorkerProcess, Any]] = SimpleQueue()
        self._workers: dict[int, _WorkerProcess] = {}
        self._hearing = EventCollector(events, served)
        self._started = self._failed_starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        workers = tuple(self._workers.values())
        try:
            for worker in workers:
                worker.say(End())
            for worker in workers:
                worker.wait()
        except BaseException:
            for worker in workers:
                worker.kill()
            raise

    def paid(self) -> dict[CostPart, Usage]:
        """What all workers have paid, as far as they told."""
        return self._hearing.paid()

    def stop(self) -> None:
        """No worker begins a further question."""
        for worker in self._workers.values():
            worker.say(Stop())

    def results(self, reports: Sequence[PlannedReport]) -> Iterator[tuple[Stamp, ReportResult]]:
        """As they come.

        Raises:
            HuimouError: a worker met with what ends the whole batch, or cannot be started.

        """
        if not reports:
            return
        many = min(self._plan.workers, len(reports))
        roster = Roster(reports, min(self._plan.parallel, math.ceil(len(reports) / many)))
        recipe = self._recipe()
        for number in range(many):
            self._start(recipe, Share(number, many))
        while not roster.is_done:
            self._hand_out(roster)
            worker, word = self._inbox.get()
            if isinstance(word, ReportDone):
                roster.done(worker.number, word.result.name)
                yield word.source, word.result
            elif isinstance(word, _PipeClosed):
                yield from self._given_up(worker, roster)
                if roster.waits:
                    self._start(recipe, worker.share)
            else:
                self._hear(worker, word, roster)

    def _hand_out(self, roster: Roster) -> None:
        while (given := roster.next()) is not None:
            number, report = given
            self._events.report_started(report)
            self._workers[number].say(ReportOrder(report))

    def _hear(self, worker: _WorkerProcess, word: Any, roster: Roster) -> None:
        if isinstance(word, Ready):
            worker.is_ready, self._failed_starts = True, 0
            roster.joins(worker.number)
        elif isinstance(word, BatchFailure):
            raise word.error
        else:
            self._hearing.hear(worker.number, word)

    def _start(self, recipe: DigestSettings, share: Share) -> None:
        self._started += 1
        mine = replace(recipe, endpoint=replace(recipe.endpoint, share=share))
        worker = _WorkerProcess(self._started, share, self._receive)
        self._workers[worker.number] = worker
        worker.say(WorkerSetup(mine, self._plan.out, self._plan.ledger, self._plan.parallel, self._plan.formats))

    def _receive(self, worker: _WorkerProcess, word: Any) -> None:
        """In the worker's own thread; what was paid counts also once the batch has stopped."""
        if isinstance(word, UsageMessage):
            self._hearing.pay(worker.number, word)
        else:
            self._inbox.put((worker, word))

    def _given_up(self, worker: _WorkerProcess, roster: Roster) -> Iterator[tuple[Stamp, ReportResult]]:
        """Clear a dead worker away, and its reports of which it is the second."""
        status = worker.wait()
        del self._workers[worker.number]
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts > _MOST_FAILED_STARTS:
                raise UsageError(
                    f"worker processes end before they begin (status {status})", "leave --workers out, or see why above"
                )
            return
        self._events.note(f"a worker process died (status {status}); its reports are worked on again")
        for report in roster.leaves(worker.number):
            yield Stamp.of(report.path), build_failure(report.path, report.name, DIED_TWICE, time.monotonic())


class _WorkerProcess:
    """One process, and the thread that hears it."""

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
        self._wire = MessagePipe(self._process.stdout, self._process.stdin)  # type: ignore[arg-type]
        self._hearing = Thread(target=self._hear, args=(receive,), daemon=True)
        self._hearing.start()

    def say(self, word: Any) -> None:
        """Send it; where the process is gone, its thread says so."""
        try:
            self._wire.send(word)
        except (OSError, ValueError):
            return

    def wait(self) -> int:
        """Until the process has ended and all that it said is heard; returns its exit status."""
        status = self._process.wait()
        self._hearing.join()
        self._wire.close()
        return status

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()

    def _hear(self, receive: Callable[[_WorkerProcess, Any], None]) -> None:
        for word in self._wire.words():
            receive(self, word)
        receive(self, _PipeClosed())


def _build_environment() -> dict[str, str]:
    """With this very installation first on the path of modules, however this process found it."""
    own = str(Path(huimou.__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH", ""))))}


def _process_group_options() -> dict[str, Any]:
    """Ctrl-C is for the main process, which tells the workers to stop."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
