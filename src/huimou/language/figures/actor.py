"""Whose deed a figure is: the subject of its sentence, or the reporting body where a deed has none.

A state of things (地区生产总值增长6%) is nobody's deed. The words are rules of `doers`; what the reporting body and its
members are called is said by the profile of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from huimou.language.figures.metric import MetricReading, hide_marks_in_quotes
from huimou.language.figures.numerals import NumberReading
from huimou.language.profiles.doers import Doers
from huimou.language.rules import Rule, get_rule, remember
from huimou.model.report import COMPANY, GOVERNMENT, MEMBERS, OTHERS, OWN_BODY, Actor

_LEAD = get_rule("counted_things.words_in_front")
_NAMED = get_rule("doers.named")
_OWN_OF_UNKNOWN = get_rule("doers.own_where_the_kind_is_unknown")
_MEMBERS_BEHIND = get_rule("doers.members_behind_a_number")
_MEMBERS_UNIT = get_rule("doers.members_as_a_unit")
_MEMBERS_IN_FRONT = get_rule("doers.members_in_front_of_a_number")
_PERSONS = get_rule("doers.units_of_persons")
_MEMBERS_AS_OBJECT = get_rule("doers.members_as_an_object")
_FRAME = get_rule("doers.frame_of_a_deed")
_LEAD_BUT_FRAME = get_rule("doers.time_in_front")
_NO_SUBJECT = get_rule("doers.no_subject")
_NO_NAME = get_rule("doers.no_name_in_front")
_OWNED = get_rule("doers.owned_behind")
_LED_BY = get_rule("doers.led_by")
_DEED = get_rule("doers.deed")
_BODY_AS_OBJECT = get_rule("doers.body_as_an_object")
_RAISE = get_rule("doers.raise_of_a_due")
_RAISE_ALONE = get_rule("doers.raise_alone")
_RATES = get_rule("counted_things.rates")
_STATE = get_rule("doers.state")
_LEVEL = get_rule("doers.level_reached")
_CIRCUMSTANCE = get_rule("doers.circumstance")
_LAST_OF_LIST = get_rule("doers.last_of_a_list")
_AS_BEFORE = get_rule("doers.as_the_number_before")
_OTHER_BODY = get_rule("doers.other_body")
# By group of the pattern of subjects.
_RULES = {
    "own": get_rule("doers.own_name"),
    "own_members": get_rule("doers.own_members"),
    "members": get_rule("doers.members"),
    "company": get_rule("doers.company"),
    "government": get_rule("doers.government"),
}
_LABELS: Mapping[str, Actor] = MappingProxyType(
    {"own_members": MEMBERS, "members": MEMBERS, "government": GOVERNMENT, "company": COMPANY}
)
_LONGEST_CIRCUMSTANCE = 42
_KINDS_IN_USE = 64


@dataclass(frozen=True, slots=True)
class ActorVerdict:
    """Whose deed a figure is, None where it is nobody's or cannot be told, and the id of the rule that says so.

    `words` are those by which the sentence names the doer, if it does.
    """

    actor: Actor | None
    rule: str | None
    words: str | None = None


_UNKNOWN = ActorVerdict(None, None)


def find_actors(compact: str, counted: list[MetricReading], doers: Doers | None) -> list[ActorVerdict]:
    """Whose figure each is.

    `doers` are those of the kind of report; with them, a deed without a subject is the reporting body's own.
    """
    flat = hide_marks_in_quotes(compact)
    actors: list[ActorVerdict] = []
    for place, item in enumerate(counted):
        earlier = (counted[place - 1], actors[-1]) if place else None
        actors.append(_find_actor(flat, item, earlier, doers))
    return actors


def _find_actor(
    compact: str, item: MetricReading, earlier: tuple[MetricReading, ActorVerdict] | None, doers: Doers | None
) -> ActorVerdict:
    reading = item.reading
    window = max(0, reading.start - 120)
    clauses = re.split(r"[,:]", re.split(r"[。;!?\n]", compact[window : reading.start])[-1])
    own = clauses[-1]
    if beside := _find_members_beside(compact, reading, own):
        return beside
    direct = _find_subject(own, doers)
    if state := _find_state(item.metric, own):
        return direct if direct and direct.actor == MEMBERS else ActorVerdict(None, state.id)
    subjects = (_find_subject(clause, doers) for clause in reversed(clauses[:-1]))
    if found := direct or next(filter(None, subjects), None):
        return found
    if doers is None:
        return _UNKNOWN
    if deed := _find_own_deed(clauses, compact[reading.end : reading.end + _LONGEST_CIRCUMSTANCE], reading):
        return ActorVerdict(doers.label, deed.id)
    follows = earlier is not None and re.search(r"[。;!?\n]", compact[earlier[0].reading.end : reading.start]) is None
    return replace(earlier[1], rule=_AS_BEFORE.id) if earlier and follows and earlier[1].actor else _UNKNOWN


def _find_members_beside(compact: str, reading: NumberReading, own: str) -> ActorVerdict | None:
    """Members as what is counted: 600余名委员, 组织委员500余人次."""
    if _MEMBERS_AS_OBJECT.search(own):
        return None
    if _MEMBERS_BEHIND.match(compact[reading.end : reading.end + 5]):
        return ActorVerdict(MEMBERS, _MEMBERS_BEHIND.id)
    if reading.unit in _MEMBERS_UNIT.words:
        return ActorVerdict(MEMBERS, _MEMBERS_UNIT.id)
    if reading.unit in _PERSONS.words and _MEMBERS_IN_FRONT.search(own):
        return ActorVerdict(MEMBERS, _MEMBERS_IN_FRONT.id)
    return None


def _find_state(metric: str | None, own: str) -> Rule | None:
    """The rule by which a figure says how things are."""
    if is_state(metric):
        return _STATE
    return _LEVEL if _LEVEL.search(own) and not _has_own_deed(own) else None


def is_state(metric: str | None) -> bool:
    """Whether the figure says how things are, rather than what somebody did."""
    found = _STATE.search(metric or "")
    return found is not None and _DEED.search((metric or "")[: found.start()]) is None


def _find_own_deed(clauses: list[str], behind: str, reading: NumberReading) -> Rule | None:
    """The rule by which a clause without a subject tells a deed, which is then the reporting body's own."""
    if _has_own_deed(clauses[-1]) or _frames_a_deed(clauses[-1], behind):
        return _DEED
    return _RAISE if reading.unit not in _RATES.words and _raises_a_due(clauses) else None


def _has_own_deed(clause: str) -> bool:
    """Whether a clause begins with a deed, after adverbs and circumstances, and so without a subject of its own."""
    parts = (clause, _LAST_OF_LIST.sub("", clause))
    return any(_begins_with(rule, part) for part in parts for rule in (_DEED, _BODY_AS_OBJECT))


def _raises_a_due(clauses: list[str]) -> bool:
    """Whether the last clause raises or lowers something for others, or only says by how much the one before does."""
    said = clauses[-2] if len(clauses) > 1 and _RAISE_ALONE.fullmatch(clauses[-1]) else clauses[-1]
    return _begins_with(_RAISE, said)


def _frames_a_deed(own: str, behind: str) -> bool:
    """Whether a clause without a subject says its deed behind the number: 就58件草案提出建议."""
    frame = _FRAME.match(_LEAD_BUT_FRAME.sub("", own))
    return frame is not None and _DEED.search(re.split(r"[,。;!?\n]", behind, maxsplit=1)[0]) is not None


def _begins_with(rule: Rule, words: str) -> bool:
    """Whether the words begin with what the rule finds, after adverbs and circumstances."""
    found = rule.search(words)
    return found is not None and (found.start() <= 1 or _is_circumstance(words[: found.start()]))


def _is_circumstance(words: str) -> bool:
    """Whether circumstances fill the words without a gap; place by place, since a repeated pattern is too slow."""
    reached = {0}
    for start in range(len(words)):
        ends = range(start + 1, min(len(words), start + _LONGEST_CIRCUMSTANCE) + 1) if start in reached else ()
        reached.update(end for end in ends if end not in reached and _CIRCUMSTANCE.fullmatch(words, start, end))
    return len(words) in reached


def _find_subject(clause: str, doers: Doers | None) -> ActorVerdict | None:
    """The actor with which a clause begins (由市政府新建 too), if it begins with one."""
    for match in _compile_subjects(doers).finditer(clause):
        prefix = clause[: match.start()]
        if len(prefix) > 14 or match.end() == len(clause) or clause[match.end()] == "的":
            continue
        led = _LED_BY.sub("", prefix)
        if not _NO_SUBJECT.search(led) and not _DEED.search(led):
            named = None if _NO_NAME.search(led) or _OWNED.match(clause, match.end()) else _LEAD.sub("", led + match[0])
            return replace(_label_actor(match.lastgroup, doers), words=named)
    return None


@remember(_KINDS_IN_USE)
def _compile_subjects(doers: Doers | None) -> re.Pattern[str]:
    """Whoever can be the subject: the reporting body and its members first, then those that every kind knows."""
    own = doers.own if doers else (_OWN_OF_UNKNOWN.pattern,)
    named = {"own": own, "own_members": doers.members if doers else ()}
    first = [f"(?P<{name}>{'|'.join(patterns)})" for name, patterns in named.items() if patterns]
    return re.compile("|".join([*first, _NAMED.pattern]))


def _label_actor(name: str | None, doers: Doers | None) -> ActorVerdict:
    """The label for a group of the pattern of subjects, and the rule that the group is of."""
    group = name or ""
    label = (doers.label if doers else OWN_BODY) if group == "own" else _LABELS.get(group, OTHERS)
    return ActorVerdict(label, _RULES.get(group, _OTHER_BODY).id)
