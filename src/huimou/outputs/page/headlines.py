"""The headline figures of a report as a picture: each number as printed, what it counts, and where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.language.text import to_one_line
from huimou.model.digest import Digest, Figure
from huimou.outputs.html.shell import render_part
from huimou.outputs.items import find_sentence_number
from huimou.outputs.page.pictures import PICTURE_WIDTH, Picture
from huimou.outputs.phrases import format_printed_number

MOST = 8
TITLE = "一年要数"
_OWN = frozenset({None, "本机构", "委员"})  # whose deeds a report reviews as the body's own
_OF_ONE_ITEM = 2
_COLUMNS, _TILE, _LINE, _LINES = 2, 84, 18, 2  # tiles in a row; a tile's height; characters of a line, lines
_NOTE = "先取总述所写的数，一项至多两个；照原文写法，下注句号与编号。"


@dataclass(frozen=True, slots=True)
class HeadlineTile:
    """One number of the picture: where it is drawn, as printed, what it counts in short lines, and its place."""

    x: int
    y: int
    printed: str
    lines: tuple[str, ...]
    place: str


def draw_headlines(digest: Digest) -> Picture | None:
    """The picture of a report's headline figures; None where it has none."""
    chosen = select_headlines(digest)
    if not chosen:
        return None
    tiles = [_lay_tile(at, figure, digest) for at, figure in enumerate(chosen)]
    height = -(-len(tiles) // _COLUMNS) * _TILE
    said = "；".join(f"{to_one_line(one.metric or '')} {format_printed_number(one)}" for one in chosen)
    values = {"tiles": tiles, "width": PICTURE_WIDTH, "height": height, "label": f"{TITLE}。{said}。"}
    return Picture(TITLE, render_part("headlines.svg", values), height, _NOTE)


def select_headlines(digest: Digest) -> tuple[Figure, ...]:
    """At most `MOST` figures of the year reviewed, few of one item: first those that the overview says."""
    fit = [figure for figure in digest.figures if _is_headline(figure)]
    told = [figure for figure in fit if _is_in_overview(figure, digest)]
    chosen: list[Figure] = []
    seen: Counter[str] = Counter()
    # The body's own deeds before a state of things, whose number often only says where (8个县市区).
    for figure in (*sorted(told, key=lambda one: one.actor is None), *fit):
        if len(chosen) < MOST and figure not in chosen and seen[figure.items[0]] < _OF_ONE_ITEM:
            chosen.append(figure)
            seen[figure.items[0]] += 1
    return tuple(sorted(chosen, key=lambda figure: figure.start))


def _is_headline(figure: Figure) -> bool:
    counts = figure.value is not None and figure.mode != "vague" and figure.metric is not None
    return counts and figure.section == "review" and figure.actor in _OWN and bool(figure.items) and not figure.repeats


def _is_in_overview(figure: Figure, digest: Digest) -> bool:
    sentences = digest.year_review.overview
    return any(set(one.items) & set(figure.items) and figure.quote in one.text for one in sentences)


def _lay_tile(at: int, figure: Figure, digest: Digest) -> HeadlineTile:
    row, column = divmod(at, _COLUMNS)
    number = find_sentence_number(digest, figure.start)
    place = f"第{number}句 · {figure.id}" if number is not None else figure.id
    lines = tuple(_break_lines(to_one_line(figure.metric or "")))
    return HeadlineTile(column * PICTURE_WIDTH // _COLUMNS, row * _TILE, format_printed_number(figure), lines, place)


def _break_lines(words: str) -> Iterator[str]:
    """The words in lines that fit a tile; what does not fit ends in an ellipsis."""
    room = _LINE * _LINES
    shown: Sequence[str] = words if len(words) <= room else f"{words[: room - 1]}…"
    for start in range(0, len(shown), _LINE):
        yield "".join(shown[start : start + _LINE])
