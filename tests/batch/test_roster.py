"""Who has which report in hand, whatever workers die in between."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from huimou.batch.engines.roster import Roster
from huimou.batch.planning import PlannedReport
from huimou.store.inputs import as_input


def planned(count: int) -> list[PlannedReport]:
    """Reports named by number."""
    return [PlannedReport(Path(str(n)), str(n), 1, as_input(Path(str(n)))) for n in range(count)]


def taken(roster: Roster) -> list[tuple[int, str]]:
    """All that can be given out now."""
    given = []
    while (one := roster.take_next()) is not None:
        given.append((one[0], one[1].name))
    return given


def test_reports_are_dealt_out_evenly() -> None:
    """In their order, to whoever has least, up to the limit of each."""
    roster = Roster(planned(9), 3)
    roster.add_worker(1)
    roster.add_worker(2)
    assert taken(roster) == [(1, "0"), (2, "1"), (1, "2"), (2, "3"), (1, "4"), (2, "5")]
    roster.mark_done(2, "3")
    assert taken(roster) == [(2, "6")]


def test_who_was_in_hand_at_a_death_is_tried_alone() -> None:
    """The one that kills again is given up; those that were with it are not."""
    roster = Roster(planned(4), 3)
    roster.add_worker(1)
    assert [name for _, name in taken(roster)] == ["0", "1", "2"]
    assert roster.remove_worker(1) == ()
    roster.add_worker(2)
    assert taken(roster) == [(2, "0")]  # nothing beside it
    roster.mark_done(2, "0")
    assert taken(roster) == [(2, "1")]
    assert [report.name for report in roster.remove_worker(2)] == ["1"]
    roster.add_worker(3)
    assert taken(roster) == [(3, "2")]
    roster.mark_done(3, "2")
    assert taken(roster) == [(3, "3")]
    roster.mark_done(3, "3")
    assert roster.is_done


@given(st.integers(1, 12), st.integers(1, 4), st.integers(1, 3), st.lists(st.tuples(st.booleans(), st.integers(0, 50))))
def test_every_report_ends_once(count: int, parallel: int, workers: int, happens: list[tuple[bool, int]]) -> None:
    """Whoever dies when, each report is done, or lost with the second worker that had it, and with it alone."""
    roster = Roster(planned(count), parallel)
    in_hand: dict[int, list[str]] = {}
    ended: list[str] = []
    deaths: dict[str, int] = {}
    events = iter(happens)
    for worker in range(workers):
        roster.add_worker(worker)
        in_hand[worker] = []
    fresh = workers
    while not roster.is_done:
        for worker, name in taken(roster):
            in_hand[worker].append(name)
            assert len(in_hand[worker]) <= parallel
            assert len(in_hand[worker]) == 1 or not any(deaths.get(one) for one in in_hand[worker])
        dies, which = next(events, (False, 0))
        busy = sorted(worker for worker, hand in in_hand.items() if hand)
        worker = busy[which % len(busy)]
        if dies:
            hand = in_hand.pop(worker)
            for name in hand:
                deaths[name] = deaths.get(name, 0) + 1
            lost = [report.name for report in roster.remove_worker(worker)]
            assert lost == [name for name in hand if deaths[name] == 2]
            ended += lost
            roster.add_worker(fresh)
            in_hand[fresh] = []
            fresh += 1
        else:
            name = in_hand[worker].pop(0)
            roster.mark_done(worker, name)
            ended.append(name)
    assert sorted(ended) == sorted(str(n) for n in range(count))
