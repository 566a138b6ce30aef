"""DOCX files written by hand, part by part, as small as word processors accept them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def build_docx(body: str, **parts: str) -> bytes:
    """A DOCX of the XML inside its body, and inside its other parts by name (`styles`, `numbering`, `footnotes`)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>")
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {_SPACES}>{inner}</w:{name}>")
    return out.getvalue()


def rewrite_parts(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same DOCX with every part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)))
    return out.getvalue()


def write_run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def write_paragraph(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{write_run(text)}</w:p>"


def write_item(text: str, level: int = 0, number: int = 1) -> str:
    """A paragraph of a list."""
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return write_paragraph(text, place)


def write_numbering(levels: Sequence[Mapping[str, str]], more: str = "") -> str:
    """The part `numbering` with one list, number 1, whose levels have these properties (`numFmt`, `lvlText` …)."""
    written = "".join(
        f'<w:lvl w:ilvl="{at}">' + "".join(f'<w:{name} w:val="{value}"/>' for name, value in level.items()) + "</w:lvl>"
        for at, level in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="0">{written}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
    )


def write_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of cells; a cell that begins with `<` is its XML, any other its text."""
    written = ("".join(map(write_cell, row)) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in written) + "</w:tbl>"


def write_cell(words: str, properties: str = "") -> str:
    """A cell of one paragraph, or as it is written."""
    if words.startswith("<w:tc>"):
        return words
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{words if words.startswith('<') else write_paragraph(words)}</w:tc>"
