"""The text of a DOCX as a word processor shows it: a paragraph or table row a line.

`parts` unpacks the file within bounds, `styles` knows what is hidden and numbered by style, `numbering` counts the
automatic numbers, which `number_formats` writes, `runs` reads the words of a paragraph, `body` puts paragraphs, tables
and notes together. May import: `ingest.tables`, `model`, `errors`; lxml, of the extra `[docs]`, when a DOCX comes.
"""

from __future__ import annotations

from huimou.digest.steps.ingest.docx.body import read_document
from huimou.digest.steps.ingest.docx.parts import read_parts
from huimou.model.report import ExtractedText

__all__ = ["extract_docx"]


def extract_docx(data: bytes, name: str) -> ExtractedText:
    """The body of a DOCX in document order, footnotes and endnotes behind it.

    Tables, text boxes, insertions and automatic numbers are in it; deletions, hidden text, tables of contents, headers
    and footers are not. What is hidden is told as a problem.

    Args:
        data: bytes of the file.
        name: of the file, for error messages.

    Raises:
        InputError: the file is encrypted, unpacks to too much, or is damaged.

    """
    return read_document(read_parts(data, name))
