"""A real batch in a process of its own, really ended, against a server in another; more of it in bench/kills.py."""

from __future__ import annotations

import random
from pathlib import Path

from killing import Count, kill_batches


def test_killed_anywhere_nothing_is_lost_torn_or_asked_twice(tmp_path: Path) -> None:
    """Twenty times, by signals that it obeys and by one that it cannot.

    What a ledger held is not asked again, nothing is that was on its way when a batch ended in order, and every file is
    the finished one or is not there.
    """
    found = Count()
    for _, found in kill_batches(tmp_path, 20, random.Random(15), 60, 0.8):  # noqa: B007, S311 (moments, no secrets)
        continue
    assert (found.kills, found.wrong) == (20, ()), found
    assert found.ordered >= 5, found
    assert (found.twice, found.lost, found.torn, found.left, found.unkept) == (0, 0, (), 0, 0), found
    assert found.in_flight <= found.kills * 8, "more than were on their way at the kills"
