"""Sums of what asking cost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huimou.model.report import Usage

counts = st.integers(0, 10**6)
usages = st.builds(Usage, counts, counts, st.none() | counts, counts)


@given(st.lists(usages, max_size=6))
def test_cached_tokens_that_are_told_add_up(parts: list[Usage]) -> None:
    """In whatever order; None only where nothing is told."""
    for order in (parts, parts[::-1]):
        cached = sum(order, Usage()).cached_tokens
        told = [part.cached_tokens for part in parts]
        assert (cached or 0) == sum(one or 0 for one in told)
        assert (cached is None) == (None in told and not cached)


@given(usages, usages)
def test_what_is_taken_away_was_there(one: Usage, other: Usage) -> None:
    """A sum without one of its parts is the other, whether or not the cached tokens were told."""
    left = one + other - other
    assert (left.calls, left.prompt_tokens, left.completion_tokens) == (
        one.calls,
        one.prompt_tokens,
        one.completion_tokens,
    )
    assert (left.cached_tokens or 0) == (one.cached_tokens or 0)
