"""Pinyin printed in brackets behind the characters that it spells: 政协（zhèng xié）, 鄱(pó)阳湖.

With tone marks any well-formed pinyin is one. Without them, (men) or (china) might be English: then the letters with
which the syllables begin must be those of the characters before the bracket.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain, islice, product

from huimou.digest.steps.ingest.characters import find_pinyin_letter, is_chinese
from huimou.language.text import TextCut

_FINALS = {
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan v ve ue",
    "l": "a e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve ue",
    **dict.fromkeys("gkh", "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang"),
    **dict.fromkeys("jqx", "i ia ie iao iu ian in iang ing iong u v ue ve uan un"),
    "zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e i ao ou an en ang eng ong u ua uo ui uan un",
    "z": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    **dict.fromkeys("cs", "a e i ai ao ou an en ang eng ong u uo ui uan un"),
    "y": "a o e ao ou an ang i in ing ong u ue uan un",
    "w": "a o ai ei an en ang eng u",
    "": "a o e ai ei ao ou an en ang eng er",
}
_SYLLABLES = frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split())
_BRACKET = re.compile(
    r"[(（\[［〔]\s*(?P<spelt>[A-Za-z\u00c0-\u024f\u0251\u0261\u0300-\u030c\u1e00-\u1eff'’·\-\s\d]{1,60}?)\s*[)）\]］〕]"
)
_TONES = frozenset("\u0300\u0301\u0304\u030c")
_LATIN = str.maketrans({"ɑ": "a", "ɡ": "g"})
_LONGEST, _MOST, _MOST_READINGS = 6, 12, 32


def find_pinyin(text: str) -> Iterator[TextCut]:
    """Brackets that spell the Chinese characters in front of them."""
    for found in _BRACKET.finditer(text):
        before = _find_run_before(text, found.start())
        if before and _spells(found["spelt"], before):
            yield TextCut(*found.span())


def _find_run_before(text: str, end: int) -> str:
    start = end
    while start > 0 and end - start < _MOST and is_chinese(text[start - 1]):
        start -= 1
    return text[start:end]


def _spells(spelt: str, before: str) -> bool:
    letters, marks = _strip_tones(spelt)
    words = [re.sub(r"(?<=[a-z])[0-5]", "", word) for word in re.split(r"[\s'’·\-]+", letters) if word]
    readings = islice(product(*map(_split_syllables, words)), _MOST_READINGS)
    spellings = [syllables for reading in readings if len(syllables := list(chain(*reading))) <= len(before)]
    if marks or not words:
        return bool(words and spellings)
    capitals = sum(char.isupper() for char in spelt)
    if capitals > 1 and capitals not in {len(words), len("".join(words))}:
        return False
    return any(_agrees(syllables, before) and (capitals < 2 or len(syllables) > 1) for syllables in spellings)


def _strip_tones(spelt: str) -> tuple[str, int]:
    """Lower-case letters without tone marks, ü as v; and how many tone marks there were."""
    parts = unicodedata.normalize("NFD", spelt.lower().translate(_LATIN))
    bare = "".join(char for char in parts if char not in _TONES).replace("u\u0308", "v")
    return bare, sum(char in _TONES for char in parts)


def _split_syllables(word: str) -> tuple[tuple[str, ...], ...]:
    """All ways to cut a word into syllables; none if it is no pinyin."""
    found: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(word) + 1):
        starts = (start for start in range(max(0, end - _LONGEST), end) if word[start:end] in _SYLLABLES)
        found.append([(*head, word[start:end]) for start in starts for head in found[start]][:_MOST_READINGS])
    return tuple(found[-1])


def _agrees(syllables: Sequence[str], before: str) -> bool:
    """Whether the syllables begin as the characters do; in a word, half may be read in another way (长, 行, 重)."""
    letters = [find_pinyin_letter(char) for char in before[-len(syllables) :]]
    right = sum(letter is None or syllable[0] == letter for syllable, letter in zip(syllables, letters, strict=True))
    if len(syllables) == 1:
        return right == 1 or syllables[0].startswith("zh")
    return right > 1 and 2 * right >= len(syllables)
