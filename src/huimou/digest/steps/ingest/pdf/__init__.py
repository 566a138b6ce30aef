"""The text of a PDF, and the place of every line of it on the pages.

`glyphs` reads the characters with PDFium, `overprints` takes out what is drawn over the text, `rows` finds the lines,
`margins` the running heads and page numbers, `columns` the order of two columns, `page_lines` all of these page by
page, `paragraphs` puts lines together. May import: `language`, `model`, `errors`; the library of the extra `[docs]`
only when a PDF comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from huimou.digest.steps.ingest.document_errors import RECOGNISE, ScannedError
from huimou.digest.steps.ingest.pdf.glyphs import PageGlyphs, read_pages
from huimou.digest.steps.ingest.pdf.overprints import PageMark, drop_doubles, split_watermarks
from huimou.digest.steps.ingest.pdf.page_lines import Zone, ZonedRow, read_lines
from huimou.digest.steps.ingest.pdf.paragraphs import find_joint, join_rows
from huimou.digest.steps.ingest.pdf.rows import Row
from huimou.model.report import ExtractedText, Layout, PlacedLine, PlacedLineKind, Problem

_UNKNOWN = 0.5
_SHOWN = 24
_MOST_TOLD = 12
_Paragraph = tuple[Sequence[Row], PlacedLineKind]


def extract_pdf(data: bytes, name: str) -> ExtractedText:
    """The text layer of a PDF, a paragraph a line, and the place of every line on the pages.

    Characters drawn twice are read once, watermarks are left out and told. Heads, feet and page numbers stand on lines
    of their own, behind the paragraph that they interrupt.

    Raises:
        InputError: pypdfium2 is not installed, or the file is damaged, encrypted, scanned, or its fonts tell nothing.

    """
    pages = read_pages(data, name)
    _check_pages(pages, name)
    return write_pages(pages)


def write_pages(pages: Sequence[PageGlyphs]) -> ExtractedText:
    """The text of pages whose characters are known, a paragraph a line, and the place of every line."""
    clean, marks = split_watermarks([drop_doubles(page.glyphs) for page in pages])
    text, lines = _write_text(_order_paragraphs(read_lines(pages, clean)))
    return ExtractedText(text, (*_tell_watermarks(marks), *_tell_pictures(pages)), Layout(lines))


def is_unreadable(page: PageGlyphs) -> bool:
    """Whether a page shows something and has no characters, or does not say which ones its fonts draw."""
    drawn = _count_drawn(page)
    return page.pictured or (drawn > 0 and page.unknown >= _UNKNOWN * drawn)


def _check_pages(pages: Sequence[PageGlyphs], name: str) -> None:
    drawn = sum(map(_count_drawn, pages))
    if not drawn or all(page.pictured or not page.glyphs for page in pages):
        raise ScannedError(f"{name} has no text layer, it is probably scanned", RECOGNISE)
    if sum(page.unknown for page in pages) >= _UNKNOWN * drawn:
        raise ScannedError(f"{name} does not say which characters its fonts draw", RECOGNISE)


def _count_drawn(page: PageGlyphs) -> int:
    return sum(bool(glyph.char.strip()) for glyph in page.glyphs)


def _order_paragraphs(lines: Sequence[ZonedRow]) -> list[_Paragraph]:
    """The paragraphs in the order of reading; what stands at the edges of a page comes behind what it interrupts."""
    running = (Zone.BODY, Zone.NOTES)
    ordered: list[tuple[tuple[int, Zone], _Paragraph]] = [
        ((line.row.page, line.zone), ((line.row,), line.kind)) for line in lines if line.zone not in running
    ]
    for zone in running:
        joint = join_rows([(line.row, line.column) for line in lines if line.zone == zone])
        ordered += [((paragraph[0].page, zone), (paragraph, "body")) for paragraph in joint]
    return [paragraph for _, paragraph in sorted(ordered, key=lambda one: one[0])]


def _write_text(paragraphs: Sequence[_Paragraph]) -> tuple[str, tuple[PlacedLine, ...]]:
    """The paragraphs one under another, and the lines with their offsets in that text."""
    parts: list[str] = []
    lines: list[PlacedLine] = []
    at = 0
    for rows, kind in paragraphs:
        joints = [find_joint(above, below) for above, below in pairwise(rows)]
        for row, joint in zip(rows, [*joints, "\n"], strict=True):
            lines.append(row.print_at(at, kind))
            parts += (row.text, joint)
            at += len(row.text) + len(joint)
    return "".join(parts[:-1]), tuple(lines)


def _tell_watermarks(marks: Sequence[PageMark]) -> Iterator[Problem]:
    """What was left out of the pages, every wording once."""
    pages: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for mark in marks:
        pages[mark.is_unseen, mark.text].append(mark.page)
    for (is_unseen, text), own in list(pages.items())[:_MOST_TOLD]:
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        where = f"第{own[0]}页" if len(set(own)) == 1 else f"第{own[0]}至{own[-1]}页"
        if is_unseen:
            yield Problem("hidden_text", f"{where}有白色、看不见的文字“{shown}”，未读")
        else:
            yield Problem("watermark", f"{where}印有水印“{shown}”，盖在正文上，不作正文")
    if len(pages) > _MOST_TOLD:
        yield Problem("watermark", f"另有{len(pages) - _MOST_TOLD}处水印或看不见的文字，不作正文")


def _tell_pictures(pages: Sequence[PageGlyphs]) -> Iterator[Problem]:
    blank = [number for number, page in enumerate(pages, 1) if page.pictured]
    if blank:
        where = "、".join(map(str, blank))
        yield Problem("page_without_text", f"第{where}页是图片，没有或几乎没有可读的文字（可能是扫描页），图片未读")
