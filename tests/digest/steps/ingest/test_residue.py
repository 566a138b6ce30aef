"""Tags, references, escapes and unseen characters become what they stood for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from huimou.digest.steps.ingest.residue import find_entities, find_escapes, find_hidden_characters, find_markup
from huimou.language.text import TextCut, apply_cuts, view_whole


def _read(text: str, finder: Callable[[str], Iterable[TextCut]]) -> str:
    return apply_cuts(view_whole(text), finder(text)).text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<p>一、回顾</p><p style='x'>召开会议</p>", "一、回顾\n召开会议"),
        ("<p>一、回顾</p>\n<p>召开会议</p>\n", "一、回顾\n召开会议\n"),
        ("召开<b>12</b>次<br/>\n会议<BR>提案", "召开12次\n会议\n提案"),
        ("<script>var a = '<p>';</script>提案<style>p {x: y}</style>", "提案"),
        ("提案<!-- 注 -->办理<o:p></o:p>", "提案办理"),
        ("<td>提案</td><td>325件</td>", "提案 325件"),
        ("<关于养老的建议>和<A>、5<6", "<关于养老的建议>和5<6".replace("和5", "和、5")),
    ],
)
def test_markup(text: str, read: str) -> None:
    """Block tags break the line once, others vanish; what is in pointed brackets and no tag stays."""
    assert _read(text, find_markup) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("&ldquo;一线&rdquo;&mdash;&#24180;&#x4F1A;&middot;", "“一线”—年会·"),
        ("&nbsp;&nbsp;提案&#12288;12&nbsp件", "  提案\u300012 件"),
        ("R&amp;D、&amp;nbsp;提&#8203;案", "R&D、 提案"),
        ("A&B;企业&无;研发", "A&B;企业&无;研发"),
        ("<U+00A0>提案<U+4F1A>", " 提案会"),
    ],
)
def test_entities(text: str, read: str) -> None:
    """A reference is read as its character, doubly escaped or without a semicolon too; others stay."""
    assert _read(text, find_entities) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1\\. 提案\\(重点\\)", "1. 提案(重点)"),
        ("一、回顾\\n召开\\r\\n会议", "一、回顾\n召开\n会议"),
        ("召开[SEP]会议", "召开\n会议"),
        ("C:\\new", "C:\\new"),
    ],
)
def test_escapes(text: str, read: str) -> None:
    """Backslashes before marks, line breaks written out, separators."""
    assert _read(text, find_escapes) == read


def test_hidden_characters() -> None:
    """What cannot be seen vanishes; line ends, tabs and full-width spaces stay."""
    text = "\u3000提\u200b案\ufeff1\u00ad2\u202e件\x02\t\r\n\v"
    assert _read(text, find_hidden_characters) == "\u3000提案12件\t\r\n\v"
