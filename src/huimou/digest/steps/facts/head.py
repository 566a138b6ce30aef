"""The head of a report: its title, the line of the meeting, the speaker, and whom he says that he stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from huimou.language.rules import get_rule

_CHINESE = get_rule("bodies.chinese")
_SPEAKER = get_rule("bodies.speaker")
_SESSION = get_rule("bodies.line_of_a_session")
_SALUTATION = get_rule("bodies.salutation")
_SITE = get_rule("bodies.line_of_a_site")
_SUBJECT = get_rule("bodies.subject_of_a_report")
_TITLE_LINES = 12
_OPENING = 3000
_OPENING_LINES = 200


@dataclass(frozen=True, slots=True)
class ReportHead:
    """The head of a report, folded and without gaps between characters.

    Args:
        titles: lines of the title, of the meeting and the speaker, down to the salutation.
        spoken: the body of 「我代表某某机构」, if anybody says that.

    """

    titles: tuple[str, ...]
    spoken: str | None

    @property
    def named(self) -> tuple[str, ...]:
        """The lines of the title without what the report is about, 关于……的报告."""
        return tuple(_SUBJECT.sub("", line) for line in self.titles)

    @property
    def speaking(self) -> tuple[str, ...]:
        """The body that the speaker stands for, as a line; none without it."""
        return (self.spoken,) if self.spoken else ()


def read_head(lines: Sequence[str], headings: Sequence[str]) -> ReportHead:
    """The head of a report given as folded lines, and those of them that are headings."""
    above = takewhile(lambda line: not _SALUTATION.search(line), lines[:_TITLE_LINES])
    first = [line for line in above if not _SITE.search(line)]
    known = set(headings)
    titles = tuple(close_gaps(line) for line in first if line in known or _SESSION.search(line))
    speaker = _SPEAKER.search("\n".join(map(close_gaps, lines[:_OPENING_LINES]))[:_OPENING])
    return ReportHead(titles, speaker.group(1) if speaker else None)


def close_gaps(line: str) -> str:
    """A line without white space between Chinese characters: 政 府 工 作 报 告."""
    chinese = f"[{_CHINESE.row.characters}]"
    return re.sub(rf"(?<={chinese})\s+(?={chinese})", "", line)
