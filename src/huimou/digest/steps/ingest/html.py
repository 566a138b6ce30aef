"""The article of a web page: a paragraph, heading or table row a line. Nothing is fetched, no script is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from huimou.digest.steps.ingest.tables.grid import SEPARATOR, GridCell, write_rows
from huimou.language.rules import get_rule
from huimou.model.report import ExtractedText

_DROPPED = (
    *("script", "style", "noscript", "template", "head", "nav", "footer", "aside"),
    *("form", "iframe", "select", "button", "object", "svg"),
)
_BLOCKS = frozenset(
    (
        *("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
        *("ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BREAK_BETWEEN_CHINESE = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n]\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
_FURNITURE = get_rule("reading.page_furniture")
_SITE = re.compile(r"\s*[_|]\s*|\s-+\s|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WIDEST, _TALLEST = 100, 1000  # columns and rows that a cell may cover
_LONG_CELL = 200
_ROW = "\ufdd0"  # opens the line of a table row until all lines are put together; no page has this character


def extract_html(data: bytes, name: str) -> ExtractedText:
    """The article of a web page; navigation, scripts and hidden text are left out.

    Args:
        data: the page as UTF-8, whatever it declares.
        name: of the file; no message needs it.

    """
    from lxml import html  # noqa: PLC0415 - part of an extra

    del name
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = html.document_fromstring(data, parser=parser, ensure_head_body=True)
    title = _SITE.split(" ".join((root.findtext(".//title") or "").split()))[0]
    for element in [*root.iter(*_DROPPED), *root.iterfind(".//*[@hidden]"), *root.iterfind(".//*[@style]")]:
        if element.tag in _DROPPED or element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
            element.drop_tree()
    article = _find_article(root.find("body"))
    lines = _extract_lines(article)
    headings = [" ".join(heading.text_content().split()) for heading in root.iter("h1")]
    above = [heading for heading in headings or [title] if heading and heading not in "\n".join(lines)]
    return ExtractedText("\n".join([*above, *lines]))


def _find_article(body: Any) -> Any:
    """The innermost element beside which there is nothing but links and page furniture."""
    whole = _weigh_element(body)
    article = body
    while True:
        inner = next((child for child in article if _weigh_element(child) == whole), None)
        if inner is None or inner.tag not in _BLOCKS | {"td", "th"}:
            return article
        article = inner


def _weigh_element(element: Any) -> int:
    """Chinese characters outside links and furniture."""
    linked = sum(len(_CHINESE.findall(link.text_content())) for link in element.iter("a"))
    texts = (text for text in element.itertext() if not (len(text) < 100 and _FURNITURE.search(text)))
    return sum(len(_CHINESE.findall(text)) for text in texts) - linked


def _extract_lines(article: Any) -> list[str]:
    text = "".join(_extract_pieces(article, preformatted=False))
    lines = (
        line[1:] if line.startswith(_ROW) else re.sub(r"[ \t\r]+", " ", line).strip(" \u3000\xa0|")
        for line in text.split("\n")
    )
    return [line for line in lines if line]


def _extract_pieces(element: Any, *, preformatted: bool) -> Iterator[str]:
    if element.tag == "br":
        yield "\n"
    elif element.tag == "table" and _is_data_table(element):
        yield from (f"\n{_ROW if SEPARATOR in line else ''}{line}\n" for line in write_rows([*_read_rows(element)]))
    elif not _is_link_list(element):
        preformatted = preformatted or element.tag == "pre"
        edge = "\n" if element.tag in _BLOCKS or element.tag in {"td", "th"} else ""
        yield edge + _join_flow(element.text, preformatted=preformatted)
        for child in element:
            yield from _extract_pieces(child, preformatted=preformatted)
            yield _join_flow(child.tail, preformatted=preformatted)
        yield edge


def _join_flow(text: str | None, *, preformatted: bool) -> str:
    if not text or preformatted:
        return text or ""
    return re.sub(r"[ \t\r\n]+", " ", _BREAK_BETWEEN_CHINESE.sub("", text))


def _is_data_table(table: Any) -> bool:
    """Whether a table holds facts and does not lay out a page: short cells, no table or headline in them."""
    cells = list(table.iter("td", "th"))
    nested = any(True for cell in cells for _ in cell.iter("table", "h1", "h2", "h3"))
    return len(cells) > 1 and not nested and all(len(cell.text_content()) < _LONG_CELL for cell in cells)


def _read_rows(table: Any) -> Iterator[list[GridCell]]:
    yield from ([GridCell((line,))] for caption in table.iter("caption") for line in _extract_lines(caption))
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        yield [
            GridCell(
                tuple(_extract_lines(cell)),
                min(_read_span(cell, "colspan"), _WIDEST),
                min(_read_span(cell, "rowspan"), _TALLEST),
            )
            for cell in cells
        ]


def _read_span(cell: Any, name: str) -> int:
    value = cell.get(name, "").strip()
    return int(value) if value.isdecimal() and 0 < len(value) <= 4 else 1


def _is_link_list(element: Any) -> bool:
    """A block of links: menus, related articles."""
    if element.tag not in _BLOCKS or len(list(element.iter("a"))) < 3:
        return False
    linked = sum(len(link.text_content().strip()) for link in element.iter("a"))
    return linked > 0.7 * len("".join(element.text_content().split()))
