"""A briefing as a Word document in the style of GB/T 9704-2012.

The look is in `template/`: page, line grid, styles, fonts with their other names, page numbers at the outer foot.
python-docx writes the body and the comments; `runs` writes fonts into the runs, and corrections.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from huimou.model.digest import Digest
from huimou.outputs.office.package import remove_timestamps
from huimou.outputs.office.person_reviews import Reviews
from huimou.outputs.office.word.blocks import (
    AnnexHeading,
    BriefingBlock,
    BriefingPiece,
    BriefingTable,
    Heading,
    MarginNote,
    Paragraph,
)
from huimou.outputs.office.word.briefing import ANNEX_TITLE, BriefingOptions, build_briefing
from huimou.outputs.office.word.letterhead import add_letterhead
from huimou.outputs.office.word.runs import add_correction, add_run, fit_text, to_office_time
from huimou.outputs.office.word.template_file import load_docx, read_template

_STYLES = ("Title", "Heading 1")
_LINE = 8845  # twips, 156 mm
_INITIALS = 2


def to_docx(digest: Digest, reviews: Reviews, options: BriefingOptions) -> bytes:
    """The briefing of a digest as a Word document; the same bytes for the same arguments.

    Raises:
        UsageError: python-docx is not installed.

    """
    return write_blocks(build_briefing(digest, reviews, options), options)


def write_blocks(blocks: Sequence[BriefingBlock], options: BriefingOptions) -> bytes:
    """Blocks as a Word document in the style of a briefing; the same bytes for the same arguments.

    Raises:
        UsageError: python-docx is not installed.

    """
    docx = load_docx()
    document = docx.Document(io.BytesIO(read_template()))
    if options.letterhead:
        add_letterhead(document, options.letterhead, options.number)
    for block in blocks:
        _add(document, block)
    document.core_properties.title = (
        fit_text(blocks[0].text).replace("\n", "") if isinstance(blocks[0], Heading) else ""
    )
    out = io.BytesIO()
    document.save(out)
    return remove_timestamps(out.getvalue())


def _add(document: Any, block: BriefingBlock) -> None:
    if isinstance(block, Heading):
        run = add_run(document.add_paragraph(style=_STYLES[block.level]), block.text, _STYLES[block.level])
        _comment(document, [run], block.notes)
    elif isinstance(block, Paragraph):
        style = "表格文字" if block.small else "Normal"
        paragraph = document.add_paragraph(style=style)
        if block.lead:
            add_run(paragraph, block.lead, "lead")
        for piece in block.pieces:
            _comment(document, _add_piece(paragraph, piece, style), piece.notes)
    elif isinstance(block, AnnexHeading):
        _add_annex_heading(document, block)
    else:
        _add_table(document, block)


def _add_piece(paragraph: Any, piece: BriefingPiece, style: str) -> list[Any]:
    """Add a piece of text; gives the runs that a comment can be anchored at."""
    if piece.correction is None:
        return [add_run(paragraph, piece.text, style)]
    return add_correction(paragraph, piece.text, piece.correction)


def _comment(document: Any, runs: list[Any], notes: tuple[MarginNote, ...]) -> None:
    """Add comments to runs, with the time only where a person said it, so that the same digest makes the same file."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (an extra)

    for note in notes:
        comment = document.add_comment(runs, fit_text(note.text), fit_text(note.author), note.author[:_INITIALS])
        element = comment._comment_elm  # noqa: SLF001 (no public way)
        del element.attrib[qn("w:date")]
        if note.time:
            element.set(qn("w:date"), to_office_time(note.time))
    for change in {run._r.getparent() for run in runs if run._r.getparent().tag == qn("w:ins")}:  # noqa: SLF001
        _move_marks_out(change)


def _move_marks_out(change: Any) -> None:
    """Move a comment's marks out of a tracked insertion, so that the comment stays whole if that is rejected."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (an extra)

    for mark in change.findall(qn("w:commentRangeStart")):
        change.addprevious(mark)
    ends = [
        one for one in change if one.tag == qn("w:commentRangeEnd") or one.find(qn("w:commentReference")) is not None
    ]
    for mark in reversed(ends):
        change.addnext(mark)


def _add_annex_heading(document: Any, block: AnnexHeading) -> None:
    """Name the annex below the text, two characters in, and begin it on a new page under its mark."""
    document.add_paragraph()
    add_run(document.add_paragraph(), f"附件：{ANNEX_TITLE}")
    mark = document.add_paragraph()
    mark.paragraph_format.page_break_before = True
    mark.paragraph_format.first_line_indent = 0
    add_run(mark, block.text, "Heading 1")


def _add_table(document: Any, table: BriefingTable) -> None:
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
            style = "表格文字" if number else "表格栏目"
            cell.paragraphs[0].style = style
            add_run(cell.paragraphs[0], text, style)
