"""What the failures of a server in a row, with no answer between them, come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

# Nobody there, a fault of its own, or too many requests.
Kind = Literal["gone", "faulty", "crowded"]
_A_FEW = 5  # calls


@dataclass(frozen=True, slots=True)
class Trouble:
    """Calls to one server that failed in a row, all in one way.

    Args:
        kind: in which way.
        said: status and words of the last.
        since: when the first of them ended, in seconds of whatever clock the caller has.
        calls: how many there are.
        alike: how many of the last said the very same.

    """

    kind: Kind
    said: str
    since: float
    calls: int = 1
    alike: int = 1

    def is_hopeless(self, now: float, budget: float, *, has_answered: bool) -> bool:
        """Whether more requests would be wasted on the server.

        A server that never answered and repeats one fault has that fault. Any other is given the seconds that one
        request may take; one that is gone is waited for elsewhere.
        """
        if self.kind == "gone" or self.calls < _A_FEW:
            return False
        if self.kind == "faulty" and not has_answered and self.alike >= _A_FEW:
            return True
        return now - self.since >= budget


def extend_trouble(before: Trouble | None, kind: Kind, said: str, now: float) -> Trouble:
    """The trouble of a server after one more failed call; one of another kind begins anew."""
    if before is None or before.kind != kind:
        return Trouble(kind, said, now)
    alike = before.alike + 1 if before.said == said else 1
    return replace(before, said=said, calls=before.calls + 1, alike=alike)
