"""The head of an official paper (版头): the office's name in red, the number of the paper, and the red line below."""

from __future__ import annotations

from typing import Any

from huimou.outputs.office.word.runs import add_run

_RED = "FF0000"
_WIDTH = 442  # points, 156 mm
_HIGHEST, _LOWEST = 44, 22  # points of the office's name
_ABOVE = 72  # points: with the line's own height the name stands 35 mm below the upper edge of the type area
_LINE = 29  # points
_RULE, _RULE_DISTANCE = 16, 11  # eighths of a point; points, 4 mm


def add_letterhead(document: Any, office: str, number: str | None) -> None:
    """Write the head above all else.

    Args:
        document: a document of python-docx that holds nothing yet.
        office: such as 政协临江市委员会文件.
        number: such as 临政协〔2023〕1号; None for a blank line in its place.

    """
    from docx.shared import Pt, RGBColor  # noqa: PLC0415 (an extra)

    size = max(_LOWEST, min(_HIGHEST, _WIDTH // len(office)))
    name = _centre(document)
    name.paragraph_format.space_before, name.paragraph_format.line_spacing = Pt(_ABOVE), Pt(size * 1.2)
    run = add_run(name, office, "letterhead", size)
    run.font.color.rgb = RGBColor.from_string(_RED)
    _centre(document)
    _centre(document)
    ruled = _centre(document)
    add_run(ruled, number or "")
    _draw_rule(ruled)


def _centre(document: Any) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.first_line_indent = 0
    indent = paragraph._p.pPr.find(qn("w:ind"))  # noqa: SLF001 (no public way)
    indent.set(qn("w:firstLineChars"), "0")
    return paragraph


def _draw_rule(paragraph: Any) -> None:
    """Draw a red line below a paragraph, as wide as the text."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", _RULE), ("space", _RULE_DISTANCE), ("color", _RED)):
        bottom.set(qn(f"w:{name}"), str(value))
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 (no public way)
    following = next(child for child in properties if child.tag in {qn("w:spacing"), qn("w:ind"), qn("w:jc")})
    following.addprevious(borders)
