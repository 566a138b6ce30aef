"""Measuring a digest against a person's annotation of the same report (`fixtures/gold/FORMAT.md`).

An achievement or task is found when one item of its kind has evidence that covers at least half of it and is at most
700 characters in all; one item accounts for at most two. An item is in the right place when at least half of its
evidence lies in sections of its kind. A figure is found when the spans overlap by half, and right when the value is
equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huimou.evaluation.scores import (
    ContractScore,
    CoverageScore,
    DigestScore,
    DomainScore,
    FigureScore,
    ItemScore,
    MetaScore,
    PointScore,
    Scores,
    SectionScore,
    WordScore,
    build_table,
)
from huimou.evaluation.words import score_words
from huimou.model.digest import Digest

__all__ = ["Scores", "build_table", "count_made_up", "find_numbers", "measure_gists", "score_digest"]

Json = Mapping[str, Any]
Spans = Sequence[tuple[int, int]]

_REVIEW = frozenset({"review", "statistics", "proposal_digest", "shortcomings", "closing"})
_PLAN = frozenset({"plan", "closing"})
_MARGINAL = frozenset({"title", "front_matter", "boilerplate", "caption", "unrelated", "closing"})
_LONGEST_EVIDENCE = 700
_LONG_ITEM = 60
_POINTS_PER_ITEM = 2
_HALF = 0.5
_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
_DOMAINS: Mapping[str, frozenset[str]] = {  # the annotation's domain, and those of the contract that agree with it
    "party_leadership": frozenset({"party_building"}),
    "consultation": frozenset({"consultation", "grassroots"}),
    "oversight": frozenset({"oversight"}),
    "deliberation": frozenset({"deliberation"}),
    "proposals": frozenset({"proposals"}),
    "public_opinion": frozenset({"public_opinion"}),
    "economy": frozenset({"development"}),
    "livelihood": frozenset({"livelihood", "grassroots", "development"}),
    "epidemic": frozenset({"livelihood"}),
    "culture_history": frozenset({"culture_history"}),
    "united_front": frozenset({"united_front"}),
    "members": frozenset({"members"}),
    "institutional": frozenset({"institutional"}),
}


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    summary: str
    spans: Spans
    domain: str | None
    made: str | None


def score_digest(digest: Digest | Json, gold: Json, text: str, words: Json | None = None) -> Scores:
    """Measure a digest of `text` against its annotation.

    Args:
        digest: as written to `OUT/<stem>.json`.
        gold: as in `fixtures/gold`.
        text: the text that the offsets of both refer to.
        words: as in `fixtures/gold/words`; None leaves out the measures of the words.

    """
    made: Json = digest.model_dump(mode="json") if isinstance(digest, Digest) else digest
    items = _items(made)
    breaches = list(_breaches(made, text))
    counts = made["coverage"]
    achievements, reviewed = _points(gold.get("achievements") or [], [i for i in items if i.kind == "achievement"])
    tasks, planned = _points(gold.get("tasks") or [], [i for i in items if i.kind == "task"])
    agreed = reviewed + planned
    return Scores(
        contract=ContractScore(len(breaches), breaches[:3]),
        sections=SectionScore(_role_accuracy(made["sections"], gold["sections"])),
        coverage=CoverageScore(
            len(counts["uncovered"]), counts["sentences"], counts.get("figures_cited"), counts.get("figures")
        ),
        meta=_meta(made["report"], gold["meta"]),
        achievements=achievements,
        tasks=tasks,
        digest=_wording(items),
        items=_places(items, gold["sections"], text),
        figures=_figures(made.get("figures") or [], gold["figures"]),
        domains=DomainScore(_share(sum(agreed), len(agreed))),
        words=score_words(made, gold, words) if words else WordScore(),
    )


def measure_gists(digest: Digest | Json, gold: Json) -> dict[str, float]:
    """By id of an item: share of the bigrams of the annotator's wording that its summary has.

    Only items that a point of the annotation is assigned to, as in `score_digest`; the mean if there are two.
    """
    made: Json = digest.model_dump(mode="json") if isinstance(digest, Digest) else digest
    named = list(zip((str(item["id"]) for _, item in _groups(made)), _items(made), strict=True))
    shares: dict[str, list[float]] = {}
    for kind, key in (("achievement", "achievements"), ("task", "tasks")):
        ours = [(name, item) for name, item in named if item.kind == kind]
        points = gold.get(key) or []
        for theirs, mine in _assign_points(points, [item for _, item in ours]):
            name, item = ours[mine]
            shares.setdefault(name, []).append(_gist(points[theirs]["gist"], item.summary))
    return {name: sum(found) / len(found) for name, found in shares.items()}


def count_made_up(digest: Digest | Json, text: str) -> int:
    """How many numbers the summaries have that their evidence does not hold; `text` as in `score_digest`."""
    made: Json = digest.model_dump(mode="json") if isinstance(digest, Digest) else digest
    return sum(_count_unsupported(item, text) for item in _items(made))


def find_numbers(text: str) -> list[str]:
    """The numbers in a text as runs of digits with their points, without commas, full width folded."""
    return [number.replace(",", "") for number in _NUMBER.findall(text.translate(_WIDTH))]


def _groups(made: Json) -> Iterable[tuple[str, Json]]:
    review, plan = made.get("year_review") or {}, made.get("next_year_plan") or {}
    for kind, found in (
        ("achievement", review.get("achievements")),
        ("shortcoming", review.get("shortcomings")),
        ("task", plan.get("tasks")),
    ):
        for item in found or []:
            yield kind, item


def _items(made: Json) -> list[_Item]:
    return [
        _Item(kind, item["summary"], _spans(item["evidence"]), item.get("domain"), item.get("made"))
        for kind, item in _groups(made)
    ]


def _spans(places: Iterable[Json]) -> Spans:
    return [(place["start"], place["end"]) for place in places]


def _overlap(some: Spans, others: Spans) -> int:
    return sum(max(0, min(end, stop) - max(start, begin)) for start, end in some for begin, stop in others)


def _length(spans: Spans) -> int:
    return sum(end - start for start, end in spans)


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def _breaches(made: Json, text: str) -> Iterable[str]:
    """Breaches of the contract: wrong quotes, gaps in what must cover the text, wrong sums, unknown items."""
    for _, item in _groups(made):
        yield from _find_misquotes(item, text)
        if not item["evidence"]:
            yield f"{item['id']}: no evidence"
    for figure in made.get("figures") or []:
        if text[figure["start"] : figure["end"]] != figure["quote"]:
            yield f"{figure['id']}: figure quote is not the slice"
    for name in ("sections", "sentences"):
        yield from _gaps(name, _spans(made.get(name) or []), text)
    if not _adds_up(made):
        yield "coverage: counts do not add up"
    known = {item["id"] for _, item in _groups(made)}
    for part in ("year_review", "next_year_plan"):
        for sentence in (made.get(part) or {}).get("overview") or []:
            if not sentence.get("items") or not set(sentence["items"]) <= known:
                yield "overview: sentence without known items"


def _find_misquotes(item: Json, text: str) -> Iterable[str]:
    for place in item["evidence"] or []:
        if text[place["start"] : place["end"]] != place["quote"]:
            yield f"{item['id']}: quote is not text[{place['start']}:{place['end']}]"


def _gaps(name: str, spans: Spans, text: str) -> Iterable[str]:
    """The first gap or overlap; white space between sentences is no gap."""
    last = 0
    for start, end in spans or [(1, 0)]:  # nothing at all is a hole at the first character
        gap = text[last:start].strip() if name == "sentences" else start != last
        if start < last or gap:
            yield f"{name}: gap or overlap at {last}"
            return
        last = end
    if text[last:].strip():
        yield f"{name}: ends at {last} of {len(text)}"


def _adds_up(made: Json) -> bool:
    counts = made.get("coverage") or {}
    told = counts.get("cited", 0) + sum((counts.get("left_out") or {}).values()) + len(counts.get("uncovered") or [])
    return bool(counts.get("sentences") == len(made.get("sentences") or []) == told)


def _role_accuracy(sections: Sequence[Json], gold: Sequence[Json]) -> float:
    same = sum(
        _overlap([(mine["start"], mine["end"])], [(true["start"], true["end"])])
        for mine in sections
        for true in gold
        if mine["role"] == true["role"] or {mine["role"], true["role"]} <= _MARGINAL
    )
    return round(same / _length(_spans(gold)), 3)


def _meta(report: Json, gold: Json) -> MetaScore:
    years = report["review_years"]
    return MetaScore(
        review_years=[years["start"], years["end"]] == gold["review_years"],
        plan_year=report["plan_year"]["year"] == gold["plan_year"],
        region=(report.get("region") or "")[:2] == (gold.get("region") or "")[:2],
        organisation=report.get("organisation"),
    )


def _points(points: Sequence[Json], items: Sequence[_Item]) -> tuple[PointScore, list[bool]]:
    """The score of one kind of item, and for each point found whether its domain agrees, where that can be told."""
    pairs = _assign_points(points, items)
    must = [bool(point.get("must_have", True)) for point in points]
    domains = _same_domain(points, items, pairs)
    gists = [_gist(points[theirs]["gist"], items[ours].summary) for theirs, ours in pairs]
    scored = PointScore(
        gold=len(points),
        found=len(pairs),
        recall=_share(len(pairs), len(points)),
        must_recall=_share(sum(must[theirs] for theirs, _ in pairs), sum(must)),
        predicted=len(items),
        gist=_share(sum(gists), len(gists)),
        domain=_share(sum(domains), len(domains)),
    )
    return scored, domains


def _same_domain(points: Sequence[Json], items: Sequence[_Item], pairs: Sequence[tuple[int, int]]) -> list[bool]:
    return [
        items[ours].domain in _DOMAINS[points[theirs]["domain"]]
        for theirs, ours in pairs
        if items[ours].domain and points[theirs]["domain"] in _DOMAINS
    ]


def _assign_points(points: Sequence[Json], items: Sequence[_Item]) -> list[tuple[int, int]]:
    """Pairs of indices of points and items, the best covered point first; an item has two points at most."""
    covered = sorted(
        (
            (_overlap(item.spans, point["spans"]) / max(1, _length(point["spans"])), theirs, ours)
            for theirs, point in enumerate(points)
            for ours, item in enumerate(items)
            if item.spans and _length(item.spans) <= _LONGEST_EVIDENCE
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    used = [0] * len(items)
    for share, theirs, ours in covered:
        if share >= _HALF and theirs not in pairs and used[ours] < _POINTS_PER_ITEM:
            pairs[theirs] = ours
            used[ours] += 1
    return list(pairs.items())


def _gist(gold: str, summary: str) -> float:
    wanted = _bigrams(gold)
    return len(wanted & _bigrams(summary)) / max(1, len(wanted))


def _bigrams(text: str) -> set[str]:
    plain = re.sub(r"[\W_]+", "", text)
    return {plain[start : start + 2] for start in range(len(plain) - 1)}


def _wording(items: Sequence[_Item]) -> DigestScore:
    long = [item for item in items if _length(item.spans) > _LONG_ITEM and item.made]
    return DigestScore(
        length_ratio=_share(sum(len(item.summary) for item in items), sum(_length(item.spans) for item in items)),
        by_model=_share(sum(item.made != "source" for item in long), len(long)),
    )


def _places(items: Sequence[_Item], sections: Sequence[Json], text: str) -> ItemScore:
    places = [_place(item, sections) for item in items]
    right = places.count("right")
    return ItemScore(
        total=len(items),
        right_place=right,
        wrong_kind=places.count("wrong"),
        outside=places.count("outside"),
        ungrounded=places.count("none"),
        precision=_share(right, len(items)),
        unsupported_numbers=sum(_count_unsupported(item, text) for item in items),
    )


def _place(item: _Item, sections: Sequence[Json]) -> str:
    if not item.spans:
        return "none"
    review, plan = (
        sum(_overlap([(s["start"], s["end"])], item.spans) for s in sections if s["role"] in roles)
        / max(1, _length(item.spans))
        for roles in (_REVIEW, _PLAN)
    )
    wanted, other = (plan, review) if item.kind == "task" else (review, plan)
    if wanted >= _HALF:
        return "right"
    return "wrong" if other >= _HALF else "outside"


def _count_unsupported(item: _Item, text: str) -> int:
    source = set(find_numbers("".join(text[start:end] for start, end in item.spans).replace("\n", "")))
    return sum(number not in source for number in find_numbers(item.summary))


def _figures(figures: Sequence[Json], gold: Sequence[Json]) -> FigureScore:
    found = [(true, mine) for true in gold if (mine := _same_place(true, figures)) is not None]
    return FigureScore(
        gold=len(gold),
        found=len(found),
        value_right=sum(_same_value(true["value"], figures[mine].get("value")) for true, mine in found),
        predicted=len(figures),
        recall=_share(len(found), len(gold)),
        precision=_share(len({mine for _, mine in found}), len(figures)),
        values=_share(sum(_same_value(true["value"], figures[mine].get("value")) for true, mine in found), len(found)),
    )


def _same_place(gold: Json, figures: Sequence[Json]) -> int | None:
    """The index of the first figure whose overlap is half of what both cover together; None if there is none."""
    for index, figure in enumerate(figures):
        shared = _overlap([(figure["start"], figure["end"])], [(gold["start"], gold["end"])])
        union = figure["end"] - figure["start"] + gold["end"] - gold["start"] - shared
        if union and shared / union >= _HALF:
            return index
    return None


def _same_value(gold: float | None, value: float | None) -> bool:
    if gold is None or value is None:
        return gold is value
    return abs(float(value) - float(gold)) < 1e-6 * max(1, abs(float(gold)))
