"""Drawing several reports into one by rules: every sentence is an item's own summary or counts reports.

A practice is common if items of two reports or more in one domain name it (a work brand or a form of work), singular if
only one report names it anywhere. For each report the item that names it soonest speaks for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from huimou.compare.cities.comparison import CityComparison
from huimou.compare.cities.domains import find_domain_title, find_practices, name_practice
from huimou.compare.cities.model import ComparedReport, ReportPart, SubjectRow
from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Evidence, Task

PracticeKind = Literal["common", "singular"]
_Item = Achievement | Task


@dataclass(frozen=True, slots=True)
class ItemSource:
    """Where a sentence comes from: report number `report` (from 0), id and title of its item, and its evidence."""

    report: int
    item: str
    title: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class PracticeSentence:
    """A sentence and the items that it rests on."""

    text: str
    sources: tuple[ItemSource, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice by its name: a sentence that says who has it, where it is common, and each report's own words."""

    kind: PracticeKind
    name: str
    lead: PracticeSentence | None
    told: tuple[PracticeSentence, ...]


@dataclass(frozen=True, slots=True)
class SynthesisSection:
    """One domain in one part: its practices, the common ones first, and the items that none of them speaks of."""

    title: str
    part: ReportPart
    practices: tuple[Practice, ...]
    rest: tuple[ItemSource, ...]


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Several reports drawn into one.

    Args:
        sides: the reports in the order given.
        names: of the reports in sentences: the place alone where no other report has the same.
        notes: what a reader must know first (Chinese).
        sections: domains with items, first those of the reviews, then those of the plans.
        figures: figures that count the same.

    """

    sides: tuple[ComparedReport, ...]
    names: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[SynthesisSection, ...]
    figures: tuple[SubjectRow, ...]


def synthesise_reports(comparison: CityComparison) -> Synthesis:
    """Several reports drawn into one.

    Args:
        comparison: of the reports, which has what only one of them names and the figures that count the same.

    """
    parts: tuple[ReportPart, ...] = ("review", "plan")
    names = _name_reports(comparison.sides)
    sections = tuple(
        section
        for part in parts
        for row in comparison.domains
        if (section := _section(row.title, part, comparison, names))
    )
    return Synthesis(comparison.sides, names, comparison.notes, sections, comparison.rows)


def _name_reports(sides: Sequence[ComparedReport]) -> tuple[str, ...]:
    places = [to_one_line(side.digest.report.region or "") for side in sides]
    alone = Counter(places)
    return tuple(
        place if place and alone[place] == 1 else side.short for place, side in zip(places, sides, strict=True)
    )


def _section(title: str, part: ReportPart, comparison: CityComparison, names: Sequence[str]) -> SynthesisSection | None:
    """One domain; None where no report has an item in it."""
    items = [
        (number, item)
        for number, side in enumerate(comparison.sides)
        for item in _list_items(side, part)
        if find_domain_title(side, item) == title
    ]
    if not items:
        return None
    practices = (*_find_common(items, comparison.sides, names), *_find_singular(items, comparison, names))
    told = {(one.report, one.item) for practice in practices for said in practice.told for one in said.sources}
    rest = tuple(_source(number, item) for number, item in items if (number, item.id) not in told)
    return SynthesisSection(title, part, practices, rest)


def _list_items(side: ComparedReport, part: ReportPart) -> Sequence[_Item]:
    return side.digest.year_review.achievements if part == "review" else side.digest.next_year_plan.tasks


def _find_common(
    items: Sequence[tuple[int, _Item]], sides: Sequence[ComparedReport], names: Sequence[str]
) -> Iterator[Practice]:
    """The practices that items of several reports name, those of most reports first; no item speaks twice.

    A name that is part of a longer one of the same reports says nothing more.
    """
    named: dict[str, dict[int, list[_Item]]] = defaultdict(lambda: defaultdict(list))
    for number, item in items:
        for word in find_practices(sides[number].profile, item):
            named[word][number].append(item)
    shared = {word: found for word, found in named.items() if len(found) > 1}
    spoken: set[tuple[int, str]] = set()
    for word in sorted(shared, key=lambda one: (-len(shared[one]), -len(one))):
        longer = any(word != other and word in other and set(shared[word]) == set(shared[other]) for other in shared)
        free = {
            number: [item for item in found if (number, item.id) not in spoken]
            for number, found in shared[word].items()
        }
        speakers = {number: _choose_speaker(found, word) for number, found in sorted(free.items()) if found}
        if speakers and not longer:
            spoken |= {(number, item.id) for number, item in speakers.items()}
            named_by = {number: _choose_speaker(found, word) for number, found in sorted(shared[word].items())}
            yield _common(word, named_by, speakers, names)


def _choose_speaker(found: Sequence[_Item], word: str) -> _Item:
    """The item that names a practice soonest: in its summary rather than only in its sources, and early there."""

    def rank(item: _Item) -> tuple[bool, int, int]:
        place = item.summary.find(word)
        return place < 0, place, len(item.summary)

    return min(found, key=rank)


def _common(word: str, named_by: Mapping[int, _Item], speakers: Mapping[int, _Item], names: Sequence[str]) -> Practice:
    """A common practice: who names it, and the words of those whose item has not spoken for another yet."""
    told = tuple(_sentence(number, item, names) for number, item in speakers.items())
    who = "、".join(names[number] for number in named_by)
    sources = tuple(_source(number, item) for number, item in named_by.items())
    return Practice("common", word, PracticeSentence(f"{who}都写到“{word}”。", sources), told)


def _find_singular(
    items: Sequence[tuple[int, _Item]], comparison: CityComparison, names: Sequence[str]
) -> Iterator[Practice]:
    """The practices that only one report names, each by the first of its items in this domain and part."""
    own = {(number, item.id): item for number, item in items}
    spoken: set[tuple[int, str]] = set()
    for only in comparison.only:
        for term in only.terms:
            found = next((own[only.report, name] for name in term.items if (only.report, name) in own), None)
            if found is not None and (only.report, found.id) not in spoken:
                spoken.add((only.report, found.id))
                told = (_sentence(only.report, found, names),)
                yield Practice("singular", name_practice(term.word), None, told)


def _sentence(number: int, item: _Item, names: Sequence[str]) -> PracticeSentence:
    summary = to_one_line(item.summary).rstrip("。")
    return PracticeSentence(f"{names[number]}：{summary}。", (_source(number, item),))


def _source(number: int, item: _Item) -> ItemSource:
    return ItemSource(number, item.id, to_one_line(item.title), tuple(item.evidence))
