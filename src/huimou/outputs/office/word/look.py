"""How a paragraph of a Word document looks: what its run, its styles and the document's defaults say together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_HALF, _TWIP = 2, 20
_CHARS_OF_INDENT = 200  # hundredths of a character
_ALIGNS = {"start": "left", "end": "right"}


@dataclass(frozen=True, slots=True)
class TextLook:
    """The look of a paragraph and of its first words.

    Args:
        style: name of its style.
        font: Chinese font; None where nothing names one.
        size: in points.
        spacing: what is added to each character, in points.
        color: six hex digits, or None.
        line: exact distance of lines in points; None where it is not exact.
        align: `left`, `right`, `center` or `both`.
        is_indented: whether its first line begins two characters in.

    """

    style: str
    font: str | None
    size: float | None
    spacing: float
    color: str | None
    line: float | None
    align: str
    is_indented: bool


def find_look(paragraph: Any, document: Any) -> TextLook:
    """The look of a paragraph of python-docx, by its first run with text that is not deleted."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (an extra)

    runs = paragraph._p.xpath(".//w:r[not(ancestor::w:del)][w:t or w:fldChar]")  # noqa: SLF001 (no public way)
    texts = [*(r.find(qn("w:rPr")) for r in runs[:1]), *_list_style_parts(paragraph, document, "rPr")]
    forms = [paragraph._p.find(qn("w:pPr")), *_list_style_parts(paragraph, document, "pPr")]  # noqa: SLF001

    def read(parts: list[Any], element: str, attribute: str) -> str | None:
        found = (part.find(qn(f"w:{element}")) for part in parts if part is not None)
        values = (one.get(qn(f"w:{attribute}")) for one in found if one is not None)
        return next((value for value in values if value is not None), None)

    size, spacing = read(texts, "sz", "val"), read(texts, "spacing", "val")
    line = read(forms, "spacing", "line") if read(forms, "spacing", "lineRule") == "exact" else None
    align = read(forms, "jc", "val") or "left"
    characters, twips = read(forms, "ind", "firstLineChars"), read(forms, "ind", "firstLine")
    points = float(size) / _HALF if size else None
    return TextLook(
        style=paragraph.style.name if paragraph.style is not None else "",
        font=read(texts, "rFonts", "eastAsia"),
        size=points,
        spacing=float(spacing) / _TWIP if spacing else 0.0,
        color=read(texts, "color", "val"),
        line=float(line) / _TWIP if line else None,
        align=_ALIGNS.get(align, align),
        is_indented=_is_two_characters(characters, twips, points),
    )


def _is_two_characters(characters: str | None, twips: str | None, size: float | None) -> bool:
    if characters and int(characters):
        return int(characters) == _CHARS_OF_INDENT
    return bool(twips and size) and abs(float(twips or 0) / _TWIP - 2 * (size or 0)) < (size or 0) / 4


def _list_style_parts(paragraph: Any, document: Any, part: str) -> Iterator[Any]:
    """The properties of a paragraph's style, of those that it is based on, and of the document's defaults."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (an extra)

    style = paragraph.style
    while style is not None:
        yield style.element.find(qn(f"w:{part}"))
        style = style.base_style
    yield from document.styles.element.xpath(f"./w:docDefaults/w:{part}Default/w:{part}")[:1]
