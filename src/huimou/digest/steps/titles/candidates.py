"""Candidates for the title of an item, each made of words of its passage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from huimou.digest.steps.titles.phrases import (
    BEST,
    LONGEST,
    SHORTEST,
    find_outside,
    find_status,
    mask_names,
    shorten_clause,
    shorten_document,
    shorten_story,
    shorten_topic,
    strip_front,
)
from huimou.language.clauses import Clause, split_clauses
from huimou.language.overlap import HALF, measure_share
from huimou.language.rules import get_rule, get_rules, remember
from huimou.model.report import Role

_PATTERNS = get_rules("titles")
_OPENS_TOPIC = get_rule("titles.opens_topic")
_ENDS_TOPIC = get_rule("titles.ends_topic")
_FORM = get_rule("titles.form")
_FORM_AS_NOUN = get_rule("titles.form_as_noun")
_PLAIN_FORM = get_rule("titles.plain_form")
_OF_BEFORE_FORM = get_rule("titles.of_before_form")
_COUNTED_DEED = get_rule("titles.counted_deed")
_ETC = get_rule("titles.etc")
_OTHERS = get_rule("titles.deed_of_others")
_BARE_DEED = get_rule("titles.bare_deed")
_COUNTED = get_rule("titles.counted_noun")
_ONLY_AIMS = get_rule("titles.only_aims")
_INDICATOR = get_rule("titles.indicator")
_NEEDS_NAME = get_rule("titles.indicator_needs_name")
_NAMED = get_rule("titles.named_indicator")
_MEETINGS = get_rule("titles.counted_meetings")
_OPINIONS = get_rule("titles.counted_opinions")
_PERIOD = get_rule("titles.period_of_counts")
_LEADING_VERBS = get_rule("titles.verbs_before_a_count")
_REMEMBERED = 64  # sentences; one is looked at from several sides
_MOST_TOPICS, _LOOKED_AT = 8, 400  # of one sentence; characters of it
_SLOT = re.compile(r"\{(\w+)\}")
_DOCUMENT = re.compile(r"《[^《》]*》")
_BY_PROPOSAL, _ABOUT = "提案", "关于"
_PATTERN, _TOPIC, _PROPOSAL, _CLAUSE, _COUNTS, _NAME, _HEADING = 6.0, 5.2, 12.0, 4.0, 3.6, 2.5, 2.0
_INDICATORS, _TOTALS, _AIMED_AT, _STATUS_SAYS_LITTLE = 4.4, 12.0, 0.4, 1.2
_MANY_COUNTS, _MANY_WITH_PERIOD = 4, 3  # of one sentence, that make it the sum of a year's work
_LATER_RULE, _LATER_CLAUSE, _LATER_CHARACTER = 0.054, 1.1, 0.01


@dataclass(frozen=True, slots=True)
class Passage:
    """What an item's title is drawn from, folded, without white space.

    Args:
        summary: the sentences of the summary.
        evidence: the sentences of the evidence.
        headings: what stands above it, innermost first, the title sentence of its unit in front.
        role: of its section.

    """

    summary: tuple[str, ...]
    evidence: tuple[str, ...]
    headings: tuple[str, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class TitleCandidate:
    """A possible title, how telling its kind is, and where it stands in its passage (0 is the first sentence)."""

    text: str
    worth: float
    place: float = 0.0


def find_candidates(passage: Passage) -> tuple[TitleCandidate, ...]:
    """Every candidate of a passage; none is a judgement yet."""
    found: list[TitleCandidate] = []
    if passage.role == "proposal_digest":
        found += _name_proposal(passage)
    for source in (passage.summary, passage.evidence):
        for place, sentence in enumerate(source):
            found += (
                _add_doer(replace(candidate, place=place + candidate.place), (sentence, *passage.evidence))
                for candidate in _find_in_sentence(sentence)
            )
    if passage.role == "plan":
        found += [_call_goal(candidate) for candidate in found if _NAMED.match(candidate.text)]
    found += [TitleCandidate(shorten_clause(h, LONGEST), _HEADING - 0.3 * n) for n, h in enumerate(passage.headings)]
    return tuple(candidate for candidate in found if candidate.text)


@remember(_REMEMBERED)
def _find_in_sentence(sentence: str) -> tuple[TitleCandidate, ...]:
    """The candidates of one sentence; remembered, as a summary often says what the evidence says."""
    finders = (
        *(_fill_patterns, _name_topic, _name_totals, _name_counts),
        *(_name_indicators, _name_documents, _shorten_clauses),
    )
    return tuple(candidate for find in finders for candidate in find(sentence))


def read_sentences(texts: Sequence[str]) -> tuple[str, ...]:
    """Sentences and halves of sentences, without what opens and closes them."""
    parts = (part.strip(" ,、*●■◆-") for text in texts for part in re.split(r"[。;!?](?![^《]*》)", text))
    return tuple(_limit(part) for part in parts if len(part) >= SHORTEST)


def _limit(sentence: str) -> str:
    """The clauses at the beginning of a very long sentence."""
    return sentence if len(sentence) <= _LOOKED_AT else sentence[: max(sentence.rfind(",", 0, _LOOKED_AT), 0)]


def _name_proposal(passage: Passage) -> Iterator[TitleCandidate]:
    """Of an entry in a list of proposals, its title and what became of it: the topic, and that it is a proposal."""
    first = passage.evidence[0] if passage.evidence else ""
    is_title = "**" in first or (first in passage.headings[:1] and "," not in mask_names(first))
    title = first.split("**")[0] if is_title else ""
    topic = shorten_topic(title, BEST - len(_BY_PROPOSAL)) or shorten_topic(title, LONGEST - len(_BY_PROPOSAL))
    if topic:
        yield TitleCandidate(topic + _BY_PROPOSAL, _PROPOSAL)


def _fill_patterns(sentence: str) -> Iterator[TitleCandidate]:
    topics, documents = _find_topics(sentence), [found.span() for found in _DOCUMENT.finditer(sentence)]
    for rank, rule in enumerate(_PATTERNS.rules):
        if not rule.find(sentence):
            continue
        for nth, found in enumerate(rule.finditer(sentence)):
            named = "《" in found.group() or _ABOUT in found.group()
            inside = [*topics, *(() if named else documents)]
            if any(start < found.start() < end for start, end in inside):
                continue
            later = nth * _LATER_CLAUSE + found.start() * _LATER_CHARACTER
            yield TitleCandidate(_fill(rule.decides, found), _PATTERN - rank * _LATER_RULE, later)


def _fill(template: str, found: re.Match[str]) -> str:
    """A template with what was found, each part as short as the others need it; empty where a part is lost."""
    parts = {name: words or "" for name, words in found.groupdict().items()}
    short = dict(parts, between="")
    for most, known in ((BEST, parts), (BEST, short), (LONGEST, parts), (LONGEST, short)):
        text = _fill_within(template, known, most)
        if text:
            return text
    return ""


def _fill_within(template: str, parts: dict[str, str], most: int) -> str:
    names: list[str] = _SLOT.findall(template)
    fixed = len(_SLOT.sub("", template)) + sum(len(parts[name]) for name in names if name not in _SHORTENED)
    loose = [name for name in names if name in _SHORTENED]
    filled = dict(parts)
    for nth, name in enumerate(loose):
        rest = sum(min(len(parts[other]), SHORTEST) for other in loose[nth + 1 :])
        filled[name] = _SHORTENED[name](parts[name], most - fixed - rest)
        fixed += len(filled[name])
    text = _SLOT.sub(lambda slot: filled[slot[1]], template)
    return text if all(filled[name] for name in loose) and len(text) <= most else ""


def _shorten_thing(thing: str, most: int) -> str:
    bare = _OF_BEFORE_FORM.sub("", strip_front(thing))
    return bare if len(bare) <= most else shorten_clause(bare, most) or shorten_topic(bare, most)


def _shorten_subject(subject: str, most: int) -> str:
    bare = strip_front(subject)
    return bare if len(bare) <= most else shorten_topic(bare, most)


_SHORTENED = {
    "subject": _shorten_subject,
    "topic": shorten_topic,
    "paper": shorten_document,
    "thing": _shorten_thing,
    "story": shorten_story,
}


@remember(_REMEMBERED)
def _find_topics(sentence: str) -> tuple[tuple[int, int], ...]:
    """Where the sentence says what was discussed, advised or looked into, by opener and end."""
    found = []
    for opened in islice(find_outside(_OPENS_TOPIC, sentence), _MOST_TOPICS):
        rest = sentence[opened.end() :]
        length = next((end.start() for end in find_outside(_ENDS_TOPIC, rest) if end.start() >= 2), len(rest))
        found.append((opened.end(), opened.end() + length))
    return tuple(found)


def _name_topic(sentence: str) -> Iterator[TitleCandidate]:
    """就……开展协商: the topic and the form of work that follows it."""
    for start, end in _find_topics(sentence):
        form = _find_form(sentence, end)
        if not form:
            continue
        noun = str(_FORM_AS_NOUN.map.get(form, form))
        topic = sentence[start:end]
        short = shorten_topic(topic, BEST - len(noun) - 1) or shorten_topic(topic, LONGEST - len(noun) - 1)
        etc = "等" if _ETC.match(sentence[end:]) and short and not short.endswith("等") else ""
        if short:
            yield TitleCandidate(short + etc + noun, _TOPIC, start * _LATER_CHARACTER)


def _find_form(sentence: str, topic_end: int) -> str:
    """The form of work behind a topic, or one in front of it that says more; empty where there is none."""
    topics = _find_topics(sentence)
    forms = [found for found in find_outside(_FORM, sentence) if not any(s <= found.start() < e for s, e in topics)]
    behind = [found.group() for found in forms if found.start() >= topic_end]
    telling = [found.group() for found in forms if not _PLAIN_FORM.fullmatch(found.group())]
    if behind and telling and _PLAIN_FORM.fullmatch(behind[0]):
        return telling[0]
    return behind[0] if behind else ""


def _name_totals(sentence: str) -> Iterator[TitleCandidate]:
    """Of a sentence that counts meetings, proposals and visits: that it is the sum of a period's work."""
    if not (_MEETINGS.search(sentence) and _OPINIONS.search(sentence)):
        return
    period = _PERIOD.search(sentence)
    counts = sum(1 for _ in _COUNTED.finditer(sentence))
    if counts >= (_MANY_WITH_PERIOD if period else _MANY_COUNTS):
        years = f"{period['years']}年" if period and period["years"] else "全年"
        yield TitleCandidate(f"{years}履职总量" if period else "履职工作总量", _TOTALS)


def _name_counts(sentence: str) -> Iterator[TitleCandidate]:
    """Of a sentence that counts one thing after another: two of the things, with what was done where there is room."""
    counted = [strip_front(found["noun"]) for found in _COUNTED.finditer(sentence)]
    nouns = {full: strip_front(_LEADING_VERBS.sub("", full)) for full in counted}
    fit = [full for full in counted if 2 <= len(nouns[full]) <= BEST - SHORTEST]
    fit = [full for full in fit if not _COUNTED_DEED.fullmatch(nouns[full])]
    pairs = [(a, b) for a, b in combinations(fit, 2) if nouns[a] not in nouns[b] and nouns[b] not in nouns[a]]
    etc = "等" if len(fit) > 2 else ""
    joined = [text for a, b in pairs for text in (f"{a}、{b}{etc}", f"{nouns[a]}、{nouns[b]}等")]
    text = next((text for text in joined if len(text) <= BEST), None)
    if text:
        yield TitleCandidate(text, _COUNTS + 0.4 * min(len(fit), 5))


def _name_indicators(sentence: str) -> Iterator[TitleCandidate]:
    """Of a sentence that says how indicators stand: the first of them, or two that fit."""
    found = [(nth, _INDICATOR.match(strip_front(clause))) for nth, clause in enumerate(sentence.split(","))]
    nouns = [(nth, strip_front(one["noun"])) for nth, one in found if one]
    nouns = [(nth, noun) for nth, noun in nouns if SHORTEST <= len(noun) <= LONGEST and not _NEEDS_NAME.fullmatch(noun)]
    if nouns:
        nth, first = nouns[0]
        two = ("、" if _BARE_DEED.match(first) else "和").join(noun for _, noun in nouns[:2])
        at = nth * _LATER_CLAUSE
        yield TitleCandidate(first, _INDICATORS, at)
        if first != two and len(two) <= BEST:
            yield TitleCandidate(two, _INDICATORS + _AIMED_AT, at)


def _call_goal(indicator: TitleCandidate) -> TitleCandidate:
    """An indicator of a plan, told from the same indicator of the review."""
    return replace(indicator, text=f"{indicator.text}目标", worth=indicator.worth - _AIMED_AT)


def _name_documents(sentence: str) -> Iterator[TitleCandidate]:
    """The documents that a sentence names, where nothing better is said of them."""
    for found in _DOCUMENT.finditer(sentence):
        yield TitleCandidate(shorten_document(found.group(), BEST), _NAME, found.start() * _LATER_CHARACTER)


def _shorten_clauses(sentence: str) -> Iterator[TitleCandidate]:
    clauses = split_clauses([sentence])
    for nth, clause in enumerate(clauses):
        if clause.hangs and len(clauses) > 1:
            continue
        for short in dict.fromkeys((shorten_clause(clause.text), shorten_clause(clause.text, LONGEST))):
            yield TitleCandidate(short, _CLAUSE + _weigh(clause), nth * _LATER_CLAUSE)


def _weigh(clause: Clause) -> float:
    return (
        0.3 * (min(clause.weight, 3) - 1)
        + 0.1 * clause.has_figure
        - _STATUS_SAYS_LITTLE * (find_status(clause.text) is not None)
        - 1.5 * (clause.leans or bool(_ONLY_AIMS.match(clause.text)))
    )


def _add_doer(candidate: TitleCandidate, sentences: Sequence[str]) -> TitleCandidate:
    """The candidate with the doer that the sentence which says it opens with, where the deed is another body's."""
    if not _BARE_DEED.match(candidate.text):
        return candidate
    for sentence in sentences:
        doer = _OTHERS.match(strip_front(sentence))
        if doer and measure_share(candidate.text, sentence) >= HALF:
            return replace(candidate, text=doer["who"] + candidate.text)
    return candidate
