"""Punctuation of the sentences that the program writes."""

from __future__ import annotations

import re

from huimou.language.rules import get_rule

_NARROW = re.compile(r"[,:()!?](?![\dA-Za-z])|(?<![\dA-Za-z])[,:()!?]|\((?=\d{4})|\)|;")
_WIDER = 0xFEE0
_FIRST = get_rule("clauses.ordinal_of_sentence")


def punctuate(summary: str) -> str:
    """Our own sentence in full-width punctuation, without the number of its point (一是), closed by 。.

    What stands between two digits or letters stays.
    """
    joined = re.sub(r"\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+", "", summary)
    wide = _NARROW.sub(lambda m: chr(ord(m.group()) + _WIDER), _FIRST.sub("", joined))
    return wide.lstrip(" 。；，、;,").rstrip(" 。；，、：;,:") + "。"
