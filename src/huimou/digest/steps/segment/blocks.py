"""Text to blocks: headings, bullets and paragraphs, with lines that layout cut put together again.

A page or column break cuts a sentence (「联系党外⏎⏎委员」) and a hard wrap cuts every line; both leave a line that is
long, unfinished, and followed by one that starts nothing new. Such lines join into one block; the text stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from huimou.language.markers import find_marker
from huimou.language.rules import get_rule, remember
from huimou.language.text import fold, is_finished

BlockKind = Literal["heading", "item", "paragraph"]

_INNER = re.compile(r"[。;!?]|[,、]")
BYLINE = get_rule("blocks.byline")
RESPONSIBLE = get_rule("blocks.responsible")
_LABEL = get_rule("blocks.label")
_COUNTED = get_rule("lexicon.counted")
_CREDIT = get_rule("blocks.photo_credit")
_TAIL = get_rule("blocks.tail")
_HANGING = get_rule("blocks.hanging")
_TALLY = get_rule("blocks.tally")
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
_INDENT = re.compile(r"(?<=[^\s、.．])[ \u00a0]*\u3000[\s\u3000]*\u3000(?=\S)")
_FLATTENED = 300
_LEAST_CUT = 12
_LONG_LINE = 40
_HEADING_LIMIT = 60
_AT_HAND = 2  # texts; one is looked at again for headings that it may have, and may be segmented twice
_PLAIN_HEADING_LIMIT = 48


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One printed line without the white space around it; `blank` counts the empty lines above."""

    start: int
    end: int
    blank: int
    text: str
    indented: bool
    hard_break: bool

    @property
    def marker(self) -> str | None:
        """Name of the marker that the line begins with, e.g. `一、`, `##`, `●`."""
        found = find_marker(self.text)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, list item or paragraph; `text` is the folded view of the range `start:end`, offsets equal."""

    kind: BlockKind
    start: int
    end: int
    marker: str | None
    blank: int
    text: str
    breaks: tuple[int, ...] = ()

    @property
    def body_start(self) -> int:
        """Offset of the first character after the marker."""
        found = find_marker(self.text)
        return self.start + (found[1] if found else 0)

    @property
    def body(self) -> str:
        """Folded text after the marker, without line breaks, spaces or bold marks."""
        return re.sub(r"[\s*]+", "", self.text[self.body_start - self.start :])


@dataclass(frozen=True, slots=True)
class HardWrap:
    """A hard wrap: characters to a line, how many line breaks were joined, and where the first and last of them lie."""

    width: int
    joined: int
    start: int
    end: int


@remember(_AT_HAND)
def split_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text in order; every character that is not white space lies in exactly one of them."""
    view = fold(text)
    lines = _split_lines(text, view)
    return tuple(_build_block(run, view) for run in _group_lines(lines, _measure_wrap_width(lines)))


def find_wrap(text: str) -> HardWrap | None:
    """How a text is hard-wrapped; None where its lines are whole paragraphs."""
    lines = _split_lines(text, fold(text))
    width = _measure_wrap_width(lines)
    runs = [run for run in _group_lines(lines, width) if len(run) > 1]
    if width is None or not runs:
        return None
    return HardWrap(width, sum(len(run) - 1 for run in runs), runs[0][0].start, runs[-1][-1].end)


def _group_lines(lines: Sequence[PrintedLine], width: int | None) -> list[list[PrintedLine]]:
    """Lines that belong together."""
    runs: list[list[PrintedLine]] = []
    for line in lines:
        if runs and _continues(runs[-1], line, width):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _split_lines(text: str, view: str) -> list[PrintedLine]:
    lines: list[PrintedLine] = []
    last = 0
    for first, end in _find_line_ranges(text):
        raw = view[first:end]
        stripped = raw.strip()
        if not stripped:
            continue
        start = first + len(raw) - len(raw.lstrip())
        blank = max(0, view.count("\n", last, first) - 1) if lines else 0
        lines.append(
            PrintedLine(
                start, start + len(stripped), blank, stripped, indented=raw[:1].isspace(), hard_break=raw.endswith("  ")
            )
        )
        last = end
    return lines


def _find_line_ranges(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of the lines; a very long one has lost its line breaks, and its indents show where they were."""
    for found in _LINE.finditer(text):
        start = found.start()
        if len(found.group()) >= _FLATTENED:
            for indent in _INDENT.finditer(text, found.start(), found.end()):
                yield start, indent.start()
                start = indent.start()
        yield start, found.end()


def _measure_wrap_width(lines: Sequence[PrintedLine]) -> int | None:
    """Characters to a line in a hard-wrapped text, None if lines are whole paragraphs.

    Wrapped texts have most of their unfinished lines at one length (give or take two for hanging punctuation).
    """
    lengths = Counter(len(line.text) for line in lines if len(line.text) >= 12)
    if not lengths or len(lines) < 12:
        return None
    width = max(lengths, key=lambda n: (sum(lengths[n + d] for d in (-2, -1, 0, 1)), n))
    near = [line for line in lines if width - 3 <= len(line.text) <= width + 2]
    unfinished = sum(not is_finished(line.text) for line in near)
    longer = sum(len(line.text) > width + 2 for line in lines)
    is_wrapped = len(near) >= len(lines) * 0.4 and unfinished >= len(near) * 0.6 and longer <= len(lines) * 0.05
    return width if is_wrapped else None


def _continues(run: Sequence[PrintedLine], line: PrintedLine, width: int | None) -> bool:
    last = run[-1]
    if line.marker or line.text[0] in "|<" or BYLINE.search(line.text) or _CREDIT.search(last.text):
        return False
    if _is_label(last, line):
        return False
    return _is_tail(last, line) or _joins_on(run, line, width)


def _is_label(last: PrintedLine, line: PrintedLine) -> bool:
    """Whether both lines begin with a label, such as who is responsible or by when: each label has its own line."""
    return bool(_LABEL.match(line.text) and _LABEL.match(last.text)) and not is_finished(last.text)


def _is_tail(last: PrintedLine, line: PrintedLine) -> bool:
    """Whether a line is the end of a word that the line above broke off (「度。」), whatever it begins with."""
    return (
        bool(_TAIL.match(line.text)) and not line.blank and not is_finished(last.text) and len(last.text) >= _LEAST_CUT
    )


def _joins_on(run: Sequence[PrintedLine], line: PrintedLine, width: int | None) -> bool:
    last, first = run[-1], run[0]
    if first.marker == "-" and not (is_subtitle(last.text) and len(run) == 1):
        return not line.blank and (last.hard_break or not is_finished(last.text))
    if (last.hard_break and not line.blank) or (RESPONSIBLE.match(line.text) and is_finished(last.text)):
        return True
    if is_finished(last.text):
        return bool(width) and not line.blank and not line.indented and len(last.text) >= (width or 0) - 2
    if width:
        return not line.indented and (len(last.text) >= width - 3 or _is_cut_paragraph(run))
    return _is_cut(run, last)


def _is_cut_paragraph(run: Sequence[PrintedLine]) -> bool:
    """Whether wrapped lines end in a short, unfinished one after whole sentences: a page break cut the paragraph."""
    return len(run) > 1 and re.search(r"[。;]", "".join(line.text for line in run)) is not None


def is_subtitle(folded: str) -> bool:
    """Whether a line is a short one after a dash, without a full stop: 「——某市政协2022年工作综述」."""
    return folded.startswith(("——", "--")) and len(folded) <= _LONG_LINE and not re.search(r"[。;!?]", folded)


def _is_cut(run: Sequence[PrintedLine], last: PrintedLine) -> bool:
    """Whether a line stops in mid-sentence: long, with punctuation inside, or the tail of a run that was cut before."""
    whole = "".join(line.text for line in run)
    if len(run) == 1 and last.marker and "。" not in last.text and len(last.text) <= _HEADING_LIMIT:
        return False
    if len(run) == 1 and _HANGING.search(last.text):
        return True
    has_sentences = bool(re.search(r"[。;]", whole))
    return (has_sentences and len(whole) >= 20) or (len(whole) >= _LONG_LINE and bool(_INNER.search(whole)))


def _build_block(run: Sequence[PrintedLine], view: str) -> Block:
    start, end = run[0].start, run[-1].end
    text = view[start:end]
    breaks = tuple(after.start for before, after in pairwise(run) if before.hard_break and before.text.endswith("**"))
    return Block(_classify_block(text, run[0].marker), start, end, run[0].marker, run[0].blank, text, breaks)


def _classify_block(text: str, marker: str | None) -> BlockKind:
    bare = re.sub(r"\s+", "", text)
    if marker and marker.startswith("#"):
        return "heading"
    if marker == "-":
        return "item"
    if is_finished(bare) and not bare.endswith((":", "…", "**")):
        return "paragraph"
    limit = _HEADING_LIMIT if marker else _PLAIN_HEADING_LIMIT
    tells = RESPONSIBLE.match(bare) or (marker is None and _is_count(bare))
    if tells or "。" in bare or ";" in bare or len(bare) > limit:
        return "paragraph"
    return "heading"


def _is_count(bare: str) -> bool:
    """Whether a line counts something and so is no heading: 「立案提案：158件」, or a part of a sentence."""
    return bool(_TALLY.search(bare)) or ("," in bare and _COUNTED.search(bare) is not None)
