"""Whether sentences tell of what was done or of what is to be done: signs of either side, weighed."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.language.rules import Rule, RuleList, get_rules
from huimou.model.report import Role

_SIGNS = get_rules("tense")


def weigh_tense(bodies: Sequence[str]) -> float:
    """How far sentences look ahead, on average: from -2 (all were done) over 0 (nothing tells) to 2 (all are to come).

    Args:
        bodies: sentences as folded text without their markers.

    """
    return sum(map(weigh_sentence, bodies)) / len(bodies) if bodies else 0.0


def weigh_sentence(body: str) -> int:
    """How far one sentence looks ahead: the heaviest sign of what is to come against the heaviest of what was done."""
    plan, review = (max(weights, default=0) for weights in _list_weights(_SIGNS, body))
    return plan - review


def add_signs(signs: RuleList, text: str) -> int:
    """All the signs in a text that point to a plan against all that point to a review."""
    plan, review = (sum(weights) for weights in _list_weights(signs, text))
    return plan - review


def _list_weights(signs: RuleList, text: str) -> tuple[list[int], list[int]]:
    found = [rule for rule in signs.rules if rule.find(text)]
    return _select_weights(found, "plan"), _select_weights(found, "review")


def _select_weights(found: Sequence[Rule], side: Role) -> list[int]:
    return [rule.row.weight for rule in found if rule.decides == side]
