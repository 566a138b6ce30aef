"""Titles of official papers, broken into lines between words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huimou.language.rules import get_rule

_KEPT_TOGETHER = get_rule("briefing.kept_together")
_WIDE = 0x1100
LONGEST = 20
"""Characters of 22 points in a line of 156 mm."""


def break_title(text: str, longest: int = LONGEST) -> tuple[str, ...]:
    """A title in as few lines as hold it, of about the same length, broken between words.

    Args:
        text: the title, without line ends.
        longest: the most characters that a line holds.

    """
    words = [part for word in _split_words(text) for part in _cut(word, longest)]
    for lines in range(1, len(words) + 1):
        fitting = [cut for cut in _divide(words, lines) if max(map(measure_width, cut)) <= longest]
        if fitting:
            return min(fitting, key=_measure_unevenness)
    return (text,)


def measure_width(text: str) -> float:
    """The width of a text in Chinese characters; half-width ones count half."""
    return sum(1 if ord(char) >= _WIDE else 0.5 for char in text)


def _measure_unevenness(lines: Sequence[str]) -> float:
    widths = [measure_width(line) for line in lines]
    return max(widths) - min(widths)


def _split_words(text: str) -> Iterator[str]:
    at = 0
    for match in _KEPT_TOGETHER.finditer(text):
        yield text[at : match.start()]
        yield match[0]
        at = match.end()
    yield text[at:]


def _cut(word: str, longest: int) -> Sequence[str]:
    return [word[at : at + longest] for at in range(0, len(word), longest)]


def _divide(words: Sequence[str], lines: int) -> Iterator[tuple[str, ...]]:
    """All ways to divide words into so many lines."""
    if lines == 1:
        yield ("".join(words),)
        return
    for at in range(1, len(words) - lines + 2):
        for rest in _divide(words[at:], lines - 1):
            yield ("".join(words[:at]), *rest)
