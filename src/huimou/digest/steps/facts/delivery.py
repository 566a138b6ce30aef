"""When a report was given to a meeting, and at which meeting: years are reckoned from that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from huimou.digest.steps.facts.report_text import ReportText
from huimou.language.figures.numerals import parse_chinese
from huimou.language.rules import get_rule

_MEETING = get_rule("years.date_of_a_meeting")
_DATE_LINE = get_rule("years.line_of_a_date")
_AT_A_MEETING = get_rule("years.at_a_meeting")
_SESSION = get_rule("years.session")
_SINCE = get_rule("years.since_a_session")
_FIRST_MONTH = "元"
_HEAD = 1500
_AUTUMN = 10  # a report of autumn or winter plans the next year
_SPRING = 4  # from here up to autumn it is the middle of a year
_SESSIONS_OF_A_TERM = 5
_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Delivery:
    """The day on which a report was given: year and month, and where it is printed (offsets of the folded text)."""

    year: int
    month: int
    place: tuple[int, int]

    @property
    def coming_year(self) -> int:
        """The year that such a report plans: the running one until September, then the next."""
        return self.year + (self.month >= _AUTUMN)

    @property
    def is_new_year(self) -> bool:
        """Whether the running year had only begun."""
        return self.month < _SPRING

    @property
    def is_mid_year(self) -> bool:
        """Whether it was given when the running year was neither new nor nearly over."""
        return _SPRING <= self.month < _AUTUMN


def find_delivery(report: ReportText) -> Delivery | None:
    """The day of the meeting as the head of a report prints it, in a line with the meeting or in one beside it."""
    head = report.view[:_HEAD]
    found = _MEETING.search(head) or (_DATE_LINE.search(head) if _AT_A_MEETING.search(head) else None)
    if found is None:
        return None
    first = next(n for n, group in enumerate(found.groups(), 1) if group)
    month = _read_number(found.group(first + 1))
    if month is None or not 1 <= month <= _MONTHS_OF_A_YEAR:
        return None
    return Delivery(int(found.group(first)), month, (found.start(first), found.end()))


def count_years_since(cue: str, report: ReportText) -> int | None:
    """How many years lie between the session that a cue names (九届三次会议以来) and that at which it is said.

    A body meets once a year, and five times in a term. None where the sessions do not tell.
    """
    since = _SINCE.search(cue)
    if since is None or since.group(1) is None:
        return 1 if since else None
    now = _SESSION.search(report.view[:_HEAD])
    first, last = _read_session(since), _read_session(now) if now else None
    if first is None or last is None:
        return 1
    years = (last[0] - first[0]) * _SESSIONS_OF_A_TERM + last[1] - first[1]
    return years if 1 <= years <= _SESSIONS_OF_A_TERM else None


def _read_session(found: re.Match[str]) -> tuple[int, int] | None:
    """Term and session, 9 and 3 of 第九届委员会第三次会议."""
    numbers = [_read_number(found.group(part)) for part in (1, 2)]
    return (numbers[0], numbers[1]) if numbers[0] is not None and numbers[1] is not None else None


def _read_number(words: str) -> int | None:
    """A number in digits or Chinese figures; the first month is also called 元."""
    if words.isdecimal():
        return int(words)
    return 1 if words == _FIRST_MONTH else parse_chinese(words)
