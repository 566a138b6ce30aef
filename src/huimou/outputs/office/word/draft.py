"""The one-page draft as a Word document of one sheet."""

from __future__ import annotations

import io
from typing import Any

from huimou.model.digest import Digest
from huimou.outputs.office.package import remove_timestamps
from huimou.outputs.office.word.runs import add_run, fit_text
from huimou.outputs.office.word.template_file import load_docx, read_template
from huimou.outputs.office.word.titles import break_title
from huimou.outputs.onepage import build_one_page

_SIZE, _LINE = 12, 20  # points; `outputs.onepage` counts characters and lines by them
_TITLE, _TITLE_LINE, _FOOT = 18, 28, 9
_TITLE_WIDTH = 24  # characters of the title's size in a line of 156 mm


def to_onepage_docx(digest: Digest) -> bytes:
    """The one-page draft of a digest as a Word document of one sheet; the same bytes for the same digest.

    Raises:
        UsageError: python-docx is not installed.

    """
    page = build_one_page(digest)
    docx = load_docx()
    document = docx.Document(io.BytesIO(read_template()))
    _add_line(document, "Title", "\n".join(break_title(page.title, _TITLE_WIDTH)), _TITLE, _TITLE_LINE)
    for heading, text in page.parts:
        _add_line(document, "Heading 1", heading, _SIZE)
        _add_line(document, "Normal", text, _SIZE)
    _add_line(document, "footnote text", page.foot, _FOOT)
    document.core_properties.title = fit_text(page.title)
    out = io.BytesIO()
    document.save(out)
    return remove_timestamps(out.getvalue())


def _add_line(document: Any, style: str, text: str, size: float, line: float = 0) -> None:
    """Add a paragraph in a size and with lines that do not keep to the grid, so that it fits its sheet."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    paragraph = document.add_paragraph(style=style)
    add_run(paragraph, text, style, size)
    form = paragraph.paragraph_format
    form.line_spacing, form.space_before, form.space_after = Pt(line or _LINE), Pt(0), Pt(line and _SIZE)
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    form._element.get_or_add_pPr().insert_element_before(snap, "w:spacing")  # noqa: SLF001 (no public way)
