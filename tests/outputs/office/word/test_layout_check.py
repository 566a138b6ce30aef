"""office.word.layout_check: what of a Word document differs from GB/T 9704-2012."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from handmade import a_digest, reviewed
from huimou.errors import UsageError
from huimou.outputs.office import to_docx
from huimou.outputs.office.word.briefing import BriefingOptions
from huimou.outputs.office.word.layout_check import check_layout
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))


def document() -> Any:
    """A briefing as an object of python-docx."""
    return docx.Document(io.BytesIO(to_docx(a_digest())))


def findings(changed: Any) -> tuple[str, ...]:
    """What differs in a document."""
    out = io.BytesIO()
    changed.save(out)
    return check_layout(out.getvalue())


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_briefings_are_as_the_standard_has_it(path: Path) -> None:
    """Also with head, annex, comments and tracked changes."""
    digest = from_json(path.read_text(encoding="utf-8"))
    assert check_layout(to_docx(digest)) == ()
    said = reviewed(digest, digest.year_review.achievements[0].id, corrected="改过的一句话。")
    assert check_layout(to_docx(said, BriefingOptions(3, annex=True, letterhead="临江市政协文件", number="1号"))) == ()


def paper(made: Any) -> None:
    """Paper that is not as high as A4."""
    made.sections[0].page_height = Mm(279.4)


def margin(made: Any) -> None:
    """A left margin as Word has it by default."""
    made.sections[0].left_margin = Mm(31.8)


def line_distance(made: Any) -> None:
    """28 points a line for all paragraphs, which gives 22 lines, and 20 points, which does not."""
    for paragraph in made.paragraphs:
        paragraph.paragraph_format.line_spacing = Pt(20)


def title_font(made: Any) -> None:
    """A title in bold type of another family."""
    made.paragraphs[0].runs[0]._r.rPr.rFonts.set(qn("w:eastAsia"), "宋体")


def title_place(made: Any) -> None:
    """A title at the left."""
    made.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT


def heading_font(made: Any) -> None:
    """A heading of level 1 in the font of the text."""
    made.paragraphs[1].runs[0]._r.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")


def text_size(made: Any) -> None:
    """Text of size 四号."""
    made.paragraphs[2].runs[-1].font.size = made.paragraphs[2].runs[0].font.size = Pt(14)


def indent(made: Any) -> None:
    """A paragraph without its two characters."""
    made.paragraphs[2].paragraph_format.first_line_indent = 0
    made.paragraphs[2]._p.pPr.ind.set(qn("w:firstLineChars"), "0")


def gap(made: Any) -> None:
    """A heading whose number leaves one out."""
    run = made.paragraphs[1].runs[0]
    run.text = run.text.replace("一、", "三、")


def level(made: Any) -> None:
    """A third level below the first."""
    made.paragraphs[2].runs[0].text = "1."


def page_number(made: Any) -> None:
    """A foot without a number."""
    made.sections[0].footer.paragraphs[0].clear()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (paper, "纸高为279.4毫米，应为297毫米"),
        (margin, "订口（左边距）为31.8毫米，应为28毫米"),
        (line_distance, "行距20磅，每页31行，应为22行"),
        (title_font, "标题：字体为宋体，应为小标宋"),
        (title_place, "标题未居中"),
        (heading_font, "“一、工作回顾”：字体为仿宋，应为黑体"),
        (text_size, "：字号为14磅，应为3号（16磅）"),
        (indent, "：首行未空两字"),
        (gap, "“三、工作回顾”：序号不连续，此处应为第1"),
        (level, "：越级，上面没有二级标题"),
        (page_number, "单页没有页码"),
    ],
)
def test_each_thing_that_differs_is_one_line(change: Callable[[Any], None], said: str) -> None:
    """It is named with what it is and what it should be; what was not changed is not named."""
    made = document()
    assert findings(made) == ()
    change(made)
    told = findings(made)
    assert [line for line in told if said in line], told
    assert len(told) <= 2, told


def test_what_is_no_document_is_wrong_usage() -> None:
    """One line."""
    with pytest.raises(UsageError, match="not a Word document"):
        check_layout(b"PK\x03\x04 not really")
