"""Automatic numbers of a document, counted and written as a word processor shows them."""

from __future__ import annotations

import pytest

from docx_files import build_docx, write_item, write_numbering, write_paragraph
from huimou.digest.steps.ingest.docx import extract_docx

_COUNTED = {"start": "1", "numFmt": "chineseCountingThousand", "suff": "nothing", "lvlText": "%1、"}
_BRACKETED = {"start": "1", "numFmt": "chineseCounting", "suff": "nothing", "lvlText": "（%2）"}
_DIGITS = {"numFmt": "decimal", "lvlText": "%3."}


def _read(body: str, **parts: str) -> list[str]:
    return extract_docx(build_docx(body, **parts), "r.docx").text.split("\n")


def test_levels_begin_anew_below_a_higher_one() -> None:
    """一、（一）（二）二、（一）: each level counts on its own and begins anew."""
    words = [
        ("回顾", 0),
        ("学习", 1),
        ("协商", 1),
        ("正文。", None),
        ("打算", 0),
        ("履职", 1),
        ("三级", 2),
        ("三级", 2),
    ]
    body = "".join(write_paragraph(text) if level is None else write_item(text, level) for text, level in words)
    assert _read(body, numbering=write_numbering([_COUNTED, _BRACKETED, _DIGITS])) == [
        *("一、回顾", "（一）学习", "（二）协商", "正文。", "二、打算", "（一）履职", "1. 三级", "2. 三级"),
    ]


@pytest.mark.parametrize(
    ("level", "first", "second"),
    [
        ({"numFmt": "decimal", "lvlText": "%1."}, "1. 甲", "2. 乙"),
        ({"numFmt": "decimal", "lvlText": "第%1条", "start": "5"}, "第5条甲", "第6条乙"),
        ({"numFmt": "chineseCounting", "lvlText": "第%1部分"}, "第一部分甲", "第二部分乙"),
        ({"numFmt": "decimalEnclosedCircle", "lvlText": "%1"}, "① 甲", "② 乙"),
        ({"numFmt": "upperLetter", "lvlText": "%1)"}, "A) 甲", "B) 乙"),
        ({"numFmt": "chineseLegalSimplified", "lvlText": "%1、"}, "壹、甲", "贰、乙"),
        ({"numFmt": "bullet", "lvlText": "\uf06c"}, "● 甲", "● 乙"),
        ({"numFmt": "bullet", "lvlText": "■"}, "■ 甲", "■ 乙"),
        ({"numFmt": "none", "lvlText": ""}, "甲", "乙"),
        ({"numFmt": "decimal"}, "甲", "乙"),
    ],
)
def test_labels(level: dict[str, str], first: str, second: str) -> None:
    """The label is the format's number in the level's own text; a bullet of a font of symbols is a dot."""
    assert _read(write_item("甲") + write_item("乙"), numbering=write_numbering([level])) == [first, second]


def test_numbers_of_several_levels_in_one_label() -> None:
    """1.1 counts both levels; where the level asks for digits, 一 is 1."""
    levels = [_COUNTED, {"numFmt": "decimal", "lvlText": "%1.%2"}]
    numbering = write_numbering(levels)
    legal = numbering.replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:isLgl/>')
    body = write_item("回顾") + write_item("学习", 1) + write_item("协商", 1)
    assert _read(body, numbering=numbering)[1:] == ["一.1 学习", "一.2 协商"]
    assert _read(body, numbering=legal)[1:] == ["1.1 学习", "1.2 协商"]


def test_lists_that_share_and_lists_that_start_again() -> None:
    """A second list of the same kind goes on; one that sets its start begins there."""
    more = '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    more += '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    body = "".join(write_item("项", 0, number) for number in (1, 1, 2, 3, 3))
    assert _read(body, numbering=write_numbering([_COUNTED], more)) == [
        "一、项",
        "二、项",
        "三、项",
        "一、项",
        "二、项",
    ]


def test_override_of_a_level_and_no_restart() -> None:
    """A list may write a level in its own way, and a level may count on through the whole document."""
    own = {**_BRACKETED, "lvlRestart": "0"}
    more = '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0">'
    more += '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1、"/></w:lvl></w:lvlOverride></w:num>'
    body = "".join(write_item("项", *place) for place in ((0, 1), (1, 1), (0, 2), (1, 2)))
    assert _read(body, numbering=write_numbering([_COUNTED, own], more)) == ["一、项", "（一）项", "2、项", "（二）项"]


def test_numbering_by_style() -> None:
    """A paragraph is numbered by its style, or by one that this is based on; `numId` 0 takes the number away."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H3"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = write_numbering([_COUNTED, {**_BRACKETED, "pStyle": "H3"}])
    styled = [write_paragraph(style, f'<w:pStyle w:val="{style}"/>') for style in ("H1", "H3", "H2", "H9")]
    bare = write_paragraph("无", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert _read("".join([*styled, bare]), styles=styles, numbering=numbering) == [
        *("一、H1", "（一）H3", "二、H2", "H9", "无"),
    ]


def test_numbering_style_links() -> None:
    """A list that only names a numbering style has the levels of that style's list."""
    styles = (
        '<w:style w:type="numbering" w:styleId="N"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    more = '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="N"/></w:abstractNum>'
    more += '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
    assert _read(write_item("项", 0, 2), styles=styles, numbering=write_numbering([_COUNTED], more)) == ["一、项"]


def test_what_is_not_shown_is_not_counted() -> None:
    """An empty paragraph of a list has no number of its own to show, a hidden one does not count."""
    hidden = '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr></w:pPr>'
    hidden += "<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r></w:p>"
    body = write_item("甲") + hidden + write_item("乙") + write_item("", 0) + write_item("丙", 0, 99)
    assert _read(body, numbering=write_numbering([_COUNTED])) == ["一、甲", "二、乙", "", "丙"]


@pytest.mark.parametrize(
    "part", ["", '<w:num w:numId="1"/>', '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>']
)
def test_lists_that_are_not_there(part: str) -> None:
    """A paragraph of a list that the document does not have is read without a number."""
    assert _read(write_item("甲"), numbering=part) == ["甲"]
