"""What a process runs that works for a long report: a function on a few items, again and again, until nobody asks.

An error ends the process; whoever asked then does the same itself and meets the same error.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from huimou.digest.child_process import open_pipes, receive, send
from huimou.language.rules import remember_more, use_rules
from huimou.language.rules.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class CoreSetup:
    """What a process is told first: the book of rules that is in force, and how long the report is."""

    rules: RuleBook
    characters: int


def main() -> None:
    """Work for the process that started this one until it says no more."""
    orders, replies = open_pipes()
    told = receive(orders)
    if told is None:
        return
    setup: CoreSetup = pickle.loads(told)  # noqa: S301 - from the process that started this one
    with use_rules(setup.rules), remember_more(setup.characters):
        function: Callable[[Any], Any] | None = None
        while (given := receive(orders)) is not None and (items := receive(orders)) is not None:
            if given:
                function = pickle.loads(given)  # noqa: S301 - as above
            if function is not None:
                done = [function(item) for item in pickle.loads(items)]  # noqa: S301 - as above
                send(replies, pickle.dumps(done, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
