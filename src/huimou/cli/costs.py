"""What a run has cost, or would cost, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from huimou.bill import Bill
    from huimou.model import Usage


def paid_table(bill: Bill) -> Table:
    """What this run paid, a row for each stage and question, then the sum; seconds are those of the calls, added up."""
    table = _table("calls", "prompt tokens", "cached", "answer tokens", "call seconds")
    for part, usage in bill.paid_for.items():
        table.add_row(part.stage, part.question, *_usage(usage))
    table.add_section()
    table.add_row("all", "", *_usage(bill.paid))
    if bill.prices is not None:
        table.caption = f"money: {bill.prices.of(bill.paid):,.4f}"
    return table


def _table(*numbers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left")
    table.add_column("stage", no_wrap=True)
    table.add_column("question", no_wrap=True)
    for head in numbers:
        table.add_column(head, justify="right")
    return table


def _usage(usage: Usage) -> tuple[str, ...]:
    counts = (usage.calls, usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
    return (*(f"{count:,}" for count in counts), f"{usage.seconds:,.1f}")
