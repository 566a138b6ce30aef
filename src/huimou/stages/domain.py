"""Which domain an item falls into: cue words vote, in its own words and in its headings.

A 1.5-billion-parameter model that is asked to classify copies the class of its example, so it is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from huimou.profile import Domain, Profile

_HEADING_WEIGHT = 0.5
_LEAD_WEIGHT = 1.5
_ROLE_WEIGHT = 40
_SUBJECT = re.compile(
    r"(?:就|围绕|聚焦|针对|关注|紧扣|紧盯|关于)[^。;]{4,160}?(?:等[^,。;]{0,12}(?=开展|召开|进行|提出|组织|,)|(?=,?(?:深入)?(?:开展|召开|组织)))|《[^》]*》"
)


def domain_of(body: str, lead: str | None, headings: Sequence[str], role: str, profile: Profile) -> str:
    """Key of the domain whose cues weigh most; `other` if none is found.

    Args:
        body: the item's evidence, folded, without line breaks.
        lead: title sentence of its unit, folded.
        headings: heading path above it, folded, outermost first; only the innermost votes.
        role: role of the section it lies in.
        profile: the kind of report, whose order of domains breaks ties.

    """
    heading = headings[-1] if headings else ""
    form = _SUBJECT.sub("", body)
    best = max(
        (_weight(domain, form if domain.topical else body, lead or "", heading, role), -index, domain.key)
        for index, domain in enumerate(profile.domains)
    )
    return best[2] if best[0] > 0 else profile.domains[-1].key


def _weight(domain: Domain, body: str, lead: str, heading: str, role: str) -> float:
    return sum(
        weight * (_times(cue, body) + _LEAD_WEIGHT * (cue in lead) + _HEADING_WEIGHT * (cue in heading))
        for cue, weight in domain.cues.items()
    ) + _ROLE_WEIGHT * (role in domain.roles)


def _times(cue: str, body: str) -> float:
    """A cue that is repeated counts a little more, not twice; one in the first half more than one in the tail."""
    count = body.count(cue)
    if not count:
        return 0.0
    early = 0.5 if body.find(cue) <= len(body) // 2 else 0.0
    return 1 + early + 0.25 * min(count - 1, 2)
