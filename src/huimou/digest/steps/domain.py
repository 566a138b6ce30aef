"""Which domain an item falls into: by its form of work, else cue words vote, in its own words and in its headings.

A 1.5-billion-parameter model that is asked to classify copies the class of its example, so it is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from huimou.digest.cores import HERE, Cores
from huimou.language.profiles.domains import Domain
from huimou.language.profiles.profile import Profile
from huimou.language.rules import get_rule, get_rules
from huimou.language.text import fold
from huimou.model.report import Group, Outline, Role

_HEADING_WEIGHT = 0.5
_LEAD_WEIGHT = 2.0
_ROLE_WEIGHT = 40
_CLEAR = 4.0
_QUIET = 0.8
_REMEMBERED = 4096  # texts by domain: a heading stands above many items, and a sentence is often an item of its own
_SUBJECT = get_rule("items.subject_of_the_work")
_FORMS = get_rules("domain_forms")
_PLATFORM = get_rule("items.heading_of_a_platform")
_SHORT = 12  # characters of a title sentence that opens the next matter
_SENTENCE = re.compile(r"(?<=[。;])")


def find_group_domains(
    text: str, outline: Outline, groups: Sequence[Group], profile: Profile, cores: Cores = HERE
) -> Iterator[str]:
    """Key of the domain of each group; its title sentence counts as a heading unless the group has no other."""
    return cores.map(partial(_find_place, profile), (_place_group(text, outline, group) for group in groups), "domains")


@dataclass(frozen=True, slots=True)
class _GroupPlace:
    """The folded words of a group without its title sentence, and what stands above them."""

    body: str
    lead: str | None
    headings: tuple[str, ...]
    role: Role


def _place_group(text: str, outline: Outline, group: Group) -> _GroupPlace:
    own = [n for n in group.sentences if join_body(text, outline, [n]).strip("*●■◆-。") != group.lead]
    return _GroupPlace(join_body(text, outline, own or group.sentences), group.lead, group.headings, group.role)


def _find_place(profile: Profile, place: _GroupPlace) -> str:
    return find_domain(place.body, place.lead, place.headings, place.role, profile)


def join_body(text: str, outline: Outline, numbers: Iterable[int]) -> str:
    """Folded words of some sentences without line breaks, as cue words are looked for."""
    return re.sub(
        r"\s+", "", "".join(fold(text[outline.sentences[n - 1].start : outline.sentences[n - 1].end]) for n in numbers)
    )


def find_domain(body: str, lead: str | None, headings: Sequence[str], role: str, profile: Profile) -> str:
    """Key of the domain that the form of work decides, else of the one whose cues weigh most; `other` if there is none.

    Args:
        body: the item's evidence, folded, without line breaks.
        lead: title sentence of its unit, folded.
        headings: heading path above it, folded, outermost first; only the innermost votes.
        role: role of the section it lies in.
        profile: the kind of report, whose order of domains breaks ties.

    """
    if decided := _find_form(body, lead or "", headings, role, profile):
        return decided
    above = (lead or "", headings[-1] if headings else "")
    form = _SUBJECT.sub("", body)
    formal = any(_count_cues(domain, form) for domain in profile.domains if domain.formal)
    best = max(
        (
            _weigh_domain(
                domain, form if domain.topical else body, above, role, _QUIET if domain.topical and formal else 1.0
            ),
            -index,
            domain.key,
        )
        for index, domain in enumerate(profile.domains)
    )
    return best[2] if best[0] > 0 else profile.domains[-1].key


def _find_form(body: str, lead: str, headings: Sequence[str], role: str, profile: Profile) -> str | None:
    """The domain that the form of work decides; none where the section speaks for one, or the kind knows no forms.

    The title sentence decides before the others; one that names a field of work of its own (民族宗教工作) stands
    against a form, and so does a later sentence that clearly speaks of another matter.
    """
    if not profile.forms_of_work or any(role in domain.roles for domain in profile.domains):
        return None
    if form := _read_form(lead, profile):
        return form
    if not _name_field(lead, profile):
        sentences = _SENTENCE.split(body)
        for place, sentence in enumerate(sentences):
            if form := _read_form(sentence, profile):
                rest = (_read_matter(other, profile) for other in sentences[place + 1 :] if len(other) > _SHORT)
                return form if all(matter in {None, form} for matter in rest) else None
    keys = {domain.key for domain in profile.domains}
    return _PLATFORM.decides if _PLATFORM.decides in keys and any(map(_PLATFORM.find, headings[-1:])) else None


def _read_form(sentence: str, profile: Profile) -> str | None:
    """The domain of the form of work that a sentence names first."""
    keys = {domain.key for domain in profile.domains}
    rules = [rule for rule in _FORMS.rules if rule.decides in keys]
    found = [(match.start(), place) for place, rule in enumerate(rules) if (match := rule.find(sentence))]
    return rules[min(found)[1]].decides if found else None


def _read_matter(sentence: str, profile: Profile) -> str | None:
    """The domain that a sentence speaks for by its form of work, else clearly by its words."""
    return _read_form(sentence, profile) or find_theme(sentence, profile)


def _name_field(lead: str, profile: Profile) -> str | None:
    """The field of work that a title sentence names, one that is neither a form of work nor a topic of one."""
    fields = (domain for domain in profile.domains if not (domain.topical or domain.formal))
    return next((domain.key for domain in fields if _sum_present(domain, lead) >= _CLEAR), None)


def find_theme(body: str, profile: Profile) -> str | None:
    """The domain that a sentence's own words clearly speak for; None where they speak for none, or for two alike."""
    form = _SUBJECT.sub("", body)
    ranked = sorted((_weigh_domain(d, form if d.topical else body, ("", ""), ""), d.key) for d in profile.domains)
    (second, _), (first, key) = ranked[-2:]
    return key if first >= _CLEAR and first >= 2 * second else None


def list_cues(domain: Domain, text: str) -> tuple[str, ...]:
    """The cue words of a domain that a folded text holds, weightiest first."""
    return tuple(sorted(_count_cues(domain, text), key=lambda cue: -domain.cues[cue]))


def _weigh_domain(domain: Domain, body: str, above: tuple[str, str], role: str, loudness: float = 1.0) -> float:
    """Votes of the body, of the lead and heading `above` it, and of the section's role."""
    lead, heading = above
    voted = loudness * _sum_votes(domain, body)
    voted += _LEAD_WEIGHT * _sum_present(domain, lead) + _HEADING_WEIGHT * _sum_present(domain, heading)
    return voted + _ROLE_WEIGHT * (role in domain.roles)


def _sum_votes(domain: Domain, text: str) -> float:
    counts = _count_cues(domain, text)
    return sum(domain.cues[cue] * times for cue, times in counts.items()) if counts else 0.0


def _sum_present(domain: Domain, text: str) -> int:
    return sum(domain.cues[cue] for cue in _count_cues(domain, text)) if text else 0


@lru_cache(maxsize=_REMEMBERED)
def _count_cues(domain: Domain, text: str) -> Mapping[str, float]:
    """How often each cue votes: longer cues first, and what they cover does not vote again for a shorter one.

    Nor does anything inside a near miss: a word that looks like this domain but is another's.
    A cue that is repeated counts a little more, not twice; one in the first half more than one in the tail.
    """
    counts: dict[str, float] = {}
    near, by_first = _index_words(domain)
    chars = _collect_characters(text) & by_first.keys()
    cues = [placed for char in chars for placed in by_first[char] if placed[1] in text]
    if not cues:
        return counts
    rest = text
    for word in near:
        rest = rest.replace(word, "\0" * len(word))
    for _, cue in sorted(cues):
        if cue in rest:
            count = rest.count(cue)
            early = 0.5 if rest.find(cue) <= len(text) // 2 else 0.0
            counts[cue] = 1 + early + 0.25 * min(count - 1, 2)
            rest = rest.replace(cue, "\0" * len(cue))
    return counts


@lru_cache(maxsize=_REMEMBERED)
def _collect_characters(text: str) -> frozenset[str]:
    return frozenset(text)


@cache
def _index_words(domain: Domain) -> tuple[tuple[str, ...], Mapping[str, tuple[tuple[int, str], ...]]]:
    """Near misses, longest first, and the cues by their first character, with their places among all."""
    by_first: dict[str, list[tuple[int, str]]] = {}
    for place, cue in enumerate(sorted(domain.cues, key=len, reverse=True)):
        by_first.setdefault(cue[0], []).append((place, cue))
    near = tuple(sorted(domain.near, key=len, reverse=True))
    return near, {char: tuple(cues) for char, cues in by_first.items()}
