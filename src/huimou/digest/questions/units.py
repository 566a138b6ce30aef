"""Ids of the units that questions are asked about, where the program adds something to an id and reads it back.

A unit is a group of sentences, such as `review.3`; the third part of a slot. What does not fit into one question is
asked about in halves (`review.3-a`, `review.3-b`, again halved `review.3-a-a`), and a sentence that the second look
made a group of has a name of its own (`review-look.9`).
"""

from __future__ import annotations

import re

_HALVES = re.compile(r"(?:-[ab])+$")
_SECOND_LOOK = "-look."


def name_halves(unit: str) -> tuple[str, str]:
    """Ids of the two halves of a unit."""
    return f"{unit}-a", f"{unit}-b"


def find_whole_unit(name: str) -> str:
    """Id of the unit that a half belongs to; of a whole unit its own."""
    return _HALVES.sub("", name)


def is_of_unit(name: str, unit: str) -> bool:
    """Whether an id is that of the unit or of a part of it."""
    return name == unit or name.startswith(f"{unit}-")


def build_second_look_id(role: str, number: int) -> str:
    """Id of the group that the second look makes of a sentence: the role of its section and its number."""
    return f"{role}{_SECOND_LOOK}{number}"


def is_from_second_look(unit: str) -> bool:
    """Whether the second look made the group of this id."""
    return _SECOND_LOOK in unit
