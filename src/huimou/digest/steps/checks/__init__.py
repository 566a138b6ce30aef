"""What a person should look at first: doubts about a finished digest, from the digest and its text alone.

A doubt names a place where a digest of this kind goes wrong in practice; it does not say that it is wrong. An item with
a doubt that matters says why (`look`), and the ten doubts that would do most harm come first (`checks`). Harm is what
an error would do to somebody who pastes the digest into a briefing: a wrong number, or a deed of others printed as
one's own, does most; clumsy wording does least. An item that the overview rests on is pasted oftener than others.

`checked_digest` is what the rules read; `figures`, `items`, `summaries` and `report` hold the rules. Imports:
`digest.cores`, `language`, `model`, and of `questions` the judge of candidates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.checks.checked_digest import Doubt, build_checked_digest, find_overview_items
from huimou.digest.steps.checks.figures import find_crowded_items, find_figure_doubts
from huimou.digest.steps.checks.items import find_item_doubts
from huimou.digest.steps.checks.report import find_report_doubts
from huimou.digest.steps.checks.summaries import find_summary_doubts
from huimou.language.profiles.profile import Profile, select_shipped_profile
from huimou.model import digest as c

MOST_CHECKS = 10
HARM: Mapping[str, int] = MappingProxyType(
    {
        "not_a_report": 100,
        "year_conflict": 95,
        "text_spoilt": 92,
        "recognised_text": 91,
        "read_without_office": 91,
        "no_plan": 90,
        "no_items": 90,
        "year_absent": 88,
        "share_over_100": 86,
        "part_over_whole": 85,
        "figures_disagree": 84,
        "damaged": 82,
        "company_figure": 80,
        "year_dropped": 78,
        "uncovered_figure": 76,
        "damage_printed": 73,
        "government_figure": 72,
        "doer_unsaid": 71,
        "persons_or_visits": 70,
        "year_inferred": 68,
        "not_own_words": 64,
        "future_in_review": 62,
        "past_in_plan": 60,
        "unknown_body": 60,
        "task_in_review": 58,
        "deed_in_plan": 57,
        "topic_unsaid": 56,
        "point_unsaid": 55,
        "body_unsaid": 54,
        "misprint": 53,
        "others_results": 52,
        "torn": 51,
        "others_figure": 48,
        "too_long": 47,
        "uncited_figure": 46,
        "other_year": 45,
        "no_subject": 44,
        "little_left": 42,
        "generic_title": 41,
        "unanswered": 40,
        "many_figures": 39,
        "vague_figure": 38,
        "text_damage": 34,
        "no_domain": 26,
        "hardly_shorter": 20,
    }
)
_MARKED_FROM = 40  # harm from which an item is marked; less is only listed, where the list has room
# What would be untrue if the doubt is right: an overview that rests on such an item is marked as well.
_UNTRUE = frozenset(
    {"company_figure", "government_figure", "others_figure", "doer_unsaid", "not_own_words", "year_dropped"}
)
_SAME_CODE = 3  # of one code, until all others have had their turn
_IN_OVERVIEW, _MONEY = 6, 2
_REASONS = 2

_Part = TypeVar("_Part", c.Achievement, c.Shortcoming, c.Task)


def add_checks(digest: c.Digest, text: str, profile: Profile | None = None, cores: Cores = HERE) -> c.Digest:
    """The digest with `look` on every item and overview sentence that needs one, and `checks` filled in.

    Args:
        digest: the digest.
        text: what it is of.
        profile: of the kind of report; without one, the shipped profile of the kind is meant.
        cores: of the report.

    """
    profile = profile or select_shipped_profile(digest.report.kind)
    checked, often = build_checked_digest(digest, text, profile), find_overview_items(digest)
    of_summaries = find_summary_doubts(checked, cores)
    doubts = [
        *find_report_doubts(checked),
        *find_figure_doubts(checked),
        *find_crowded_items(checked),
        *find_item_doubts(checked),
        *of_summaries,
    ]
    ranked = sorted(doubts, key=lambda d: (-_weigh_harm(d, often), d.start or 0, d.code))
    looks = _write_looks(ranked)
    review, plan = digest.year_review, digest.next_year_plan
    marked = {
        "overview": _mark_sentences(review.overview, ranked),
        "achievements": _mark_items(review.achievements, looks),
        "shortcomings": _mark_items(review.shortcomings, looks),
    }
    return digest.model_copy(
        update={
            "year_review": review.model_copy(update=marked),
            "next_year_plan": plan.model_copy(
                update={
                    "overview": _mark_sentences(plan.overview, ranked),
                    "tasks": _mark_items(plan.tasks, looks),
                }
            ),
            "checks": [_build_check(doubt) for doubt in _select_first(ranked)],
        }
    )


def _weigh_harm(doubt: Doubt, often: frozenset[str]) -> int:
    in_overview = doubt.item is not None and doubt.item.id in often
    return HARM[doubt.code] + _IN_OVERVIEW * in_overview + _MONEY * doubt.money


def _write_looks(ranked: Sequence[Doubt]) -> dict[str, str]:
    """For each item with a doubt that matters: its two most harmful ones in one line."""
    reasons: dict[str, list[str]] = {}
    for doubt in ranked:
        if doubt.item and HARM[doubt.code] >= _MARKED_FROM:
            reasons.setdefault(doubt.item.id, []).append(doubt.message)
    return {id_: "；".join(dict.fromkeys(said[:_REASONS])) for id_, said in reasons.items()}


def _mark_items(items: Sequence[_Part], looks: Mapping[str, str]) -> list[_Part]:
    return [item.model_copy(update={"look": looks.get(item.id)}) for item in items]


def _mark_sentences(sentences: Sequence[c.OverviewSentence], ranked: Sequence[Doubt]) -> list[c.OverviewSentence]:
    """Sentences of an overview, each with the worst doubt about the truth of its items."""
    untrue = [doubt for doubt in ranked if doubt.code in _UNTRUE and doubt.item]
    looks = [
        next((f"{d.item.id}：{d.message}" for d in untrue if d.item and d.item.id in one.items), None)
        for one in sentences
    ]
    return [one.model_copy(update={"look": look}) for one, look in zip(sentences, looks, strict=True)]


def _select_first(ranked: Sequence[Doubt]) -> list[Doubt]:
    """The most harmful doubts, at most one an item; a code that is met often comes after all others."""
    items: set[str] = set()
    counts: Counter[str] = Counter()
    early: list[int] = []
    late: list[int] = []
    for position, doubt in enumerate(ranked):
        if doubt.item is not None:
            if doubt.item.id in items:
                continue
            items.add(doubt.item.id)
        counts[doubt.code] += 1
        (early if counts[doubt.code] <= _SAME_CODE else late).append(position)
    return [ranked[position] for position in sorted((early + late)[:MOST_CHECKS])]


def _build_check(doubt: Doubt) -> c.Check:
    return c.Check(
        code=doubt.code,
        message=doubt.message,
        item=doubt.item.id if doubt.item else None,
        start=doubt.start,
        end=doubt.end,
    )
