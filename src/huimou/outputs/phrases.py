"""Phrases that are the same in every output: periods, numbers, who has checked an item."""

from __future__ import annotations

from collections.abc import Mapping

from huimou.language.rules import get_rule
from huimou.language.text import fold, to_one_line
from huimou.model.digest import Figure, ItemReview, PlanYear, ReviewYears
from huimou.outputs.labels import CHECK_STATES, CODES, DIRECTIONS, MODES, REASONS

_OVER = get_rule("work_forms.over_a_number")


def describe_person_review(review: ItemReview | None) -> str:
    """Who has checked an item: 「未核对」, or 「人工核对」 with name and day."""
    if review is None or not review.checked:
        return CHECK_STATES["unchecked"].name
    return "，".join(
        part for part in (CHECK_STATES["checked"].name, to_one_line(review.reviewer or ""), review.time[:10]) if part
    )


def format_review_period(years: ReviewYears) -> str | None:
    """The years of a review as 「2022年」 or 「2017—2021年」; None if unknown."""
    known = [year for year in (years.start, years.end) if year is not None]
    if not known:
        return None
    return f"{known[0]}年" if known[0] == known[-1] else f"{known[0]}—{known[-1]}年"


def format_plan_period(plan: PlanYear) -> str | None:
    """The year of a plan as 「2023年」; None if unknown."""
    return None if plan.year is None else f"{plan.year}年"


def count_reasons(left_out: Mapping[str, int]) -> dict[str, int]:
    """Counts of sentences left out by the Chinese name of the reason; an unknown reason is its own name."""
    counts: dict[str, int] = {}
    for reason, count in left_out.items():
        name = REASONS[reason].name if reason in REASONS else reason
        counts[name] = counts.get(name, 0) + count
    return counts


def describe_mode(figure: Figure) -> str:
    """How exact a figure is; of one that is over a number the word that is printed: 余, 多, 超 …."""
    printed = _OVER.search(fold(figure.quote)) if figure.mode == "over" else None
    return printed.group() if printed else MODES[figure.mode]


def format_number(value: float | None, value_max: float | None) -> str:
    """Value in base units with thousands separators; a range as 「2–3」; 「不定」 where the report gives no number."""
    if value is None and value_max is None:
        return "不定"
    return "–".join(f"{part:,}" for part in (value, value_max) if part is not None)


def format_printed_number(figure: Figure) -> str:
    """The number as printed, with the direction of a change in front of it (降 3%)."""
    way = f"{DIRECTIONS[figure.direction].name} " if figure.direction else ""
    return f"{way}{to_one_line(figure.quote)}"


def translate_code(code: str) -> str:
    """The Chinese name of a check's or problem's code; an unknown one (of a newer digest) is its own name."""
    return CODES.get(code, code)
