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
from huimou.batch.engines.signals import ignore_signals
from huimou.batch.engines.worker_events import WorkerEvents
from huimou.batch.events import Warned
from huimou.batch.report_run import digest_file, write_report
from huimou.digest.session import ClientSession
from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError
from huimou.store.answers import AnswerStore, open_store
from huimou.store.stamps import Stamp

_ORPHANED = 1


def main() -> None:
    """Work on the reports that the main process orders until it says that there are no more.

    A signal to end that reaches all processes at once, as of a service manager, is left to the main one to obey.
    """
    ignore_signals()
    pipe = _take_over_pipe()
    messages = pipe.receive()
    setup = next(messages, None)
    if not isinstance(setup, WorkerSetup):
        return
    try:
        with open_store(setup.store, member_of=os.getppid()) as store:
            worker = _ReportWorker(setup, pipe, store)
            ended = Event()
            pipe.send(Ready())  # before the first order: who dies of that had begun
            Thread(target=_receive_orders, args=(messages, worker, ended), daemon=True).start()
            ended.wait()
            worker.close()
    except HuimouError as error:
        with suppress(OSError):  # whoever started it may be gone
            pipe.send(BatchFailure(error))


def _take_over_pipe() -> MessagePipe:
    """The pipe on standard input and output; whatever prints goes to standard error from now on."""
    pipe = MessagePipe(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 (no path of ours)
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return pipe


def _receive_orders(messages: Iterator[Any], worker: _ReportWorker, ended: Event) -> None:
    for message in messages:
        if isinstance(message, ReportOrder):
            worker.take(message)
        elif isinstance(message, Stop):
            worker.stop()
        elif isinstance(message, End):
            ended.set()
    os._exit(_ORPHANED)  # nothing in hand may go on: its answers would be nobody's


class _ReportWorker:
    """Works on several reports at once with one client."""

    def __init__(self, setup: WorkerSetup, pipe: MessagePipe, store: AnswerStore) -> None:
        self._setup, self._pipe = setup, pipe
        self._events = WorkerEvents(self._send)
        self._session = ClientSession(
            setup.settings, self._events.note, answers=store, opened=self._events.client_opened
        )
        self._pool = ThreadPoolExecutor(max_workers=setup.parallel, thread_name_prefix="report")

    def take(self, order: ReportOrder) -> None:
        """Work on a report as soon as a thread is free."""
        self._pool.submit(self._one, order)

    def stop(self) -> None:
        """Begin no further question."""
        self._session.stop()

    def close(self) -> None:
        """Wait for what is in hand."""
        with self._session:
            self._pool.shutdown()

    def _one(self, order: ReportOrder) -> None:
        report = order.report
        try:
            source = Stamp.of(report.path, read=True)
            work = partial(self._session.digest, emit=self._events.emit)
            run = digest_file(report.path, report.name, self._setup.out, read_report, work)
            result = write_report(
                self._setup.out, run, self._setup.formats, lambda line: self._events.emit(Warned(line))
            )
            self._events.send_usage()
            self._send(ReportDone(source, result))
        except HuimouError as error:
            self._events.send_usage()
            self._send(BatchFailure(error))

    def _send(self, message: object) -> None:
        try:
            self._pipe.send(message)
        except OSError:  # nobody receives it
            os._exit(_ORPHANED)


if __name__ == "__main__":
    main()
    sys.stderr.flush()
