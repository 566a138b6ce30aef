"""A batch ended at random moments, by SIGKILL, SIGTERM and SIGINT, each followed by the same command; run by hand.

python tests/bench/kills.py [KILLS] [SEED] [REPORTS]    200 kills over as many batches of 150 reports as they take

One kill in five falls while the command starts, the others within two seconds from its first question. Every number but
that of the questions in flight should be 0.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from killing import WIRE, Count, kill_batches


def main(kills: int = 200, seed: int = 0, reports: int = 150) -> None:
    """Kill, count and print."""
    chance = random.Random(seed or random.SystemRandom().randrange(1, 10**6))  # noqa: S311 (moments, no secrets)
    chance.seed(seed := seed or chance.randrange(1, 10**6))
    sys.stdout.write(f"seed {seed}\n")
    total = Count()
    with tempfile.TemporaryDirectory() as name:
        for batches, total in kill_batches(Path(name), kills, chance, reports, 2.0):
            sys.stdout.write(f"  {total.kills} kills after {batches} batches\n")
            sys.stdout.flush()
    sys.stdout.write(told(total))


def told(count: Count) -> str:
    """The numbers, one a line."""
    lines = (
        f"{count.kills} kills, {count.ordered} of them by signals that were obeyed, {count.questions} questions",
        f"asked again although the batch had ended in order: {count.unkept}",
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
