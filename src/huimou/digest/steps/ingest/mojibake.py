"""Characters that were spoilt before the text came here: wrong encodings, lost bytes, lost characters.

They are pointed at, each with its repair where one is safe; no repair is ever applied.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from huimou.digest.steps.ingest.characters import is_common, measure_common_share
from huimou.language.rules import get_rule
from huimou.language.text import merge_spans
from huimou.model.report import Problem, Span

_UTF8_BYTES = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}){3,}|(?:\xef\xbf\xbd){2,}")
_LOST_LEAD = re.compile(
    r"(?<=[\u4e00-\u9fff“‘《〈(（])[?？](?P<mark>[!;！；0-9:<=>@A-W０-Ｗ]?)(?P<tail>[^\s\x00-\x3f”’》）]{1,10})"
)
_MARKS_A1 = "、。·…—‘’“”〔〕〈〉《》「」『』【】"
_GLUED = re.compile(r"(?:^|[\u4e00-\u9fff])(?P<trail>[@-~])(?=[\u4e00-\u9fff])")
_LATIN_RUN = re.compile(
    r"(?:[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2018-\u201e\u2013\u2014"
    r"\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122\ufffd]{2,}[@-~]?)+"
)
_LATIN_LETTERS = re.compile("[\u00a1-\u00b6\u00b8-\u00ff]")
_BOX = re.compile(r"(?<=[\u4e00-\u9fff“《])[\u25a1\u25af\u3013\u2424]+(?=[\u4e00-\u9fff,，。、;；:：”》])")
_MARKED = re.compile(r"(?<=[\u4e00-\u9fff])\?{1,4}(?=[\u4e00-\u9fff])")
_ASKS = get_rule("reading.question")
_CLAUSE = re.compile(r"[^。！？!?；;，,：:\s]*$")
_GAP = 20
_SOUND = 0.7
_LATIN_LENGTH = 4
_SAMPLE = 12
_REPAIRED = 24
_WHOLE_PASSAGE = 40
_MOST_OF_A_KIND = 12


def find_damage(text: str) -> tuple[Problem, ...]:
    """Places where characters were spoilt, in order, none inside another; a repair is named, never applied.

    Codes: `utf8_read_as_gbk`, `read_as_latin1`, `lost_byte`, `replacement_character`, `lost_character`.
    """
    found: list[Problem] = []
    covered = bytearray(len(text))
    for problem in (
        *_find_utf8_read_as_gbk(text),
        *_find_chinese_read_as_latin(text),
        *_find_lost_bytes(text),
        *_find_lost_characters(text),
    ):
        start, end = _place(problem)
        if not covered[start]:
            covered[start:end] = b"\1" * (end - start)
            found.append(problem)
    return tuple(sorted(found, key=lambda problem: (problem.start or 0, problem.code)))


def condense_problems(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """At most twelve problems of each code; where there are more, those that lie nearest to each other become one."""
    by_code: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_code[problem.code].append(problem)
    return tuple(one for same in by_code.values() for one in _group_nearest(same))


def _group_nearest(same: Sequence[Problem]) -> Iterator[Problem]:
    """The problems of one code, split into groups at the widest gaps, so that the ranges cover little sound text."""
    gaps = [_place(after)[0] - _place(before)[1] for before, after in pairwise(same)]
    widest = sorted(range(len(gaps)), key=lambda at: -gaps[at])[: _MOST_OF_A_KIND - 1]
    cuts = [0, *sorted(at + 1 for at in widest), len(same)] if len(same) > _MOST_OF_A_KIND else range(len(same) + 1)
    for first, stop in pairwise(cuts):
        group = same[first:stop]
        more = f"（其后至此段末还有{len(group) - 1}处，合记于此）" if len(group) > 1 else ""
        end = max(_place(problem)[1] for problem in group)
        yield replace(group[0], message=group[0].message + more, end=end)


def _place(problem: Problem) -> tuple[int, int]:
    return problem.start or 0, problem.end or 0


def find_spoilt_passages(problems: tuple[Problem, ...]) -> tuple[Span, ...]:
    """The stretches of text that are damaged throughout and so long that nobody can read them."""
    codes = {"utf8_read_as_gbk", "read_as_latin1"}
    spans = (Span(p.start or 0, p.end or 0) for p in problems if p.code in codes)
    return tuple(span for span in spans if len(span) >= _WHOLE_PASSAGE)


def _build_problem(text: str, span: tuple[int, int], code: str, how: str, repair: str) -> Problem:
    start, end = span
    sample = re.sub(r"\s", " ", text[start : min(end, start + _SAMPLE)])
    meant = re.sub("\ufffd+", "□", repair)
    shown = f"，可能应为“{meant[:_REPAIRED]}{'…' if len(meant) > _REPAIRED else ''}”" if meant else ""
    effect = "整段不入摘要" if end - start >= _WHOLE_PASSAGE else "引文照录"
    message = f"疑为{how}而成的乱码（“{sample}…”）{shown}；未作改动，{effect}，请换用完好的原文件"
    return Problem(code, message, start, end)


def _find_utf8_read_as_gbk(text: str) -> Iterator[Problem]:
    for start, end in merge_spans(sorted(_find_utf8_runs(text)), _GAP):
        lost = text[start:end].split("\ufffd")
        repair = b"\xff".join(part.encode("gb18030") for part in lost).decode("utf-8", "replace")
        sound = repair if measure_common_share(repair.replace("\ufffd", "")) > _SOUND else ""
        yield _build_problem(text, (start, end), "utf8_read_as_gbk", " UTF-8 文字被当作 GBK 读入", sound)


def _find_utf8_runs(text: str) -> Iterator[tuple[int, int]]:
    """Runs whose GB 18030 bytes are UTF-8 of commoner characters than those that stand there."""
    for chunk in re.finditer(r"[^\x00-\x7f]{3,}", text):
        data = chunk.group().encode("gb18030")
        if not _UTF8_BYTES.search(data):
            continue
        lengths = (len(char.encode("gb18030")) for char in chunk.group())
        places = [chunk.start() + n for n, length in enumerate(lengths) for _ in range(length)]
        for match in _UTF8_BYTES.finditer(data):
            start, end = places[match.start()], places[match.end() - 1] + 1
            meant = match.group().decode("utf-8", "ignore")
            lost = meant.count("\ufffd") == len(meant)
            if lost or measure_common_share(meant) > max(0.6, measure_common_share(text[start:end])):
                yield start, end


def _find_chinese_read_as_latin(text: str) -> Iterator[Problem]:
    """Chinese bytes of either encoding that were read as a western one (æ”¿åºœ, Õþ¸®)."""
    runs = ((m, _LATIN_LETTERS.search(m.group())) for m in _LATIN_RUN.finditer(text))
    spans = [(run.start() + letter.start(), run.end()) for run, letter in runs if letter]
    for start, end in merge_spans([span for span in spans if span[1] - span[0] >= _LATIN_LENGTH], _GAP):
        data = b"".join(_encode_western(char) for char in text[start:end])
        for encoding, name in (("utf-8", "UTF-8"), ("gb18030", "GBK")):
            repair = data.decode(encoding, "replace")
            if measure_common_share(repair) > _SOUND and re.search(r"[\u4e00-\u9fff]{2}", repair):
                how = f" {name} 文字被当作西文编码读入"
                yield _build_problem(text, (start, end), "read_as_latin1", how, repair)
                break


def _encode_western(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1", "replace")


def _find_lost_bytes(text: str) -> Iterator[Problem]:
    """A `?` in place of a GBK lead byte: what follows is paired wrongly until an ASCII-range trail byte."""
    for match in _LOST_LEAD.finditer(text):
        mark, tail = match.group("mark"), match.group("tail")
        rare = [n for n, char in enumerate(tail) if not char.isascii() and not is_common(char)]
        glued = _GLUED.search(tail)
        repair = _repair_lost_byte(text[match.start() - 1], mark, tail[: glued.end("trail")] if glued else tail)
        strange = bool(rare and rare[0] < 4) or bool(mark and glued and glued.end("trail") <= 6)
        certain = mark in {"!", ";", "！", "；"} or (repair and rare)
        if not (strange and certain):
            continue
        whole = glued or repair
        end = match.start("tail") + (glued.end("trail") if glued else len(tail) if repair else rare[-1] + 1)
        end += not whole and text[end : end + 1] == "?"
        quote = text[match.start() : end]
        meaning = f"，可能应为“{repair}”" if repair else "，原字无法确定"
        message = f"疑有丢失字节造成的乱码“{quote}”{meaning}；未作改动，引文照录"
        yield Problem("lost_byte", message, match.start(), end)


def _repair_lost_byte(before: str, mark: str, tail: str) -> str | None:
    """The text if the lost byte was 0xA1 (as in 。《“), unless that is implausible or leaves a rare character.

    A 。 right after an opening or before a closing mark says that another byte was lost. Where no trail byte ends the
    wrong pairs, half a character is left over at the end: shown as ….
    """
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isascii() else char for char in mark)
    try:
        data = b"\xa1" + (wide + tail).encode("gbk")
        repair = data[: len(data) // 2 * 2].decode("gbk")
    except UnicodeError:
        return None
    if (
        len(repair) < 2
        or repair[0] not in _MARKS_A1
        or (repair[0] == "。" and (before in "“‘《〈(（" or repair[1] in "”’》〉)）"))
    ):
        return None
    return repair + "…" * (len(data) % 2) if all(is_common(char) for char in repair) else None


def _find_lost_characters(text: str) -> Iterator[Problem]:
    """U+FFFD; and what programs print for a character that they lack: □ or 〓 in mid-word, ? without a question."""
    for match in re.finditer("\ufffd+", text):
        message = f"此处有{len(match.group())}个字符在原文件中已无法辨认（U+FFFD）；未补字，引文照录"
        if match.group() == text[-1:] and match.end() == len(text):
            message = "文件末尾的一个字符不完整，可能没有保存完或没有传完；未补字，请对照原件看后面是否还有内容"
        yield Problem("replacement_character", message, *match.span())
    marks = [m for m in _MARKED.finditer(text) if not _ASKS.search(_find_clause_before(text, m.start()))]
    for match in (*_BOX.finditer(text), *marks):
        around = text[max(0, match.start() - 4) : match.end() + 4]
        around = re.sub(r"\s", " ", around)
        message = f"疑有{len(match.group())}个字丢失，原处印作“{match.group()}”（“{around}”）；未补字，引文照录"
        yield Problem("lost_character", message, *match.span())


def _find_clause_before(text: str, end: int) -> str:
    """What stands before a mark, from the last pause on."""
    found = _CLAUSE.search(text[max(0, end - 30) : end])
    return found.group() if found else ""
