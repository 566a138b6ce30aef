"""A synthesis as a Word document in the style of a briefing, with its sources in the margin (extra `report`)."""

from __future__ import annotations

from collections.abc import Iterator

from huimou.compare.synthesis.blocks import RULE, SynthesisLine, format_place, format_title, list_lines
from huimou.compare.synthesis.synthesis import Synthesis
from huimou.language.text import to_one_line
from huimou.outputs.office.word.blocks import BriefingBlock, BriefingPiece, Heading, MarginNote, Paragraph
from huimou.outputs.office.word.briefing import BriefingOptions
from huimou.outputs.office.word.document import write_blocks

_LONGEST = 400


def to_docx(synthesis: Synthesis) -> bytes:
    """The bytes of the document; the same for the same reports.

    Raises:
        UsageError: python-docx is not installed.

    """
    return write_blocks(tuple(_blocks(synthesis)), BriefingOptions())


def _blocks(synthesis: Synthesis) -> Iterator[BriefingBlock]:
    yield Heading(0, format_title(synthesis))
    yield _paragraph(RULE, "所据报告：" + "；".join(to_one_line(side.label) for side in synthesis.sides) + "。")
    yield from (_paragraph(f"须知：{to_one_line(note)}") for note in synthesis.notes)
    yield from (_block(line) for line in list_lines(synthesis))


def _paragraph(text: str, note: str = "") -> Paragraph:
    return Paragraph((BriefingPiece(text, (MarginNote(note),) if note else ()),))


def _block(line: SynthesisLine) -> BriefingBlock:
    if line.level == 1:
        return Heading(1, line.text)
    if line.level == 2:
        return Paragraph((), line.text)
    places = "；".join(dict.fromkeys(format_place(one) for one in line.sources))
    note = places if len(places) <= _LONGEST else places[:_LONGEST] + "……"
    return _paragraph(f"【{line.text}】" if line.level else line.text, f"{note}。" if note else "")
