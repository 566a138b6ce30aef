"""How a made-up model words made-up reports: as the program would, but without the slogans that the program keeps.

The slogans stand inside clauses with figures, which cannot go; so the program's own sentence is not good enough, the
model is asked, and its answer is taken.
"""

from __future__ import annotations

import re

from huimou.language.clauses import split_clauses
from huimou.language.composing import LONGEST, compose_summary

SLOGANS = re.compile("群策群力|齐心协力")


def write_good_summary(evidence: str) -> str:
    """A sentence about what a question shows, as good as a model may be expected to write it."""
    return SLOGANS.sub("", compose_summary(split_clauses(re.split("(?<=。)", evidence)), LONGEST))
