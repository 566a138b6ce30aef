"""The headings, rules and phrases of a comparison that page, workbook and terminal share."""

from __future__ import annotations

from collections.abc import Iterator

from huimou.compare.cities.model import ComparedReport, PrintedFigure, Subject
from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Figure, Task
from huimou.outputs.labels import DIRECTIONS, PARTS
from huimou.outputs.phrases import format_plan_period

TITLE = "报告对照"
FIGURES = "同口径数字"
FIGURES_RULE = (
    "只并列同类报告中同一事项、同一状态（立案、办理、办复各算各的）、同一量词或单位、同一主体和范围、同样长的统计期的数，"
    "且原文写明是全期总数的数。按原文写法照录，不排名，不加总。判断不了是否同一口径的，列在“未并列的数字”。"
)
DOMAINS = "分领域对照"
DOMAINS_RULE = "各报告的条目按其主要领域归类；条目多少与原文篇幅和写法有关，不代表工作多少。"
ONLY = "只在一份报告中见到的"
ONLY_RULE = (
    "判断办法：引号中的工作名称、议题和表示工作形式的词（如立法协商），在其他同类报告所有条目的标题、摘要和所引原文中都没有出现；"
    "领域则是其他同类报告都没有归入该领域的条目。词没有出现，不等于事情没有做。"
)
APART = "未并列的数字"
APART_RULE = "以下数字没有与其他报告的数并列，原因写在后面。"
NO_ROWS = "没有可以确认为同一口径的数字。"
NOTHING = "无"


def format_printed_number(figure: Figure) -> str:
    """The number as printed, with the direction of a change in front of it (降 3%)."""
    way = f"{DIRECTIONS[figure.direction].name} " if figure.direction else ""
    return f"{way}{to_one_line(figure.quote)}"


def format_subject(subject: Subject) -> str:
    """What is counted and its unit, as 办理提案（件）."""
    return f"{to_one_line(subject.status + subject.thing + subject.change)}（{to_one_line(subject.unit)}）"


def format_subject_terms(subject: Subject) -> str:
    """What else the figures of a row have in common: part, years, whose."""
    span = "计划年" if subject.part == "plan" else "一年" if subject.years == 1 else f"{subject.years}年合计"
    return " · ".join((PARTS[subject.part].content, span, to_one_line(subject.whose) or "全域情况"))


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


def list_places(item: Achievement | Task) -> Iterator[tuple[str, str]]:
    """The place and the quote of each piece of evidence of an item."""
    for evidence in item.evidence:
        yield f"第{evidence.sentence}句，字符{evidence.start}–{evidence.end}", to_one_line(evidence.quote)
