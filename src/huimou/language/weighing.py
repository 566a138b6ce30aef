"""What a clause is worth to a summary, and who did what it says.

Figures, results, names, topics and deeds weigh; slogans, purposes and settings do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from huimou.language.clauses import Clause, shorten_clause
from huimou.language.figures import find_quantities
from huimou.language.rules import get_rule, remember
from huimou.language.text import DAMAGE, fold

LONGEST, LONGEST_SHARE = 60, 0.6
_REMEMBERED = 2048
_RESULT = get_rule("wording.result")
_SLOGAN = get_rule("wording.slogan")
_HOLLOW_TAIL = get_rule("wording.hollow_tail")
_HOLLOW_FRAME = get_rule("wording.hollow_frame")
_BROUGHT_ABOUT = get_rule("wording.brought_about")
_FOUR = get_rule("wording.four_and_four")
_BRAND = get_rule("clauses.brand")
_STUDY = get_rule("wording.study_of_papers")
_PROPOSAL = get_rule("wording.proposal")
_BOW = get_rule("wording.bow_to_paper")
_OWN_SUBJECT = get_rule("wording.begins_own_subject")
_TOPIC_INSIDE = get_rule("wording.topic_inside")
_SOFT_DEED = get_rule("wording.soft_deed")
_DEED = get_rule("clauses.deed")
_TOPIC = get_rule("wording.topic")
_DOER = get_rule("wording.doer_in_front")
_GOVERNING = get_rule("wording.governing_verb")
_VERB = get_rule("wording.verb_of_work")
_PREDICATE = get_rule("clauses.predicate")
_DOCUMENT = re.compile(r"《[^《》]+》")
_NAMES = re.compile(r"《[^《》]*》|“[^“”]{8,}”")
_QUOTED = re.compile(r"“[^“”]{3,}”")
_HEADLINE = 14  # characters
_MEMBER, _MOST_MEMBERS = 0.8, 6
_FIGURE, _FURTHER_FIGURE, _RESULT_VALUE, _NAME, _BOWED_TO = 4.0, 0.5, 4.0, 3.0, 1.0
_TOPIC_VALUE, _DEED_VALUE, _SOFT, _BARE = 2.0, 2.0, 1.5, 0.6


@remember(_REMEMBERED)
def measure_value(clause: Clause) -> float:
    """What a clause is worth to a summary, 0 for a mere purpose, slogan or setting.

    The weights were found by trying on five annotated reports which clauses an editor keeps.
    """
    body = fold(shorten_clause(clause.text, long=False, lists=False))
    proof = _weigh_proof(clause, body)
    slogan = find_slogan(clause.text) is not None or bool(_FOUR.fullmatch(body))
    frame = bool(_HOLLOW_FRAME.match(body))
    if proof == 0 and (slogan or frame or (is_hollow_tail(clause) and not _BRAND.search(body))):
        return 0.0
    value = proof + _weigh_subject(clause, body, frame=frame) + _weigh_deed(body)
    if DAMAGE in body and not find_quantities(clause.text):
        sound = body.replace(DAMAGE, "")
        return (value or _BARE) / 2 if body.count(DAMAGE) == 1 and len(sound) > _HEADLINE // 2 else 0.0
    return value or _BARE


def _weigh_proof(clause: Clause, body: str) -> float:
    """Figures, results and documents: what can be checked."""
    quantities = len(find_quantities(clause.text))
    value = _FIGURE + _FURTHER_FIGURE * (quantities - 1) if quantities else 0.0
    if _RESULT.search(body) or (find_slogan(clause.text) is None and _BROUGHT_ABOUT.search(body)):
        value += _RESULT_VALUE
    if _DOCUMENT.search(body):
        value += _BOWED_TO if _BOW.search(body) else _NAME
    return value


def _weigh_subject(clause: Clause, body: str, *, frame: bool) -> float:
    """Names and topics: what it is about; a `frame` that is hollow has none."""
    value = 0.0
    if _QUOTED.search(body) and not frame:
        value += _NAME
    if (_TOPIC.match(body) and not frame) or _TOPIC_INSIDE.search(body):
        value += _TOPIC_VALUE + _MEMBER * min(_MOST_MEMBERS, body.count("、"))
    if clause.governs:
        value += _DEED_VALUE
    return value + (_NAME if clause.of_proposal and _PROPOSAL.search(body) else 0.0)


def _weigh_deed(body: str) -> float:
    if _DEED.search(body):
        return _DEED_VALUE
    if _SOFT_DEED.search(body):
        return _BARE if _STUDY.match(body) else _SOFT
    return 0.0


def is_hollow_tail(clause: Clause) -> bool:
    """Whether a clause that does not open its sentence only says what for (推动……落地见效)."""
    return not clause.opens and not clause.of_proposal and bool(_HOLLOW_TAIL.match(fold(clause.text)))


def is_headline(number: int, clauses: Sequence[Clause]) -> bool:
    """Whether a clause is a whole short sentence that only announces what follows it (综合实力显著增强。).

    Args:
        number: of the clause, from 0.
        clauses: of the passage.
    """
    clause = clauses[number]
    alone = sum(other.sentence == clause.sentence for other in clauses) == 1
    follows = number + 1 < len(clauses)
    return alone and follows and len(clause.text) <= _HEADLINE and measure_value(clause) < _DEED_VALUE


def find_slogan(text: str) -> str | None:
    """A slogan in a text, outside its quotes and names; None where there is none."""
    found = _SLOGAN.search(_NAMES.sub("“”", fold(shorten_clause(text, long=False, lists=False))))
    return found.group() if found else None


def is_hollow(clause: Clause) -> bool:
    """Whether a clause is but a purpose, a slogan or a setting."""
    return measure_value(clause) == 0


def has_predicate(clause: Clause) -> bool:
    """Whether a verb of work or a figure stands in it."""
    body = fold(clause.text)
    verbs = (_DEED, _SOFT_DEED, _RESULT, _VERB, _PREDICATE)
    return clause.has_figure or clause.governs or any(verb.search(body) for verb in verbs)


@remember(_REMEMBERED)
def find_doers(clauses: tuple[Clause, ...]) -> tuple[str, ...]:
    """Who did what each clause says, where it is somebody else than the reporting body; empty where it is not.

    A clause that begins with a verb has the doer of the clause before it in its sentence.
    """
    doers: list[str] = []
    for number, clause in enumerate(clauses):
        own = find_own_doer(clause)
        before = doers[number - 1] if number and not clause.opens else ""
        goes_on = clause.leans or not _OWN_SUBJECT.match(fold(clause.text))
        doers.append(own or (before if goes_on else ""))
    return tuple(doers)


def find_own_doer(clause: Clause) -> str:
    """Who does what a clause says, where it begins with somebody else than the reporting body."""
    folded = fold(clause.text)
    found = _DOER.match(folded) or (_GOVERNING.match(folded) if is_hollow_tail(clause) else None)
    return clause.text[found.start("doer") : found.end("doer")] if found else ""


def measure_longest(clauses: Sequence[Clause], printed: int) -> int:
    """Characters that a summary of these clauses may have: sixty, or more where figures need them.

    Args:
        clauses: of the passage.
        printed: characters of the passage.
    """
    figured = any(clause.has_figure for clause in clauses)
    return max(LONGEST, int(LONGEST_SHARE * printed)) if figured else LONGEST
