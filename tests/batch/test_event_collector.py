"""What workers tell becomes one batch's events and one bill."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pytest

from batch_stand_in import planned
from huimou.batch.engines.event_collector import EventCollector
from huimou.batch.engines.messages import ClientSettings, Ready, UsageMessage
from huimou.batch.events import BatchStarted, Event, Noted, ReportFailed, ReportFinished, ReportStarted, Warned
from huimou.digest.questions.registry import find_cost_part
from huimou.model.events import TokensSpent, UnitDone, UnitsPlanned, ignore_event
from huimou.model.outcome import ReportResult
from huimou.model.report import Usage


def test_the_same_note_of_two_workers_is_told_once_for_each_time() -> None:
    """Both find the server gone, twice: that is two notes; units are never the same."""
    heard: list[Event] = []
    collector = EventCollector(heard.append, lambda _: None)
    for worker, line in ((1, "gone"), (2, "gone"), (1, "back"), (2, "gone"), (1, "gone"), (2, "back")):
        collector.receive(worker, Noted(line))
    collector.receive(1, UnitsPlanned(4))
    collector.receive(2, UnitsPlanned(4))
    assert heard == [Noted("gone"), Noted("back"), Noted("gone"), UnitsPlanned(4), UnitsPlanned(4)]


def test_what_is_no_event_is_passed_over() -> None:
    """A message that says nothing to the user goes no further."""
    heard: list[Event] = []
    EventCollector(heard.append, lambda _: None).receive(1, Ready())
    assert not heard


@pytest.mark.parametrize(
    "event",
    [
        BatchStarted((planned("a"),)),
        ReportStarted(planned("a")),
        UnitsPlanned(3),
        UnitDone(),
        TokensSpent(90, 10),
        ReportFinished(ReportResult("a", "a.txt", "complete", None, 1.0)),
        ReportFailed(ReportResult("a", "a.txt", "failed", "empty", 1.0)),
        Noted("by the way"),
        Warned("mind this"),
    ],
)
def test_events_travel_as_they_are(event: Event) -> None:
    """Another process gets an equal value."""
    assert isinstance(event, Event)
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 (made here)


def test_what_all_have_paid_is_summed_by_question() -> None:
    """The last word of each worker counts, of those that died, too."""
    collector = EventCollector(ignore_event, lambda _: None)
    item, second = find_cost_part("a/item-summary/1"), find_cost_part("a/second-look/1")
    collector.receive(1, UsageMessage({item: Usage(1, 10, 0, 2, 0.5)}))
    collector.receive(1, UsageMessage({item: Usage(3, 30, 0, 6, 1.5)}))
    collector.receive(2, UsageMessage({second: Usage(1, 5, 0, 1, 0.1), item: Usage(2, 20, 10, 4, 1.0)}))
    assert collector.usage_by_part() == {item: Usage(5, 50, 10, 10, 2.5), second: Usage(1, 5, 0, 1, 0.1)}


def test_how_it_is_served_is_told_once() -> None:
    """All workers ask in the same way."""
    told: list[Mapping[str, Any]] = []
    collector = EventCollector(ignore_event, told.append)
    collector.receive(1, ClientSettings({"mode": "json_schema"}))
    collector.receive(2, ClientSettings({"mode": "json_schema"}))
    assert told == [{"mode": "json_schema"}]
