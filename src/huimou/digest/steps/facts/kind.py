"""Of which kind a report is: what the kinds are called is said by their profiles."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.digest.steps.facts.head import ReportHead
from huimou.digest.steps.facts.region import compile_names
from huimou.language.profiles.profile import Profile, ProfileSet
from huimou.language.rules import get_rule

_TITLE_WORDS = get_rule("bodies.words_of_a_title")
_OFFICE = get_rule("bodies.office_of_a_body")
_AT_A_COMMITTEE = get_rule("bodies.report_at_a_standing_committee")
# In a title, what names another body than a school, a hospital, a township, a company: it is not theirs then.
_OF_OTHERS = (
    get_rule("bodies.named_in_full"),
    get_rule("bodies.department"),
    get_rule("bodies.title_of_a_visit"),
)
_OTHER_BODY = get_rule("bodies.other_body")
_OFTEN = 3


def find_kind(head: ReportHead, text: str, profiles: ProfileSet) -> str | None:
    """Kind of report: by the title lines, else by whom the speaker stands for, else by the body that is named most.

    A title that opens with the full name of a body and goes on as titles do (青岚县实验中学2024年工作总结) is of that
    body.
    What a title says behind 关于 names no body, unless nothing else does. A title that may as well be another heading
    (走进青岚水务集团) does not count against what the speaker says, nor where a title names a 政协 or 政府 in full.
    """
    if opened := _find_opened(head, profiles):
        return opened
    known = profiles.without_names() if any(map(_is_of_others, (*head.named, *head.titles))) else profiles
    spoken = known.find_kind(head.spoken, text) if head.spoken else None
    for line in _sort_titles([_AT_A_COMMITTEE.sub("", line) for line in head.named]):
        found = known.find_kind(line, text)
        if found and not (spoken and spoken != found and known.select(found).needs_a_name):
            return _find_narrower(known.select(found), (*head.named, *head.speaking), text, known)
    plain = profiles.without_names()
    whole = (plain.find_kind(line, text) for line in _sort_titles(head.titles))
    found = spoken or next(filter(None, whole), None) or _find_by_office(head.named, plain)
    return found if found or find_other_body(head) else _find_most_named(text, known)


def _find_opened(head: ReportHead, profiles: ProfileSet) -> str | None:
    """The kind whose body's full name opens a title line, where no other line names a 政协, a 政府 or a department."""
    for line in _sort_titles(head.named):
        found = next((profile.kind for profile in profiles.all if profile.opens_title(line)), None)
        if found and not any(_is_of_others(other) for other in head.titles if other != line):
            return found
    return None


def _is_of_others(line: str) -> bool:
    return any(rule.search(line) for rule in _OF_OTHERS)


def find_other_body(head: ReportHead) -> str | None:
    """The name of a body of no known kind that opens a title line: 青岚县书法家协会, 青岚县教育局."""
    found = (_OTHER_BODY.search(line) for line in head.named)
    return next((match.group(1) for match in found if match), None)


def _find_by_office(titles: Sequence[str], profiles: ProfileSet) -> str | None:
    """The kind of which a title names an office: 青岚县人大教科文卫委."""
    for profile in profiles.all:
        names = compile_names(profile.body)
        found = (match for line in titles for match in (names.finditer(line) if names else ()))
        if any(_OFFICE.find(match.string[match.end() :]) for match in found):
            return profile.kind
    return None


def _sort_titles(lines: Sequence[str]) -> list[str]:
    """Lines with the words of a title (报告, 总结) first."""
    return sorted(lines, key=lambda line: not _TITLE_WORDS.search(line))


def _find_narrower(found: Profile, lines: Sequence[str], text: str, profiles: ProfileSet) -> str:
    """The kind of which a name of another is short: 政府工作报告 is a township's where a line names 青石镇人民政府."""
    longer = (profile for profile in profiles.all if profile.needs_a_name and found.is_short_for(profile))
    meant = (one.kind for one in longer if any(profiles.is_meant(one, line, text) for line in lines))
    return next(meant, found.kind)


def _find_most_named(text: str, profiles: ProfileSet) -> str | None:
    """The kind whose bodies a text names most, three times or more, and that speaks of itself if it must."""
    counts = {
        profile.kind: profile.count_mentions(text)
        for profile in profiles.all
        if not profile.needs_a_name or profile.count_words_for_itself(text) >= _OFTEN
    }
    best = max(counts, key=lambda kind: counts[kind], default=None)
    return best if best and counts[best] >= _OFTEN else None
