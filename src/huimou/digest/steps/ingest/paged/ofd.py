"""The text of an OFD (GB/T 33190), the format in which offices publish what has its final layout."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from huimou.digest.steps.ingest.document_errors import build_damage_error, build_missing_error
from huimou.digest.steps.ingest.pdf import write_pages
from huimou.digest.steps.ingest.pdf.glyphs import Glyph, PageGlyphs, place_characters
from huimou.errors import InputError
from huimou.model.report import ExtractedText

_POINTS = 72 / 25.4  # in a millimetre
_MOST_CHARS = 100_000  # of a page


def extract_ofd(data: bytes, name: str) -> ExtractedText:
    """The text of an OFD, a paragraph a line, and the place of every line on the pages.

    Args:
        data: bytes of the file.
        name: of the file, for error messages.

    Raises:
        InputError: ofdkit is not installed, or the file is damaged, or its pages are pictures.

    """
    try:
        import ofdkit  # noqa: PLC0415 - part of an extra
    except ImportError as error:
        raise build_missing_error(name, error.name) from error
    try:
        with ofdkit.open(data) as document:
            pages = [_read_page(page, name) for page in document.pages]
    except (ofdkit.OFDError, ValueError, RecursionError) as error:
        raise build_damage_error(name, "ofd") from error
    if not any(page.glyphs for page in pages):
        raise InputError(f"{name} has no text, its pages are pictures", "print it to a PDF and recognise its text")
    return write_pages(pages)


def _read_page(page: Any, name: str) -> PageGlyphs:
    left, top, width, height = (side * _POINTS for side in page.box)
    runs = page.runs
    if sum(len(run.text) for run in runs) > _MOST_CHARS:
        raise InputError(f"{name} draws more than {_MOST_CHARS} characters on one page", "print it to a PDF")
    glyphs = tuple(glyph for part, run in enumerate(runs) for glyph in _read_run(run, left, top, part))
    shown = tuple(g for g in glyphs if 0 <= g.x0 + g.x1 <= 2 * width and 0 <= g.top + g.bottom <= 2 * height)
    return PageGlyphs(width, height, shown, 0, pictured=not shown)


def _read_run(run: Any, left: float, top: float, part: int) -> Iterator[Glyph]:
    """The characters of a piece of text; each has its share of the width, a wide one twice that of a narrow one."""
    box = (run.x * _POINTS - left, run.y * _POINTS - top, (run.x + run.width) * _POINTS - left)
    yield from place_characters(unicodedata.normalize("NFC", run.text), box, run.size * _POINTS, part)
