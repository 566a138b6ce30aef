"""How a made-up model words made-up reports: as the program would, but without the slogans that the program keeps.

The slogans stand inside clauses with figures, which cannot go; so the program's own sentence is not good enough, the
model is asked, and its answer is taken.
"""

from __future__ import annotations

import re

from huimou.language.clauses import split_clauses
from huimou.language.composing import compose_summary
from huimou.language.weighing import measure_longest

SLOGANS = re.compile("群策群力|齐心协力")


def write_good_summary(evidence: str) -> str:
    """A sentence about what a question shows, as good as a model may be expected to write it."""
    clauses = split_clauses(re.split("(?<=。)", evidence))
    return SLOGANS.sub("", compose_summary(clauses, measure_longest(clauses, len(evidence))))
