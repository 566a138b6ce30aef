"""What a quantity counts, in the report's own words, and which way it changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from huimou.language.figures.numerals import NOUNS, NumberReading, is_measure
from huimou.language.rules import get_rule
from huimou.model.report import Direction

_LONGEST = 30
_LONGEST_NOUN = 20
_LONG_LIST = 16
_SHORT = 4
_LONGEST_LIST = 48  # a list is told whole up to here: cut in its middle it names another thing
_LEAD = get_rule("counted_things.words_in_front")
_TRAIL = get_rule("counted_things.words_behind")
_DIRECTION = get_rule("counted_things.direction")
_LEVEL = get_rule("counted_things.level")
_TURN = get_rule("counted_things.turn")
_TURN_AT_THE_END = get_rule("counted_things.turn_at_the_end")
_AMOUNTS_TO = get_rule("counted_things.amounts_to")
_CHANGE = get_rule("counted_things.change")
_CHANGE_AT_THE_END = get_rule("counted_things.change_at_the_end")
_EDGES_OF_CHANGE = get_rule("counted_things.edges_of_a_change")
_GLUE_IN_FRONT = get_rule("counted_things.glue_in_front")
_GLUE_BEHIND = get_rule("counted_things.glue_behind")
_OF_WHOLE = get_rule("counted_things.of_the_whole")
_SHARE_AT_THE_END = get_rule("counted_things.share_at_the_end")
_JOINT = get_rule("counted_things.joint")
_JOINTS_IN_FRONT = get_rule("counted_things.joints_in_front")
_JOINT_OR_NOTHING = get_rule("counted_things.joint_or_nothing")
_JOINT_OF_DIRECTIONS = get_rule("counted_things.joint_of_directions")
_JOINT_OF_RATES = get_rule("counted_things.joint_of_rates")
_ROW = get_rule("counted_things.row")
_EACH = get_rule("counted_things.each")
_QUALITY = get_rule("counted_things.quality")
_QUALITY_AT_THE_END = get_rule("counted_things.quality_at_the_end")
_LIST_IN_FRONT = get_rule("counted_things.list_in_front")
_PLACE_TO_CUT = get_rule("counted_things.place_to_cut")
_SCOPE = get_rule("counted_things.scope_alone")
_BEFORE_LIST = get_rule("counted_things.verb_before_a_list")
_LEVEL_BEFORE = get_rule("counted_things.start_of_a_level")
_LEVEL_AFTER = get_rule("counted_things.end_of_a_level")
_NEXT_LEVEL = get_rule("counted_things.next_level")
_LEVEL_ALONE = get_rule("counted_things.start_alone")
_LASTING = get_rule("counted_things.lasting_words")
_BARE_VERB = get_rule("counted_things.bare_verb")
_INVESTED = get_rule("counted_things.invested")
_SPENT_ON = get_rule("counted_things.spent_on")
_ATTRIBUTE = get_rule("counted_things.attribute")
_NO_NOUN = get_rule("counted_things.no_noun_behind")
_FROM = get_rule("counted_things.from_where")
_CLASSED = get_rule("counted_things.classed")
_NOUN_END = get_rule("counted_things.end_of_a_noun")
_LIST_ETC = get_rule("counted_things.list_that_ends_in_etc")
_NOUN_TAIL = get_rule("counted_things.tail_of_a_noun")
_NOUN_START = get_rule("counted_things.start_of_a_noun")
_ADMINISTRATIVE = get_rule("counted_things.administrative")
_RATES = get_rule("counted_things.rates")
_MULTIPLES = get_rule("counted_things.multiples")
_TIMES = get_rule("counted_things.times")
_SINGLE_NOUNS = get_rule("counted_things.single_nouns")
_DEEDS = get_rule("counted_things.units_of_deeds")
_CLAUSE = re.compile(r"[,。;:!?\n*#]")
_SENTENCE = re.compile(r"[。;!?\n]")
_QUOTED = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n]{1,60}”|\([^()\n]{1,40}\)")
_INNER_MARK = re.compile(r"[,。;:!?、]")


@dataclass(frozen=True, slots=True)
class MetricReading:
    """What one reading counts; `end` is where the words that belong to it end.

    `time` is that of one end of a change (由2019年的…增加到2024年的…), as printed; empty for any other number.
    """

    reading: NumberReading
    metric: str | None
    end: int
    time: str = ""


def read_metric(compact: str, reading: NumberReading, previous: MetricReading | None) -> MetricReading:
    """What a quantity counts: the noun behind a counting word, else the clause in front; some 30 characters at most."""
    noun = reading.unit if reading.unit in NOUNS.words else _find_noun_behind(compact, reading.end)
    noun = noun.partition("的")[0] if noun and _is_part(reading) else noun
    metric = _find_metric(compact, reading, previous, noun)
    after = compact.find(noun, reading.end) if noun else -1
    end = after + len(noun) if noun and after == reading.end and _belongs(reading, noun, metric) else reading.end
    return MetricReading(reading, metric, end, _find_time_of_level(compact, reading, previous))


def _find_time_of_level(compact: str, reading: NumberReading, previous: MetricReading | None) -> str:
    """When a level was reached, as one end of a change or one of several says; empty for 1982年的3.4倍."""
    if reading.unit in _MULTIPLES.words:
        return ""
    before = compact[max(0, reading.start - 16) : reading.start]
    found = _LEVEL_BEFORE.search(before) or _LEVEL_AFTER.search(before)
    if found is None and previous and previous.time and previous.end <= reading.start:
        found = _NEXT_LEVEL.fullmatch(compact[previous.end : reading.start].lstrip(",、"))
    return found["time"].removesuffix("的") if found else ""


def _drop_time_of_level(own: str) -> str:
    """The words without the time of a level at their end: 里程由2019年的 is 里程, 增加到2024年的 is 增加到."""
    if start := _LEVEL_BEFORE.search(own):
        return f"{own[: start.start()]}{start['per']}"
    found = _LEVEL_AFTER.search(own)
    return own[: found.start("time")] if found else own


def _belongs(reading: NumberReading, noun: str, metric: str | None) -> bool:
    return not is_measure(reading.unit) or (metric or "").endswith(noun)


def _find_metric(compact: str, reading: NumberReading, previous: MetricReading | None, noun: str | None) -> str | None:
    counts = reading.unit is not None and not is_measure(reading.unit) and reading.unit not in {"比", "年"}
    if noun and counts:
        return noun
    own = _drop_time_of_level(_find_words_in_front(compact, reading.start, previous))
    if previous and (way := _find_way_on(compact, reading, previous, own)) is not None:
        return _find_changed_subject(way, previous.metric, rate=reading.unit in _RATES.words)
    if reading.unit == "年":
        return _find_lasting(compact, reading, own)
    if compact.startswith("的", reading.end) and (owned := _find_noun_behind(compact, reading.end + 1)):
        whole = _SCOPE.fullmatch(own) or (_is_part(reading) and (len(own) <= _SHORT or _TURN_AT_THE_END.search(own)))
        return f"{_shorten(own) or ''}{owned}"[-_LONGEST:] if whole else _add_owned_noun(own, owned, previous)
    return (
        _add_noun(own, noun, reading) or _add_spending(compact, own, reading) or _find_clause_behind(compact, reading)
    )


def _find_way_on(compact: str, reading: NumberReading, previous: MetricReading, own: str) -> str | None:
    """The words by which a figure goes on with what the one before it counts; None where it counts its own."""
    if previous.time and _NEXT_LEVEL.fullmatch(own):
        return "到"
    if previous.reading.unit == "百分点" and reading.unit == "%" and _LEVEL.fullmatch(own):
        return "到"
    return own if _continues(compact[previous.reading.end : reading.start], own) else None


def _add_noun(own: str, noun: str | None, reading: NumberReading) -> str | None:
    """The thing counted with the noun behind the measure, where it belongs to it: 完成5000亩沙区治理."""
    lead = _LEAD.sub("", own)
    if not noun:
        return None
    if own.endswith("、"):
        return noun
    if _BARE_VERB.fullmatch(lead):
        return f"{lead.removesuffix('了')}{noun}"[:_LONGEST]
    if _is_part(reading) and (_SCOPE.fullmatch(own) or _TURN_AT_THE_END.search(own)):
        return f"{lead}{noun}"[-_LONGEST:]
    return f"{(_shorten(own) or '')[-_LONGEST + len(noun) :]}{noun}" if _is_extent(reading) else None


def _add_spending(compact: str, own: str, reading: NumberReading) -> str | None:
    """The words in front; for a bare 投资, with what it was spent on, which stands behind."""
    lead = _LEAD.sub("", own)
    if _INVESTED.fullmatch(lead) and (spent := _SPENT_ON.match(compact, reading.end)):
        return f"{spent['what'][: _LONGEST - 6]}{lead}"
    return _shorten(own) or (
        _find_noun_behind(compact, reading.end) if reading.unit not in NOUNS.words else reading.unit
    )


def _is_extent(reading: NumberReading) -> bool:
    """Whether it measures a thing in space or weight, whose name may stand behind it (26公里供水管网)."""
    unit = reading.unit or ""
    return is_measure(unit) and unit not in _RATES.words | _TIMES.words and "元" not in unit


def _is_part(reading: NumberReading) -> bool:
    """Whether it is a part of what stands behind it: 减少1/3行政审批事项, 三分之二以上乡镇."""
    return reading.unit is None and not reading.scaled and reading.value is not None and 0 < reading.value < 1


def _find_lasting(compact: str, reading: NumberReading, own: str) -> str | None:
    """What lasted for a number of years (连续五年居首): named in front, else by the clause behind."""
    front = _shorten(_LASTING.sub("", own))
    if front:
        return front
    behind = re.split(r"[,。;:!?\n]", compact[reading.end : reading.end + _LONGEST], maxsplit=1)[0]
    named = behind.removeprefix("时间").removeprefix("在").strip("、")
    return named if re.search(r"\w", named) else None


def _continues(between: str, own: str) -> bool:
    """Whether the words in front only say how the figure before it changed, or join two figures of one thing."""
    if not own.strip("和及与、"):
        return _JOINT_OR_NOTHING.fullmatch(between) is not None
    if _SENTENCE.search(between):
        return False
    changes = _CHANGE.fullmatch(own) and own.strip("由从和及、")
    return bool(changes) or (_OF_WHOLE.fullmatch(own) is not None and len(own) > 1)


def _find_words_in_front(compact: str, place: int, previous: MetricReading | None) -> str:
    """The words of the clause in front of a figure, back to the figure before it and the noun that belongs to that."""
    window = max(0, place - 60)
    start = max((window + match.end() for match in _CLAUSE.finditer(compact[window:place])), default=window)
    own = compact[start:place]
    if _LEVEL_ALONE.fullmatch(own) and compact[max(0, start - 1) : start] == ",":
        before = max((window + found.end() for found in _CLAUSE.finditer(compact[window : start - 1])), default=window)
        if not previous or previous.reading.end <= before:
            return compact[before : start - 1]
    if previous and previous.reading.end >= start:
        own = compact[previous.reading.end : place]
        rest = compact[min(previous.end, place) : place]
        own = _JOINTS_IN_FRONT.sub("", rest if _TRAIL.sub("", rest) else own)
    return re.split(r"[()]", re.sub(r"\([^()]*\)", "", own))[-1]


def _add_owned_noun(own: str, owned: str, previous: MetricReading | None) -> str | None:
    """What a figure with 的 behind it counts: 投资4300万元的某工程 is 某工程投资."""
    lead = _LEAD.sub("", own)
    attribute = _ATTRIBUTE.search(lead)
    if attribute:
        return f"{owned[: _LONGEST - len(attribute[0])]}{attribute[0]}"
    if _BARE_VERB.fullmatch(lead):
        return f"{lead.removesuffix('了')}{owned}"[:_LONGEST]
    if previous and lead and (previous.metric or "").endswith(lead):
        return owned
    return _shorten(own) or owned


def _find_changed_subject(own: str, subject: str | None, *, rate: bool) -> str | None:
    """What a bare 同比增长 is about: the thing that the figure before it measured."""
    change = _GLUE_BEHIND.sub("", _GLUE_IN_FRONT.sub("", own))
    base = _CHANGE_AT_THE_END.sub("", subject or "")
    if _OF_WHOLE.fullmatch(own):
        base = _SHARE_AT_THE_END.sub("", base)
        return _shorten(f"{base}{_TRAIL.sub('', own.lstrip('、,约'))}")
    if change and not _AMOUNTS_TO.search(own):
        return _shorten(f"{base}{change}")
    return (subject if rate and not _AMOUNTS_TO.search(own) else base) or None


def _shorten(words: str) -> str | None:
    """The words without adverbs in front and copulas behind, cut on the left at a natural place."""
    kept = _TRAIL.sub("", _LEAD.sub("", words)).strip("·-—●■*# ")
    listed = _LIST_IN_FRONT.sub("", kept)
    if len(kept) > _LONG_LIST and len(listed) >= 4:
        kept = listed
    if len(kept) > _LONGEST:
        kept = _BEFORE_LIST.sub("", kept)
    if "、" in kept[:_LONG_LIST] and len(kept) <= _LONGEST_LIST:
        return _balance_quotes(kept)
    while len(kept) > _LONGEST and (cut := _PLACE_TO_CUT.search(kept[:-4])):
        kept = kept[cut.end() :]
    kept = _balance_quotes(_LEAD.sub("", kept[-_LONGEST:]))
    return kept if len(kept) > 1 and re.search(r"[\u4e00-\u9fffA-Za-z]", kept) else None


def _balance_quotes(words: str) -> str:
    """The words without quotation marks, if the cut left half of a pair."""
    return words if words.count("“") == words.count("”") else words.replace("“", "").replace("”", "")


def _find_noun_behind(compact: str, end: int) -> str | None:
    """The noun that follows a measure word, up to the next verb or mark."""
    far = _FROM.match(compact, end)
    start = far.end() if far else end
    start += len(classed[0]) if (classed := _CLASSED.match(compact[start : start + 12])) else 0
    window = compact[start : start + _LONGEST_NOUN + 6]
    if not window or _NO_NOUN.match(window):
        return None
    stop = _NOUN_END.search(window)
    noun = re.split(r"(?<=[\u4e00-\u9fff”》])\d", window[: stop.start()] if stop else window)[0][:_LONGEST_NOUN]
    if place := _ADMINISTRATIVE.match(noun):
        return place[0]
    noun = _LIST_ETC.sub("", noun)
    noun = _balance_quotes(_NOUN_TAIL.sub("", noun))
    if noun in _SINGLE_NOUNS.words:
        return noun
    return noun if len(noun) > 1 and _NOUN_START.match(noun) else None


def _find_clause_behind(compact: str, reading: NumberReading) -> str | None:
    if reading.unit not in _DEEDS.words:
        return None
    words = re.split(r"[,。;:!?\n]", compact[reading.end : reading.end + _LONGEST_NOUN], maxsplit=1)[0]
    return words if len(words) > 3 else None


def hide_marks_in_quotes(compact: str) -> str:
    """The text, as long as before, without marks and list commas inside 《》, “” and (): they part no clauses there."""
    return _QUOTED.sub(lambda found: _INNER_MARK.sub("\0", found[0]), compact)


def find_directions(compact: str, counted: Sequence[MetricReading]) -> list[Direction | None]:
    """Whether each number itself is a rise or a fall; None for a level (提高到15%) and for a plain count."""
    found: list[Direction | None] = []
    for place, item in enumerate(counted):
        between = compact[counted[place - 1].reading.end : item.reading.start] if place else "。"
        found.append(found[-1] if _JOINT_OF_DIRECTIONS.fullmatch(between) else _find_direction(compact, item.reading))
    return found


def _find_direction(compact: str, reading: NumberReading) -> Direction | None:
    before = compact[max(0, reading.start - 10) : reading.start]
    if _AMOUNTS_TO.search(before):
        return None
    found = _DIRECTION.search(before)
    if found:
        return "down" if found["down"] or (reading.value or 0) < 0 else "up"
    return None


def distribute_rates(counted: list[MetricReading], compact: str) -> list[MetricReading]:
    """The readings with the subjects of rates in a row: 受理3件,审结2件,同比上升26%和52%.

    As many rates as there are counts before them belong to these, in order.
    """
    result = _distribute_each(counted, compact)
    for first in range(1, len(counted)):
        run = _count_rates(counted, first, compact)
        subjects = _find_rate_subjects(counted, first, compact) if run > 1 else []
        if not run or len(subjects) < run:
            continue
        between = compact[subjects[-1].end : counted[first].reading.start]
        words = _EDGES_OF_CHANGE.sub("", between.replace("分别", ""))
        for place, subject in enumerate(subjects[-run:], start=first):
            turn = _TURN.search(compact[counted[place - 1].reading.end : counted[place].reading.start])
            own = _TURN_AT_THE_END.sub(turn[0], words) if turn and place > first else words
            result[place] = replace(counted[place], metric=f"{subject.metric or ''}{own}")
    return result


def _distribute_each(counted: list[MetricReading], compact: str) -> list[MetricReading]:
    """The readings with the subjects of numbers after 分别: A、B和C分别增长6%、8%和7%.

    As many numbers as there are nouns before 分别 belong to these, in order.
    """
    result = list(counted)
    for first, item in enumerate(counted):
        window = re.split(r"[,。;:!?\n]", compact[max(0, item.reading.start - 100) : item.reading.start])[-1]
        named = _EACH.fullmatch(window)
        if not named:
            continue
        nouns = [noun for noun in _JOINT.split(_LEAD.sub("", named["nouns"])) if noun]
        row = counted[first : first + len(nouns)]
        gaps = [compact[left.reading.end : right.reading.start] for left, right in pairwise(row)]
        follows = counted[first + len(nouns) : first + len(nouns) + 1]
        longer = follows and _ROW.fullmatch(compact[row[-1].reading.end : follows[0].reading.start])
        if len(nouns) < 2 or len(row) < len(nouns) or longer or not all(map(_ROW.fullmatch, gaps)):
            continue
        quality = None if any(map(_QUALITY_AT_THE_END.search, nouns[:-1])) else _QUALITY.search(nouns[-1])
        for place, noun in enumerate(nouns):
            shared = quality[0] if quality and place < len(nouns) - 1 else ""
            metric = f"{noun}{shared}{named['kind']}{named['change']}"[-_LONGEST:]
            result[first + place] = replace(counted[first + place], metric=metric)
    return result


def _count_rates(counted: list[MetricReading], first: int, compact: str) -> int:
    """How many rates stand in a row from here, joined by 和 or 、 alone; 0 where the row does not begin here."""
    if counted[first].reading.unit not in {"%", "百分点"} or counted[first - 1].reading.unit in {"%", "百分点"}:
        return 0
    last = first
    while last + 1 < len(counted) and _JOINT_OF_RATES.fullmatch(
        compact[counted[last].reading.end : counted[last + 1].reading.start]
    ):
        last += 1
    return last - first + 1


def _find_rate_subjects(counted: list[MetricReading], first: int, compact: str) -> list[MetricReading]:
    """The counts of the same sentence right before the rates, which a clause of change alone parts from them."""
    between = compact[counted[first - 1].end : counted[first].reading.start]
    if not _CHANGE.fullmatch(between):
        return []
    found: list[MetricReading] = []
    for item in reversed(counted[:first]):
        if item.reading.unit in _RATES.words or _SENTENCE.search(
            compact[item.reading.end : counted[first].reading.start]
        ):
            break
        found.insert(0, item)
    return found
