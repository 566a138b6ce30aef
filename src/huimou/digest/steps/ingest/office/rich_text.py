"""The words of an RTF where there is no LibreOffice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from huimou.digest.steps.ingest.document_errors import build_damage_error
from huimou.digest.steps.ingest.tables.grid import SEPARATOR
from huimou.model.report import ExtractedText, Problem

_WITHOUT = "本机没有 LibreOffice，改由 striprtf 读取：修订中删去的字、隐藏的字也在正文里，请对照原文件核对"
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_ROW = re.compile(r"(?=.*[^|\s]).*\|\s*")  # a bar behind each cell, and words in one
_ROW_END = re.compile(r"\|\s*$")
_NUMBER = re.compile(r"^ ?(\S{1,6})\t")
_CHINESE = "cp936"


def read_rtf(data: bytes, name: str) -> ExtractedText:
    """The paragraphs and table rows of a document, a line each.

    Args:
        data: bytes of the file.
        name: of the file, for error messages.

    Raises:
        ImportError: striprtf is not installed.
        InputError: the file is damaged.

    """
    from striprtf import striprtf  # noqa: PLC0415 - part of an extra

    convert: Callable[..., str] = striprtf.rtf_to_text
    found = _CODE_PAGE.search(data[:4096])
    encoding = f"cp{found[1].decode()}" if found and found[1] != b"0" else _CHINESE
    try:
        text = convert(data.decode("latin-1"), encoding=encoding, errors="replace")
    except (ValueError, LookupError, RecursionError, OverflowError) as error:
        raise build_damage_error(name, "rtf") from error
    return ExtractedText("\n".join(_mend_lines(text.removesuffix("\n"))), (Problem("read_without_office", _WITHOUT),))


def _mend_lines(text: str) -> Iterator[str]:
    """The lines with cells parted as those of other tables are, and a space behind an automatic number."""
    for line in text.split("\n"):
        if _ROW.fullmatch(line):
            yield SEPARATOR.join(cell.strip() for cell in _ROW_END.sub("", line).split("|"))
        else:
            yield _NUMBER.sub(r"\1 ", line)
