"""What workers tell becomes one batch's events and one bill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huimou.batch.engines.event_collector import EventCollector
from huimou.batch.engines.messages import ClientSettings, EventMessage, UsageMessage
from huimou.batch.run import SilentEvents
from huimou.digest.questions.registry import find_cost_part
from huimou.model.report import Usage


class Heard(SilentEvents):
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
    hearing = EventCollector(heard, lambda _: None)
    for worker, line in ((1, "gone"), (2, "gone"), (1, "back"), (2, "gone"), (1, "gone"), (2, "back")):
        hearing.hear(worker, EventMessage("note", (line,)))
    hearing.hear(1, EventMessage("units_total", (4,)))
    hearing.hear(2, EventMessage("units_total", (4,)))
    assert heard.lines == ["gone", "back", "gone", 4, 4]


def test_what_all_have_paid_is_summed_by_question() -> None:
    """The last word of each worker counts, of those that died, too."""
    hearing = EventCollector(SilentEvents(), lambda _: None)
    item, overview = find_cost_part("a/item-summary/1"), find_cost_part("a/overview-sentence/1")
    hearing.hear(1, UsageMessage({item: Usage(1, 10, 0, 2, 0.5)}))
    hearing.hear(1, UsageMessage({item: Usage(3, 30, 0, 6, 1.5)}))
    hearing.hear(2, UsageMessage({overview: Usage(1, 5, 0, 1, 0.1), item: Usage(2, 20, 10, 4, 1.0)}))
    assert hearing.paid() == {item: Usage(5, 50, 10, 10, 2.5), overview: Usage(1, 5, 0, 1, 0.1)}


def test_how_it_is_served_is_told_once() -> None:
    """All workers ask in the same way."""
    told: list[Mapping[str, Any]] = []
    hearing = EventCollector(SilentEvents(), told.append)
    hearing.hear(1, ClientSettings({"mode": "json_schema"}))
    hearing.hear(2, ClientSettings({"mode": "json_schema"}))
    assert told == [{"mode": "json_schema"}]
