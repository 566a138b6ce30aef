"""The text of scanned pages of a PDF, recognised by RapidOCR (OCR), whose models come with it: nothing is fetched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from huimou.digest.steps.ingest.pdf import is_unreadable, write_pages
from huimou.digest.steps.ingest.pdf.glyphs import Glyph, PageGlyphs, place_characters, read_pages, render_pages
from huimou.errors import InputError
from huimou.model.report import ExtractedText, Problem

_SAME_SIZE = 0.18  # of the usual size: a line that differs less is set in it
_BEGINNING, _END = 0.6, 0.95  # of the usual size: a line that begins or ends so near the edge does so at it
_MIDDLE = 0.38  # of the size, from the middle of a character to its base line
_MOST_SHOWN = 8  # pages that are listed


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of a picture; lengths in points from the page's top left corner.

    Args:
        text: as recognised.
        box: left, upper, right and lower edge.
        score: how sure the recognition is, 0 to 1.

    """

    text: str
    box: tuple[float, float, float, float]
    score: float

    @property
    def size(self) -> float:
        """Size of its font, by the width of its characters where there are enough of them."""
        left, top, right, bottom = self.box
        widths = sum(1.0 if ord(char) > 0xFF else 0.5 for char in self.text)
        return min(bottom - top, (right - left) / widths) if widths >= 4 else 0.75 * (bottom - top)


def recognise_pdf(data: bytes, name: str) -> ExtractedText:
    """The text of a PDF of which pages have no text layer: theirs is recognised.

    Args:
        data: bytes of the file.
        name: of the file, for error messages.

    Raises:
        InputError: the file is damaged or encrypted, or there is no text in its pictures.

    """
    pages = read_pages(data, name)
    wanted = [number for number, page in enumerate(pages) if is_unreadable(page)]
    pictures = render_pages(data, wanted)
    read = _open_recogniser()
    found = {number: list(read(*picture)) for number, picture in zip(wanted, pictures, strict=True)}
    size = _find_usual_size([line for lines in found.values() for line in lines])
    whole = [_replace_glyphs(page, found[n], size) if n in found else page for n, page in enumerate(pages)]
    if not any(page.glyphs for page in whole):
        raise InputError(f"{name} has no text layer, and no text was recognised", "scan it anew, with more contrast")
    text = write_pages(whole)
    return replace(text, problems=(*text.problems, *_tell_recognition(found)))


def _open_recogniser() -> Callable[[Any, float], Iterator[RecognisedLine]]:
    """A function that gives the lines of a picture, of which it is told how many pixels a point has."""
    from rapidocr import RapidOCR  # noqa: PLC0415 - part of an extra

    logging.disable(logging.CRITICAL)  # it tells of every model that it loads
    engine: Any = RapidOCR(params={"Global.use_cls": False})

    def read(picture: Any, scale: float) -> Iterator[RecognisedLine]:
        result = engine(picture)
        for text, score, corners in zip(result.txts or (), result.scores or (), _list_boxes(result), strict=True):
            xs, ys = [corner[0] / scale for corner in corners], [corner[1] / scale for corner in corners]
            if text.strip():
                yield RecognisedLine(text.strip(), (min(xs), min(ys), max(xs), max(ys)), float(score))

    return read


def _list_boxes(result: Any) -> Sequence[Any]:
    return () if result.boxes is None else [[(float(x), float(y)) for x, y in box] for box in result.boxes]


def _find_usual_size(lines: Sequence[RecognisedLine]) -> float:
    """Size of the font of most of the text; 0 where there is none."""
    sizes = [line.size for line in lines for _ in line.text]
    return median(sizes) if sizes else 0.0


def _align_lines(lines: Sequence[RecognisedLine], usual: float) -> list[RecognisedLine]:
    """The lines; those that begin or end within a character of the outermost one begin or end there.

    A scan is never quite straight, and a mark at the end of a line is narrower than a character.
    """
    first = min((line.box[0] for line in lines), default=0.0)
    last = max((line.box[2] for line in lines), default=0.0)
    aligned = []
    for line in lines:
        left, top, right, bottom = line.box
        left = first if left - first < _BEGINNING * usual else left
        right = last if last - right < _END * usual else right
        aligned.append(replace(line, box=(left, top, right, bottom)))
    return aligned


def _replace_glyphs(page: PageGlyphs, lines: Sequence[RecognisedLine], usual: float) -> PageGlyphs:
    """The page with the characters of its recognised lines, their sizes and edges evened out."""
    glyphs: list[Glyph] = []
    for part, line in enumerate(_align_lines(lines, usual)):
        left, top, right, bottom = line.box
        size = usual if abs(line.size - usual) <= _SAME_SIZE * usual else line.size
        base = (top + bottom) / 2 + _MIDDLE * size
        glyphs += place_characters(line.text, (left, base, right), size, part)
    return PageGlyphs(page.width, page.height, tuple(glyphs), 0, pictured=not glyphs)


def _tell_recognition(found: dict[int, list[RecognisedLine]]) -> Iterator[Problem]:
    scores = [line.score for lines in found.values() for line in lines for _ in line.text]
    numbers = [number + 1 for number, lines in found.items() if lines]
    if scores:
        shown = "、".join(map(str, numbers[:_MOST_SHOWN]))
        more = f"等{len(numbers)}页" if len(numbers) > _MOST_SHOWN else "页"
        sure = sum(scores) / len(scores)
        message = (
            f"第{shown}{more}是扫描图像，文字由程序识别（OCR），不是原件所印，平均置信度{sure:.1%}，请对照原件核对"
        )
        yield Problem("recognised_text", message)
