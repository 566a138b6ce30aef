"""Which sentences of a review or a plan report no work, and which look ahead.

Where each reason for leaving a sentence out is decided, in the order in which the first one counts:

- of a whole block (title, heading, caption, front_matter, boilerplate, unrelated, closing): `roles`, then `settle`;
- thanks (`find_thanks`), then guiding_idea, background, heading (an announcement), closing (a summons), front_matter
  (whom the speaker reports for), quotation and rhetoric: the rules of `dispositions.toml`, in the order in which they
  stand there, tried by `find_left_out_rule` for `_mark_sentences` of this package, which adds pledge and closing;
- not_a_report: `steps.genre`; lines set aside while reading (page_number, watermark, mojibake …): `steps.restore`.

The second look may take a sentence back, and one that an item cites is cited, whatever was said here. The rules come
from research on such reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from huimou.digest.steps.segment.blocks import RESPONSIBLE
from huimou.language.clauses import Clause, split_clauses
from huimou.language.rules import Rule, get_rule, get_rules
from huimou.language.text import fold
from huimou.language.weighing import is_hollow
from huimou.model.report import Role

_RULES = get_rules("dispositions")
_COUNTED = get_rule("lexicon.counted")
_CREDIT = get_rule("dispositions.credit")
_THANKS = get_rule("dispositions.thanks")
_PROVERB = get_rule("dispositions.proverb")
_DEED = get_rule("lexicon.deed")
_REQUIREMENT = get_rule("dispositions.requirement")
_AHEAD = get_rule("dispositions.ahead")
_STILL_AHEAD = get_rule("dispositions.still_ahead")
_BACK = get_rule("dispositions.back")
_CALL = get_rule("dispositions.call")
_DONE = get_rule("tense.done")
_PLEDGE = get_rule("dispositions.pledge")
_SLOGAN = get_rule("dispositions.slogan")
_RHYTHM = get_rule("dispositions.rhythm")
_SETTING = get_rule("clauses.setting")
_FOR = ("为", "為")
_LEAD_LIMIT = 24
_MARKED_LEAD_LIMIT = 40


def find_left_out_rule(body: str, role: Role) -> Rule | None:
    """The rule by which no item may rest on a sentence, such as `dispositions.proverb`; None if one may.

    Args:
        body: sentence as folded text without its marker and without line breaks.
        role: of its section: in a plan, 总体要求 and 「今年是……之年」 open the text.
    """
    if RESPONSIBLE.match(body):
        return None
    for rule in _RULES.rules:
        row = rule.row
        holds = (not row.sections or role in row.sections) and rule.find(body) is not None
        if holds and (not row.needs or _CONDITIONS[row.needs](body)):
            return rule
    return None


def _has_purposes_alone(body: str) -> bool:
    """Whether three clauses or more all state purposes (呈现出新气象)."""
    clauses = split_clauses([body])
    return len(clauses) >= 3 and all(clause.is_purpose for clause in clauses)


def _has_slogans_alone(body: str) -> bool:
    """Whether two clauses or more all state postures and purposes, a posture among them, but for when it was."""
    rhythm = _RHYTHM.search(body) is not None
    clauses = [clause for clause in split_clauses([_RHYTHM.sub("", body)]) if not _SETTING.find(fold(clause.text))]
    postures = [clause for clause in clauses if _SLOGAN.find(fold(clause.text))]
    enough = rhythm or (len(clauses) >= 2 and bool(postures))
    return enough and all(clause in postures or _is_mere_purpose(clause) for clause in clauses)


def _is_mere_purpose(clause: Clause) -> bool:
    """Whether a clause states a purpose and gives nothing to anybody (为老年人提供助餐服务)."""
    return clause.is_purpose and not clause.text.startswith(_FOR)


def _is_hollow_throughout(body: str) -> bool:
    """Whether two clauses or more all state a setting, a slogan or a purpose."""
    clauses = split_clauses([body])
    return len(clauses) >= 2 and all(is_hollow(clause) for clause in clauses)


_CONDITIONS: dict[str, Callable[[str], bool]] = {
    "purposes_alone": _has_purposes_alone,
    "slogans_alone": _has_slogans_alone,
    "hollow_throughout": _is_hollow_throughout,
}


def find_thanks(bodies: Sequence[str]) -> range:
    """Indices of the sentences of a paragraph that give thanks, up to the first that counts something.

    What only gives credit before (这些成绩来之不易，是……的结果) belongs to the thanks; a deed before them does not.
    """
    beside = [re.sub(r"“[^“”]*”", "", body) for body in bodies]
    counts = [_COUNTED.search(body) is not None for body in beside]
    first = next((n for n, body in enumerate(beside) if _THANKS.search(body) and not counts[n]), len(bodies))
    stop = next((n for n in range(first, len(bodies)) if counts[n]), len(bodies))
    while 0 < first < len(bodies) and _CREDIT.search(bodies[first - 1]) and not _COUNTED.search(bodies[first - 1]):
        first -= 1
    return range(first, stop)


def is_requirement(body: str) -> bool:
    """Whether the sentence states the plan's overall requirement (总体要求)."""
    return _REQUIREMENT.find(body) is not None


def is_about_future(body: str) -> bool:
    """Whether the sentence says what will be done: a time to come and 将/要 in its first clause."""
    return _AHEAD.find(body) is not None


def is_still_about_future(body: str) -> bool:
    """Whether a sentence after one that looks ahead goes on so (将/要/继续 in front)."""
    return _STILL_AHEAD.find(body) is not None


def is_about_past(body: str) -> bool:
    """Whether a sentence of a plan says what was done: a time gone by in front, and no word of what is to come."""
    tells = _COUNTED.search(body) or _DONE.find(body)
    return _BACK.find(body) is not None and tells is not None and not body.endswith(";")


def is_call(body: str) -> bool:
    """Whether the sentence only calls to go on (奋力谱写……而奋斗), naming nothing that will be done."""
    return _CALL.find(body) is not None


def is_pledge(body: str) -> bool:
    """Whether a sentence about shortcomings promises to do better (对此，我们将认真加以改进)."""
    return _PLEDGE.find(body) is not None


def is_lead(body: str, *, marked: bool = False) -> bool:
    """Whether the first sentence of a unit is its title: short, complete, nothing in it to count.

    After a number or bullet (`marked`) it may be longer and begin with a deed (「（二）开展民主监督。」).
    """
    is_short = 4 <= len(body) <= (_MARKED_LEAD_LIMIT if marked else _LEAD_LIMIT) and body.endswith("。")
    if not is_short or re.search(r"\d|《", body):
        return False
    return marked or not (_PROVERB.search(body) or _DEED.match(body))
