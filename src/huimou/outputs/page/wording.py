"""An item's sentence in pieces: its title where it begins with it, the figures of the ledger, and the words between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from huimou.language.text import fold, to_one_line
from huimou.model.digest import Figure

_ENDS_IN_NUMBER = re.compile(r"[\d.,]$")
_CUT = "…"


@dataclass(frozen=True, slots=True)
class WordPiece:
    """Some words of a sentence; those of a figure have its place in the report, `start-end`, else it is empty."""

    text: str
    kind: Literal["words", "title", "figure"] = "words"
    at: str = ""


@dataclass(frozen=True, slots=True)
class ItemWording:
    """A sentence in pieces which joined are the sentence, and the ids of the figures that stand in it."""

    pieces: tuple[WordPiece, ...]
    figures: frozenset[str]


def split_sentence(sentence: str, title: str, figures: Sequence[Figure]) -> ItemWording:
    """A sentence with its title and figures apart.

    Args:
        sentence: one line.
        title: of the item, one line; it is a piece where the sentence begins with it.
        figures: of the item; each is found at the first place that no other has taken.

    """
    head = title.removesuffix(_CUT)
    begin = len(head) if head and sentence.startswith(head) else 0
    found: dict[int, tuple[int, Figure]] = {}
    for figure in figures:
        place = _find_figure(sentence, figure, begin, found)
        if place is not None:
            found[place[0]] = (place[1], figure)
    pieces = (*([WordPiece(sentence[:begin], "title")] if begin else []), *_cut_pieces(sentence, begin, found))
    return ItemWording(pieces, frozenset(figure.id for _, figure in found.values()))


def _find_figure(
    sentence: str, figure: Figure, begin: int, taken: dict[int, tuple[int, Figure]]
) -> tuple[int, int] | None:
    """The first place of a figure as it is printed that is not part of a longer number and not taken; None without."""
    printed, view = fold(to_one_line(figure.quote)), fold(sentence)
    if not printed:
        return None
    for match in re.finditer(re.escape(printed), view[begin:]):
        start, end = match.start() + begin, match.end() + begin
        whole = not (printed[0].isdigit() and _ENDS_IN_NUMBER.search(view[:start]))
        if whole and all(end <= other or start >= last for other, (last, _) in taken.items()):
            return start, end
    return None


def _cut_pieces(sentence: str, begin: int, found: dict[int, tuple[int, Figure]]) -> Iterator[WordPiece]:
    for start in sorted(found):
        end, figure = found[start]
        if start > begin:
            yield WordPiece(sentence[begin:start])
        yield WordPiece(sentence[start:end], "figure", f"{figure.start}-{figure.end}")
        begin = end
    if begin < len(sentence):
        yield WordPiece(sentence[begin:])
