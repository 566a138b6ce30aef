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

_MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:份|底|末|初|[上中下]旬|\d{1,2}日)?"
_DONE = "建成|完成|完工|竣工|投产|投用|投入|开工|启动|通车|运营|开园|开业|开放|交付|并网|实现|建设"
_DEADLINE = re.compile(
    rf"(?:(?:今年|明年|20\d\d年)?(?:{_MONTH}|年[底末]|[一二三四]季度[末底]?|[上下]半年|国庆节?|春节|汛期|入[冬汛]|本届政府任期)(?:之前|以前|前))"
    rf"|(?:到|至|力争)(?:20\d\d年(?:[底末]|{_MONTH})?|“?十[三四五六]五”?(?:期?末|时期末)|[今明]年[底末]?|本届(?:政府|任期)末)(?!以来|至|到|—)(?:之?前|以前)?"
    rf"|20\d\d年(?:[底末])?(?:之前|以前|前)|(?:20\d\d|[今明])年[底末]"
    rf"|(?:今年|本年度?|[一二两三四五]年|\d年|本届任期|任期|规定时限)之?内(?!容)|年内(?!容)|(?:今年|明年)?[上下]半年|(?:今年|明年)?[一二三四]季度"
    rf"|(?<!\d)年[底末](?!的)|年中(?=实现|完成|建成)|{_MONTH}(?=(?:全[部面]|正式|顺利)?(?:{_DONE}))"
)
_ORGAN = r"(?:[\u4e00-\u9fff]|\([\u4e00-\u9fff]{1,12}\)){0,30}?(?:[局委办厅部处室院会组]|中心|公司|集团|政府|街道|部门)"
_WHO = (
    r"(?:(?:责任|牵头|主办|承办|实施)(?:单位|部门|科室)|(?:责任|牵头|分管|包[保抓])领导"
    r"|责任人|配合(?:单位|部门)|协办单位)"
)
_WHEN = r"(?:(?:完成|办结|办理|整改)?(?:时限|期限)(?:要求)?|完成时间)"
_NEXT = rf"(?=[。;)\n]|[,、\s]*(?:{_WHO}|{_WHEN}):|[,\s](?:责任|牵头|主办|承办|配合|协办|分管)|$)"
_LABEL = re.compile(rf"(?P<label>{_WHO}):\s*(?P<who>(?:[^。;()\n:]|\([^()\n:]{{1,20}}\)){{2,80}}?){_NEXT}")
_LIMIT = re.compile(rf"{_WHEN}:\s*(?P<when>[^。;),\n:]{{2,20}}?)(?=,|{_NEXT})")
# What a name, a quotation or a far-off aim of others says of dates is no deadline of the task.
_NAMED = re.compile(
    r"《[^《》]{1,80}》|“(?!十[一二三四五六七八九]五”)[^“”]{1,80}”"
    r"|(?:贯彻|落实|锚定|对标|对照|瞄准|朝着|围绕|按照|根据)[^,;。]{0,30}?[到至]20\d\d年[^,;。]{2,40}(?:目标|远景|愿景|蓝图|战略)"
)
_BY = re.compile(
    r"由(?P<by>[\u4e00-\u9fff()、]{2,24}?)(?:牵头|负责|承办|主办|组织实施)"
    rf"|(?:^|[(,;])(?!支持|鼓励|推动|引导|坚持|发挥|由|加强|强化)(?P<self>{_ORGAN}(?:、{_ORGAN})*?等?)(?:牵头|(?:按职责)?(?:分工)?负责)(?=[,。;)]|落实|$)"
)
_TAIL = re.compile(r"\((?:责任|牵头|主办|承办|实施|分管|包[保抓]|配合|协办)[^()]*\)$")
_HELPS = re.compile("配合|协办")
_CUT = re.compile(r",(?!(?<=\d,)\d{3}(?!\d))|[;。!?]|:(?!\d)")
_OPEN, _CLOSE = "《(“「『【〈", "》)”」』】〉"

_AIM = re.compile("力争|确保|争取|努力|力保")
_LEVEL = re.compile(r"(?:控制|保持|稳定|维持)在|(?:达到|提高到|提升到)(?=\S{0,3}以[上内下])")
_BEFORE, _AFTER = get_rule("plan_terms.limit_in_front"), get_rule("plan_terms.limit_behind")
_GOAL = re.compile(
    r"(?:与|和|同|跟)[^,]{2,24}?(?:基本)?同步(?:增长|提高)?$|翻[一两]番|清零$|全覆盖$|合理区间|(?:物?价格?|就业|产量|面积|水平|杠杆率|汇率)[^,]{0,10}稳定$|只增不减|"
    r"完成(?:国家|省|自治区|市|上级)[^,]{0,12}(?:任务|指标|目标)|(?:不低于|高于|快于)(?:全[国省区市]|上年|去年|同期|经济|城镇)|"
    r"力争(?=[^,]{0,16}(?:实现|达到|进入|突破|完成|争先|创[成建]|建成|成为|跻身|获批|开工|投[产用运]|落地|位居|前列|前茅|列入|入选))|"
    r"争取(?:早日|尽快|在[^,]{1,8})?(?:实现|达到|进入|争先|创[成建]|建成|跻身|获批)|争取[^,]{2,24}(?:获批|落地|开工|投产|列入[^,]*|入选[^,]*)$"
)
_AS_FAST = re.compile(r"^(?:力争|确保|保持)?(?P<of>[^,]{2,24}?)(?:与|和|同|跟)[^,]{2,24}?同步")
_ALREADY = re.compile(
    r"已(?!采)|现有|目前|截至|去年|上年|上一年|近年来|[一二三四五]年来|以来|此前|连续|原有|(?:[完建实开]|新增|达到|形成)成?了|存量(?=\d)"
)
_PAST = re.compile(
    r"^(?:去年|上年|过去|目前|截至|当前|近年来|[一五]年来|20\d\d年以来|“?十[一二三四]五”?(?:时期|期间)?以来)"
)
_AHEAD = re.compile(r"今年|明年|将|力争|确保|要|到20")
_STRUCTURE = re.compile(r"^(?:个|项)?(?:方面|环节|层面|维度|重点工作|关键|原则|坚持|领域|工作思路|要求)")
_FROM = re.compile(r"(?<![\u4e00-\u9fff]自)[从由][^,、到至为]{0,10}$")
_TO = re.compile(r"(?:提高|提升|增加|扩大|上调|调整|下降|降低|缩小|压减|缩短|[增降升])[到至为]")
_SIZE = re.compile(r"(?:总投资额?|总建筑面积|占地(?:面积)?|总规模)(?:约|近|超过?|达到?)?$")
_BUILDS = re.compile(r"(?:新增|达到?|[建完]成|建设|新建|实施|推进|投产|开工|布局|安排|并网|核准)$")
_SETTLED = re.compile("的?(?:自然村|行政村|村|县|乡镇|小区|城市)")
_POLICY = re.compile("(?:政策|措施|规定|要求|举措|意见|制度)")
_HOURS = frozenset({"小时", "天", "分钟"})
_CAPACITY = frozenset({"吨", "千瓦", "兆瓦", "吉瓦", "千伏安", "千瓦时", "立方米"})
_PLANT = re.compile(
    r"(?:级|的)?[\u4e00-\u9fff]{0,8}(?:项目|矿|电厂|机组|生产线|装置|基地|电站|码头|锅炉|风电|光伏|水库|储能|产能|工程)"
)


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
class _Sentence:
    """One sentence of the evidence.

    Args:
        text: of the report.
        view: of the sentence, which leads back to the text.
        words: the sentence folded, in one line.
        bare: `words` of the same length, with names and labelled time limits masked.
    """

    text: str
    view: View
    words: str
    bare: str

    def read_printed(self, start: int, end: int) -> str:
        """A range of `words` as the report prints it, simplified."""
        return to_plain(self.text[slice(*self.view.map_back(start, end))]) if start < end else ""


def find_task_terms(text: str, spans: Sequence[Span], figures: Sequence[Quantity]) -> TaskTerms:
    """Read the terms of a task.

    Args:
        text: the report.
        spans: the sentences of the task, as code point ranges of the text.
        figures: the quantities of the report; those outside the spans are not looked at.

    """
    aims: list[TaskAim] = []
    deadlines: list[str] = []
    responsible: list[str] = []
    for span in sorted(spans, key=lambda span: span.start):
        view = join_lines(text, span.start, span.end)
        sentence = _build_sentence(text, view)
        named = list(_find_responsible(sentence))
        limit = _LIMIT.search(sentence.words)
        within = range(*view.map_back(*limit.span("when"))) if limit else range(0)
        inside = [f for f in select_figures(figures, span.start, span.end) if f.start not in within]
        own = list(_find_aims(sentence, inside))
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


def _build_sentence(text: str, view: View) -> _Sentence:
    words = fold(view.text)
    bare = _NAMED.sub(lambda name: name[0][0] + "某" * (len(name[0]) - 2) + name[0][-1], words)
    return _Sentence(text, view, words, _LIMIT.sub(lambda limit: "某" * len(limit[0]), bare))


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
    cuts = [
        match.start()
        for match in _CUT.finditer(words)
        if sum(words.count(mark, 0, match.start()) for mark in _OPEN)
        <= sum(words.count(mark, 0, match.start()) for mark in _CLOSE)
    ]
    bounds = [(start, end) for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(words)], strict=True)]
    return [(start, end) for start, end in bounds if re.search(r"\w", words[start:end])]


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
        if first and not re.search(r"\w", _AIM.sub("", words[: first.start()] + words[first.end() :])):
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
    shift = len(words) - len(words.lstrip())
    label = _TAIL.search(words)
    if label and any(figure.end > sentence.view.origin[start + label.start()] for figure in figures):
        label = None
    if label and not words[: label.start()].strip():
        return
    end = start + label.start() if label else end
    span = sentence.view.map_back(start + shift, end)
    text = sentence.read_printed(start, end).strip(" 、")
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
            yield TaskAim(*span, text, figure, figure.metric, modifier, deadline)
        done = last
    own_date = _DEADLINE.search(words)
    if not figures and not _ALREADY.search(words) and (parts := _split_dated_parts(sentence, start, end)):
        here = _AIM.match(words.lstrip())
        for part, due in parts:
            yield TaskAim(
                *sentence.view.map_back(*part), sentence.read_printed(*part), None, None, here[0] if here else aim, due
            )
    elif not any_set and not _ALREADY.search(words) and (_GOAL.search(words) or own_date):
        here = _AIM.search(words)
        of = _AS_FAST.match(words)
        metric = sentence.read_printed(start + of.start("of"), start + of.end("of")) if of else None
        yield TaskAim(*span, text, None, metric, here[0] if here else aim, deadline)


def _split_dated_parts(sentence: _Sentence, start: int, end: int) -> list[tuple[tuple[int, int], str]]:
    """The parts of a clause between 、 with their dates, if each has one (A年内通车、B三季度开工); else none."""
    parts = [match.span() for match in re.compile("[^、]+").finditer(sentence.bare, start, end)]
    dates = [_DEADLINE.search(sentence.bare[first:last]) for first, last in parts]
    if len(parts) < 2 or not all(re.search(r"\w", sentence.bare[first:last]) for first, last in parts):
        return []
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
        _SIZE.search(before) or ("投资" in before[-4:] and re.match(r"的[\u4e00-\u9fff]", after)),
        _POLICY.match(after) and re.search("落实|执行|贯彻", before),
        _STRUCTURE.match(after),
        _is_class(figure, words[first:last], after),
        figure.unit in _HOURS and re.match(r"(?!内)[\u4e00-\u9fff]", after),
        figure.unit in _CAPACITY and _PLANT.match(after) and (after[0] == "级" or not _BUILDS.search(before)),
    )
    return not any(reasons)


def _is_class(figure: Quantity, quote: str, after: str) -> bool:
    """Whether 20年以上 or 30户以上 classifies the thing behind it, or 四个 counts the headings of a campaign."""
    if not re.search(r"\d", quote) and re.match("(?:工程|行动|计划|专项|活动)", after):
        return True
    if not _AFTER.search(quote) or figure.unit == "%" or not re.match(r"(?!的?(?:目标|水平))[\u4e00-\u9fff]", after):
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
