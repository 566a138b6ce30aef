"""The words of a paragraph as a word processor shows them, run by run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from huimou.digest.steps.ingest.docx.styles import VAL, StyleSheet, W, is_on

HIDDEN = "\ufdd0"  # stands in the words where something hidden was left out; no text has this character
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SKIPPED = frozenset(
    (
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
        *(f"{W}{tag}" for tag in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "rt", "tblPr", "sectPr")),
    )
)
_NOTE_MARK = re.compile(r"[\[［(（〔【]?(?:\d{1,3}|[①-⑳*＊†])[\]］)）〕】]?")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BREAKS: Mapping[str, str] = MappingProxyType({f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n"})
_NOTES = (f"{W}footnoteReference", f"{W}endnoteReference")


@dataclass(slots=True)
class RunReader:
    """Reads the paragraphs of one document in their order, and remembers what it leaves out.

    Args:
        styles: of the document.
        read_box: gives the lines of a text box.
        hidden: texts that are not shown.
        notes: kind (`footnote` or `endnote`) and id of every note, in the order of their marks.

    """

    styles: StyleSheet
    read_box: Callable[[Any], Iterable[str]]
    hidden: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    _instructing: list[bool] = field(default_factory=list)

    def read(self, paragraph: Any) -> str:
        """The words of a paragraph, without its automatic number."""
        words: list[str] = []
        self._read_children(paragraph, paragraph.find(f"{W}pPr"), words)
        return "".join(words).rstrip("\n")

    def leave_out(self, element: Any) -> str:
        """Remember all text of an element as hidden; what stands in its place, nothing if it has no text."""
        text = "".join(part.text or "" for part in element.iter(f"{W}t"))
        if not text.strip():
            return ""
        self.hidden.append(text)
        return HIDDEN

    def _read_children(self, element: Any, paragraph: Any, words: list[str]) -> None:
        for child in element:
            if child.tag in _SKIPPED or (child.tag == f"{W}sdt" and _is_placeholder(child)):
                continue
            if child.tag == f"{W}r":
                self._read_run(child, paragraph, words)
            elif child.tag == f"{W}txbxContent":
                words += ("\n", "\n".join(self.read_box(child)), "\n")
            elif child.tag == f"{_M}t":
                words.append(child.text or "")
            else:
                self._read_children(child, paragraph, words)

    def _read_run(self, run: Any, paragraph: Any, words: list[str]) -> None:
        properties = run.find(f"{W}rPr")
        if self.styles.is_hidden(properties, paragraph):
            self._read_fields(run)
            words.append(self.leave_out(run))
            return
        raised = properties is not None and properties.find(f"{W}vertAlign[@{W}val='superscript']") is not None
        for child in run:
            if child.tag in _NOTES:
                self.notes.append((child.tag.removeprefix(W).removesuffix("Reference"), child.get(f"{W}id") or ""))
                if _is_on_attribute(child, "customMarkFollows"):
                    return
            elif child.tag == f"{W}fldChar":
                self._read_field(child)
            elif child.tag == f"{W}t":
                words.append(self._read_text(child, "".join(words[-3:]) if raised else None))
            elif child.tag in _BREAKS:
                words.append(_BREAKS[child.tag])
            elif child.tag not in _SKIPPED:
                self._read_children(child, paragraph, words)

    def _read_text(self, element: Any, before: str | None) -> str:
        """The text of a `w:t`; `before` are the words in front of raised text."""
        text = (element.text or "").replace(HIDDEN, "")
        if any(self._instructing):
            return ""
        return text if before is None else _write_raised(text, before)

    def _read_fields(self, run: Any) -> None:
        for mark in run.iter(f"{W}fldChar"):
            self._read_field(mark)

    def _read_field(self, mark: Any) -> None:
        """Follow the fields, one within another: what stands before `separate` is an instruction, not shown."""
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            self._instructing.append(True)
        elif kind == "separate" and self._instructing:
            self._instructing[-1] = False
        elif kind == "end" and self._instructing:
            self._instructing.pop()


def _is_on_attribute(element: Any, name: str) -> bool:
    """Whether an attribute of WordprocessingML switches something on."""
    return (element.get(f"{W}{name}") or "0").lower() in {"1", "true", "on"}


def is_mark_gone(properties: Any, styles: StyleSheet) -> bool:
    """Whether the end of a paragraph (`w:pPr`, or None) is hidden or deleted: the next one goes on in its line."""
    mark = properties.find(f"{W}rPr") if properties is not None else None
    if mark is None:
        return styles.is_hidden(None, properties)
    deleted = any(mark.find(f"{W}{tag}") is not None for tag in ("del", "moveFrom"))
    return deleted or is_on(mark.find(f"{W}specVanish")) or styles.is_hidden(mark, properties)


def _is_placeholder(control: Any) -> bool:
    """Whether a content control is empty and only says what is to be written there."""
    return is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


def _write_raised(text: str, before: str) -> str:
    """Raised characters: the mark of a note is left out, an exponent is written so that it joins no number."""
    last = before.rstrip(HIDDEN)[-1:]
    if last.isascii() and last.isalpha():
        return text
    if last.isascii() and last.isdigit():
        return text.translate(_RAISED)
    return "" if _NOTE_MARK.fullmatch(text.strip()) else text


def find_value(parent: Any, path: str) -> str | None:
    """The `w:val` of an element below another one; None where there is none."""
    child = parent.find(path) if parent is not None else None
    return child.get(VAL) if child is not None else None
