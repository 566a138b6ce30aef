"""A sheet of charts under a title, as one SVG file that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from huimou.outputs.html.shell import SHOWN, render_part
from huimou.outputs.page.pictures import PICTURE_WIDTH, Picture

FONTS = (
    'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", '
    '"WenQuanYi Zen Hei", SimHei, "Droid Sans Fallback", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, sans-serif'
)  # resvg knows no generic family, so those of each system are named
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COLUMNS, _MARGIN, _GAP = 2, 32, 32  # columns of charts; pixels around them and between them
_HEAD, _TITLE, _CAPTION, _NOTE, _FOOT = 36, 30, 24, 16, 18  # pixels around the head and of a line of each
_LETTER, _TITLE_LETTER, _LINE = 12, 22, 40  # pixels of a character and of one of the title; characters of a note's line


@dataclass(frozen=True, slots=True)
class PictureSheet:
    """What one file shows: a title, what the charts are drawn from, the charts, and what must be known of them."""

    title: str
    subtitle: str
    pictures: tuple[Picture, ...]
    foot: str


@dataclass(frozen=True, slots=True)
class _PlacedPicture:
    title: str
    notes: tuple[str, ...]
    x: int
    y: int
    body: int
    drawing: Markup


def to_svg(sheet: PictureSheet) -> str:
    """The file's text: an SVG document with its own style, readable on light and dark screens and on paper."""
    columns = _COLUMNS if len(sheet.pictures) > 1 else 1
    width = 2 * _MARGIN + columns * PICTURE_WIDTH + (columns - 1) * _GAP
    room = width - 2 * _MARGIN
    titles = _break_lines(sheet.title, room // _TITLE_LETTER)
    below = _break_lines(sheet.subtitle, room // _LETTER)
    head = _HEAD + _TITLE * len(titles) + _NOTE * len(below)
    bottoms = [head] * columns
    placed = []
    for picture in sheet.pictures:
        column = bottoms.index(min(bottoms))
        placed.append(_place_picture(picture, column, bottoms[column]))
        bottoms[column] = placed[-1].body + picture.height + _GAP
    feet = _break_lines(sheet.foot, room // _LETTER)
    values = {
        "sheet": sheet,
        "fonts": Markup(FONTS),  # noqa: S704 (ours)
        "placed": placed,
        "titles": titles,
        "below": below,
        "feet": feet,
        "width": width,
        "height": max(bottoms) + len(feet) * _FOOT + _MARGIN // 2,
        "margin": _MARGIN,
        "bottom": max(bottoms),
    }
    return _NOT_IN_XML.sub(SHOWN, str(render_part("picture.svg", values))) + "\n"


def _place_picture(picture: Picture, column: int, top: int) -> _PlacedPicture:
    x = _MARGIN + column * (PICTURE_WIDTH + _GAP)
    notes = _break_lines(picture.note, _LINE)
    body = top + _CAPTION + _NOTE * len(notes)
    size = f'<svg x="{x}" y="{body}" width="{PICTURE_WIDTH}" height="{picture.height}" '
    drawing = Markup(str(picture.svg).replace("<svg ", size, 1))  # noqa: S704 (numbers are put in)
    return _PlacedPicture(picture.title, notes, x, top, body, drawing)


def _break_lines(words: str, longest: int) -> tuple[str, ...]:
    parts: Sequence[str] = [words[at : at + longest] for at in range(0, len(words), longest)]
    return tuple(parts)
