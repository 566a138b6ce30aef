"""Which items an overview tells, and which of them share a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from huimou.digest.steps.overview.essence import find_essence
from huimou.digest.steps.overview.styles import OverviewStyle
from huimou.digest.steps.overview.weighing import OverviewItem
from huimou.language.rules import get_rule
from huimou.language.text import compact, fold

_NO_BEGINNING = get_rule("overview.cannot_begin")
_YEAR_IN_WORDS = get_rule("overview.year_in_words")
_DANGLES = get_rule("items.leans_on_sentence_before")
_COSTLY = 30  # characters that any item costs besides its own
_OPEN = 2  # so many last sentences may take in a further item
_ROOM, _ROOMY = 60, 84  # characters for an item, and for one whose many figures need more
_SEVERAL_FIGURES, _MANY_FIGURES = 2, 4
_LONGEST_WORDS = 100  # an item that cannot be told in so many characters is left to the list of items
_AGAIN = 0.6  # what is left of the worth of an item without figures after another of its bullet
_LEAST_WEIGHT, _ENOUGH = 0.75, 9  # what an item must weigh where so many do
_EMPTY = -3  # an item of such a weight says nothing
_LOOKED_AT = 300  # items; a very long report has more than any overview could choose from
_FEW = 6  # so few tasks are told all


@dataclass(frozen=True, slots=True)
class ToldItem:
    """An item and the words by which the overview tells it, without closing mark."""

    item: OverviewItem
    words: str


@dataclass
class Telling:
    """What was told so far: items by id and their words; `of_one_year`: that figures are the year's need no saying."""

    of_one_year: bool = False
    told: dict[str, ToldItem] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """All words told so far."""
        return tuple(one.words for one in self.told.values())

    def shorten(self, item: OverviewItem, room: int | None = None) -> ToldItem | None:
        """The item in the words that are left of it where nothing is told twice; None where nothing is.

        It has `room` for characters; without one, as many as its figures need.
        """
        usual = _ROOMY if item.figures >= _MANY_FIGURES else _ROOM
        words = find_essence(item.summary, self.words, room or usual)
        if self.of_one_year and (found := _YEAR_IN_WORDS.match(fold(words))):
            words = words[found.end() :]
        if not has_words(words) or len(words) > (room or _LONGEST_WORDS) or _begins_in_mid_air(words):
            return None
        return ToldItem(item, f"{item.scope}，{words}" if item.scope else words)

    def add(self, one: ToldItem) -> None:
        """Tell it."""
        self.told[one.item.id] = one


def has_words(text: str) -> bool:
    """Whether a text is more than marks."""
    return any(char.isalnum() for char in text)


def _begins_in_mid_air(words: str) -> bool:
    """Whether the words need something in front of them to be understood."""
    return bool(_DANGLES.match(fold(words)) or _NO_BEGINNING.match(fold(words)))


def select_tellable(items: Iterable[OverviewItem]) -> list[OverviewItem]:
    """The items that are the body's own deeds and say something; all of them where none is.

    A list of what became of proposals tells what others did, under the proposals' titles.
    """
    listed = list(items)
    own = [item for item in listed if item.role != "proposal_digest"] or listed
    mine = [item for item in own if not item.foreign or item.has_result] or own
    if len(mine) <= _FEW and all(item.role == "plan" for item in mine):
        return [item for item in mine if item.weight > _EMPTY]
    heavy = [item for item in mine if item.weight >= _LEAST_WEIGHT]
    if len(heavy) >= _ENOUGH:
        return heavy
    return [item for item in mine if item.weight > 0] or sorted(mine, key=lambda item: -item.weight)[:3]


def choose_sentences(
    items: Sequence[OverviewItem], telling: Telling, style: OverviewStyle
) -> list[tuple[ToldItem, ...]]:
    """Sentences of the items that count most, every main section heard before any is heard twice, in the text's order.

    What is chosen is added to `telling`.
    """
    chosen: list[ToldItem] = []
    for item in _rank(items, {one.item.section for one in telling.told.values()}):
        one = telling.shorten(item) if item.id not in telling.told else None
        if one and len(pack([*chosen, one], style)) <= style.sentences:
            chosen.append(one)
            telling.add(one)
    return pack(chosen, style)


def _rank(items: Sequence[OverviewItem], heard: set[str]) -> list[OverviewItem]:
    """The items by what they are worth, the best of every section that is not heard yet first.

    After one of a bullet the others of it count less: what is said in another bullet is news.
    """
    ranked = _spread(sorted(items, key=_value, reverse=True))
    best, taken = [], set()
    sections = set(heard)
    for item in ranked:
        if item.section not in sections:
            sections.add(item.section)
            best.append(item)
            taken.add(item.id)
    return (best + [item for item in ranked if item.id not in taken])[:_LOOKED_AT]


def _spread(ranked: Sequence[OverviewItem]) -> list[OverviewItem]:
    """The ranking in which every further item of a bullet has stepped back."""
    before: dict[str, int] = {}
    value: dict[str, float] = {}
    for item in ranked:
        again = 0 if item.figures >= _SEVERAL_FIGURES else before.get(item.unit, 0)
        value[item.id] = _value(item) * _AGAIN**again
        before[item.unit] = before.get(item.unit, 0) + 1
    return sorted(ranked, key=lambda item: -value[item.id])


def _value(item: OverviewItem) -> float:
    """What an item is worth for the room that it takes."""
    return item.weight / (item.length + _COSTLY)


def pack(chosen: Sequence[ToldItem], style: OverviewStyle) -> list[tuple[ToldItem, ...]]:
    """The items in the order of the text, as many in a sentence as it holds."""
    sentences: list[list[ToldItem]] = []
    for one in sorted(chosen, key=lambda told: told.item.order):
        open_ones = sentences[-_OPEN:]
        for sentence in open_ones:
            length = sum(len(told.words) + 1 for told in sentence)
            if len(sentence) < style.items and length + len(one.words) < style.longest:
                sentence.append(one)
                break
        else:
            sentences.append([one])
    return [tuple(sentence) for sentence in sentences]


def choose_by_domain(
    items: Sequence[OverviewItem], telling: Telling, style: OverviewStyle
) -> list[tuple[ToldItem, ...]]:
    """For every domain, in the order in which the report comes to them, its items that count most."""
    domains: dict[str, list[OverviewItem]] = {}
    for item in items:
        domains.setdefault(item.domain, []).append(item)
    paragraphs = []
    for inside in domains.values():
        chosen: list[ToldItem] = []
        for item in sorted(inside, key=_value, reverse=True):
            one = telling.shorten(item) if item.id not in telling.told else None
            length = sum(len(told.words) + 1 for told in chosen)
            if one and len(chosen) < style.items and (not chosen or length + len(one.words) < style.longest):
                chosen.append(one)
                telling.add(one)
        if chosen:
            paragraphs.append(tuple(sorted(chosen, key=lambda told: told.item.order)))
    return paragraphs


def is_said(words: str, texts: Sequence[str]) -> bool:
    """Whether one of the texts holds these words, white space and width aside."""
    return any(compact(words) in compact(text) for text in texts)
