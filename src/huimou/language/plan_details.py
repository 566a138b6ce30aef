"""Targets, deadlines and lead units of a task, as printed; absent where the text is silent, never filled in.

A target is a clause that sets a number (增长6%左右), a goal without one (与经济增长同步) or a date (年内建成).
What is so already (已建成30个), how large a thing is (总投资5亿元的项目) and where a rise starts (由12%) is no target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from huimou.language.figures.numerals import is_measure
from huimou.language.rules import get_rule
from huimou.language.text import View, fold, join_lines, to_plain
from huimou.model.report import Quantity, Span, select_figures

_DEADLINE = get_rule("plan_terms.deadline")
_LABEL = get_rule("plan_terms.responsible")
_LIMIT = get_rule("plan_terms.time_limit")
_NAMED = get_rule("plan_terms.not_of_this_task")
_BY = get_rule("plan_terms.by_whom")
_TAIL = get_rule("plan_terms.label_at_the_end")
_HEAD = get_rule("plan_terms.label_at_the_start")
_HELPS = get_rule("plan_terms.helps")
_AIM = get_rule("plan_terms.aim")
_LEVEL = get_rule("plan_terms.kept_at")
_BEFORE = get_rule("plan_terms.limit_in_front")
_AFTER = get_rule("plan_terms.limit_behind")
_GOAL = get_rule("plan_terms.goal_without_a_number")
_AS_FAST = get_rule("plan_terms.as_fast_as")
_ALREADY = get_rule("plan_terms.already")
_PAST = get_rule("plan_terms.past")
_AHEAD = get_rule("plan_terms.ahead")
_HEADING = get_rule("plan_terms.heading_counted")
_FROM = get_rule("plan_terms.starting_level")
_TO = get_rule("plan_terms.end_of_a_change")
_SIZE = get_rule("plan_terms.size")
_INVESTED = get_rule("plan_terms.invested_in_front")
_OF_A_THING = get_rule("plan_terms.of_a_thing")
_POLICY = get_rule("plan_terms.policy")
_CARRIES_OUT = get_rule("plan_terms.carrying_out")
_CAMPAIGN = get_rule("plan_terms.campaign")
_THING = get_rule("plan_terms.thing_behind_a_limit")
_SETTLED = get_rule("plan_terms.settlement")
_HOURS = get_rule("plan_terms.service_hours")
_NAMED_BY_HOURS = get_rule("plan_terms.named_by_hours")
_CAPACITY = get_rule("plan_terms.capacity")
_PLANT = get_rule("plan_terms.plant")
_BUILDS = get_rule("plan_terms.builds")
_CUT = re.compile(r",(?!(?<=\d,)\d{3}(?!\d))|[;。!?]|:(?!\d)")
_MEMBER = re.compile("[^、]+")
_WORD = re.compile(r"\w")
_OPEN, _CLOSE = "《(“「『【〈", "》)”」』】〉"


@dataclass(frozen=True, slots=True)
class TaskAim:
    """One target: `start` to `end` is its clause in the text; `figure` the quantity that it sets, if it sets one.

    `modifier`, `deadline` and `responsible` are as printed, simplified; `metric` only where there is no figure.
    """

    start: int
    end: int
    text: str
    figure: Quantity | None
    metric: str | None
    modifier: str | None
    deadline: str | None
    responsible: str | None = None


@dataclass(frozen=True, slots=True)
class TaskTerms:
    """All targets of a task, and all its deadlines and lead units, in the order of the text, each once."""

    aims: tuple[TaskAim, ...] = ()
    deadlines: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()

    @property
    def target(self) -> str | None:
        """The clauses of the targets, joined by ；."""
        return _join_parts([aim.text for aim in self.aims])

    @property
    def deadline(self) -> str | None:
        """The deadlines, joined by ；."""
        return _join_parts(self.deadlines)

    @property
    def lead(self) -> str | None:
        """The lead units, joined by ；."""
        return _join_parts(self.responsible)


def _join_parts(parts: Sequence[str]) -> str | None:
    return "；".join(dict.fromkeys(parts)) or None


@dataclass(frozen=True, slots=True)
class TaskSentence:
    """One sentence of a task: where it starts in the report, its text as printed, and the figures that lie in it."""

    start: int
    text: str
    figures: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence of the evidence.

    Args:
        start: offset in the report.
        text: of the sentence.
        view: of the sentence, which leads back to the report.
        words: the sentence folded, in one line.
        bare: `words` of the same length, with names and labelled time limits masked.
    """

    start: int
    text: str
    view: View
    words: str
    bare: str

    def read_printed(self, start: int, end: int) -> str:
        """A range of `words` as the report prints it, simplified."""
        if start >= end:
            return ""
        first, last = self.view.map_back(start, end)
        return to_plain(self.text[first - self.start : last - self.start])


def find_task_terms(text: str, spans: Sequence[Span], figures: Sequence[Quantity]) -> TaskTerms:
    """Read the terms of a task.

    Args:
        text: the report.
        spans: the sentences of the task, as code point ranges of the text.
        figures: the quantities of the report; those outside the spans are not looked at.

    """
    return read_task_terms(cut_task_sentences(text, spans, figures))


def cut_task_sentences(text: str, spans: Sequence[Span], figures: Sequence[Quantity]) -> tuple[TaskSentence, ...]:
    """The sentences of a task in the order of the text, with all that its terms are read from."""
    return tuple(
        TaskSentence(span.start, text[span.start : span.end], tuple(select_figures(figures, span.start, span.end)))
        for span in sorted(spans, key=lambda span: span.start)
    )


def read_task_terms(sentences: Sequence[TaskSentence]) -> TaskTerms:
    """The terms of a task, given as its sentences."""
    aims: list[TaskAim] = []
    deadlines: list[str] = []
    responsible: list[str] = []
    for given in sentences:
        sentence = _build_sentence(given)
        named = list(_find_responsible(sentence))
        limit = _LIMIT.search(sentence.words)
        within = range(*sentence.view.map_back(*limit.span("when"))) if limit else range(0)
        own = list(_find_aims(sentence, [f for f in given.figures if f.start not in within]))
        if limit:
            printed = sentence.read_printed(*limit.span("when")).strip()
            aims = [aim if own or aim.deadline else replace(aim, deadline=printed) for aim in aims]
            own = [aim if aim.deadline else replace(aim, deadline=printed) for aim in own]
        if named and not own:
            aims = [
                aim if aim.responsible else replace(aim, responsible=_join_parts([who for *_, who in named]))
                for aim in aims
            ]
        aims += [replace(aim, responsible=_select_responsible(aim, named)) for aim in own]
        deadlines += _find_deadlines(sentence)
        responsible += [who for *_, who in named]
    return TaskTerms(tuple(aims), tuple(dict.fromkeys(deadlines)), tuple(dict.fromkeys(responsible)))


def _build_sentence(given: TaskSentence) -> _Sentence:
    joined = join_lines(given.text)
    view = View(joined.text, tuple(given.start + place for place in joined.origin))
    words = fold(view.text)
    bare = _NAMED.sub(lambda name: name[0][0] + "某" * (len(name[0]) - 2) + name[0][-1], words)
    bare = _LIMIT.sub(lambda limit: "某" * len(limit[0]), bare)
    return _Sentence(given.start, given.text, view, words, bare)


def _select_responsible(aim: TaskAim, named: Sequence[tuple[int, int, str]]) -> str | None:
    """Whoever is named within the aim's clause, else first behind it, where （责任单位：…） stands."""
    inside = [who for start, _, who in named if aim.start <= start < aim.end]
    after = [(start, who) for start, _, who in named if start >= aim.end]
    nearest = [who for start, who in after if start == min(after)[0]]
    return _join_parts(inside or nearest or [who for *_, who in named])


def _find_responsible(sentence: _Sentence) -> Iterator[tuple[int, int, str]]:
    """Places in the text and printed names of whoever leads or answers; who merely helps is left out."""
    found = [match.span("who") for match in _LABEL.finditer(sentence.words) if not _HELPS.match(match["label"])]
    found += [match.span("by" if match["by"] else "self") for match in _BY.finditer(sentence.words)]
    for start, end in sorted(found):
        yield (*sentence.view.map_back(start, end), sentence.read_printed(start, end).strip("、, "))


def _find_deadlines(sentence: _Sentence) -> list[str]:
    if _is_past(sentence.words):
        return []
    found = [match.span("when") for match in _LIMIT.finditer(sentence.words)]
    found += [
        match.span()
        for start, end in _split_clauses(sentence.words)
        if not _ALREADY.search(sentence.bare[start:end])
        for match in _DEADLINE.finditer(sentence.bare, start, end)
    ]
    return [sentence.read_printed(*place).strip() for place in sorted(found)]


def _is_past(words: str) -> bool:
    return _PAST.match(words) is not None and not _AHEAD.search(words)


def _split_clauses(words: str) -> list[tuple[int, int]]:
    """Clauses without their closing mark; what stands in brackets and quotation marks is never cut."""
    cuts: list[int] = []
    last = still_open = 0
    for match in _CUT.finditer(words):
        passed = words[last : match.start()]
        still_open += sum(map(passed.count, _OPEN)) - sum(map(passed.count, _CLOSE))
        last = match.start()
        if still_open <= 0:
            cuts.append(last)
    bounds = [(start, end) for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(words)], strict=True)]
    return [(start, end) for start, end in bounds if _WORD.search(words, start, end)]


def _find_aims(sentence: _Sentence, figures: Sequence[Quantity]) -> Iterator[TaskAim]:
    """Targets of one sentence; a clause that is only a date or 力争 governs the clauses after it."""
    if _is_past(sentence.words):
        return
    origin = sentence.view.origin
    governing: tuple[str | None, str | None] = (None, None)
    for start, end in _split_clauses(sentence.words):
        words = sentence.bare[start:end]
        first = _DEADLINE.search(words)
        deadline = sentence.read_printed(start + first.start(), start + first.end()) if first else None
        aim = _AIM.search(words)
        if first and not _WORD.search(_AIM.sub("", words[: first.start()] + words[first.end() :])):
            governing = (deadline, aim[0] if aim else None)
            continue
        own = [f for f in figures if origin[start] <= f.start and f.end <= origin[end - 1] + 1]
        found = list(_find_clause_aims(sentence, (start, end), own, (deadline or governing[0], governing[1])))
        yield from found


def _find_clause_aims(
    sentence: _Sentence, place: tuple[int, int], figures: Sequence[Quantity], governed: tuple[str | None, str | None]
) -> Iterator[TaskAim]:
    """The targets of one clause: one for each figure that it sets, else one for its goal or date."""
    start, end = place
    words = sentence.bare[start:end]
    lead = _HEAD.match(words)
    shift = lead.end() if lead else len(words) - len(words.lstrip())
    label = _TAIL.search(words)
    if label and any(figure.end > sentence.view.origin[start + label.start()] for figure in figures):
        label = None
    if label and not words[: label.start()].strip():
        return
    end = start + label.start() if label else end
    span = sentence.view.map_back(start + shift, end)
    text = sentence.read_printed(start + shift, end).strip(" 、")
    deadline, aim = governed
    done, any_set = start, False
    for figure in figures:
        first = sentence.view.origin.index(figure.start)
        last = sentence.view.origin.index(figure.end - 1) + 1
        here = _AIM.search(sentence.words, done, first)
        aim = here[0] if here else aim
        if _is_set(sentence.words, (start, first, last), figure):
            any_set = True
            modifier = _find_modifier(sentence.words[done:first], sentence.words[first:last], aim)
            yield TaskAim(*span, text, figure, figure.counted, modifier, deadline)
        done = last
    own_date = _DEADLINE.search(words)
    parts = _split_dated_parts(sentence, start, end) if own_date and not figures else []
    if parts and not _ALREADY.search(words):
        here = _AIM.match(words.lstrip())
        for part, due in parts:
            yield TaskAim(
                *sentence.view.map_back(*part), sentence.read_printed(*part), None, None, here[0] if here else aim, due
            )
    elif not any_set and (own_date or _GOAL.search(words)) and not _ALREADY.search(words):
        here = _AIM.search(words)
        of = _AS_FAST.match(words)
        metric = sentence.read_printed(start + of.start("of"), start + of.end("of")) if of else None
        yield TaskAim(*span, text, None, metric, here[0] if here else aim, deadline)


def _split_dated_parts(sentence: _Sentence, start: int, end: int) -> list[tuple[tuple[int, int], str]]:
    """The parts of a clause between 、 with their dates, if each has one (A年内通车、B三季度开工); else none."""
    parts = [match.span() for match in _MEMBER.finditer(sentence.bare, start, end)]
    if len(parts) < 2 or not all(_WORD.search(sentence.bare[first:last]) for first, last in parts):
        return []
    dates = [_DEADLINE.search(sentence.bare[first:last]) for first, last in parts]
    found = [
        ((first, last), sentence.read_printed(first + date.start(), first + date.end()))
        for (first, last), date in zip(parts, dates, strict=True)
        if date and date.end() < last - first
    ]
    return found if len(found) == len(parts) else []


def _is_set(words: str, place: tuple[int, int, int], figure: Quantity) -> bool:
    """Whether the clause sets the figure: it is not so already, no size of a thing and no start of a rise."""
    start, first, last = place
    before, after = words[start:first], words[last : last + 12]
    reasons = (
        _ALREADY.search(before),
        _FROM.search(before) or _TO.match(after),
        _SIZE.search(before) or (_INVESTED.search(before[-4:]) and _OF_A_THING.match(after)),
        _POLICY.match(after) and _CARRIES_OUT.search(before),
        _HEADING.match(after),
        _is_class(figure, words[first:last], after),
        figure.unit in _HOURS.words and _NAMED_BY_HOURS.match(after),
        figure.unit in _CAPACITY.words and _PLANT.match(after) and (after[0] == "级" or not _BUILDS.search(before)),
    )
    return not any(reasons)


def _is_class(figure: Quantity, quote: str, after: str) -> bool:
    """Whether 20年以上 or 30户以上 classifies the thing behind it, or 四个 counts the headings of a campaign."""
    if not re.search(r"\d", quote) and _CAMPAIGN.match(after):
        return True
    if not _AFTER.search(quote) or figure.unit == "%" or not _THING.match(after):
        return False
    settled = figure.unit in {"户", "人", None} and _SETTLED.match(after) is not None
    return is_measure(figure.unit) or figure.unit == "年" or settled


def _find_modifier(before: str, quote: str, aim: str | None) -> str | None:
    """The words that limit the number, as printed: 力争…突破, 控制在…以内, 左右."""
    level = _LEVEL.search(before[-6:])
    ahead = _BEFORE.match(quote)
    behind = _AFTER.search(quote)
    near = "".join(match[0] for match in (level, ahead) if match)
    parts = [aim or "", near, behind[0] if behind else ""]
    return "…".join(part for part in parts if part) or None
