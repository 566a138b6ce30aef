"""Whole lines that are no part of a report: page numbers, running heads, watermarks, translations, code.

They are set aside, each with its reason, so that the lines around them read on as if nothing stood between.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from huimou.digest.steps.ingest.characters import is_chinese
from huimou.digest.steps.ingest.watermarks import is_watermark
from huimou.language.reading import Aside, AsideReason
from huimou.language.rules import get_rule
from huimou.language.text import TextCut, fold, is_finished

_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
_PAGE = get_rule("reading.page_number_line")
_FOOTED = get_rule("reading.head_with_page")
_FOOT = get_rule("reading.page_mark")
_FOOT_IN_LINE = get_rule("reading.page_number_in_line")
_PAGE_WORDS = get_rule("reading.page_words")
_LABEL = get_rule("reading.label_in_plan")
_OF = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")
_BARE = re.compile(r"\d{1,4}")
_MARKED = get_rule("reading.start_of_new")
_BYLINE = get_rule("reading.byline")
_TITLE = get_rule("reading.title_word")
_OUTER = get_rule("reading.name_of_publication")
_FOLIO = re.compile(
    r"(?:^(\d{1,4})\s*[|·—–-]?\s+(?=\D)|(?<=\D)\s+[|·—–-]?\s*(\d{1,4})$|[—–-]\s*(\d{1,4})\s*[—–-]$|·\s*(\d{1,4})\s*·?$)"
)
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2,}(?![A-Za-z0-9])")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_CODE = re.compile(
    r"\bfunction\b|document\.|window\.|\bvar \w|getElement|innerHTML|\$\(|^\s*[{}]+;?\s*$|[.#][\w-]+\s*\{"
)
_HEAD_LIMIT, _FOREIGN_LIMIT = 44, 60
_REPEATS, _MANY, _SHORTEST_KEY = 3, 4, 4
_WORDS, _LETTERS = 4, 12
_NUMBER = re.compile(r"\d+")
_MOST_PAGES = 9  # between two printings of a running head
_APART, _OPENING, _REACH = 200, 8, 6
_EVEN = 0.35


@dataclass(frozen=True, slots=True)
class _LayoutLine:
    index: int
    start: int
    end: int
    text: str

    @property
    def key(self) -> str:
        """The line without numbers, dashes and spaces: the same for every printing of one running head."""
        return re.sub(r"[\d\s\-—–·•|/,.:()]+", "", _PAGE_WORDS.sub("", self.text))


def find_asides(text: str, *, paged: bool = False) -> tuple[Aside, ...]:
    """The lines of a text that are set aside, in order.

    Where it is `paged`, its page numbers and running heads are known by their place on the page and not looked for.
    """
    rows = tuple(_split_lines(text))
    found: dict[int, AsideReason] = {}
    if not paged:
        found |= dict.fromkeys(_find_page_numbers(rows), "page_number")
        found |= {index: "running_head" for index in _find_numbered_heads(rows) if index not in found}
    found |= {row.index: "watermark" for row in rows if row.index not in found and is_watermark(row.text)}
    found |= {index: "html_residue" for index in _find_code(rows) if index not in found}
    repeated = {} if paged else _find_repeated_lines(rows, found)
    found |= {index: reason for index, reason in repeated.items() if index not in found}
    found |= {index: "translation" for index in _find_translations(rows, found) if index not in found}
    return tuple(Aside(rows[index].start, rows[index].end, found[index]) for index in sorted(found))


def is_page_number(line: str) -> bool:
    """Whether a line is a page number that says so itself (— 3 —, 第 3 页 共 20 页)."""
    return _PAGE.fullmatch(fold(line).strip()) is not None


def is_broken_sentence(above: str, below: str) -> bool:
    """Whether a page ended in the middle of a sentence: it is begun above, and what is below starts nothing new."""
    first, second = fold(above).strip(), fold(below)
    if is_finished(first) or _MARKED.match(second.strip()) or not second.strip():
        return False
    if any(first.count(opening) > first.count(closing) for opening, closing in ("《》", "“”", "()", "「」")):
        return True
    return re.search(r"[。;!?]", first) is not None and not second[:1].isspace()


def _split_lines(text: str) -> Iterator[_LayoutLine]:
    index = 0
    for line in _LINE.finditer(text):
        body = line.group().strip()
        if body:
            start = line.start() + len(line.group()) - len(line.group().lstrip())
            yield _LayoutLine(index, start, start + len(body), fold(body))
            index += 1


def _find_page_numbers(rows: Sequence[_LayoutLine]) -> Iterator[int]:
    yield from (row.index for row in rows if _PAGE.fullmatch(row.text))
    totals = defaultdict(list)
    for row in rows:
        if found := _OF.fullmatch(row.text):
            totals[found[2]].append(row)
    for shared in totals.values():
        yield from _find_rising_numbers(shared, [int(row.text.split("/")[0]) for row in shared], least=2)
    bare = [row for row in rows if _BARE.fullmatch(row.text)]
    yield from _find_rising_numbers(bare, [int(row.text) for row in bare], least=_REPEATS)


def _find_rising_numbers(rows: Sequence[_LayoutLine], numbers: Sequence[int], *, least: int) -> Iterator[int]:
    """Rows whose numbers rise by one from page to page, a page being some lines long."""
    run: list[_LayoutLine] = []
    for at, row in enumerate(rows):
        follows = run and numbers[at] == numbers[at - 1] + 1 and row.start - run[-1].start >= _APART
        if not follows:
            yield from (r.index for r in run if len(run) >= least)
            run = []
        run.append(row)
    yield from (r.index for r in run if len(run) >= least)


def _find_numbered_heads(rows: Sequence[_LayoutLine]) -> Iterator[int]:
    """Running heads that hold the page's number; without the number they must be printed at least twice."""
    rests = [_FOOT.sub("", row.text).strip(" \t|·—–-") for row in rows]
    printed = Counter(rests)
    for row, rest in zip(rows, rests, strict=True):
        if printed[rest] > 1 and _FOOTED.fullmatch(row.text) and not _LABEL.match(row.text):
            yield row.index


def find_inline_page_numbers(text: str) -> Iterator[TextCut]:
    """Page numbers that name the total too (第3页共20页), where they stand in one line with text."""
    for found in _FOOT_IN_LINE.finditer(fold(text)):
        yield TextCut(*found.span(found.lastindex or 0))


def _find_code(rows: Sequence[_LayoutLine]) -> Iterator[int]:
    """Lines of a script or style sheet without a word of Chinese."""
    yield from (row.index for row in rows if _CODE.search(row.text) and not any(map(is_chinese, row.text)))


def _find_repeated_lines(rows: Sequence[_LayoutLine], known: Mapping[int, AsideReason]) -> dict[int, AsideReason]:
    """Short lines that are printed again and again where no heading could stand; without Chinese, anywhere."""
    by_key: dict[str, list[_LayoutLine]] = defaultdict(list)
    for row in rows:
        if row.index not in known and len(row.text) <= _FOREIGN_LIMIT and len(row.key) >= 2:
            by_key[row.key].append(row)
    found: dict[int, AsideReason] = {}
    for same in by_key.values():
        if len(same) < _REPEATS:
            continue
        if not any(map(is_chinese, same[0].key)):
            foreign = sum(map(str.isalpha, same[0].key)) >= _SHORTEST_KEY
            found |= {row.index: "watermark" for row in same if foreign}
        elif len(same[0].key) >= _SHORTEST_KEY and _is_head(same, rows, known):
            unnumbered = same[0].text == same[-1].text
            is_title = unnumbered and same[0].index < _OPENING and _TITLE.search(same[0].text) is not None
            found |= {row.index: "running_head" for row in same[is_title:]}
    return found


def _is_head(same: Sequence[_LayoutLine], rows: Sequence[_LayoutLine], known: Mapping[int, AsideReason]) -> bool:
    """Whether a repeated line is a running head.

    It is one if it stands beside page numbers, counts pages itself, interrupts sentences, or recurs at even distances.
    """
    if any(len(row.text) > _HEAD_LIMIT or is_finished(row.text) or _MARKED.match(row.text) for row in same):
        return False
    if _LABEL.match(same[0].text) or _BYLINE.search(same[0].text) or not _has_only_page_numbers(same):
        return False
    half = max(2, len(same) / 2)
    if any(sum(known.get(row.index + side) == "page_number" for row in same) > half for side in (-1, 1)):
        return True
    if len(same[0].key) >= 5 and _counts_pages(same):
        return True
    if sum(_interrupts(row, rows, known, same[0].key) for row in same) >= half:
        return True
    return len(same) >= _MANY and bool(_OUTER.search(same[0].key)) and _is_even(same)


def _has_only_page_numbers(same: Sequence[_LayoutLine]) -> bool:
    """Whether the numbers of a line are the same at every printing, or rise as pages do: those of the body do not."""
    numbers = [tuple(map(int, _NUMBER.findall(row.text))) for row in same]
    if len(set(map(len, numbers))) > 1:
        return False
    return all(
        len(set(one)) == 1 or all(0 < after - before <= _MOST_PAGES for before, after in pairwise(one))
        for one in zip(*numbers, strict=True)
    )


def _counts_pages(same: Sequence[_LayoutLine]) -> bool:
    folios = [next(filter(None, found.groups()), "") for row in same if (found := _FOLIO.search(row.text))]
    numbers = [int(folio) for folio in folios]
    apart = all(after.start - before.start >= _APART for before, after in pairwise(same))
    return len(numbers) == len(same) and apart and all(b > a for a, b in pairwise(numbers))


def _interrupts(row: _LayoutLine, rows: Sequence[_LayoutLine], known: Mapping[int, AsideReason], key: str) -> bool:
    """Whether the line stands inside a sentence: what is above is unfinished, what is below starts nothing."""
    near = slice(max(0, row.index - _REACH), row.index), slice(row.index + 1, row.index + 1 + _REACH)
    above = next((r for r in reversed(rows[near[0]]) if r.index not in known and r.key != key), None)
    below = next((r for r in rows[near[1]] if r.index not in known and r.key != key), None)
    if above is None or below is None or len(above.text) < 12 or _MARKED.match(below.text):
        return False
    whole = re.search(r"[。,;、]", above.text) is not None
    return whole and not is_finished(above.text) and len(below.text) >= 2


def _is_even(same: Sequence[_LayoutLine]) -> bool:
    gaps = [after.start - before.start for before, after in pairwise(same)]
    mean = sum(gaps) / len(gaps)
    spread = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    return mean >= _APART and spread**0.5 <= _EVEN * mean


def _find_translations(rows: Sequence[_LayoutLine], known: Mapping[int, AsideReason]) -> Iterator[int]:
    """Lines in another language: sentences of it, and the short lines beside them that have no Chinese either."""
    chosen = {row.index for row in rows if row.index not in known and _is_foreign(row.text)}
    for row in rows:
        beside = bool({row.index - 1, row.index + 1} & chosen) or len(chosen) >= _REPEATS
        if row.index in chosen or (beside and row.index not in known and _is_fragment(row.text)):
            yield row.index


def _is_foreign(line: str) -> bool:
    text = _ADDRESS.sub("", line)
    letters = sum(char.isalpha() for char in text)
    chinese = sum(map(is_chinese, text))
    latin = _WORD.findall(text)
    others = letters - chinese - sum(char.isascii() and char.isalpha() for char in text)
    enough = len(latin) >= _WORDS and sum(map(len, latin)) >= _LETTERS
    return chinese * 12 <= letters and 2 * letters >= len(text.replace(" ", "")) and (enough or others >= _LETTERS)


def _is_fragment(text: str) -> bool:
    return _WORD.search(text) is not None and not any(map(is_chinese, text)) and "|" not in text
