"""Which body reports, of which place and kind: what the kinds are called is said by their profiles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from huimou.language.profiles.profile import Profile, ProfileSet
from huimou.language.rules import get_rule

_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_PLACE = get_rule("bodies.place_or_county")
_COMPONENT = get_rule("bodies.part_of_a_place")
_NOT_A_NAME = get_rule("bodies.not_a_name")
_REAL = get_rule("bodies.name_with_such_characters")
_LEVELS = get_rule("bodies.levels")
_ABOVE = get_rule("bodies.in_front_of_a_place")
_TITLE_WORDS = get_rule("bodies.words_of_a_title")
_SPEAKER = get_rule("bodies.speaker")
_SUBJECT = get_rule("bodies.subject_of_a_report")
_OFFICE = get_rule("bodies.office_of_a_body")
_AT_A_COMMITTEE = get_rule("bodies.report_at_a_standing_committee")
# In a title, what names another body than a school, a hospital, a township, a company: it is not theirs then.
_OF_OTHERS = (
    get_rule("bodies.named_in_full"),
    get_rule("bodies.department"),
    get_rule("bodies.title_of_a_visit"),
)
_BEFORE = get_rule("bodies.in_front_of_a_name")
_ANCHORS = (
    get_rule("bodies.place_of_a_party_committee"),
    get_rule("bodies.place_of_a_consultative_conference"),
    get_rule("bodies.place_in_front_of_a_body"),
)


_OFTEN = 3


@dataclass(frozen=True, slots=True)
class ReportingBody:
    """The reporting body; None where the text does not tell."""

    organisation: str | None
    region: str | None
    kind: str | None


def read_body(lines: Sequence[str], headings: Sequence[str], profiles: ProfileSet) -> ReportingBody:
    """Body of a report given as folded (half-width, simplified) lines, and those of them that are headings."""
    closed = [_GAP.sub("", line) for line in lines]
    titles = [_GAP.sub("", line) for line in headings if line in lines[:12]]
    text = "\n".join(closed)
    kind = _find_kind(titles, text, profiles)
    profile = profiles.select(kind) if kind else None
    speaker = _SPEAKER.search(text[:3000])
    spoken = [speaker.group(1)] if speaker else []
    head = "\n".join([*titles, *spoken])
    bodies = profile.body if profile else tuple(word for one in profiles.all for word in one.body)
    national = profile.find_national_name(head) if profile else None
    if national and next(_find_anchored_places(head, bodies), None) is None:
        return ReportingBody(national, "全国", kind)
    named = [*map(_remove_subject, titles), *spoken]
    name, place = (profile.find_name_and_place(named) if profile else None) or (None, "")
    region = _find_last_place(place) or _find_region(titles, text, bodies)
    return ReportingBody(name or _find_organisation(profile, region, text), region, kind)


def _remove_subject(title: str) -> str:
    """A title line without what the report is about, 关于……的报告."""
    return _SUBJECT.sub("", title)


def _find_kind(titles: Sequence[str], text: str, profiles: ProfileSet) -> str | None:
    """Kind of report: by the title lines, else by whom the speaker stands for, else by the body that is named most.

    What a title says behind 关于 names no body, unless nothing else does. A title that may as well be another heading
    (走进青岚水务集团) does not count against what the speaker says, nor where a title names a 政协 or 政府 in full.
    """
    named = [_remove_subject(line) for line in titles]
    of_others = any(rule.search(line) for rule in _OF_OTHERS for line in (*named, *titles))
    known = profiles.without_names() if of_others else profiles
    speaker = _SPEAKER.search(text[:3000])
    spoken = known.find_kind(speaker.group(1), text) if speaker else None
    for line in _sort_titles([_AT_A_COMMITTEE.sub("", line) for line in named]):
        found = known.find_kind(line, text)
        if found and not (spoken and spoken != found and known.select(found).needs_a_name):
            return _find_narrower(known.select(found), [*named, *([speaker.group(1)] if speaker else [])], text, known)
    plain = profiles.without_names()
    whole = (plain.find_kind(line, text) for line in _sort_titles(titles))
    return spoken or next(filter(None, whole), None) or _find_by_office(named, plain) or _find_most_named(text, known)


def _find_by_office(titles: Sequence[str], profiles: ProfileSet) -> str | None:
    """The kind of which a title names an office: 青岚县人大教科文卫委."""
    for profile in profiles.all:
        names = _compile_names(profile.body)
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


def _find_region(titles: Sequence[str], text: str, bodies: tuple[str, ...]) -> str | None:
    votes: Counter[str] = Counter()
    for weight, part in ((6, "\n".join(titles)), (3, text[:600]), (1, text)):
        for name in _find_anchored_places(part, bodies):
            votes[name] += weight
    level = _find_level(text, bodies)
    if not votes:
        return _find_frequent_place(text, level)
    return max(votes, key=lambda name: (votes[name] * (4 if name[-1] == level else 1), len(name)))


def _find_anchored_places(text: str, bodies: tuple[str, ...]) -> Iterator[str]:
    own = _compile_names(bodies)
    found = chain.from_iterable(anchor.finditer(text) for anchor in _ANCHORS)
    for match in chain(found, own.finditer(text) if own else ()):
        if place := _find_last_place(match.group(1)):
            yield place


def _compile_names(bodies: tuple[str, ...]) -> re.Pattern[str] | None:
    """A place in front of one of some bodies."""
    words = "|".join(re.escape(body) for body in bodies)
    return re.compile(rf"(?:{_BEFORE.pattern}|代表)({_PLACE.pattern})(?:{words})") if words else None


def _find_last_place(words: str) -> str | None:
    """The last place name of 江南省青岚县; none in 「被省政协采用」: one character names a 县 at most."""
    parts = _COMPONENT.findall(_ABOVE.sub("", words))
    return parts[-1] if parts and _is_name(parts[-1]) else None


def _is_name(place: str) -> bool:
    """Whether a word that ends in 省, 市, 县 … names a place: not 全市, 我省 or a bare 自治区."""
    bare = _REAL.sub("", place[:-1])
    return not place.startswith("自治") and not _NOT_A_NAME.search(bare)


def _find_level(text: str, bodies: tuple[str, ...]) -> str | None:
    """省, 市, 区, 县 …: the level that the body puts before its name most often (市政协, 区政府)."""
    words = "|".join(re.escape(body) for body in bodies)
    found = Counter(re.findall(rf"([{_LEVELS.row.characters}])(?:人民)?(?:{words})", text)) if words else Counter[str]()
    return found.most_common(1)[0][0] if found else None


def _find_frequent_place(text: str, level: str | None) -> str | None:
    """The place name that occurs most, three times or more, for a text that never names a place beside a body."""
    ends = level or _LEVELS.row.characters
    names = Counter(
        match
        for match in re.findall(rf"(?=([\u4e00-\u9fff]{{2}}[{ends}]))", text)
        if not _NOT_A_NAME.search(match[:-1])
    )
    name, count = max(names.items(), key=lambda item: item[1], default=("", 0))
    if count < 3:
        return None
    longer = Counter(re.findall(rf"[\u4e00-\u9fff]{name}", text))
    best, times = max(longer.items(), key=lambda item: item[1], default=("", 0))
    return best if times >= 0.8 * count else name


def _find_organisation(profile: Profile | None, region: str | None, text: str) -> str | None:
    """The full name of the body as it is printed first, else as the profile forms it.

    A kind whose bodies have names of their own (医院工会) has one that is formed too (总工会): it must be spoken of.
    """
    if not profile or not region or not profile.organisation:
        return None
    formed = profile.form_organisation(region)
    if profile.names_itself:
        return formed if formed and text.count(formed.removeprefix(region)) >= _OFTEN else None
    return profile.find_printed_name(region, text) or formed
