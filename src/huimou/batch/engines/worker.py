"""A worker process: `python -m huimou.batch.engines.worker`, started by `Processes`, with which it speaks over pipes.

It ends at once when the process that started it is gone: the pipe is closed then, however that process ended.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Thread
from typing import Any

from huimou.batch.engines.digest_settings import Desk
from huimou.batch.engines.messages import Broken, Done, End, Order, Ready, Setup, Stop, Wire
from huimou.batch.engines.worker_events import Telling
from huimou.batch.report_run import keep, make
from huimou.digest.steps.ingest import read_report
from huimou.errors import HuimouError
from huimou.store.answers import Ledger
from huimou.store.journal import Stamp

_ORPHANED = 1


def main() -> None:
    """Work on what is ordered until the end is told."""
    wire = _taken_over()
    words = wire.words()
    setup = next(words, None)
    if not isinstance(setup, Setup):
        return
    try:
        with Ledger(setup.ledger, member_of=os.getppid()) as ledger:
            worker = _Worker(setup, wire, ledger)
            ended = Event()
            wire.send(Ready())  # before the first order: who dies of that had begun
            Thread(target=_listen, args=(words, worker, ended), daemon=True).start()
            ended.wait()
            worker.close()
    except HuimouError as error:
        wire.send(Broken(error))


def _taken_over() -> Wire:
    """The pipe on standard input and output; whatever prints goes to standard error from now on."""
    wire = Wire(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 (no path of ours)
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return wire


def _listen(words: Iterator[Any], worker: _Worker, ended: Event) -> None:
    for word in words:
        if isinstance(word, Order):
            worker.take(word)
        elif isinstance(word, Stop):
            worker.stop()
        elif isinstance(word, End):
            ended.set()
    os._exit(_ORPHANED)  # nothing in hand may go on: its answers would be nobody's


class _Worker:
    """Works on several reports at once with one client, and tells how it goes."""

    def __init__(self, setup: Setup, wire: Wire, ledger: Ledger) -> None:
        self._setup, self._wire = setup, wire
        self._telling = Telling(self._say)
        self._desk = Desk(setup.recipe, ledger, partial(self._telling.tell, "note"), self._telling.served)
        self._pool = ThreadPoolExecutor(max_workers=setup.parallel, thread_name_prefix="report")

    def take(self, order: Order) -> None:
        """Work on a report when there is room."""
        self._pool.submit(self._one, order)

    def stop(self) -> None:
        """Begin no further question."""
        self._desk.stop()

    def close(self) -> None:
        """Wait for what is in hand."""
        with self._desk:
            self._pool.shutdown()

    def _one(self, order: Order) -> None:
        report = order.report
        try:
            source = Stamp.of(report.path)
            work = partial(self._desk.digest, events=self._telling)
            made = make(report.path, report.name, self._setup.out, read_report, work)
            result = keep(self._setup.out, made, self._setup.formats, partial(self._telling.tell, "warn"))
            self._telling.pay()
            self._say(Done(source, result))
        except HuimouError as error:
            self._telling.pay()
            self._say(Broken(error))

    def _say(self, word: object) -> None:
        try:
            self._wire.send(word)
        except OSError:  # nobody hears
            os._exit(_ORPHANED)


if __name__ == "__main__":
    main()
    sys.stderr.flush()
