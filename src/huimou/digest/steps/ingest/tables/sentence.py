"""The sentence of a table row as it grows, cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from huimou.digest.steps.ingest.tables.columns import is_number
from huimou.digest.steps.ingest.tables.rows import Cell, TextRow
from huimou.language.figures import find_quantities

_TAIL = "。;,、: "
_PIECE = re.compile(r"\S+")
_WHOLE = re.compile(r"(?s).+")


@dataclass(frozen=True, slots=True)
class Kept:
    """Characters of the text that a sentence keeps."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """A figure in a cell, what it counts with and without its period."""

    start: int
    end: int
    metric: str
    counted: str


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row of which `pieces`, words of ours and ranges of the text, make the sentence; no pieces: it is left out.

    Args:
        start: offset of the row in the text.
        end: offset behind it.
        pieces: in the order of the text.
        figures: those of which the table says what they count.
        header: ranges of the header rows whose words are in the sentence.
        is_statistics: whether it only lists figures that are no aims.
        years: that its columns name.

    """

    start: int
    end: int
    pieces: tuple[str | Kept, ...] = ()
    figures: tuple[NamedFigure, ...] = ()
    header: tuple[tuple[int, int], ...] = ()
    is_statistics: bool = False
    years: tuple[int, ...] = ()


@dataclass(slots=True)
class RowSentence:
    """Cells that are kept, and words of ours between them."""

    row: TextRow
    pieces: list[str | Kept] = field(default_factory=list)
    figures: list[NamedFigure] = field(default_factory=list)

    def keep(self, cell: Cell, before: str = "", *, end: int | None = None) -> None:
        """Add a cell, as far as `end`, behind words of ours; these open no sentence with a mark."""
        before = before if self.pieces else before.lstrip("，；：")
        if before:
            self.pieces.append(before)
        self._keep_words(cell, _WHOLE, end)

    def keep_list(self, cell: Cell, before: str) -> None:
        """Add a cell that names several, with commas where its words stand apart."""
        self.pieces.append(before)
        self._keep_words(cell, _PIECE, None)

    def _keep_words(self, cell: Cell, pattern: re.Pattern[str], end: int | None) -> None:
        words = (cell.text if end is None else cell.text[: end - cell.start]).rstrip(_TAIL)
        for number, piece in enumerate(pattern.finditer(words)):
            self.pieces += ["、"] if number else []
            self.pieces.append(Kept(cell.start + piece.start(), cell.start + piece.end()))

    def say(self, words: str | None) -> None:
        """Add words of ours."""
        if words:
            self.pieces.append(words)

    def name(self, cell: Cell, metric: str, counted: str) -> None:
        """Note what the figure with which a cell begins counts."""
        first = next(iter(find_quantities(cell.text)), None)
        if not metric:
            return
        if is_number(cell):
            self.figures.append(NamedFigure(cell.start, cell.end, metric, counted))
        elif first and first.start <= 1:
            self.figures.append(NamedFigure(cell.start, cell.start + first.end, metric, counted))

    def finish(
        self,
        header: tuple[tuple[int, int], ...] = (),
        *,
        is_statistics: bool = False,
        years: tuple[int, ...] = (),
        close: str = "。",
    ) -> ToldRow:
        """The row with its sentence; without pieces where nothing of it is kept."""
        if not any(isinstance(piece, Kept) for piece in self.pieces):
            return ToldRow(self.row.start, self.row.end)
        pieces = (*self.pieces, close)
        return ToldRow(self.row.start, self.row.end, pieces, tuple(self.figures), header, is_statistics, years)
