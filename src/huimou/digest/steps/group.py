"""Units to groups: consecutive sentences about one thing, each a candidate item of the digest.

Grouping is the program's: a small model that is asked to group repeats itself or loops. A sentence joins the one before
it when it leans on it (其中, 该, 提出的……), is a short tail, or speaks of the same thing in the same words; no group
grows beyond what one summary can hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.report import Group, ItemKind, Outline, Role, Unit

Theme = Callable[[str], str | None]
# A long paragraph says one thing a sentence or two; a bullet of a few sentences says one thing.
_LONG_UNIT, _FEW = 7, 2
LONGEST_GROUP = 200
_SMALL = 90
_TAIL = 24
_SHARED = 3
_ALIKE = 3  # characters
_LEANS = get_rule("items.leans_on_sentence_before")
_NEW = get_rule("items.opens_a_point")
_MARKER = get_rule("items.number_of_lead")
_IN_EVERY_REPORT = get_rule("items.words_of_every_report")
_KINDS: dict[Role, ItemKind] = {"plan": "task", "shortcomings": "shortcoming"}


def group_sentences(text: str, outline: Outline, theme: Theme | None = None) -> tuple[Group, ...]:
    """Candidate items in the order of the text; every sentence of every unit is in exactly one group.

    `theme` names the domain that a sentence's own words speak for, None where they speak for none: sentences of
    different themes do not join unless the second leans on the first.
    """
    view = fold(text)
    bodies = {s.n: re.sub(r"\s+", "", view[s.start : s.end]) for s in outline.sentences}
    themes = {n: theme(body) if theme else None for n, body in bodies.items()}
    return tuple(group for unit in outline.units for group in _split_unit(unit, _Words(bodies, themes)))


@dataclass(frozen=True, slots=True)
class _Words:
    """Two tables by number of the sentence: folded words without white space, and the domain that they speak for."""

    bodies: dict[int, str]
    themes: dict[int, str | None]


def _split_unit(unit: Unit, words: _Words) -> Iterator[Group]:
    bodies = words.bodies
    lead = _MARKER.sub("", bodies[unit.lead]).strip("*●■◆-。 ") if unit.lead else None
    whole = unit.sentences if unit.lead is None or unit.lead in unit.sentences else (unit.lead, *unit.sentences)
    for ordinal, numbers in enumerate(_split_runs(whole, words, lead=unit.lead), start=1):
        yield Group(
            f"{unit.id}.{ordinal}", _KINDS.get(unit.role, "achievement"), unit.role, numbers, unit.headings, lead
        )


def _split_runs(sentences: Sequence[int], words: _Words, *, lead: int | None) -> list[tuple[int, ...]]:
    runs: list[list[int]] = []
    most = _FEW if len(sentences) >= _LONG_UNIT else len(sentences)
    for number in sentences:
        full = bool(runs) and sum(n != lead for n in runs[-1]) >= most
        if runs and (runs[-1] == [lead] or _belongs_to_run(runs[-1], number, words, full=full)):
            runs[-1].append(number)
        else:
            runs.append([number])
    return [tuple(run) for run in runs]


def _belongs_to_run(run: Sequence[int], number: int, words: _Words, *, full: bool) -> bool:
    """Whether a sentence is about what the run is about; a run that is `full` takes only one that leans on it."""
    bodies = words.bodies
    body, before = bodies[number], "".join(bodies[n] for n in run)
    together = len(before) + len(body)
    if _NEW.match(body) or together > LONGEST_GROUP:
        return False
    if _LEANS.match(body) or _is_parallel(bodies[run[-1]], body):
        return True
    themes = {words.themes[number], words.themes[run[-1]]} - {None}
    if len(themes) > 1 or full:
        return False
    if together <= _SMALL:
        return True
    if len(body) <= _TAIL and len(before) <= LONGEST_GROUP - _TAIL - _SMALL:
        return True
    return len(_collect_bigrams(before) & _collect_bigrams(body)) >= _SHARED + together // 40


def _is_parallel(before: str, body: str) -> bool:
    """Whether two members of one printed sentence begin alike: 「在破解……上深度协商；在破解……上出谋划策」."""
    return before.endswith(";") and before[:_ALIKE] == body[:_ALIKE]


def _collect_bigrams(body: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters, without those that every report repeats."""
    chinese = _IN_EVERY_REPORT.sub("", body)
    return frozenset(
        pair
        for pair in (chinese[i : i + 2] for i in range(len(chinese) - 1))
        if re.fullmatch(r"[\u4e00-\u9fff]{2}", pair)
    )
