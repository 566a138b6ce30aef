"""The overview: a few sentences, each written by the model from findings of one domain, checked like a claim.

Grouping is the program's: asked about twenty items at once, a small model repeats one and names wrong ones.
A sentence that says what its findings do not is replaced by its weightiest finding's own summary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huimou.digest.questions.asking import Asker
from huimou.digest.questions.registry import OVERVIEW_SENTENCE
from huimou.digest.questions.units import build_overview_id
from huimou.digest.questions.verify import find_untruths
from huimou.errors import AnswerError
from huimou.language.clauses import split_clauses
from huimou.language.figures import find_quantities
from huimou.language.overlap import HALF, measure_share
from huimou.language.profiles.profile import Profile
from huimou.language.punctuation import punctuate
from huimou.language.text import fold
from huimou.model.report import (
    GOVERNMENT,
    MEMBERS,
    OWN_BODY,
    Finding,
    GroundedSentence,
    ItemKind,
    NumberedItem,
    Quantity,
    select_figures,
)

LEAST_SENTENCES, MOST_SENTENCES = 3, 5
MANY_ITEMS = 24
_SLIGHT = 16
_FRAGMENT = 8
_THIRDS = 3  # of the report, each of which an overview should touch
_WEIGHED_ITEMS = 3  # the best of a domain, by which it is weighed


@dataclass(frozen=True, slots=True)
class OverviewStyle:
    """How long an overview is: sentences for few and for many items, items in one sentence, its longest in characters.

    Three to five sentences are what a briefing takes over; `full` has one for every domain.
    """

    name: str
    few: int
    many: int
    items: int
    longest: int


STYLES = {
    style.name: style
    for style in (
        OverviewStyle("brief", few=LEAST_SENTENCES, many=LEAST_SENTENCES, items=2, longest=80),
        OverviewStyle("standard", few=MOST_SENTENCES - 1, many=MOST_SENTENCES, items=3, longest=110),
        OverviewStyle("full", few=12, many=12, items=3, longest=110),
    )
}
STANDARD_STYLE = STYLES["standard"]


@dataclass(frozen=True, slots=True)
class OverviewItem:
    """An item as the overview sees it: `figures` is how many it holds, `order` its place in the report.

    `foreign`: its figures are the deeds of others (a company's investment), which are not the body's own year.
    """

    id: str
    domain: str
    summary: str
    figures: int
    order: int
    foreign: bool = False

    @property
    def weight(self) -> float:
        """Figures count most, then a named document, then an early place; others' deeds and slight items come last."""
        slight = self.foreign or (not self.figures and len(self.summary) < _SLIGHT)
        return (-1 if slight else 2 * min(self.figures, 3) + ("《" in self.summary)) - self.order / 1000


@dataclass(frozen=True, slots=True)
class OverviewRequest:
    """Who is asked for the sentences of one report, in whose words domains are named, and how long they may be."""

    asker: Asker
    profile: Profile
    style: OverviewStyle = STANDARD_STYLE


def select_overview_items(
    kind: ItemKind, items: Sequence[NumberedItem], figures: Sequence[Quantity], profile: Profile
) -> list[OverviewItem]:
    """The items of a kind as the overview sees them, in the order of the text; `figures` are all of the report's."""
    return [
        OverviewItem(
            item.id,
            item.domain,
            item.finding.summary,
            len(find_quantities(item.finding.summary)),
            order,
            _is_foreign(item.finding, figures, profile),
        )
        for order, item in enumerate(items)
        if item.finding.group.kind == kind
    ]


def _is_foreign(finding: Finding, figures: Sequence[Quantity], profile: Profile) -> bool:
    """Whether all figures in the evidence whose deeds are known are those of others than the reporting body."""
    own = {OWN_BODY, MEMBERS, GOVERNMENT} if profile.owns_government_figures else {OWN_BODY, MEMBERS}
    inside = [f for s in finding.evidence for f in select_figures(figures, s.start, s.end)]
    actors = {figure.actor for figure in inside} - {None}
    return bool(actors) and not actors & own


def write_overview(part: str, entries: Sequence[OverviewItem], asking: OverviewRequest) -> tuple[GroundedSentence, ...]:
    """Overview of one part (`review` or `plan`) in the order of the report.

    Raises:
        EndpointError: the server cannot be used; a question without an answer falls back to a finding's summary.

    """
    style = asking.style
    chosen = list(enumerate(choose_items(entries, style), start=1))
    style_name = "" if style == STANDARD_STYLE else style.name
    return tuple(
        asking.asker.client.each(
            lambda c: _write_sentence(build_overview_id(part, c[0], style_name), c[1], asking), chosen
        )
    )


def choose_items(
    entries: Sequence[OverviewItem], style: OverviewStyle = STANDARD_STYLE
) -> list[tuple[OverviewItem, ...]]:
    """Which findings each sentence rests on: the weightiest domains, in each its weightiest items, in report order.

    No third of the report's items is passed over: where it would be, the lightest choice gives way to the third's own.
    """
    most = style.many if len(entries) > MANY_ITEMS else style.few
    ranked = _rank_domains(entries, style)
    sets = ranked[:most]
    while len(sets) < LEAST_SENTENCES and any(len(chosen) > 1 for chosen in sets):
        largest = max(sets, key=len)
        position = sets.index(largest)
        sets[position : position + 1] = [largest[:-1], largest[-1:]]
    if len(entries) > MANY_ITEMS:
        sets = _spread_over_thirds(entries, sets, style)
    return sorted(sets, key=lambda chosen: chosen[0].order)


def _rank_domains(entries: Sequence[OverviewItem], style: OverviewStyle) -> list[tuple[OverviewItem, ...]]:
    domains: dict[str, list[OverviewItem]] = {}
    for entry in entries:
        domains.setdefault(entry.domain, []).append(entry)
    groups = sorted(domains.values(), key=_weigh_domain, reverse=True)
    return [_fit_into_sentence(sorted(group, key=lambda e: -e.weight), style) for group in groups]


def _spread_over_thirds(
    entries: Sequence[OverviewItem], sets: list[tuple[OverviewItem, ...]], style: OverviewStyle
) -> list[tuple[OverviewItem, ...]]:
    """The choice, changed where a third of the items has none in it."""
    thirds = [entries[len(entries) * n // _THIRDS : len(entries) * (n + 1) // _THIRDS] for n in range(_THIRDS)]
    kept = list(sets)
    for third in thirds:
        ids = {entry.id for entry in third}
        if any(entry.id in ids for chosen in kept for entry in chosen):
            continue
        spare = [
            n for n, chosen in enumerate(kept) if all(_is_covered(t, kept, chosen) for t in thirds if t is not third)
        ]
        if spare:
            kept[spare[-1]] = _rank_domains(third, style)[0]
    return kept


def _is_covered(
    third: Sequence[OverviewItem], sets: Sequence[tuple[OverviewItem, ...]], without: tuple[OverviewItem, ...]
) -> bool:
    ids = {entry.id for entry in third}
    here = any(entry.id in ids for entry in without)
    return not here or any(entry.id in ids for chosen in sets if chosen is not without for entry in chosen)


def _fit_into_sentence(group: Sequence[OverviewItem], style: OverviewStyle) -> tuple[OverviewItem, ...]:
    """The weightiest items that one sentence can hold, in report order; a small model leaves nothing out by itself."""
    told = [e for e in group if e.figures or "《" in e.summary] or list(group)
    brief = [e for e in told if len(e.summary) <= style.longest] or [min(told, key=lambda e: len(e.summary))]
    chosen: list[OverviewItem] = []
    for entry in brief:
        room = style.longest - sum(len(e.summary) for e in chosen)
        if len(chosen) < style.items and (not chosen or len(entry.summary) <= room):
            chosen.append(entry)
    return tuple(sorted(chosen, key=lambda e: e.order))


def _weigh_domain(group: Sequence[OverviewItem]) -> float:
    """A domain weighs as much as its best items, and a little more the more it has; `other` comes last."""
    best = sorted((entry.weight for entry in group), reverse=True)[:_WEIGHED_ITEMS]
    return sum(best) + len(group) - (100 if group[0].domain == "other" else 0)


def _write_sentence(unit: str, chosen: Sequence[OverviewItem], asking: OverviewRequest) -> GroundedSentence:
    ids = tuple(entry.id for entry in chosen)
    if len(chosen) == 1:
        return GroundedSentence(chosen[0].summary, ids, "source")
    written = _ask_model(unit, chosen, asking)
    if written and not _find_faults(written, chosen, asking.style.longest):
        return GroundedSentence(written, _find_ground(written, chosen), "model")
    joined = _join_summaries(chosen, asking.style.longest)
    return GroundedSentence(
        joined, tuple(entry.id for entry in chosen if entry.summary.rstrip("。") in joined), "source"
    )


def _ask_model(unit: str, chosen: Sequence[OverviewItem], asking: OverviewRequest) -> str | None:
    items = "\n".join(f"{number} {entry.summary.rstrip('。')}" for number, entry in enumerate(chosen, start=1))
    question = asking.asker.build_question(
        OVERVIEW_SENTENCE,
        unit,
        {"domain": asking.profile.find_domain_title(chosen[0].domain), "items": items},
        chunking=f"items {' '.join(entry.id for entry in chosen)}",
    )
    try:
        return punctuate(asking.asker.ask(question).value.sentence)
    except AnswerError:
        return None


def _find_faults(written: str, chosen: Sequence[OverviewItem], longest: int) -> list[str]:
    found = list(find_untruths(written, [entry.summary for entry in chosen]))
    if len(written) > longest:
        found.append("太长")
    if len(re.findall(r"[\u4e00-\u9fff]", written)) < 10:
        found.append("太短")
    return found + _find_misjoined_clauses(written, chosen) + _find_torn_clauses(written, chosen)


def _find_torn_clauses(written: str, chosen: Sequence[OverviewItem]) -> list[str]:
    """Faults of short clauses (5月底前出台) whose subject, the clause before them in their item, is missing."""
    torn = []
    for clause in split_clauses([written]):
        owner = max(chosen, key=lambda e: measure_share(clause.text, e.summary))
        own = split_clauses([owner.summary])
        place = max(range(len(own)), key=lambda n: measure_share(clause.text, own[n].text))
        short = len(clause.text) <= _FRAGMENT and measure_share(clause.text, own[place].text) >= HALF
        if (
            short
            and place
            and measure_share(own[place - 1].text, written) < HALF
            and own[place - 1].sentence == own[place].sentence
        ):
            torn.append(f"“{clause.text}”没有说是什么")
    return torn


def _find_misjoined_clauses(written: str, chosen: Sequence[OverviewItem]) -> list[str]:
    """Faults of clauses without a subject (被采纳, 得到批示) that do not follow one of the same item."""
    clauses = split_clauses([written])
    owners = [max(chosen, key=lambda e: measure_share(clause.text, e.summary)).id for clause in clauses]
    return [
        f"“{clause.text}”说的不是它前面的事"
        for n, clause in enumerate(clauses)
        if n and clause.leans and owners[n] != owners[n - 1]
    ]


def _find_ground(written: str, chosen: Sequence[OverviewItem]) -> tuple[str, ...]:
    """Ids of the items whose words the sentence uses; of all that were shown where those alone do not support it."""
    named = _find_named_items(written, chosen)
    supported = not find_untruths(written, [entry.summary for entry in chosen if entry.id in named])
    return named if supported else tuple(entry.id for entry in chosen)


def _find_named_items(written: str, chosen: Sequence[OverviewItem]) -> tuple[str, ...]:
    """The items whose words the sentence uses: at least a sixth of an item's pairs of characters, and four."""
    said = _collect_pairs(written)
    return tuple(
        e.id for e in chosen if len(_collect_pairs(e.summary) & said) >= max(4, len(_collect_pairs(e.summary)) // 6)
    )


def _collect_pairs(text: str) -> frozenset[str]:
    folded = re.sub(r"[\W_]", "", fold(text))
    return frozenset(folded[i : i + 2] for i in range(len(folded) - 1))


def _join_summaries(chosen: Sequence[OverviewItem], longest: int) -> str:
    """The fallback: summaries of the weightiest items, as many as fit."""
    text = ""
    for entry in sorted(chosen, key=lambda e: -e.weight):
        longer = f"{text}；{entry.summary.rstrip('。')}" if text else entry.summary.rstrip("。")
        if text and len(longer) > longest:
            continue
        text = longer
    return text + "。"
