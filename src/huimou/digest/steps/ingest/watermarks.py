"""Advertisements and stamps printed into a text by a site or an office, on lines of their own or in paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import takewhile

from huimou.language.rules import get_rule
from huimou.language.text import TextCut, fold

_URL = get_rule("reading.web_address")
_URL_IN_BRACKETS = get_rule("reading.web_address_in_brackets")
_NAME = get_rule("reading.name_of_account")
_SITE = get_rule("reading.site_behind_name")
_WHOLE = get_rule("reading.watermark_line")
_COUNT = get_rule("reading.count_in_watermark")
_BRACKETED = get_rule("reading.watermark_in_brackets")
_BOUNDED = get_rule("reading.watermark_between_stops")
_LOOSE = get_rule("reading.watermark_without_end")
_CUE = get_rule("reading.advertisement")
_STAMP = get_rule("reading.stamp")
_LINE_LIMIT = 60
_PRINTINGS = 3


def is_watermark(folded: str) -> bool:
    """Whether a whole line (folded, trimmed) is an advertisement or a stamp; a line that counts something is none."""
    return len(folded) <= _LINE_LIMIT and _WHOLE.fullmatch(folded) is not None and not _COUNT.search(folded)


def find_watermarks(text: str) -> Iterator[TextCut]:
    """Advertisements, stamps and addresses inside paragraphs whose end is certain.

    It is certain where brackets, sentence ends or spaces bound them, or where the same words are printed again.
    """
    folded = fold(text)
    for pattern in (_BRACKETED, _URL_IN_BRACKETS, _BOUNDED, _URL):
        for found in pattern.finditer(folded):
            if not _COUNT.search(found.group()):
                yield TextCut(*found.span())
    stamps = [found.span() for found in _STAMP.finditer(folded)]
    yield from (TextCut(*span) for span in stamps if len(stamps) > 1)
    for cue, name in _find_repeated_names(folded):
        printed = re.compile(re.escape(cue + name) + _SITE.pattern, re.IGNORECASE)
        yield from (TextCut(*found.span()) for found in printed.finditer(folded))


def find_loose_watermarks(text: str) -> Iterator[tuple[int, int]]:
    """What is left after `find_watermarks`: an advertisement that begins in mid-sentence and has no certain end."""
    for found in _LOOSE.finditer(fold(text)):
        yield found.start(), min(len(text), found.end() + 8)


def _find_repeated_names(folded: str) -> Iterator[tuple[str, str]]:
    """Cue and name of each advertisement printed three times or more: the name is what its printings have in common."""
    tails: dict[str, list[str]] = defaultdict(list)
    for found in _CUE.finditer(folded):
        tail = _NAME.match(folded[found.end() : found.end() + 24])
        tails[found.group()].append(tail.group() if tail else "")
    for cue, names in tails.items():
        name = "".join(same[0] for same in takewhile(lambda same: len(set(same)) == 1, zip(*names, strict=False)))
        if len(names) >= _PRINTINGS and len(name) >= 2:
            yield cue, name
