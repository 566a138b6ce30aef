"""A damaged text is read without its damage: what nobody reads is cut out, with a way back to every character.

Rows of tables are read as sentences.
Tags, page numbers, pinyin and doubled commas are cut; nothing is repaired by guess, and damage that cannot be cut out
is only reported. Every kind of damage is a problem with its place and its effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from huimou.digest.steps.ingest.columns import find_interleaved_columns
from huimou.digest.steps.ingest.lines import find_asides, find_inline_page_numbers, is_broken_sentence
from huimou.digest.steps.ingest.mojibake import condense_problems, find_damage, find_spoilt_passages
from huimou.digest.steps.ingest.pinyin import find_pinyin
from huimou.digest.steps.ingest.residue import find_entities, find_escapes, find_hidden_characters, find_markup
from huimou.digest.steps.ingest.spacing import find_doubled_punctuation, find_spaced_text
from huimou.digest.steps.ingest.tables.view import view_tables
from huimou.digest.steps.ingest.translations import find_inline_translations
from huimou.digest.steps.ingest.watermarks import find_loose_watermarks, find_watermarks
from huimou.language.reading import Aside, CleanReading
from huimou.language.text import TextCut, View, apply_cuts, merge_spans, view_whole
from huimou.model.report import Layout, Problem

_NEAR = 60
_MOST_OF_A_KIND = 12
_SHOWN = 16
_REACH = 2000
_SHORT_LINE = 60
_BREAK = r"(?:\r\n|[\r\n\f\v\u2028\u2029])"
_PRINTED = re.compile(rf"[^\r\n\f\v\u2028\u2029]+(?:{_BREAK}|\Z)(?:[^\S\r\n]*{_BREAK})*")
_LAST_LINE = re.compile(r"([^\r\n\f\v\u2028\u2029]*\S)\s*\Z")
_FIRST_LINE = re.compile(r"\s*([^\r\n\f\v\u2028\u2029]+)")
_INLINE: tuple[tuple[str, Callable[[str], Iterable[TextCut]], str], ...] = (
    ("hidden_character", find_hidden_characters, "夹有看不见的字符{n}处（{shown}），阅读时略去，引文照录"),
    ("html_residue", find_markup, "网页代码残留{n}处（{shown}），阅读时略去，引文照录"),
    ("html_residue", find_entities, "网页字符代码{n}处（{shown}），按所代表的字符理解，引文照录"),
    ("escape_residue", find_escapes, "转义符残留{n}处（{shown}），按原意理解，引文照录"),
    ("translation", find_inline_translations, "正文后附外文对照{n}处（{shown}），不作正文，不重复计数"),
    ("spaced_text", find_spaced_text, "字与字之间夹有空白{n}处（{shown}），按连写理解，引文照录"),
)
_WITHIN: tuple[tuple[str, Callable[[str], Iterable[TextCut]], str], ...] = (
    ("page_number", find_inline_page_numbers, "行内夹有页码{n}处（{shown}），阅读时略去，引文照录"),
    ("pinyin", find_pinyin, "字词后括注拼音{n}处（{shown}），摘要中略去，引文照录"),
    ("watermark", find_watermarks, "正文中夹有水印、广告或网址{n}处（{shown}），摘要中略去，引文照录"),
    ("doubled_punctuation", find_doubled_punctuation, "标点重叠{n}处（{shown}），按一个标点断句，引文照录"),
)
_LINES = {
    "page_number": "页码“{shown}”，不作正文",
    "running_head": "书眉、页脚或水印“{shown}”反复出现，不作正文",
    "watermark": "水印、广告或网址“{shown}”，不作正文",
    "translation": "外文对照“{shown}”，不作正文，不重复计数",
    "html_residue": "网页代码残留“{shown}”，不作正文",
}


def remove_damage(text: str, edges: Sequence[Aside] | None = None) -> CleanReading:
    """Find all damage of a text, and what is read in its place; an undamaged text is read as it is.

    `edges` are the running heads and page numbers of a text whose pages are known; None has them found in the text.
    """
    damaged = find_damage(text)
    problems = [*condense_problems(damaged)]
    view = view_whole(text)
    spoilt = [Aside(span.start, span.end, "mojibake") for span in find_spoilt_passages(damaged)]
    view = apply_cuts(view, [TextCut(span.start, span.end, "\n") for span in spoilt])
    tables = view_tables(view)
    view, found = _apply_passes(tables.view, text, _INLINE)
    problems += found
    lines = _find_lines(view, edges)
    problems += _build_line_problems(text, lines)
    joins = edges is None and not _has_short_lines(view.text)
    view = apply_cuts(view, _cut_whole_lines(view, lines, joins=joins))
    view, found = _apply_passes(view, text, _WITHIN)
    problems += found
    problems += _find_loose_watermark_problems(view)
    asides = sorted([*spoilt, *tables.asides, *lines], key=lambda aside: aside.start)
    order = sorted(problems, key=lambda problem: (problem.start or 0, problem.code))
    return CleanReading(view, tuple(asides), tuple(order), tables.rows)


def _find_lines(view: View, edges: Sequence[Aside] | None) -> tuple[Aside, ...]:
    """The lines that are set aside, with their places in the text itself, in order."""
    found = find_asides(view.text, paged=edges is not None)
    lines = [Aside(*view.map_back(line.start, line.end), line.reason) for line in found]
    known = list(edges or ())
    apart = [line for line in lines if not any(line.start < edge.end and edge.start < line.end for edge in known)]
    return tuple(sorted([*apart, *known], key=lambda line: line.start))


def find_page_edges(layout: Layout | None) -> tuple[Aside, ...] | None:
    """The running heads and page numbers of a document; None if its pages are not known."""
    if layout is None:
        return None
    return tuple(Aside(line.start, line.end, line.kind) for line in layout.lines if line.kind != "body")


def _apply_passes(
    view: View, text: str, passes: Sequence[tuple[str, Callable[[str], Iterable[TextCut]], str]]
) -> tuple[View, list[Problem]]:
    """The view after all passes, each on what the earlier ones left, and a problem for everything that was cut."""
    problems: list[Problem] = []
    for code, finder, message in passes:
        cuts = sorted(finder(view.text), key=lambda cut: (cut.start, cut.end))
        if cuts:
            places = [view.map_back(cut.start, cut.end) for cut in cuts]
            printed = [(start, end) for start, end in places if start < end]  # what a table's view puts in is nowhere
            problems += _build_inline_problems(code, message, printed, text)
            view = apply_cuts(view, cuts)
    return view, problems


def _build_inline_problems(code: str, message: str, places: Sequence[tuple[int, int]], text: str) -> Iterator[Problem]:
    """A problem for each cluster of neighbouring places; of very many clusters, the last stands for all the rest."""
    groups = merge_spans(sorted(places), _NEAR)
    for start, end in _limit_spans(groups):
        inside = [place for place in places if start <= place[0] < end]
        yield Problem(code, message.format(n=len(inside), shown=_write_sample(code, text, inside[0])), start, end)


def _limit_spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(spans) <= _MOST_OF_A_KIND:
        return spans
    return [*spans[: _MOST_OF_A_KIND - 1], (spans[_MOST_OF_A_KIND - 1][0], spans[-1][1])]


def _write_sample(code: str, text: str, place: tuple[int, int]) -> str:
    """An example of the damage as one can read it."""
    start, end = place
    if code == "hidden_character":
        return f"如U+{ord(text[start]):04X}"
    if code == "spaced_text":
        start, end = max(0, start - 1), end + 6
    elif code in {"doubled_punctuation", "pinyin"}:
        start = max(0, start - 1)
        end += code == "doubled_punctuation" and text[end : end + 1] in set(",.，。、；;：:")
    return f"如“{_shorten(text[start:end])}”"


def _shorten(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def _build_line_problems(text: str, lines: Sequence[Aside]) -> Iterator[Problem]:
    for reason, message in _LINES.items():
        own = [(line.start, line.end) for line in lines if line.reason == reason]
        for start, end in _limit_spans(own):
            inside = [place for place in own if start <= place[0] < end]
            more = f"（其余{len(inside)}处合记于此）" if len(inside) > 1 else ""
            yield Problem(reason, message.format(shown=_shorten(text[slice(*inside[0])])) + more, start, end)


def _cut_whole_lines(view: View, lines: Sequence[Aside], *, joins: bool) -> Iterator[TextCut]:
    """Cuts that take out lines set aside, with their line breaks and the empty lines below them.

    Where a page ended in the middle of a sentence, the line breaks around go too if it `joins`.
    """
    places = {line.start: line.reason for line in lines}
    start = end = 0
    paged = False
    for line in _PRINTED.finditer(view.text):
        first = line.start() + len(line.group()) - len(line.group().lstrip())
        reason = places.get(view.origin[first]) if first < line.end() else None
        if reason is None:
            continue
        if line.start() > end or start == end:
            yield from _cut_page_break(view.text, start, end, paged=paged and joins)
            start, paged = line.start(), False
        end = line.end()
        paged = paged or reason in {"page_number", "running_head"}
    yield from _cut_page_break(view.text, start, end, paged=paged and joins)


def _has_short_lines(text: str) -> bool:
    """Whether nearly all lines are short: in a hard-wrapped text every break is joined anyway, by its width."""
    lengths = [len(line) for line in text.splitlines() if line.strip()]
    return sum(length > _SHORT_LINE for length in lengths) <= len(lengths) / 20


def _cut_page_break(text: str, start: int, end: int, *, paged: bool) -> Iterator[TextCut]:
    if start == end:
        return
    above = _LAST_LINE.search(text, max(0, start - _REACH), start)
    below = _FIRST_LINE.match(text, end)
    if paged and above and below and is_broken_sentence(above[1], below[1]):
        yield TextCut(above.end(1), below.start(1))
    else:
        yield TextCut(start, end)


def _find_loose_watermark_problems(view: View) -> Iterator[Problem]:
    for start, end in find_loose_watermarks(view.text):
        quote = _shorten(view.text[start:end])
        message = f"正文中夹有水印或广告“{quote}”，止处不明，未略去，请核对"
        yield Problem("watermark", message, *view.map_back(start, end))
    for woven in find_interleaved_columns(view.text):
        message = f"疑为两栏横读：{woven.lines}行交错，隔行才相接；未重排，其中的句子和数字请对照原件"
        yield Problem("interleaved_columns", message, *view.map_back(woven.start, woven.end))
