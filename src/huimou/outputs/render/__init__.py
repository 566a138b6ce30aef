"""Digest to text for people and programs; the words that every rendering shares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, TypeVar

from huimou.language.text import fold, to_one_line
from huimou.model.digest import Digest, Figure, ItemReview, OverviewSentence, PlanYear, ReviewYears

NOT_STATED = "原文未载明"
NO_PLAN = "本报告未设下一年计划"
MARK = "⚠"
LOOK = f"{MARK} 建议核对："
NOTHING_TO_CHECK = "没有需要优先核对之处。"
BY_MACHINE, BY_PERSON = "未核对", "人工核对"
CORRECTED, COMMENT = "人工更正", "批注"
_OTHER = "other"

MADE = MappingProxyType({"model": "模型概括", "selected": "选句", "reasked": "重问后", "source": "原文照录"})
MADE_MEANS = MappingProxyType(
    {
        "模型概括": "由模型改写",
        "选句": "由模型选定的原文分句连成",
        "重问后": "第一次回答未过核对，重问后所得",
        "原文照录": "模型未参与",
    }
)
BASES = MappingProxyType({"stated": "原文载明", "inferred": "推断", "absent": NOT_STATED})
MODES = MappingProxyType(
    {
        "exact": "确数",
        "over": "超过",
        "about": "约",
        "nearly": "近",
        "range": "区间",
        "vague": "不定",
        "at_least": "不少于",
        "at_most": "不超过",
    }
)
PARTS = MappingProxyType({"review": "回顾", "plan": "计划", "other": "其他"})
REASONS = MappingProxyType(
    {
        "heading": "标题",
        "title": "标题",
        "subtitle": "副标题",
        "rhetoric": "修辞",
        "slogan": "口号",
        "guiding_idea": "指导思想",
        "requirement": "总体要求",
        "background": "背景",
        "quotation": "引语",
        "transition": "过渡语",
        "thanks": "致谢",
        "pledge": "表态",
        "not_a_report": "非工作报告",
        "caption": "图注",
        "unrelated": "他稿",
        "boilerplate": "版式残留",
        "front_matter": "报头",
        "salutation": "称谓",
        "closing": "结语",
        "statistics": "数据栏",
        "proposal_digest": "提案办理摘要",
        "duplicate": "重复",
        "page_number": "页码",
        "running_head": "书眉页脚",
        "watermark": "水印广告",
        "translation": "外文对照",
        "mojibake": "乱码",
        "html_residue": "网页残留",
    }
)

_OVER = re.compile(r"超过|高于|多于|突破|以上|有余|[超逾余多]")


class _HasLook(Protocol):
    @property
    def look(self) -> str | None: ...


class _HasCorrected(Protocol):
    @property
    def corrected(self) -> str | None: ...


class _HasDomain(Protocol):
    @property
    def domain(self) -> str: ...


_Item = TypeVar("_Item", bound=_HasDomain)


def group_by_domain(items: Sequence[_Item], titles: Mapping[str, str]) -> tuple[tuple[str, tuple[_Item, ...]], ...]:
    """Items under the title of their domain, in the order of `titles`; unknown domains after the known, other last."""
    order = {key: index for index, key in enumerate(titles)} | {_OTHER: len(titles) + 1}
    domains = sorted(dict.fromkeys(item.domain for item in items), key=lambda key: order.get(key, len(titles)))
    return tuple((titles.get(key, key), tuple(item for item in items if item.domain == key)) for key in domains)


def count_looks(digest: Digest) -> int:
    """How many items a person should look at."""
    items: Sequence[_HasLook] = (
        *digest.year_review.achievements,
        *digest.year_review.shortcomings,
        *digest.next_year_plan.tasks,
    )
    return sum(item.look is not None for item in items)


def map_reviews(digest: Digest) -> dict[str, ItemReview]:
    """What a person said, by id of item."""
    return {one.id: one for one in digest.review.items} if digest.review else {}


def find_corrected_items(sentence: OverviewSentence, said: Mapping[str, _HasCorrected]) -> tuple[str, ...]:
    """Items that a sentence of an overview rests on and that a person has put in other words since, by id."""
    return tuple(id_ for id_ in sentence.items if id_ in said and said[id_].corrected)


def describe_review(review: ItemReview | None) -> str:
    """Who has checked an item: 「未核对」, or 「人工核对」 with name and day."""
    if review is None or not review.checked:
        return BY_MACHINE
    return "，".join(part for part in (BY_PERSON, to_one_line(review.reviewer or ""), review.time[:10]) if part)


def format_review_period(years: ReviewYears) -> str | None:
    """「2022年」, 「2017—2021年」 or None."""
    known = [year for year in (years.start, years.end) if year is not None]
    if not known:
        return None
    return f"{known[0]}年" if known[0] == known[-1] else f"{known[0]}—{known[-1]}年"


def format_plan_period(plan: PlanYear) -> str | None:
    """「2023年」 or None."""
    return None if plan.year is None else f"{plan.year}年"


def count_reasons(left_out: Mapping[str, int]) -> dict[str, int]:
    """Counts of sentences left out, by the Chinese name of the reason; an unknown reason keeps its own."""
    counts: dict[str, int] = {}
    for reason, count in left_out.items():
        name = REASONS.get(reason, reason)
        counts[name] = counts.get(name, 0) + count
    return counts


def describe_mode(figure: Figure) -> str:
    """How exact a figure is; what is more than a number is named by the word that is printed: 余, 多, 超 …."""
    printed = _OVER.search(fold(figure.quote)) if figure.mode == "over" else None
    return printed.group() if printed else MODES[figure.mode]


def format_number(value: float | None, value_max: float | None) -> str:
    """Value in base units with thousands separators; a range as 「2–3」; 「不定」 where the report gives no number."""
    if value is None and value_max is None:
        return "不定"
    return "–".join(f"{part:,}" for part in (value, value_max) if part is not None)
