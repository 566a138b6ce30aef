"""Which body reports, of which place and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.facts.head import close_gaps, read_head
from huimou.digest.steps.facts.kind import find_kind, find_other_body
from huimou.digest.steps.facts.region import find_anchored_places, find_last_place, find_region
from huimou.language.profiles.profile import Profile, ProfileSet
from huimou.language.rules import get_rule

_PLACE = get_rule("bodies.place_or_county")
_ABOVE = get_rule("bodies.in_front_of_a_place")
_NO_SUCH_BODY = get_rule("bodies.no_such_body")
_OFTEN = 3


@dataclass(frozen=True, slots=True)
class ReportingBody:
    """The reporting body; None where the text does not tell."""

    organisation: str | None
    region: str | None
    kind: str | None


def read_body(
    lines: Sequence[str], headings: Sequence[str], profiles: ProfileSet, cores: Cores = HERE
) -> ReportingBody:
    """Body of a report given as folded (half-width, simplified) lines, and those of them that are headings."""
    head, text = read_head(lines, headings), "\n".join(map(close_gaps, lines))
    kind = find_kind(head, text, profiles)
    profile = profiles.select(kind) if kind else None
    bodies = profile.body if profile else tuple(word for one in profiles.all for word in one.body)
    printed = [*head.titles, *head.speaking]
    national = profile.find_national_name("\n".join(printed)) if profile else None
    if national and not any(find_anchored_places(line, bodies, title=True) for line in printed):
        return ReportingBody(national, "全国", kind)
    name, place = (profile.find_name_and_place([*head.named, *head.speaking]) if profile else None) or (None, "")
    other = find_other_body(head)
    named = (place, _find_place_of_a_name(name or (other if not profile else None) or ""))
    regions = (find_last_place(words, opens_title=True) for words in named if words)
    region = next(filter(None, regions), None) or find_region(printed, text, bodies, cores)
    organisation = name or _find_organisation(profile, region, text)
    if organisation is None and other:
        region = find_last_place(_find_place_of_a_name(other), opens_title=True) or region
    return ReportingBody(organisation or other, region, kind)


def _find_place_of_a_name(name: str) -> str:
    """The place with which a name begins, or which follows the body above: 国家税务总局青岚县税务局."""
    found = _PLACE.match(_ABOVE.sub("", name)) or _PLACE.match(name)
    return found.group() if found else ""


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
