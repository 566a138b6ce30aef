"""Lines of a text that are rows of a table: cells parted by bars or tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from huimou.language.text import fold

_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\r\n\f\v\u2028\u2029]")
_RULE = re.compile(r"[\s|:+=—-]*")
_MOST_CELLS = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `text` is the folded range of its words, without the white space around them."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line that is a row; one that only draws a line under the header has no cells."""

    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TextTable:
    """Rows that follow one another; `above` is the folded line above them, `by_bars` whether bars part the cells."""

    rows: tuple[TextRow, ...]
    above: str
    by_bars: bool


def find_tables(text: str) -> Iterator[TextTable]:
    """The runs of rows of a text; whether they are a table is not decided by that."""
    view = fold(text)
    if "|" not in view and "\t" not in view:
        return
    lines = [found.span() for found in _LINE.finditer(view) if found.group().strip()]
    above = ""
    for _, run in groupby(_number_runs(view, lines), key=lambda numbered: numbered[0]):
        rows = [line for _, line in run]
        if mark := _find_mark(view[slice(*rows[0])]):
            yield TextTable(tuple(_split_row(view, start, end, mark) for start, end in rows), above, mark == "|")
        above = view[slice(*rows[-1])].strip()


def _number_runs(view: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The lines, each with the number of its run: one mark parts all cells of a run, and no line in it is empty."""
    number, mark, last = 0, None, 0
    for start, end in lines:
        own = _find_mark(view[start:end])
        if own != mark or len(_BREAK.findall(view, last, start)) > 1:
            number += 1
        yield number, (start, end)
        mark, last = own, end


def _find_mark(line: str) -> str | None:
    """What parts the cells of a line, None if it has one cell only."""
    words = line.strip()
    if 0 < words.count("|") < _MOST_CELLS and (re.search(r"\s\||\|\s|^\|", line) or _RULE.fullmatch(line)):
        return "|"
    return "\t" if 0 < words.count("\t") < _MOST_CELLS else None


def _split_row(view: str, start: int, end: int, mark: str) -> TextRow:
    line = view[start:end]
    first, last = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
    if mark == "|" and _RULE.fullmatch(line) and "-" in line:
        return TextRow(first, last, ())
    inner = line
    if mark == "|" and view[first] == "|" and (view[last - 1] == "|" or first == start):
        start = first + 1
        inner = view[start : last - (view[last - 1] == "|" and last - 1 > first)]
    cells: list[Cell] = []
    place = start
    for piece in inner.split(mark):
        words = piece.strip()
        begin = place + len(piece) - len(piece.lstrip()) if words else place
        cells.append(Cell(begin, begin + len(words), words))
        place += len(piece) + 1
    return TextRow(first, last, tuple(cells))
