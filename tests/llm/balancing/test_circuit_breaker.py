"""When a server counts as gone, and how often it is tried."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huimou.llm.balancing.circuit_breaker import Breaker


def gone(at: float = 0.0) -> Breaker:
    """Open since `at`."""
    breaker = Breaker()
    for _ in range(3):
        breaker = breaker.record_failure(at, trying=False)
    return breaker


def test_three_failures_in_a_row_open_it() -> None:
    """An answer between them starts the count anew."""
    breaker = Breaker().record_failure(1.0, trying=False).record_failure(2.0, trying=False)
    assert breaker.state == "closed"
    assert breaker.record_answer() == Breaker()
    opened = breaker.record_failure(3.0, trying=False)
    assert (opened.state, opened.since, opened.admits(3.4), opened.admits(3.5)) == ("open", 1.0, False, True)


def test_one_request_at_a_time_tries() -> None:
    """Half-open admits nobody else; a failure makes the pause longer, an answer closes it."""
    trying = gone().admit()
    assert (trying.state, trying.admits(1e9)) == ("half-open", False)
    assert trying.record_answer() == Breaker()
    again = trying.record_failure(10.0, trying=True)
    assert (again.state, again.admits(10.9), again.admits(11.0)) == ("open", False, True)


def test_late_failures_do_not_count_as_tries() -> None:
    """Calls that were sent before it opened neither end a try nor put off the next."""
    late = gone().record_failure(0.4, trying=False)
    assert late.admits(0.5)
    assert gone().admit().record_failure(0.4, trying=False).state == "half-open"


def test_an_interrupted_try_may_be_made_again() -> None:
    """Nobody waits for ever for a try that said nothing."""
    assert gone().admit().abandon_try().admits(0.5)


@given(st.integers(1, 40))
def test_pauses_grow_up_to_a_bound(tries: int) -> None:
    """Each at least as long as the one before, none over fifteen seconds; since when it is gone does not change."""
    breaker, now, pauses = gone(), 0.0, []
    for _ in range(tries):
        pauses.append(breaker.retry_at - now)
        now = breaker.retry_at
        breaker = breaker.admit().record_failure(now, trying=True)
    assert pauses == sorted(pauses)
    assert pauses[0] == 0.5
    assert max(pauses) <= 15
    assert breaker.since == 0.0
