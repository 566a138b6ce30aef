"""The sample as a sheet (CSV) that is filled in by hand, in a spreadsheet or on paper."""

from __future__ import annotations

import csv
import io

from huimou.evaluation.blind_reading.sample import LineSample, SampledLine
from huimou.evaluation.labels import LINE_KINDS, SHEET_COLUMNS
from huimou.language.text import to_one_line
from huimou.outputs.formula_text import disarm_formula


def to_sheet(sample: LineSample) -> str:
    """CSV with a byte order mark, a row a sentence; `choice`, `reason` and `reader` are left to be filled in."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(SHEET_COLUMNS.values())
    for line in sample.lines:
        cells = _build_cells(line, sample.token)
        rows.writerow([cells.get(name, "") for name in SHEET_COLUMNS])
    return "\ufeff" + text.getvalue()


def _build_cells(line: SampledLine, token: str) -> dict[str, str]:
    headings = dict.fromkeys(heading for source in line.sources for heading in source.headings)
    return {
        "sample": token,
        "number": str(line.number),
        "report": _make_inert(line.organisation),
        "kind": LINE_KINDS[line.kind],
        "title": _make_inert(line.title),
        "text": _make_inert(line.text),
        "headings": _make_inert("／".join(headings)),
        "sources": _make_inert("／".join(source.quote for source in line.sources)),
    }


def _make_inert(cell: str) -> str:
    """One line, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return disarm_formula(to_one_line(cell))
