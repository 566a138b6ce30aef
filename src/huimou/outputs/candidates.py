"""The sentences that an item's summary was chosen from, in words for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, CandidateOut, Shortcoming, Task
from huimou.outputs.labels import ORIGINS


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """One sentence that was weighed.

    Args:
        summary: the sentence.
        made: how it came to be.
        score: with two decimals.
        faults: what is wrong with it, in one line; empty where nothing is.
        chosen: whether it is the item's summary.

    """

    summary: str
    made: str
    score: str
    faults: str
    chosen: bool


def list_candidates(item: Achievement | Task | Shortcoming) -> tuple[CandidateLine, ...]:
    """The sentences that were weighed for an item, the chosen one first, then by score; empty where there was one."""
    chosen = _find_chosen(item)
    ranked = sorted(item.candidates, key=lambda one: (one is not chosen, -one.score))
    return tuple(
        CandidateLine(
            to_one_line(one.summary),
            ORIGINS[one.made].name,
            f"{one.score:.2f}",
            "；".join(map(to_one_line, one.faults)),
            one is chosen,
        )
        for one in ranked
    )


def explain_choice(item: Achievement | Task | Shortcoming) -> str:
    """Why an item has the summary that it has; empty where there was no choice."""
    chosen = _find_chosen(item)
    others = [one for one in item.candidates if one is not chosen]
    if not others:
        return ""
    if chosen is None:
        return "条目的摘要不在候选之中"
    best = max(others, key=lambda one: one.score)
    if chosen.score > best.score:
        return f"得分最高（{chosen.score:.2f}，其余最高{best.score:.2f}）"
    if chosen.score == best.score:
        return f"得分同为最高（{chosen.score:.2f}），排在前面"
    return "得分更高的没有通过核对"


def _find_chosen(item: Achievement | Task | Shortcoming) -> CandidateOut | None:
    """The candidate that became the summary; of several with the same words the one made in the same way."""
    same: Sequence[CandidateOut] = [one for one in item.candidates if one.summary == item.summary]
    return next((one for one in same if one.made == item.made), same[0] if same else None)
