"""A worker process, `python -m huimou.batch.engines.worker`: `ProcessEngine` starts it and speaks with it over pipes.

It ends at once when the process that started it is gone: the pipe is closed then, however that process ended.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Event, Thread
from typing import Any

from huimou.batch.engines.digest_settings import ClientSession
from huimou.batch.engines.messages import (
    BatchFailure,
    End,
    MessagePipe,
    Ready,
    ReportDone,
    ReportOrder,
    Stop,
    WorkerSetup,
)
from huimou.batch.engines.worker_events import WorkerEvents
from huimou.batch.report_run import digest_file, write_report
from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError
from huimou.store.answers import AnswerStore, open_store
from huimou.store.journal import Stamp

_ORPHANED = 1


def main() -> None:
    """Work on what is ordered until the end is told."""
    wire = _take_over_pipe()
    words = wire.words()
    setup = next(words, None)
    if not isinstance(setup, WorkerSetup):
        return
    try:
        with open_store(setup.ledger, member_of=os.getppid()) as ledger:
            worker = _ReportWorker(setup, wire, ledger)
            ended = Event()
            wire.send(Ready())  # before the first order: who dies of that had begun
            Thread(target=_receive_orders, args=(words, worker, ended), daemon=True).start()
            ended.wait()
            worker.close()
    except HuimouError as error:
        with suppress(OSError):  # whoever started it may be gone
            wire.send(BatchFailure(error))


def _take_over_pipe() -> MessagePipe:
    """The pipe on standard input and output; whatever prints goes to standard error from now on."""
    wire = MessagePipe(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 (no path of ours)
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return wire


def _receive_orders(words: Iterator[Any], worker: _ReportWorker, ended: Event) -> None:
    for word in words:
        if isinstance(word, ReportOrder):
            worker.take(word)
        elif isinstance(word, Stop):
            worker.stop()
        elif isinstance(word, End):
            ended.set()
    os._exit(_ORPHANED)  # nothing in hand may go on: its answers would be nobody's


class _ReportWorker:
    """Works on several reports at once with one client, and tells how it goes."""

    def __init__(self, setup: WorkerSetup, wire: MessagePipe, ledger: AnswerStore) -> None:
        self._setup, self._wire = setup, wire
        self._telling = WorkerEvents(self._say)
        self._desk = ClientSession(setup.recipe, ledger, partial(self._telling.tell, "note"), self._telling.served)
        self._pool = ThreadPoolExecutor(max_workers=setup.parallel, thread_name_prefix="report")

    def take(self, order: ReportOrder) -> None:
        """Work on a report when there is room."""
        self._pool.submit(self._one, order)

    def stop(self) -> None:
        """Begin no further question."""
        self._desk.stop()

    def close(self) -> None:
        """Wait for what is in hand."""
        with self._desk:
            self._pool.shutdown()

    def _one(self, order: ReportOrder) -> None:
        report = order.report
        try:
            source = Stamp.of(report.path)
            work = partial(self._desk.digest, events=self._telling)
            made = digest_file(report.path, report.name, self._setup.out, read_report, work)
            result = write_report(self._setup.out, made, self._setup.formats, partial(self._telling.tell, "warn"))
            self._telling.pay()
            self._say(ReportDone(source, result))
        except HuimouError as error:
            self._telling.pay()
            self._say(BatchFailure(error))

    def _say(self, word: object) -> None:
        try:
            self._wire.send(word)
        except OSError:  # nobody hears
            os._exit(_ORPHANED)


if __name__ == "__main__":
    main()
    sys.stderr.flush()
