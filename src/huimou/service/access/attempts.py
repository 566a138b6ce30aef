"""Wrong tokens: who gives many of them waits longer and longer, but never long."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

_FREE = 5  # wrong tokens that cost nothing
_FIRST, _LONGEST = 0.25, 5.0  # seconds
_FORGOTTEN = 300.0  # seconds without a wrong token
_REMEMBERED = 10_000  # addresses


@dataclass(slots=True)
class _Address:
    wrong: int = 0
    last: float = 0.0
    free_at: float = 0.0


class Attempts:
    """How many wrong tokens came from each address lately.

    After some, an address waits before its token is looked at, a right one too: else the right one among many guesses
    would be known by its speed. Attempts side by side wait one after another, and where the row is long they are
    refused. Whoever has the token and shares the address with a guesser waits a few seconds once.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Address] = OrderedDict()

    async def wait_turn(self, address: str) -> bool:
        """Wait until a token of this address may be looked at; False where too many wait already."""
        wait = self._take_turn(address, time.monotonic())
        if wait > 2 * _LONGEST:
            return False
        if wait:
            await asyncio.sleep(wait)
        return True

    def note_wrong(self, address: str) -> None:
        """Count a wrong token."""
        now = time.monotonic()
        known = self._known.setdefault(address, _Address())
        known.wrong = 1 if now - known.last > _FORGOTTEN else known.wrong + 1
        known.last = now
        self._known.move_to_end(address)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def note_right(self, address: str) -> None:
        """Forget what came from an address that has the token."""
        self._known.pop(address, None)

    def _take_turn(self, address: str, now: float) -> float:
        """Seconds to wait; a wait that is not too long is taken into the row."""
        known = self._known.get(address)
        if known is None or known.wrong < _FREE or now - known.last > _FORGOTTEN:
            return 0.0
        step = min(_FIRST * 2.0 ** min(known.wrong - _FREE, 10), _LONGEST)
        wait = max(known.free_at - now, 0.0) + step
        if wait <= 2 * _LONGEST:
            known.free_at = now + wait
        return wait
