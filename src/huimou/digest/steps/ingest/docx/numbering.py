"""The automatic numbers of a document, counted as word processors count them.

Lists that share an abstract list go on with its numbers; a level begins anew after a higher one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huimou.digest.steps.ingest.docx.number_formats import write_number
from huimou.digest.steps.ingest.docx.styles import VAL, NumberingPlace, StyleSheet, W, is_on, read_integer

_LEVELS = 9
_USUAL_START = 1  # the standard says 0, but programs that leave it out mean 1
_PLACE = re.compile(r"%([1-9])")
_BULLET = "●"
_SYMBOLS = ("wingdings", "symbol", "webdings")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list is numbered.

    Args:
        start: its first number.
        form: format of the number, as `ST_NumberFormat` has it.
        text: the label, `%1` standing for the number of the first level.
        gap: what stands between label and text: nothing, or a space.
        plain: whether all numbers in the label are in digits.
        restart: the level, from 1, after which it begins anew, 0 for never; None for every higher one.
        style: id of the paragraph style that has this level.

    """

    start: int
    form: str
    text: str
    gap: str
    plain: bool
    restart: int | None
    style: str | None


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list: the key of the counters that it shares, its levels, and the numbers that it sets its levels to."""

    shared: str
    levels: Mapping[int, ListLevel]
    starts: Mapping[int, int]


@dataclass(slots=True)
class ListCounter:
    """Gives the paragraphs of a document, asked for in their order, the labels of their lists."""

    lists: Mapping[str, NumberedList]
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next_label(self, place: NumberingPlace, style: str | None) -> str:
        """The label of the next paragraph at this place, with the gap behind it; empty where the list is unknown."""
        known = self.lists.get(place.number or "")
        if known is None:
            return ""
        index = self._find_level(known, place, style)
        level = known.levels.get(index)
        if level is None:
            return ""
        counts = self._counts.setdefault(known.shared, [None] * _LEVELS)
        self._count(place.number or "", known, index, counts)
        return _write_label(known, index, counts)

    def _find_level(self, known: NumberedList, place: NumberingPlace, style: str | None) -> int:
        if place.level is not None:
            return min(place.level, _LEVELS - 1)
        return next((at for at, level in known.levels.items() if style and level.style == style), 0)

    def _count(self, number: str, known: NumberedList, index: int, counts: list[int | None]) -> None:
        level, last = known.levels[index], counts[index]
        if index in known.starts and (number, index) not in self._begun:
            counts[index] = known.starts[index]
        else:
            counts[index] = level.start if last is None else last + 1
        self._begun.add((number, index))
        for deeper in range(index + 1, _LEVELS):
            restart = known.levels[deeper].restart if deeper in known.levels else None
            if restart is None or index < restart:
                counts[deeper] = None


def read_lists(root: Any, styles: StyleSheet) -> Mapping[str, NumberedList]:
    """The lists of the parsed part `numbering` by id; None stands for a document without one."""
    if root is None:
        return {}
    abstract = {item.get(f"{W}abstractNumId"): item for item in root.findall(f"{W}abstractNum")}
    shared = {number.get(f"{W}numId"): _find_shared(number) for number in root.findall(f"{W}num")}
    lists: dict[str, NumberedList] = {}
    for number in root.findall(f"{W}num"):
        key = _follow_link(shared[number.get(f"{W}numId")], abstract, shared, styles)
        if key in abstract:
            levels = {
                at: _read_level(item) for item in abstract[key].findall(f"{W}lvl") if (at := _read_place(item)) >= 0
            }
            lists[number.get(f"{W}numId")] = _read_overrides(number, key, levels)
    return lists


def _find_shared(number: Any) -> str:
    named = number.find(f"{W}abstractNumId")
    return (named.get(VAL) or "") if named is not None else ""


def _follow_link(key: str, abstract: Mapping[str, Any], shared: Mapping[str, str], styles: StyleSheet) -> str:
    """The abstract list that has the levels: one may only name a numbering style, whose list has them."""
    link = abstract[key].find(f"{W}numStyleLink") if key in abstract else None
    number = styles.find_numbering_of_style(link.get(VAL) or "") if link is not None else None
    return shared.get(number, key) if number else key


def _read_place(level: Any) -> int:
    value = level.get(f"{W}ilvl") or ""
    return int(value) if value in set("012345678") else -1


def _read_overrides(number: Any, key: str, levels: Mapping[int, ListLevel]) -> NumberedList:
    own, starts = dict(levels), {}
    for override in number.findall(f"{W}lvlOverride"):
        place = _read_place(override)
        changed = override.find(f"{W}lvl")
        if place >= 0 and changed is not None:
            own[place] = _read_level(changed)
        if place >= 0 and (start := read_integer(override, "startOverride")) is not None:
            starts[place] = start
    return NumberedList(key, own, starts)


def _read_level(level: Any) -> ListLevel:
    start, restart = read_integer(level, "start"), read_integer(level, "lvlRestart")
    form = _read_value(level, "numFmt") or "decimal"
    text = _read_value(level, "lvlText") or ""
    if form == "bullet":
        text = _BULLET if text and (_PRIVATE.search(text) or _is_symbol_font(level)) else text
    gap = "" if _read_value(level, "suff") == "nothing" or not text or text[-1] > "\u2e80" else " "
    plain, style = is_on(level.find(f"{W}isLgl")), _read_value(level, "pStyle")
    return ListLevel(_USUAL_START if start is None else start, form, text, gap, plain, restart, style)


def _read_value(level: Any, tag: str) -> str | None:
    child = level.find(f"{W}{tag}")
    return child.get(VAL) if child is not None else None


def _is_symbol_font(level: Any) -> bool:
    """Whether a bullet is a letter of a font of symbols (l in Wingdings is a dot)."""
    fonts = level.find(f"{W}rPr/{W}rFonts")
    names = "".join(fonts.attrib.values()).lower() if fonts is not None else ""
    return any(name in names for name in _SYMBOLS)


def _write_label(known: NumberedList, index: int, counts: list[int | None]) -> str:
    level = known.levels[index]

    def write(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        other = known.levels.get(at)
        if other is None or other.form == "bullet":
            return ""
        count = counts[at]
        return write_number(other.start if count is None else count, "decimal" if level.plain else other.form)

    label = level.text if level.form == "bullet" else _PLACE.sub(write, level.text)
    return label + level.gap if label.strip() else ""
