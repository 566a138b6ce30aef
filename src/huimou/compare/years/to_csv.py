"""The figures of a chain as one tidy table: a row for each figure in each year."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from huimou.compare.years.model import YearChain
from huimou.language.text import to_one_line
from huimou.outputs.formula_text import disarm_formula

COLUMNS = (
    "indicator", "unit", "change", "whose", "year", "part", "printed", "value", "value_max", "mode", "years_reviewed",
    "report", "file", "item", "sentence", "start", "end", "quote",
)  # fmt: skip
_Cell = str | int | float | None


def list_rows(chain: YearChain) -> Iterator[tuple[_Cell, ...]]:
    """The rows of the table under `COLUMNS`; `part` is target or result, `start` and `end` are code points."""
    for row in chain.indicators:
        known = row.indicator
        for year, cell in zip(chain.years, row.cells, strict=True):
            for part, found in (("target", cell.targets), ("result", cell.results)):
                for one in found:
                    printed, side = one.printed, chain.sides[one.report]
                    figure = printed.figure
                    yield (
                        *(known.status + known.thing, known.unit, known.change or None, known.whose or None),
                        *(year, part, to_one_line(figure.quote), figure.value, figure.value_max, figure.mode, one.span),
                        *(side.label, to_one_line(side.digest.source.file), printed.item, printed.sentence),
                        *(figure.start, figure.end, to_one_line(printed.quote)),
                    )


def to_csv(chain: YearChain) -> str:
    """The table as CSV text with a byte order mark, which Excel needs; text that begins like a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_disarm(value) for value in row] for row in list_rows(chain))
    return "\ufeff" + out.getvalue()


def _disarm(value: _Cell) -> _Cell:
    return disarm_formula(value) if isinstance(value, str) else value
