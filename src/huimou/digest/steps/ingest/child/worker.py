"""What the process runs that reads documents: one after the other, until nobody asks any more.

An error that no reader of documents foresaw ends the process; whoever asked takes the document for damaged.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

from huimou.digest.steps.ingest.child.bounds import OUT_OF_MEMORY, Bounds, Watch, hold_memory, measure_memory
from huimou.digest.steps.ingest.child.messages import (
    ORDER,
    REPLY,
    SCAN,
    SETUP,
    Order,
    ReaderReply,
    Refused,
    receive,
    send,
)
from huimou.digest.steps.ingest.document_errors import ScannedError
from huimou.digest.steps.ingest.files.formats import OFFICE
from huimou.errors import InputError
from huimou.model.report import ExtractedText

_MOST_DOCUMENTS = 200
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
_WORN = 4  # a process that holds this part of its bound after a document is not used again
_FRESH = 128 * 2**20  # bytes that a process may hold with all its libraries, however close its bound is


def main() -> None:
    """Read documents from standard input until it ends."""
    for (
        name
    ) in _ENDING:  # they reach every process of a group; who asks decides, and is gone when nothing comes any more
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    orders, replies = sys.stdin.buffer, _take_over_output()
    setup = receive(orders)
    if setup is None:
        return
    bounds = SETUP.validate_json(setup).bounds
    hold_memory(bounds)
    watch = Watch(bounds)
    for _ in range(_MOST_DOCUMENTS):
        order, data = receive(orders), receive(orders)
        if order is None or data is None:
            return
        watch.begin()
        try:
            reply = _read(ORDER.validate_json(order), data, bounds)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        watch.end()
        send(replies, REPLY.dump_json(reply))
        del data, reply
        if measure_memory() > max(bounds.memory // _WORN, _FRESH):
            return


def _take_over_output() -> BinaryIO:
    """Standard output for replies alone: what a library prints goes nowhere."""
    mine = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return mine


def _read(order: Order, data: bytes, bounds: Bounds) -> ReaderReply:
    try:
        found = _extract(order, data)
    except InputError as error:
        return ReaderReply(refused=Refused(error.message, error.hint, isinstance(error, ScannedError)))
    if len(found.text) > bounds.characters:
        message = f"{order.name} holds more than {bounds.characters} characters of text"
        return ReaderReply(refused=Refused(message, "split it into several files"))
    return ReaderReply(read=found)


def _extract(order: Order, data: bytes) -> ExtractedText:
    """The text of a document; its reader is imported only when the first of its kind comes."""
    if order.format == "docx":
        from huimou.digest.steps.ingest.docx import extract_docx  # noqa: PLC0415

        return extract_docx(data, order.name)
    if order.format == "html":
        from huimou.digest.steps.ingest.html import extract_html  # noqa: PLC0415

        return extract_html(data, order.name)
    if order.format in OFFICE:
        from huimou.digest.steps.ingest.office import extract_office  # noqa: PLC0415

        return extract_office(order.format, data, order.name)
    if order.format == "ofd":
        from huimou.digest.steps.ingest.paged.ofd import extract_ofd  # noqa: PLC0415

        return extract_ofd(data, order.name)
    if order.format == SCAN:
        from huimou.digest.steps.ingest.paged.recognition import recognise_pdf  # noqa: PLC0415

        return recognise_pdf(data, order.name)
    from huimou.digest.steps.ingest.pdf import extract_pdf  # noqa: PLC0415

    return extract_pdf(data, order.name)


if __name__ == "__main__":
    main()
