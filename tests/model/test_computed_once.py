"""Attributes that are computed once are computed once, and threads that read others do not wait for each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from huimou.model.computed_once import cached_property


@dataclass(frozen=True)
class Word:
    """A value with something to compute."""

    text: str
    asked: list[str] = field(default_factory=list)
    together: Barrier | None = None

    @cached_property
    def length(self) -> int:
        """Its characters."""
        self.asked.append(self.text)
        if self.together is not None:
            self.together.wait(timeout=10)
        return len(self.text)


def test_computed_when_first_read() -> None:
    """Not before, and not again."""
    word = Word("提案")
    assert word.asked == []
    assert (word.length, word.length) == (2, 2)
    assert word.asked == ["提案"]
    assert Word.length.__doc__ == "Its characters."


def test_two_values_are_computed_at_once() -> None:
    """Each waits for the other, which a lock for all of them would never allow."""
    together = Barrier(2)
    words = [Word("提案", together=together), Word("协商议政", together=together)]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda word: word.length, words)) == [2, 4]
