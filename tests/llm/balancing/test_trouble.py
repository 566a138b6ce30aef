"""When failures in a row mean that a server is not to be asked any more."""

from __future__ import annotations

import pytest

from huimou.llm.balancing.trouble import Kind, Trouble, extend_trouble


def troubled(*calls: tuple[Kind, str, float]) -> Trouble:
    """The trouble after these failures."""
    trouble: Trouble | None = None
    for kind, said, now in calls:
        trouble = extend_trouble(trouble, kind, said, now)
    assert trouble is not None
    return trouble


def test_counts_from_the_first_of_a_kind() -> None:
    """Another kind begins anew; other words keep the time but not the count of those alike."""
    trouble = troubled(("gone", "a", 1), ("faulty", "x", 2), ("faulty", "x", 3), ("faulty", "y", 4))
    assert trouble == Trouble("faulty", "y", 2, calls=3, alike=1)


@pytest.mark.parametrize(
    ("kind", "calls", "seconds", "has_answered", "hopeless"),
    [
        ("faulty", 5, 1.0, False, True),
        ("faulty", 4, 99.0, False, False),
        ("faulty", 5, 1.0, True, False),
        ("faulty", 5, 60.0, True, True),
        ("crowded", 5, 1.0, False, False),
        ("crowded", 50, 60.0, False, True),
        ("gone", 50, 999.0, False, False),
    ],
)
def test_hopeless(kind: Kind, calls: int, seconds: float, has_answered: bool, hopeless: bool) -> None:  # noqa: FBT001
    """One fault from the start ends it soon; any other after the budget; who is gone may come back."""
    trouble = Trouble(kind, "status 500 (no)", 0.0, calls, calls)
    assert trouble.is_hopeless(seconds, 60.0, has_answered=has_answered) == hopeless


def test_faults_that_differ_are_given_their_time() -> None:
    """A server that says something else each time may be on its way."""
    trouble = troubled(*(("faulty", str(number), number) for number in range(8)))
    assert not trouble.is_hopeless(8, 60.0, has_answered=False)
    assert trouble.is_hopeless(60, 60.0, has_answered=False)
