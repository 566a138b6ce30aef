"""What the row of a figure says, so that it is understood alone: verb and state, topic, doer and period added.

`metric` reads the bare thing that is counted; here the words around it are added to it, as far as they fit. All words
are the report's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from huimou.language.figures.actor import ActorVerdict, is_state
from huimou.language.figures.metric import MetricReading, hide_marks_in_quotes
from huimou.language.figures.numerals import NOUNS, is_measure
from huimou.language.figures.topic import find_period, join_topic, list_topics, shorten_frame
from huimou.language.rules import get_rule
from huimou.model.report import MEMBERS, OWN_BODY

_LEAST_NAMED = 4
_FITS = 24  # characters; what does not fit is left out, the bare thing never is
_SENTENCE_BEFORE = 240
_CLAUSE_BEHIND = 40
_VERB = get_rule("figure_words.governing_verb")
_VERB_AT_THE_END = get_rule("figure_words.verb_at_the_end")
_TOWARDS = get_rule("figure_words.towards")
_MODIFIER = get_rule("figure_words.modifier_of_what_follows")
_GLUE = get_rule("figure_words.glue_before_a_number")
_OWN_NAME = get_rule("figure_words.own_name_in_front")
_LIST = get_rule("figure_words.list_of_examples")
_ANOTHER_WAY = get_rule("figure_words.another_way_on")
_STATE = get_rule("figure_words.state")
_PIVOT = get_rule("figure_words.verb_that_makes_others_act")
_GOES_WITH_VERB = get_rule("figure_words.state_of_what_was_done")
_LIGHT_VERB = get_rule("figure_words.light_verb")
_FROM_YEAR = get_rule("figure_words.from_a_year")
_NEEDS_TOPIC = get_rule("figure_words.needs_a_topic")
_HAS_TOPIC = get_rule("figure_words.has_a_topic")
_LEAD_OF_TOPIC = get_rule("figure_words.lead_of_a_topic")
_ONLY_MONEY = get_rule("figure_words.only_money")
_CIRCUMSTANCE = get_rule("figure_words.begins_with_circumstance")
_SHARED_HEAD = get_rule("figure_words.shared_head")
_MAKING = get_rule("figure_words.verbs_of_making")
_PAPERS = get_rule("figure_words.units_of_papers")
_TAIL = get_rule("figure_words.tail_of_a_clause")
_NUMBER = get_rule("figure_words.number")
_LEAD = get_rule("counted_things.words_in_front")
_JOINT = get_rule("counted_things.joints_in_front")
_RATES = get_rule("counted_things.rates")
_TIMES = get_rule("counted_things.times")
_SINGLE_NOUNS = get_rule("counted_things.single_nouns")
_DEED = get_rule("doers.deed")
_MARK = re.compile(r"[,。;:!?\n]")
_END = re.compile(r"[。!?\n]")
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class _Described:
    """The words for one figure, and what it hands on to the next in a list.

    That is the verb that governs it, the thing, its unit, and, for a noun behind the number, the words in front of it.
    """

    words: str | None
    verb: str = ""
    thing: str = ""
    unit: str | None = None
    front: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """The words around a figure.

    Args:
        front: of its clause, in front of it, back to the figure before.
        behind: of its clause, behind it and its noun, up to the next figure.
        after: the clause behind that, where nothing stands between.
        earlier: the clauses in front of its own, nearest first, back to a semicolon or the start of the sentence.
        whole: those and all others of the sentence in front of them.
        follows: whether only a joint or a comma parts it from the figure before.
        meets: whether `behind` ends at another figure.
        same_clause: whether the figure before stands in the same clause.

    """

    front: str
    behind: str
    after: str
    earlier: tuple[str, ...]
    whole: tuple[str, ...]
    follows: bool
    meets: bool
    same_clause: bool


def describe_figures(
    compact: str, counted: Sequence[MetricReading], actors: Sequence[ActorVerdict]
) -> list[str | None]:
    """What each figure counts, understood alone; None where nothing is known to be counted."""
    flat = hide_marks_in_quotes(compact)
    found: list[_Described] = []
    for place, item in enumerate(counted):
        before = (counted[place - 1], found[-1]) if place else None
        behind = counted[place + 1] if place + 1 < len(counted) else None
        around = _look_around(compact, flat, item, before[0] if before else None, behind)
        found.append(_describe(item, around, before[1] if before else None, behind, actors[place]))
    return [one.words for one in found]


def _look_around(
    compact: str, flat: str, item: MetricReading, previous: MetricReading | None, following: MetricReading | None
) -> _Place:
    start, end = item.reading.start, item.end
    low = max(0, start - _SENTENCE_BEFORE)
    sentence = low + max((found.end() for found in _END.finditer(flat, low, start)), default=low) - low
    marks = [found.end() for found in _MARK.finditer(flat, sentence, start)]
    clause = marks[-1] if marks else sentence
    left = max(clause, previous.end if previous and previous.end <= start else clause)
    stop = following.reading.start if following else len(compact)
    mark = _MARK.search(flat, end, min(stop, end + _CLAUSE_BEHIND))
    right = mark.start() if mark else min(stop, end + _CLAUSE_BEHIND)
    edges = [sentence, *marks]
    whole = [_BRACKETS.sub("", compact[a:b]) for a, b in pairwise(edges)][::-1]
    here = next((place for place, clause in enumerate(whole) if clause.endswith(";")), len(whole))
    ends = _MARK.search(flat, right + 1, min(stop, right + _CLAUSE_BEHIND)) if mark and mark[0] == "," else None
    between = compact[previous.end : start] if previous and previous.end <= start else "。"
    return _Place(
        front=_BRACKETS.sub("", compact[left:start]).rsplit("(", 1)[-1],
        behind=_BRACKETS.sub("", compact[end:right]).split(")", 1)[0],
        after=compact[right + 1 : ends.start()] if ends and right == end else "",
        earlier=tuple(clause.rstrip(",:") for clause in whole[:here]),
        whole=tuple(clause.rstrip(",:;") for clause in whole),
        follows=previous is not None and _END.search(between) is None and ";" not in between,
        meets=mark is None and right == stop and following is not None,
        same_clause=previous is not None and previous.end > clause,
    )


def _describe(
    item: MetricReading,
    around: _Place,
    before: _Described | None,
    following: MetricReading | None,
    actor: ActorVerdict,
) -> _Described:
    bare = item.metric
    if bare is None or item.reading.unit in _RATES.words or item.reading.unit in _TIMES.words or is_state(bare):
        return _Described(f"{item.time}{bare}" if bare else bare)
    handed = before if before and around.follows else None
    core = _build_core(item, bare, around, handed, following, actor)
    verb, thing = split_verb(core)
    front = core[: core.find(bare)] if _is_behind(item, bare) and bare in core else ""
    told = _add_doer(_add_topic(core, around), actor, around)
    words = f"{item.time}{told}" if item.time else _add_period(told, around)
    return _Described(words, verb, thing, item.reading.unit, front)


def _build_core(
    item: MetricReading,
    bare: str,
    around: _Place,
    handed: _Described | None,
    following: MetricReading | None,
    actor: ActorVerdict,
) -> str:
    """The thing with its verb in front and what became of it behind."""
    front = _GLUE.sub("", _OWN_NAME.sub("", _strip_lead(_JOINT.sub("", around.front))))
    if len(front) == 1 and not (_CIRCUMSTANCE.match(front) or _DEED.match(front)):
        front = ""
    if _is_behind(item, bare):
        return _join_noun(front, _share_head(bare, front, around, following), around, handed, following)
    if around.behind.startswith(bare) or (around.front and bare not in around.front):
        return bare
    lost = front[: front.rfind(bare)] if bare in front else ""
    words = _LEAD.sub("", _OWN_NAME.sub("", bare)) if len(_OWN_NAME.sub("", bare)) >= _LEAST_NAMED else bare
    if lost and (verb := _read_verbs(lost)) and not _VERB.match(words):
        words = f"{verb}{words}"
    named = actor.words is not None and actor.words in around.front
    if handed and not (named or _has_verb(words) or _STATE.match(words)):
        words = _take_verb(handed, words, around, item)
    if _VERB_AT_THE_END.search(words):
        thing = _find_object(around, handed)
        words = f"{thing}{words}" if _STATE.match(words) else f"{words}{thing}"
    state = _read_state(around, governed=_has_verb(words), following=following)
    return words + state if len(words) + len(state) <= _FITS else words


def _strip_lead(words: str) -> str:
    """The words without time and adverbs in front; 就 in front of a topic stays."""
    lead = _LEAD.match(words)
    if not lead:
        return words
    kept = lead[0].endswith("就") and _LEAD_OF_TOPIC.match(words, lead.end() - 1)
    return words[lead.end() - bool(kept) :]


def _has_verb(words: str) -> bool:
    """Whether the words say what was done, and not only a thing."""
    return _DEED.match(words) is not None or _VERB_AT_THE_END.search(words) is not None or bool(split_verb(words)[0])


def _is_behind(item: MetricReading, bare: str) -> bool:
    """Whether the thing is the noun behind the measure word, or the measure word itself (25万网友)."""
    return item.reading.unit in NOUNS.words or (
        not is_measure(item.reading.unit) and item.end - item.reading.end >= len(bare)
    )


def _join_noun(
    front: str, noun: str, around: _Place, handed: _Described | None, following: MetricReading | None
) -> str:
    """The noun behind a number with the words in front and behind, as many as fit."""
    if not front.strip("等") and handed and around.same_clause:
        front = handed.front or handed.verb
    governed = _VERB.search(front) is not None and not _PIVOT.search(front)
    state = _read_state(around, governed=governed, following=following, is_noun=True)
    topical = _needs_topic(noun, around)
    if topical and not _STATE.match(state):
        state = state if state.startswith("、") else ""
    if around.meets and not around.behind and following and len(following.metric or "") + len(front + noun) <= _FITS:
        state = following.metric or ""
    short = _drop_examples(front)
    verb, _ = split_verb(f"{front}{noun}")
    heads = [short, verb, front] if topical else [front, short, verb]
    tries = [f"{head}{noun}{tail}" for tail in dict.fromkeys([state, ""]) for head in [*heads, ""]]
    return next((one for one in tries if len(one) <= _FITS and _is_whole(one, noun)), noun)


def _is_whole(words: str, noun: str) -> bool:
    """Whether no mark is left open, no list begins in the middle, and 对、就 in front lead to a verb behind."""
    paired = all(words.count(a) == words.count(b) for a, b in ("“”", "《》", "()"))
    lead = _LEAD_OF_TOPIC.search(words.removesuffix(noun)) if words.endswith(noun) else None
    return (
        paired
        and not (_JOINT.match(words) or words.startswith("等"))
        and (lead is None or _has_verb(words[lead.end() :]))
    )


def _drop_examples(front: str) -> str:
    """The words without a list of examples: 建立了甲、乙等 becomes 建立, 从甲、乙等方面 becomes 从甲等方面."""
    listed = _LIST.match(front)
    if not listed:
        return front
    rest = front[listed.end() :]
    if verbs := _read_verbs(front):
        return f"{verbs}{rest}"
    if (topic := _LEAD_OF_TOPIC.search(front)) and not rest:
        return front[: topic.end()]
    first = re.split("、", listed["list"])[0]
    return f"{listed['verb']}{first}{front[listed.end('list') : listed.end()]}{rest}"


def _read_verbs(front: str) -> str:
    """The verbs with which the words begin: 先后制定、修订."""
    end = 0
    while found := _VERB.match(front, end + (front[end : end + 1] == "、")):
        end = found.end()
    return front[:end]


def _read_state(around: _Place, *, governed: bool, following: MetricReading | None, is_noun: bool = False) -> str:
    """What the sentence says right behind the thing: 获国际登录权, 被省政协采用, 参加抗疫."""
    if not around.behind:
        said = _STATE.match(around.after) and not _NUMBER.search(around.after)
        return around.after if said else ""
    behind = _LIGHT_VERB.sub("", around.behind).rstrip("、")
    goes_on = behind.startswith("、") and (around.meets or not is_noun)
    other = goes_on or not behind or _ANOTHER_WAY.match(around.behind)
    if other or (governed and not _GOES_WITH_VERB.match(behind)):
        return ""
    return _read_up_to_next(behind, following) if around.meets else shorten_frame(behind)


def _read_up_to_next(behind: str, following: MetricReading | None) -> str:
    """The words up to the next figure, with the thing that it counts: 委员就铜产业提出建议120余条."""
    if not (_DEED.search(behind) or _STATE.match(behind)):
        return ""
    noun = following.metric if following and following.end > following.reading.end else ""
    return f"{shorten_frame(_GLUE.sub('', behind))}{noun or ''}"


def split_verb(words: str) -> tuple[str, str]:
    """The verb that governs the thing, with 向谁 in front of it, and the thing; both empty where there is none."""
    best = None
    if _VERB_AT_THE_END.search(words):
        return "", words
    for found in _VERB.finditer(words):
        if len(words) - found.end() >= 2 and not _MODIFIER.match(words, found.end()):
            best = found
    if best is None:
        return "", words
    towards = _TOWARDS.search(words[: best.start()])
    return words[towards.start() if towards else best.start() : best.end()], words[best.end() :]


def _take_verb(handed: _Described, words: str, around: _Place, item: MetricReading) -> str:
    """The words with the verb of the figure before, or with its thing where they only say 投资."""
    if _ONLY_MONEY.fullmatch(words) and handed.thing and not around.same_clause:
        return f"{handed.thing}{words}" if len(handed.thing) + len(words) <= _FITS else words
    near = around.same_clause or handed.unit == item.reading.unit or {handed.unit, item.reading.unit} <= _PAPERS.words
    return f"{handed.verb}{words}" if near and len(handed.verb) + len(words) <= _FITS else words


def _find_object(around: _Place, handed: _Described | None) -> str:
    """What was handed in or taken up, where the words in front of the number do not say so."""
    for clause in around.earlier[:1]:
        tail = _TAIL.match(clause)
        if tail and not _NUMBER.search(clause):
            thing = tail["thing"]
            verb = [found for found in _VERB.finditer(thing) if len(thing) - found.end() >= 2]
            return thing[verb[-1].end() :] if verb else thing
    return handed.thing if handed and len(handed.thing) <= 10 else ""


def _share_head(noun: str, front: str, around: _Place, following: MetricReading | None) -> str:
    """The noun with the head that it shares with the next of a list: 搭建371个村、86个单位协商平台."""
    if following is None or noun not in _SINGLE_NOUNS.words or around.behind.strip("、和及与") or not around.meets:
        return noun
    shared = _SHARED_HEAD.match(following.metric or "")
    return f"{noun}{shared['head']}" if shared and _MAKING.search(front) else noun


def _needs_topic(words: str, around: _Place) -> bool:
    return _NEEDS_TOPIC.search(words) is not None and next(list_topics(around.front, around.earlier), None) is not None


def _add_topic(core: str, around: _Place) -> str:
    """The words with what they are about in front, where they do not say so and it fits."""
    if not _NEEDS_TOPIC.search(core) or _HAS_TOPIC.search(core):
        return core
    joined = (join_topic(topic, core) for topic in list_topics(around.front, around.earlier))
    return next((words for words in joined if len(words) <= _FITS), core)


def _add_doer(core: str, actor: ActorVerdict, around: _Place) -> str:
    """The words with whose deed it is in front, unless it is the reporting body's own or they say so."""
    doer = _NUMBER.sub("", actor.words or "")
    near = actor.actor == MEMBERS or any((actor.words or "") in words for words in (around.front, *around.earlier[:2]))
    if not near or actor.actor in {None, OWN_BODY} or not re.fullmatch(r"[\u4e00-\u9fff]+", doer):
        return core
    shared = next((size for size in range(len(doer), 0, -1) if core.startswith(doer[-size:])), 0)
    named = shared or (actor.words or "") in around.front
    if not (named or _VERB.match(core) or _DEED.match(core) or _CIRCUMSTANCE.match(core)):
        return core
    known = not shared and doer[-2:] in core
    return core if known or len(doer) - shared + len(core) > _FITS else f"{doer}{core[shared:]}"


def _add_period(core: str, around: _Place) -> str:
    """The words with the stretch of time that the sentence names, where it is not the year of the report."""
    period = next(filter(None, map(find_period, (around.front, *around.whole))), "")
    fits = period not in core and not _FROM_YEAR.search(core) and len(period) + len(core) <= _FITS
    return f"{period}{core}" if fits else core
