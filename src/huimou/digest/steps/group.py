"""Units to groups: consecutive sentences about one thing, each a candidate item of the digest.

Grouping is the program's: a small model that is asked to group repeats itself or loops. A sentence joins the one before
it when it leans on it (其中, 该, 分别……), counts what came of it, speaks of the same brand, or of the same thing in the
same words. It does not when each of the two has a matter of its own. A short sentence that only announces
(工业运行稳中有升) goes with what follows it. No group grows beyond what one summary can hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Literal

from huimou.digest.cores import HERE, Cores
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.report import Group, ItemKind, Outline, Role, Unit

Theme = Callable[[str], str | None]
Opening = Literal["title", "aim"]
# A long paragraph says one thing a sentence or two; a bullet of a few sentences says one thing.
_LONG_UNIT, _FEW = 7, 2
LONGEST_GROUP = 200
_LONGEST_SERIES = 220
_SMALL = 90
_TAIL = 24
_SHARED = 3
_ALIKE = 3  # characters
_IN_COMMON = 2  # pairs of characters
_ONE_BRAND = 120  # characters: two deeds under one brand are one item only while they are short
_ANNOUNCEMENT, _BARE_ANNOUNCEMENT = 22, 14  # characters
_SAYS_MUCH = 40  # characters
_LONGER = 1.5  # what follows an announcement is longer
_LEANS = get_rule("items.leans_on_sentence_before")
_COUNTS = get_rule("items.counts_what_came_of_it")
_NEW = get_rule("items.opens_a_point")
_AIM = get_rule("items.only_an_aim")
_MARKER = get_rule("items.number_of_lead")
_MATTER = get_rule("items.matter_of_its_own")
_SERIES = get_rule("items.member_of_a_series")
_BRAND = get_rule("items.brand")
_NAMED = get_rule("items.name")
_STATE = get_rule("items.only_a_state")
_CHECKABLE = get_rule("items.checkable_at_once")
_IN_EVERY_REPORT = get_rule("items.words_of_every_report")
_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
_KINDS: dict[Role, ItemKind] = {"plan": "task", "shortcomings": "shortcoming"}


def group_sentences(text: str, outline: Outline, theme: Theme | None = None, cores: Cores = HERE) -> tuple[Group, ...]:
    """Candidate items in the order of the text; every sentence of every unit is in exactly one group.

    `theme` names the domain that a sentence's own words speak for, None where they speak for none: sentences of
    different themes do not join unless the second leans on the first.
    """
    view = fold(text)
    bodies = {s.n: re.sub(r"\s+", "", view[s.start : s.end]) for s in outline.sentences}
    named = cores.map(theme, bodies.values(), "topics") if theme else repeat(None, len(bodies))
    themes = dict(zip(bodies, named, strict=True))
    return tuple(group for unit in outline.units for group in _split_unit(unit, _Words(bodies, themes)))


@dataclass(frozen=True, slots=True)
class _Words:
    """Of each sentence its folded words without white space and the domain that they speak for; the unit's title."""

    bodies: dict[int, str]
    themes: dict[int, str | None]
    lead: int | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """Sentences that belong together, the announcements among them, and the title that stands above them."""

    sentences: tuple[int, ...]
    announcements: frozenset[int]
    title: int | None

    @property
    def waits(self) -> bool:
        """Whether it only announces as yet."""
        return self.announcements.issuperset(self.sentences)

    def add(self, number: int, *, announces: bool) -> _Run:
        """With one sentence more; the first announcement stays the title."""
        more = {number} if announces else set()
        return replace(self, sentences=(*self.sentences, number), announcements=self.announcements | more)

    def join_words(self, bodies: dict[int, str], *, told: bool = False) -> str:
        """Its words; where `told`, without its announcements."""
        return "".join(bodies[n] for n in self.sentences if not (told and n in self.announcements))


def _split_unit(unit: Unit, words: _Words) -> Iterator[Group]:
    words = replace(words, lead=unit.lead)
    whole = unit.sentences if unit.lead is None or unit.lead in unit.sentences else (unit.lead, *unit.sentences)
    for ordinal, run in enumerate(_split_runs(whole, words), start=1):
        kind = _KINDS.get(unit.role, "achievement")
        lead = None if run.title is None else _MARKER.sub("", words.bodies[run.title]).strip("*●■◆-。 ")
        yield Group(f"{unit.id}.{ordinal}", kind, unit.role, run.sentences, unit.headings, lead)


def _split_runs(sentences: Sequence[int], words: _Words) -> list[_Run]:
    runs: list[_Run] = []
    most = _FEW if len(sentences) >= _LONG_UNIT else len(sentences)
    for number, after in zip(sentences, (*sentences[1:], None), strict=True):
        last = runs[-1] if runs else None
        opens = _find_opening(number, after, last, words)
        if last and (last.waits or (opens is None and _belongs_to_run(last, number, words, most))):
            runs[-1] = last.add(number, announces=opens is not None)
        else:
            runs.append(_Run((number,), frozenset({number} if opens else ()), _find_title(number, opens, last, words)))
    return runs


def _find_opening(number: int, after: int | None, last: _Run | None, words: _Words) -> Opening | None:
    """How a sentence opens an item of which it says nothing yet: as its title, as the aim of a bullet, or not."""
    if number == words.lead or (after is not None and _announces(number, after, last, words)):
        return "title"
    return "aim" if last is None and after is not None and _AIM.find(words.bodies[number]) else None


def _find_title(number: int, opens: Opening | None, last: _Run | None, words: _Words) -> int | None:
    """The title of a run that begins here; in a paragraph with a title of its own each holds until the next."""
    if opens == "title":
        return number
    return last.title if last is not None and words.lead is not None else words.lead


def _announces(number: int, after: int, last: _Run | None, words: _Words) -> bool:
    """Whether a short sentence inside a paragraph is the title of the next: 「工业运行稳中有升。」."""
    body, following = words.bodies[number], words.bodies[after]
    if len(body) > _ANNOUNCEMENT or not body.endswith("。") or len(following) < len(body) * _LONGER:
        return False
    if _CHECKABLE.search(body) or _NEW.match(body) or _LEANS.match(body) or _NEW.match(following):
        return False
    ahead = _count_shared(body, following)
    back = _count_shared(body, last.join_words(words.bodies)) if last else 0
    bare = len(body) <= _BARE_ANNOUNCEMENT and _STATE.search(body) is not None
    return bare or (ahead >= _IN_COMMON and ahead > back)


def _belongs_to_run(run: _Run, number: int, words: _Words, most: int) -> bool:
    """Whether a sentence is about what the run is about; a run of `most` sentences takes only one that leans on it."""
    body, before = words.bodies[number], run.join_words(words.bodies)
    together = len(before) + len(body)
    if _SERIES.search(before) and _SERIES.match(body) and together <= _LONGEST_SERIES:
        return True
    if _NEW.match(body) or together > LONGEST_GROUP:
        return False
    if _leans_on(before, words.bodies[run.sentences[-1]], body):
        return True
    themes = {words.themes[number], words.themes[run.sentences[-1]]} - {None}
    full = len(set(run.sentences) - run.announcements) >= most
    if len(themes) > 1 or full or _are_two_matters(run.join_words(words.bodies, told=True), body):
        return False
    is_tail = len(body) <= _TAIL and len(before) <= LONGEST_GROUP - _TAIL - _SMALL
    return together <= _SMALL or is_tail or _count_shared(before, body) >= _SHARED + together // 40


def _leans_on(before: str, last: str, body: str) -> bool:
    """Whether a sentence refers to those before it, is parallel to the last, or counts what came of them."""
    if _LEANS.match(body) or _is_parallel(last, body):
        return True
    counts = _COUNTS.match(body) is not None
    if _share_brand(before, body) and (counts or len(before) + len(body) <= _ONE_BRAND):
        return True
    return counts and _count_shared(before, body) >= _SHARED


def _is_parallel(before: str, body: str) -> bool:
    """Whether two members of one printed sentence begin alike: 「在破解……上深度协商；在破解……上出谋划策」."""
    return before.endswith(";") and before[:_ALIKE] == body[:_ALIKE]


def _share_brand(before: str, body: str) -> bool:
    """Whether a sentence speaks of a brand that the ones before it name: “一线协商·共同缔造”, or half of it."""
    return any(half in body for name in _BRAND.findall(before) for half in name.split("·") if len(half) >= _ALIKE)


def _are_two_matters(before: str, body: str) -> bool:
    """Whether each has a name, figure or deed of its own and they have no words in common.

    Members of one printed sentence that only count (收入增长7%；投资增长12%；) are one matter.
    """
    if before.endswith(";") and not _NAMED.search(before + body):
        return False
    says_much = _MATTER.search(before) is not None or len(before) >= _SAYS_MUCH
    return says_much and _MATTER.search(body) is not None and _count_shared(before, body) < _IN_COMMON


def _count_shared(one: str, other: str) -> int:
    return len(_collect_bigrams(one) & _collect_bigrams(other))


def _collect_bigrams(body: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters, without those that every report repeats."""
    return frozenset(_PAIR.findall(_IN_EVERY_REPORT.sub(" ", body)))
