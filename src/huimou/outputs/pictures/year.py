"""A year at a glance: the headline figures of one report, and its items by domain."""

from __future__ import annotations

from huimou.language.text import to_one_line
from huimou.model.digest import Digest
from huimou.outputs.labels import ITEM_KINDS
from huimou.outputs.page.headlines import draw_headlines
from huimou.outputs.page.pictures import count_by_domain, draw_bars
from huimou.outputs.phrases import format_plan_period, format_review_period
from huimou.outputs.pictures.sheet import PictureSheet

DOMAINS_NOTE = "条目多少与原文篇幅和写法有关，不代表工作多少。"


def build_year_sheet(digest: Digest) -> PictureSheet | None:
    """The sheet of one report; None where its digest has neither figures nor items to draw."""
    report, source = digest.report, digest.source
    headlines = draw_headlines(digest)
    rows, series = count_by_domain(digest)
    items = {name: series[name] for name in (ITEM_KINDS["achievement"], ITEM_KINDS["task"])}
    domains = draw_bars("各领域条目", rows, items, "项", DOMAINS_NOTE) if rows else None
    pictures = tuple(picture for picture in (headlines, domains) if picture is not None)
    if not pictures:
        return None
    body = to_one_line(report.organisation or report.region or source.file)
    plan = format_plan_period(report.plan_year) if digest.next_year_plan.stated else None
    return PictureSheet(
        f"{body} {format_review_period(report.review_years) or '年份未载明'}一览",
        "回顾的数字与条目" + (f"；任务为{plan}计划" if plan else ""),
        pictures,
        f"据{to_one_line(source.file)}由回眸整理，sha256 {source.sha256[:12]}；数字照原文写法，句号与编号见同名摘要。",
    )
