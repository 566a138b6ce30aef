"""The headings, rules and phrases of a comparison that page, workbook and terminal share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from huimou.compare.cities.model import ComparedReport, CountedFigure, DomainRow, PrintedFigure, Subject
from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Evidence, Task
from huimou.outputs.labels import PARTS
from huimou.outputs.phrases import format_plan_period

if TYPE_CHECKING:
    from huimou.compare.cities.comparison import CityComparison

TITLE = "报告对照"
FIGURES = "同口径数字"
FIGURES_RULE = (
    "只并列同类报告中同一事项、同一状态（立案、办理、办复各算各的）、同一量词或单位、同一主体和范围、同样长的统计期的数，"
    "且原文写明是全期总数的数。同一种会议叫法不同的（如双月协商座谈会、双月专题协商会）归在通称下，原名见出处。按原文写法照录，不排名，不加总。判断不了是否同一口径的，列在“未并列的数字”。"
)
THINGS = "同一事项、口径不同"
THINGS_RULE = (
    "几份报告都数了同一事项，但环节（收到、立案、办理、办复、采纳）、单位、统计期、主体或范围不同，或没有写明是全期总数。"
    "每个数各带自己的口径，供查对，不能直接比多少。"
)
DOMAINS = "分领域对照"
DOMAINS_RULE = "各报告的条目按其主要领域归类；条目多少与原文篇幅和写法有关，不代表工作多少。"
ONLY = "只在一份报告中见到的"
ONLY_RULE = (
    "判断办法：引号中的工作名称、议题和表示工作形式的词（如立法协商），在其他同类报告所有条目的标题、摘要和所引原文中都没有出现；"
    "领域则是其他同类报告都没有归入该领域的条目。词没有出现，不等于事情没有做。"
)
OVERVIEW = "各领域条目"
OVERVIEW_RULE = "每格为已做条目数／计划任务数，两份以上报告都有条目的领域在前；点领域看条目。"
APART = "未并列的数字"
APART_RULE = "以下数字没有与其他报告的数并列，原因写在后面。"
NEAR = "有同名事项，但环节、单位、统计期、主体范围或增减口径不同"
NO_ROWS = "没有可以确认为同一口径的数字。"
NOTHING = "无"


def format_tally(comparison: CityComparison) -> str:
    """What can be compared, then what cannot, in one line."""
    shared = sum(is_shared(row) for row in comparison.domains)
    figures = f"同口径数字{len(comparison.rows)}项，" if comparison.rows else ""
    domains = f"{len(comparison.domains)}个领域中{shared}个有两份以上报告的条目可对照"
    apart = f"；另有{len(comparison.apart):,}个数字口径不同或别处未见，不并列" if comparison.apart else ""
    return f"{len(comparison.sides)}份报告：{figures}{domains}{apart}。"


def is_shared(row: DomainRow) -> bool:
    """Whether two reports or more have items in a domain."""
    return sum(bool(done or planned) for done, planned in zip(row.done, row.planned, strict=True)) > 1


def format_counts(row: DomainRow, sides: Sequence[ComparedReport]) -> str:
    """How many items each report has in a domain, as 「临江市 3　鹿鸣市 2」; reports without any are not named."""
    counted = zip(sides, row.done, row.planned, strict=True)
    return "　".join(f"{side.short} {len(done) + len(planned)}" for side, done, planned in counted if done or planned)


def count_reasons_apart(comparison: CityComparison) -> list[tuple[str, int]]:
    """How many figures stand apart for each reason: first those of which others count the same thing differently."""
    counts = Counter(one.reason if one.near is None else NEAR for one in comparison.apart)
    return sorted(counts.items(), key=lambda pair: (pair[0] != NEAR, -pair[1]))


def format_subject(subject: Subject) -> str:
    """What is counted and its unit, as 办理提案（件）."""
    return f"{to_one_line(subject.status + subject.thing + subject.change)}（{to_one_line(subject.unit)}）"


def format_subject_terms(subject: Subject) -> str:
    """What else the figures of a row have in common: part, years, whose."""
    span = "计划年" if subject.part == "plan" else "一年" if subject.years == 1 else f"{subject.years}年合计"
    return " · ".join((PARTS[subject.part].content, span, to_one_line(subject.whose) or "全域情况"))


def format_counted(one: CountedFigure) -> str:
    """A number as printed with its state in front, as 立案 280件."""
    status = f"{to_one_line(one.subject.status)} " if one.subject.status else ""
    change = to_one_line(one.subject.change)
    return f"{status}{change}{to_one_line(one.printed.figure.quote)}"


def format_counted_terms(one: CountedFigure) -> str:
    """What else a number is: its years, whose it is, and that its sentence does not call it a total."""
    doubt = "" if one.whole else "未写明是全期总数"
    span = f"{one.subject.years}年" if one.subject.years > 1 else "一年"
    whose = to_one_line(one.subject.whose) or "全域情况"
    return " · ".join(filter(None, ("计划年" if one.subject.part == "plan" else span, whose, doubt)))


def describe_place(printed: PrintedFigure) -> str:
    """The place of a figure, as 第n句，字符a–b."""
    number = f"第{printed.sentence}句，" if printed.sentence is not None else ""
    return f"{number}字符{printed.figure.start}–{printed.figure.end}"


def format_period(side: ComparedReport, subject: Subject) -> str:
    """The years that a report's number is for."""
    years = format_plan_period(side.digest.report.plan_year) if subject.part == "plan" else side.period
    return years or "年份未载明"


def format_review(side: ComparedReport) -> str:
    """The years of a report's review, or that it does not state them."""
    return side.period or "年份未载明"


def format_plan(side: ComparedReport) -> str:
    """The year of a report's plan, or that it does not state it or has no plan."""
    if not side.digest.next_year_plan.stated:
        return "未设"
    return format_plan_period(side.digest.report.plan_year) or "未载明"


def format_item(item: Achievement | Task) -> tuple[str, str]:
    """Title and summary of an item; the summary is empty where it only repeats the title."""
    title, summary = to_one_line(item.title), to_one_line(item.summary)
    return title, "" if summary.rstrip("。") == title.rstrip("…。") else summary


def describe_evidence(one: Evidence) -> str:
    """The place of a quote, as 第n句，字符a–b."""
    return f"第{one.sentence}句，字符{one.start}–{one.end}"


def list_places(item: Achievement | Task) -> Iterator[tuple[str, str]]:
    """The place and the quote of each piece of evidence of an item."""
    for evidence in item.evidence:
        yield describe_evidence(evidence), to_one_line(evidence.quote)
