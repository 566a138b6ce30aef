"""Which figures say again what an earlier one of the report has said: one count, printed two or three times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from huimou.language.figures.description import split_verb
from huimou.language.figures.topic import find_period
from huimou.language.rules import get_rule
from huimou.model.report import Quantity

_LEAST_NAME = 4  # characters that one name may share with the end of a longer one and still name the same
_SMALL = 10  # a number that two different things have by chance
_OWN_NAME = get_rule("figure_words.own_name_in_front")


def find_repeats(figures: Sequence[Quantity], parts: Sequence[str]) -> dict[int, int]:
    """For each figure that repeats an earlier one the place of the first, both counted from 0.

    Args:
        figures: in the order of the text.
        parts: the part of the report that each lies in (review, plan, other): a target is no repeat of a result.

    """
    first: dict[Hashable, list[_Count]] = defaultdict(list)
    found: dict[int, int] = {}
    for place, (figure, part) in enumerate(zip(figures, parts, strict=True)):
        if figure.value is None or not figure.counted:
            continue
        alike = first[figure.value, figure.value_max, figure.unit, figure.mode, figure.direction, part]
        this = _Count(place, figure, find_period(figure.metric or ""), _name_thing(figure))
        same = next((earlier.place for earlier in alike if _counts_the_same(earlier, this)), None)
        if same is None:
            alike.append(this)
        else:
            found[place] = same
    return found


@dataclass(frozen=True, slots=True)
class _Count:
    """A figure with its place among all, the period that its metric names, and the thing counted."""

    place: int
    figure: Quantity
    period: str
    thing: str


def _counts_the_same(one: _Count, other: _Count) -> bool:
    """Whether two figures of one value and unit count the same thing in the same time."""
    if one.period != other.period or one.figure.actor != other.figure.actor:
        return False
    if one.figure.metric == other.figure.metric:
        return True
    if (one.figure.value or 0) < _SMALL:
        return False
    names = sorted((one.thing, other.thing), key=len)
    return len(names[0]) >= _LEAST_NAME and names[1].endswith(names[0])


def _name_thing(figure: Quantity) -> str:
    """The thing counted, without verb and without the reporting body."""
    words = _OWN_NAME.sub("", figure.counted or "")
    return split_verb(words)[1]
