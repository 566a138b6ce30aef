"""Two columns read across: lines that alternate between two running texts, or a wide gap in the middle of every line.

Such ranges are reported as problems and never put in order: moving the lines would tear every quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from huimou.digest.steps.ingest.characters import is_chinese
from huimou.language.rules import get_rule
from huimou.language.text import fold

_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
_GUTTER = re.compile(r"(?<=\S)(?:[ \t\u3000]{3,}|\u3000{2}|\t)(?=\S)")
_FINISHED = re.compile(r"[。!?;:][”’)》】]*$")
_HEADING = get_rule("reading.numbered_heading")
_LONGEST = 44
_LEAST_LINES = 6
_LEAST_SCORE = 4
_MOST_AGAINST = 1 / 3
_LEAST_HALF, _SHIFT, _MISSES = 4, 6, 2


@dataclass(frozen=True, slots=True)
class InterleavedRange:
    """A range of a text that is read across two columns, and the number of its lines."""

    start: int
    end: int
    lines: int


@dataclass(frozen=True, slots=True)
class _ColumnLine:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Halves:
    """What stands left and right of a wide gap, and the place in the line where the right half begins."""

    left: str
    right: str
    middle: int


def find_interleaved_columns(text: str) -> Iterator[InterleavedRange]:
    """Ranges that are read across two columns."""
    rows = [_ColumnLine(*m.span(), fold(m.group()).strip()) for m in _LINE.finditer(text) if m.group().strip()]
    yield from _find_alternating_lines(rows)
    yield from _find_gutters(text, rows)


def _find_alternating_lines(rows: Sequence[_ColumnLine]) -> Iterator[InterleavedRange]:
    """Stretches where a sentence goes on not in the next line but in the line after that.

    One line goes on in another where the last character of the one and the first of the other make a pair that stands
    inside some line of the text.
    """
    words = {row.text[i : i + 2] for row in rows for i in range(len(row.text) - 1)}
    votes = [_vote(rows[i : i + 3], words) for i in range(max(0, len(rows) - 2))]
    for first, last in _find_voted_stretches(votes):
        yield InterleavedRange(rows[first].start, rows[last + 2].end, last + 3 - first)


def _find_voted_stretches(votes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch of votes (1, 0, -1) whose sum reaches the least score."""
    total = first = last = height = 0
    for at, vote in enumerate([*votes, -len(votes) - 1]):
        if total == 0 and vote > 0:
            first, height = at, 0
        total += vote
        if total > height:
            last, height = at, total
        if total <= 0 or vote < -1:
            if height >= _LEAST_SCORE and _is_one_sided(votes[first : last + 1]):
                yield first, last
            total = height = 0


def _vote(three: Sequence[_ColumnLine], words: set[str]) -> int:
    """1 if only the line after the next goes on, -1 if only the next does, 0 if neither or both could."""
    first, second, third = three
    if len(first.text) > _LONGEST or len(second.text) > _LONGEST:
        return -1
    if _FINISHED.search(first.text) or not is_chinese(first.text[-1]):
        return 0
    near, far = (first.text[-1] + row.text[0] in words and not _HEADING.match(row.text) for row in (second, third))
    return far - near


def _is_one_sided(votes: Sequence[int]) -> bool:
    return votes.count(-1) <= _MOST_AGAINST * votes.count(1)


def _find_gutters(text: str, rows: Sequence[_ColumnLine]) -> Iterator[InterleavedRange]:
    """Runs of lines whose right half begins at nearly the same place, Chinese sentences on both sides of the gap."""
    run: list[tuple[_ColumnLine, _Halves]] = []
    missed = 0
    for row in [*rows, *[None] * (_MISSES + 1)]:
        halves = _split_halves(text, row) if row else None
        if row and halves and (not run or abs(halves.middle - run[-1][1].middle) <= _SHIFT):
            run.append((row, halves))
            missed = 0
        elif run and (missed := missed + 1) > _MISSES:
            if _is_running_text([pair[1] for pair in run]):
                yield InterleavedRange(run[0][0].start, run[-1][0].end, len(run))
            run, missed = [], 0


def _split_halves(text: str, row: _ColumnLine) -> _Halves | None:
    body = text[row.start : row.end]
    parts = _GUTTER.split(body.strip())
    if len(parts) != 2 or min(sum(map(is_chinese, part)) for part in parts) < _LEAST_HALF:
        return None
    return _Halves(parts[0], parts[1], len(body.rstrip()) - len(parts[1]))


def _is_running_text(halves: Sequence[_Halves]) -> bool:
    """Whether the halves are pieces of running text and no cells: many break off in mid-sentence."""
    broken = sum(is_chinese(row.left[-1]) and is_chinese(after.left[0]) for row, after in pairwise(halves))
    marks = sum(bool(re.search(r"[，,。；;]", row.left + row.right)) for row in halves)
    return len(halves) >= _LEAST_LINES and 5 * broken >= 2 * len(halves) and 2 * marks >= len(halves)
