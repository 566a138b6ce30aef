"""How much an item counts in an overview: by result, figures, name and place; what is routine counts less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.overview.essence import find_essence, find_scope, find_titles, split_statements
from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import Profile
from huimou.language.rules import get_rule
from huimou.language.text import compact, fold, to_plain
from huimou.model.report import (
    GOVERNMENT,
    MEMBERS,
    OWN_BODY,
    Finding,
    ItemKind,
    NumberedItem,
    Quantity,
    Role,
    SummaryOrigin,
    select_figures,
)

_RESULT = get_rule("overview.result")
_FIRST = get_rule("overview.first_of_its_kind")
_TOTAL = get_rule("overview.total")
_ROUTINE = get_rule("overview.routine")
_NEW = get_rule("overview.newly_made")
_ANSWERED = get_rule("overview.answered")
_MECHANISM = get_rule("overview.mechanism")
_PROMISE = get_rule("overview.hard_promise")
_REMEMBERED = 4096  # names: a long report prints each again and again
_OFTEN = 3  # times that a report prints a name which it makes much of
_MANY_FIGURES = 3
_FIRST_ITEMS = 4  # what stands before the sections of a report gives no more items than that
_TABLE = 5  # what a row of a table weighs less than a sentence


@dataclass(frozen=True, slots=True)
class OverviewItem:
    """An item as the overview sees it.

    Args:
        id: of the item.
        domain: its key.
        summary: its words.
        made: how the summary came to be.
        section: the main section of the report that it stands in; empty before the first.
        order: its place among the items of its kind, from 0.
        role: of its section of the text.
        figures: quantities that the summary tells.
        foreign: whether those in its evidence are all others' deeds.
        scope: words that must go with its figures (五年来), where the summary lacks them.
        weight: how much it counts.
        length: characters of what must be heard of its summary.
        evidence: its sentences as printed, in simplified characters on one line.
        unit: id of the bullet or paragraph that it stands in.
        headings: the path above it.
        is_general: whether it stands before the first main section of a report that has such.

    """

    id: str
    domain: str
    summary: str
    made: SummaryOrigin
    section: str
    order: int
    role: Role
    figures: int
    foreign: bool
    scope: str
    weight: float
    length: int
    evidence: tuple[str, ...]
    unit: str
    headings: tuple[str, ...]
    is_general: bool = False

    @property
    def has_result(self) -> bool:
        """Whether its words tell what came of it: an answer from above, a prize, a paper."""
        return bool(_RESULT.search(fold(self.summary)))

    @property
    def is_total(self) -> bool:
        """Whether it counts up the year's work: several figures, before the first section or in a list of figures."""
        leads = self.order < _FIRST_ITEMS and not self.section and bool(_TOTAL.search(fold(self.summary)))
        told = self.is_general or self.role == "statistics" or leads
        return self.figures >= _MANY_FIGURES and told


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What an item's own words say of it; `figures`, `scope`, `weight` and `length` as in `OverviewItem`."""

    evidence: tuple[str, ...]
    figures: int
    scope: str
    weight: float
    length: int


def begin_overview_items(
    kind: ItemKind,
    items: Sequence[NumberedItem],
    figures: Sequence[Quantity],
    text: str,
    profile: Profile,
    cores: Cores = HERE,
) -> Callable[[], list[OverviewItem]]:
    """Set about the items of a kind as the overview sees them; the call gives them, in the order of the text.

    Args:
        kind: of items.
        items: of the report.
        figures: all of the report's.
        text: of the report.
        profile: of its kind.
        cores: of the report.

    """
    chosen = [item for item in items if item.finding.group.kind == kind]
    quotes = [tuple(text[span.start : span.end] for span in item.finding.evidence) for item in chosen]
    summaries = (item.finding.summary for item in chosen)
    words = cores.map(partial(read_item_words, kind, compact(text)), zip(summaries, quotes, strict=True), "overviews")
    return lambda: _build_items(chosen, list(words), figures, profile)


def read_item_words(kind: ItemKind, report: str, item: tuple[str, tuple[str, ...]]) -> ItemWords:
    """What the words of an item say of it: its summary, and its evidence as printed; `report` as in `weigh_words`."""
    summary, quotes = item
    evidence, essence = tuple(map(to_plain, quotes)), find_essence(summary)
    return ItemWords(
        evidence,
        len(find_quantities(summary)),
        find_scope(summary, evidence),
        weigh_words(kind, essence, report),
        len(essence),
    )


def _build_items(
    chosen: Sequence[NumberedItem], words: Sequence[ItemWords], figures: Sequence[Quantity], profile: Profile
) -> list[OverviewItem]:
    sections = find_main_sections([item.finding.group.headings for item in chosen])
    divided = any(sections)
    built = []
    for order, (item, said, section) in enumerate(zip(chosen, words, sections, strict=True)):
        finding = item.finding
        first = order == 0 or sections[order - 1] != section
        built.append(
            OverviewItem(
                id=item.id,
                domain=item.domain,
                summary=finding.summary,
                made=finding.made,
                section=section,
                order=order,
                role=finding.group.role,
                figures=said.figures,
                foreign=is_foreign(finding, figures, profile),
                scope=said.scope,
                weight=said.weight + 0.5 * first,
                length=said.length,
                evidence=said.evidence,
                unit=finding.group.id.rpartition(".")[0],
                headings=finding.group.headings,
                is_general=order < _FIRST_ITEMS and divided and not any(sections[: order + 1]),
            )
        )
    return built


def find_main_sections(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """For each path of headings the one at the level where the report divides; empty for what stands above that."""
    for level in range(max((len(path) for path in paths), default=0)):
        named = [path[level] if len(path) > level else "" for path in paths]
        if len(set(named) - {""}) > 1:
            return named
    return [""] * len(paths)


def is_foreign(finding: Finding, figures: Sequence[Quantity], profile: Profile) -> bool:
    """Whether all figures in the evidence whose deeds are known are those of others than the reporting body."""
    own = {OWN_BODY, MEMBERS, GOVERNMENT} if profile.owns_government_figures else {OWN_BODY, MEMBERS}
    inside = [f for s in finding.evidence for f in select_figures(figures, s.start, s.end)]
    actors = {figure.actor for figure in inside} - {None}
    return bool(actors) and not actors & own


def weigh_words(kind: ItemKind, words: str, report: str) -> float:
    """How much an item counts by the words that tell it; `report` is the whole text (`compact`), where names recur."""
    said = fold(words)
    figures = min(len(find_quantities(words)), 4)
    names = find_titles(words)
    often = any(_count_mentions(compact(name), report) >= _OFTEN for name in names)
    result, first = bool(_RESULT.search(said)), bool(_FIRST.search(said))
    weight: float = figures + 0.5 * (figures > 0) + often + 0.5 * bool(names) + bool(_NEW.search(said))
    if kind == "task":
        weight += 1.5 * bool(_PROMISE.search(said)) + bool(_MECHANISM.search(said)) + 0.5 * bool(names)
    else:
        weight += (
            2.0 * result
            + bool(_ANSWERED.search(said))
            + 1.5 * first
            + 1.5 * (figures >= 2 and bool(_TOTAL.search(said)))
        )
    telling = [fold(one.write()) for one in split_statements(words) if one.is_telling]
    if telling and all(_ROUTINE.search(one) for one in telling) and not result and not first:
        weight -= 1.5 if figures else 2
    return weight - 2 * (not telling) - _TABLE * ("|" in said)


@lru_cache(maxsize=_REMEMBERED)
def _count_mentions(name: str, report: str) -> int:
    return report.count(name)
