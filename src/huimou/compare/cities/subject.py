"""Reading what a figure counts from its metric, unit, actor and sentence; or why it cannot be compared.

In doubt a figure is not compared: that it is the total of the period must be plain from the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from huimou.compare.cities import lexicon as words
from huimou.compare.cities.known import FigureContext
from huimou.compare.cities.model import ReportPart, Subject
from huimou.language.figures.counted import split_counted
from huimou.language.profiles.profile import Profile
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.digest import Figure
from huimou.model.report import GOVERNMENT, OTHERS, OWN_BODY

UNSAID = "没有写明是全期总数"
NOBODY = "未能判明是谁做的"
_ENDS = get_rule("comparison_subjects.end_of_a_subject")
_LIST = get_rule("comparison_subjects.list")
_LIST_IN_FRONT = get_rule("comparison_subjects.list_in_front")
_LIST_BEHIND = get_rule("comparison_subjects.list_behind")
_FIGURE_END = get_rule("comparison_subjects.end_of_another_figure")
_FILLER = get_rule("comparison_subjects.filler")
_AVERAGE_BEHIND = get_rule("comparison_subjects.yearly_average")
_AVERAGE = get_rule("comparison_subjects.average_in_front")
_RATE = get_rule("comparison_subjects.rate")
_AMONG_OTHERS = get_rule("comparison_subjects.among_others")
_AREA = get_rule("comparison_subjects.whole_area")
_LEVEL = get_rule("comparison_subjects.level")
_EXAMPLES = get_rule("comparison_subjects.examples_of_topics")
_BASE = get_rule("comparison_subjects.base_of_a_level")
_NEXT_STATE = get_rule("comparison_subjects.next_state")
_PAPER = get_rule("comparison_subjects.title_of_a_paper")
_ROW_OF = 3


@dataclass(frozen=True, slots=True)
class SubjectReading:
    """The subject of a figure, and the reason (Chinese) where it must not be compared."""

    subject: Subject | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReportFrame:
    """What holds for all figures of a report.

    Args:
        profile: of its kind; None if the kind is unknown.
        start: first year of the review; None if unknown.
        end: last year of the review; None if unknown.

    """

    profile: Profile | None
    start: int | None
    end: int | None

    @property
    def years(self) -> int | None:
        """How many years the review covers."""
        return self.end - self.start + 1 if self.start is not None and self.end is not None else None


@dataclass(frozen=True, slots=True)
class CountedThing:
    """What a sentence says is counted: status, thing and change."""

    status: str
    thing: str
    change: str


def read_subject(
    figure: Figure, text: FigureContext | None, frame: ReportFrame, previous: CountedThing | None = None, row: int = 1
) -> SubjectReading:
    """The subject of a figure.

    Args:
        figure: the figure.
        text: its sentence; None where no item cites the figure.
        frame: kind and years of its report.
        previous: what the figure before it in the same sentence and unit counts; 立案280件 is of the same thing.
        row: number of figures in the sentence.

    """
    part = _part(figure)
    years = 1 if part == "plan" else frame.years
    reason = _missing(figure, part, years, text)
    if reason or part is None or years is None or text is None or text.before is None:
        return SubjectReading(None, reason)
    counted = read_counted(figure, text, previous)
    if isinstance(counted, str):
        return SubjectReading(None, counted)
    actor = _find_actor(figure, counted, frame)
    whose = _whose(actor, text, frame)
    subject = Subject(part, counted.thing, counted.status, figure.unit or "", counted.change, whose, years)
    return SubjectReading(subject, _unfit(subject, actor, text.before, frame, row))


def _find_actor(figure: Figure, counted: CountedThing, frame: ReportFrame) -> str | None:
    """Whose a figure is: nobody's where a government's report says that it 完成 an indicator of the whole area.

    The stages (立案, 办复) of what the body alone receives are its own, for which reports name no doer.
    """
    if frame.profile is None:
        return figure.actor
    if counted.thing in words.INDICATORS.words and frame.profile.owns_government_figures:
        return None if figure.actor == GOVERNMENT else figure.actor
    own = counted.status in words.CHAIN.words and counted.thing in words.COUNTED_AT_LARGE.words
    return figure.actor or (OWN_BODY if frame.profile.forms_of_work and own else None)


def drop_base(text: FigureContext | None) -> FigureContext | None:
    """A figure's text without the level of an earlier year before it, as in 由2023年的300亿元增加到318亿元."""
    return replace(text, before=_BASE.sub("", text.before)) if text is not None and text.before else text


def _part(figure: Figure) -> ReportPart | None:
    return None if figure.section == "other" else figure.section


def _missing(figure: Figure, part: ReportPart | None, years: int | None, text: FigureContext | None) -> str | None:
    """Why a figure cannot be read at all; None if it can."""
    checks = (
        (part is None, "不在工作回顾或计划之内"),
        (figure.value is None and figure.value_max is None, "原文是不定数"),
        (not figure.unit, "没有量词或单位"),
        (not figure.thing, "未能读出所计事项"),
        (years is None, "报告的起止年份不明"),
        (text is None, "没有条目引用这一句"),
        (text is not None and text.before is None, "引文不含句首，口径不明"),
    )
    return next((reason for wrong, reason in checks if wrong), None)


def read_counted(figure: Figure, text: FigureContext, previous: CountedThing | None = None) -> CountedThing | str:
    """Status and thing that are counted, or why they cannot be read (Chinese)."""
    metric, before = fold(figure.thing or ""), text.before or ""
    front = _FILLER.sub("", before)
    if front.endswith(metric):
        return _in_front(figure, metric, front[: -len(metric)], text, previous)
    if text.after.startswith(metric):
        return _behind(metric, before, text.after[len(metric) :])
    if previous is not None and _is_change_of(previous, metric, front) and _ENDS.match(text.after):
        return _read_change(metric, text.after, previous)
    return "与其他事项合计或并列" if _AMONG_OTHERS.search(before) else "所计事项由多处文字拼成，口径不明"


def _is_change_of(previous: CountedThing, metric: str, front: str) -> bool:
    """Whether a number only says how the one before it changed, as in 地区生产总值280亿元,增长5%."""
    change = words.CHANGE.search(metric)
    return change is not None and name_thing(metric[: change.start()]) == previous.thing and front.endswith(change[0])


def name_thing(thing: str) -> str:
    """The name by which a thing is compared: without 全市 before an indicator, and one name for all its names."""
    bare = words.AREA_IN_FRONT.sub("", thing)
    known = str(words.ALIASES.map.get(bare, bare))
    return known if known in words.INDICATORS.words else str(words.ALIASES.map.get(thing, thing))


def _in_front(
    figure: Figure, metric: str, ahead: str, text: FigureContext, previous: CountedThing | None
) -> CountedThing | str:
    behind = words.STATUS_BEHIND.match(text.after)
    if not behind and not _ENDS.match(text.after):
        return "数后另有限定，口径不明"
    if _LIST.search(metric) or (_LIST_IN_FRONT.search(ahead) and not _FIGURE_END.search(ahead)):
        return "与其他事项合计或并列"
    lead = words.SELF.sub("", metric)
    if figure.unit in words.RATES.words or figure.direction is not None:
        return _read_change(lead, text.after, previous)
    return "是多年的情况，统计期不同" if _AVERAGE_BEHIND.match(text.after) else _read_count(lead, behind, previous)


def _read_count(lead: str, behind: re.Match[str] | None, previous: CountedThing | None) -> CountedThing | str:
    """What a number behind its name counts; `behind` are the words after it that say what became of the thing."""
    alone = words.STATUS_ALONE.fullmatch(lead)
    if alone and previous is not None:
        return CountedThing(_name_status(alone["status"]), previous.thing, "")
    if (indicator := name_thing(lead)) in words.INDICATORS.words:
        return CountedThing("", indicator, "")
    status, thing = split_counted(lead)
    if behind and status:
        return "数后另有限定，口径不明"
    return _accept_pair(behind["status"] if behind else status, thing)


def _behind(metric: str, before: str, rest: str) -> CountedThing | str:
    if _LIST_BEHIND.match(rest) or _LIST.search(metric):
        return "与其他事项合计或并列"
    if _AMONG_OTHERS.search(before):
        return "所举为部分事例"
    behind, verb = words.STATUS_BEHIND.match(rest), words.VERB_BEFORE.search(before)
    if verb if behind else not _ENDS.match(rest):
        return "数后另有限定，口径不明"
    if behind:
        return _accept_pair(behind["status"], metric)
    if verb is None:
        return "没有写明做了什么（如收到、立案、办理）"
    return _accept_pair("" if verb["verb"] in words.HELD.words else verb["verb"], metric)


def _read_change(lead: str, after: str, previous: CountedThing | None) -> CountedThing | str:
    """A rate or a change, whose whole name is the thing; 办复率 behind 立案提案 is that of 提案."""
    change = words.CHANGE.search(lead)
    thing = lead[: change.start()] if change else lead
    base = (change["base"] or "") if change else ""
    way = f"{'' if base in words.SAME_PERIOD.words else base}{change['way']}" if change else ""
    thing = name_thing(thing)
    if _AVERAGE.search(base) or _AVERAGE_BEHIND.match(after):
        return "是多年平均，统计期不同"
    bare = words.STATUS_START.sub("", _RATE.sub("", thing))
    if thing not in words.INDICATORS.words and (len(thing) < 4 or not bare):
        counted = words.STATUS_END.sub("", _RATE.sub("", previous.thing)) if previous else ""
        if counted not in words.COUNTED_AT_LARGE.words or not _RATE.search(thing):
            return "没有写明是什么的比率"
        thing = counted + thing
    return CountedThing("", thing, way)


def _accept_pair(status: str, thing: str) -> CountedThing | str:
    """The status and thing if both are words of the lexicon, else why they cannot be compared."""
    thing = name_thing(words.EVERY.sub("", thing))
    if words.REST.match(thing):
        return "是除去别项之后的数"
    if len(thing) < 2 or thing in words.THIN.words:
        return "事项写得过于笼统"
    if not status and not words.ACTIVITY.search(thing) and thing not in words.INDICATORS.words:
        return "没有写明做了什么（如收到、立案、办理）"
    return CountedThing(_name_status(status), thing, "")


def _name_status(status: str) -> str:
    return str(words.SAME_STATUS.map.get(status, status))


def _whose(actor: str | None, text: FigureContext, frame: ReportFrame) -> str:
    """Who did it and for which area; empty for the state of an area."""
    reach = [_LEVEL.sub("域", one[0]) for one in words.REACH.finditer(text.before or "")]
    if frame.profile and frame.profile.owns_government_figures:
        reach = [one for one in reach if not _AREA.search(one.replace("域", "市"))]
    return "·".join(dict.fromkeys([actor or "", *reach])).strip("·")


def _unfit(subject: Subject, actor: str | None, before: str, frame: ReportFrame, row: int) -> str | None:
    """Why a figure that could be read must still not be compared; None if it may."""
    state = subject.thing in words.INDICATORS.words
    nobodys = state or (subject.unit in words.RATES.words and _RATE.search(subject.thing))
    if words.LOCAL_RATE.search(subject.thing):
        return "这类比率各地算法不一"
    if actor in {None, OTHERS} and not nobodys:
        return NOBODY
    if nobodys and (actor not in {None, OWN_BODY} or words.PLACE.search(before)):
        return "所指范围不是全域"
    at_large = bool(words.ACTIVITY.search(subject.thing)) or subject.thing in words.COUNTED_AT_LARGE.words
    listed = frame.profile is not None and frame.profile.forms_of_work and at_large and row >= _ROW_OF
    told = _NEXT_STATE.sub("", _EXAMPLES.sub("", before))
    return _not_whole(subject, told, frame, counts_alone=not state and not listed)


def _not_whole(subject: Subject, before: str, frame: ReportFrame, *, counts_alone: bool) -> str | None:
    """Why a figure is not the total of the report's years; with `counts_alone` the sentence must say that it is."""
    if subject.part == "review" and words.WISHED.search(before):
        return "是目标而不是结果"
    if _other_time(before, subject, frame):
        return "统计期与报告期不同"
    since = _since_period(before)
    if words.TOPIC.search(_without_listed_titles(since)):
        return "只就某一议题、活动或部分事项而言"
    if subject.part == "review" and counts_alone and since == before:
        return UNSAID
    return None


def _other_time(before: str, subject: Subject, frame: ReportFrame) -> bool:
    """Whether the sentence names other years than those of the report."""
    own = set(range(frame.start or 0, (frame.end or 0) + 1)) if subject.years == 1 else set()
    years = {int(year) for year in words.YEAR.findall(words.WHOLE_TERM.sub("", before))}
    if subject.part == "plan":
        return bool(words.OTHER_TIME.search(before) or len(years) > 1 or words.WHOLE_TERM.search(before))
    wrong = words.WHOLE_TERM if subject.years == 1 else words.WHOLE_YEAR
    right = words.WHOLE_YEAR if subject.years == 1 else words.WHOLE_TERM
    summed = words.SUMMED_UP.search(before) and not right.search(before)
    return bool(years - own or wrong.search(before) or words.OTHER_TIME.search(before) or summed)


def _since_period(before: str) -> str:
    """The text between the words that name the period and the number; all of it where no period is named."""
    marks = [one.end() for pattern in (words.WHOLE_YEAR, words.WHOLE_TERM) for one in pattern.finditer(before)]
    return before[max(marks) :] if marks else before


def _without_listed_titles(since: str) -> str:
    """The text without titles of papers in earlier clauses that have a number of their own."""
    *earlier, own = since.split(",")
    return ",".join([*(_PAPER.sub("", one) if re.search(r"\d", one) else one for one in earlier), own])
