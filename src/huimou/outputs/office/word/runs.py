"""Runs of text in a Word document: fonts as GB/T 9704-2012 has them, and corrections as tracked changes.

Fonts and sizes stand in the styles, and in the runs as well: text that is pasted into another document keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

from huimou.outputs.office.word.blocks import Correction

LATIN = "Times New Roman"
_UNFIT = re.compile(r"[\ufffe\uffff]")
_SECONDS = 19  # characters of a time up to its seconds
_SHORTEST_KEPT = 2  # characters; less that two wordings share between changes is changed, too, so that it can be read


@dataclass(frozen=True, slots=True)
class RunFont:
    """The Chinese font of a run and its size in points."""

    name: str
    size: float


FONTS: Mapping[str, RunFont] = MappingProxyType(
    {
        "Title": RunFont("方正小标宋简体", 22),
        "Heading 1": RunFont("黑体", 16),
        "lead": RunFont("楷体_GB2312", 16),
        "Normal": RunFont("仿宋_GB2312", 16),
        "表格栏目": RunFont("黑体", 10.5),
        "表格文字": RunFont("仿宋_GB2312", 10.5),
        "footnote text": RunFont("宋体", 9),
        "letterhead": RunFont("方正小标宋简体", 44),
    }
)
"""By style, and for two things that have none: the heading that a paragraph begins with, and the paper's head."""


def add_run(paragraph: Any, text: str, style: str = "Normal", size: float | None = None) -> Any:
    """Add text in the font of a style; its quotation marks and dashes are set in the Chinese font."""
    run = paragraph.add_run(fit_text(text))
    _set_font(run, FONTS[style], size)
    return run


def add_correction(paragraph: Any, text: str, correction: Correction) -> list[Any]:
    """Add text that a person wrote in place of another as tracked changes; gives the runs that stay or are new."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 (an extra)
    from docx.oxml.ns import qn  # noqa: PLC0415

    kept = []
    for part, change in compare_wordings(fit_text(correction.before), fit_text(text)):
        run = add_run(paragraph, part)
        if change is None:
            kept.append(run)
            continue
        mark = OxmlElement(f"w:{change}")
        mark.set(qn("w:id"), str(_count_changes(paragraph)))
        mark.set(qn("w:author"), fit_text(correction.author))
        if correction.time:
            mark.set(qn("w:date"), to_office_time(correction.time))
        element = run._r  # noqa: SLF001 (no public way)
        element.addprevious(mark)
        mark.append(element)
        if change == "ins":
            kept.append(run)
            continue
        for words in element.findall(qn("w:t")):
            words.tag = qn("w:delText")
    return kept


def compare_wordings(before: str, after: str) -> Iterator[tuple[str, str | None]]:
    """The parts of two wordings in order: kept (None), deleted (`del`) or inserted (`ins`)."""
    old = new = 0
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    for block in blocks:
        ends = block.a == len(before) and block.b == len(after)
        if block.size < _SHORTEST_KEPT and not ends and (block.a, block.b) != (0, 0) and not _closes(block, before):
            continue
        if block.a > old:
            yield before[old : block.a], "del"
        if block.b > new:
            yield after[new : block.b], "ins"
        if block.size:
            yield before[block.a : block.a + block.size], None
        old, new = block.a + block.size, block.b + block.size


def _closes(block: Any, before: str) -> bool:
    return bool(block.size) and block.a + block.size == len(before)


def to_office_time(time: str) -> str:
    """A time of ISO 8601 in UTC to the second, as office programs write it."""
    return f"{time[:_SECONDS]}Z"


def fit_text(text: str) -> str:
    """The text without the two characters that XML forbids and `to_one_line` leaves."""
    return _UNFIT.sub("\ufffd", text)


def _count_changes(paragraph: Any) -> int:
    """A number that no change of the document has yet."""
    root = paragraph._p.getroottree().getroot()  # noqa: SLF001 (no public way)
    return len(root.xpath(".//w:ins | .//w:del")) + 1


def _set_font(run: Any, font: RunFont, size: float | None) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415 (an extra)
    from docx.shared import Pt  # noqa: PLC0415

    fonts = run._r.get_or_add_rPr()._add_rFonts()  # noqa: SLF001 (no public way)
    for name, value in (("ascii", LATIN), ("eastAsia", font.name), ("hAnsi", LATIN), ("hint", "eastAsia")):
        fonts.set(qn(f"w:{name}"), value)
    run.font.size = Pt(size or font.size)
