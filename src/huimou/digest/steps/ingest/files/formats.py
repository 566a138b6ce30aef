"""What a file is, by its content and its name together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from huimou.errors import InputError

# What is read in a process of its own; anything else is text.
DOCUMENTS = frozenset({"pdf", "docx", "html", "doc", "wps", "rtf", "odt", "ofd", "eml"})
OFFICE = frozenset({"doc", "wps", "rtf", "odt"})
_PACKED, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DOCX_PART = re.compile(rb"word/document\d*\.xml")
_OFD_PART = re.compile(rb"OFD\.xml", re.IGNORECASE)
_ODT_MARK = b"mimetypeapplication/vnd.oasis.opendocument.text"
_NAMED = ("pdf", "docx", "doc", "wps", "rtf", "odt", "ofd", "eml")
_SUFFIXES: Mapping[str, str] = MappingProxyType(
    {f".{kind}": kind for kind in _NAMED}
    | {".md": "markdown", ".markdown": "markdown"}
    | dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), "html")
)
# A word processor opens any of these whatever it is called; a text editor does not.
_WORD_PROCESSED = frozenset({"docx", *OFFICE})
_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (_OLD, "an old Office document; save it as .docx"),
    (_PACKED, "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
# Names of the streams of an old Office document, by which its programs tell it.
_STREAMS = (("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint ", "ppt"))
_OTHER_OFFICE = {"xls": "an Excel workbook", "ppt": "a PowerPoint presentation"}
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)


def find_format(name: str, data: bytes) -> str:
    """The format of a file: text, markdown, or one of `DOCUMENTS`.

    Args:
        name: of the file.
        data: its bytes.

    Raises:
        InputError: it is binary and nothing that is read, encrypted, or called as something that it is not.

    """
    named = _SUFFIXES.get(PurePath(name).suffix.lower(), "text")
    content = _find_binary_format(name, data, named)
    if content is not None:
        if content == named or {content, named} <= _WORD_PROCESSED:
            return content
        raise InputError(f"{name} is binary: it holds a {content.upper()} document", f"rename it to .{content}")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise InputError(f"{name} is binary", f"it holds {what}")
    if named == "html" or (named != "eml" and _HTML_START.match(data[:4096])):
        return "html"  # some word processors save web pages as .doc
    if named in DOCUMENTS and named != "eml":
        raise InputError(f"{name} is not a {named.upper()} document", "it is damaged or wrongly named")
    return named


def _find_binary_format(name: str, data: bytes, named: str) -> str | None:
    """The format that the first bytes and the names inside tell, whether or not the rest is damaged."""
    if data.startswith(_OLD):
        return _find_old_format(name, data, named)
    if data.startswith(_PACKED):
        return _find_packed_format(data, named)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    return "rtf" if data.startswith(b"{\\rtf") else None


def _find_packed_format(data: bytes, named: str) -> str | None:
    if _ODT_MARK in data[:200]:
        return "odt"
    if named in {"docx", "odt", "ofd"}:
        return named
    return "docx" if _DOCX_PART.search(data) else "ofd" if _OFD_PART.search(data) else None


def _find_old_format(name: str, data: bytes, named: str) -> str | None:
    held = next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in data), None)
    if held == "encrypted":
        raise InputError(f"{name} is encrypted", "save it without a password")
    if held in _OTHER_OFFICE:
        raise InputError(f"{name} is no report", f"it holds {_OTHER_OFFICE[held]}")
    if held == "doc":
        return "wps" if named == "wps" else "doc"
    return None
