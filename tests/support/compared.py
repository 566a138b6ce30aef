"""Digests of made reports whose figures are read by huimou's own reader, for tests of comparing."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from handmade import a_digest
from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import select_shipped_profile
from huimou.model import digest as contract

CONSULTATIVE = "political_consultative"


def a_report(
    *done: str,
    plan: Sequence[str] = (),
    place: str = "临江市",
    years: tuple[int | None, int | None] = (2022, 2022),
    kind: str = CONSULTATIVE,
    domain: str = "proposals",
) -> contract.Digest:
    """Digest of a report with one sentence to an item, each quoted whole."""
    text = "\n".join((*done, *plan))
    spans = _spans((*done, *plan))
    quotes = [
        contract.Evidence(sentence=number, start=start, end=end, quote=text[start:end])
        for number, (start, end) in enumerate(spans, 1)
    ]
    names = [f"A{n}" for n in range(1, len(done) + 1)] + [f"T{n}" for n in range(1, len(plan) + 1)]
    base = a_digest()
    task = base.next_year_plan.tasks[0]
    achievement = base.year_review.achievements[0]
    told = [{"id": name, "title": quote.quote[:8], "summary": quote.quote, "evidence": [quote], "domain": domain}
            for name, quote in zip(names, quotes, strict=True)]  # fmt: skip
    return base.model_copy(
        update={
            "source": base.source.model_copy(
                update={"file": f"{place}.txt", "sha256": sha256(f"{place}{years}{text}".encode()).hexdigest()}
            ),
            "report": _facts(base.report, place, years, kind),
            "year_review": contract.YearReview(
                overview=[],
                achievements=[achievement.model_copy(update=one) for one in told[: len(done)]],
                shortcomings=[],
            ),
            "next_year_plan": contract.NextYearPlan(
                stated=bool(plan),
                overview=[],
                requirement=None,
                tasks=[task.model_copy(update=one) for one in told[len(done) :]],
            ),
            "figures": _figures(text, spans, len(done), names, kind),
            "sentences": [
                contract.SentenceOut(n=number, start=start, end=end, disposition="cited", items=[name])
                for number, ((start, end), name) in enumerate(zip(spans, names, strict=True), 1)
            ],
        }
    )


def _facts(
    base: contract.ReportFacts, place: str, years: tuple[int | None, int | None], kind: str
) -> contract.ReportFacts:
    known = "stated" if None not in years else "absent"
    review = contract.ReviewYears(start=years[0], end=years[1], basis=known, evidence=[])
    plan = contract.PlanYear(year=years[1] + 1 if years[1] else None, basis=known, evidence=[])
    return base.model_copy(
        update={
            "organisation": f"政协{place}委员会" if kind == CONSULTATIVE else f"{place}{kind}",
            "region": place,
            "kind": kind,
            "kind_title": select_shipped_profile(kind).title,
            "domains": select_shipped_profile(kind).titles(),
            "review_years": review,
            "plan_year": plan,
        }
    )


def _spans(sentences: Sequence[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for sentence in sentences:
        start = spans[-1][1] + 1 if spans else 0
        spans.append((start, start + len(sentence)))
    return spans


def _figures(
    text: str, spans: Sequence[tuple[int, int]], done: int, names: Sequence[str], kind: str
) -> list[contract.Figure]:
    found = []
    for number, one in enumerate(find_quantities(text, select_shipped_profile(kind).doers), 1):
        place = next(place for place, (start, end) in enumerate(spans) if start <= one.start < end)
        found.append(
            contract.Figure(
                id=f"F{number}",
                quote=one.quote,
                start=one.start,
                end=one.end,
                value=one.value,
                value_max=one.value_max,
                mode=one.mode,
                unit=one.unit,
                metric=one.metric,
                actor=one.actor,
                section="review" if place < done else "plan",
                items=[names[place]],
                direction=one.direction,
                counted=one.counted,
            )
        )
    return found
