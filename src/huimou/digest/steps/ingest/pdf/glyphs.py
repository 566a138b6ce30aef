"""The characters of a PDF one by one, each with its place on the page as a reader sees it.

PDFium, the PDF engine of Chromium, does the reading: it knows the Chinese character maps and mends broken files.
"""

from __future__ import annotations

import ctypes
import math
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from huimou.digest.steps.ingest.document_errors import build_damage_error, build_missing_error
from huimou.errors import InputError

_LOCK = threading.Lock()  # PDFium keeps state of its own and must never run twice at once in one process
# Of a page that is a picture, a scan: it may bear a page number or the mark of the program that scanned it.
_FEW_CHARS = 20
_PICTURE, _SCAN = 0.25, 0.7  # share of the page that the picture covers, without and with such characters
_MOST_CHARS = 100_000  # of a page; a sheet of a newspaper has some 15,000
_ASCENT, _DESCENT = 0.88, 0.12
_SHARP, _MOST_PIXELS = 200 / 72, 3200.0  # of a picture of a page: pixels a point, and along its longer side
_HYPHENS = frozenset({0x02, 0xFFFE})  # PDFium's own marks of a hyphen at the end of a line
_BLACK = (0, 0, 0, 255)
_WHITE = 248
_SKIPPED = frozenset("\r\n\t\0")
# Radicals that some programs write for the characters drawn alike; Unicode has no mapping for these.
_RADICALS = str.maketrans(
    "⺁⺇⺌⺝⺟⺠⺩⺬⺮⺼⻄⻅⻆⻉⻋⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "厂几小月母民王示竹月西见角贝车长长门雨青韦页风飞食马鬼鱼鸟卤麦黄齐齿龙龟",
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as drawn; lengths are in points, from the top left corner of the page as it is shown.

    Args:
        char: one or more code points.
        x0: left edge.
        top: upper edge.
        x1: right edge.
        bottom: lower edge.
        size: height of the font.
        angle: direction of its line in degrees, anticlockwise, 0 for a line from left to right.
        color: red, green, blue and opacity, 0 to 255.
        font: number of its font in this document.
        part: number of the run of text that it was drawn with; the order of drawing.
        unseen: whether it is white, and nothing is drawn on the page that it would stand out from.

    """

    char: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    angle: float
    color: tuple[int, int, int, int]
    font: int
    part: int
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """A page: width and height as shown, in points, its characters, and how many have no known meaning.

    `pictured` tells whether it is a picture, with no characters or hardly any.
    """

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    unknown: int
    pictured: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as the file has it: lower left corner, width and height in points, and its turn in degrees clockwise."""

    left: float
    bottom: float
    width: float
    height: float
    turn: int

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file from the top left corner of the page as shown."""
        right, up = x - self.left, y - self.bottom
        if self.turn == 90:
            return up, right
        if self.turn == 180:
            return self.width - right, up
        if self.turn == 270:
            return self.height - up, self.width - right
        return right, self.height - up


@dataclass(frozen=True, slots=True)
class _Style:
    """What the characters of one run of text have in common."""

    angle: float
    color: tuple[int, int, int, int]
    font: int
    part: int
    width: float
    size: float


def read_pages(data: bytes, name: str) -> list[PageGlyphs]:
    """The pages of a PDF with their characters.

    Raises:
        InputError: pypdfium2 is not installed, or the file is damaged, encrypted, or draws far too much on one page.

    """
    try:
        import pypdfium2  # noqa: PLC0415 - part of an extra
    except ImportError as error:
        raise build_missing_error(name, error.name) from error
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code in {pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY}:
                raise InputError(f"{name} is encrypted", "save it without a password") from error
            raise build_damage_error(name, "pdf") from error
        try:
            return [_read_page(document[number], pypdfium2.raw, name) for number in range(len(document))]
        except (pypdfium2.PdfiumError, ValueError, OSError, ctypes.ArgumentError) as error:
            raise build_damage_error(name, "pdf") from error
        finally:
            document.close()


def render_pages(data: bytes, numbers: Sequence[int]) -> Iterator[tuple[Any, float]]:
    """Pictures of pages of a PDF that was read before, as arrays of red, green and blue, and their pixels a point.

    Args:
        data: bytes of the file.
        numbers: of the pages, counted from 0.

    """
    import pypdfium2  # noqa: PLC0415 - part of an extra

    with _LOCK:
        document = pypdfium2.PdfDocument(data)
        for number in numbers:
            page = document[number]
            scale = min(_SHARP, _MOST_PIXELS / max(page.get_size()))
            yield page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3].copy(), scale
            page.close()
        document.close()


def _read_page(page: Any, raw: Any, name: str) -> PageGlyphs:
    left, bottom, right, top = page.get_bbox()
    sheet = _Sheet(left, bottom, right - left, top - bottom, page.get_rotation())
    text = page.get_textpage()
    if text.count_chars() > _MOST_CHARS:
        raise InputError(f"{name} draws more than {_MOST_CHARS} characters on one page", "print it to a new PDF")
    found = list(_read_glyphs(text.raw, sheet, raw))
    flat = sheet.turn % 180 == 0
    width, height = (sheet.width, sheet.height) if flat else (sheet.height, sheet.width)
    shown = _mark_unseen([g for g, _ in found if _is_within(g, width, height)], page, raw, sheet)
    drawn = sum(bool(glyph.char.strip()) for glyph in shown)
    covered = _measure_picture(page, raw, sheet) if drawn <= _FEW_CHARS else 0.0
    pictured = covered > (_SCAN if drawn else _PICTURE)
    text.close()
    page.close()
    return PageGlyphs(width, height, tuple(shown), sum(unknown for _, unknown in found), pictured)


def _is_within(glyph: Glyph, width: float, height: float) -> bool:
    """Whether the middle of a character lies on the page: what is drawn beside it nobody sees."""
    return 0 <= glyph.x0 + glyph.x1 <= 2 * width and 0 <= glyph.top + glyph.bottom <= 2 * height


def _is_white(color: Sequence[int]) -> bool:
    return min(color[:3]) >= _WHITE


def _mark_unseen(glyphs: Sequence[Glyph], page: Any, raw: Any, sheet: _Sheet) -> Sequence[Glyph]:
    """The characters of a page; those that are white on white are marked."""
    if not any(_is_white(glyph.color) for glyph in glyphs):
        return glyphs
    grounds = list(_list_grounds(page, raw, sheet))
    return [
        replace(glyph, unseen=True) if _is_white(glyph.color) and not _lies_on(glyph, grounds) else glyph
        for glyph in glyphs
    ]


def _lies_on(glyph: Glyph, grounds: Sequence[tuple[float, float, float, float]]) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in grounds)


def _list_grounds(page: Any, raw: Any, sheet: _Sheet) -> Iterator[tuple[float, float, float, float]]:
    """Boxes of what white characters stand out from: pictures, coloured surfaces, forms that may hold such."""
    kinds = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING, raw.FPDF_PAGEOBJ_FORM]
    for drawn in page.get_objects(filter=kinds, max_depth=1):
        channels = [ctypes.c_uint() for _ in range(4)]
        is_path = drawn.type == raw.FPDF_PAGEOBJ_PATH
        if is_path and raw.FPDFPageObj_GetFillColor(drawn.raw, *channels) and _is_white([c.value for c in channels]):
            continue
        left, bottom, right, top = drawn.get_bounds()
        yield _span_box(sheet.place(left, top), sheet.place(right, bottom))


def _span_box(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float, float, float]:
    """The box between two opposite corners."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def _measure_picture(page: Any, raw: Any, sheet: _Sheet) -> float:
    """Share of the page that its largest picture covers."""
    pictures = (one.get_bounds() for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    sizes = ((right - left) * (top - bottom) for left, bottom, right, top in pictures)
    return max(sizes, default=0.0) / (sheet.width * sheet.height or 1.0)


def _read_glyphs(text: Any, sheet: _Sheet, raw: Any) -> Iterator[tuple[Glyph, bool]]:
    """The characters of a page, and of each whether its meaning is unknown."""
    styles: dict[int | None, _Style] = {}
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    last: int | None = None
    part = 0
    drawn: tuple[float, float] | None = None
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        if raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        unknown = raw.FPDFText_HasUnicodeMapError(text, index) == 1
        char = "\ufffd" if unknown else _decode(code)
        owner = raw.FPDFText_GetTextObject(text, index)
        key = ctypes.cast(owner, ctypes.c_void_p).value
        if key != last:
            last, part, drawn = key, part + 1, None
        if key not in styles:
            styles[key] = _read_style(text, index, owner, sheet, raw, part)
        if char in _SKIPPED or not raw.FPDFText_GetLooseCharBox(text, index, box):
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        first, second = sheet.place(box.left, box.top), sheet.place(box.right, box.bottom)
        corners = (
            min(first[0], second[0]),
            min(first[1], second[1]),
            max(first[0], second[0]),
            max(first[1], second[1]),
        )
        origin = sheet.place(x.value, y.value)
        ligature = origin == drawn  # one drawing for two characters, which share its box
        drawn = origin
        yield _place_glyph(char, corners, origin, styles[key], ligature=ligature), unknown


def _decode(code: int) -> str:
    """The character that a code point of a PDF stands for; a radical for the character that it is drawn like."""
    if code in _HYPHENS:
        return "-"
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    char = chr(code)
    if 0x2E80 <= code <= 0x2EFF:
        return char.translate(_RADICALS)
    if 0x2F00 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", char)
    return char


def _read_style(text: Any, index: int, owner: Any, sheet: _Sheet, raw: Any, part: int) -> _Style:
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(text, index)
    if raw.FPDFText_GetMatrix(text, index, matrix):
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) - sheet.turn
        wide, high = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
    else:
        angle, wide, high = -float(sheet.turn), 1.0, 1.0
    color = _read_color(text, index, owner, raw)
    font = ctypes.cast(raw.FPDFTextObj_GetFont(owner), ctypes.c_void_p).value if owner else None
    return _Style(angle % 360, color, font or 0, part, abs(size * wide), abs(size * high) or 1.0)


def _read_color(text: Any, index: int, owner: Any, raw: Any) -> tuple[int, int, int, int]:
    """The colour that a character is seen in: of its outline if it has one; black in the layer of a scanned page."""
    mode = raw.FPDFTextObj_GetTextRenderMode(owner) if owner else raw.FPDF_TEXTRENDERMODE_FILL
    outlined = {raw.FPDF_TEXTRENDERMODE_STROKE, raw.FPDF_TEXTRENDERMODE_FILL_STROKE}
    if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return _BLACK
    read = raw.FPDFText_GetStrokeColor if mode in outlined else raw.FPDFText_GetFillColor
    channels = [ctypes.c_uint() for _ in range(4)]
    if not read(text, index, *channels):
        return _BLACK
    red, green, blue, opacity = (channel.value for channel in channels)
    return red, green, blue, opacity


def place_characters(text: str, line: tuple[float, float, float], size: float, part: int) -> Iterator[Glyph]:
    """Black characters of a line that is known as a whole only; each has its share of the width.

    Args:
        text: of the line.
        line: left edge, base line and right edge, in points from the page's top left corner.
        size: of the font, in points.
        part: number of the run of text.

    """
    left, base, right = line
    shares = [2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1 for char in text]
    unit = (right - left) / max(1, sum(shares))
    for char, share in zip(text, shares, strict=True):
        end = left + share * unit
        if char not in _SKIPPED:
            yield Glyph(char, left, base - _ASCENT * size, end, base + _DESCENT * size, size, 0.0, _BLACK, 0, part)
        left = end


def _place_glyph(
    char: str, corners: tuple[float, float, float, float], origin: tuple[float, float], style: _Style, *, ligature: bool
) -> Glyph:
    """A character with a box that is as high as its font, and as wide as it is set where that is known.

    Fonts tell the height of a character in many ways; from the base line it is the same for all of them.
    """
    x0, top, x1, bottom = corners
    x, y = (x0, origin[1]) if ligature else origin
    size = style.size
    wide = style.width if not ligature and unicodedata.east_asian_width(char[:1]) in {"W", "F"} else 0.0
    quarter = round(style.angle / 90) % 4 if min(style.angle % 90, 90 - style.angle % 90) < 3 else None
    if quarter == 0 and abs(x - x0) < size:
        x0, x1, top, bottom = min(x, x0), max(x + wide, x1), y - _ASCENT * size, y + _DESCENT * size
    elif quarter == 2 and abs(x - x1) < size:
        x0, x1, top, bottom = min(x - wide, x0), max(x, x1), y - _DESCENT * size, y + _ASCENT * size
    elif quarter == 1 and abs(y - bottom) < size:
        top, bottom, x0, x1 = min(y - wide, top), max(y, bottom), x - _ASCENT * size, x + _DESCENT * size
    elif quarter == 3 and abs(y - top) < size:
        top, bottom, x0, x1 = min(y, top), max(y + wide, bottom), x - _DESCENT * size, x + _ASCENT * size
    return Glyph(char, x0, top, x1, bottom, size, style.angle, style.color, style.font, style.part)
