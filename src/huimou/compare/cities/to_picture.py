"""The figures of a comparison as bars: cities side by side, or one body over years; only like with like."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.compare.cities import phrases
from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.model import ComparedReport, PrintedFigure, SubjectRow
from huimou.language.text import to_one_line
from huimou.model.digest import Digest
from huimou.outputs.page.pictures import Picture, PrintedBar, draw_printed_bars
from huimou.outputs.phrases import format_printed_number
from huimou.outputs.pictures.sheet import PictureSheet

MOST = 12  # charts of one sheet
_MOST_BARS = 40  # of one chart
_NOTHING_ELSE = "其余报告原文未见"


def sort_by_years(digests: Sequence[Digest]) -> list[Digest]:
    """The digests, those of one body from the earliest year on; those of several bodies as they are."""
    if not is_one_body(digests):
        return list(digests)
    return sorted(digests, key=lambda one: (one.report.review_years.end or 0, one.report.review_years.start or 0))


def is_one_body(digests: Sequence[Digest]) -> bool:
    """Whether all digests are of reports of one region and kind."""
    bodies = {(one.report.region or one.report.organisation, one.report.kind) for one in digests}
    return len(bodies) == 1 and None not in next(iter(bodies))


def build_comparison_sheet(comparison: CityComparison) -> PictureSheet | None:
    """The sheet of a comparison; None where no two reports have a figure that counts the same."""
    pictures = draw_rows(comparison)
    if not pictures:
        return None
    sides = comparison.sides
    one = is_one_body([side.digest for side in sides])
    left = sum(_is_drawable(row) for row in comparison.rows) - len(pictures)
    files = "、".join(to_one_line(side.digest.source.file) for side in sides)
    rest = f"另有{left}项未画；" if left else ""
    return PictureSheet(
        f"{sides[0].body} 逐年同口径数字" if one else "各地同口径数字",
        "；".join(dict.fromkeys(side.short for side in sides)),
        pictures,
        f"据{files}由回眸整理；{rest}只并列同一事项、同一单位、同一主体和同样长统计期的数，照原文写法，不排名。",
    )


def draw_rows(comparison: CityComparison) -> tuple[Picture, ...]:
    """A chart for each row of figures, those of most reports first, at most `MOST`."""
    rows = [row for row in comparison.rows if _is_drawable(row)]
    rows.sort(key=lambda row: -sum(map(bool, row.cells)))
    return tuple(_draw_row(row, comparison.sides) for row in rows[:MOST])


def _is_drawable(row: SubjectRow) -> bool:
    """Whether two reports print a number that has a length; 数百 has none."""
    return sum(bool(cell) and _measure(cell[0]) is not None for cell in row.cells) > 1


def _measure(printed: PrintedFigure) -> float | None:
    value = printed.figure.value
    return None if value is None else abs(float(value))


def _draw_row(row: SubjectRow, sides: Sequence[ComparedReport]) -> Picture:
    bars, vague, silent = [], [], False
    for side, cell in zip(sides, row.cells, strict=True):
        value = _measure(cell[0]) if cell else None
        if not cell:
            silent = True
        elif value is None:
            vague.append(f"{side.short}{format_printed_number(cell[0].figure)}，数目不定，未画")
        else:
            bars.append(PrintedBar(side.short, value, format_printed_number(cell[0].figure), _place(cell[0])))
    rest = [f"只画前{_MOST_BARS}份"] if len(bars) > _MOST_BARS else []
    notes = (phrases.format_subject_terms(row.subject), *vague, *([_NOTHING_ELSE] if silent else []), *rest)
    return draw_printed_bars(phrases.format_subject(row.subject), bars[:_MOST_BARS], "；".join(notes))


def _place(printed: PrintedFigure) -> str:
    return f"第{printed.sentence}句" if printed.sentence is not None else printed.figure.id
