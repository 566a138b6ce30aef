"""More is remembered while a long text is read, and let go of afterwards."""

from __future__ import annotations

import gc

from huimou.language.rules import remember, remember_more

LONG = 100_000  # characters


def test_a_long_text_is_read_with_more_at_hand() -> None:
    """What comes by again after many others is not worked out twice; with a usual text it is."""
    done: list[int] = []

    @remember(2)
    def double(number: int) -> int:
        done.append(number)
        return 2 * number

    def come_by_twice() -> int:
        done.clear()
        for _ in range(2):
            assert [double(number) for number in range(50)] == [2 * number for number in range(50)]
        return len(done)

    before = gc.get_threshold()
    with remember_more(1000):
        assert come_by_twice() == 100
    with remember_more(LONG), remember_more(LONG):
        assert come_by_twice() == 50
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before
    with remember_more(LONG):
        assert come_by_twice() == 50  # nothing is left of the last time
