"""One report read from a file; nothing is fetched, run or changed.

`files` says what a file is, and what a text says; a text keeps its line ends exactly. In a process of its own (`child`)
`docx`, `office`, `html`, `pdf` and `paged` turn documents into text; `reading` finds what is wrong with a text, by
`residue`, `spacing`, `pinyin`, `watermarks`, `translations`, `lines`, `columns` and `mojibake`, and says what is read
in its place, `tables` what its tables say. May import: `language`, `model`, `errors`; the libraries of the extras only
when such a file comes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from huimou.digest.steps.ingest.child import extract_in_child
from huimou.digest.steps.ingest.files.decoding import decode, decode_html
from huimou.digest.steps.ingest.files.formats import DOCUMENTS, find_format
from huimou.errors import InputError
from huimou.model.report import Document, ExtractedText

__all__ = ["MAX_BYTES", "decode", "read_report"]

MAX_BYTES = 20 * 1024 * 1024


def read_report(path: Path) -> Document:
    """The report in `path`.

    Raises:
        InputError: it is missing, unreadable, empty, too large, binary, encrypted, scanned, or in no known encoding.

    """
    data = _read_bytes(path)
    kind = find_format(path.name, data)
    encoding = "utf-8"
    if kind == "html":
        page, encoding = decode_html(data, path.name)
        found = extract_in_child(kind, page.encode("utf-8", "replace"), path.name)
    elif kind in DOCUMENTS:
        found = extract_in_child(kind, data, path.name)
    else:
        text, encoding = decode(data, path.name)
        found = ExtractedText(text)
    text = found.text
    if not text.strip("\ufeff\u200b \t\r\n\f\v\u3000\xa0"):
        raise InputError(f"{path.name} has no text", "give a file that holds a report")
    return Document(
        file=path.name,
        stem=path.stem,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        format=kind,
        extracted=kind in DOCUMENTS,
        problems=found.problems,
        layout=found.layout,
        margins=found.margins,
    )


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder", "give the files in it")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{path.name} is too large ({size / 2**20:.0f} MB, at most {MAX_BYTES // 2**20} MB)",
                "split it, or take the pictures out",
            )
        if not path.is_file():
            raise InputError(f"{path.name} is not a regular file", "give a file that holds a report")
        data = path.read_bytes() if size else b""  # a file of the kernel's, such as /proc/kmsg, would be waited for
    except OSError as error:
        raise InputError(f"cannot read {path}", error.strerror or "check the path") from error
    if not data.strip():
        raise InputError(f"{path.name} is empty", "give a file that holds a report")
    return data
