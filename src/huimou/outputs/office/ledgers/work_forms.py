"""The words of a report for the form in which the body worked (调研) and for what came of it (采纳).

Both columns are left empty rather than wrong: a word counts only where the sentence says that it happened, not in the
name of a document or an activity, a demand, or a set phrase. The words are the rules of `work_forms.toml`; those that
decide an outcome name it in a group, or it is all that they find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from huimou.language.rules import get_rule, get_rules
from huimou.language.text import fold

_NAME = re.compile(r"《[^《》]*》|“[^“”]*”|\"[^\"\n]*\"|「[^「」]*」|『[^『』]*』")
_CLAUSE = re.compile(r"[^,。;!?\n]+")
_FORM = get_rule("work_forms.form")
_WORK_OF_OTHERS = get_rule("work_forms.work_of_others")
_OF_A_SYSTEM = get_rule("work_forms.of_a_system")
_SYSTEM_SET_UP = get_rule("work_forms.system_set_up")
_OUTCOMES = get_rules("work_forms")
_NOT_SO_YET = get_rule("work_forms.not_so_yet")
_SHOWN_AS = get_rule("work_forms.shown_as")


def find_work_forms(quotes: Iterable[str]) -> tuple[str, ...]:
    """The forms of work that quotes of a report name, in their order, each once."""
    found: dict[str, None] = {}
    for clause in _clauses(quotes):
        if _SYSTEM_SET_UP.fullmatch(clause):
            continue
        for match in _FORM.finditer(clause):
            other = _WORK_OF_OTHERS.search(clause[: match.end()]) or _OF_A_SYSTEM.match(clause[match.end() :])
            if not other:
                found[match[0]] = None
    return tuple(found)


def find_outcomes(quotes: Iterable[str]) -> tuple[str, ...]:
    """The words for outcomes of the work in quotes of a report, in their order, each once."""
    found = [hit for number, clause in enumerate(_clauses(quotes)) for hit in _find_hits(number, clause)]
    return tuple(dict.fromkeys(word for *_, word in sorted(found)))


def _find_hits(number: int, clause: str) -> Iterator[tuple[int, int, str]]:
    for rule in _OUTCOMES.rules:
        for match in rule.finditer(clause):
            group = next((name for name, value in match.groupdict().items() if value), 0)
            if not _NOT_SO_YET.search(clause[: match.start(group)]):
                yield number, match.start(group), _SHOWN_AS.map.get(match[group], match[group])


def _clauses(quotes: Iterable[str]) -> list[str]:
    """The clauses of quotes, folded; a name in quotation marks is replaced by 《》."""
    return [clause for quote in quotes for clause in _CLAUSE.findall(_NAME.sub("《》", fold(quote)))]
