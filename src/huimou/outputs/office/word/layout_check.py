"""Holding a Word document against the layout of official papers, GB/T 9704-2012: one line for each thing that differs.

Looked at are paper, margins, lines of a page and characters of a line, the title, the levels of headings, fonts, sizes
and indents of the text, and page numbers. Tables, and what stands behind the mark 附件, are not the text of the paper.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from huimou.errors import UsageError
from huimou.language.rules import get_rule
from huimou.language.written_numbers import write_chinese
from huimou.outputs.office.word.look import TextLook, find_look
from huimou.outputs.office.word.selection import CHARACTERS, LINES
from huimou.outputs.office.word.template_file import load_docx

_PAPER = (("纸宽", "page_width", 210.0), ("纸高", "page_height", 297.0))
_MARGINS = (
    ("天头（上边距）", "top_margin", 37.0),
    ("下边距", "bottom_margin", 35.0),
    ("订口（左边距）", "left_margin", 28.0),
    ("右边距", "right_margin", 26.0),
)
_NEAR = 1.0  # mm, as the standard allows for the margins
_TEXT_SIZE, _TITLE_SIZE, _NUMBER_SIZE = 16.0, 22.0, 14.0
_TWIPS_OF_POINT, _POINTS_OF_MM = 20, 72 / 25.4
_SHOWN = 12  # characters of a paragraph that a finding quotes
_LEVELS = tuple(get_rule(f"official_layout.level_{level}") for level in (1, 2, 3, 4))
_LEVEL_FONTS = ("一级标题", "二级标题", "正文", "正文")
_FONTS = get_rule("official_layout.fonts")
_ANNEX, _RED = "附件", "FF0000"


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph of the text: the paragraph, its words, and the look of its first words."""

    paragraph: Any
    text: str
    look: TextLook


def check_layout(data: bytes) -> tuple[str, ...]:
    """What of a .docx file differs from GB/T 9704-2012, a line of Chinese each; empty where nothing does.

    Raises:
        UsageError: python-docx is not installed, or these bytes are no .docx file.

    """
    docx = load_docx()
    try:
        document = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise UsageError("not a Word document", "give a .docx file; save a .doc or .wps as .docx first") from error
    section = document.sections[0]
    lines = _collect_lines(document)
    at = next((index for index, line in enumerate(lines) if _is_title(line)), None)
    title, body = (None, lines) if at is None else (lines[at], lines[at + 1 :])
    findings = itertools.chain(
        _check_page(section),
        _check_grid(document, section, body),
        _check_title(title),
        _check_levels(body),
        _check_text(body),
        _check_page_numbers(document, section),
    )
    return tuple(dict.fromkeys(findings))


def _collect_lines(document: Any) -> list[_Line]:
    """The paragraphs of the text up to the annex that hold words."""
    held = ((paragraph, _read_words(paragraph)) for paragraph in document.paragraphs)
    words = itertools.takewhile(lambda one: one[1] != _ANNEX, held)
    return [_Line(paragraph, text, find_look(paragraph, document)) for paragraph, text in words if text]


def _read_words(paragraph: Any) -> str:
    """The words of a paragraph as it reads after its changes, without those deleted."""
    return "".join(paragraph._p.xpath(".//w:t[not(ancestor::w:del)]/text()")).strip()  # noqa: SLF001 (no public way)


def _is_title(line: _Line) -> bool:
    return line.look.style == "Title" or ((line.look.size or 0) >= _TITLE_SIZE and line.look.color != _RED)


def _check_page(section: Any) -> Iterator[str]:
    for name, field, wanted in (*_PAPER, *_MARGINS):
        value = getattr(section, field)
        if value is None or abs(value.mm - wanted) > _NEAR:
            said = "未设" if value is None else f"{value.mm:.1f}毫米"
            yield f"{name}为{said}，应为{wanted:g}毫米"


def _check_grid(document: Any, section: Any, body: Sequence[_Line]) -> Iterator[str]:
    """Lines of a page, by the distance of lines of most of the text, and characters of a line."""
    pitches = [line.look.line for line in body if line.look.line] or [_find_grid_pitch(document)]
    pitch = max(set(pitches), key=pitches.count)
    if None in (getattr(section, field) for _, field, _ in (*_PAPER, *_MARGINS)):
        return  # told of already
    height = section.page_height.pt - section.top_margin.pt - section.bottom_margin.pt
    width = section.page_width.pt - section.left_margin.pt - section.right_margin.pt
    if not pitch:
        yield f"未设固定行距或行网格，应为每页{LINES}行（行距约29磅）"
    elif (lines := int(height / pitch + 0.05)) != LINES:
        yield f"行距{pitch:g}磅，每页{lines}行，应为{LINES}行"
    looks = [line.look for line in body if line.look.size == _TEXT_SIZE]
    characters = {int(width / (_TEXT_SIZE + look.spacing) + 0.05) for look in looks}
    if looks and CHARACTERS not in characters:
        yield f"每行{max(characters)}字，应为{CHARACTERS}字"


def _find_grid_pitch(document: Any) -> float:
    found = document.element.xpath(".//w:sectPr/w:docGrid[@w:type]/@w:linePitch")
    return int(found[-1]) / _TWIPS_OF_POINT if found else 0


def _check_title(title: _Line | None) -> Iterator[str]:
    if title is None:
        yield "未找到标题（2号小标宋体，居中）"
        return
    if title.look.size != _TITLE_SIZE:
        yield f"标题字号为{title.look.size or 0:g}磅，应为2号（22磅）"
    yield from (f"标题：{fault}" for fault in _check_font("标题", title))
    if title.look.align != "center":
        yield "标题未居中"


def _check_levels(body: Sequence[_Line]) -> Iterator[str]:
    """Numbers of headings: each level begins with 1 below the level above it and leaves none out."""
    counts = [0] * len(_LEVELS)
    for line in body:
        level = _find_level(line.text)
        if level is None:
            continue
        if level and not counts[level - 1] and any(counts[:level]):
            yield f"{_quote(line)}：越级，上面没有{_LEVELS[level - 1].row.title}"
        match = _LEVELS[level].match(line.text)
        counts[level] += 1
        counts[level + 1 :] = [0] * (len(counts) - level - 1)
        if match and match["number"] not in {str(counts[level]), write_chinese(counts[level])}:
            yield f"{_quote(line)}：序号不连续，此处应为第{counts[level]}"
            counts[level] = _read_number(match["number"], counts[level])


def _read_number(written: str, expected: int) -> int:
    """The number that is written, so that one gap is told once."""
    if written.isdigit():
        return int(written)
    return next((number for number in range(1, 100) if write_chinese(number) == written), expected)


def _find_level(text: str) -> int | None:
    return next((level for level, rule in enumerate(_LEVELS) if rule.match(text)), None)


def _check_text(body: Sequence[_Line]) -> Iterator[str]:
    """What is wrong with paragraphs, each thing once with the first of them and how many there are."""
    found: dict[str, list[_Line]] = {}
    for line in body:
        for fault in _list_faults(line):
            found.setdefault(fault, []).append(line)
    for fault, lines in found.items():
        yield f"{_quote(lines[0])}{f'等{len(lines)}段' if len(lines) > 1 else ''}：{fault}"


def _list_faults(line: _Line) -> Iterator[str]:
    level = _find_level(line.text)
    yield from _check_font("正文" if level is None else _LEVEL_FONTS[level], line)
    if line.look.size != _TEXT_SIZE:
        yield f"字号为{line.look.size or 0:g}磅，应为3号（16磅）"
    if not line.look.is_indented and line.look.align != "center":
        yield "首行未空两字"


def _check_font(where: str, line: _Line) -> Iterator[str]:
    wanted = _FONTS.map[where].split("|")
    if not any(name.casefold() in (line.look.font or "").casefold() for name in wanted):
        yield f"字体为{line.look.font or '未设'}，应为{wanted[0]}"


def _quote(line: _Line) -> str:
    text = line.text if len(line.text) <= _SHOWN else f"{line.text[:_SHOWN]}…"
    return f"“{text}”"


def _check_page_numbers(document: Any, section: Any) -> Iterator[str]:
    footers = [("单页", section.footer, "right")]
    if document.settings.odd_and_even_pages_header_footer:
        footers.append(("双页", section.even_page_footer, "left"))
    else:
        yield "页码未分单双页：单页居右空一字，双页居左空一字"
    for name, footer, side in footers:
        numbered = [p for p in footer.paragraphs if p._p.xpath(".//w:instrText | .//w:fldSimple")]  # noqa: SLF001
        if not numbered:
            yield f"{name}没有页码"
            continue
        look = find_look(numbered[0], document)
        if look.align != side and len(footers) > 1:
            yield f"{name}页码未居{'右' if side == 'right' else '左'}"
        if look.size != _NUMBER_SIZE:
            yield f"{name}页码字号为{look.size or 0:g}磅，应为4号（14磅）"
        yield from (f"{name}页码：{fault}" for fault in _check_font("页码", _Line(numbered[0], "", look)))
