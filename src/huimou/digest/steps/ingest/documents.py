"""Text out of HTML and DOCX; the extra `[docs]` is imported only when such a file comes.

Paragraphs, headings and table rows become lines; the cells of a row are joined by " | ".
Nothing is fetched, no macro or script is run, no external entity is read.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from huimou.errors import InputError
from huimou.language.rules import get_rule

_MAX_UNPACKED = 200 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
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


def extract_html_text(page: str, name: str) -> str:
    """The article of a web page, one block a line; navigation, scripts and hidden text are left out.

    Raises:
        InputError: lxml is not installed.

    """
    try:
        from lxml import html  # noqa: PLC0415 - part of an extra
    except ImportError as error:
        raise _build_missing_error(name, error) from error
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    title = _SITE.split(" ".join((root.findtext(".//title") or "").split()))[0]
    for element in [*root.iter(*_DROPPED), *root.iterfind(".//*[@hidden]"), *root.iterfind(".//*[@style]")]:
        if element.tag in _DROPPED or element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
            element.drop_tree()
    article = _find_article(root.find("body"))
    lines = _extract_lines(article)
    headings = [" ".join(heading.text_content().split()) for heading in root.iter("h1")]
    above = [heading for heading in headings or [title] if heading and heading not in "\n".join(lines)]
    return "\n".join([*above, *lines])


def extract_docx_text(data: bytes, name: str) -> str:
    """The body of a DOCX in document order: tables, text boxes and inserted revisions too, deleted text not.

    Raises:
        InputError: python-docx is not installed, or the file is damaged or unpacks to more than 200 MB.

    """
    try:
        import docx  # noqa: PLC0415 - part of an extra
    except ImportError as error:
        raise _build_missing_error(name, error) from error
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
            raise InputError(f"{name} unpacks to more than {_MAX_UNPACKED // 2**20} MB", "save it without pictures")
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:  # lxml's XMLSyntaxError is a SyntaxError
        raise InputError(
            f"{name} is a damaged DOCX document", "open it in a word processor and save it anew"
        ) from error
    return "\n".join(_extract_docx_lines(body))


def _build_missing_error(name: str, error: ImportError) -> InputError:
    return InputError(f"reading {name} needs {error.name}, which is not installed", 'pip install "huimou[docs]"')


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
    lines = (re.sub(r"[ \t\r]+", " ", line).strip(" \u3000\xa0|") for line in text.split("\n"))
    return [line for line in lines if line]


def _extract_pieces(element: Any, *, preformatted: bool) -> Iterator[str]:
    if element.tag == "br":
        yield "\n"
    elif element.tag == "tr" and _is_data_row(element):
        cells = (" ".join(cell.text_content().split()) for cell in element.iter("td", "th"))
        yield "\n" + " | ".join(cells) + "\n"
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


def _is_data_row(row: Any) -> bool:
    """A row of facts, not of layout: no blocks within its cells and no long ones."""
    cells = list(row.iter("td", "th"))
    nested = any(
        len(list(cell.iter("table", "div", "br", "h1", "h2", "h3"))) or len(cell.findall(".//p")) > 1 for cell in cells
    )
    return len(cells) > 1 and not nested and all(len(cell.text_content()) < 200 for cell in cells)


def _is_link_list(element: Any) -> bool:
    """A block of links: menus, related articles."""
    if element.tag not in _BLOCKS or len(list(element.iter("a"))) < 3:
        return False
    linked = sum(len(link.text_content().strip()) for link in element.iter("a"))
    return linked > 0.7 * len("".join(element.text_content().split()))


def _extract_docx_lines(container: Any) -> Iterator[str]:
    for child in container:
        if child.tag == f"{_W}p":
            yield _extract_docx_paragraph(child)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                yield _extract_docx_row(row)
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            yield from _extract_docx_lines(child)


def _extract_docx_row(row: Any) -> str:
    cells = (child for child in row.iter(f"{_W}tc") if next(child.iterancestors(f"{_W}tr")) is row)
    texts = (
        " ".join(filter(None, (_extract_docx_paragraph(p).strip() for p in cell.findall(f"{_W}p")))) for cell in cells
    )
    return " | ".join(texts)


def _extract_docx_paragraph(paragraph: Any) -> str:
    return "".join(_extract_docx_runs(paragraph)).rstrip("\n")


def _extract_docx_runs(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in {_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"}:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        elif child.tag == f"{_W}p":
            yield "\n" + _extract_docx_paragraph(child) + "\n"
        else:
            yield from _extract_docx_runs(child)
