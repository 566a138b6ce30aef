"""A view of a text in which table rows are sentences; every character leads back to its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.digest.steps.ingest.tables.sentence import Kept, ToldRow
from huimou.digest.steps.ingest.tables.telling import tell_rows
from huimou.language.reading import Aside, CountedCell, TableRow
from huimou.language.text import View


@dataclass(frozen=True, slots=True)
class TablesView:
    """The view, the rows that are left out of it, and those that are told; their places are in the text itself."""

    view: View
    asides: tuple[Aside, ...] = ()
    rows: tuple[TableRow, ...] = ()


def view_tables(view: View) -> TablesView:
    """The view with a sentence in the place of every table row; header rows are set aside."""
    told = [*tell_rows(view.text)]
    if not told:
        return TablesView(view)
    asides = (Aside(*view.map_back(row.start, row.end), "table_header") for row in told if not row.pieces)
    rows = (_place_row(view, row) for row in told if row.pieces)
    return TablesView(_write_view(view, told), tuple(asides), tuple(rows))


def _place_row(view: View, row: ToldRow) -> TableRow:
    cells = (CountedCell(*view.map_back(c.start, c.end), c.metric, c.counted) for c in row.figures)
    first = next(piece.start for piece in row.pieces if isinstance(piece, Kept))
    return TableRow(
        view.map_back(first, first + 1)[0],
        view.map_back(row.end - 1, row.end)[1],
        tuple(view.map_back(start, end) for start, end in row.header),
        tuple(cells),
        row.is_statistics,
        row.years,
    )


def _write_view(view: View, told: Sequence[ToldRow]) -> View:
    ends = view.ends or tuple(place + 1 for place in view.origin)
    chars: list[tuple[str, int, int]] = []
    last = 0
    for row in told:
        chars += zip(view.text[last : row.start], view.origin[last : row.start], ends[last : row.start], strict=True)
        chars += _write_row(view, ends, row)
        last = row.end
        if not row.pieces and view.text[last : last + 1] == "\n":
            last += 1
    chars += zip(view.text[last:], view.origin[last:], ends[last:], strict=True)
    return View(
        "".join(char for char, _, _ in chars), tuple(start for _, start, _ in chars), tuple(end for _, _, end in chars)
    )


def _write_row(view: View, ends: Sequence[int], row: ToldRow) -> Iterator[tuple[str, int, int]]:
    """The characters of a sentence: those of cells lead back to themselves, words of ours to the place between cells.

    The full stop leads back to all that is left of the row.
    """
    kept = [piece for piece in row.pieces if isinstance(piece, Kept)]
    done = view.origin[kept[0].start] if kept else 0
    for number, piece in enumerate(row.pieces, start=1):
        if isinstance(piece, Kept):
            yield from zip(
                view.text[piece.start : piece.end],
                view.origin[piece.start : piece.end],
                ends[piece.start : piece.end],
                strict=True,
            )
            done = ends[piece.end - 1]
        else:
            stop = ends[row.end - 1] if number == len(row.pieces) else done
            yield from ((char, done, stop) for char in piece)
