"""Matching a target with the figures that report on it: the same thing in the same unit, without a judgement."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.compare.followup.matching.terms import find_terms
from huimou.language.rules import get_rule
from huimou.language.text import compact
from huimou.model.digest import Figure, Target

_LEAST = 0.5
_FEWEST = 4
_DOING = get_rule("plan_terms.doing_in_front")
_DONE = get_rule("plan_terms.done_behind")
_RATE = get_rule("plan_terms.rate_of_rise")
_FALL = get_rule("plan_terms.rate_of_fall")


def build_metric_key(metric: str | None) -> str:
    """The thing that a metric names: without verbs of making (新建…, …改造), and with one word a kind of change."""
    body = compact(metric or "").translate({ord(mark): None for mark in "“”\"'"})
    bare = _DONE.sub("", _DOING.sub("", body)) or body
    return _FALL.sub("↓", _RATE.sub("↑", bare))


def is_same_thing(target: Target, figure: Figure) -> bool:
    """Whether a figure surely counts what the target sets: same unit, and one metric is the end of the other.

    Only the end counts, as a report puts the area before it (全县, 我市), and at least four characters, as 增长 alone
    says nothing.
    """
    one, other = build_metric_key(target.metric), build_metric_key(figure.thing)
    short, long = sorted((one, other), key=len)
    return _fits(target, figure) and len(short) >= _FEWEST and long.endswith(short)


def may_be_same(target: Target, figure: Figure) -> bool:
    """Whether a figure of a sentence that reports on the target may count what the target sets.

    It may if the unit is the same and one metric holds the other, or half of the shorter one's pairs of characters.
    """
    one, other = build_metric_key(target.metric), build_metric_key(figure.thing)
    if not _fits(target, figure) or not one or not other:
        return False
    if one in other or other in one:
        return True
    pairs, others = find_terms(one), find_terms(other)
    return bool(pairs and others) and len(pairs & others) >= _LEAST * min(len(pairs), len(others))


def _fits(target: Target, figure: Figure) -> bool:
    """Whether both have the same unit, and both are a level, or a rise, or a fall."""
    if target.figure is None or target.unit != figure.unit:
        return False
    one, other = build_metric_key(target.metric), build_metric_key(figure.thing)
    return all(one.endswith(way) == other.endswith(way) for way in "↑↓")


def find_results(target: Target, figures: Sequence[Figure]) -> list[Figure]:
    """The figures that report on a target: those that surely count it, else those that may."""
    sure = [figure for figure in figures if is_same_thing(target, figure)]
    return sure or [figure for figure in figures if may_be_same(target, figure)]
