"""The words of an ODT where there is no LibreOffice."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from huimou.digest.steps.ingest.document_errors import build_damage_error
from huimou.digest.steps.ingest.docx.parts import LARGEST_PART, parse_part, unpack_part
from huimou.digest.steps.ingest.tables.grid import GridCell, write_rows
from huimou.errors import InputError
from huimou.model.report import ExtractedText, Problem

_WITHOUT = "本机没有 LibreOffice：隐藏的字也在正文里，自动编号没有，请对照原文件核对"
_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _OFFICE = _SPACE % "text", _SPACE % "table", _SPACE % "office"
_LEFT_OUT = frozenset(
    (
        *(f"{_TEXT}{tag}" for tag in ("tracked-changes", "table-of-content", "note-citation", "sequence-decls")),
        f"{_OFFICE}annotation",
    )
)
_WIDEST = 100  # columns or rows that a cell may cover, spaces that may stand in a row


def read_odt(data: bytes, name: str) -> ExtractedText:
    """The paragraphs and table rows of a document, a line each; notes stand where they are referred to.

    Args:
        data: bytes of the file.
        name: of the file, for error messages.

    Raises:
        ImportError: lxml is not installed.
        InputError: the file is encrypted or damaged, or unpacks to too much.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {part: _unpack(archive, part, name) for part in ("content.xml", "styles.xml")}
            if b"encryption-data" in _unpack(archive, "META-INF/manifest.xml", name):
                raise InputError(f"{name} is encrypted", "save it without a password")
        body = parse_part(parts["content.xml"]).find(f"{_OFFICE}body/{_OFFICE}text")
        margins = _read_margins(parse_part(parts["styles.xml"])) if parts["styles.xml"] else ()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        KeyError,
        NotImplementedError,
        SyntaxError,
        OSError,
    ) as error:
        raise build_damage_error(name, "odt") from error
    if body is None:
        raise build_damage_error(name, "odt")
    return ExtractedText("\n".join(_read_blocks(body)), (Problem("read_without_office", _WITHOUT),), margins=margins)


def _unpack(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    known = part in archive.namelist() or part == "content.xml"
    return unpack_part(archive, part, name, LARGEST_PART) if known else b""


def _read_margins(styles: Any) -> tuple[str, ...]:
    """What headers and footers say."""
    tags = [_SPACE % "style" + tag for tag in ("header", "footer", "header-first", "footer-first", "header-left")]
    return tuple(line for part in styles.iter(*tags) for line in _read_blocks(part) if line.strip())


def _read_blocks(container: Any) -> Iterator[str]:
    for child in container:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag in {f"{_TEXT}p", f"{_TEXT}h"}:
            yield "".join(_read_words(child))
        elif child.tag == f"{_TABLE}table":
            yield from write_rows([*_read_rows(child)])
        else:
            yield from _read_blocks(child)


def _read_words(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * _read_count(child, f"{_TEXT}c")
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag not in _LEFT_OUT:
            yield from _read_words(child)
        yield child.tail or ""


def _read_rows(table: Any) -> Iterator[list[GridCell]]:
    for row in table.iter(f"{_TABLE}table-row"):
        if next(row.iterancestors(f"{_TABLE}table")) is table:  # not of a table within it
            yield [_read_cell(cell) for cell in row if cell.tag.startswith(_TABLE)]


def _read_cell(cell: Any) -> GridCell:
    if cell.tag != f"{_TABLE}table-cell":
        return GridCell(())  # that another covers
    lines = tuple(line.strip() for line in _read_blocks(cell) if line.strip())
    nested = cell.find(f".//{_TABLE}table") is not None
    return GridCell(lines, nested=nested)


def _read_count(element: Any, attribute: str) -> int:
    value = element.get(attribute, "1")
    return min(int(value), _WIDEST) if value.isdecimal() else 1
