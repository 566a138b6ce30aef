"""A synthesis as a Word document in the style of a briefing, with its sources in footnotes (extra `report`)."""

from __future__ import annotations

from collections.abc import Iterator

from huimou.compare.synthesis.blocks import RULE, SynthesisLine, format_place, format_title, list_lines
from huimou.compare.synthesis.synthesis import Synthesis
from huimou.language.text import to_one_line
from huimou.outputs.office.briefing import BriefingBlock, Heading, Paragraph
from huimou.outputs.office.document import write_blocks

_LONGEST = 400


def to_docx(synthesis: Synthesis) -> bytes:
    """The bytes of the document; the same for the same reports.

    Raises:
        UsageError: python-docx is not installed.

    """
    return write_blocks(tuple(_blocks(synthesis)))


def _blocks(synthesis: Synthesis) -> Iterator[BriefingBlock]:
    yield Heading(0, format_title(synthesis))
    yield Paragraph(RULE, "所据报告：" + "；".join(to_one_line(side.label) for side in synthesis.sides) + "。")
    yield from (Paragraph(f"须知：{to_one_line(note)}") for note in synthesis.notes)
    yield from (_block(line) for line in list_lines(synthesis))


def _block(line: SynthesisLine) -> BriefingBlock:
    if line.level in {1, 2}:
        return Heading(line.level, line.text)
    places = "；".join(dict.fromkeys(format_place(one) for one in line.sources))
    note = places if len(places) <= _LONGEST else places[:_LONGEST] + "……"
    return Paragraph(f"【{line.text}】" if line.level else line.text, f"{note}。" if note else "")
