"""Bar charts of one report and of a batch: SVG inside the page, coloured by its style sheet, with the numbers in words.

Drawn by pygal, 10 ms a chart (altair with vl-convert took 70 to 90 and is 95 MB to install).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Digest, Task
from huimou.outputs.labels import ITEM_KINDS, ROLES
from huimou.outputs.page.tints import build_legend

PICTURE_WIDTH = 480  # pixels of the drawing, which the page scales
_ROW, _AROUND, _LETTER = 18, 40, 12  # the same
_LONGEST_NAME, _HEAD_OF_NAME, _MOST_RIGHT = 13, 6, 220  # characters of a printed bar's name; pixels for its number
_NOISE = re.compile(
    r"<!--.*?-->|<defs>.*?</defs>|<desc\b.*?</desc>|<title>.*?</title>"
    r"|<g [^>]*class=\"plot tooltip-overlay\">.*?</g></g>| (?:id|rx|ry)=\"[^\"]*\"| class=\"\""
    r"|(?<=rect) reactive tooltip-trigger|(?<=\d\.\d)\d+(?=\")",
    re.DOTALL,
)
_ROOT = re.compile(r"<svg\b[^>]*?viewBox=\"([^\"]*)\"[^>]*>")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, its title and what is to be known of it; the drawing holds its numbers in words.

    `height` is that of the drawing in pixels where it is `PICTURE_WIDTH` wide.
    """

    title: str
    svg: Markup
    height: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrintedBar:
    """A row of a chart: its name, its length, and the number as the report prints it, with its place."""

    name: str
    value: float
    printed: str
    place: str


def draw_pictures(digest: Digest) -> tuple[Picture, ...]:
    """The charts of a report: items and figures by domain, characters by section, sentences by what became of them."""
    return tuple(
        draw_bars(title, rows, series, unit)
        for title, rows, series, unit in (
            ("各领域的条目与数字", *count_by_domain(digest), "个"),
            ("各部分的篇幅", *count_by_section(digest), "字"),
            ("句子的去向", *count_by_disposition(digest), "句"),
        )
        if rows
    )


def draw_batch_pictures(totals: Mapping[str, tuple[int, int]]) -> tuple[Picture, ...]:
    """The chart of a batch: achievements and tasks by domain; `totals` has both by title of the domain."""
    if not totals:
        return ()
    series = {
        name: [count[at] for count in totals.values()]
        for at, name in enumerate((ITEM_KINDS["achievement"], ITEM_KINDS["task"]))
    }
    return (draw_bars("各领域的条目", tuple(totals), series, "个"),)


def count_by_domain(digest: Digest) -> tuple[tuple[str, ...], Mapping[str, Sequence[int]]]:
    """The titles of the domains, and how many achievements, tasks and figures of items each has."""
    done = Counter(item.domain for item in digest.year_review.achievements)
    planned = Counter(task.domain for task in digest.next_year_plan.tasks)
    items: tuple[Achievement | Task, ...] = (*digest.year_review.achievements, *digest.next_year_plan.tasks)
    figures = Counter({key: len({f for i in items if i.domain == key for f in i.figures}) for key in done | planned})
    keys = [key for key in dict.fromkeys((*digest.report.domains, *done, *planned)) if done[key] or planned[key]]
    titles = tuple(to_one_line(digest.report.domains.get(key, key)) for key in keys)
    counts = {ITEM_KINDS["achievement"]: done, ITEM_KINDS["task"]: planned, "数字": figures}
    return titles, {name: [count[key] for key in keys] for name, count in counts.items()}


def count_by_section(digest: Digest) -> tuple[tuple[str, ...], Mapping[str, Sequence[int]]]:
    """The headings of the roles, and how many characters the sections of each have."""
    lengths: Counter[str] = Counter()
    for section in digest.sections:
        lengths[ROLES[section.role].heading] += section.end - section.start
    return tuple(lengths), {"字数": list(lengths.values())}


def count_by_disposition(digest: Digest) -> tuple[tuple[str, ...], Mapping[str, Sequence[int]]]:
    """The names of what became of sentences (cited, a reason, uncovered), and how many sentences each has."""
    keys = build_legend(digest)
    rows = [(one.title, one.count) for key in keys for one in (key.reasons or (key,))]
    return tuple(title for title, _ in rows), {"句数": [count for _, count in rows]}


def draw_bars(
    title: str, rows: Sequence[str], series: Mapping[str, Sequence[int]], unit: str, note: str = ""
) -> Picture:
    """Horizontal bars, the first row on top.

    Args:
        title: of the picture.
        rows: names of the rows.
        series: numbers by name of series, one a row; one series has a colour for all.
        unit: what is counted.
        note: what is to be known of it.

    """
    height = _measure_height(len(rows) * max(1, len(series)))
    chart = _make_chart(height, max(map(len, rows)), legend=len(series) > 1)
    chart.x_labels = list(reversed(rows))
    for name, values in series.items():
        chart.add(name, [value or None for value in reversed(values)])  # nothing is drawn where there is none
    label = _describe_numbers(title, rows, series, unit)
    return Picture(title, _clean_svg(chart.render(is_unicode=True), label), height, note)


def draw_printed_bars(title: str, bars: Sequence[PrintedBar], note: str = "") -> Picture:
    """Horizontal bars, the first on top, each with its number as printed and its place behind it."""
    told = [f"{bar.printed}（{bar.place}）" for bar in bars]
    height, names = _measure_height(len(bars)), [bar.name for bar in bars]
    shown = list(map(_shorten_name, names))
    right = min(max(map(_measure_width, told)), _MOST_RIGHT)
    chart = _make_chart(height, max(map(len, shown)), legend=False, right=right)
    chart.x_labels = list(reversed(shown))
    marked = zip(bars, told, strict=True)
    values = [{"value": bar.value, "formatter": lambda _, words=words: words} for bar, words in marked]
    chart.add("", list(reversed(values)))
    said = "；".join(f"{name}：{words}" for name, words in zip(names, told, strict=True))
    return Picture(title, _clean_svg(chart.render(is_unicode=True), f"{title}。{said}。"), height, note)


def _shorten_name(name: str) -> str:
    """A name that leaves room for the bars: its head, which says who, and its end, which says when."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_HEAD_OF_NAME]}…{name[_HEAD_OF_NAME + 1 - _LONGEST_NAME :]}"


def _measure_width(text: str) -> int:
    """Pixels of a number behind its bar: Chinese characters are wide, digits narrow."""
    return sum(_LETTER if east_asian_width(char) in "WF" else _LETTER * 2 // 3 for char in text)


def _measure_height(lines: int) -> int:
    return _AROUND + _ROW * lines


def _make_chart(height: int, longest: int, *, legend: bool, right: int = 30) -> Any:
    """An empty chart; its margins make room for Chinese characters, which the library takes for narrow ones."""
    import pygal  # noqa: PLC0415 (only where pages are written)

    return pygal.HorizontalBar(
        js=(),
        no_prefix=True,
        disable_xml_declaration=True,
        width=PICTURE_WIDTH,
        height=height,
        print_values=True,
        show_legend=legend,
        legend_at_bottom=True,
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        print_values_position="top",
        margin=6,
        margin_left=_LETTER * longest - 30,
        margin_right=right,
    )


def _describe_numbers(title: str, rows: Sequence[str], series: Mapping[str, Sequence[int]], unit: str) -> str:
    """All numbers of a chart in one sentence."""
    named: Iterable[str] = (
        f"{row}："
        + "、".join(f"{name if len(series) > 1 else ''}{values[at]:,}{unit}" for name, values in series.items())
        for at, row in enumerate(rows)
    )
    return f"{title}。{'；'.join(named)}。"


def _clean_svg(svg: str, label: str) -> Markup:
    """The drawing without the library's own styles, dates and mouse-over texts; the page's style sheet colours it."""
    told = escape(label)
    return Markup(  # noqa: S704 (the library escapes its words, the label is escaped here)
        _ROOT.sub(
            lambda root: f'<svg class="chart" viewBox="{root[1]}" role="img" aria-label="{told}">',
            _NOISE.sub("", svg),
            count=1,
        )
    )
