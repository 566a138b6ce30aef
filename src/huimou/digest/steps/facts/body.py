"""Which body reports, of which place and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.digest.steps.facts.head import ReportHead, close_gaps, read_head
from huimou.digest.steps.facts.kind import find_kind, find_other_body
from huimou.digest.steps.facts.region import find_anchored_places, find_last_place, find_region
from huimou.language.profiles.profile import Profile, ProfileSet
from huimou.language.rules import get_rule

_PLACE = get_rule("bodies.place_or_county")
_NO_SUCH_BODY = get_rule("bodies.no_such_body")
_OFTEN = 3


@dataclass(frozen=True, slots=True)
class ReportingBody:
    """The reporting body; None where the text does not tell."""

    organisation: str | None
    region: str | None
    kind: str | None


def read_body(lines: Sequence[str], headings: Sequence[str], profiles: ProfileSet) -> ReportingBody:
    """Body of a report given as folded (half-width, simplified) lines, and those of them that are headings."""
    head, text = read_head(lines, headings), "\n".join(map(close_gaps, lines))
    kind = find_kind(head, text, profiles)
    profile = profiles.select(kind) if kind else None
    if profile is None and (other := find_other_body(head)):
        return _read_other_body(other, head, text)
    bodies = profile.body if profile else tuple(word for one in profiles.all for word in one.body)
    printed = [*head.titles, *head.speaking]
    national = profile.find_national_name("\n".join(printed)) if profile else None
    if national and not any(find_anchored_places(line, bodies, title=True) for line in printed):
        return ReportingBody(national, "全国", kind)
    name, place = (profile.find_name_and_place([*head.named, *head.speaking]) if profile else None) or (None, "")
    region = find_last_place(place, opens_title=True) or find_region(printed, text, bodies)
    return ReportingBody(name or _find_organisation(profile, region, text), region, kind)


def _read_other_body(name: str, head: ReportHead, text: str) -> ReportingBody:
    """A body of no known kind, and its place if its name opens with one: 青岚县书法家协会."""
    place = _PLACE.match(name)
    region = find_last_place(place.group(), opens_title=True) if place else None
    return ReportingBody(name, region or find_region([*head.titles, *head.speaking], text, ()), None)


def _find_organisation(profile: Profile | None, region: str | None, text: str) -> str | None:
    """The full name of the body as it is printed first, else as the profile forms it.

    A kind whose bodies have names of their own (医院工会) has one that is formed too (总工会): it must be spoken of.
    """
    if not profile or not region or not profile.organisation:
        return None
    formed = profile.form_organisation(region)
    if profile.names_itself:
        return formed if formed and text.count(formed.removeprefix(region)) >= _OFTEN else None
    printed = profile.find_printed_name(region, text)
    return printed or (None if formed and _NO_SUCH_BODY.search(formed) else formed)
