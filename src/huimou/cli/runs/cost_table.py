"""Tables of what a run has cost, or would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from huimou.batch.dry_run.forecast import LEAST_BASIS, QuestionTokens, estimate_likely, sum_tokens
from huimou.cli import options
from huimou.model.report import Usage

if TYPE_CHECKING:
    from huimou.batch.cost_report import Bill, Prices
    from huimou.batch.dry_run.forecast import CostBasis, Forecast
    from huimou.model.cost_category import CostPart


def build_usage_table(bill: Bill) -> Table:
    """A row for each stage and question with the usage of its calls, then the sum; seconds of calls are added up."""
    table = _start_table("calls", "prompt tokens", "cached", "answer tokens", "call seconds")
    for part, usage in bill.paid_for.items():
        table.add_row(part.stage, part.question, *_format_usage(usage))
    table.add_section()
    table.add_row("all", "", *_format_usage(bill.paid))
    if bill.prices is not None:
        table.caption = f"money: {bill.prices.of(bill.paid):,.4f}"
    return table


def _start_table(*numbers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left")
    table.add_column("stage", no_wrap=True)
    table.add_column("question", no_wrap=True)
    for head in numbers:
        table.add_column(head, justify="right")
    return table


def _format_usage(usage: Usage) -> tuple[str, ...]:
    counts = (usage.calls, usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
    return (*("–" if count is None else f"{count:,}" for count in counts), f"{usage.seconds:,.1f}")


def build_forecast_table(found: Forecast, basis: CostBasis) -> Table:
    """A row for each stage and question: what is asked first, what may be asked again, what is answered already."""
    table = _start_table("to ask", "kept", "prompt tokens", "answer tokens, at most", "mean so far")
    for part in sorted({*found.first, *found.kept}):
        row, kept = found.first.get(part, QuestionTokens()), found.kept.get(part, 0)
        table.add_row(
            part.stage,
            part.question,
            f"{row.questions:,}",
            f"{kept:,}",
            *_format_tokens(row),
            _format_mean(part, basis),
        )
    table.add_section()
    first, kept = sum_tokens(found.first), sum(found.kept.values())
    table.add_row("first, exactly", "", f"{first.questions:,}", f"{kept:,}", *_format_tokens(first), "")
    if found.again:
        table.add_section()
    for part, row in found.again.items():
        most, mean = f"up to {row.questions:,}", _format_mean(part, basis)
        table.add_row(part.stage, f"{part.question}, again", most, "", *_format_tokens(row), mean)
    return table


def describe_forecast(found: Forecast, basis: CostBasis, prices: Prices | None) -> list[str]:
    """Lines about what the table of a forecast does not say."""
    todo = found.planned - found.done - len(found.unreadable)
    states = [f"{found.done} done already", f"{todo} to do"]
    states += [f"{found.ready} of these {'lacks' if found.ready == 1 else 'lack'} no answer"] if found.ready else []
    states += [f"{len(found.unreadable)} that cannot be digested"] if found.unreadable else []
    lines = [f"{options.format_count(found.planned, 'report')}: {', '.join(states)}"]
    if found.repeated:
        lines.append(
            f"{found.repeated} further questions are worded as one that is counted; its answer serves them too"
        )
    if found.again:
        lines.append(
            "again: other answers to the same words, asked for only while the best is not good enough (--effort)"
        )
    if found.looked:
        lines.append(f"in no number: up to {found.looked} items more, of sentences that the second look is asked about")
    if found.first:
        lines.append("in no number: answers that break off or do not fit, which are asked for again or in parts")
        lines += _describe_likely(found, basis, prices)
    return lines


def _describe_likely(found: Forecast, basis: CostBasis, prices: Prices | None) -> list[str]:
    first = sum_tokens(found.first)
    whole = first + sum_tokens(found.again)
    lines = []
    if prices is not None:
        bounds = [prices.of(_as_usage(row)) for row in (first, whole)]
        lines.append(
            f"money, if no prompt is cached: {bounds[0]:,.4f} at most first, {bounds[1]:,.4f} with what is asked again"
        )
    rows = estimate_likely(found, basis)
    if rows is None:
        why = basis.why_not or f"fewer than {LEAST_BASIS} answers to some question here"
        return [*lines, f"no likely number of answer tokens or seconds: {why}"]
    sum_ = sum_tokens(rows)
    money = f", money {prices.of(_as_usage(sum_)):,.4f}" if prices is not None else ""
    pace = (
        f", {sum_.questions / basis.rate:,.0f} seconds at the pace of the runs before"
        if basis.rate
        else "; no number of seconds, since no run here lasted long enough to tell"
    )
    told = f"{sum_.questions:,} questions, {sum_.prompt_tokens:,} prompt tokens, {sum_.most_tokens:,} answer tokens"
    return [*lines, f"likely, judging by the answers here: {told}{money}{pace}"]


def _format_tokens(row: QuestionTokens) -> tuple[str, str]:
    return f"{row.prompt_tokens:,}", f"{row.most_tokens:,}"


def _format_mean(part: CostPart, basis: CostBasis) -> str:
    tokens = basis.answer_tokens(part.question)
    return "" if tokens is None else f"{tokens:.1f}"


def _as_usage(row: QuestionTokens) -> Usage:
    return Usage(row.questions, row.prompt_tokens, 0, row.most_tokens)
