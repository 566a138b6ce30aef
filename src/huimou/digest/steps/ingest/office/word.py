"""The words of a DOC or WPS (Word 97 to 2003) where there is no LibreOffice."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from huimou.digest.steps.ingest.characters import measure_common_share
from huimou.digest.steps.ingest.document_errors import build_damage_error
from huimou.digest.steps.ingest.tables.grid import GridCell, write_rows
from huimou.errors import InputError
from huimou.model.report import ExtractedText, Problem

_READABLE = 0.5  # the least share of common characters: the library takes some encodings for others
_WITHOUT = "本机没有 LibreOffice，改由 wps2md 读取：修订中删去的字、隐藏的字也在正文里，自动编号没有，请对照原文件核对"


def read_doc(data: bytes, name: str) -> ExtractedText:
    """The paragraphs and table rows of a document, a line each.

    Args:
        data: bytes of the file.
        name: of the file, for error messages.

    Raises:
        ImportError: wps2md is not installed.
        InputError: the file is encrypted or damaged, or its text cannot be read without LibreOffice.

    """
    import wps2md  # noqa: PLC0415 - part of an extra

    try:
        document = wps2md.parse(data)
    except wps2md.WpsParseError as error:
        if "encrypted" in str(error):
            raise InputError(f"{name} is encrypted", "save it without a password") from error
        raise build_damage_error(name, "doc") from error
    except (OSError, ValueError, IndexError, ArithmeticError, struct.error) as error:
        raise build_damage_error(name, "doc") from error
    text = "\n".join(_write_lines(document.paragraphs)) or document.main_text
    if measure_common_share(text) < _READABLE:
        raise InputError(f"the text of {name} can be read by LibreOffice only", "install it, or save the file as .docx")
    return ExtractedText(
        text, (Problem("read_without_office", _WITHOUT),), margins=tuple(filter(None, (document.headers_footers,)))
    )


def _write_lines(paragraphs: Sequence[Any]) -> Iterator[str]:
    for in_table, run in groupby(paragraphs, key=lambda paragraph: bool(paragraph.in_table)):
        if in_table:
            yield from write_rows([*_split_rows(list(run))])
        else:
            yield from (paragraph.text for paragraph in run)


def _split_rows(paragraphs: Sequence[Any]) -> Iterator[list[GridCell]]:
    row: list[GridCell] = []
    for paragraph in paragraphs:
        if paragraph.is_row_end:
            yield row
            row = []
        else:
            row.append(GridCell((paragraph.text,)))
    if row:
        yield row
