"""A briefing as a Word document in the style of GB/T 9704-2012.

The look is in `template/`: page, line grid, styles, fonts with their other names, page numbers at the outer foot.
python-docx writes the body; it knows no footnotes, so their part is written here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from importlib import resources
from typing import Any
from xml.sax.saxutils import escape

from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.office.package import remove_timestamps
from huimou.outputs.office.person_reviews import Reviews
from huimou.outputs.office.word.briefing import BriefingBlock, BriefingTable, Heading, Paragraph, build_briefing
from huimou.outputs.onepage import build_one_page

_FOOTNOTES = "word/footnotes.xml"
_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "rels.xml",
    "docProps/core.xml": "core.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fontTable.xml",
    _FOOTNOTES: "footnotes.xml",
    "word/footer1.xml": "footer1.xml",
    "word/footer2.xml": "footer2.xml",
}
_STYLES = ("Title", "Heading 1", "Heading 2")
_LINE = 8845  # twips, 156 mm
_DRAFT_SIZE, _DRAFT_LINE = 12, 20  # points; `outputs.onepage` counts characters and lines by them
_DRAFT_TITLE, _DRAFT_TITLE_LINE, _DRAFT_FOOT = 18, 28, 9
_UNFIT = re.compile(r"[\ufffe\uffff]")


def to_docx(digest: Digest, reviews: Reviews) -> bytes:
    """The briefing of a digest as a Word document; the same bytes for the same arguments.

    Raises:
        UsageError: python-docx is not installed.

    """
    blocks = build_briefing(digest, reviews)
    docx = _load_docx()
    template = _template()
    document = docx.Document(io.BytesIO(template))
    notes: list[str] = []
    for block in blocks:
        _add(document, block, notes)
    document.core_properties.title = _fit(blocks[0].text).replace("\n", "") if isinstance(blocks[0], Heading) else ""
    out = io.BytesIO()
    document.save(out)
    return remove_timestamps(out.getvalue(), replace={_FOOTNOTES: _footnotes(notes)})


def to_onepage_docx(digest: Digest) -> bytes:
    """The one-page draft of a digest as a Word document of one sheet; the same bytes for the same digest.

    Raises:
        UsageError: python-docx is not installed.

    """
    page = build_one_page(digest)
    docx = _load_docx()
    document = docx.Document(io.BytesIO(_template()))
    _add_draft_line(document, _STYLES[0], page.title, _DRAFT_TITLE, _DRAFT_TITLE_LINE)
    for heading, text in page.parts:
        _add_draft_line(document, _STYLES[1], heading, _DRAFT_SIZE)
        _add_draft_line(document, "Normal", text, _DRAFT_SIZE)
    _add_draft_line(document, "footnote text", page.foot, _DRAFT_FOOT)
    document.core_properties.title = _fit(page.title)
    out = io.BytesIO()
    document.save(out)
    return remove_timestamps(out.getvalue())


def _add_draft_line(document: Any, style: str, text: str, size: float, line: float = 0) -> None:
    """Add a paragraph of the draft in a size and with lines that do not keep to the grid, so that it fits its sheet."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    paragraph = document.add_paragraph(style=style)
    _run(paragraph, text).font.size = Pt(size)
    form = paragraph.paragraph_format
    form.line_spacing, form.space_before, form.space_after = Pt(line or _DRAFT_LINE), Pt(0), Pt(line and _DRAFT_SIZE)
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    form._element.get_or_add_pPr().insert_element_before(snap, "w:spacing")  # noqa: SLF001 (no public way)


def _load_docx() -> Any:
    try:
        import docx  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("DOCX needs python-docx", 'pip install "huimou[report]"') from error
    return docx


def _template() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, file in _PARTS.items():
            archive.writestr(name, _resource(file))
    return out.getvalue()


def _resource(name: str) -> bytes:
    return (resources.files("huimou.outputs.office.word") / "template" / name).read_bytes()


def _add(document: Any, block: BriefingBlock, notes: list[str]) -> None:
    if isinstance(block, Heading):
        _run(document.add_paragraph(style=_STYLES[block.level]), block.text)
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        _run(paragraph, block.text)
        if block.note:
            notes.append(block.note)
            _refer(paragraph, len(notes))
    else:
        _table(document, block)


def _run(paragraph: Any, text: str) -> Any:
    """Add text whose quotation marks and dashes are set in the Chinese font."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (an extra)

    run = paragraph.add_run(_fit(text))
    run._r.get_or_add_rPr()._add_rFonts().set(qn("w:hint"), "eastAsia")  # noqa: SLF001 (no public way)
    return run


def _refer(paragraph: Any, number: int) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    run = paragraph.add_run()
    run.style = "footnote reference"
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(number))
    run._r.append(reference)  # noqa: SLF001


def _table(document: Any, table: BriefingTable) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 (an extra)
    from docx.shared import Twips  # noqa: PLC0415

    drawn = document.add_table(len(table.rows), len(table.widths), style="Table Grid")
    drawn.autofit = False
    widths = [Twips(round(_LINE * share)) for share in table.widths]
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
    for number, (row, texts) in enumerate(zip(drawn.rows, table.rows, strict=True)):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 (no public way)
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].style = "表格文字" if number else "表格栏目"
            _run(cell.paragraphs[0], text)


def _footnotes(notes: Sequence[str]) -> bytes:
    """The XML part with these footnotes, numbered from 1, after the separators of the template."""
    end = b"</w:footnotes>"
    body = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
        f'<w:t xml:space="preserve"> {escape(_fit(note))}</w:t></w:r></w:p></w:footnote>'
        for number, note in enumerate(notes, start=1)
    )
    return _resource("footnotes.xml").replace(end, body.encode() + end)


def _fit(text: str) -> str:
    """The text without the two characters that XML forbids and `to_one_line` leaves."""
    return _UNFIT.sub("\ufffd", text)
