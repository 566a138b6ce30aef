"""What a file is, by its content and its name."""

from __future__ import annotations

import io
import zipfile

import pytest

from huimou.digest.steps.ingest.files.formats import find_format
from huimou.errors import InputError
from word_files import build_doc

DOC, RTF = build_doc(["政协"]), b"{\\rtf1 x}"


def _pack(*names: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


ODT = _pack("mimetype", content=b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("r.txt", "报告".encode(), "text"),
        ("r", "报告".encode(), "text"),
        ("r.MD", "报告".encode(), "markdown"),
        ("r.doc", DOC, "doc"),
        ("r.wps", DOC, "wps"),
        ("r.docx", DOC, "doc"),
        ("r.doc", RTF, "rtf"),
        ("r.wps", _pack("word/document.xml"), "docx"),
        ("r.doc", b"<html><body>x", "html"),
        ("r.odt", ODT, "odt"),
        ("r.doc", ODT, "odt"),
        ("r.ofd", _pack("OFD.xml"), "ofd"),
        ("r.pdf", b"%PDF-1.7", "pdf"),
        ("r.eml", b"From: a@b.cn\n\nx", "eml"),
    ],
)
def test_formats(name: str, data: bytes, found: str) -> None:
    """A word processor opens its own formats whatever they are called."""
    assert find_format(name, data) == found


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("r.txt", DOC, r"rename it to \.doc"),
        ("r.txt", RTF, r"rename it to \.rtf"),
        ("r.pdf", _pack("OFD.xml"), r"rename it to \.ofd"),
        ("r.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        ("r.doc", b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "an Excel workbook"),
        ("r.wps", b"\xd0\xcf\x11\xe0" + "PowerPoint Document".encode("utf-16-le"), "a PowerPoint presentation"),
        ("r.doc", "报告".encode(), "not a DOC document"),
        ("r.ofd", "报告".encode(), "not an? OFD document"),
        ("r.zip", _pack("a.txt"), "a ZIP archive"),
    ],
)
def test_refusals(name: str, data: bytes, says: str) -> None:
    """One line says what the file is, or what to call it."""
    with pytest.raises(InputError, match=says):
        find_format(name, data)
