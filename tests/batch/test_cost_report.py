"""What a run paid, by stage and by question: the same money counted twice, and shown once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from huimou.batch.cost_report import Bill, Prices
from huimou.cli.runs.cost_table import build_usage_table
from huimou.digest.questions.registry import find_cost_part
from huimou.digest.questions.units import build_second_look_id
from huimou.llm.tally import Tally
from huimou.model.report import Usage

_PATHS = st.sampled_from(
    [
        "r/item-summary/review.1",
        f"r/item-summary/{build_second_look_id('review', 4)}",
        "r/item-summary/review.1.s2",
        "r/second-look/sentence-4",
        "r/follow-task/T1",
        "",
    ]
)
_USAGES = st.builds(Usage, *[st.integers(0, 9999)] * 4, st.just(0.25))


def bill(tally: Tally, prices: Prices | None = None) -> Bill:
    """A run of one report that paid what the tally says."""
    return Bill({}, (), 1, 2.0, tally.usage_by_part(), 0, None, prices)


def add(tally: Tally, path: str, usage: Usage, *, paid: bool = True) -> None:
    """Tell the tally of one request, in the stage that its slot belongs to."""
    tally.add(path, usage, paid, find_cost_part(path).stage)


@given(st.lists(st.tuples(_PATHS, _USAGES, st.booleans())))
def test_stages_and_questions_add_up(calls: list[tuple[str, Usage, bool]]) -> None:
    """Both ways of parting what was paid give the whole, and nothing that was kept is in it."""
    tally = Tally()
    for path, usage, paid in calls:
        add(tally, path, usage, paid=paid)
    told = bill(tally).as_data()
    want = sum((usage for _, usage, paid in calls if paid), Usage())
    for parted in (told["paid_by_stage"], told["paid_by_question"], {"all": told["paid"]}):
        assert sum(part["calls"] for part in parted.values()) == want.calls
        assert sum(part["prompt_tokens"] for part in parted.values()) == want.prompt_tokens
        assert sum(part["completion_tokens"] for part in parted.values()) == want.completion_tokens


def test_table_of_what_was_paid() -> None:
    """A row for each stage and question in the order of the work, then all of it, with money."""
    tally = Tally()
    add(tally, "r/follow-task/T1", Usage(1, 500, 0, 30, 1.0))
    add(tally, f"r/item-summary/{build_second_look_id('plan', 4)}", Usage(1, 1000, 900, 20, 1.5))
    add(tally, "r/item-summary/review.1", Usage(2, 2_000_000, 900, 40, 3.0))
    add(tally, "r/second-look/sentence-4", Usage(1, 700, 0, 5, 0.5), paid=False)
    console = Console(width=120, record=True)
    console.print(build_usage_table(bill(tally, Prices(1.0, 2.0))))
    lines = [" ".join(line.split()) for line in console.export_text().splitlines() if line.strip(" ─")]
    assert lines == [
        "stage question calls prompt tokens cached answer tokens call seconds",
        "wording item-summary 2 2,000,000 900 40 3.0",
        "second look item-summary 1 1,000 900 20 1.5",
        "other follow-task 1 500 0 30 1.0",
        "all 4 2,001,500 1,800 90 5.5",
        "money: 2.0017",
    ]


def test_cached_tokens_that_no_server_tells() -> None:
    """A dash in the table and null in run.json, not a nought that nobody has counted; all are paid for in full."""
    tally = Tally()
    add(tally, "r/item-summary/review.1", Usage(2, 2_000_000, None, 40, 3.0))
    told = bill(tally, Prices(1.0, 2.0, 0.1))
    console = Console(width=120, record=True)
    console.print(build_usage_table(told))
    assert "2,000,000 – 40 3.0" in " ".join(console.export_text().split())
    assert told.as_data()["paid"] == {
        "calls": 2,
        "prompt_tokens": 2_000_000,
        "cached_tokens": None,
        "completion_tokens": 40,
        "seconds": 3.0,
        "cost": 2.0001,
    }
