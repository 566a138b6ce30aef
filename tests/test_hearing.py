"""What workers tell becomes one batch's events and one bill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huimou.batch.engines.event_collector import Hearing
from huimou.batch.engines.messages import Paid, Served, Told
from huimou.batch.run import Silent
from huimou.model.cost_category import part_of
from huimou.model.report import Usage


class Heard(Silent):
    """Events written down."""

    def __init__(self) -> None:
        self.lines: list[object] = []

    def note(self, line: str) -> None:
        """Keep it."""
        self.lines.append(line)

    def units_total(self, units: int) -> None:
        """Keep it."""
        self.lines.append(units)


def test_the_same_note_of_two_workers_is_told_once_for_each_time() -> None:
    """Both find the server gone, twice: that is two notes; units are never the same."""
    heard = Heard()
    hearing = Hearing(heard, lambda _: None)
    for worker, line in ((1, "gone"), (2, "gone"), (1, "back"), (2, "gone"), (1, "gone"), (2, "back")):
        hearing.hear(worker, Told("note", (line,)))
    hearing.hear(1, Told("units_total", (4,)))
    hearing.hear(2, Told("units_total", (4,)))
    assert heard.lines == ["gone", "back", "gone", 4, 4]


def test_what_all_have_paid_is_summed_by_question() -> None:
    """The last word of each worker counts, of those that died, too."""
    hearing = Hearing(Silent(), lambda _: None)
    item, overview = part_of("a/item-summary/1"), part_of("a/overview-sentence/1")
    hearing.hear(1, Paid({item: Usage(1, 10, 0, 2, 0.5)}))
    hearing.hear(1, Paid({item: Usage(3, 30, 0, 6, 1.5)}))
    hearing.hear(2, Paid({overview: Usage(1, 5, 0, 1, 0.1), item: Usage(2, 20, 10, 4, 1.0)}))
    assert hearing.paid() == {item: Usage(5, 50, 10, 10, 2.5), overview: Usage(1, 5, 0, 1, 0.1)}


def test_how_it_is_served_is_told_once() -> None:
    """All workers ask in the same way."""
    told: list[Mapping[str, Any]] = []
    hearing = Hearing(Silent(), told.append)
    hearing.hear(1, Served({"mode": "json_schema"}))
    hearing.hear(2, Served({"mode": "json_schema"}))
    assert told == [{"mode": "json_schema"}]
