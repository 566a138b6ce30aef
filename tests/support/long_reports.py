"""Reports of a length that is seldom met: one review and one plan, of paragraphs of real reports with other figures."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from places import ROOT

_HEAD, _PLAN = "青岚市政协常委会工作报告\n\n一、2024年工作回顾\n\n", "\n二、2025年主要任务\n\n"
_NUMBERS = "一二三四五六七八九"


def build_long_report(characters: int) -> str:
    """A report of about so many characters, most of it review; the same text every time."""
    chance = random.Random(7)  # noqa: S311 - the same text every time
    lines = [
        line
        for path in sorted((ROOT / "seeds").glob("*.txt"))
        for line in path.read_bytes().decode("utf-8", "replace").splitlines()
        if len(line) > 60
    ]
    review = "".join(_fill(lines, characters * 7 // 10, chance))
    return f"{_HEAD}{review}{_PLAN}{''.join(_fill(lines, characters * 3 // 10, chance))}"


def _fill(lines: list[str], characters: int, chance: random.Random) -> Iterator[str]:
    written = number = 0
    while written < characters:
        marker = f"（{_NUMBERS[number % len(_NUMBERS)]}）" if number % 3 == 0 else ""
        line = f"{marker}{_vary(chance.choice(lines), chance)}\n"
        yield line
        written, number = written + len(line), number + 1


def _vary(line: str, chance: random.Random) -> str:
    """The line with other digits, and two of its clauses changed over."""
    clauses = re.split(r"(?<=[，；])", re.sub(r"\d", lambda _: str(chance.randint(1, 9)), line))
    one, other = chance.randrange(len(clauses)), chance.randrange(len(clauses))
    clauses[one], clauses[other] = clauses[other], clauses[one]
    return "".join(clauses).strip()
