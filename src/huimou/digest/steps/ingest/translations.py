"""Sentences in another language that stand behind the Chinese sentence which they translate, in the same paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huimou.language.text import TextCut

_SENTENCES = re.compile(r"(?<=[。！？；])[ \t\u3000]*[(（]?[A-Z\"“'‘][\x20-\x7e‘’“”—–…£€°\u00c0-\u024f]{24,}")
_BEHIND = re.compile(
    r"(?<=[\u4e00-\u9fff)）》”。*:：…—])(?:[ \t\u3000]+[/|]?|[/|])[ \t\u3000]*"
    r"(?P<body>[A-Z][A-Za-z\d ,.'’&\-]{10,120}?)[ \t]*$",
    re.MULTILINE,
)
_WORD = re.compile(r"[A-Za-z]{2,}")
_WORDS, _WORDS_BEHIND = 6, 3


def find_inline_translations(text: str) -> Iterator[TextCut]:
    """English of six words or more behind a Chinese full stop, of three at the end of a line, a space between.

    Names and abbreviations in a sentence are left alone.
    """
    for found in _SENTENCES.finditer(text):
        body = found.group().rstrip(' “‘"(')
        body = re.sub(r"(?<=[.!?)\"”’])\s*[\d\s]*$", "", body)
        if len(_WORD.findall(body)) >= _WORDS:
            yield TextCut(found.start(), found.start() + len(body))
    for found in _BEHIND.finditer(text):
        if len(_WORD.findall(found["body"])) >= _WORDS_BEHIND:
            yield TextCut(*found.span())
