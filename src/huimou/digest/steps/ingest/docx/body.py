"""Paragraphs, tables and notes of a DOCX put together, a paragraph or table row a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from huimou.digest.steps.ingest.docx.numbering import ListCounter, read_lists
from huimou.digest.steps.ingest.docx.parts import DocxParts
from huimou.digest.steps.ingest.docx.runs import HIDDEN, RunReader, find_value, is_mark_gone
from huimou.digest.steps.ingest.docx.styles import StyleSheet, W, is_on, read_integer, read_styles
from huimou.digest.steps.ingest.tables.grid import GridCell, write_rows
from huimou.language.text import fold, is_finished
from huimou.model.report import ExtractedText, Problem

_WRAPPERS = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))
_NOTES_HEADING = "注释"
_CONTENTS = "Table of Contents"
_WIDEST = 100  # columns


def read_document(parts: DocxParts) -> ExtractedText:
    """The text of a parsed document, and what in it is hidden."""
    reader = _BodyReader(parts)
    lines = [*reader.read_blocks(parts.document.find(f"{W}body"))]
    lines += reader.read_notes(parts)
    marked = "\n".join(lines)
    problems = tuple(_find_hidden_problem(marked, reader.runs.hidden))
    return ExtractedText(marked.replace(HIDDEN, ""), problems, margins=tuple(_read_margins(parts.margins)))


def _read_margins(margins: Iterable[Any]) -> Iterator[str]:
    """The paragraphs of headers and footers that say something, each once."""
    paragraphs = (paragraph for margin in margins for paragraph in margin.iter(f"{W}p"))
    lines = ("".join(part.text or "" for part in paragraph.iter(f"{W}t")).strip() for paragraph in paragraphs)
    yield from dict.fromkeys(line for line in lines if line)


def _find_hidden_problem(marked: str, hidden: list[str]) -> Iterator[Problem]:
    if hidden:
        letters = sum(len("".join(text.split())) for text in hidden)
        message = f"文档中有隐藏文字{len(hidden)}处，共{letters}字，文档打开时并不显示，未收入正文"
        before, _, rest = marked.partition(HIDDEN)
        start = len(before) - len(before.rpartition("\n")[2])
        end = len(before) + len(rest.partition("\n")[0].replace(HIDDEN, ""))
        yield Problem("hidden_text", message, start, end)


class _BodyReader:
    """Reads one document from its beginning to its end."""

    def __init__(self, parts: DocxParts) -> None:
        self.styles: StyleSheet = read_styles(parts.styles)
        self.runs = RunReader(self.styles, self.read_blocks)
        self._counter = ListCounter(read_lists(parts.numbering, self.styles))

    def read_blocks(self, container: Any, *, in_table: bool = False) -> Iterator[str]:
        """The lines of the body, a table cell, a text box or a note; a paragraph without an end goes on in the next."""
        begun = ""
        for child in _unwrap(container):
            if child.tag == f"{W}tbl":
                yield from [begun] if begun else []
                yield from write_rows([*self._read_rows(child)])
                begun = ""
                continue
            properties = child.find(f"{W}pPr")
            if self.styles.is_of_contents(properties):
                continue
            words = self.runs.read(child)
            gone = is_mark_gone(properties, self.styles)
            if not (gone and not words.strip(HIDDEN)):
                words = self._add_label(properties, words, always=in_table)
            begun += words
            if not gone:
                yield begun
                begun = ""
        if begun:
            yield begun

    def read_notes(self, parts: DocxParts) -> Iterator[str]:
        """A heading and the footnotes and endnotes, each a line that ends as a sentence; nothing without notes."""
        known = {
            (kind, note.get(f"{W}id")): note
            for kind, root in (("footnote", parts.footnotes), ("endnote", parts.endnotes))
            for note in (root.iter(f"{W}{kind}") if root is not None else ())
        }
        named = list(dict.fromkeys(self.runs.notes))
        texts = [" ".join(" ".join(self.read_blocks(known[note])).split()) for note in named if note in known]
        written = [text for text in texts if text]
        yield from [_NOTES_HEADING] if written else []
        for number, text in enumerate(written, start=1):
            yield f"[{number}] {text}" + ("" if is_finished(fold(text)) else "。")

    def _add_label(self, properties: Any, words: str, *, always: bool) -> str:
        place, style = self.styles.find_numbering(properties)
        label = self._counter.next_label(place, style) if place else ""
        shown = words.replace(HIDDEN, "").strip()
        return label + words if shown or (always and label) else words

    def _read_rows(self, table: Any) -> Iterator[list[GridCell]]:
        for row in _unwrap(table, "tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            if properties is not None and is_on(properties.find(f"{W}hidden")):
                self.runs.leave_out(row)
                continue
            before = (read_integer(properties, "gridBefore") or 0) if properties is not None else 0
            skipped = [GridCell(())] * min(before, _WIDEST)
            yield [*skipped, *(self._read_cell(cell) for cell in _unwrap(row, "tc"))]

    def _read_cell(self, cell: Any) -> GridCell:
        lines = (line for text in self.read_blocks(cell, in_table=True) for line in text.split("\n"))
        properties = cell.find(f"{W}tcPr")
        width = (read_integer(properties, "gridSpan") or 1) if properties is not None else 1
        merged = properties.find(f"{W}vMerge") if properties is not None else None
        goes_on = merged is not None and find_value(properties, f"{W}vMerge") != "restart"
        nested = cell.find(f".//{W}tbl") is not None
        kept = tuple(line.strip() for line in lines if line.strip())
        return GridCell(kept, min(width, _WIDEST), goes_on=goes_on, nested=nested)


def _unwrap(container: Any, *tags: str) -> Iterator[Any]:
    """The paragraphs and tables of a container, or its children of the tags, also those inside content controls."""
    wanted = {f"{W}{tag}" for tag in tags or ("p", "tbl")}
    for child in container if container is not None else ():
        if child.tag in wanted:
            yield child
        elif child.tag in _WRAPPERS and not _is_contents(child):
            yield from _unwrap(child, *tags)


def _is_contents(control: Any) -> bool:
    return find_value(control, f"{W}sdtPr/{W}docPartObj/{W}docPartGallery") == _CONTENTS
