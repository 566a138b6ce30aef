"""The ledger of a digest: which quantities stand in it, whose deeds they are, and the items that rest on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from huimou.language.figures.repeats import find_repeats
from huimou.language.rules import get_rule
from huimou.model import digest as c
from huimou.model.report import GOVERNMENT, OWN_BODY, REVIEW_ROLES, Facts, Outline, Quantity, Role, Span

_PROPOSALS = get_rule("doers.counted_in_a_list_of_proposals")
_DONE_BY_OTHERS = get_rule("doers.done_in_a_list_of_proposals")
# What counts something counts in the ledger wherever it stands, but not the page's own furniture.
_LEDGER_ROLES: frozenset[Role] = REVIEW_ROLES | {"plan", "shortcomings", "closing", "unrelated", "caption"}
_PARTS: dict[Role, Literal["review", "plan"]] = {
    "plan": "plan",
    "shortcomings": "review",
    **dict.fromkeys(REVIEW_ROLES, "review"),
}


def select_ledger_figures(quantities: Iterable[Quantity], outline: Outline) -> tuple[Quantity, ...]:
    """The quantities outside headings, titles and page furniture, each with its actor as its section tells."""
    return tuple(
        settle_actor(outline, q)
        for q in quantities
        if outline.find_role(q.start) in _LEDGER_ROLES and not _begins_in_heading(outline, q)
    )


def _begins_in_heading(outline: Outline, quantity: Quantity) -> bool:
    here = outline.find_sentences(Span(quantity.start, quantity.start + 1))
    return any(outline.left_out.get(sentence.n) in {"heading", "title"} for sentence in here)


def settle_actor(outline: Outline, quantity: Quantity) -> Quantity:
    """The figure with whose deed it is, given its section.

    In a list of what became of proposals the government is the doer, unless the figure counts the proposals themselves.
    """
    if quantity.actor != OWN_BODY or outline.find_role(quantity.start) != "proposal_digest":
        return quantity
    if _PROPOSALS.search(quantity.counted or ""):
        return replace(quantity, actor_rule=_PROPOSALS.id)
    return replace(quantity, actor=GOVERNMENT, actor_rule=_DONE_BY_OTHERS.id)


def build_figures(
    quantities: Sequence[Quantity], outline: Outline, facts: Facts, resting: Mapping[int, Sequence[tuple[str, Span]]]
) -> list[c.Figure]:
    """The rows of the ledger, numbered; `resting` are for each sentence the items on it, and on which part of it."""

    def holding(q: Quantity) -> list[str]:
        near = (pair for s in outline.find_sentences(Span(q.start, q.end)) for pair in resting.get(s.n, ()))
        return list(dict.fromkeys(id_ for id_, span in near if span.start <= q.start and q.end <= span.end))

    parts = [_PARTS.get(outline.find_role(q.start), "other") for q in quantities]
    repeats = find_repeats(quantities, parts)
    return [
        c.Figure(
            id=f"F{index}",
            quote=q.quote,
            start=q.start,
            end=q.end,
            value=q.value,
            value_max=q.value_max,
            mode=q.mode,
            unit=q.unit,
            metric=_drop_own_year(q.metric, facts),
            actor=q.actor,
            direction=q.direction,
            section=_PARTS.get(outline.find_role(q.start), "other"),
            items=holding(q),
            rule=q.rule,
            actor_rule=q.actor_rule,
            counted=q.counted,
            repeats=f"F{repeats[index - 1] + 1}" if index - 1 in repeats else None,
        )
        for index, q in enumerate(quantities, start=1)
    ]


def _drop_own_year(metric: str | None, facts: Facts) -> str | None:
    """What is counted without the year in front, where that is the one year that the report looks back on."""
    years = facts.review_years
    return metric.removeprefix(f"{years.start}年") if metric and years.start == years.end else metric
