"""What each report did and plans in each domain, and what only one report has.

A term belongs to one report alone if it stands in its items and in no item (title, summary or quoted text) of another
report of the same kind. Terms are work brands, that is quoted names beside a word such as 行动, 平台 or 开展, and cue
words of the item's domain that name a form of work, such as 立法协商. That a word is missing elsewhere does not say
that the work was not done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from huimou.compare.cities.model import ComparedReport, DistinctContent, DomainRow, Term
from huimou.language.profiles.profile import Profile
from huimou.language.rules import get_rule
from huimou.language.text import compact
from huimou.model.digest import Achievement, Task

_OTHER = "other"
_FORM = get_rule("comparison.form_of_work")
_BRANDS = (get_rule("comparison.brand_before_noun"), get_rule("comparison.brand_behind_verb"))
_COMMON = get_rule("comparison.name_of_the_nation")
_ALIKE = get_rule("comparison.same_practice")
_CHINESE = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]")
_Item = Achievement | Task
_T = TypeVar("_T", Achievement, Task)


def build_domain_rows(sides: Sequence[ComparedReport]) -> tuple[DomainRow, ...]:
    """Items by title of domain, in the order of the first report's domains; those of other kinds of report follow."""
    titles = _titles(sides)
    cells = [
        DomainRow(
            title,
            tuple(_of(side, side.digest.year_review.achievements, title) for side in sides),
            tuple(_of(side, side.digest.next_year_plan.tasks, title) for side in sides),
        )
        for title in titles
    ]
    return tuple(row for row in cells if any(row.done) or any(row.planned))


def _titles(sides: Sequence[ComparedReport]) -> list[str]:
    """The titles of all domains; 其他 stands last."""
    found: dict[str, bool] = {}
    for side in sides:
        for key, title in side.digest.report.domains.items():
            found[title] = found.get(title, False) or key == "other"
        for item in side.items:
            found.setdefault(_title(side, item), False)
    return sorted(found, key=lambda title: found[title])


def _title(side: ComparedReport, item: _Item) -> str:
    return side.digest.report.domains.get(item.domain, item.domain)


def _of(side: ComparedReport, items: Sequence[_T], title: str) -> tuple[_T, ...]:
    return tuple(item for item in items if _title(side, item) == title)


def find_distinct_content(sides: Sequence[ComparedReport]) -> tuple[DistinctContent, ...]:
    """For each report the domains and terms that no other of its kind has; nothing if it has no other of its kind."""
    texts = [{item.id: _text(item) for item in side.items} for side in sides]
    whole = _SearchedTexts.of(["\n".join(found.values()) for found in texts])
    return tuple(_only(number, sides, texts[number], whole) for number in range(len(sides)))


@dataclass(frozen=True, slots=True)
class _SearchedTexts:
    """Texts with all their runs of three characters, by which most that lack a word are known without a search.

    Args:
        texts: that are searched.
        runs: for each run the numbers of the texts that have it, one bit a text.

    """

    texts: tuple[str, ...]
    runs: Mapping[str, int]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        runs: dict[str, int] = {}
        for number, text in enumerate(texts):
            for run in frozenset(_runs(text)):
                runs[run] = runs.get(run, 0) | 1 << number
        return cls(tuple(texts), runs)

    def is_in(self, word: str, numbers: Sequence[int]) -> bool:
        """Whether a word stands in one of the texts with these numbers."""
        may = -1
        for run in _runs(word):
            may &= self.runs.get(run, 0)
        return any(may >> number & 1 and word in self.texts[number] for number in numbers)


def _runs(text: str) -> Iterator[str]:
    return map("".join, zip(text, text[1:], text[2:], strict=False))


def _only(
    number: int, sides: Sequence[ComparedReport], own: Mapping[str, str], whole: _SearchedTexts
) -> DistinctContent:
    side = sides[number]
    kind = side.digest.report.kind
    others = [place for place, one in enumerate(sides) if place != number and one.digest.report.kind == kind]
    if not others:
        return DistinctContent(number, (), ())
    theirs = {item.domain for place in others for item in sides[place].items} | {_OTHER}
    domains = dict.fromkeys(_title(side, item) for item in side.items if item.domain not in theirs)
    return DistinctContent(number, tuple(domains), tuple(_terms(side, own, whole, others)))


def _terms(
    side: ComparedReport, own: Mapping[str, str], whole: _SearchedTexts, others: Sequence[int]
) -> Iterator[Term]:
    """The terms in the order of the items; one that is part of another term of the same items is left out."""
    found: dict[str, list[str]] = {}
    for item in side.items:
        for word in _words(side.profile, item, own[item.id]):
            if not any(whole.is_in(name, others) for name in _names(word)) and item.id not in found.setdefault(
                word, []
            ):
                found[word].append(item.id)
    first = {item.id: _title(side, item) for item in side.items}
    for word, items in found.items():
        inside = any(word != other and word in other and set(items) <= set(them) for other, them in found.items())
        if not inside:
            yield Term(word, first[items[0]], tuple(items))


def _names(word: str) -> tuple[str, ...]:
    """All names of one practice."""
    shared = _ALIKE.map.get(word, word)
    return (shared, *(name for name, other in _ALIKE.map.items() if other == shared))


def name_practice(word: str) -> str:
    """One name for all names of a practice."""
    return str(_ALIKE.map.get(word, word))


def find_practices(profile: Profile | None, item: _Item) -> tuple[str, ...]:
    """The work brands and forms of work that an item names, each once and by one name."""
    return tuple(dict.fromkeys(name_practice(word) for word in _words(profile, item, _text(item))))


def find_domain_title(side: ComparedReport, item: _Item) -> str:
    """The title of an item's domain."""
    return _title(side, item)


def _words(profile: Profile | None, item: _Item, text: str) -> Iterator[str]:
    for pattern in _BRANDS:
        for match in pattern.finditer(text):
            if not _COMMON.fullmatch(match["name"]) and _CHINESE.search(match["name"]):
                yield match["name"]
    for domain in profile.domains if profile else ():
        if domain.key == item.domain:
            yield from (cue for cue in domain.cues if _FORM.search(cue) and cue in text)


def _text(item: _Item) -> str:
    """All words of an item in half width, simplified, without white space."""
    return compact("\n".join((item.title, item.summary, *(evidence.quote for evidence in item.evidence))))
