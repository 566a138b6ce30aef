"""What a DOCX shows, and what it does not: hidden text, revisions, fields, notes, text boxes, tables."""

from __future__ import annotations

import pytest

from docx_files import build_docx, rewrite_parts, write_cell, write_paragraph, write_run, write_table
from huimou.digest.steps.ingest.docx import extract_docx
from huimou.digest.steps.ingest.docx.parts import read_parts
from huimou.errors import InputError
from huimou.model.report import ExtractedText

_HIDING_STYLES = (
    '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="More"><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Draft"><w:rPr><w:vanish/></w:rPr></w:style>'
)


def _read(body: str, **parts: str) -> ExtractedText:
    return extract_docx(build_docx(body, **parts), "r.docx")


def _lines(body: str, **parts: str) -> list[str]:
    return _read(body, **parts).text.split("\n")


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ("<w:vanish/>", False),
        ('<w:vanish w:val="true"/>', False),
        ('<w:rStyle w:val="Secret"/>', False),
        ('<w:rStyle w:val="More"/>', False),
        ('<w:vanish w:val="0"/>', True),
        ('<w:rStyle w:val="Secret"/><w:vanish w:val="false"/>', True),
        ("<w:webHidden/>", True),
        ("<w:strike/>", True),
        ('<w:rStyle w:val="Other"/>', True),
    ],
)
def test_hidden_runs(properties: str, shown: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Text is hidden by itself or by its style, and shown where it says so; what only a web view hides is shown."""
    body = f"<w:p>{write_run('走访')}{write_run('（内部数999户）', properties)}{write_run('群众86户。')}</w:p>"
    found = _read(body, styles=_HIDING_STYLES)
    assert ("999" in found.text) is shown
    assert [problem.code for problem in found.problems] == ([] if shown else ["hidden_text"])
    if not shown:
        assert found.text == "走访群众86户。"
        (problem,) = found.problems
        assert "1处，共9字" in problem.message
        assert "999" not in problem.message
        assert found.text[problem.start : problem.end] == "走访群众86户。"


def test_hidden_paragraphs_and_rows() -> None:
    """A paragraph of a hidden style is not there at all, nor is a hidden row; each counts as one hidden place."""
    hidden = write_paragraph("草稿5件。", '<w:pStyle w:val="Draft"/>')
    row = f"<w:tr><w:trPr><w:hidden/></w:trPr>{write_cell('提案')}{write_cell('7件')}</w:tr>"
    table = write_table([["提案", "9件"]]).replace("</w:tbl>", f"{row}</w:tbl>")
    found = _read(write_paragraph("甲。") + hidden + write_paragraph("乙。") + table, styles=_HIDING_STYLES)
    assert found.text.split("\n") == ["甲。", "乙。", "提案 | 9件"]
    assert "2处，共9字" in found.problems[0].message


def test_hidden_and_deleted_ends_of_paragraphs_join() -> None:
    """A heading whose end is hidden (a style separator) or deleted stands in one line with what follows."""
    for mark in ("<w:vanish/><w:specVanish/>", '<w:del w:id="1"/>'):
        body = write_paragraph("（一）加强学习。", f"<w:rPr>{mark}</w:rPr>") + write_paragraph("举办读书班3期。")
        assert _lines(body) == ["（一）加强学习。举办读书班3期。"]


def test_revisions() -> None:
    """Insertions and what was moved here are read, deletions and what was moved away are not."""
    body = f'<w:p>{write_run("提案")}<w:del w:id="1"><w:r><w:delText>186</w:delText></w:r></w:del>'
    body += f'<w:ins w:id="2">{write_run("192")}</w:ins>{write_run("件。")}</w:p>'
    body += f'<w:p><w:moveFrom w:id="3">{write_run("开展活动15场。")}</w:moveFrom></w:p>'
    body += f'<w:p><w:moveTo w:id="4">{write_run("开展活动15场。")}</w:moveTo></w:p>'
    assert [line for line in _lines(body) if line] == ["提案192件。", "开展活动15场。"]


def test_fields_and_controls() -> None:
    """The result of a field is read, its instruction and the fields in that are not; an empty control says nothing."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    inner = mark.format("begin") + write_run("PAGE 7") + mark.format("end")
    field = mark.format("begin") + write_run("IF ") + inner + mark.format("separate") + write_run("260条")
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    body = f"<w:p>{write_run('信息')}{field}{mark.format('end')}{write_run('。')}</w:p>"
    body += control.format("", write_paragraph("编印文史资料2辑。"))
    body += f"<w:p>{control.format('<w:showingPlcHdr/>', write_run('单击此处输入文字'))}</w:p>"
    assert _lines(body) == ["信息260条。", "编印文史资料2辑。", ""]


def test_tables_of_contents_are_left_out() -> None:
    """An automatic table of contents would double the headings."""
    styles = '<w:style w:type="paragraph" w:styleId="10"><w:name w:val="toc 1"/></w:style>'
    gallery = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = write_paragraph("一、工作回顾 1", '<w:pStyle w:val="10"/>') + write_paragraph("一、工作回顾")
    body += f"{gallery}<w:sdtContent>{write_paragraph('目录')}</w:sdtContent></w:sdt>"
    assert _lines(body, styles=styles) == ["一、工作回顾"]


def test_notes_stand_at_the_end() -> None:
    """Notes follow the text in the order of their marks, under a heading of their own; their marks join no number."""
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = f"<w:p>{write_run('落实“五个一”制度')}{mark.format(3)}{write_run('，培训委员120')}"
    body += f"{mark.format(2)}{write_run('人次。')}</w:p>"
    notes = "".join(
        f'<w:footnote w:id="{number}">{write_paragraph(text)}</w:footnote>'
        for number, text in ((2, "含线上培训。"), (3, "每名委员提交一件提案"), (9, "没有记号的注"))
    )
    assert _lines(body, footnotes=notes) == [
        *("落实“五个一”制度，培训委员120人次。", "注释", "[1] 每名委员提交一件提案。", "[2] 含线上培训。"),
    ]


@pytest.mark.parametrize(
    ("before", "raised", "read"),
    [
        ("制度", "1", "制度。"),
        ("制度", "[12]", "制度。"),
        ("38.5m", "2", "38.5m2。"),
        ("10", "4", "10⁴。"),
        ("第", "二届", "第二届。"),
    ],
)
def test_raised_characters(before: str, raised: str, read: str) -> None:
    """A raised number behind a word is the mark of a note; behind a unit it belongs to that; no number grows by it."""
    small = '<w:vertAlign w:val="superscript"/>'
    body = f"<w:p>{write_run(before)}{write_run(raised, small)}{write_run('。')}</w:p>"
    assert _lines(body) == [read]


def test_text_boxes_once_and_no_pinyin() -> None:
    """A text box is read once, on lines of its own, without the copy for old programs; phonetic guides are not read."""
    box = f"<w:txbxContent>{write_paragraph('举办讲堂9期。')}</w:txbxContent>"
    choice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    ruby = f"<w:r><w:ruby><w:rt>{write_run('lán')}</w:rt><w:rubyBase>{write_run('岚')}</w:rubyBase></w:ruby></w:r>"
    body = f"<w:p><w:r>{choice}</w:r></w:p><w:p>{ruby}{write_run('山协商11次。')}</w:p>"
    assert [line for line in _lines(body) if line] == ["举办讲堂9期。", "岚山协商11次。"]


def test_merged_cells() -> None:
    """A cell over several rows stands in each, a figure only in the first; one over columns in the first of them."""
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        ["任务", "数量", "责任单位"],
        ["调研", write_cell("6次", start), write_cell("经济委", start)],
        ["视察", write_cell("", on), write_cell("", on)],
        [write_cell("以上合计", '<w:gridSpan w:val="2"/>'), "办公室"],
    ]
    assert _lines(write_table(rows)) == [
        *("任务 | 数量 | 责任单位", "调研 | 6次 | 经济委", "视察 |  | 经济委", "以上合计 |  | 办公室"),
    ]


def test_cells_of_several_lines_and_layout() -> None:
    """The lines of a cell stand in one; a table of one column, or with very long cells, only lays out a page."""
    lines = write_paragraph("经济委") + write_paragraph("办公室")
    assert _lines(write_table([["任务", f"<w:tc>{lines}</w:tc>"]])) == ["任务 | 经济委 办公室"]
    assert _lines(write_table([[f"<w:tc>{lines}</w:tc>"]])) == ["经济委", "办公室"]
    long = "开展协商。" * 80
    assert _lines(write_table([["标题", long]])) == ["标题", long]


def test_numbered_cells() -> None:
    """A cell with nothing but an automatic number shows it."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/>'
    )
    numbering += '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    number = '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    rows = [[number, "开展协商"], [number, "开展监督"]]
    assert _lines(write_table(rows), numbering=numbering) == ["1 | 开展协商", "2 | 开展监督"]


def test_strict_documents() -> None:
    """A document in the strict form of the format is read like any other."""
    usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    data = rewrite_parts(build_docx(write_paragraph("甲。")), lambda part: part.replace(usual, strict))
    assert extract_docx(data, "r.docx").text == "甲。"


def test_a_part_that_unpacks_to_too_much() -> None:
    """What a part unpacks to is counted, whatever the archive says of it."""
    data = build_docx(write_paragraph("会" * 1000))
    with pytest.raises(InputError, match="unpacks to more than"):
        read_parts(data, "r.docx", largest=2000)
    assert read_parts(data, "r.docx", largest=10_000).document is not None


def test_entities_are_not_put_in() -> None:
    """A file of the machine does not come into the text."""
    declared = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    data = rewrite_parts(
        build_docx(write_paragraph("报告MARK")),
        lambda part: declared + part.replace(b"MARK", b"&x;") if b"MARK" in part else part,
    )
    assert extract_docx(data, "r.docx").text == "报告"


def test_headers_and_footers_are_kept_beside_the_text() -> None:
    """They are no part of it, and each is kept once: a mark of secrecy may stand there."""
    head = write_paragraph("内部资料") + write_paragraph(" ")
    parts = {"header1": head, "header2": head, "footer1": write_paragraph("第1页")}
    found = extract_docx(build_docx(write_paragraph("召开会议12次。"), **parts), "r.docx")
    assert (found.text, found.margins) == ("召开会议12次。", ("内部资料", "第1页"))
