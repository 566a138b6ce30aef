"""Counts of one thing that a report prints twice with different numbers.

Nothing is said unless both sentences, by all their words in front of the number, speak of the same thing of the same
body in the same place, time and state: another town, aim, part or plan has another number, which contradicts nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huimou.digest.steps.checks.checked_digest import CheckedDigest, Doubt, build_figure_doubt, shorten_quote
from huimou.language.rules import Rule, get_rule
from huimou.language.text import compact
from huimou.model import digest as c

_BEFORE_NAME = get_rule("checks.before_the_name")
_LEVEL = get_rule("checks.level_in_name")
_PERIOD = get_rule("checks.period")
_SCOPE = get_rule("checks.scope_said")
_NAMED = get_rule("checks.named_in_sentence")
_IDLE = get_rule("checks.idle_in_front")
_PURPOSE = get_rule("checks.purpose_behind")
_START = get_rule("checks.start_of_a_change")
_DEED = get_rule("doers.deed")
_PERSONS, _VISITS = get_rule("checks.persons"), get_rule("checks.visits")
_LEAST_METRIC = 6  # characters; 完成投资 is said of many things
_APART = 2  # sentences; neighbours that use the same words speak of different bodies
_MOST_VALUES = 2  # numbers under one name; with more it is a series of different places or things
_UNBOUND = 1.5  # 1300余 is taken as less than one and a half times 1300
_MARK = re.compile(r"[,;:。!?]")


@dataclass(frozen=True, slots=True)
class _Context:
    """What a sentence says of a count: two counts are of the very same thing only where all of it is equal.

    Args:
        periods: the words for its time, anywhere in the sentence.
        scope: whether it is of the whole city or of one level, as the words in front of the number say.
        named: places, bodies and titles that the sentence or its heading names.
        lead: what else stands in front of the thing that is counted: whose it is, and about what.
        behind: what stands behind the number in its clause, and the aim in the next.

    """

    periods: frozenset[str]
    scope: frozenset[str]
    named: frozenset[str]
    lead: str
    behind: str


@dataclass(frozen=True, slots=True)
class _Printing:
    """One printing of a count, the number of its sentence and what that says of it."""

    figure: c.Figure
    sentence: int
    context: _Context


def find_contradictions(checked: CheckedDigest) -> Iterator[Doubt]:
    """One thing printed twice in one part of the report with different numbers, or as 人 here and 人次 there."""
    same: dict[tuple[str, str], list[c.Figure]] = defaultdict(list)
    for figure in checked.digest.figures:
        name = _BEFORE_NAME.sub("", compact(figure.thing or ""))
        if len(name) >= _LEAST_METRIC and not _LEVEL.search(name):
            same[figure.section, name].append(figure)
    headings = [one for one in checked.digest.sentences if one.disposition == "heading"]
    for figures in same.values():
        if len(figures) > 1 and len({(f.value, f.value_max, f.unit) for f in figures}) <= _MOST_VALUES:
            yield from _compare_printings(checked, figures, headings)


def _compare_printings(
    checked: CheckedDigest, figures: Sequence[c.Figure], headings: Sequence[c.SentenceOut]
) -> Iterator[Doubt]:
    """Each count against the first ones of another value."""
    earlier: dict[object, list[_Printing]] = defaultdict(list)
    for figure in figures:
        printing = _read_printing(checked, figure, headings)
        if printing is None:
            continue
        value = (figure.value, figure.value_max, figure.unit, figure.mode)
        for others in (found for key, found in earlier.items() if key != value):
            yield from (d for other in others if (d := _compare(checked, other, printing)))
        if len(earlier[value]) < _MOST_VALUES:
            earlier[value].append(printing)


def _compare(checked: CheckedDigest, one: _Printing, other: _Printing) -> Doubt | None:
    if not _is_same_count(one, other):
        return None
    first, second = one.figure, other.figure
    quotes = f"“{shorten_quote(first.quote)}”与“{shorten_quote(second.quote)}”"
    if first.unit == second.unit and _disagree(first, second):
        return build_figure_doubt(checked, "figures_disagree", f"同一事项前后数字不同：{quotes}", second)
    units = {first.unit, second.unit}
    if units & _PERSONS.words and units & _VISITS.words:
        return build_figure_doubt(checked, "persons_or_visits", f"同一事项一处论人、一处论人次：{quotes}", second)
    return None


def _read_printing(checked: CheckedDigest, figure: c.Figure, headings: Sequence[c.SentenceOut]) -> _Printing | None:
    """What the sentence of a figure says of it; None for the start of a change, which is compared with nothing."""
    sentence = checked.find_sentence(figure.start)
    if sentence is None:
        return None
    front = "".join(checked.view[sentence.start : figure.start].split())
    behind = "".join(checked.view[figure.end : max(figure.end, sentence.end)].split())
    if _START.search(front):
        return None
    words = checked.read_words(sentence)
    above = bisect_right(headings, figure.start, key=lambda heading: heading.start) - 1
    heading = checked.read_words(headings[above]) if above >= 0 else ""
    context = _Context(
        _find_words(_PERIOD, words),
        _find_words(_SCOPE, front),
        _find_words(_NAMED, words) | _find_words(_NAMED, heading),
        _read_lead(front, compact(figure.thing or "")),
        _read_behind(behind, compact(figure.thing or "")),
    )
    return _Printing(figure, sentence.n, context)


def _find_words(rule: Rule, words: str) -> frozenset[str]:
    return frozenset(found[0] for found in rule.finditer(words))


def _read_lead(front: str, thing: str) -> str:
    """The clauses in front of the thing, without time, own name and other counts of the same body."""
    place = front.rfind(thing)
    *whole, last = _MARK.split(front[:place] if place >= 0 else front)
    told = [_IDLE.sub("", clause) for clause in whole]
    told = [clause for clause in told if not (_DEED.match(clause) and re.search(r"\d", clause))]
    return ",".join(filter(None, (*told, _IDLE.sub("", last))))


def _read_behind(behind: str, thing: str) -> str:
    """The rest of the clause without the thing itself, and the clause behind it where that names an aim."""
    mark = _MARK.search(behind)
    clause = behind[: mark.start()] if mark else behind
    aim = _PURPOSE.match(behind, mark.start()) if mark else None
    return f"{clause.removeprefix(thing)}{aim[0] if aim else ''}"


def _is_same_count(one: _Printing, other: _Printing) -> bool:
    """Whether two printings, as far as words tell, count the very same."""
    first, second = one.figure, other.figure
    if first.direction != second.direction or (first.actor and second.actor and first.actor != second.actor):
        return False
    return abs(one.sentence - other.sentence) >= _APART and one.context == other.context


def _disagree(first: c.Figure, second: c.Figure) -> bool:
    if estimate_most(first) >= estimate_least(second) and estimate_most(second) >= estimate_least(first):
        return False
    if first.value is None or second.value is None:
        return False
    coarse = max(_measure_step(first.quote), _measure_step(second.quote))
    return abs(first.value - second.value) > coarse / 2


def _measure_step(quote: str) -> float:
    """The step of a printed number, in which it may be rounded: 0.1亿 for 12.8亿元, 100 for 1300件, 1 for 30次."""
    printed = re.search(r"(\d[\d,]*)(?:\.(\d+))?([万亿]*)", "".join(quote.split()))
    if printed is None:
        return 0.0
    whole, places, scales = printed[1].replace(",", ""), printed[2] or "", printed[3]
    zeros = 0 if places else len(whole) - len(whole.rstrip("0"))
    step = Decimal(10) ** (-len(places) if places else (zeros if zeros > 1 else 0))
    for scale in scales:
        step *= 10_000 if scale == "万" else 100_000_000
    return float(step) if places or scales or zeros > 1 else 0.0


def estimate_least(figure: c.Figure) -> float:
    """The least that a figure may mean, by the words around its number."""
    value = figure.value if figure.value is not None else 0.0
    return value * {"about": 0.9, "nearly": 0.8, "at_most": 0.0}.get(figure.mode, 1.0)


def estimate_most(figure: c.Figure) -> float:
    """The most that a figure may mean, by the words around its number."""
    if figure.value is None:
        return float("inf")
    top = figure.value_max if figure.value_max is not None else figure.value
    return top * {"about": 1.1, "over": _UNBOUND, "at_least": _UNBOUND}.get(figure.mode, 1.0)
