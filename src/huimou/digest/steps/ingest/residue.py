"""What programs left in a text: characters that cannot be seen, pieces of web pages, marks of escaping.

Each finder gives the cuts after which the text reads as it was meant: `&ldquo;` is read as “, a block tag as a line
break, a zero-width character as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from huimou.language.text import TextCut

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+"
)
_INLINE = (
    "a|abbr|acronym|b|big|cite|code|em|font|i|img|input|ins|label|mark|q|rp|rt|ruby|s|small|span|strike|strong"
    "|sub|sup|u|wbr"
)
_BLOCK = (
    "article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head|header|hr|html"
    "|iframe|li|link|main|meta|nav|ol|p|pre|section|table|tbody|tfoot|thead|title|tr|ul"
)
_TAG = (
    rf"</?(?:{_INLINE}|{_BLOCK}|td|th|[ovwm]:\w+|st1:\w+|\?xml[^<>]{{0,80}})(?:\s[^<>]{{0,600}})?/?>"
    r"|<!--.{0,2000}?-->|<!\[(?:if|endif)[^<>]{0,80}>(?:--)?|<!doctype[^<>]{0,200}>"
)
_MARKUP = re.compile(
    rf"(?:(?:<(?P<hidden>script|style)\b[^<>]*>.{{0,20000}}?</(?P=hidden)\s*>|{_TAG})[ \t]*)+",
    re.IGNORECASE | re.DOTALL,
)
_BREAKING = re.compile(rf"<(?:{_BLOCK})\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:amp;)*(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]{2,12}\d?);|&(?:nbsp|ldquo|rdquo|emsp|ensp)(?![A-Za-z0-9])"
)
_R_ESCAPE = re.compile(r"<U\+([0-9A-F]{4,5})>")
_SEPARATOR = re.compile(r"\[(?:SEP|CLS|PAD)\]|\\r\\n(?![A-Za-z])|\\[nr](?![A-Za-z])")
_TAB = re.compile(r"\\t(?![A-Za-z])")
_ESCAPE = re.compile(r"\\(?=[\\`*_{}\[\]()#+\-.!|>~<&。，、])")


def find_hidden_characters(text: str) -> Iterator[TextCut]:
    """Zero-width characters, soft hyphens, byte order marks in mid-text, control and direction characters."""
    for found in _HIDDEN.finditer(text):
        yield TextCut(*found.span())


def find_markup(text: str) -> Iterator[TextCut]:
    """Tags, comments, scripts and style sheets; those of blocks are a line break unless there is one beside them."""
    if "<" not in text:
        return
    for found in _MARKUP.finditer(text):
        start, end = found.span()
        end -= len(found.group()) - len(found.group().rstrip())
        at_edge = _is_line_edge(text, start, end)
        if _BREAKING.search(found.group()):
            yield TextCut(start, end, "" if at_edge else "\n")
        else:
            yield TextCut(start, end, " " if _CELL.search(found.group()) and not at_edge else "")


def _is_line_edge(text: str, start: int, end: int) -> bool:
    """Whether a range begins or ends a line, white space aside."""
    before = text[max(0, start - 40) : start].rstrip(" \t\u3000")
    after = text[end : end + 40].lstrip(" \t\u3000")
    return before[-1:] in {"\r", "\n"} or after[:1] in {"\r", "\n"} or not (before and after)


def find_entities(text: str) -> Iterator[TextCut]:
    """Character references, each with the character that it names; a reference to nothing that is known stays."""
    if "&" in text:
        for found in _ENTITY.finditer(text):
            char = _decode_reference(found.group())
            if char is not None:
                yield TextCut(*found.span(), char)
    if "<U+" in text:
        for found in _R_ESCAPE.finditer(text):
            yield TextCut(*found.span(), _replace_unseen(chr(int(found[1], 16))))


def _decode_reference(reference: str) -> str | None:
    name = re.sub(r"^&(?:amp;)*(?=.)", "", reference)
    if not name.startswith("#") and name.rstrip(";") + ";" not in html5:
        return None
    char = unescape(f"&{name.rstrip(';')};")
    return _replace_unseen(char) if len(char) == 1 else None


def _replace_unseen(char: str) -> str:
    if _HIDDEN.match(char):
        return ""
    return " " if char in "\u00a0\u2002\u2003\u2009" else char


def find_escapes(text: str) -> Iterator[TextCut]:
    r"""Backslashes before marks (`1\.`), line breaks written as `\n`, separators of data sets (`[SEP]`)."""
    if "\\" not in text and "[" not in text:
        return
    for found in _SEPARATOR.finditer(text):
        yield TextCut(*found.span(), "\n")
    for found in _TAB.finditer(text):
        yield TextCut(*found.span(), " ")
    for found in _ESCAPE.finditer(text):
        yield TextCut(*found.span())
