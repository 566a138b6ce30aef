"""Processes that read documents, kept ready for the next one; each reads one document at a time."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from contextlib import suppress
from functools import cache
from importlib.util import find_spec

from huimou.digest.child_process import ChildProcess, receive, send
from huimou.digest.steps.ingest.child.bounds import OUT_OF_MEMORY, OUT_OF_TIME, Bounds
from huimou.digest.steps.ingest.child.messages import ORDER, REPLY, SCAN, SETUP, Order, ReaderReply, Setup
from huimou.digest.steps.ingest.document_errors import ScannedError, build_damage_error, build_missing_error
from huimou.errors import InputError
from huimou.model.report import ExtractedText

_WORKER = "huimou.digest.steps.ingest.child.worker"
# Of the other kinds the process itself finds out what is there to read them.
_LIBRARIES = {"pdf": "pypdfium2", "docx": "lxml", "html": "lxml"}
_HARMFUL = "no report needs that: it is damaged, or made to do harm; save its text as a file of its own"
_MOST_AT_ONCE, _MOST_IDLE = 4, 2
_RECOGNISER = "rapidocr"
_PATIENT = Bounds(memory=4 * 2**30, cpu_seconds=7200.0, seconds=7200.0)  # a page takes some ten seconds


def extract_in_child(kind: str, data: bytes, name: str) -> ExtractedText:
    """The text of a document, read in a process of its own.

    Args:
        kind: one of `ingest.files.formats.DOCUMENTS`.
        data: bytes of the file; a web page as UTF-8.
        name: of the file, for error messages.

    Raises:
        InputError: a library is not installed; the document is damaged, refused, or breaks a bound.

    """
    library = _LIBRARIES.get(kind)
    if library is not None and find_spec(library) is None:
        raise build_missing_error(name, library)
    return _extract_pdf(data, name) if kind == "pdf" else _open_pool(os.getpid()).extract(kind, data, name)


def _extract_pdf(data: bytes, name: str) -> ExtractedText:
    """The text of a PDF; that of pages which have none is recognised where what does it is installed."""
    recognises = find_spec(_RECOGNISER) is not None
    try:
        found = _open_pool(os.getpid()).extract("pdf", data, name)
    except ScannedError:
        if not recognises:
            raise
    else:
        if not recognises or all(problem.code != "page_without_text" for problem in found.problems):
            return found
    return _open_recogniser(os.getpid()).extract(SCAN, data, name)


class ReaderPool:
    """Reads documents side by side, a few at once, each within the same bounds."""

    def __init__(self, bounds: Bounds | None = None, at_once: int = _MOST_AT_ONCE) -> None:
        self._bounds = bounds or Bounds()
        self._idle: list[_ReaderProcess] = []
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(at_once)

    def extract(self, kind: str, data: bytes, name: str) -> ExtractedText:
        """The text of a document.

        Raises:
            InputError: it is damaged, refused, or breaks a bound.

        """
        with self._room:
            reply = self._ask(Order(kind, name), data)
        if reply.refused:
            kind_of_error = ScannedError if reply.refused.scanned else InputError
            raise kind_of_error(reply.refused.message, reply.refused.hint)
        if reply.read is None:
            raise build_damage_error(name, kind)
        return reply.read

    def close(self) -> None:
        """End the processes that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.close()

    def _ask(self, order: Order, data: bytes) -> ReaderReply:
        """The reply to an order; a process that was used before may have ended by itself and then another is asked.

        Raises:
            InputError: the process ended over the document.

        """
        while True:
            process, fresh = self._take()
            reply = process.ask(order, data)
            if reply is not None:
                self._give_back(process)
                return reply
            if fresh or process.status != 0:
                raise _explain(order, process.status, self._bounds)

    def _take(self) -> tuple[_ReaderProcess, bool]:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.is_alive():
                    return process, False
        return _ReaderProcess(self._bounds), True

    def _give_back(self, process: _ReaderProcess) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                self._idle.append(process)
                return
        process.close()


class _ReaderProcess(ChildProcess):
    """One process that reads documents."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(_WORKER)
        self._bounds = bounds
        with suppress(OSError):
            send(self.orders, SETUP.dump_json(Setup(bounds)))

    def ask(self, order: Order, data: bytes) -> ReaderReply | None:
        """Its reply; None where it ended instead."""
        late = threading.Event()
        timer = threading.Timer(self._bounds.seconds, self._give_up, (late,))
        timer.daemon = True
        timer.start()
        answer = None
        try:
            with suppress(OSError):
                send(self.orders, ORDER.dump_json(order), data)
            answer = receive(self.replies)
        finally:
            timer.cancel()
            if answer is None:
                self.end()
                self.status = OUT_OF_TIME if late.is_set() else self.status
        return REPLY.validate_json(answer) if answer is not None else None

    def _give_up(self, late: threading.Event) -> None:
        late.set()
        self.kill()


def _explain(order: Order, status: int | None, bounds: Bounds) -> InputError:
    """The error for a document over which a process ended."""
    name = order.name
    if status == OUT_OF_MEMORY or (os.name == "posix" and status == -signal.SIGKILL):
        return InputError(f"{name} needs more than {_write_size(bounds.memory)} of memory to be read", _HARMFUL)
    if status == OUT_OF_TIME or (os.name == "posix" and status == -signal.SIGXCPU):
        return InputError(f"{name} takes more than {bounds.cpu_seconds:g} seconds to be read", _HARMFUL)
    return build_damage_error(name, order.format)


def _write_size(size: int) -> str:
    return f"{size / 2**30:g} GB" if size >= 2**30 else f"{size // 2**20} MB"


@cache
def _open_recogniser(process_id: int) -> ReaderPool:
    """The pool that recognises scanned pages, one document at a time: that takes all cores, and seconds a page."""
    del process_id
    pool = ReaderPool(_PATIENT, 1)
    atexit.register(pool.close)
    return pool


@cache
def _open_pool(process_id: int) -> ReaderPool:
    """The pool of this process; one that was forked off has its own."""
    del process_id
    pool = ReaderPool()
    atexit.register(pool.close)
    return pool
