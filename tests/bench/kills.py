"""Kills -9 of a batch at random moments, each followed by the same command again; run by hand.

python tests/bench/kills.py [KILLS] [SEED] [REPORTS]    50 kills over as many batches of 150 reports as they take

One kill in five falls while the command starts, the others within two seconds from its first question. Every number but
that of the questions in flight should be 0.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from killing import WIRE, Count, killed_at_random
from small_suite import many


def main(kills: int = 50, seed: int = 0, reports: int = 150) -> None:
    """Kill, count and print."""
    chance = random.Random(seed or random.SystemRandom().randrange(1, 10**6))  # noqa: S311 (moments, no secrets)
    chance.seed(seed := seed or chance.randrange(1, 10**6))
    sys.stdout.write(f"seed {seed}\n")
    total, batches = Count(), 0
    while total.kills < kills:
        with tempfile.TemporaryDirectory() as name:
            many(Path(name) / "in", reports)
            total += killed_at_random(Path(name), kills - total.kills, chance, 2.0)
        batches += 1
        sys.stdout.write(f"  {total.kills} kills after {batches} batches\n")
        sys.stdout.flush()
    sys.stdout.write(told(total))


def told(count: Count) -> str:
    """The numbers, one a line."""
    lines = (
        f"{count.kills} kills, {count.questions} questions",
        f"asked twice although the ledger held the answer: {count.twice}",
        f"asked twice although the answer was sent more than {WIRE * 1000:.0f} ms before the kill: {count.wire}",
        f"asked twice, being on their way at the kill: {count.in_flight - count.wire}",
        f"  of these the answer had been sent at most {count.oldest * 1000:.0f} ms before",
        f"answers lost: {count.lost}",
        f"torn: {len(count.torn)} {' '.join(count.torn)}",
        f"half-written files seen at kills: {count.scraps}, left in the end: {count.left}",
        f"other: {len(count.wrong)} {' '.join(count.wrong)}",
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
