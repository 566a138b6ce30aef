"""PDF files written by hand: characters set in a Chinese font at given places, in any direction and colour."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

A4 = (595.0, 842.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Words drawn on a page; `x` and `y` are in points from its lower left corner, `angle` in degrees."""

    text: str
    x: float
    y: float
    size: float = 14.0
    angle: float = 0.0
    gray: float = 0.0
    opacity: float = 1.0
    vertical: bool = False
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page: its words, its size before it is turned, by how much it is turned, and what is painted first."""

    drawn: Sequence[Drawn]
    size: tuple[float, float] = A4
    turn: int = 0
    painted: bytes = b""


@dataclass(frozen=True, slots=True)
class Sheet:
    """How running text is set: margins, size of the font, distance of lines, indent of first lines in ems."""

    left: float = 72.0
    right: float = 520.0
    top: float = 770.0
    bottom: float = 90.0
    size: float = 14.0
    step: float = 24.0
    indent: int = 2
    between: float = 0.0
    count: int | None = None
    justify: bool = False


def write_pdf(pages: Sequence[DrawnPage]) -> bytes:
    """The bytes of a PDF with these pages."""
    fonts = b"".join(
        b"/F%d<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-%s/DescendantFonts[3 0 R]>>" % one
        for one in ((1, b"H"), (2, b"V"))
    )
    states = b"".join(b"/G%d<</ca %.2f>>" % (tenth, tenth / 10) for tenth in range(1, 11))
    font = (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        b"/Supplement 2>>/FontDescriptor 4 0 R/DW 1000/W[1 95 500 814 939 500]>>"
    )
    shape = (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
        b"/Descent -120/CapHeight 880/StemV 93>>"
    )
    kids = b" ".join(b"%d 0 R" % (5 + 2 * at) for at in range(len(pages)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        font,
        shape,
    ]
    for at, page in enumerate(pages):
        content = page.painted + b"\n".join(map(_write_drawn, page.drawn))
        bodies.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.1f %.1f]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<<%s>>/ExtGState<<%s>>>>>>" % (*page.size, page.turn, 6 + 2 * at, fonts, states)
        )
        bodies.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    return _write_objects(bodies)


def _write_drawn(one: Drawn) -> bytes:
    cosine, sine = math.cos(math.radians(one.angle)), math.sin(math.radians(one.angle))
    return b"q /G%d gs %.3f g BT /F%d %.2f Tf %.2f Tc %.5f %.5f %.5f %.5f %.2f %.2f Tm <%s> Tj ET Q" % (
        *(round(one.opacity * 10), one.gray, 2 if one.vertical else 1, one.size, one.spread),
        *(cosine, sine, -sine, cosine, one.x, one.y),
        one.text.encode("utf-16-be").hex().encode(),
    )


def _write_objects(bodies: Sequence[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start))
    return out.getvalue()


def measure_text(text: str) -> float:
    """Width in ems: half an em for ASCII, an em for the rest."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def set_paragraphs(paragraphs: Sequence[str], sheet: Sheet) -> list[list[Drawn]]:
    """Paragraphs as lines on pages; the first one, the title, is centred and large."""
    pages: list[list[Drawn]] = [[]]
    y = sheet.top
    for number, paragraph in enumerate(paragraphs):
        title = number == 0
        size = sheet.size * 1.5 if title else sheet.size
        lines = list(break_lines(paragraph, sheet, size, 0 if title else sheet.indent))
        for at, line in enumerate(lines):
            if y < sheet.bottom:
                pages.append([])
                y = sheet.top
            width = measure_text(line) * size
            indent = (sheet.right - sheet.left - width) / 2 if title else sheet.indent * size * (at == 0)
            room = sheet.right - sheet.left - indent - width
            full = sheet.justify and at < len(lines) - 1 and not title
            spread = room / max(1, len(line) - 1) if full else 0.0
            pages[-1].append(Drawn(line, sheet.left + indent, y, size, spread=spread))
            y -= sheet.step * (1.5 if title else 1)
        y -= sheet.between
    return pages


def break_lines(text: str, sheet: Sheet, size: float, indent: int) -> Iterator[str]:
    """A paragraph broken by its width, or after `count` characters; no closing mark begins a line."""
    line = ""
    width = float(indent)
    for at, char in enumerate(text):
        own = measure_text(char)
        if sheet.count:
            full = len(line) + (indent if at == len(line) else 0) >= sheet.count
        else:
            full = (width + own) * size > sheet.right - sheet.left and char not in "，。；：、）”》%"
            full = full and not (char.isascii() and char != " " and line[-1:].isascii())
        if full and line:
            yield line
            line, width = "", 0.0
        line += char
        width += own
    yield line


def number_pages(
    pages: Sequence[Sequence[Drawn]], *, head: Sequence[str] = (), foot: str = "— {} —"
) -> list[DrawnPage]:
    """Pages with a running head (of several, one after another) and a foot in which `{}` is the number of the page."""
    made = []
    for at, lines in enumerate(pages):
        above = [Drawn(head[at % len(head)].format(at + 1), 200, 815, 9)] if head else []
        below = [Drawn(foot.format(at + 1), 280, 40, 9)] if foot else []
        made.append(DrawnPage([*above, *lines, *below]))
    return made
