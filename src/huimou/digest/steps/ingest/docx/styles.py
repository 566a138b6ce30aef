"""What the styles of a DOCX say of hidden text and of numbering, and what a run or paragraph says over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
_OFF = frozenset({"0", "false", "off"})
_DEEPEST = 20  # styles that are based on one another
_CONTENTS = "toc "


@dataclass(frozen=True, slots=True)
class NumberingPlace:
    """The list that a paragraph belongs to and its level, 0 for the outermost; what is not said is None."""

    number: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """The styles of a document by id, and the ids of the styles that hold where none is named, by kind."""

    styles: Mapping[str, Any]
    defaults: Mapping[str, str]

    def is_hidden(self, run: Any, paragraph: Any) -> bool:
        """Whether the properties of a run (`w:rPr`, or None) in a paragraph (`w:pPr`, or None) hide its text.

        What stands at the run itself counts; else, as for every toggle, the styles of paragraph and run switch one
        another.
        """
        if (own := _read_toggle(run, "vanish")) is not None:
            return own
        by_paragraph = self._find_toggle(self._name_style(paragraph, "pStyle", "paragraph"), "vanish")
        by_run = self._find_toggle(self._name_style(run, "rStyle", "character"), "vanish")
        return by_paragraph != by_run

    def find_numbering(self, paragraph: Any) -> tuple[NumberingPlace | None, str | None]:
        """The list of a paragraph (`w:pPr`, or None), and the id of the style that says so, if one does."""
        if (own := read_numbering_place(paragraph)) is not None and own.number is not None:
            return own, None
        for style in self._follow(self._name_style(paragraph, "pStyle", "paragraph")):
            said = read_numbering_place(style.find(f"{W}pPr"))
            if said is not None and said.number is not None:
                level = own.level if own is not None else said.level
                return NumberingPlace(said.number, level), style.get(f"{W}styleId")
        return None, None

    def find_numbering_of_style(self, style_id: str) -> str | None:
        """The list that a numbering style stands for."""
        style = self.styles.get(style_id)
        said = read_numbering_place(style.find(f"{W}pPr")) if style is not None else None
        return said.number if said else None

    def is_of_contents(self, paragraph: Any) -> bool:
        """Whether a paragraph is a line of an automatic table of contents."""
        style = self.styles.get(self._name_style(paragraph, "pStyle", "paragraph") or "")
        name = style.find(f"{W}name") if style is not None else None
        return name is not None and (name.get(VAL) or "").lower().startswith(_CONTENTS)

    def _name_style(self, properties: Any, tag: str, kind: str) -> str | None:
        named = properties.find(f"{W}{tag}") if properties is not None else None
        return named.get(VAL) if named is not None else self.defaults.get(kind)

    def _find_toggle(self, style_id: str | None, tag: str) -> bool:
        """Whether a style, or the nearest that it is based on and that says so, switches something on."""
        said = (_read_toggle(style.find(f"{W}rPr"), tag) for style in self._follow(style_id))
        return next((value for value in said if value is not None), False)

    def _follow(self, style_id: str | None) -> Iterator[Any]:
        for _ in range(_DEEPEST):
            style = self.styles.get(style_id or "")
            if style is None:
                return
            yield style
            based = style.find(f"{W}basedOn")
            style_id = based.get(VAL) if based is not None else None


def read_styles(root: Any) -> StyleSheet:
    """The style sheet of the parsed part `styles`; None stands for a document without one."""
    if root is None:
        return StyleSheet({}, {})
    styles = [style for style in root.iter(f"{W}style") if style.get(f"{W}styleId")]
    defaults = {
        style.get(f"{W}type", "paragraph"): style.get(f"{W}styleId")
        for style in styles
        if (style.get(f"{W}default") or "0") not in _OFF
    }
    return StyleSheet({style.get(f"{W}styleId"): style for style in styles}, defaults)


def read_numbering_place(paragraph: Any) -> NumberingPlace | None:
    """What the properties of a paragraph or of a style say of numbering."""
    said = paragraph.find(f"{W}numPr") if paragraph is not None else None
    if said is None:
        return None
    number, level = said.find(f"{W}numId"), read_integer(said, "ilvl")
    return NumberingPlace(number.get(VAL) if number is not None else None, level)


def read_integer(parent: Any, tag: str) -> int | None:
    """The whole number that a child element gives; None where there is none."""
    child = parent.find(f"{W}{tag}")
    value = (child.get(VAL) or "") if child is not None else ""
    return int(value) if value.isdecimal() and len(value) <= len("99999") else None


def is_on(element: Any) -> bool:
    """Whether an element that may switch something on does so (`w:vanish w:val="0"` does not)."""
    return element is not None and (element.get(VAL) or "1").lower() not in _OFF


def _read_toggle(properties: Any, tag: str) -> bool | None:
    element = properties.find(f"{W}{tag}") if properties is not None else None
    return None if element is None else is_on(element)
