"""A real batch in a process of its own, really killed, against a server in another; more of it in bench/kills.py."""

from __future__ import annotations

import random
from pathlib import Path

from killing import killed_at_random
from small_suite import many


def test_killed_anywhere_nothing_is_lost_torn_or_asked_twice(tmp_path: Path) -> None:
    """Three kills; what a ledger held is not asked again, and every file is the finished one or is not there."""
    many(tmp_path / "in", 25)
    found = killed_at_random(tmp_path, 3, random.Random(3), 0.6)  # noqa: S311 (moments, no secrets)
    assert found.kills >= 2, found
    assert (found.twice, found.lost, found.torn, found.left, found.wrong) == (0, 0, (), 0, ()), found
    assert found.in_flight <= found.kills * 8, "more than were on their way at the kills"
