"""What the process runs that reads documents: one after the other, until nobody asks any more.

An error that no reader of documents foresaw ends the process; whoever asked takes the document for damaged.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType

from huimou.digest.child_process import open_pipes, receive, send
from huimou.digest.steps.ingest.child.bounds import OUT_OF_MEMORY, Bounds, Watch, hold_memory, measure_memory
from huimou.digest.steps.ingest.child.messages import ORDER, REPLY, SCAN, SETUP, Order, ReaderReply, Refused
from huimou.digest.steps.ingest.document_errors import ScannedError, build_missing_error
from huimou.digest.steps.ingest.files.formats import DOCUMENTS, OFFICE
from huimou.errors import InputError
from huimou.model.report import ExtractedText

_MOST_DOCUMENTS = 200
_WORN = 4  # a process that holds this part of its bound after a document is not used again
_INGEST = "huimou.digest.steps.ingest"
_READERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "docx": ("docx", "extract_docx"),
        "html": ("html", "extract_html"),
        "ofd": ("paged.ofd", "extract_ofd"),
        "pdf": ("pdf", "extract_pdf"),
        SCAN: ("paged.recognition", "recognise_pdf"),
    }
)
_FRESH = 128 * 2**20  # bytes that a process may hold with all its libraries, however close its bound is


def main() -> None:
    """Read documents from standard input until it ends."""
    orders, replies = open_pipes()
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


def _read(order: Order, data: bytes, bounds: Bounds) -> ReaderReply:
    try:
        found = _extract(order, data)
    except InputError as error:
        return ReaderReply(refused=Refused(error.message, error.hint, isinstance(error, ScannedError)))
    except ImportError as error:
        missing = build_missing_error(order.name, error.name, "ocr" if order.format == SCAN else "docs")
        return ReaderReply(refused=Refused(missing.message, missing.hint))
    if len(found.text) > bounds.characters:
        message = f"{order.name} holds more than {bounds.characters} characters of text"
        return ReaderReply(refused=Refused(message, "split it into several files"))
    return ReaderReply(read=found)


def _extract(order: Order, data: bytes) -> ExtractedText:
    """The text of a document; its reader is imported only when the first of its kind comes."""
    if order.format == "eml":
        return _extract_mail(order, data)
    if order.format in OFFICE:
        from huimou.digest.steps.ingest.office import extract_office  # noqa: PLC0415

        return extract_office(order.format, data, order.name)
    module, function = _READERS[order.format]
    extract: Callable[[bytes, str], ExtractedText] = getattr(import_module(f"{_INGEST}.{module}"), function)
    return extract(data, order.name)


def _extract_mail(order: Order, data: bytes) -> ExtractedText:
    """The text of the report that a mail brings, and that it came by mail."""
    from huimou.digest.steps.ingest.files.decoding import decode, decode_html  # noqa: PLC0415
    from huimou.digest.steps.ingest.files.mail import open_mail  # noqa: PLC0415

    mailed = open_mail(data, order.name)
    content = mailed.data
    if mailed.format == "html":
        content = decode_html(content, mailed.name)[0].encode("utf-8", "replace")
    if mailed.format not in DOCUMENTS:
        found = ExtractedText(decode(content, mailed.name)[0])
    else:
        try:
            found = _extract(Order(mailed.format, mailed.name), content)
        except ScannedError as error:
            hint = "save it as a file of its own, and give that"
            raise InputError(f"{mailed.name}, attached to {order.name}, is scanned", hint) from error
    return replace(found, problems=(mailed.problem, *found.problems))


if __name__ == "__main__":
    main()
