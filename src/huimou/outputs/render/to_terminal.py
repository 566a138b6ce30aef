"""A digest for the terminal.

Text from outside is put into `Text`, so that markup in it does nothing, and `to_one_line` removes escape codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Check, Digest, Evidence, Figure, OverviewSentence, Shortcoming, Task
from huimou.outputs.items import count_looks, group_by_domain
from huimou.outputs.labels import BASES, LOOK, NO_PLAN, NOT_STATED, NOTHING_TO_CHECK, ORIGINS, PARTS
from huimou.outputs.phrases import count_reasons, describe_mode, format_number, format_plan_period, format_review_period


def to_terminal(digest: Digest, *, figures: bool = False, sources: bool = False) -> RenderableType:
    """Rich renderable of a digest; with `figures` its table of figures, with `sources` the quotes under each item."""
    parts = [*_head(digest), *_review(digest, sources=sources), *_plan(digest, sources=sources)]
    if figures:
        parts += [_section("数字台账"), _figures(digest.figures)]
    return Group(*parts, *_foot(digest), *_checks(digest.checks))


def _head(digest: Digest) -> Iterator[RenderableType]:
    report = digest.report
    yield Text(to_one_line(report.organisation or report.region or digest.source.file), style="bold")
    years = (
        ("回顾", format_review_period(report.review_years), report.review_years.basis),
        ("计划", format_plan_period(report.plan_year), report.plan_year.basis),
    )
    shown = [f"{label} {NOT_STATED if not period else f'{period}（{BASES[basis]}）'}" for label, period, basis in years]
    yield Text(" · ".join([*shown, to_one_line(digest.source.file)]), style="dim")


def _review(digest: Digest, *, sources: bool) -> Iterator[RenderableType]:
    review = digest.year_review
    yield _section("年度回顾")
    yield from _overview(review.overview)
    for domain, items in group_by_domain(review.achievements, digest.report.domains):
        yield Text(to_one_line(domain), style="bold cyan")
        for item in items:
            yield from _item(item, item.title, sources=sources)
    if review.shortcomings:
        yield Text("存在的不足", style="bold cyan")
    for shortcoming in review.shortcomings:
        yield from _item(shortcoming, None, sources=sources)


def _plan(digest: Digest, *, sources: bool) -> Iterator[RenderableType]:
    plan = digest.next_year_plan
    yield _section("下一年计划")
    if not plan.stated:
        yield Text(NO_PLAN)
    yield from _overview(plan.overview)
    if plan.requirement:
        yield Text("总体要求", style="bold cyan")
        yield _indent(Text(to_one_line(plan.requirement.summary or plan.requirement.text)))
    for domain, items in group_by_domain(plan.tasks, digest.report.domains):
        yield Text(to_one_line(domain), style="bold cyan")
        for item in items:
            yield from _item(item, item.title, sources=sources)
            yield _indent(Text(_terms(item), style="dim"), 4)


def _overview(sentences: Sequence[OverviewSentence]) -> Iterator[RenderableType]:
    for sentence in sentences:
        yield Text.assemble(to_one_line(sentence.text), (f" {' '.join(map(to_one_line, sentence.items))}", "dim"))
        if sentence.look is not None:
            yield _indent(Text(LOOK + to_one_line(sentence.look), style="yellow"), 4)


def _item(item: Achievement | Task | Shortcoming, title: str | None, *, sources: bool) -> Iterator[RenderableType]:
    line = Text.assemble((to_one_line(item.id), "green"), " ")
    if title is not None:
        line.append(to_one_line(title), "bold").append("：")
    line.append(to_one_line(item.summary)).append(f" {ORIGINS[item.made].name}", "dim")
    yield _indent(line)
    if item.look is not None:
        yield _indent(Text(LOOK + to_one_line(item.look), style="yellow"), 4)
    if sources:
        yield from (_indent(_source(part), 4) for part in item.evidence)


def _terms(task: Task) -> str:
    terms = (("目标", task.target), ("时限", task.deadline), ("责任单位", task.responsible))
    return "；".join(f"{label}：{NOT_STATED if value is None else to_one_line(value)}" for label, value in terms)


def _source(evidence: Evidence) -> Text:
    place = f"第{evidence.sentence}句 {evidence.start}–{evidence.end} "
    return Text.assemble((place, "dim"), (to_one_line(evidence.quote), "italic"))


def _figures(figures: Sequence[Figure]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("编号", "原文", "数值", "单位", "限定", "所计", "部分", "条目"):
        table.add_column(head, justify="right" if head == "数值" else "left", overflow="fold")
    for figure in figures:
        cells = (
            figure.id,
            figure.quote,
            format_number(figure.value, figure.value_max),
            figure.unit or "",
            describe_mode(figure),
            figure.metric or "",
            PARTS[figure.section].name,
            " ".join(figure.items),
        )
        table.add_row(*(Text(to_one_line(cell)) for cell in cells))
    return table


def _foot(digest: Digest) -> Iterator[RenderableType]:
    coverage, run = digest.coverage, digest.run
    left = "、".join(f"{to_one_line(reason)}{count}" for reason, count in count_reasons(coverage.left_out).items())
    yield _section("覆盖情况")
    yield Text(
        f"全文{coverage.sentences}句：引用{coverage.cited}，略去{sum(coverage.left_out.values())}"
        f"{f'（{left}）' if left else ''}，未引用也未说明{len(coverage.uncovered)}；"
        f"数字{coverage.figures}个，入条目{coverage.figures_cited}个；问题{len(digest.problems)}个；建议核对{count_looks(digest)}项"
    )
    state = "完整" if run.complete else "不完整"
    yield Text(f"{to_one_line(run.model)}：请求{run.calls}次，{run.seconds:,.1f}秒，{state}", style="dim")


def _checks(checks: Sequence[Check]) -> Iterator[RenderableType]:
    yield _section("请先核对")
    for number_, check in enumerate(checks, start=1):
        place = f" {check.start}–{check.end}" if check.start is not None else ""
        line = Text.assemble(
            f"{number_}. ", (to_one_line(check.item or "全文"), "green"), f" {to_one_line(check.message)}"
        )
        yield _indent(line.append(place, "dim"))
    if not checks:
        yield Text(NOTHING_TO_CHECK)


def _section(name: str) -> RenderableType:
    return Padding(Text(name, style="bold reverse"), (1, 0, 0, 0), expand=False)


def _indent(text: Text, left: int = 2) -> RenderableType:
    return Padding(text, (0, 0, 0, left), expand=False)
