"""Which rules, and which single words of them, some reports exercise: what none does is untried, or useless.

That a pattern is found says that it can apply, not that it decides anything there: exceptions, limits of length and
what the program tests besides are left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from huimou.language.rules.rows import RuleRow
from huimou.language.rules.rulebook import RuleBook
from huimou.language.text import fold

_SENTENCE = re.compile(r"[^。;!?]+[。;!?]*[”’)]*")
_CLAUSE = re.compile(r"[^,。;:!?、]+")
_LINE_BREAKS = re.compile(r"[\r\n\f\v\u2028\u2029]+")
_CLASS_OR_ESCAPE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What some texts exercise of a book of rules.

    Args:
        found_in: in how many of the texts each rule is found, by id; without those that are off or have no pattern.
        unused_rules: ids of the rules that are found in no text and in no example of their own.
        unused_words: of each rule that is a list, the alternatives of which this is true, as they are written.

    """

    found_in: Mapping[str, int]
    unused_rules: tuple[str, ...]
    unused_words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _SearchableText:
    """A text without line breaks, and its lines, sentences and clauses, in which a pattern may be tied to an end."""

    whole: str
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> _SearchableText:
        folded = fold(text)
        lines = [line.strip() for line in _LINE_BREAKS.split(folded)]
        whole = "".join(lines)
        pieces = [whole, *lines, *_SENTENCE.findall(whole), *_CLAUSE.findall(whole)]
        return cls(whole, tuple(dict.fromkeys(filter(None, pieces))))


def measure_rule_coverage(book: RuleBook, texts: Mapping[str, str]) -> RuleCoverage:
    """What texts exercise of a book of rules.

    Args:
        book: the rules; it need not be in force.
        texts: reports as read, by name.

    """
    searched = [_SearchableText.of(text) for text in texts.values()]
    rows = [row for row in map(book.find_row, book.list_ids()) if not row.off and not row.program]
    found_in = {row.id: sum(_search_texts(book.compile(row.id), searched)) for row in rows}
    unused = [row for row in rows if not found_in[row.id] and not _is_in_examples(row, book.compile(row.id))]
    words = {row.id: tuple(_find_unused_words(book, row, searched)) for row in rows}
    return RuleCoverage(
        MappingProxyType(found_in),
        tuple(row.id for row in unused),
        MappingProxyType({rule_id: unused_words for rule_id, unused_words in words.items() if unused_words}),
    )


def _find_unused_words(book: RuleBook, row: RuleRow, texts: Sequence[_SearchableText]) -> Iterator[str]:
    for written, source in book.expand_alternatives(row.id).items():
        pattern = re.compile(source, row.flag_bits)
        if not _is_in_examples(row, pattern) and not any(_search_texts(pattern, texts)):
            yield written


def _is_in_examples(row: RuleRow, pattern: re.Pattern[str]) -> bool:
    return any(map(pattern.search, row.examples))


def _search_texts(pattern: re.Pattern[str], texts: Iterable[_SearchableText]) -> Iterator[bool]:
    """Whether each text holds a pattern: the whole, or any piece where the pattern is tied to an end."""
    tied = _is_tied(pattern.pattern)
    return (any(map(pattern.search, text.pieces if tied else (text.whole,))) for text in texts)


def _is_tied(source: str) -> bool:
    r"""Whether a pattern names the beginning or the end of a text (`^`, `$`, `\A`, `\Z`)."""
    return re.search(r"[$^]", _CLASS_OR_ESCAPE.sub("", source)) is not None or re.search(r"\\[AZ]", source) is not None
