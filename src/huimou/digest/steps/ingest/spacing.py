"""White space that a text recognition or a designer put between characters, and marks that are printed twice.

`政 府 工 作 报 告`, `投 资 1 2 . 8 亿 元`, titles set one character to a line; `，，`, `。。`, `,，`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from huimou.digest.steps.ingest.characters import is_chinese
from huimou.digest.steps.ingest.lines import is_page_number
from huimou.language.rules import get_rule
from huimou.language.text import TextCut

_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
_RUN = re.compile(r"(?<!\S)\S(?:(?:[ \t\u00a0\u2002-\u200a]{1,3}|\u3000)\S(?!\S)){2,}")
_TITLE_RUN = re.compile(r"(?<!\S)\S(?:[ \t\u00a0\u2002-\u200a\u3000]{1,8}\S(?!\S)){2,}")
_GAP = re.compile(r"[ \t\u00a0\u2002-\u200a\u3000]+")
_MARKS = ",.，。、；;：:！？!?%％”’》）)】"
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])[ \t\u00a0\u2002-\u200a\u3000]+(?=[\u4e00-\u9fff])")
_DIGITS = get_rule("reading.digits_apart")
_UPRIGHT = re.compile(
    r"(?m)^[ \t\u3000]*[\u4e00-\u9fff][ \t\u3000]*(?:\r?\n[ \t\u3000]*[\u4e00-\u9fff][ \t\u3000]*){3,}$"
)
_UNIT = get_rule("reading.magnitude_behind_digits")
_ONE_BY_ONE = get_rule("reading.one_by_one")
_POINT = re.compile(r"[.．]|,(?:[ \u3000]\d){3}(?![ \u3000]?\d)")
_APART_BEFORE = re.compile(r"(?<!\S)[\u4e00-\u9fff][ \u3000][\u4e00-\u9fff][ \u3000]$")
_APART_BEHIND = re.compile(r"[ \u3000][\u4e00-\u9fff][ \u3000][\u4e00-\u9fff，,。；;](?!\S)")
_NEAR = 12
_TITLE = 48
_LEAST_CHARACTERS = 4
_SEPARATE_MARKS = 2
_RANKS = {mark: rank for rank, marks in enumerate(("、", ",，", "：:", ";；", "。")) for mark in marks}
_STUTTER = re.compile(r"[，,、。；;：:](?:[ \t\u3000]?[，,、。；;：:])+")


def find_spaced_text(text: str) -> Iterator[TextCut]:
    """Gaps inside runs of single characters or digits, in lines whose words are all set apart, in upright titles."""
    for line in _LINE.finditer(text):
        yield from _find_digit_gaps(text, *line.span())
        if not _BETWEEN.search(line.group()) or is_page_number(line.group()):
            continue
        if _is_spaced(line.group()):
            yield from _find_line_gaps(text, line.start(), line.end())
        else:
            pattern = _TITLE_RUN if len(line.group()) <= _TITLE else _RUN
            yield from (
                cut for run in pattern.finditer(text, *line.span()) for cut in _find_run_gaps(text, *run.span())
            )
    for found in _UPRIGHT.finditer(text):
        for gap in re.finditer(r"[ \t\u3000]*\r?\n[ \t\u3000]*", found.group()):
            yield TextCut(found.start() + gap.start(), found.start() + gap.end())


def _find_digit_gaps(text: str, start: int, end: int) -> Iterator[TextCut]:
    """Gaps inside a number of which every digit is set apart: 「1 2 . 8 亿元」, not 「8 9件」 or 「5 6 7 件」."""
    for run in _DIGITS.finditer(text, start, end):
        if _POINT.search(run.group()) or (_GAP.match(text, run.end()) and _is_in_spaced_words(text, run, start)):
            unit = _UNIT.match(text, run.end())
            yield from (
                TextCut(*gap.span()) for gap in _GAP.finditer(text, run.start(), unit.end() if unit else run.end())
            )


def _is_in_spaced_words(text: str, run: re.Match[str], start: int) -> bool:
    """Whether single digits are one number: they follow a word without a gap, or the characters around stand apart.

    Else they might be cells of a table; after 「分别」 they are figures of their own.
    """
    before = text[max(start, run.start() - _NEAR) : run.start()]
    if _ONE_BY_ONE.search(before):
        return False
    attached = before != "" and not before[-1].isspace()
    return attached or _APART_BEFORE.search(before) is not None or _APART_BEHIND.match(text, run.end()) is not None


def _is_spaced(line: str) -> bool:
    """Whether the words of a line are all set apart: marks have a space before them, or single characters prevail.

    A list of names has spaces too, but nobody puts one before a comma.
    """
    pieces = line.split()
    chinese = sum(map(is_chinese, line))
    if chinese < _LEAST_CHARACTERS or len(pieces) < 3:
        return False
    singles = sum(len(piece) == 1 and (is_chinese(piece) or piece in _MARKS or piece.isdigit()) for piece in pieces)
    if len(line) <= _TITLE and singles >= _LEAST_CHARACTERS and 2 * singles > len(pieces):
        return sum(len(piece) == 1 and is_chinese(piece) for piece in pieces) >= _LEAST_CHARACTERS
    apart = sum(piece[0] in _MARKS for piece in pieces[1:])
    return apart >= _SEPARATE_MARKS and len(pieces) > chinese / 4 and 2 * apart >= line.count("，")


def _find_line_gaps(text: str, start: int, end: int) -> Iterator[TextCut]:
    indent = len(text[start:end]) - len(text[start:end].lstrip())
    for gap in _GAP.finditer(text, start + indent, end):
        left, right = text[gap.start() - 1], text[gap.end() : gap.end() + 1]
        if right and right.strip() and not _keeps_apart(text, gap.start(), gap.end(), left + right):
            yield TextCut(*gap.span())


def _keeps_apart(text: str, start: int, end: int, around: str) -> bool:
    """Whether a gap parts two words or numbers: 「GDP 2023」, but not 「1 2 . 8」."""
    if not (around.isascii() and all(char.isalnum() or char in ".,%:" for char in around)):
        return False
    left = re.search(r"\S*$", text[max(0, start - 8) : start])
    right = re.match(r"\S*", text[end : end + 8])
    single = left and right and len(left.group()) == len(right.group()) == 1
    return not single


def _find_run_gaps(text: str, start: int, end: int) -> Iterator[TextCut]:
    if sum(map(is_chinese, text[start:end])) < _LEAST_CHARACTERS or not _BETWEEN.search(text, start, end):
        return
    if text[start] in "-*+#>|" or len(text[start:end].split()) < _LEAST_CHARACTERS + (
        start > 0 and text[start - 1] == " "
    ):
        return
    for gap in _GAP.finditer(text, start, end):
        yield TextCut(*gap.span())


def find_doubled_punctuation(text: str) -> Iterator[TextCut]:
    """Marks of a pause printed twice or more; the strongest stays (，。 is 。). Between digits they are left alone."""
    for found in _STUTTER.finditer(text):
        start, end = found.span()
        if text[start - 1 : start].isdigit() and text[end : end + 1].isdigit():
            continue
        marks = [start + at for at, char in enumerate(found.group()) if char in _RANKS]
        kept = max(marks, key=lambda at: (_RANKS[text[at]], -at))
        if kept > start:
            yield TextCut(start, kept)
        if kept + 1 < end:
            yield TextCut(kept + 1, end)
