"""office.word.document: a Word document that Word's own rules allow, in the form of GB/T 9704."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest

from handmade import a_digest, reviewed
from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.formats import write_outputs
from huimou.outputs.office import to_docx
from huimou.outputs.office.word.briefing import BriefingOptions
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))
HOSTILE = '=HYPERLINK("http://x","y")<w:p/>&amp;]]>\x00\x0b\ufffe\ud800\u202e'
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# ECMA-376 part 1: the order in which these elements' children must stand; Word refuses or drops what is out of order.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs"
    " suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd"
    " snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment"
    " textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid"
    " vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em"
    " lang eastAsianLayout specVanish oMath",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType"
    " pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing"
    " tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked"
    " personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "settings": "zoom defaultTabStop evenAndOddHeaders drawingGridVerticalSpacing characterSpacingControl footnotePr"
    " compat themeFontLang decimalSymbol listSeparator",
    "font": "altName panose1 charset family notTrueType pitch sig",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
}


def digest_of(path: Path) -> Digest:
    """An accepted digest."""
    return from_json(path.read_text(encoding="utf-8"))


def parts(data: bytes) -> dict[str, bytes]:
    """Parts by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def trees(data: bytes) -> dict[str, ET.Element]:
    """Parsed parts by name."""
    return {name: ET.fromstring(part) for name, part in parts(data).items()}  # noqa: S314


def faults(data: bytes) -> list[str]:
    """What Word is strict about and the file gets wrong."""
    found: list[str] = []
    known = trees(data)
    styles = {style.get(f"{W}styleId") for style in known["word/styles.xml"].iter(f"{W}style")}
    for name, tree in known.items():
        for element in tree.iter():
            kind = element.tag.removeprefix(W)
            if kind in ORDER:
                order = ORDER[kind].split()
                places = [order.index(child.tag.removeprefix(W)) for child in element]
                found += [f"{name}: {kind} out of order"] if places != sorted(places) else []
            if kind == "tc" and (len(element) == 0 or element[-1].tag != f"{W}p"):
                found.append(f"{name}: a cell without a paragraph")
            if kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "next") and element.get(f"{W}val") not in styles:
                found.append(f"{name}: no style {element.get(f'{W}val')}")
    return found


def relations(data: bytes) -> set[str]:
    """Parts that others point to."""
    targets = set()
    for name, tree in trees(data).items():
        if name.endswith(".rels"):
            base = "word/" if name.startswith("word/") else ""
            targets |= {base + str(relation.get("Target")).removeprefix("/") for relation in tree}
    return targets


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_every_sample_makes_a_sound_document(path: Path) -> None:
    """Order of elements, styles, cells, relations; with the annex each item and its place; the same bytes twice."""
    digest = digest_of(path)
    for options in (BriefingOptions(), BriefingOptions(3, annex=True, letterhead="临江市政协文件", number="1号")):
        data = to_docx(digest, options)
        assert data == to_docx(digest, options)
        assert faults(data) == []
        assert relations(data) <= set(parts(data))
    text = "\n".join(trees(data)["word/document.xml"].itertext())
    items = (*digest.year_review.achievements, *digest.year_review.shortcomings, *digest.next_year_plan.tasks)
    assert [item.id for item in items if item.summary not in text] == []
    places = [f"第{e.sentence}句，{e.start}–{e.end}字" for item in items for e in item.evidence]
    assert [place for place in places if place not in text] == []


def test_comments_are_anchored_once_each() -> None:
    """What is to be checked stands in the margin: each comment has its place in the text and says who says it."""
    digest = digest_of(next(path for path in ACCEPTED if path.stem == "yingtan-2022"))
    tree = trees(to_docx(digest, BriefingOptions(pages=3)))
    ids = [e.get(f"{W}id") for e in tree["word/comments.xml"].iter(f"{W}comment")]
    for mark in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert [e.get(f"{W}id") for e in tree["word/document.xml"].iter(f"{W}{mark}")] == ids
    assert len(set(ids)) == len(ids) > 1
    comments = list(tree["word/comments.xml"].iter(f"{W}comment"))
    assert {comment.get(f"{W}author") for comment in comments} == {"回眸"}
    assert any("⚠ 建议核对：" in "".join(comment.itertext()) for comment in comments)
    assert not any(f"{W}date" in comment.attrib for comment in comments)


def test_fonts_stand_in_the_runs_too() -> None:
    """So that pasted text keeps them: 小标宋, 黑体, 楷体 and 仿宋, each with its size."""
    tree = trees(to_docx(a_digest()))["word/document.xml"]
    found = set()
    for run in tree.iter(f"{W}r"):
        if run.find(f"{W}t") is not None:
            fonts, size = run.find(f"{W}rPr/{W}rFonts"), run.find(f"{W}rPr/{W}sz")
            assert fonts is not None
            assert size is not None
            found.add((fonts.get(f"{W}eastAsia"), size.get(f"{W}val")))
    assert found == {("方正小标宋简体", "44"), ("黑体", "32"), ("楷体_GB2312", "32"), ("仿宋_GB2312", "32")}


def test_a_letterhead_is_red_and_on_demand() -> None:
    """The office's name in red, its number, and a red line; none of it otherwise."""
    plain = parts(to_docx(a_digest()))["word/document.xml"]
    headed = parts(to_docx(a_digest(), BriefingOptions(letterhead="临江市政协文件", number="临政协〔2023〕1号")))
    assert b"FF0000" not in plain
    assert headed["word/document.xml"].count(b"FF0000") == 2
    texts = [
        p.text for p in docx.Document(io.BytesIO(to_docx(a_digest(), BriefingOptions(letterhead="甲文件")))).paragraphs
    ]
    assert texts[:4] == ["甲文件", "", "", ""]


def test_the_page_is_that_of_the_standard() -> None:
    """A4, 37, 35, 28 and 26 mm, 22 lines of 16 points, page numbers outside, no blue headings."""
    document = docx.Document(io.BytesIO(to_docx(a_digest())))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    sizes = (*sizes, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes] == [210, 297, 37, 35, 28, 26]
    assert document.styles["Normal"].paragraph_format.line_spacing.twips * 22 <= round(225 / 25.4 * 1440)
    assert section.footer.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    assert section.even_page_footer.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.LEFT
    assert document.settings.odd_and_even_pages_header_footer
    assert b"w:color " not in parts(to_docx(a_digest()))["word/styles.xml"]


def test_outside_text_is_only_text() -> None:
    """Markup, control and direction characters of a report change nothing."""
    data = to_docx(a_digest(text=f"{HOSTILE}\n" * 3, outside=HOSTILE))
    assert faults(data) == []
    shown = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)
    assert '=HYPERLINK("http://x","y")<w:p/>&amp;]]>' in shown


def test_a_report_without_a_plan_says_so() -> None:
    """And gives no list of tasks; an incomplete digest is said to be."""
    document = docx.Document(io.BytesIO(to_docx(a_digest(planned=False, complete=False))))
    text = [paragraph.text for paragraph in document.paragraphs]
    assert "本报告未设下一年计划。" in text
    assert any("不完整" in line for line in text)


def test_a_persons_words_are_a_tracked_change() -> None:
    """Deleted and inserted by that person at that time; who rejects them has the machine's sentence again."""
    digest = a_digest()
    assert "模型第一次的概括未过核对" in "".join(trees(to_docx(digest))["word/comments.xml"].itertext())
    data = to_docx(reviewed(digest, "A1", corrected="开展协商活动四百余场。", comment="数字写成汉字", reviewer="李四"))
    assert faults(data) == []
    tree = trees(data)
    changes = [e for e in tree["word/document.xml"].iter() if e.tag in (f"{W}ins", f"{W}del")]
    assert ["".join(e.itertext()) for e in changes] == ["400", "四百"]
    assert {(e.get(f"{W}author"), e.get(f"{W}date")) for e in changes} == {("李四", "2024-01-05T08:00:00Z")}
    assert len({e.get(f"{W}id") for e in changes}) == 2
    said = [(e.get(f"{W}author"), "".join(e.itertext())) for e in tree["word/comments.xml"].iter(f"{W}comment")]
    assert ("李四", "数字写成汉字") in said
    assert not any("模型第一次的概括未过核对" in text for _, text in said)  # what is checked wants no look any more


def test_a_comment_outlives_a_rejected_change() -> None:
    """Its marks stand beside the tracked change, in their order, and not inside it."""
    said = reviewed(a_digest(), "A1", corrected="全年共办四百场。", comment="数字写成汉字")
    body = trees(to_docx(said))["word/document.xml"]
    inside = [e.tag.removeprefix(W) for change in body.iter(f"{W}ins") for e in change.iter()]
    assert not {"commentRangeStart", "commentRangeEnd", "commentReference"} & set(inside)
    order = [e.tag.removeprefix(W) for e in body.iter() if e.tag.removeprefix(W).startswith("comment")]
    assert order == ["commentRangeStart", "commentRangeEnd", "commentReference"] * (len(order) // 3)


def by_python(data: bytes) -> bytes:
    """As a program saves it: with the time in the archive."""
    document = docx.Document(io.BytesIO(data))
    document.paragraphs[0].add_run("改")
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def by_word(data: bytes) -> bytes:
    """As Word saves it: without a time in the archive, with one in the properties."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(saved, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "docProps/core.xml":
                when = b'<dcterms:modified xsi:type="dcterms:W3CDTF">2026-01-02T03:04:05Z</dcterms:modified>'
                part = part.replace(b"</cp:coreProperties>", when + b"</cp:coreProperties>")
            new.writestr(zipfile.ZipInfo(info.filename), part)
    return saved.getvalue()


@pytest.mark.parametrize("save", [by_python, by_word, lambda data: data[:-9], lambda _: b"notes"])
def test_a_briefing_that_was_edited_is_left_alone(save: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """It stays byte for byte; the new one lies beside it and is written over; no other report's is."""
    digest = a_digest()
    new = digest.model_copy(update={"checks": []})
    write_outputs(tmp_path, "x", "", digest, ("docx",))
    assert write_outputs(tmp_path, "x", "", new, ("docx",)) == ()
    assert (tmp_path / "x.docx").read_bytes() == to_docx(new)
    edited = save(to_docx(digest))
    (tmp_path / "x.docx").write_bytes(edited)
    (tmp_path / "x.new.json").touch()
    for made in (digest, new):
        assert write_outputs(tmp_path, "x", "", made, ("docx",)) == (
            "x.docx was edited and is left as it is; the new briefing is x.new1.docx",
        )
        assert (tmp_path / "x.docx").read_bytes() == edited
        assert (tmp_path / "x.new1.docx").read_bytes() == to_docx(made)


def test_a_briefing_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    """One line, as for any other file."""
    (tmp_path / "x.docx").mkdir()
    with pytest.raises(UsageError, match=r"x\.docx"):
        write_outputs(tmp_path, "x", "", a_digest(), ("docx",))


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without python-docx one line says how to get it."""
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(UsageError, match=r"python-docx: pip install \"huimou\[report\]\""):
        to_docx(a_digest())
