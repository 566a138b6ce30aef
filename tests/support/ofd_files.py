"""OFD files (GB/T 33190) written by hand, as small as readers accept them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
WIDTH, HEIGHT, LEFT, TOP = 210.0, 297.0, 28.0, 37.0  # millimetres, as GB/T 9704 lays a page out
SIZE, STEP = 5.6, 10.2  # of a character of size 三号, and from line to line
PER_LINE, PER_PAGE = 27, 22


@dataclass(frozen=True, slots=True)
class OfdLine:
    """A line of text with the place of its first character, in millimetres; `y` is the base line."""

    text: str
    x: float
    y: float
    size: float = SIZE


def build_ofd(pages: Sequence[Iterable[OfdLine]]) -> bytes:
    """An OFD of these pages."""
    out = io.BytesIO()
    numbers = range(len(pages))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        body = "<ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo>"
        body += "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        archive.writestr("OFD.xml", f'{_HEAD}<ofd:OFD {_SPACE} Version="1.0" DocType="OFD">{body}</ofd:OFD>')
        listed = "".join(f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in numbers)
        area = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {WIDTH} {HEIGHT}</ofd:PhysicalBox></ofd:PageArea>"
        common = f"<ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID>{area}</ofd:CommonData>"
        archive.writestr(
            "Doc_0/Document.xml",
            f"{_HEAD}<ofd:Document {_SPACE}>{common}<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for number, lines in enumerate(pages):
            objects = "".join(_write_object(1000 * number + at, line) for at, line in enumerate(lines, 100))
            content = f'<ofd:Content><ofd:Layer ID="{1000 * number + 99}">{objects}</ofd:Layer></ofd:Content>'
            page = f"{_HEAD}<ofd:Page {_SPACE}>{content}</ofd:Page>"
            archive.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", page)
    return out.getvalue()


def _write_object(number: int, line: OfdLine) -> str:
    steps = f"g {len(line.text) - 1} {line.size}" if len(line.text) > 1 else ""
    box = f"{line.x} {line.y - line.size} {line.size * len(line.text)} {1.2 * line.size}"
    code = f'<ofd:TextCode X="0" Y="{line.size}" DeltaX="{steps}">{escape(line.text)}</ofd:TextCode>'
    return f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="1" Size="{line.size}">{code}</ofd:TextObject>'


def lay_out(text: str) -> list[list[OfdLine]]:
    """Pages on which a text stands as an office sets it: first lines indented by two, page numbers at the foot."""
    lines = [line for paragraph in text.split("\n") if paragraph.strip() for line in _break_lines(paragraph.strip())]
    pages: list[list[OfdLine]] = []
    for first in range(0, len(lines), PER_PAGE):
        own = lines[first : first + PER_PAGE]
        placed = [OfdLine(words, LEFT + indent * SIZE, TOP + at * STEP) for at, (indent, words) in enumerate(own)]
        number = f"- {len(pages) + 1} -"
        pages.append([*placed, OfdLine(number, WIDTH / 2 - 6, HEIGHT - 25, 4.2)])
    return pages


def _break_lines(paragraph: str) -> Iterator[tuple[int, str]]:
    yield 2, paragraph[: PER_LINE - 2]
    for at in range(PER_LINE - 2, len(paragraph), PER_LINE):
        yield 0, paragraph[at : at + PER_LINE]
