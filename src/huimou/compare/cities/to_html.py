"""A comparison as one HTML page: no network, no script, readable on a phone, in the dark and on paper.

Every word from outside is escaped, and a content security policy forbids whatever would get through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources

from huimou.compare.cities import labels as words
from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.model import DistinctContent, DomainRow, LoneFigure, PrintedFigure, SubjectRow
from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Task
from huimou.outputs.render import format_plan_period

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_Pages = Sequence[str | None]


def to_page(comparison: CityComparison, pages: _Pages) -> str:
    """HTML text of the page.

    Args:
        comparison: what to show.
        pages: for each report the address of its own page, relative to this one; None where it has none.

    """
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    body = "".join(
        [
            *_head(comparison, pages),
            *_figures(comparison, pages),
            *_domains(comparison, pages),
            *_only(comparison, pages),
            *_apart(comparison, pages),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>回眸 · {words.TITLE}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _head(comparison: CityComparison, pages: _Pages) -> Iterator[str]:
    yield f"<h1>回眸 · {words.TITLE}</h1>\n"
    if comparison.notes:
        notes = "".join(f"<li>{_text(note)}</li>" for note in comparison.notes)
        yield f'<div class="notes" role="note"><ul>{notes}</ul></div>\n'
    sections = (("figures", words.FIGURES), ("domains", words.DOMAINS), ("only", words.ONLY), ("apart", words.APART))
    links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title in sections)
    yield f'<nav aria-label="本页">{links}</nav>\n'
    rows = "".join(_report(comparison, number, pages) for number in range(len(comparison.sides)))
    heads = ("报告", "回顾", "计划", "条目", "任务", "文件")
    yield _wrap_scrolling("所比报告", f'<table class="cards short">{_heads(heads)}<tbody>\n{rows}</tbody></table>')


def _report(comparison: CityComparison, number: int, pages: _Pages) -> str:
    side = comparison.sides[number]
    digest, page = side.digest, pages[number]
    name = _text(side.body)
    cells = (
        ("回顾", _text(side.period or "年份未载明")),
        (
            "计划",
            _text(format_plan_period(digest.report.plan_year) or "未载明") if digest.next_year_plan.stated else "未设",
        ),
        ("条目", str(len(digest.year_review.achievements))),
        ("任务", str(len(digest.next_year_plan.tasks))),
        ("文件", _text(digest.source.file)),
    )
    head = f'<a href="{escape(page)}">{name}</a>' if page else name
    return f'<tr><th scope="row">{head}</th>{"".join(_cell(*cell) for cell in cells)}</tr>\n'


def _figures(comparison: CityComparison, pages: _Pages) -> Iterator[str]:
    yield f'<section id="figures">\n<h2>{words.FIGURES}</h2>\n<p class="dim">{words.FIGURES_RULE}</p>\n'
    if comparison.rows:
        body = "".join(_figure_row(row, comparison, pages) for row in comparison.rows)
        heads = ("事项", *(_text(side.label) for side in comparison.sides))
        yield _wrap_scrolling(
            words.FIGURES, f'<table class="cards wide figures">{_heads(heads)}<tbody>\n{body}</tbody></table>'
        )
    else:
        yield f"<p>{words.NO_ROWS}</p>\n"
    yield "</section>\n"


def _figure_row(row: SubjectRow, comparison: CityComparison, pages: _Pages) -> str:
    cells = []
    for number, (side, found) in enumerate(zip(comparison.sides, row.cells, strict=True)):
        shown = ""
        if found:
            value = f"<strong>{_text(words.format_printed_number(found[0].figure))}</strong>"
            period = f'<span class="dim">{_text(words.format_period(side, row.subject))}</span>'
            shown = f"{value} {period}{_sources(found, pages[number])}"
        cells.append(_cell(_text(side.label), shown))
    terms = f'<span class="dim">{_text(words.format_subject_terms(row.subject))}</span>'
    head = f"{_text(words.format_subject(row.subject))}<br>{terms}"
    return f'<tr><th scope="row">{head}</th>{"".join(cells)}</tr>\n'


def _sources(found: Sequence[PrintedFigure], page: str | None) -> str:
    quotes = "".join(_source(one, page) for one in found)
    count = f"出处{len(found)}处" if len(found) > 1 else "出处"
    return f"<details><summary>{count}</summary>{quotes}</details>"


def _source(one: PrintedFigure, page: str | None) -> str:
    start, end = one.figure.start - one.start, one.figure.end - one.start
    parts = (one.quote[:start], one.quote[start:end], one.quote[end:])
    marked = "{}<mark>{}</mark>{}".format(*map(_text, parts))
    target = f"s{one.sentence}" if one.sentence is not None else None
    return _quote(words.describe_place(one), marked, page, target)


def _quote(place: str, marked: str, page: str | None, target: str | None) -> str:
    link = f' <a href="{escape(page)}#{escape(target)}">在报告中看</a>' if page and target else ""
    return f'<blockquote><span class="place">{_text(place)}</span>{link}<br>{marked}</blockquote>'


def _domains(comparison: CityComparison, pages: _Pages) -> Iterator[str]:
    yield f'<section id="domains">\n<h2>{words.DOMAINS}</h2>\n<p class="dim">{words.DOMAINS_RULE}</p>\n'
    links = "".join(f'<a href="#d{n}">{_text(row.title)}</a>' for n, row in enumerate(comparison.domains, 1))
    yield f'<nav aria-label="领域">{links}</nav>\n'
    for number, row in enumerate(comparison.domains, 1):
        yield f'<h3 id="d{number}">{_text(row.title)}</h3>\n'
        yield _domain(row, comparison, pages)
    yield "</section>\n"


def _domain(row: DomainRow, comparison: CityComparison, pages: _Pages) -> str:
    heads = ("", *(_text(side.label) for side in comparison.sides))
    kinds: tuple[tuple[str, Sequence[Sequence[Achievement | Task]]], ...] = (("已做", row.done), ("计划", row.planned))
    rows = []
    for title, cells in kinds:
        if not any(cells):
            continue
        shown = "".join(
            _cell(_text(side.label), _items(items, page))
            for side, items, page in zip(comparison.sides, cells, pages, strict=True)
        )
        rows.append(f'<tr><th scope="row">{title}</th>{shown}</tr>\n')
    return _wrap_scrolling(
        row.title, f'<table class="cards wide">{_heads(heads)}<tbody>\n{"".join(rows)}</tbody></table>'
    )


def _items(items: Sequence[Achievement | Task], page: str | None) -> str:
    return f"<ul>{''.join(_item(item, page) for item in items)}</ul>" if items else ""


def _item(item: Achievement | Task, page: str | None) -> str:
    title, summary = words.format_item(item)
    quotes = "".join(
        _quote(place, escape(quote), page, f"s{evidence.sentence}")
        for evidence, (place, quote) in zip(item.evidence, words.list_places(item), strict=True)
    )
    name = f'<a href="{escape(page)}#{escape(item.id)}">{_text(item.id)}</a>' if page else _text(item.id)
    more = f"<br>{_text(summary)}" if summary else ""
    return (
        f'<li><b>{_text(title)}</b> <span class="place">{name}</span>{more}'
        f"<details><summary>出处</summary>{quotes}</details></li>"
    )


def _only(comparison: CityComparison, pages: _Pages) -> Iterator[str]:
    yield f'<section id="only">\n<h2>{words.ONLY}</h2>\n<p class="dim">{words.ONLY_RULE}</p>\n'
    for only in comparison.only:
        yield f"<h3>{_text(comparison.sides[only.report].label)}</h3>\n"
        yield _only_here(only, comparison, pages[only.report])
    yield "</section>\n"


def _only_here(only: DistinctContent, comparison: CityComparison, page: str | None) -> str:
    items = {item.id: item for item in comparison.sides[only.report].items}
    parts = [f"<p>只有本报告有条目的领域：{_text('、'.join(only.domains))}</p>\n"] if only.domains else []
    for term in only.terms:
        listed = "".join(_item(items[name], page) for name in term.items)
        head = f'{_text(term.word)} <span class="dim">{_text(term.domain)} · {_text("、".join(term.items))}</span>'
        parts.append(f'<details class="term"><summary>{head}</summary><ul>{listed}</ul></details>\n')
    return "".join(parts) or f'<p class="dim">{words.NOTHING}</p>\n'


def _apart(comparison: CityComparison, pages: _Pages) -> Iterator[str]:
    yield f'<section id="apart">\n<h2>{words.APART}</h2>\n<p class="dim">{words.APART_RULE}</p>\n'
    for number, side in enumerate(comparison.sides):
        found = [one for one in comparison.apart if one.report == number]
        rows = "".join(_apart_row(one, pages[number]) for one in found)
        heads = _heads(("原文", "所计", "未并列的原因", "出处"))
        table = f'<table class="cards short">{heads}<tbody>\n{rows}</tbody></table>'
        shown = _wrap_scrolling(f"{side.label}{words.APART}", table) if found else f'<p class="dim">{words.NOTHING}</p>'
        yield f"<details><summary>{_text(side.label)}（{len(found)}个）</summary>{shown}</details>\n"
    yield "</section>\n"


def _apart_row(one: LoneFigure, page: str | None) -> str:
    figure = one.printed.figure
    cells = (
        ("所计", _text(figure.metric or words.NOTHING)),
        ("未并列的原因", _text(one.reason)),
        ("出处", _sources([one.printed], page)),
    )
    head = f'<th scope="row">{_text(words.format_printed_number(figure))}</th>'
    return f"<tr>{head}{''.join(_cell(*cell) for cell in cells)}</tr>\n"


def _heads(heads: Sequence[str]) -> str:
    """Column heads that are HTML already."""
    return f"<thead><tr>{''.join(f'<th scope=col>{head}</th>' if head else '<td></td>' for head in heads)}</tr></thead>"


def _cell(label: str, shown: str) -> str:
    """A cell of HTML; `label`, escaped already, names it where the table is stacked."""
    return f'<td data-label="{label}"{"" if shown else " class=none"}>{shown or "—"}</td>'


def _wrap_scrolling(name: str, table: str) -> str:
    """A table that scrolls sideways by itself, also by keyboard."""
    return f'<div class="scrolled" role="region" tabindex="0" aria-label="{_text(name)}">{table}</div>\n'


def _text(text: str) -> str:
    return escape(to_one_line(text))
