"""The text of documents of other word processors: DOC, WPS, RTF and ODT.

Where LibreOffice is installed, `libreoffice` turns them into DOCX, which is read as any other. Elsewhere `word`,
`rich_text` and `open_document` read their words, which the digest says. May import: `ingest.docx`, `ingest.tables`,
`model`, `errors`; lxml, wps2md and striprtf, of the extra `[docs]`, when such a file comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from huimou.digest.steps.ingest.document_errors import build_office_error
from huimou.digest.steps.ingest.docx import extract_docx
from huimou.digest.steps.ingest.office.libreoffice import convert_to_docx, find_libreoffice
from huimou.digest.steps.ingest.office.open_document import read_odt
from huimou.digest.steps.ingest.office.rich_text import read_rtf
from huimou.digest.steps.ingest.office.word import read_doc
from huimou.model.report import ExtractedText

__all__ = ["extract_office"]

_READERS: Mapping[str, Callable[[bytes, str], ExtractedText]] = MappingProxyType(
    {"doc": read_doc, "wps": read_doc, "rtf": read_rtf, "odt": read_odt}
)


def extract_office(kind: str, data: bytes, name: str) -> ExtractedText:
    """The text of a document.

    Args:
        kind: doc, wps, rtf or odt.
        data: bytes of the file.
        name: of the file, for error messages.

    Raises:
        InputError: it is encrypted or damaged, or neither LibreOffice nor a library that reads it is installed.

    """
    program = find_libreoffice()
    if program is not None:
        return extract_docx(convert_to_docx(program, kind, data, name), name)
    try:
        return _READERS[kind](data, name)
    except ImportError as error:
        raise build_office_error(name, error.name) from error
