"""What the pipeline tells while it works."""

from __future__ import annotations

from typing import Protocol


class DigestEvents(Protocol):
    """What the pipeline tells while it works; may be called from several threads."""

    def units_total(self, units: int) -> None:
        """How many groups will be worded."""

    def unit_done(self) -> None:
        """One of them is."""

    def tokens(self, prompt: int, completion: int) -> None:
        """Tokens spent since the last call of this."""
