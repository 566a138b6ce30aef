"""Lines put together to paragraphs, by the margins, the indents, the distances and the fonts.

A paragraph goes on where its line is full, which is where the first word of the next line would not have fitted into
it, and where the next line is not indented as a first line is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from huimou.digest.steps.ingest.pdf.rows import Row
from huimou.language.rules import get_rule
from huimou.language.text import fold, is_finished

_MARKED = get_rule("reading.start_of_new")
_CONTENTS = get_rule("reading.contents_line")
_OPENING, _QUOTES = frozenset("(《〈「『【〔[{"), frozenset("“”‘’\"'")
_CLOSING = frozenset(",.。、;:!?)》〉」』】〕]}%‰…—·~")
_SIGNS = frozenset("+$¥#")
_NEVER_FIRST = frozenset(",。、;:!?)》”’〉」』】〕%‰")
_NEAR = 0.8  # ems: places that count as the same
_INDENT = (1.2, 4.6)
_FIT = 0.3
_LOOSE = 1.25  # times the usual distance of lines
_APART = 1.6
_SAME_SIZE = 0.12
_DISPLAY = 1.08
_WIDE = 0.6
_LEAST_COUNT = 0.2
_MOST_FULL = 0.9
_NARROW = 0.9


@dataclass(frozen=True, slots=True)
class _PlacedRow:
    """A line with the left and right margin of its column."""

    row: Row
    column: int
    left: float
    right: float

    @property
    def indent(self) -> float:
        """Distance from the left margin in ems."""
        return (self.row.x0 - self.left) / self.row.size

    @property
    def room(self) -> float:
        """Distance from the right margin in ems."""
        return (self.right - self.row.x1) / self.row.size

    @property
    def is_centered(self) -> bool:
        """Whether about the same room is left and right of it."""
        return self.indent > 1 and self.room > 1 and abs(self.indent - self.room) <= 1.5


@dataclass(frozen=True, slots=True)
class _PageStyle:
    """How paragraphs look in a document.

    Args:
        size: of the font of the body.
        step: usual distance of two lines, in sizes of the font.
        indented: whether the first lines of paragraphs are indented.
        spaced: whether paragraphs stand further apart than lines.
        count: how many characters every full line has, where they are counted and not measured.
        measured: whether lines that break off in a sentence are full, as where a program broke them by their width.

    """

    size: float
    step: float
    indented: bool
    spaced: bool
    count: int | None
    measured: bool


def _place_rows(rows: Sequence[tuple[Row, int]]) -> list[_PlacedRow]:
    """Lines with the margins of their columns; a page with few or short lines has the width of the others."""
    columns: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row, column in rows:
        columns[row.page, column].append(row)
    measured = {key: _measure_margins(own) for key, own in columns.items()}
    usual: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for (_, column), found in measured.items():
        if found is not None:
            usual[column].append(found)
    margins = {
        (page, column): _settle_margins(own, measured[page, column], usual[column], column)
        for (page, column), own in columns.items()
    }
    return [_PlacedRow(row, column, *margins[row.page, column]) for row, column in rows]


def _settle_margins(
    rows: Sequence[Row], own: tuple[float, float] | None, usual: Sequence[tuple[float, float]], column: int
) -> tuple[float, float]:
    """Left and right margin of a column of one page; a page with one column is not much wider on one side."""
    left, right = own or (
        median([one for one, _ in usual] or [min(row.x0 for row in rows)]),
        max(row.x1 for row in rows),
    )
    width = median([right - left for left, right in usual] or [0.0])
    if right - left < _NARROW * width:
        right = left + width
    whole = rows[0].turn.reading_width
    if column == 0 and right - left < whole / 2:
        right = max(right, whole - left)
    return left, right


def _measure_margins(rows: Sequence[Row]) -> tuple[float, float] | None:
    """Left and right margin that several lines of a column keep, None where too few lines tell."""
    size = median(row.size for row in rows)
    plain = [row for row in rows if not row.cells]
    if len(plain) < 4:
        return None
    starts = sorted(row.x0 for row in plain)
    left = next(
        (one for one in starts if sum(one <= other <= one + size / 2 for other in starts) >= max(2, len(starts) // 20)),
        starts[0],
    )
    ends = sorted((row.x1 for row in plain), reverse=True)
    reach = ends[0] - left
    near = [end for end in ends if end >= ends[0] - 0.12 * reach]
    right = max(near, key=lambda one: (sum(abs(one - other) <= size / 3 for other in near), one))
    return (left, right) if sum(end >= right - 3 * size for end in ends) >= 2 else None


def _measure_style(placed: Sequence[_PlacedRow]) -> _PageStyle:
    """How the paragraphs of a document look."""
    weights: Counter[float] = Counter()
    for one in placed:
        weights[one.row.size] += len(one.row.text)
    size = weights.most_common(1)[0][0] if weights else 1.0
    body = [one for one in placed if abs(one.row.size - size) <= _SAME_SIZE * size and not one.row.cells]
    below = [
        ((after.row.bottom - before.row.bottom) / size, before.room < 3)
        for before, after in pairwise(body)
        if _is_below(before, after)
    ]
    steps = [one for one, _ in below]
    step = median([one for one, is_long in below if is_long] or steps or [1.5])
    following = [one for before, one in pairwise(body) if before.indent < _NEAR]
    firsts = sum(_INDENT[0] <= one.indent <= _INDENT[1] and not one.is_centered for one in following)
    counts = Counter(len(one.row.text) + round(max(0.0, one.indent)) for one in body)
    common, times = max(counts.items(), key=lambda item: item[1], default=(0, 0))
    longest = max(counts, default=0)
    return _PageStyle(
        size=size,
        step=step,
        indented=firsts >= max(1, len(body) // 40),
        spaced=sum(one > _LOOSE * step for one in steps) >= 2,
        count=common if common >= longest - 1 and times >= max(3, _LEAST_COUNT * len(body)) else None,
        measured=_are_breaks_measured(body),
    )


def _are_breaks_measured(body: Sequence[_PlacedRow]) -> bool:
    broken = [
        _reaches_margin(before, after)
        for before, after in pairwise(body)
        if _is_below(before, after)
        and after.indent < _NEAR
        and _is_wide(before)
        and not is_finished(fold(before.row.text))
        and not _MARKED.match(fold(after.row.text))
    ]
    return sum(broken) >= _MOST_FULL * len(broken)


def _is_below(before: _PlacedRow, after: _PlacedRow) -> bool:
    same = before.row.page == after.row.page and before.column == after.column
    return same and after.row.bottom > before.row.bottom


def join_rows(rows: Sequence[tuple[Row, int]]) -> list[tuple[Row, ...]]:
    """The lines, given with their columns in the order of reading, by paragraphs."""
    placed = _place_rows(rows)
    style = _measure_style(placed)
    paragraphs: list[list[_PlacedRow]] = []
    for one in placed:
        if paragraphs and _goes_on(paragraphs[-1], one, style):
            paragraphs[-1].append(one)
        else:
            paragraphs.append([one])
    return [tuple(one.row for one in paragraph) for paragraph in paragraphs]


def _goes_on(paragraph: Sequence[_PlacedRow], after: _PlacedRow, style: _PageStyle) -> bool:
    """Whether a paragraph goes on in the line after it."""
    last = paragraph[-1]
    if not _may_be_joined(last, after, style):
        return False
    text = fold(after.row.text)
    finished, marked = is_finished(fold(last.row.text)), _MARKED.match(text) is not None
    if _is_wrapped_title(last, after, style):
        return not finished and not marked
    if text[0] in _NEVER_FIRST and not after.is_centered:
        return True
    return _goes_on_by_indent(paragraph, after, style, finished=finished, marked=marked)


def _may_be_joined(last: _PlacedRow, after: _PlacedRow, style: _PageStyle) -> bool:
    """Whether two lines are alike and near enough to be of one paragraph, and none is of a table or of contents."""
    size = last.row.size
    if last.row.cells or after.row.cells or _CONTENTS.search(fold(last.row.text)):
        return False
    if abs(after.row.size - size) > _SAME_SIZE * size or (last.column == 0) != (after.column == 0):
        return False
    apart = _LOOSE if style.spaced else _APART
    return not _is_below(last, after) or after.row.bottom - last.row.bottom <= apart * style.step * size


def _is_wrapped_title(last: _PlacedRow, after: _PlacedRow, style: _PageStyle) -> bool:
    """Whether two lines are parts of one title, in letters that are larger than the body and centred."""
    if last.row.size < _DISPLAY * style.size:
        return False
    return after.is_centered and (last.is_centered or last.room < 2)


def _goes_on_by_indent(
    paragraph: Sequence[_PlacedRow], after: _PlacedRow, style: _PageStyle, *, finished: bool, marked: bool
) -> bool:
    first, last = paragraph[0], paragraph[-1]
    full = _is_full(last, after, style)
    beside = after.indent - last.indent
    if beside > _NEAR:
        hanging = len(paragraph) == 1 and _MARKED.match(fold(first.row.text)) is not None
        return hanging and full and not marked
    broken = full or (not style.measured and _is_wide(last) and not finished and not marked)
    if len(paragraph) > 1 or beside < -_NEAR:
        return broken and not (marked and finished)
    if style.indented:
        return full and first.indent <= _INDENT[0] and not (marked and finished)
    return full and not marked and (not finished or (style.spaced and _is_below(last, after)))


def _is_wide(row: _PlacedRow) -> bool:
    """Whether a line takes a good part of the width, as full lines do where characters are counted."""
    return row.row.x1 - row.left >= _WIDE * (row.right - row.left)


def _is_full(last: _PlacedRow, after: _PlacedRow, style: _PageStyle) -> bool:
    """Whether a line has as many characters as full lines have, or reaches the margin."""
    counted = style.count and len(last.row.text) + round(max(0.0, last.indent)) == style.count
    return bool(counted) or _reaches_margin(last, after)


def _reaches_margin(last: _PlacedRow, after: _PlacedRow) -> bool:
    """Whether the first word of the next line would not have fitted into a line."""
    word = after.row.edges[_find_word_end(fold(after.row.text))] - after.row.x0
    return word / last.row.size + _FIT > last.room


def _find_word_end(text: str) -> int:
    """Behind how many characters of a folded line it may be broken at the earliest."""
    return next((at for at, (one, other) in enumerate(pairwise(text), 1) if not _stay_together(one, other)), len(text))


def _stay_together(one: str, other: str) -> bool:
    """Whether a line is never broken between two characters."""
    if other in _CLOSING or one in _OPENING or one in _SIGNS or {one, other} & _QUOTES:
        return True
    joins = one.isascii() and other.isascii() and not one.isspace() and not other.isspace()
    return joins and (other.isalnum() or other in "(/+-") and one != ")"


def find_joint(last: Row, after: Row) -> str:
    """What stands between two lines of a paragraph: a space between two Latin words, else nothing."""
    end, start = last.text[-1], after.text[0]
    if not (end.isascii() and start.isascii()):
        return ""
    if end.isalpha() and start.isalpha():
        return "" if end.isupper() and start.isupper() else " "
    return " " if (end in ",;:.)" and start.isalpha()) or (end.isalpha() and start == "(") else ""
